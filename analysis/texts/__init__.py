"""The private side: raw files to annotated documents to a public store. Needs the texts; nothing else does."""
