"""Executing the plan of notebooks, and everything that is done with its results: verify, cite, release, site."""
