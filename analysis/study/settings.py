"""Reading the corpus configuration: outlets and eras.

Both are needed on either side of the store: the private side assigns documents to them, the public side labels and
orders its tables by the copy that the store carries.
"""

from __future__ import annotations

import itertools
import os
import re
import tomllib
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from analysis.errors import DiscourseError, not_allowed
from analysis.study.schema import record, tables, unique
from analysis.study.trace import note

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True)
class Outlet:
    """One publisher: a newspaper, agency, ministry or UN delegation.

    credited_as: the names under which others print its reports, in a dateline, byline or last line.
    photo_credits: what its captions end in: photographers, desks.
    """

    outlet_id: str
    name: str
    country: str
    type: str
    owner: str = ""
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    credited_as: tuple[str, ...] = ()
    photo_credits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Era:
    """One period, half-open: start belongs to it, end does not. Dates are ISO days.

    short: the label where there is little room. colour: of its marks, and shade: of its background, as "#rrggbb"; the
    figures choose them where they are left out. order: its place in time, from 1; only to be stated, since it is checked.
    """

    era_id: str
    label: str
    start: str
    end: str | None = None
    reason: str = field(kw_only=True)
    source: str = field(kw_only=True)
    short: str = ""
    colour: str = ""
    shade: str = ""
    order: int = 0


def corpus_folder() -> Path:
    """The folder with the corpus configuration: $DISCOURSE_CORPUS, else ./corpus, else the one beside the package."""
    given = os.environ.get("DISCOURSE_CORPUS")
    if given:
        return Path(given)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "corpus" / "eras.toml").is_file():
            return folder / "corpus"
    return Path(__file__).resolve().parents[2] / "corpus"


def texts_folder() -> Path:
    """The folder with the private texts: $DISCOURSE_TEXTS, else `texts` beside the corpus folder of a study's own
    repository, else corpus/private. It need not exist."""
    given = os.environ.get("DISCOURSE_TEXTS")
    if given:
        return Path(given)
    beside = corpus_folder().resolve().parent / "texts"
    return beside if beside.is_dir() else corpus_folder() / "private"


def read_toml(path: str | os.PathLike[str]) -> dict:
    """Read one TOML file, with or without a byte order mark. A file that is missing, in another encoding or no TOML
    raises `DiscourseError` that names file and line."""
    path = Path(path)
    try:
        note(file=str(path.resolve()))
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise DiscourseError(f"{path}: is no file; a TOML file is expected. Move it out of the way.")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise DiscourseError(f"{path}: no such file. Start one with `discourse init`.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DiscourseError(
            f"{path}: not UTF-8 (byte {error.object[error.start]:#04x} in line {line}). Save it as UTF-8: most editors "
            "offer the encoding under 'Save as'."
        ) from error
    except OSError as error:
        raise DiscourseError(f"{path}: cannot be read ({error.strerror}); a TOML file is expected.") from error
    except RuntimeError as error:
        if isinstance(error, RecursionError):
            raise DiscourseError(f"{path}: not valid TOML: nested too deep. Take the brackets out.") from error
        raise DiscourseError(f"{path}: cannot be read (a link that leads in a circle); take it away.") from error
    except DiscourseError:
        raise
    except ValueError as error:  # TOMLDecodeError, and a number of more digits than Python converts
        raise DiscourseError(f"{path}: not valid TOML: {error}. Mend that line; texts stand in quotes.") from error


def read_tables(path: str | os.PathLike[str], name: str) -> list[dict]:
    """The `[[name]]` tables of a TOML file; anything else in it raises `DiscourseError`."""
    data = read_toml(path)
    for key in data:
        if key != name:
            raise DiscourseError(f"{path}: " + not_allowed("table", key, [name], f"Write [[{name}]]."))
    return tables(data, name, where=str(path))


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether anything stands where a file may be left out: a folder or a broken link in its place is not "no file"."""
    return os.path.lexists(path)


def study_file(corpus: str | os.PathLike[str]) -> Path | None:
    """The `study.toml` of a corpus folder; the project's own for an older folder that has none; None without either."""
    for folder in (Path(corpus), corpus_folder()):
        if is_there(folder / "study.toml"):
            return folder / "study.toml"
    return None


