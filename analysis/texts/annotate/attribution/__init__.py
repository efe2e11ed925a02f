"""Who says it: quotations, indirect speech, speakers."""
