"""One check of what measures are given: `@checked` reads a function's signature and refuses, before anything is computed,
what no formula can take, such as words, gaps, negative counts, tables where a row is wanted, lists of unlike lengths.

What an argument is says its annotation (a number, a whole number, an array), and what it may hold its name, since one name
means one thing in all measures (`NAMES`); a function that means something else says so: `@checked(alpha=PSEUDO_COUNT)`.
Relations between arguments (a count above its total) stay with the function.
"""

from __future__ import annotations

import functools
import inspect
import math
import numbers
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, overload

import numpy as np

from analysis.errors import DiscourseError, shown

Thing = TypeVar("Thing", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """What an argument may hold. words: the same for a reader. least, most: included, unless `open` (then not).
    gaps: NaN or None may stand for a missing value. endless: may be infinite. row: one row, no table. filled: not empty.
    together: its shape must fit those of the function's other arguments of this kind. step: what to do instead."""

    words: str
    least: float = -math.inf
    most: float = math.inf
    open: bool = False
    gaps: bool = False
    endless: bool = False
    row: bool = False
    filled: bool = False
    together: bool = False
    step: str = ""

    def broken_by(self, values: np.ndarray) -> Any:
        """The first value that breaks the rule, None if all keep it."""
        missing = np.isnan(values)
        wrong = np.zeros(values.shape, dtype=bool) if self.gaps else missing.copy()
        if not self.endless:
            wrong |= np.isinf(values)
        with np.errstate(invalid="ignore"):
            kept = (
                (values > self.least) & (values < self.most)
                if self.open
                else (values >= self.least) & (values <= self.most)
            )
        wrong |= ~kept & ~missing
        return values[wrong].flat[0] if wrong.any() else None


NUMBER = Rule("a finite number")
NUMBERS = Rule("finite numbers")
ANY_NUMBER = Rule("a number", gaps=True, endless=True)
COUNTS = Rule("counts, finite and 0 or more", least=0, together=True)
TOTALS = replace(COUNTS, words="totals, finite and 0 or more")
PART_COUNTS = replace(COUNTS, words="counts, finite and 0 or more, of one part or more", filled=True)
ROW = Rule("one row of finite numbers in order", row=True)
COUNT_ROW = Rule("one row of counts, finite and 0 or more", least=0, row=True, together=True)
PLACES = Rule("one row of places, 0 or more", least=0, row=True)
PART_SIZES = Rule("sizes of the parts, finite and 0 or more, of one part or more", least=0, row=True, filled=True)
RATED_ROW = Rule("one row of numbers, None or NaN where nothing was rated", gaps=True, row=True, together=True)
ANSWERS = Rule("one row of finite numbers, one or more", row=True, filled=True, together=True)
RATED = Rule(
    "numbers, with None or NaN where nothing was rated",
    gaps=True,
    step="For categories take krippendorff_alpha or kappa.",
)
CELLS = Rule("counts, finite and 0 or more", least=0)
SHARE = Rule("a share from 0 to 1", least=0, most=1)
SHARES = Rule("shares from 0 to 1", least=0, most=1)
LEVEL = Rule("a share between 0 and 1, such as 0.95", least=0, most=1, open=True)
PSEUDO_COUNT = Rule("a number above 0", least=0, open=True)
POSITIVE = Rule("a number above 0", least=0, open=True)
NOT_NEGATIVE = Rule("a number, 0 or more", least=0)
P_VALUES = Rule("p-values from 0 to 1, NaN where nothing was tested", least=0, most=1, gaps=True, together=True)
ONE_OR_MORE = Rule("1 or more", least=1)
TWO_OR_MORE = Rule("2 or more", least=2)
WITH_GAPS = Rule("numbers, NaN where there is none", gaps=True, endless=True)
ERRORS = Rule("numbers, 0 or more, NaN where there is none", least=0, gaps=True, endless=True)
RATES = Rule("numbers, 0 or more, NaN where there is none", least=0, gaps=True, together=True)
TOGETHER = Rule("finite numbers", together=True)
SCORES = Rule("numbers, NaN where there is none", gaps=True, endless=True, together=True)
BASE = Rule("a number above 0 that is not 1, such as 2", least=0, open=True)

NAMES: Mapping[str, Rule] = {
    **dict.fromkeys(("f1", "f2", "o11", "o12", "o21", "o22", "d1", "d2", "counts", "freqs", "df"), COUNTS),
    **dict.fromkeys(("n1", "n2", "s1", "s2", "n", "totals", "sizes"), TOTALS),
    **dict.fromkeys(("series", "residuals"), ROW),
    "bins": NUMBERS,
    "exposure": Rule("exposures, finite and 0 or more, one for each observation", least=0, row=True, filled=True),
    **dict.fromkeys(("level", "confidence", "power"), LEVEL),
    **dict.fromkeys(("seed", "drop", "strength", "count", "margin", "n_breaks", "max_breaks"), NOT_NEGATIVE),
    **dict.fromkeys(("replicates", "permutations", "shuffles", "tries", "window", "min_size"), NOT_NEGATIVE),
    "alpha": LEVEL,
    "alike": ANY_NUMBER,
    "base": BASE,
    "table": CELLS,
    "penalty": NUMBER,
}
# Labels of any kind, marks, ratings that may be words: their functions look at them.
LABELS = frozenset(("groups", "clusters", "blocks", "target", "ratings", "topics", "period_number"))
KINDS = {
    "pd.DataFrame": "DataFrame",
    "DocumentTerm": "DocumentTerm",
    "Fourfold": "Fourfold",
    "TopicModel": "TopicModel",
}
MADE_BY = {"Fourfold": "`contingency.fourfold` makes one", "DocumentTerm": "`document_term` makes one"}


@dataclass(frozen=True)
class Argument:
    """One argument: how it is asked for, and its rule. kind: "number", "whole", "array", or the class it must be of."""

    name: str
    kind: str
    rule: Rule
    optional: bool
    word: bool  # may be a word instead, which the function knows
    size: int  # how many numbers, where the annotation says so (0: any)


def _argument(parameter: inspect.Parameter, rules: Mapping[str, Rule]) -> Argument | None:
    """How to check this parameter; None where it holds no numbers."""
    said = str(parameter.annotation)
    if parameter.name in LABELS - set(rules):
        return None
    if parameter.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL) or "Callable" in said:
        return None
    parts = [part.strip() for part in re.sub(r"\[.*\]", "", said).split("|")]
    optional, word = "None" in parts or parameter.default is None, "str" in parts
    size = said.count(",") + 1 if re.fullmatch(r"tuple\[[^\[\].]*\]", said) else 0
    if said in KINDS:
        kind = KINDS[said]
    elif re.search(r"ArrayLike|ndarray|(Sequence|tuple)\[[^\]]*\b(float|int)\b", said):
        kind = "array"
    elif set(parts) & {"float", "int"}:
        kind = "number" if "float" in parts else "whole"
    else:
        return None
    rule = rules.get(parameter.name) or NAMES.get(parameter.name) or (NUMBERS if kind == "array" else NUMBER)
    return Argument(parameter.name, kind, rule, optional, word, size)


