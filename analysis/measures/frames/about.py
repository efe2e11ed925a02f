"""About whom is counted: hits about the focal state over the tokens in which they could have stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.errors import DiscourseError, require

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.declaration import Study

CHOICES = ("focal", "other", "all")
_BY_ZONE = ["title_token_count", "lead_token_count"]


def select_about(
    documents: pd.DataFrame, hits: pd.DataFrame, about: str = "focal", *, core: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The documents and hits that are about the focal state, with the exposure that fits: store tables in, the same out.

    about: "focal" keeps the hits about the focal state and makes the token counts of a document (token_count,
    quoted_token_count, reported_token_count) those of its paragraphs that concern it; documents without such a paragraph
    are left out, so that a share of documents is one of documents with such a paragraph. "other": hits about other
    states, or about none, over all tokens, since a paragraph that concerns the focal state may be about others too.
    "all": everything.
    core: leave out hits of categories that do not count towards their frame's total (names of bodies, formulae, universal
    norms). With "focal" the counts by zone are not known and their columns are left out. Raises `DiscourseError` for
    another choice, and for a store that was built without a focal state. Empty tables stay empty.
    """
    require("about", about, CHOICES)
    if core:
        hits = hits[hits["is_core"].astype(bool)]
    if about == "all":
        return documents, hits
    hits = hits[(hits["about"] == "focal") == (about == "focal")]
    if about == "other":
        return documents, hits
    if len(documents) and not documents["focal_token_count"].any():
        raise DiscourseError(
            "about = 'focal': no document of this selection has a paragraph that concerns the focal state of the study; "
            "choose about = 'all', more documents, or name focal_state in study.toml and rebuild the store."
        )
    kept = documents[documents["focal_token_count"] > 0]
    kept = kept.assign(
        token_count=kept["focal_token_count"],
        quoted_token_count=kept["focal_quoted_token_count"],
        reported_token_count=kept["focal_reported_token_count"],
    ).drop(columns=[c for c in _BY_ZONE if c in kept.columns])
    return kept, hits[hits["doc_id"].isin(kept["doc_id"])]


def select_contexts(contexts: pd.DataFrame, hits: pd.DataFrame, about: str = "all") -> pd.DataFrame:
    """The words near frames (table `contexts`) of documents whose hits of the frame are all about the state asked for.

    The store counts words near a frame per document, not per hit, so a document with hits of both kinds says nothing of
    either and is left out. about: "focal": all hits of the frame in the document are about the focal state; "other": none
    is; "all": everything. Raises `DiscourseError` for another choice. Empty tables stay empty.
    """
    import pandas as pd

    require("about", about, CHOICES)
    if about == "all":
        return contexts
    is_focal = (hits["about"] == "focal").groupby([hits["doc_id"], hits["frame"]]).mean()
    kept = is_focal.index[is_focal == (1.0 if about == "focal" else 0.0)]
    return contexts[pd.MultiIndex.from_frame(contexts[["doc_id", "frame"]]).isin(kept)]


def describe_contexts(about: str, study: Study) -> str:
    """Near which hits words are counted, as a sentence for a caption."""
    require("about", about, CHOICES)
    name = study.focal_name or study.focal_state or "the focal state"
    return {
        "focal": f"Counted: words near a frame in documents where all of its hits are about {name}.",
        "other": f"Counted: words near a frame in documents where none of its hits is about {name}.",
        "all": "Counted: words near every hit, about whichever state or none.",
    }[about]


def describe_about(about: str, study: Study) -> str:
    """What is counted over what, for rates per tokens, as a sentence for a caption."""
    return describe_each(about, study)["tokens"]


def describe_each(about: str, study: Study) -> dict[str, str]:
    """What is counted over what, as a sentence for a caption, by what a figure divides by.

    tokens: rates. documents: shares of documents. hits: shares of hits. having: documents with a hit against all others
    of the selection, whether they concern the focal state or not. presence: documents counted without any hit.
    """
    require("about", about, CHOICES)
    name = study.focal_name or study.focal_state or "the focal state"
    what, where = {
        "focal": (f"about {name}", f"those with a paragraph that concerns {name}"),
        "other": (f"that {{}} not about {name}", "all documents"),
        "all": ("about any state or none", "all documents"),
    }[about]
    one, many = what.format("is"), what.format("are")
    over = f"the tokens of paragraphs that concern {name}" if about == "focal" else "all tokens"
    there = f"documents with a paragraph that concerns {name}" if about == "focal" else "all documents"
    return {
        "tokens": f"Counted: hits {many}, over {over}.",
        "documents": f"Counted: documents with a hit {one}, among {where}.",
        "hits": f"Counted: hits {many}.",
        "having": f"Counted as having a frame: documents with a hit {one}, among all documents.",
        "presence": f"Counted: {there}.",
    }
