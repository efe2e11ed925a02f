"""Reading the texts: concordance lines, look-up, annotation of single files."""