def _refuse(function: str, argument: Argument, value: object, step: str = "") -> DiscourseError:
    allowed = argument.rule.words if argument.kind in ("number", "whole", "array") else f"a {argument.kind}"
    allowed += ", whole" if argument.kind == "whole" else ""
    allowed += f", {argument.size} of them" if argument.size else ""
    allowed += ", or None" if argument.optional else ""
    step = step or argument.rule.step or f"help({function}) says what it takes."
    return DiscourseError(f"{function}, {argument.name}: {shown(value)} is not allowed; allowed: {allowed}. {step}")


def _floats(value: object, *, gaps: bool) -> np.ndarray | None:
    """The value as an array of floats; None if some of it is no number."""
    try:
        found = np.asarray(value)
    except ValueError:  # rows of unlike lengths
        return None
    if found.dtype.kind in "biuf":
        return found.astype(np.float64, copy=False)
    if found.dtype.kind != "O":
        return None
    plain = [None if (gaps and _is_missing(one)) else one for one in found.ravel().tolist()]
    if any(not isinstance(one, numbers.Real) and one is not None for one in plain) or (None in plain and not gaps):
        return None
    return np.array([math.nan if one is None else float(one) for one in plain]).reshape(found.shape)


def _is_missing(value: object) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _array(function: str, argument: Argument, value: Any) -> np.ndarray:
    rule = argument.rule
    found = None if value is None else _floats(value, gaps=rule.gaps)
    if found is None:
        raise _refuse(function, argument, value)
    if (rule.row or argument.size) and (
        found.ndim != 1 or len(found) not in (argument.size, argument.size or len(found))
    ):
        raise _refuse(function, argument, value, f"It has the shape {found.shape}.")
    if rule.filled and not found.size:
        raise _refuse(function, argument, value)
    bad = rule.broken_by(found)
    if bad is not None:
        raise _refuse(function, argument, float(bad))
    return found


