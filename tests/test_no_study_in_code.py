"""Nothing of the study stands in the package: what it declares stands in corpus/*.toml, and the code reads it there."""

from __future__ import annotations

import re
from pathlib import Path

# Ids of this study that are ordinary words of English (or of the code) as well, so that finding one says nothing.
ORDINARY = {
    "youtube",  # a platform, in invitations to follow a paper there
    *("analyst", "other", "outlet", "unknown"),  # sides that the engine itself gives (`OWN_SIDES`)
    *("alignment", "balance", "constitution", "debt", "dependence", "friendship", "stance", "time", "transition"),
    *("EST", "PER", "PNG"),  # a time zone, hits PER 10,000 tokens, a picture
    "FRA",  # the example of a country code in docstrings and snippets
}
# The engine's dictionary of English newspaper prose names what the press prints whatever is studied: agencies and stations
# as speakers, bodies, lemmas. Only these words, and only there; which of them are outlets of a study stands in corpus/.
# "economist" is there as a profession, "china" so that a state is not taken for porcelain.
PRESS = "afp ap asean bbc china cnn economist international ironclad reuters rfa voa xinhua"
# All nouns that WordNet knows, made by scripts/noun_senses.py: an id that is a noun stands there without being chosen.
DICTIONARY = "texts/annotate/data/nouns.txt"
WORD_LISTS = ("texts/annotate/lexicon/", "texts/annotate/data/")


def ids_of_the_study(root: Path) -> set[str]:
    """Every id of outlet, era, state, side, event, frame, category and entry of the committed study."""
    import tomllib

    def tables(name: str) -> dict:
        return tomllib.loads((root / "corpus" / name).read_text(encoding="utf-8"))

    books = [tables(f"codebook/{path.name}") for path in sorted((root / "corpus" / "codebook").glob("[!_]*.toml"))]
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
    del found[DICTIONARY]
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
    assert not [w for w in wrong if not w.startswith(WORD_LISTS)]
