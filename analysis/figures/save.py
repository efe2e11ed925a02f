"""Saving a figure together with what is needed to cite, check and redraw it.

Five files carry one figure id: SVG, PNG, PDF, the drawn rows as CSV, and a JSON sidecar. None of them carries a time, a
path or a host, so drawing again gives the same bytes.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import math
import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.errors import DiscourseError, NothingFound
from analysis.figures.fonts import keep_order, packages_used, versions_of
from analysis.figures.options import Facts, read_options
from analysis.figures.pdf_fonts import with_truetype_outlines, without_invisible_glyphs, without_layout_tables
from analysis.figures.settled import settled, solve_layout
from analysis.figures.style import DPI, drawing
from analysis.store.atomic import write_bytes
from analysis.store.html import render as fill

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from analysis.store import Store

FORMATS = ("svg", "png", "pdf")
FILES = (*FORMATS, "csv", "json")
DRAWING_LIBRARIES = ("matplotlib", "seaborn", "pillow")
LIBRARIES = (*DRAWING_LIBRARIES, "numpy", "pandas", "pyarrow", "scipy", "statsmodels", "scikit-learn", "gensim")
_MARKS = ("pyproject.toml", "notebooks/plan.toml", "corpus/study.toml")  # a project, or a study of its own
TEMPLATES = Path(__file__).resolve().parent / "templates"
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Published:
    """A figure as it was saved. In JupyterLab it shows the picture with its title, caption and id."""

    folder: Path
    figure_id: str
    sidecar: dict[str, Any]

    def path(self, kind: str) -> Path:
        """The file of one kind: svg, png, pdf, csv or json."""
        return self.folder / f"{self.figure_id}.{kind}"

    def __repr__(self) -> str:
        return f"<figure {self.figure_id}: {self.sidecar['title']}>"

    def _places(self) -> list[tuple[str, str]]:
        """(name, link from the open notebook) of a draft's files; pages of published runs name no folder of a machine."""
        if os.environ.get("DISCOURSE_FIGURES"):
            return []
        paths = [Path(os.path.relpath(self.path(kind))).as_posix() for kind in ("svg", "pdf", "csv", "json")]
        return [(path.removeprefix("../"), path) for path in paths]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        picture = base64.b64encode(self.path("png").read_bytes()).decode("ascii")
        width = round(self.sidecar["width_mm"] / 25.4 * 110)
        words: dict[str, Any] = {key: self.sidecar[key] for key in ("title", "alt")}
        words["caption"] = self.sidecar["full_caption"]
        words["places"] = self._places()
        page = fill(TEMPLATES, "published.html", figure_id=self.figure_id, width=width, picture=picture, **words)
        return {"text/plain": repr(self), "image/png": picture, "text/html": page}, {"image/png": {"width": width}}


