"""What could defensibly have been done otherwise: `notebooks/choices.toml`, and the combinations it allows."""

from __future__ import annotations

import itertools
import math
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import DiscourseError, NothingFound, not_allowed, require
from analysis.study.schema import record, tables, unique
from analysis.study.settings import is_there, read_toml

FILE = "choices.toml"
THROUGH = ("store", "notebook")
MOST_LISTED = 200_000  # combinations that are written out; above, they are drawn one by one
_TABLES = ("curve", "choice", "rule")


@dataclass(frozen=True)
class Alternative:
    """One way to choose. set: parameters and their values. reason: why somebody would choose it."""

    id: str
    reason: str
    set: dict[str, Any]
    label: str = ""


@dataclass(frozen=True)
class Choice:
    """One thing that has to be chosen. preferred: the id of the alternative that the study itself takes."""

    id: str
    label: str
    preferred: str
    alternative: tuple[Alternative, ...]

    def alternatives(self) -> dict[str, Alternative]:
        """By id, in file order."""
        return {one.id: one for one in self.alternative}


@dataclass(frozen=True)
class Rule:
    """A combination that makes no sense. never: choice -> alternatives; it is left out where all of them meet."""

    never: dict[str, tuple[str, ...]]
    reason: str

    def forbids(self, combination: Mapping[str, str]) -> bool:
        """Whether this combination is left out; a rule on a choice that the curve does not make says nothing."""
        return all(combination.get(choice) in names for choice, names in self.never.items())


@dataclass(frozen=True)
class Curve:
    """One claim and the choices behind it.

    run: the run of the plan that makes the claim with the preferred choices. choices: choice -> its alternatives (an
    empty list: all). preferred: what differs here from the choices' own. parameters: what differs from the run's own for
    all (such as the collection). set: settings of the specifications that stay. sample: how many combinations are drawn
    (0: all), with `seed`. row: column -> value of the one row of `figure`'s table that holds the estimate, in the columns
    that `columns` names (estimate, low, high, p). through: "store" where all settings only tabulate the store anew, in
    one process; "notebook" where a notebook has to be run for each.
    """

    id: str
    label: str
    run: str
    choices: dict[str, tuple[str, ...]]
    preferred: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    set: dict[str, Any] = field(default_factory=dict)
    sample: int = 0
    seed: int = 1
    figure: str = ""
    row: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    through: str = "store"


@dataclass(frozen=True)
class Combination:
    """One alternative for each choice. set: all parameters that follow, those of the curve first."""

    alternatives: dict[str, str]
    set: dict[str, Any]
    is_preferred: bool


