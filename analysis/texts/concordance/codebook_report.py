"""The codebook as a document, its faults, and which counts a change of it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.texts.annotate.codebook import Codebook, Entry, Frame, without_dashes
from analysis.texts.annotate.matcher import Matcher

SEMANTICS = """\
## How patterns are read

- A pattern is a sequence of words. `*` stands for any run of letters in a word, `?` for exactly one letter; `(a|b)`
  lists
  alternatives; `{0,3}` between two words lets up to three words stand there; `[a|b]` at the start or end must be there
  and is not part of the match.
- Case does not matter, unless an entry says `case_sensitive`. A hyphen in a pattern matches a hyphen, a space or
  nothing
  ("long-term", "long term", "longterm"); a space matches a hyphen too; a possessive ending is ignored.
- Within a frame the longest match wins (more words, then more letters, then the leftmost), and each word counts once.
  Different frames may use the same words, unless a frame says `nested_scope = "codebook"`.
- `exclude`: a match that overlaps one of these is no hit. `requires`: at least one must stand in the sentence, or
  within
  `requires_within` words; `@state` and `@actor` stand for any state or actor of `corpus/actors.toml`.
  `forbids`: none may. Both can name a relation to the match: `object: power*` (up to eight words behind it in the clause),
  `owner: @state` (up to five words in front), `subject: kingdom` (the clause up to it), `clause: ally` (its clause).
  `@person`, `@creature`, `@thing`: what a noun names (WordNet's senses; words that act for states are taken out): the head
  of the phrase that acts (`agent`) or is meant (`object`), or who has it (`owner`); `clause: @everyday`: two such nouns in
  the clause. An entry that is `unmistakable` has one sense, and these of its frame do not count;
  nor does anything that the frame or all frames forbid, if the sentence names a state. The same holds where the state has
  the words by its own phrase: what it owns ("the kingdom's ..."), is called ("a ... kingdom") or is in a noun of stance
  with "of"; and where it is the one who does it, or a power stands right behind "on", "with" or "to", no other noun of the
  clause counts. A match in capitals beside "firm", "band", "hotel" and the like is a name and no hit.
- `negator_belongs`: "not take sides" is the indicator itself and is not negated; the affirmed form is.
- `owner`, `of`: whether the state of "X's satellite" and "a satellite of X" holds the stance or is its object.
  `attributive`: the state right behind is the holder ("a neutral X"). `agent`: so is the one of "seen by X as". `mutual`:
  both states of "between X and Y" hold it. `acted_on`: it is done to its holder ("X violates Y's borders").
  `either_way`: no hit is negated, since the words carry the frame when they are denied, too.
- The categories of a frame's core make up its total; the others are shown beside it and never summed with it.
- Read as right: hits about the study's state, and others, read in their paragraphs (`corpus/codings/` says by whom) and
  found to mean what the frame says about states, with the 95 % interval of Wilson (1927). "Not read": nobody did.
- How often rules and codebook of the package err on texts that they were not made for (`docs/methods/voice.md`): of a
  stranger's invented passages 17 of 20 true uses were found (64 to 95 %), 1 of 14 metaphors without an entry (1 to 31 %),
  and 5 of 19 false friends were hit (12 to 49 %), at first sight.
"""


@dataclass(frozen=True)
class Finding:
    """One fault of a codebook. level: "error" must be mended, "note" should be looked at."""

    level: str
    frame: str
    entry: str
    message: str


def document(codebook: Codebook, readings: Mapping[tuple[str, str], tuple[int, int]] | None = None) -> str:
    """docs/codebook.md as text: every frame, every entry with pattern, conditions, source and examples.

    readings: (frame, entry) -> how many of its hits were read, and how many of these were right (see `codings.tally`).
    """
    readings = readings or {}
    parts = [
        "# Codebook\n",
        "Generated from `corpus/codebook/*.toml` by `discourse codebook document`; do not edit.\n",
        SEMANTICS,
    ]
    if codebook.exclude or codebook.forbids:
        parts.append("## False friends of all frames\n")
        parts += [f"Never a hit: {_listed(codebook.exclude)}.\n"] if codebook.exclude else []
        parts += [f"No hit with: {_listed(codebook.forbids)}.\n"] if codebook.forbids else []
    for frame in codebook.frames:
        parts.append(f"## {frame.label} (`{frame.name}`)\n\n{frame.about}.\n")
        if frame.boundary:
            parts.append(f"Boundary: {frame.boundary}.\n")
        if frame.core:
            parts.append(_core(frame))
        if frame.exclude:
            parts.append("Never a hit: " + _listed(frame.exclude) + ".\n")
        if frame.forbids:
            parts.append("No hit in a sentence with: " + _listed(frame.forbids) + ".\n")
        parts += [_entry(entry, readings.get((entry.frame, entry.id), (0, 0))) for entry in frame.entries]
    return "\n".join(parts).rstrip() + "\n"


def _listed(patterns: tuple[str, ...]) -> str:
    return ", ".join(f"`{pattern}`" for pattern in patterns)


def _core(frame: Frame) -> str:
    beside = dict.fromkeys(e.category for e in frame.entries if e.category not in frame.core)
    shown = f" Beside it: {', '.join(beside)}." if beside else ""
    return f"Core, which makes up the total: {', '.join(frame.core)}.{shown}\n"


def _read(counts: tuple[int, int]) -> str:
    """How often an entry was read as right, in words."""
    read, right = counts
    if not read:
        return "not read"
    low, high = wilson(right, read)
    return f"{right} of {read} read as right ({low:.0%} to {high:.0%})"


def wilson(right: int, read: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, JASA 22): (low, high) between 0 and 1. read: above 0."""
    from scipy.stats import binomtest

    found = binomtest(right, read).proportion_ci(0.95, method="wilson")
    return float(found.low), float(found.high)


def _entry(entry: Entry, counts: tuple[int, int]) -> str:
    within = f" within {entry.requires_within} words" if entry.requires_within else " in the sentence"
    rows = [
        f"### `{entry.id}` ({entry.category})\n",
        f"- pattern: {_listed(entry.pattern)}",
        f"- source: {entry.source or 'none given'}",
        f"- readings: {_read(counts)}",
    ]
    if entry.exclude:
        rows.append(f"- exclude: {_listed(entry.exclude)}")
    if entry.requires:
        rows.append(f"- requires{within}: {_listed(entry.requires)}")
    if entry.forbids:
        rows.append(f"- forbids: {_listed(entry.forbids)}")
    if entry.negator_belongs:
        rows.append("- its negator belongs to it: the affirmed form counts as negated")
    slots = [f"{name}: {getattr(entry, name)}" for name in ("owner", "of") if getattr(entry, name) != "holder"]
    slots += [name for name in ("attributive", "agent", "mutual", "acted_on", "either_way") if getattr(entry, name)]
    if slots:
        rows.append(f"- holder: {', '.join(slots)}")
    if entry.case_sensitive:
        rows.append("- case-sensitive")
    rows += [f"- example: {example}" for example in entry.examples]
    rows += [f"- no hit: {example}" for example in entry.not_examples]
    return "\n".join(rows) + "\n"


def check(codebook: Codebook) -> list[Finding]:
    """Faults of a codebook, in its order: missing sources and examples, examples that do not match, entries that others
    always win over, patterns that stand in two entries, words that two frames share (a note). Empty if all is well."""
    matcher = Matcher(codebook)
    findings: list[Finding] = []
    owners: dict[str, Entry] = {}
    for entry in codebook.entries:
        findings += _single(entry, matcher)
        for pattern in entry.pattern:
            other = owners.setdefault(pattern.lower(), entry)
            if other is not entry:
                free = other.frame == entry.frame and not (other.requires or entry.requires)
                level = "error" if free else "note"
                findings.append(
                    Finding(level, entry.frame, entry.id, f"pattern {pattern!r} stands in {other.frame}/{other.id} too")
                )
        findings += _shadow(entry, codebook)
    return findings


def _single(entry: Entry, matcher: Matcher) -> list[Finding]:
    found = []

    def add(message: str, level: str = "error") -> None:
        found.append(Finding(level, entry.frame, entry.id, message))

    if not entry.source:
        add("no source; every entry needs one")
    if not entry.examples:
        add("no example; give an invented one")
    for example in entry.examples:
        if not any(m.entry is entry for m in matcher.scan(example)):
            winners = sorted({m.entry.id for m in matcher.scan(example) if m.entry.frame == entry.frame})
            add(f"example {example!r} does not match" + (f"; {', '.join(winners)} wins" if winners else ""))
    for example in entry.not_examples:
        if any(m.entry is entry for m in matcher.scan(example)):
            add(f"not_example {example!r} matches")
    return found


def _shadow(entry: Entry, codebook: Codebook) -> list[Finding]:
    """Whether every pattern of the entry, taken literally, is matched by another entry of its frame first."""
    siblings = [e for e in codebook.frame(entry.frame).entries if e is not entry]
    plain = [p for p in entry.pattern if not set(p) & set("*?{}[]()|")]
    if len(plain) < len(entry.pattern) or not plain:
        return []
    alone = [e for e in siblings if not (e.requires or e.forbids or e.exclude)]
    order = [e.id for e in codebook.frame(entry.frame).entries]
    for other in alone:
        wins = [
            any(
                (m := r.match(without_dashes(p.lower()))) and m.end(1) == len(p) and m.start(1) == 0
                for r in other.regexes
            )
            for p in plain
        ]
        if all(wins) and order.index(other.id) < order.index(entry.id):
            return [Finding("error", entry.frame, entry.id, f"can never win: {other.id} matches the same words first")]
    return []


def compare(old: Mapping[tuple[str, str], int], new: Mapping[tuple[str, str], int]) -> list[dict[str, object]]:
    """Which counts changed: one row per (frame, entry) whose number of hits differs, with old, new and difference.

    old, new: (frame, entry) -> hits. Entries that stand on one side only count 0 on the other. Ordered by frame, entry.
    """
    rows: list[dict[str, object]] = []
    for frame, entry in sorted({*old, *new}):
        before, after = old.get((frame, entry), 0), new.get((frame, entry), 0)
        if before != after:
            rows.append(
                {"frame": frame, "entry": entry, "old_count": before, "new_count": after, "change": after - before}
            )
    return rows