def publish(
    figure: Figure, figure_id: str, rows: pd.DataFrame, *, title: str, caption: str, alt: str, **facts: Any
) -> Published:
    """Save `figure` and the rows it draws under `figure_id`, and return what JupyterLab shows.

    Files go to $DISCOURSE_FIGURES (set by `discourse run`), otherwise to figures/drafts, which git ignores; a draft whose
    id names another collection than the one that was drawn is called after the one that was.

    figure_id: lower-case words joined by underscores; stable, since papers cite it. rows: the drawn values, in drawn
    order; numbers are written with 10 significant digits. caption: what is shown, in one or two sentences; of the
    facts (`options.Facts`) `n`, `unit`, `test` and `limits` are added to it. alt: the picture in words.

    Raises `DiscourseError` for a bad id, an unknown fact, an empty table, an empty title, caption or alt text, or a glyph
    that no font here has; `NothingFound` for a figure of which every cell has too few.
    """
    stated = read_options(Facts, facts, "publish")
    if getattr(figure, "nothing_drawn", False):
        raise NothingFound(
            f"figure {figure_id}: every cell has too few documents, so there is nothing to draw and no figure; choose more "
            "documents, larger groups, or a lower minimum."
        )
    _refuse(figure_id, rows, {"title": title, "caption": caption, "alt": alt})
    if not os.environ.get("DISCOURSE_FIGURES"):
        figure_id = draft_id(figure_id, _stores(stated))
    table = table_bytes(rows)
    keep_order(figure)
    with drawing():
        fonts = packages_used(figure)
    files = {**render(figure, title=title, description=alt, plain=not fonts), "csv": table}
    width, height = figure.get_size_inches()
    sidecar = {
        "figure_id": figure_id,
        "title": title,
        "caption": caption,
        "full_caption": full_caption(caption, n=stated.n, unit=stated.unit, test=stated.test, limits=stated.limits),
        "alt": alt,
        **_stated(stated),
        "row_count": len(rows),
        "columns": [str(c) for c in rows.columns],
        "width_mm": round(width * 25.4, 1),
        "height_mm": round(height * 25.4, 1),
        "versions": versions() | versions_of(fonts),
        "files": {kind: hashlib.sha256(data).hexdigest() for kind, data in files.items()},
    }
    folder = figures_folder()
    for kind, data in files.items():
        write_bytes(folder / f"{figure_id}.{kind}", data)
    write_sidecar(folder / f"{figure_id}.json", sidecar)
    return Published(folder, figure_id, sidecar)


def _stated(facts: Facts) -> dict[str, Any]:
    """The facts as the sidecar keeps them."""
    stores, n = _stores(facts), facts.n
    return {
        "n": n if n is None or isinstance(n, str) else {str(k): int(v) for k, v in n.items()},
        "unit": facts.unit,
        "test": facts.test,
        "limits": facts.limits,
        "notes": facts.notes,
        "seed": facts.seed,
        "source": source_line(stores),
        "stores": [{"name": s.path.name, "collection": s.collection, "store_hash": s.store_hash} for s in stores],
    }


def _stores(facts: Facts) -> list[Store]:
    store = facts.store
    return [] if store is None else [store] if hasattr(store, "manifest") else list(store)


def draft_id(figure_id: str, stores: Iterable[Store]) -> str:
    """`figure_id` with the collection that was drawn in the place of another one of its store that it names.

    Whoever changes `collection` in a notebook and leaves `figure_id` would overwrite the draft of the first collection.
    """
    words = figure_id.split("_")
    for store in stores:
        drawn = re.sub(r"[^a-z0-9]+", "", store.collection or "")
        if drawn and drawn not in words:
            words = [drawn if word in store.collections else word for word in words]
    return "_".join(words)


def figures_folder() -> Path:
    """$DISCOURSE_FIGURES, else figures/drafts of the project around the working folder, else of the one that this package
    was checked out with, else ./figures/drafts."""
    given = os.environ.get("DISCOURSE_FIGURES")
    if given:
        return Path(given)
    here = Path.cwd()
    places = (here, *here.parents, Path(__file__).resolve().parents[2])
    root = next((f for f in places if any((f / mark).is_file() for mark in _MARKS)), here)
    return root / "figures" / "drafts"


def render(figure: Figure, *, title: str = "", description: str = "", plain: bool = False) -> dict[str, bytes]:
    """The figure's bytes by format. They depend on the figure and the drawing libraries' versions, on nothing else.

    plain: every glyph is in DejaVu Sans (`packages_used` names no package); the same bytes for less work.
    """
    metadata = {
        "svg": {"Date": None, "Creator": None, "Title": title, "Description": description},
        "png": {"Software": None, "Title": title},
        "pdf": {"CreationDate": None, "Producer": None, "Creator": None, "Title": title},
    }
    pictures = {}
    with drawing(plain=plain), without_layout_tables(), with_truetype_outlines(), settled():
        # The layout is solved once, otherwise each format solves it again with a draw of its own; and at the resolution
        # of the picture, since letters drawn for a screen are narrower and the print would clip them.
        figure.set_dpi(DPI)
        solve_layout(figure)
        for kind in FORMATS:
            stream = io.BytesIO()
            with without_invisible_glyphs() if kind == "pdf" else contextlib.nullcontext():
                figure.savefig(stream, format=kind, dpi=DPI, metadata=metadata[kind])
            pictures[kind] = stream.getvalue()
    return pictures


