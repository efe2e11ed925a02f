"""From a folder of files to documents: formats, columns, dates, languages, outlets."""
