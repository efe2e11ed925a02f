"""The numeric floor of all measures: resampling, permutation, regression, power, multiple testing."""

from analysis.measures.inference.multiple import adjust, adjust_within
from analysis.measures.inference.permutation import Sides, permutation_test
from analysis.measures.inference.power import detectable_ratio, found_share
from analysis.measures.inference.regression import CountModel, Errors, compare_models, fit_counts
from analysis.measures.inference.resampling import Sampling

__all__ = [
    "CountModel",
    "Errors",
    "Sampling",
    "Sides",
    "adjust",
    "adjust_within",
    "compare_models",
    "detectable_ratio",
    "fit_counts",
    "found_share",
    "permutation_test",
]