def table_bytes(rows: pd.DataFrame) -> bytes:
    """`rows` as CSV: UTF-8, newline line ends, floats with 10 significant digits, empty for missing, no index."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([str(c) for c in rows.columns])
    columns = [rows.iloc[:, i].tolist() for i in range(rows.shape[1])]
    writer.writerows([[_cell(v) for v in values] for values in zip(*columns, strict=True)])
    return out.getvalue().encode("utf-8")


def _cell(value: Any) -> str:
    if (
        value is None
        or (isinstance(value, float) and math.isnan(value))
        or (not isinstance(value, str) and str(value) in ("<NA>", "NaT"))
    ):
        return ""  # missing; an outlet of that name is text
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = f"{value:.10g}"
        return "0" if text == "-0" else text
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(value):
        return "'" + value  # a spreadsheet would take the text for a formula and execute it
    return str(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_sidecar(path: Path, sidecar: Mapping[str, Any]) -> None:
    """Write a sidecar with a digest of its own content, so that an edit by hand is noticed."""
    body = {k: v for k, v in sidecar.items() if k != "digest"}
    text = json.dumps({**body, "digest": digest_of(body)}, indent=1, sort_keys=True, ensure_ascii=False)
    write_bytes(path, (text + "\n").encode("utf-8"))


def digest_of(sidecar: Mapping[str, Any]) -> str:
    """sha256 of a sidecar's content, its own digest left out."""
    body = {k: v for k, v in sidecar.items() if k != "digest"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def full_caption(
    caption: str,
    *,
    n: Mapping[str, int] | str | None = None,
    unit: str | None = None,
    test: str | None = None,
    limits: str | None = None,
) -> str:
    """The caption with its numbers: n, unit of resampling, test and limits, as sentences."""
    parts = [caption]
    if n:
        parts.append(f"n: {n if isinstance(n, str) else ', '.join(f'{v:,} {k}' for k, v in n.items())}")
    parts += [f"{name}: {text}" for name, text in (("Unit", unit), ("Test", test), ("Limits", limits)) if text]
    return " ".join(p.strip().rstrip(".") + "." for p in parts)


def source_line(stores: Iterable[Store]) -> str:
    """Where the numbers come from, read off the manifests of the stores."""
    lines = []
    for store in stores:
        names = ", ".join([store.collection] if store.collection else store.collections)
        lines.append(
            f"public store '{store.path.name}' ({names}; {store.row_count('documents'):,} documents), "
            f"discourse {__version__}"
        )
    return f"Source: {'; '.join(lines)}." if lines else "Source: not from a store."


def versions() -> dict[str, str]:
    """Versions of Python, of this package, and of the libraries that shape numbers and pictures; for what processor they
    computed (kernels of the plan are told, `analysis.run.processor`)."""
    from matplotlib import ft2font

    found = {"python": ".".join(platform.python_version_tuple()[:2]), "discourse": __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    found["freetype"] = ft2font.__freetype_version__
    found["processor"] = os.environ.get("DISCOURSE_PROCESSOR") or f"{platform.machine()} as it is"
    return found


def _refuse(figure_id: str, rows: pd.DataFrame, texts: Mapping[str, str]) -> None:
    if not _ID.fullmatch(figure_id):
        raise DiscourseError(f"figure_id {figure_id!r}: use lower-case words joined by underscores, as in frames_news.")
    if not len(rows.columns) or not len(rows):
        raise NothingFound(f"figure {figure_id}: the table of drawn rows is empty; a figure without data is refused.")
    for name, text in texts.items():
        if not text.strip():
            raise DiscourseError(f"figure {figure_id}: {name} is empty; every published figure says it in words.")
