"""Words: counts, association, dispersion, weights."""

from analysis.measures.words.association import associations
from analysis.measures.words.collocation import (
    association_table,
    collocate_differences,
    frame_collocates,
    frame_windows,
)
from analysis.measures.words.dispersion import dispersion_table
from analysis.measures.words.logodds import log_odds
from analysis.measures.words.matrix import DocumentTerm, document_term
from analysis.measures.words.weighting import tf_idf, top_terms
from analysis.measures.words.windows import triple_measures, window_pairs

__all__ = [
    "DocumentTerm",
    "association_table",
    "associations",
    "collocate_differences",
    "dispersion_table",
    "document_term",
    "frame_collocates",
    "frame_windows",
    "log_odds",
    "tf_idf",
    "top_terms",
    "triple_measures",
    "window_pairs",
]
