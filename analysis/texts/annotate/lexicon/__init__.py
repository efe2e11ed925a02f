"""Word lists and larger regular expressions of the annotation: one TOML table a meaning, with an example (see load.py)."""
