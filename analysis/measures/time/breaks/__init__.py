"""Breaks in series: where, how sure, and would another date do as well."""
