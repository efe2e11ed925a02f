"""Topic cards and document lists for JupyterLab: a chooser when someone is there, plain pages in runs of the plan."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.figures.tables import columns_present
from analysis.store.html import render

if TYPE_CHECKING:
    import pandas as pd

DISTANCE = "_word_distance"
TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True)
class Cards:
    """HTML that JupyterLab shows; each topic's documents unfold on a click, without any script."""

    page: str

    def _repr_html_(self) -> str:
        return self.page


def topic_cards(
    words: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, *, names: Mapping[str, str] | None = None
) -> Cards:
    """One card per topic of `labels`: name, stability, words by each method, and nearest documents with their links.

    words: topic, method, rank, word. documents: topic, rank, doc_id, topic_share, and outlet_id, published, title,
    url as far as they are there (links to http and https only). labels: topic, label and, if there, return_share and,
    for each other model W that the topics were looked for in, W_word_distance.
    names: how outlet ids are written. Raises `DiscourseError` for missing columns or an empty table.
    """
    columns_present(words, ["topic", "method", "rank", "word"])
    columns_present(documents, ["topic", "rank", "doc_id", "topic_share"])
    columns_present(labels, ["topic", "label"])
    cards = [_card(row, words, documents, names or {}) for row in labels.to_dict("records")]
    return Cards(render(TEMPLATES, "topic_cards.html", cards=cards))


def topic_browser(
    words: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, *, names: Mapping[str, str] | None = None
) -> Any:
    """The cards behind a drop-down list (ipywidgets). In a run of the plan ($DISCOURSE_FIGURES is set):
    `topic_cards`."""
    if os.environ.get("DISCOURSE_FIGURES"):
        return topic_cards(words, documents, labels, names=names)
    import ipywidgets as widgets

    pages = {
        row["topic"]: topic_cards(words, documents, labels[labels["topic"] == row["topic"]], names=names).page
        for row in labels.to_dict("records")
    }
    options = [(f"{row['topic']}  {row['label']}", row["topic"]) for row in labels.to_dict("records")]
    chooser, page = widgets.Dropdown(options=options, description="Topic"), widgets.HTML(pages[options[0][1]])

    def show(change: Mapping[str, Any]) -> None:
        page.value = pages[change["new"]].replace("<details>", "<details open>")

    chooser.observe(show, "value")
    return widgets.VBox([chooser, page])


def _card(
    row: Mapping[str, Any], words: pd.DataFrame, documents: pd.DataFrame, names: Mapping[str, str]
) -> dict[str, Any]:
    """What the template shows of one topic."""
    topic, share = row["topic"], row.get("return_share")
    mine = words[words["topic"] == topic].sort_values("rank", kind="stable")
    near = documents[documents["topic"] == topic].sort_values("rank", kind="stable").to_dict("records")
    return {
        "topic": topic,
        "label": row["label"],
        "returns": "" if share is None or share != share else f"{share:.0%}",
        "found": ", ".join(
            f"{name.removesuffix(DISTANCE)} {1 - row[name]:.0%}" for name in row if name.endswith(DISTANCE)
        ),
        "lists": [(method, ", ".join(part["word"])) for method, part in mine.groupby("method", sort=False)],
        "near": [_document(one, names) for one in near],
    }


def _document(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What the template shows of one document: a link only where the address is one of the web."""
    outlet, url = row.get("outlet_id"), row.get("url")
    parts = [names.get(outlet, outlet), row.get("published"), row.get("title")]
    return {
        "told": ", ".join(str(p) for p in parts if p is not None and p == p) or str(row["doc_id"]),
        "url": url if isinstance(url, str) and url.startswith(("https://", "http://")) else "",
        "share": f"{row['topic_share']:.0%}",
    }
