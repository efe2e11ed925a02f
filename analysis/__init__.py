"""Comparative discourse analysis of a state's foreign policy.

The package is cut in two at a public store of counts and stand-off annotations: `analysis.texts` turns private texts
into the store, `analysis.measures` and `analysis.figures` turn the store into tables and figures. See
docs/architecture.md.
"""

__version__ = "0.2.0"
