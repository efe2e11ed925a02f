"""Which words set two groups apart."""

from analysis.measures.words.keyness.scores import classic_measures, log_ratio, lrc
from analysis.measures.words.keyness.table import KeynessRule, contrast_sides, keyness_groups, keyness_table
from analysis.measures.words.keyness.tests import unit_test

__all__ = [
    "KeynessRule",
    "classic_measures",
    "contrast_sides",
    "keyness_groups",
    "keyness_table",
    "log_ratio",
    "lrc",
    "unit_test",
]
