"""From documents to a public store, in parts, on several processes."""
