"""Write analysis/texts/annotate/data/nouns.txt from WordNet's database: python scripts/noun_senses.py DICT FILE

DICT: the folder with `index.sense` and `data.noun` (WordNet 3.1, Princeton University). A noun gets the class of its first
sense if half of its tagged uses are of persons, creatures or things ("?" if it is as often a verb); adjectives that are
mostly adjectives are "quality". Names and words that WordNet calls offensive are left out.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

LICENCE = """\
# Nouns and adjectives of English by the sense they mostly have, made from WordNet by scripts/noun_senses.py.
# WordNet 3.1 Copyright 2011 by Princeton University. All rights reserved. Permission to use, copy, modify and distribute
# this software and database and its documentation for any purpose and without fee or royalty is hereby granted, provided
# that you agree to comply with the following copyright notice and statements, including the disclaimer, and that the same
# appear on ALL copies of the software, database and documentation, including modifications that you make for internal use
# or for distribution. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR
# WARRANTIES, EXPRESS OR IMPLIED. BY WAY OF EXAMPLE, BUT NOT LIMITATION, PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR
# WARRANTIES OF MERCHANTABILITY OR FITNESS FOR ANY PARTICULAR PURPOSE OR THAT THE USE OF THE LICENSED SOFTWARE, DATABASE OR
# DOCUMENTATION WILL NOT INFRINGE ANY THIRD PARTY PATENTS, COPYRIGHTS, TRADEMARKS OR OTHER RIGHTS. The name of Princeton
# University or Princeton may not be used in advertising or publicity pertaining to distribution of the software and/or
# database. Title to copyright in this software, database and any associated documentation shall at all times remain with
# Princeton University and LICENSEE agrees to preserve same.
"""
# number of WordNet's lexicographer file -> class; 5 animal, 6 artifact, 8 body, 13 food, 17 object, 18 person, 20 plant,
# 27 substance
CLASSES = {5: "creature", 6: "thing", 8: "thing", 13: "thing", 17: "thing", 18: "person", 20: "creature", 27: "thing"}
ORDER = ("person", "person?", "creature", "creature?", "thing", "thing?", "other", "quality")
_RUDE = re.compile(r"slur|offensive|disparag|derogat|obscen|insulting|vulgar|pejorat")
_WORD = re.compile(r"[a-z]{3,16}")
Sense = tuple[int, int, int, bool]  # rank, lexicographer file, tagged uses, whether it is a name


def names_and_rude(path: Path) -> tuple[set[tuple[str, str]], set[str]]:
    """Of `data.noun`: (word, offset) of synsets that are names, and the words of those whose gloss calls them offensive."""
    names, rude = set(), set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("  "):
            parts = line.split(" ")
            words = parts[4 : 4 + 2 * int(parts[3], 16) : 2]
            names |= {(word.lower(), parts[0]) for word in words if word.lower() != word}
            if _RUDE.search(line.partition("|")[2]):
                rude |= {word.lower() for word in words}
    return names, rude


def senses(
    path: Path, names: set[tuple[str, str]]
) -> tuple[dict[str, Counter[str]], dict[tuple[str, str], list[Sense]]]:
    """Of `index.sense`: tagged uses by word and part of speech, and the senses of each."""
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[tuple[str, str], list[Sense]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        key, offset, rank, tagged = line.split()
        word, rest = key.split("%")
        kind, file = rest.split(":")[:2]
        part = "nvara"[int(kind) - 1]
        uses[word][part] += int(tagged)
        found[word, part].append((int(rank), int(file), int(tagged), (word, offset) in names))
    return uses, found


def noun_class(uses: Counter[str], own: list[Sense], others: set[str]) -> str:
    """The class of one noun; "" if it is a name, or as often something else than a noun. others: its other parts."""
    own = sorted(own)
    if own[0][3] or uses["v"] > uses["n"] or ("a" in others and uses["a"] > 0):
        return ""
    verb = "v" in others and uses["v"] * 2 >= uses["n"]
    total, private = sum(s[2] for s in own), sum(s[2] for s in own if s[1] in CLASSES)
    if own[0][1] in CLASSES and private * 2 >= total:
        return CLASSES[own[0][1]] + "?" * verb
    return "other" if total and not verb else ""


def main(folder: Path, target: Path) -> None:
    """Write the list."""
    names, rude = names_and_rude(folder / "data.noun")
    uses, found = senses(folder / "index.sense", names)
    made = defaultdict(list)
    for (word, part), own in found.items():
        count = uses[word]
        others = {p for p in "var" if (word, p) in found}
        if not _WORD.fullmatch(word) or word in rude or ("r" in others and count["r"] >= count["n"]):
            continue
        if part == "n" and (kind := noun_class(count, own, others)):
            made[kind].append(word)
        elif part == "a" and count["a"] and count["a"] >= max(count["n"], count["v"]):
            made["quality"].append(word)
    lines = [f"{kind}\t{' '.join(sorted(set(made[kind])))}\n" for kind in ORDER]
    target.write_text(LICENCE + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
