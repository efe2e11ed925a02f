"""What readers found: agreement of coders, and rates corrected by their codings."""

from analysis.measures.validation.agreement import (
    agreement_table,
    kappa,
    kappa_interval,
    krippendorff_alpha,
    observed_agreement,
    pairwise_kappa,
    square_table,
)
from analysis.measures.validation.correction import corrected_mean, corrected_rates, corrected_ratio, pseudo_counts
from analysis.measures.validation.recall import two_strings

__all__ = [
    "agreement_table",
    "corrected_mean",
    "corrected_rates",
    "corrected_ratio",
    "kappa",
    "kappa_interval",
    "krippendorff_alpha",
    "observed_agreement",
    "pairwise_kappa",
    "pseudo_counts",
    "square_table",
    "two_strings",
]
