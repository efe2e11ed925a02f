"""Which words set two groups apart."""