@dataclass(frozen=True)
class Choices:
    """The content of `choices.toml`, checked. Empty where there is no file."""

    curves: dict[str, Curve] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def curve(self, name: str) -> Curve:
        """The curve of this id; `DiscourseError` lists the ids there are, `NothingFound` says that there is none."""
        if not self.curves:
            raise NothingFound(
                f"choices: this study declares no [[curve]], so there is no {name!r}; {FILE} of the study declares curves "
                "(docs/methods/specification.md)."
            )
        require("choices", name, self.curves, f"Declare it as [[curve]] in notebooks/{FILE}.")
        return self.curves[name]

    def options(self, curve: Curve) -> dict[str, list[str]]:
        """Choice -> ids of its alternatives for this curve, the preferred one first."""
        found = {}
        for name, wanted in curve.choices.items():
            first = curve.preferred.get(name, self.choices[name].preferred)
            ids = [one for one in self.choices[name].alternatives() if not wanted or one in wanted]
            found[name] = [first, *(one for one in ids if one != first)]
        return found

    def narrowed(self, curve: Curve, kept: Mapping[str, Sequence[str]]) -> Curve:
        """The curve with these alternatives of each choice alone; a preferred one that is gone gives way to the first left.

        Raises `DiscourseError` for a choice of which nothing is left.
        """
        preferred = dict(curve.preferred)
        for name, ids in self.options(curve).items():
            left = [one for one in ids if one in kept.get(name, ids)]
            if not left:
                raise DiscourseError(f"curve {curve.id}: no alternative of choice {name} can be taken here.")
            preferred[name] = left[0]
        return replace(curve, choices={name: tuple(kept.get(name, ())) for name in curve.choices}, preferred=preferred)

    def count(self, curve: Curve) -> int:
        """Combinations of the curve before rules and drawing."""
        return math.prod(len(ids) for ids in self.options(curve).values())

    def combinations(self, curve: Curve, *, sample: int | None = None, seed: int | None = None) -> list[Combination]:
        """The combinations that the rules allow, the preferred one first; `sample` of them drawn without replacement.

        sample, seed: None takes the curve's own; a sample of 0, or of more than there are, means all. The same seed draws
        the same combinations. Raises `DiscourseError` when all are asked for and there are more than `MOST_LISTED`.
        """
        options = self.options(curve)
        size, seed = curve.sample if sample is None else sample, curve.seed if seed is None else seed
        first = {name: ids[0] for name, ids in options.items()}
        if size < 0:
            raise DiscourseError(f"sample: {size} is not allowed; give how many combinations to draw, or 0 for all.")
        if self.count(curve) > MOST_LISTED:
            if not size:
                raise DiscourseError(
                    f"curve {curve.id}: {self.count(curve):,} combinations are too many to evaluate; draw some with "
                    "sample = 500."
                )
            rest = self._drawn(options, first, size - 1, random.Random(seed))  # noqa: S311
        else:
            rest = [one for one in self._listed(options) if one != first]
            if size and len(rest) > size - 1:
                chance = random.Random(seed)  # noqa: S311
                places = sorted(chance.sample(range(len(rest)), size - 1))
                rest = [rest[place] for place in places]
        return [self._combination(curve, one, one == first) for one in [first, *rest]]

    def _listed(self, options: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
        for ids in itertools.product(*options.values()):
            one = dict(zip(options, ids, strict=True))
            if not any(rule.forbids(one) for rule in self.rules):
                yield one

    def _drawn(
        self, options: Mapping[str, list[str]], first: dict[str, str], size: int, chance: random.Random
    ) -> list[dict[str, str]]:
        found: dict[tuple, dict[str, str]] = {}
        for _ in range(100 * (size + 1)):
            one = {name: chance.choice(ids) for name, ids in options.items()}
            if one != first and not any(rule.forbids(one) for rule in self.rules):
                found.setdefault(tuple(one.values()), one)
            if len(found) >= size:
                break
        return list(found.values())[:size]

    def _combination(self, curve: Curve, chosen: dict[str, str], preferred: bool) -> Combination:
        parameters = dict(curve.set)
        for name, one in chosen.items():
            parameters |= self.choices[name].alternatives()[one].set
        return Combination(chosen, parameters, preferred)


def choices_file() -> Path:
    """notebooks/choices.toml of the project around the working folder, else of the one beside the package.

    A study on a store of its own ($DISCOURSE_STUDY, its corpus folder) has its own there, and none of the project's.
    """
    if own := os.environ.get("DISCOURSE_STUDY"):
        return Path(own) / FILE
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks" / "plan.toml").is_file():
            return folder / "notebooks" / FILE
    return Path(__file__).resolve().parents[2] / "notebooks" / FILE


def load_choices(path: Path | None = None) -> Choices:
    """Read and check `choices.toml` (None: that of the project). A project without the file has no curves.

    Raises `DiscourseError` for an unknown key, an id that stands twice or is not declared, a preferred alternative that is
    none of those listed or that a rule forbids, and two choices that set one parameter.
    """
    file = path or choices_file()
    if not is_there(file):
        return Choices()
    content = read_toml(file)
    for key in content:
        if key not in _TABLES:
            raise DiscourseError(f"{file.name}: " + not_allowed("table", key, _TABLES))
    made: list[Any] = [
        [
            record(kind, row, where=f"{file.name}, {table} {_name(row, number)}")
            for number, row in enumerate(tables(content, table, where=file.name), start=1)
        ]
        for table, kind in zip(_TABLES, (Curve, Choice, Rule), strict=True)
    ]
    curves, declared, rules = made
    found = Choices(
        unique(curves, "id", where=f"{file.name}, curve"),
        unique(declared, "id", where=f"{file.name}, choice"),
        tuple(rules),
    )
    for choice in found.choices.values():
        _check_choice(choice, f"{file.name}, choice {choice.id}")
    for number, rule in enumerate(found.rules, start=1):
        _check_names(found, rule.never, f"{file.name}, rule {number}: never")
    for curve in found.curves.values():
        _check_curve(found, curve, f"{file.name}, curve {curve.id}")
    return found


def _name(row: Any, number: int) -> Any:
    return row.get("id", number) if isinstance(row, Mapping) else number


def _check_choice(choice: Choice, where: str) -> None:
    ids = unique(choice.alternative, "id", where=where)
    if len(ids) < 2:
        raise DiscourseError(f"{where}: {len(ids)} alternative; a choice has two or more, as [[choice.alternative]].")
    require(f"{where}: preferred", choice.preferred, ids)
    for one in choice.alternative:
        if not one.reason.strip() or not one.set:
            raise DiscourseError(f"{where}, alternative {one.id}: say its reason in words and what it sets.")


def _check_names(found: Choices, named: Mapping[str, tuple[str, ...]], where: str) -> None:
    for choice, ids in named.items():
        require(where, choice, found.choices)
        for one in ids:
            require(f"{where}.{choice}", one, found.choices[choice].alternatives())


def _check_curve(found: Choices, curve: Curve, where: str) -> None:
    require(f"{where}: through", curve.through, THROUGH)
    _check_names(found, curve.choices, f"{where}: choices")
    if not curve.choices:
        raise DiscourseError(f"{where}: no choices; name one or more, as in [curve.choices].")
    for name, one in curve.preferred.items():
        require(f"{where}: preferred", name, curve.choices)
        require(f"{where}: preferred.{name}", one, found.choices[name].alternatives())
    owners: dict[str, str] = {}
    for name, ids in curve.choices.items():
        first = curve.preferred.get(name, found.choices[name].preferred)
        if ids:
            require(f"{where}: preferred {name}", first, ids, "Name the preferred one under [curve.preferred].")
        for parameter in {key for one in found.choices[name].alternative for key in one.set}:
            if owners.setdefault(parameter, name) != name:
                raise DiscourseError(f"{where}: choices {owners[parameter]} and {name} both set {parameter}.")
    first_choices = {name: ids[0] for name, ids in found.options(curve).items()}
    for rule in found.rules:
        if rule.forbids(first_choices):
            raise DiscourseError(f"{where}: a rule forbids the preferred combination ({rule.reason}).")
    if curve.sample < 0:
        raise DiscourseError(f"{where}: sample = {curve.sample}; give 0 (all) or how many to draw.")
