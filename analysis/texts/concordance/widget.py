"""A concordance to search, sort and export in JupyterLab. Needs the private texts and shows them: never publish it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DiscourseError
from analysis.store.html import render
from analysis.study.places import folders_of
from analysis.study.settings import corpus_folder, load_eras, load_outlets, texts_folder
from analysis.texts.concordance import kwic, library

if TYPE_CHECKING:
    from analysis.texts.concordance.kwic import Line

ALL = "all"
SORTS = ("position", "left", "right", "keyword", "outlet", "published", "speaker")
SHOWN = 200
DRAFTS = Path("figures") / "drafts"
TEMPLATES = Path(__file__).resolve().parent / "templates"


def as_html(
    lines: Sequence[Line] | None,
    shown: int = SHOWN,
    *,
    told: str | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """The lines as a table with the keyword in the middle; the first `shown` of them, with the number of all.

    told: a sentence above the table. names: id of an outlet -> how it is printed. None in place of the lines: the sentence
    alone.
    """
    return render(TEMPLATES, "lines.html", lines=lines, shown=shown, told=told, names=names or {})


def _seen(study: Path) -> Path:
    """A study's folder as it is written in commands: seen from the working folder, else from the project's."""
    beside = corpus_folder().parent / study
    return beside if not study.is_dir() and beside.is_dir() else study


class Concordance:
    """The widget. `box` is what is displayed; `lines` are the lines found last, in the order shown.

    study: a study's folder, as `discourse init` or `discourse new` made it (default: this project's); corpus, texts: its
    two folders, where they stand apart. Raises `TextsMissing` at once if the texts are not there, and `DiscourseError` for
    a folder that is no study.
    """

    def __init__(
        self,
        pattern: str = "friend*",
        *,
        study: str | Path | None = None,
        corpus: Path | None = None,
        texts: Path | None = None,
    ) -> None:
        import ipywidgets as widgets

        own = folders_of(_seen(Path(study))) if study is not None else (corpus_folder(), texts_folder())
        self.corpus, self.texts = corpus or own[0], texts or own[1]
        library.require_texts(self.corpus, self.texts)
        self.lines: list[Line] = []
        self.names = {key: one.name for key, one in load_outlets(self.corpus / "outlets.toml").items()}
        outlets = [ALL, *self.names]
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
        values = {name: getattr(self, name).value for name in ("outlet", "era", "voice")}
        chosen: dict[str, Any] = {name: None if value == ALL else value for name, value in values.items()}
        self.table.value = as_html(None, told="Searching ...")
        try:
            self.lines = library.search(self.corpus, self.texts, self.pattern.value, progress=self._tell, **chosen)
        except DiscourseError as error:
            self.lines = []
            self.table.value = as_html(None, told=str(error))
            return
        self.show()

    def _tell(self, done: int, total: int) -> None:
        self.table.value = as_html(None, told=f"Searching ... {done} of {total} pieces of the texts")

    def show(self, _: Any = None) -> None:
        """Sort and draw the lines found last."""
        self.lines = kwic.sort_lines(self.lines, self.sort.value)
        self.table.value = as_html(self.lines, names=self.names)

    def save(self, kind: str) -> Path:
        """Write the lines to concordance.csv or concordance.xlsx among the drafts, which git ignores and Lab shows."""
        from analysis.store.atomic import write_text

        path = self.corpus.parent / DRAFTS / f"concordance.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "csv":
            write_text(path, kwic.to_csv(self.lines))
        else:
            kwic.to_xlsx(self.lines, path)
        seen = Path(os.path.relpath(path)).as_posix()
        told = f"Saved {len(self.lines):,} lines in {seen} (private: never commit or publish it)"
        self.table.value = as_html(self.lines, told=told, names=self.names)
        return path

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)
