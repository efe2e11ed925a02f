"""Topic cards and document lists for JupyterLab: a chooser when someone is there, plain pages in runs of the plan."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.figures.tables import columns_present

if TYPE_CHECKING:
    import pandas as pd


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
    url as far as they are there (links to http and https only). labels: topic, label and, if there, return_share.
    names: how outlet ids are written. Raises `DiscourseError` for missing columns or an empty table.
    """
    columns_present(words, ["topic", "method", "rank", "word"])
    columns_present(documents, ["topic", "rank", "doc_id", "topic_share"])
    columns_present(labels, ["topic", "label"])
    cards = [_card(row, words, documents, names or {}) for row in labels.to_dict("records")]
    return Cards(f'<div style="display:grid;gap:.6em;max-width:60em">{"".join(cards)}</div>')


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


def _card(row: Mapping[str, Any], words: pd.DataFrame, documents: pd.DataFrame, names: Mapping[str, str]) -> str:
    topic = row["topic"]
    mine = words[words["topic"] == topic].sort_values("rank", kind="stable")
    lists = "".join(
        f"<tr><td>{html.escape(str(method))}</td><td>{html.escape(', '.join(part['word']))}</td></tr>"
        for method, part in mine.groupby("method", sort=False)
    )
    share = row.get("return_share")
    returns = "" if share is None or share != share else f" <small>returns in {share:.0%} of runs</small>"
    near = documents[documents["topic"] == topic].sort_values("rank", kind="stable").to_dict("records")
    items = "".join(f"<li>{_document(one, names)}</li>" for one in near)
    return (
        f'<section style="border:1px solid #ccc;border-radius:4px;padding:.5em .8em"><strong>{topic}  '
        f'{html.escape(str(row["label"]))}</strong>{returns}<table style="margin:.3em 0">{lists}</table>'
        f"<details><summary>{len(near)} nearest documents</summary><ol>{items}</ol></details></section>"
    )


def _document(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    outlet = row.get("outlet_id")
    parts = [names.get(outlet, outlet), row.get("published"), row.get("title")]
    told = ", ".join(html.escape(str(p)) for p in parts if p is not None and p == p) or html.escape(str(row["doc_id"]))
    url = row.get("url")
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        told = f'<a href="{html.escape(url)}" rel="noopener" target="_blank">{told}</a>'
    return f"{told} ({row['topic_share']:.0%})"
