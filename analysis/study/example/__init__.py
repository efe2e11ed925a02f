"""An invented study that comes with the package: declarations in corpus/, words in sentences.toml."""
