"""What a study declares: outlets, eras, sources, corrections, read from corpus/*.toml. Imports no other room."""