def declared(path: str | os.PathLike[str], table: str) -> tuple[str, ...]:
    """The ids that the `study.toml` beside a file of the configuration declares in `[[table]]` (see `study_file`).

    What a study does not declare is not checked. `declaration.load_study` reads the same file whole.
    """
    study = study_file(Path(path).parent)
    rows = tables(read_toml(study), table, where=str(study)) if study else []
    return tuple(str(row.get("id", "")) for row in rows)


def load_outlets(path: str | os.PathLike[str]) -> dict[str, Outlet]:
    """Outlets by outlet_id, in file order. Two outlets that share an id, alias or domain are refused."""
    types = declared(path, "outlet_type")
    rows = enumerate(read_tables(path, "outlet"), start=1)
    made = [record(Outlet, row, where=f"{path}, outlet {row.get('outlet_id', n)}") for n, row in rows]
    outlets = unique(made, "outlet_id", where=f"{path}")
    owner_of: dict[str, str] = {}
    for outlet in outlets.values():
        if types and outlet.type not in types:
            raise DiscourseError(f"{path}, outlet {outlet.outlet_id}: " + not_allowed("type", outlet.type, types))
        for name in {outlet.outlet_id, outlet.name, *outlet.aliases, *outlet.domains, *outlet.credited_as}:
            key = name.casefold()
            if owner_of.setdefault(key, outlet.outlet_id) != outlet.outlet_id:
                raise DiscourseError(
                    f"{path}: {name!r} names both {owner_of[key]} and {outlet.outlet_id}; take it out of one of them."
                )
    return outlets


def load_eras(path: str | os.PathLike[str]) -> dict[str, Era]:
    """Eras by era_id in order of start. Overlapping eras and impossible dates are refused."""
    rows = read_tables(path, "era")
    made = [record(Era, row, where=f"{path}, era {row.get('era_id', '?')}") for row in rows]
    eras = sorted(unique(made, "era_id", where=f"{path}").values(), key=lambda era: era.start)
    for place, era in enumerate(eras, start=1):
        _check_era(era, path)
        if era.order not in (0, place):
            raise DiscourseError(
                f"{path}, era {era.era_id}: order = {era.order}, but it is number {place} in time; eras stand in order of "
                "time, so leave `order` out or mend the dates."
            )
    for first, second in itertools.pairwise(eras):
        if first.end is None or first.end > second.start:
            raise DiscourseError(
                f"{path}: era {first.era_id} (end {first.end}) runs into {second.era_id} (start {second.start}); "
                "eras are half-open and must not overlap."
            )
    return {era.era_id: era for era in eras}


def _check_era(era: Era, path: str | os.PathLike[str]) -> None:
    for name, day in (("start", era.start), ("end", era.end)):
        try:
            _ = day is None or date.fromisoformat(day)
        except ValueError as error:
            raise DiscourseError(
                f"{path}, era {era.era_id}: {name} = {day!r} is not a day; write year-month-day, as in 2020-03-01."
            ) from error
    for name, colour in (("colour", era.colour), ("shade", era.shade)):
        if colour and not _COLOUR.match(colour):
            raise DiscourseError(f"{path}, era {era.era_id}: {name} = {colour!r} is no colour; write it as #0072b2.")
    if era.end is not None and era.end <= era.start:
        raise DiscourseError(f"{path}, era {era.era_id}: end {era.end} is not after start {era.start}.")


def as_rows(records: dict[str, Outlet] | dict[str, Era]) -> list[dict]:
    """The records as plain rows, for the labels of a store: what they mean, not how they are drawn or texts are read."""
    left_out = ("short", "colour", "shade", "order", "credited_as", "photo_credits")
    return [{k: v for k, v in asdict(one).items() if k not in left_out} for one in records.values()]
