"""What a reading of a study comes to, in a few sentences: eras, where the dates come from, days after today, and a block
to fill in for each document without date or outlet.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from analysis.store.contracts import DATE_BASES
from analysis.study.outlets import UNKNOWN
from analysis.study.settings import Era
from analysis.texts.clean.scripts import stretches, words_of_khmer
from analysis.texts.document import Document, Refusal
from analysis.texts.read.datelines import days_mentioned
from analysis.texts.read.dates import era_of
from analysis.texts.read.formats.record import RULES

SHOWN = 5
SHOWN_NAMES = 3
FILL_IN = """\
# Private. One block for each document without a date or an outlet. Write what you know between the quotation marks and
# copy the blocks to corrections.toml; what stays empty stays undated.
"""
_WRITTEN = re.compile(r'set = (?!\{ (date = "")?(, )?(outlet = "unknown")? \}$)')


def is_filled_in(text: str) -> bool:
    """Whether somebody wrote into a file of blocks to fill in.

    >>> is_filled_in(FILL_IN + 'set = { date = "" }'), is_filled_in(FILL_IN + 'set = { date = "2012-05-01" }')
    (False, True)
    """
    return any(_WRITTEN.match(line) for line in text.splitlines())


class Overview:
    """Counts of the kept documents, filled one by one."""

    def __init__(self, eras: Mapping[str, Era], today: dt.date | None = None) -> None:
        """today: days after it are named; None for the day of the machine's clock."""
        self.eras, self.today = eras, (today or dt.date.today()).isoformat()
        self.kept = self.refused = self.no_era = self.undated = 0
        self.bases: Counter[str] = Counter()
        self.future: list[tuple[str, str | None]] = []
        self.notes: dict[str, list[str]] = {}  # rule -> origins of the texts that it changed
        self.unspaced = 0
        self.stretches: list[str] = []
        self.blocks: list[str] = []

    def add(self, made: Document | Refusal) -> None:
        """Count one document or refusal."""
        if isinstance(made, Refusal):
            self.refused += made.kind != "filtered"
            return
        self.kept += 1
        self.bases[made.date_basis] += 1
        if found := stretches(made.text):
            self.unspaced += 1
            self.stretches += found
        for rule, _ in made.notes:
            self.notes.setdefault(rule, []).append(made.origin)
        self.undated += made.published is None
        self.no_era += era_of(made.published, made.date_precision, self.eras) is None
        if made.published and made.published > self.today:
            self.future.append((made.origin, made.published))
        if made.published is None or made.outlet_id == UNKNOWN:
            self.blocks.append(block(made))

    def eras_in_words(self) -> str:
        """How many of the kept have no era, and why; "" if all have one."""
        if not self.no_era:
            return ""
        outside = self.no_era - self.undated
        why = [f"{self.undated:,} undated"] * bool(self.undated)
        why += [f"{outside:,} of a day outside all eras, or of a month or year that crosses a border"] * bool(outside)
        return f"{self.no_era:,} of them with no era: {', '.join(why)}"

    def lines(self) -> list[str]:
        """Where the dates come from, and which days lie after today."""
        lines = []
        if self.kept:
            told = [f"{self.bases[basis]:,} {basis}" for basis in DATE_BASES if self.bases[basis]]
            lines.append(f"Where the dates of the kept come from: {', '.join(told)}.")
        if self.bases["crawl"]:
            lines.append(
                f"{self.bases['crawl']} are dated by when they were fetched or seen (crawl): no day of publication, "
                "and near the border of an era it may be the wrong side."
            )
        lines += future_in_words(self.future, self.today)
        if self.unspaced:
            words = words_of_khmer(self.stretches)
            length = f"about {words:,} words (khmercut)" if words is not None else "their length in words is unknown"
            lines.append(
                f"{self.unspaced} kept texts hold {len(self.stretches)} stretches in a script without spaces between words "
                f"(Khmer, Thai, Lao, Burmese): they are not counted, {length}."
            )
        return [*lines, *self._reading_list()]

    def _reading_list(self) -> list[str]:
        """What was mended in reading or cut as boilerplate, a rule a line, with the number of texts and a few of them."""
        lines = []
        for rule in (rule for rule in RULES if rule in self.notes):
            where = self.notes[rule]
            more = ", ..." if len(where) > SHOWN_NAMES else ""
            lines.append(f"{RULES[rule]}: {len(where)} text(s), {', '.join(where[:SHOWN_NAMES])}{more}")
        cut = {rule: len(where) for rule, where in self.notes.items() if rule not in RULES}
        if cut:
            told = ", ".join(f"{rule} {n}" for rule, n in sorted(cut.items(), key=lambda c: (-c[1], c[0])))
            lines.append(f"Cut as boilerplate, in how many texts: {told} (each text's own list with --records FILE).")
        return lines

    def fill_in(self) -> str:
        """The blocks for what is undated or of an unknown outlet, as a text to be filled in; "" if there are none."""
        return FILL_IN + "\n".join(["", *self.blocks]) if self.blocks else ""


def future_in_words(days: Iterable[tuple[str, str | None]], today: str | None = None) -> list[str]:
    """A sentence on documents (origin, day) that are dated after today; [] if none is."""
    limit = today or dt.date.today().isoformat()
    late = [f"{origin} ({day})" for origin, day in days if day and day > limit]
    more = f" and {len(late) - SHOWN} more" if len(late) > SHOWN else ""
    return [
        f"{len(late)} are dated after today, which is a slip: {', '.join(late[:SHOWN])}{more}. Set the right day in "
        "corrections.toml."
    ] * bool(late)


def block(document: Document) -> str:
    """A correction to fill in for one document, with what its text says of days."""
    lines, sets, expect = [f"# {document.origin}"], [], []
    if document.published is None:
        days = days_mentioned(document.text)
        lines += [f"# the text speaks of {', '.join(days)}"] * bool(days)
        sets.append('date = ""')
        expect.append('date = ""')
    if document.outlet_id == UNKNOWN:
        sets.append(f"outlet = {_toml(UNKNOWN)}")
        expect.append(f"outlet = {_toml(UNKNOWN)}")
    lines += [
        "[[correction]]",
        f"target = {_toml(document.doc_id)}",
        'action = "set"',
        'reason = "Looked up by hand."',
        f"expect = {{ {', '.join(expect[:1])} }}",
        f"set = {{ {', '.join(sets)} }}",
    ]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
