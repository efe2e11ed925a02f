"""Days and outlets that stand in the names of files and folders, as in "2023-09-01-example-times-story.txt".

Only what is written out counts: a whole day or a year with a month, and a name that `outlets.toml` declares. Two
different days, or a number that is no day, give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from analysis.texts.read.dates import MONTHS, DateProblem, parse_date

Resolve = Callable[[str], "str | None"]
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAYS = (
    re.compile(r"(?<!\d)(?:19|20)\d\d(?P<gap>[-_./ ]?)(?:0[1-9]|1[0-2])(?P=gap)(?:0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[-_. ]?(?:{_MONTH})[-_., ]*(?:19|20)\d\d(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<![a-z])(?:{_MONTH})[-_. ]?\d{{1,2}}(?:st|nd|rd|th)?[-_., ]+(?:19|20)\d\d(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?:19|20)\d\d[-_. ]?(?:{_MONTH})[-_. ]?\d{{1,2}}(?!\d)", re.IGNORECASE),
    re.compile(r"(?<!\d)\d{1,2}(?P<gap>[-_. ])\d{1,2}(?P=gap)(?:19|20)\d\d(?!\d)"),
)
_MONTHS_ONLY = (
    re.compile(r"(?<!\d)(?:19|20)\d\d[-_/](?:0[1-9]|1[0-2])(?![\d-])"),
    re.compile(rf"(?<![a-z])(?:{_MONTH})[-_. ]?(?:19|20)\d\d(?!\d)", re.IGNORECASE),
)
_NOISE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|[\[\](){}]")
_PARTS = re.compile(r"_{1,}| +[-–—] +|--+|,")


def date_of(path: str, *, day_first: bool | None = None) -> str | None:
    """The day (or month) that a path names, as text for `parse_date`; None if it names none, or two.

    The file's own name counts before those of its folders; "2023/08/22/a.txt" names a day too. day_first: as for the
    source's dates.

    >>> date_of("news/2023-09-01-example-times-story.txt"), date_of("news/report-20239999.txt")
    ('2023-09-01', None)
    """
    stem = path.rpartition("/")[2].rpartition(".")[0] or path.rpartition("/")[2]
    for patterns in (_DAYS, _MONTHS_ONLY):
        for text in (stem, path.rpartition(".")[0] or path):
            if found := set(_read(text, patterns, day_first)):
                return found.pop() if len(found) == 1 else None
    return None


def _read(text: str, patterns: tuple[re.Pattern[str], ...], day_first: bool | None) -> Iterator[str]:
    for match in _matches(text, patterns):
        plain = re.sub(r"[_/. ]+", "-", match.group())
        if plain.isdigit():
            plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
        plain = re.sub(rf"(?i)(?<=\d)(?=(?:{_MONTH}))|(?<=[a-z])(?=\d)", " ", plain)
        try:
            iso, _ = parse_date(plain, day_first=day_first)
        except DateProblem:
            continue
        if iso:
            yield iso


def _matches(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        found = list(pattern.finditer(text))
        yield from found
        if found:
            return


def outlet_of(path: str, resolve: Resolve) -> str | None:
    """The outlet_id that a path names, by its folders (the nearest first) or by the file's name; None if by neither.

    resolve: a printed name -> outlet_id. A folder must be a name whole, but for years and brackets. In a file's name a
    part between underscores or dashes must be one whole, or, if a date stands there too, the words beside the date: a
    headline that begins with the name of a newspaper is no source.
    """
    resolve = _in_any_form(resolve)
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    for part in _segments(stem):
        if found := resolve(part):
            return found
    if found := _beside_date(stem, resolve):
        return found
    for folder in reversed(folders):
        for part in (folder, _plain(folder), *_segments(folder)):
            if part and (found := resolve(part)):
                return found
    return None


def _in_any_form(resolve: Resolve) -> Resolve:
    """`resolve` for a name as it stands, for "ExampleTimes", and for "exampletimes" as the name of a site."""

    def in_any_form(name: str) -> str | None:
        parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
        site = f"{name.lower()}.com" if len(name) > 5 and " " not in name else ""
        return next((found for form in (name, parted, site) if form and (found := resolve(form))), None)

    return in_any_form


def _segments(name: str) -> Iterator[str]:
    bare = _without_dates(name)
    whole = _plain(bare)
    if whole:
        yield whole
    parts = [_plain(part) for part in _PARTS.split(bare)]
    yield from (part for part in parts if part and part != whole and not part.isdigit())


def _beside_date(stem: str, resolve: Resolve) -> str | None:
    bare = _without_dates(stem)
    if bare == stem:
        return None
    words = _plain(bare).split()
    for length in range(min(6, len(words)), 0, -1):
        for part in (words[:length], words[-length:]):
            text = " ".join(part)
            if (length > 1 or len(text) > 3 or text.isupper()) and (found := resolve(text)):
                return found
    return None


def _without_dates(name: str) -> str:
    for pattern in (*_DAYS, *_MONTHS_ONLY):
        name = pattern.sub("_", name)
    return name


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[-_+.]+", " ", _NOISE.sub(" ", name)).split())
