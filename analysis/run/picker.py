"""A picker for the parameters of a notebook: click outlets, eras and frames, and copy the finished parameter cell.

It writes into no file and no kernel, on purpose. An open notebook lives in the browser: a file changed beneath it would be
overwritten by the next autosave, or make JupyterLab ask which of the two to keep. Variables set in a running kernel would
be undone by the parameter cell in the next *Run All Cells*, and until then the figure would not be that of the cell. So the
cell's text is shown, to be copied and pasted over the notebook's first code cell, where everybody sees it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, require
from analysis.run.parameters import TAG, declared, read_cells, tags_of
from analysis.run.project import Project, find_project
from analysis.run.start_page import asked
from analysis.store import open_store
from analysis.store.html import render

TEMPLATES = Path(__file__).resolve().parent / "templates"
LISTS = ("outlet_ids", "era_ids", "frames")
ROWS = 10


def parameter_cell(notebook: Path, chosen: Mapping[str, Any]) -> str:
    """The text of a notebook's parameter cell with `chosen` in place of its values; other lines and comments stay.

    A name that the notebook does not declare is left out. Raises `DiscourseError` for a notebook without such a cell.
    """
    known = declared(notebook)
    cells = [cell["source"] for cell in read_cells(notebook) if TAG in tags_of(cell)]
    if not cells:
        raise DiscourseError(f"{notebook.name}: no cell is tagged {TAG!r}; choose a notebook that has one.")
    lines = cells[0].splitlines()
    for statement in reversed(ast.parse(cells[0]).body):
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        name = target.id if isinstance(target, ast.Name) else ""
        if name not in chosen or name not in known or chosen[name] == known[name].default:
            continue
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        rest = lines[last].encode()[statement.end_col_offset or 0 :].decode()  # its comment
        written = json.dumps(chosen[name], ensure_ascii=False)
        lines[first : last + 1] = [f"{name}: {known[name].kind} = {written}{rest}"]
    return "\n".join(lines)


class Picker:
    """The widget. `box` is what is displayed; `text` is the parameter cell for the present choice.

    store_name: a store of the project. Offered are notebooks with a number and a parameter for outlets, eras or frames; in
    the lists nothing chosen means all. Raises `DiscourseError` for a store that is not there.
    """

    def __init__(self, store_name: str = "default", *, project: Project | None = None) -> None:
        import ipywidgets as widgets

        self.project = project or find_project()
        self.store_name, self.store = store_name, open_store(store_name)
        self.documents = self.store.table("documents", columns=["doc_id", "collection", "outlet_id", "era_id"])
        lists = {
            "rows": ROWS,
            "layout": {"flex": "1 1 13rem", "width": "auto"},
            "style": {"description_width": "4.5em"},
        }
        self.notebook = widgets.Dropdown(options=self._notebooks(), description="notebook", layout={"width": "98%"})
        self.collection = widgets.Dropdown(
            options=self._collections(), description="collection", layout={"width": "auto", "max_width": "98%"}
        )
        self.outlets = widgets.SelectMultiple(description="outlets", **lists)
        self.eras = widgets.SelectMultiple(description="eras", **lists)
        self.frames = widgets.SelectMultiple(options=self._frames(), description="frames", **lists)
        self.told = widgets.HTML()
        self.lines = widgets.HTML()
        self.collection.observe(self._refill, names="value")
        every = [path for _, path in self.notebook.options if {*LISTS} <= {*declared(path)}]
        self.notebook.value = next(iter(every), self.notebook.value)
        for widget in (self.notebook, self.outlets, self.eras, self.frames):
            widget.observe(self.show, names="value")
        boxes = widgets.HBox([self.outlets, self.eras, self.frames], layout={"flex_flow": "row wrap"})
        self.box = widgets.VBox([self.notebook, self.collection, boxes, self.told, self.lines])
        self._refill()

    def _notebooks(self) -> list[tuple[str, Path]]:
        there = sorted(self.project.notebooks.glob("[0-9]*.ipynb"))
        return [(f"{p.stem}: {asked(p)[0]}", p) for p in there if {*LISTS} & {*declared(p)}]

    def _collections(self) -> list[tuple[str, str]]:
        return [(self.store.study.collection(name).name, name) for name in self.store.collections]

    def _frames(self) -> list[tuple[str, str]]:
        names = self.store.names()
        return [(names.get(f, f), f) for f in sorted({row["frame"] for row in self.store.label_rows("entries")})]

    def _refill(self, _: Any = None) -> None:
        """The outlets and eras of the collection, with their numbers of documents."""
        names, part = self.store.names(), self._part()
        sizes = part.groupby("outlet_id").size().sort_values(ascending=False, kind="stable")
        self.outlets.options = [(f"{names.get(o, o)} ({n:,})", o) for o, n in sizes.items()]
        counts = part["era_id"].value_counts()
        eras = self.store.study.in_time(counts.index)
        self.eras.options = [(f"{names.get(e, e)} ({counts[e]:,})", e) for e in eras]
        self.show()

    def _part(self) -> Any:
        return self.documents[self.documents["collection"] == self.collection.value]

    def choose(self, notebook: str = "", collection: str = "", **lists: Sequence[str]) -> None:
        """Choose as by clicking. notebook: its name without ending. lists: ids for `outlets`, `eras`, `frames`.

        What is not named stays as it is, but another collection begins with all of its outlets and eras. Raises
        `DiscourseError` that lists what there is.
        """
        if notebook:
            there = {path.stem: path for _, path in self.notebook.options}
            require("notebook", notebook, there)
            self.notebook.value = there[notebook]
        if collection:
            require("collection", collection, [name for _, name in self.collection.options])
            self.collection.value = collection
        boxes = {"outlets": self.outlets, "eras": self.eras, "frames": self.frames}
        for name, ids in lists.items():
            require("list", name, boxes)
            for one in ids:
                require(name, one, [value for _, value in boxes[name].options])
            boxes[name].value = tuple(ids)

    @property
    def text(self) -> str:
        """The parameter cell of the chosen notebook with the present choice in it."""
        chosen = {"store_name": self.store_name, "collection": self.collection.value}
        chosen |= {"outlet_ids": list(self.outlets.value), "era_ids": list(self.eras.value)}
        return parameter_cell(self.notebook.value, chosen | {"frames": list(self.frames.value)})

    def show(self, _: Any = None) -> None:
        """Say how many documents are chosen, what the notebook has no parameter for, and draw the cell's text."""
        part, notebook = self._part(), self.notebook.value
        if self.outlets.value:
            part = part[part["outlet_id"].isin(self.outlets.value)]
        if self.eras.value:
            part = part[part["era_id"].isin(self.eras.value)]
        chosen = {"outlet_ids": self.outlets.value, "era_ids": self.eras.value, "frames": self.frames.value}
        missing = [name for name, ids in chosen.items() if ids and name not in declared(notebook)]
        facts = {"documents": len(part), "outlets": part["outlet_id"].nunique(), "missing": missing}
        self.told.value = render(TEMPLATES, "picked.html", **facts)
        self.lines.value = render(TEMPLATES, "lines.html", text=self.text, link=notebook.name, stem=notebook.stem)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)
