"""The rules of docs/architecture.md, read off the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

# Floors of the house, from the ground up; a room imports from floors below its own, and from itself.
ALLOWED = {
    "errors": set(),
    "study": {"errors"},
    "store": {"errors", "study"},
    "texts": {"errors", "study", "store"},
    "measures": {"errors", "study", "store"},
    "figures": {"errors", "study", "store"},
    "run": {"errors", "study", "store", "measures", "figures"},
    "publish": {"errors", "study", "store", "measures", "figures", "run"},
    "cli": {"errors", "study", "store", "texts", "measures", "figures", "run", "publish"},
}
OWNERS = {
    "nltk": ("texts/annotate/", "measures/validation/agreement", "measures/words/collocation"),
    "gensim": ("measures/topics/"),
    "seaborn": ("figures/",),
    "matplotlib": ("figures/",),
    "papermill": ("run/",),
}


def modules(root: Path) -> list[Path]:
    return sorted((root / "analysis").rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_rooms_import_only_what_they_may(root):
    wrong = []
    for path in modules(root):
        room = path.relative_to(root / "analysis").with_suffix("").parts[0]
        for name in imports_of(path):
            parts = name.split(".")
            ours = parts[0] == "analysis" and len(parts) > 1
            if ours and room in ALLOWED and parts[1] in ALLOWED.keys() - ALLOWED[room] - {room}:
                wrong.append(f"{path.relative_to(root)} imports {name}")
    assert not wrong


def test_each_heavy_library_has_one_owner(root):
    wrong = []
    for path in modules(root):
        place = path.relative_to(root / "analysis").as_posix()
        for name in imports_of(path):
            owners = OWNERS.get(name.split(".")[0])
            if owners and not place.startswith(owners):
                wrong.append(f"{place} imports {name}")
    assert not wrong


def test_modules_are_of_readable_size(root):
    long = {p.relative_to(root).as_posix(): n for p in modules(root) if (n := len(p.read_text().splitlines())) > 450}
    assert not long


@pytest.mark.parametrize("module", ["analysis", "analysis.cli.main", "analysis.store"])
def test_imports_stay_light(module):
    heavy = ("pandas", "pyarrow", "nltk", "gensim", "seaborn", "papermill", "scipy")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Ids of this study that are ordinary words of English (or of the code) as well, so that finding one says nothing.
ORDINARY = {
    *("analyst", "other", "outlet", "unknown"),  # sides that the engine itself gives (`OWN_SIDES`)
    *("alignment", "balance", "constitution", "debt", "dependence", "friendship", "stance", "time", "transition"),
    *("EST", "PER", "PNG"),  # a time zone, hits PER 10,000 tokens, a picture
    "FRA",  # the example of a country code in docstrings and snippets
}
# Words of the engine's own word lists, not ids: agencies and stations as the press prints them, bodies, lemmas.
PRESS = (
    "afp akp allafrica ap asean bbc bernama cnn dpa efe fresh_news international ironclad kyodo reuters rfa tass vna voa "
    "xinhua yonhap youtube"
)
WORD_LISTS = (
    "texts/annotate/lexicon/",
    "texts/annotate/data/",
    "texts/clean/boilerplate_rules.py",
    "texts/collect/page_rules.toml",
    "texts/dedupe/clusters.py",
    "texts/read/datelines.py",
)

# Rules on single frames and sides that still name them; those on whom a hit is about and who speaks replace them.
NOT_YET = ("texts/annotate/dyads.py", "texts/annotate/negation_mention.py", "texts/annotate/attribution/speakers.py")


def ids_of_the_study(root: Path) -> set[str]:
    """Every id of outlet, era, state, side, event, frame, category and entry of the committed study."""
    import tomllib

    def tables(name: str) -> dict:
        return tomllib.loads((root / "corpus" / name).read_text(encoding="utf-8"))

    books = [tables(f"codebook/{path.name}") for path in sorted((root / "corpus" / "codebook").glob("*.toml"))]
    rows = [
        *(row["outlet_id"] for row in tables("outlets.toml")["outlet"]),
        *(row["era_id"] for row in tables("eras.toml")["era"]),
        *(row["id"] for row in tables("actors.toml")["state"]),
        *(row["id"] for kind in ("side", "event") for row in tables("study.toml")[kind]),
        *(book["frame"] for book in books),
        *(entry["category"] for book in books for entry in book["entry"]),
    ]
    return set(rows)


def words_of(root: Path) -> dict[str, list[str]]:
    """Place -> lines of the package's code and word lists, and of every cell of the notebooks."""
    import json

    found = {}
    for path in sorted((root / "analysis").rglob("*")):
        if path.suffix in (".py", ".toml", ".txt", ".js", ".css", ".html", ".jinja"):
            found[path.relative_to(root / "analysis").as_posix()] = path.read_text(encoding="utf-8").splitlines()
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[path.name] = [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    return found


def foreign_words(root: Path, places: dict[str, list[str]]) -> list[str]:
    """ "place:line: id" for each id of the study that stands where it has no business."""
    ids = ids_of_the_study(root) - ORDINARY
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, ids))) + r")(?![\w-])")
    press = set(PRESS.split())
    wrong = []
    for place, lines in places.items():
        for number, line in enumerate(lines, start=1):
            for word in pattern.findall(line):
                if not (word in press and place.startswith(WORD_LISTS)):
                    wrong.append(f"{place}:{number}: {word}")
    return wrong


def test_no_id_of_the_study_stands_in_code_or_notebooks(root):
    wrong = foreign_words(root, words_of(root))
    wrong = [w for w in wrong if not w.startswith(NOT_YET)]
    assert not wrong


def test_an_id_of_the_study_would_be_found(root):
    era = next(iter(sorted(ids_of_the_study(root) - ORDINARY)))
    assert foreign_words(root, {"x.py": ["before", f'default = "{era}"']}) == [f"x.py:2: {era}"]
    assert len(ids_of_the_study(root)) > 100


def test_nothing_of_the_study_is_named_in_code_or_notebooks(root):
    """Names and days as people write them: the state, its leaders, the day of the transition."""
    import tomllib

    eras = tomllib.loads((root / "corpus" / "eras.toml").read_text(encoding="utf-8"))["era"]
    study = tomllib.loads((root / "corpus" / "study.toml").read_text(encoding="utf-8"))
    states = tomllib.loads((root / "corpus" / "actors.toml").read_text(encoding="utf-8"))["state"]
    focal = next(row for row in states if row["id"] == study["study"]["focal_state"])
    names = [*focal["names"], *focal["demonyms"], *focal["capitals"], *(row["label"] for row in eras)]
    names += [row["date"].isoformat() for row in study["event"]]
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")
    places = words_of(root).items()
    wrong = [f"{p}:{n}: {w}" for p, lines in places for n, line in enumerate(lines, 1) for w in pattern.findall(line)]
    assert not [w for w in wrong if not w.startswith((*NOT_YET, *WORD_LISTS))]
