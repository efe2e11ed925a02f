"""What figures say: title, caption, alt text and axis, made from what was asked for and from the tables drawn."""
