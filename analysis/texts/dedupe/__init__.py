"""Which documents are reprints of one another."""
