"""Frames: counts, rates, shares, contrasts, voices, coverage."""

from analysis.measures.frames.composition import decompose
from analysis.measures.frames.contrasts import Comparison, contrast, difference_of_differences, pooled_contrast
from analysis.measures.frames.coverage import audit_warnings, select_documents
from analysis.measures.frames.curve import specification_curve
from analysis.measures.frames.entries import carriers
from analysis.measures.frames.rates import exact_rate, exact_ratio, rates
from analysis.measures.frames.syndication import reprints
from analysis.measures.frames.voices import rates_by_side, rates_by_voice

__all__ = [
    "Comparison",
    "audit_warnings",
    "carriers",
    "contrast",
    "decompose",
    "difference_of_differences",
    "exact_rate",
    "exact_ratio",
    "pooled_contrast",
    "rates",
    "rates_by_side",
    "rates_by_voice",
    "reprints",
    "select_documents",
    "specification_curve",
]
