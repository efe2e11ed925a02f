"""A concordance to search, sort and export in JupyterLab. Needs the private texts and shows them: never publish it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError
from analysis.study.settings import corpus_folder, load_eras, load_outlets, texts_folder
from analysis.texts.concordance import kwic, library

if TYPE_CHECKING:
    from analysis.texts.concordance.kwic import Line

ALL = "all"
SORTS = ("position", "left", "right", "keyword", "outlet", "published", "speaker")
SHOWN = 200


def as_html(lines: Sequence[Line], shown: int = SHOWN) -> str:
    """The lines as a table with the keyword in the middle; the first `shown` of them, with the number of all."""
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in ("outlet", "date", "", "", "", "voice", "speaker")) + "</tr>"
    rows = []
    for line in lines[:shown]:
        cells = [
            line.outlet_id,
            line.published or "",
            line.left,
            line.keyword,
            line.right,
            line.voice,
            line.speaker or "",
        ]
        align = ["left", "left", "right", "center", "left", "left", "left"]
        texts = [f"<b>{html.escape(c)}</b>" if i == 3 else html.escape(c) for i, c in enumerate(cells)]
        rows.append(
            "<tr>"
            + "".join(f'<td style="text-align:{a}">{t}</td>' for a, t in zip(align, texts, strict=True))
            + "</tr>"
        )
    more = f" (the first {shown} are shown)" if len(lines) > shown else ""
    return f"<p>{len(lines):,} lines{more}</p><table>{head}{''.join(rows)}</table>"


class Concordance:
    """The widget. `box` is what is displayed; `lines` are the lines found last, in the order shown.

    corpus, texts: the study's folders (default: this project's). Raises `TextsMissing` at once if the texts are not
    there.
    """

    def __init__(self, pattern: str = "friend*", *, corpus: Path | None = None, texts: Path | None = None) -> None:
        import ipywidgets as widgets

        self.corpus, self.texts = corpus or corpus_folder(), texts or texts_folder()
        next(library.documents(self.corpus, self.texts), None)
        self.lines: list[Line] = []
        outlets = [ALL, *load_outlets(self.corpus / "outlets.toml")]
        eras = [ALL, *load_eras(self.corpus / "eras.toml")]
        self.pattern = widgets.Text(pattern, description="pattern")
        self.outlet = widgets.Combobox(value=ALL, options=outlets, description="outlet")
        self.era = widgets.Dropdown(options=eras, description="era")
        self.voice = widgets.Dropdown(options=[ALL, "own", "quoted", "reported"], description="voice")
        self.sort = widgets.Dropdown(options=SORTS, description="sorted by")
        self.find = widgets.Button(description="Search", button_style="primary")
        self.csv = widgets.Button(description="Save CSV")
        self.xlsx = widgets.Button(description="Save XLSX")
        self.table = widgets.HTML()
        self.find.on_click(self.search)
        self.sort.observe(self.show, names="value")
        self.csv.on_click(lambda _: self.save("csv"))
        self.xlsx.on_click(lambda _: self.save("xlsx"))
        rows = [[self.pattern, self.outlet, self.era], [self.voice, self.sort, self.find, self.csv, self.xlsx]]
        self.box = widgets.VBox([*(widgets.HBox(row) for row in rows), self.table])

    def search(self, _: Any = None) -> None:
        """Find the lines for the present choices; a refused choice is shown in words in place of the table."""
        chosen = {n: None if (v := getattr(self, n).value) == ALL else v for n in ("outlet", "era", "voice")}
        self.table.value = "<p>Searching ...</p>"
        try:
            self.lines = library.search(self.corpus, self.texts, self.pattern.value, **chosen)
        except DiscourseError as error:
            self.lines = []
            self.table.value = f"<p>{html.escape(str(error))}</p>"
            return
        self.show()

    def show(self, _: Any = None) -> None:
        """Sort and draw the lines found last."""
        self.lines = kwic.sort_lines(self.lines, self.sort.value)
        self.table.value = as_html(self.lines)

    def save(self, kind: str) -> Path:
        """Write the lines to concordance.csv or concordance.xlsx in the git-ignored cache folder."""
        from analysis.store.atomic import write_text

        path = self.corpus.parent / ".cache" / f"concordance.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "csv":
            write_text(path, kwic.to_csv(self.lines))
        else:
            kwic.to_xlsx(self.lines, path)
        self.table.value = f"<p>Saved {len(self.lines):,} lines: {html.escape(str(path))}</p>" + as_html(self.lines)
        return path

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)
