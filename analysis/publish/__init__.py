"""What is done with results: cite, catalogue, release, privacy, site."""
