"""Agreement of coders."""

from analysis.measures.validation.agreement import (
    agreement_table,
    kappa,
    kappa_interval,
    krippendorff_alpha,
    observed_agreement,
    pairwise_kappa,
    square_table,
)

__all__ = [
    "agreement_table",
    "kappa",
    "kappa_interval",
    "krippendorff_alpha",
    "observed_agreement",
    "pairwise_kappa",
    "square_table",
]
