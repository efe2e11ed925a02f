"""Breaks in a series: where, how sure, and would another date have looked the same."""

from analysis.measures.time.breaks.checks import detectable_break, placebo_dates, rival_breaks
from analysis.measures.time.breaks.find import least_squares_breaks, poisson_breaks, search_breaks
from analysis.measures.time.breaks.uncertainty import bootstrap_break, break_intervals, dated_break

__all__ = [
    "bootstrap_break",
    "break_intervals",
    "dated_break",
    "detectable_break",
    "least_squares_breaks",
    "placebo_dates",
    "poisson_breaks",
    "rival_breaks",
    "search_breaks",
]
