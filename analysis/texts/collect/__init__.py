"""Fetching a study's texts from open web archives, so that anyone can fetch the same bytes again."""