def _scalar(function: str, argument: Argument, value: Any) -> Any:
    """The number, as a whole one where that is wanted."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    rule = argument.rule
    if not isinstance(value, numbers.Real) or rule.broken_by(np.asarray(float(value))[None]) is not None:
        raise _refuse(function, argument, value)
    if rule is BASE and value == 1:
        raise _refuse(function, argument, value)
    if argument.kind == "whole" and not isinstance(value, numbers.Integral):
        if float(value) != int(value):
            raise _refuse(function, argument, value)
        return int(value)
    return value


def _check(function: str, argument: Argument, value: Any, shapes: dict[str, tuple[int, ...]]) -> Any:
    if (value is None and argument.optional) or (argument.word and isinstance(value, str)):
        return value
    if argument.kind == "array":
        if argument.word and not isinstance(value, str) and isinstance(value, int | float):
            return _scalar(function, argument, value)
        found = _array(function, argument, value)
        if argument.rule.together:
            shapes[argument.name] = found.shape
        return value
    if argument.kind in ("number", "whole"):
        return _scalar(function, argument, value)
    if argument.kind not in {one.__name__ for one in type(value).__mro__}:
        raise _refuse(function, argument, value, f"{MADE_BY[argument.kind]}." if argument.kind in MADE_BY else "")
    return value


def _fit(function: str, shapes: Mapping[str, tuple[int, ...]]) -> None:
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError as error:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise DiscourseError(
            f"{function}: {told} do not fit together; allowed: arrays of one shape, or single numbers. Check which rows "
            "or parts one of them lacks."
        ) from error


@overload
def checked(function: Thing, /) -> Thing: ...
@overload
def checked(**rules: Rule) -> Callable[[Thing], Thing]: ...
def checked(function: Any = None, /, **rules: Rule) -> Any:
    """Check the numbers (module docstring) before the function is called; on a class, before one of it is made.

    Raises `DiscourseError` that names function and argument, the bad value, what is allowed and the next step."""
    if function is None:
        return functools.partial(_checked, rules=rules)
    return _checked(function, rules)


def _checked(function: Any, rules: Mapping[str, Rule]) -> Any:
    if inspect.isclass(function):
        function.__init__ = _wrapped(function.__init__, function.__name__, rules)  # type: ignore[misc]
        return function
    return _wrapped(function, function.__name__, rules)


def _wrapped(function: Any, called: str, rules: Mapping[str, Rule]) -> Any:
    parameters = inspect.signature(function).parameters
    if unknown := set(rules) - set(parameters):
        raise TypeError(f"{called} has no argument {unknown}")
    arguments = {name: found for name, p in parameters.items() if (found := _argument(p, rules))}
    order = list(parameters)

    @functools.wraps(function)
    def checking(*given: Any, **named: Any) -> Any:
        shapes: dict[str, tuple[int, ...]] = {}
        values = list(given)
        for place, value in enumerate(values[: len(order)]):
            if order[place] in arguments:
                values[place] = _check(called, arguments[order[place]], value, shapes)
        for name, value in named.items():
            if name in arguments:
                named[name] = _check(called, arguments[name], value, shapes)
        if len(shapes) > 1:
            _fit(called, shapes)
        return function(*values, **named)

    return checking
