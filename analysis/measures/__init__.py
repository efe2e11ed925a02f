"""Tables in, tables out: the statistics. Knows nothing of files, outlet names or plotting."""
