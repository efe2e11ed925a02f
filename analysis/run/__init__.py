"""Executing the plan: parameters, cache, papermill, report, verification, citation, release."""
