"""Frames: counts, rates, shares, contrasts, voices, coverage."""
