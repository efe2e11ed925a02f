"""The specification curve of one claim: every combination of choices evaluated, and all of them tested together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import DiscourseError, NothingFound, require
from analysis.measures.frames.specifications import Material, evaluate, joint_sums, specification
from analysis.measures.frames.tally import TIME_UNITS
from analysis.measures.inference.long_run import long_run_factor, permuted_places
from analysis.measures.inference.specification_curve import (
    KINDS,
    chance_band,
    curve_test,
    family_p,
    permuted_labels,
    recompute,
    rotated_labels,
    variance_shares,
)

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.inference.resampling import Sampling
    from analysis.study.choices import Choices, Combination, Curve

PREFIX = "choice_"
_JUDGED = {
    False: "The first two have to be at most .05, the third, a guard against drift, .10",
    True: "The first and the third have to be at most .05",
}


@dataclass(frozen=True)
class SpecificationCurve:
    """A curve: rows (one a specification, sorted by ratio, those without one last), tests (one a kind of labelling), shares
    (one a choice; of the variance of the log ratios). unit: the block of time that the joint test moves."""

    rows: pd.DataFrame
    tests: pd.DataFrame
    shares: pd.DataFrame
    unit: str

    @property
    def preferred(self) -> pd.Series:
        """The row of the preferred specification."""
        return self.rows[self.rows["is_preferred"]].iloc[0]

    @property
    def is_claim(self) -> bool:
        """Whether chance gives such a curve in at most one of twenty cases, by permuted blocks and by `along_p`."""
        p = self.tests.set_index("kind")["t_p"]
        return bool(max(p["permuted"], along_p(p, self.unit)) <= 0.05 + 1e-12)


def along_p(p: Mapping[str, float], unit: str) -> float:
    """The joint p along time, from those of the kinds of labelling: at most .05 if blocks traded with long-run errors give
    .05, and the rotation, which alone guards against a slow drift, .10. Of years, of which a collection has too few to tell
    how long they remember, the rotation's own."""
    return float(p["rotated"] if unit == "year" else np.maximum(p["long_run"], p["rotated"] / 2))


def specification_curve(
    material: Material,
    combinations: Sequence[Combination],
    sampling: Sampling,
    *,
    frame: str = "",
    permutations: int = 1000,
) -> SpecificationCurve:
    """Evaluate all combinations (`evaluate`) and test them together.

    frame: instead of the one that the combinations set. Labels move over blocks of the largest unit of time among the
    specifications. rows: choice_* (ids of the alternatives), the columns of `evaluate`, p_family and rotation_p_family
    (adjusted for being one of many), band_low, band_high (ratios that chance stays within in all specifications
    together), is_preferred, frame, curve_p, curve_rotation_p and curve_along_p (the joint test by permuted blocks, by
    rotation, and along time: `along_p`; the same in all rows), place (1 is the
    lowest ratio, null without one). tests: kind ("permuted", "rotated", "long_run"), unit, labelling_count,
    specification_count, defined_count, median_ratio, median_p, t_p, side ("rise" or "fall"), side_share, side_p,
    found_share, found_p (`CurveTest`). Raises `NothingFound` where no specification has a hit in both eras' outlets.
    """
    import pandas as pd

    settings = [one.set | ({"frame": frame} if frame else {}) for one in combinations]
    specs = [specification(one) for one in settings]
    rows = evaluate(material, specs, sampling)
    usable = ~rows["too_few"].to_numpy()
    if not (rows["t"].notna() & usable).any():
        raise NothingFound(
            f"frame {specs[0].frame}: none of {len(specs)} specifications can be compared: no hit, or too few units."
        )
    unit = max((spec.unit for spec in specs), key=TIME_UNITS.index)
    tests, values = [], {}
    for kind, t, ratios in labelled(*joint_sums(material, specs, unit), permutations, sampling.seed):
        t[:, ~usable], ratios[:, ~usable] = np.nan, np.nan
        values[kind] = t, ratios
        tests.append(_test(t, ratios, kind, 1 - sampling.level) | {"unit": unit})
    rows["p_family"] = family_p(values["permuted"][0], "permuted")
    rows["rotation_p_family"] = family_p(values["rotated"][0], "rotated")
    with np.errstate(over="ignore"):
        rows["band_low"], rows["band_high"] = (np.exp(v) for v in chance_band(values["permuted"][1], sampling.level))
    choices = pd.DataFrame([one.alternatives for one in combinations])
    with np.errstate(divide="ignore"):
        shares = variance_shares(np.log(rows["ratio"].to_numpy(dtype=float)), choices)
    table = pd.concat([choices.add_prefix(PREFIX), rows], axis=1)
    table["is_preferred"] = [one.is_preferred for one in combinations]
    table["frame"] = [spec.frame for spec in specs]
    joint = {test["kind"]: test["t_p"] for test in tests}
    table["curve_p"], table["curve_rotation_p"] = joint["permuted"], joint["rotated"]
    table["curve_along_p"] = along_p(joint, unit)
    return SpecificationCurve(_sorted(table), pd.DataFrame(tests), shares, unit)


def on_store(
    choices: Choices, name: str, material: Material, codebook: Iterable[str], frame: str = ""
) -> tuple[Curve, str, list[str]]:
    """(the curve, its frame, what was left out) as the documents at hand allow.

    name: of the curve. codebook: the frames there are. frame: the one asked for; "" takes the curve's, or where the
    codebook has none of that name, the one with most hits. An alternative that cannot be taken here (no window is declared,
    no document of an era is left) is left out, in words. Raises `DiscourseError` for an unknown curve or frame.
    """
    found = choices.curve(name)
    frame, told = _frame(found, material, list(dict.fromkeys(codebook)), frame)
    kept: dict[str, tuple[str, ...]] = {}
    for choice, ids in choices.options(found).items():
        declared = choices.choices[choice]
        reasons = {one: _impossible(material, declared.alternatives()[one].set) for one in ids}
        kept[choice] = tuple(one for one in declared.alternatives() if one in ids and not reasons[one])
        told += [
            f"{declared.label}: {declared.alternatives()[one].label or one} is left out, since {why}"
            for one, why in reasons.items()
            if why
        ]
    return choices.narrowed(found, kept), frame, told


def _frame(found: Curve, material: Material, codebook: list[str], frame: str) -> tuple[str, list[str]]:
    wanted = frame or str(found.set.get("frame", ""))
    if frame or wanted in codebook:
        require("frame", wanted, codebook, "Name a frame of the codebook, or none for that of the curve.")
        return wanted, []
    counted = material.hits.loc[material.hits["frame"].isin(codebook), "frame"].value_counts(sort=False)
    if not len(counted):
        raise NothingFound(f"frame {wanted}: the codebook has none of that name, and no other has a hit.")
    most = sorted(counted.index, key=lambda one: (-counted[one], one))[0]
    return most, [
        f"The frame is {most}, which has most hits, since the codebook has no {wanted or 'frame of the curve'}"
    ]


def _impossible(material: Material, settings: Mapping[str, object]) -> str:
    """Why an alternative cannot be taken on these documents; "" if it can."""
    try:
        picked = material.pick(specification({"about": "all", **settings}))
    except DiscourseError as error:
        return str(error).rstrip(".")
    sides = set(material.after[picked.rows].tolist())
    return "" if len(sides) == 2 else "an era has no document then"


def labelled(
    sums: Sequence[tuple[np.ndarray, np.ndarray]], after: np.ndarray, filled: np.ndarray, permutations: int, seed: int
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(kind, T, log ratio) of each kind of labelling, labellings x specifications; sums, after, filled: `joint_sums`.

    T of "long_run" is that of "permuted" with long-run errors. Specifications with equal sums are computed once.
    """
    known: dict[tuple[bytes, bytes], int] = {}
    place = [known.setdefault((x.tobytes(), n.tobytes()), len(known)) for x, n in sums]
    first = dict(zip(reversed(place), reversed(sums), strict=True))
    permuted, rotated = permuted_labels(after, filled, permutations, seed), rotated_labels(after)
    found = []
    for drawn in (permuted, rotated):
        pairs = [recompute(*first[number], drawn.labels) for number in range(len(known))]
        t, ratios = (np.stack(part, axis=1)[:, place] for part in zip(*pairs, strict=True))
        found.append((drawn.kind, t, ratios))
    places = permuted_places(filled, permutations, seed)  # those of `permuted`
    factors = [long_run_factor(*first[number], after, places) for number in range(len(known))]
    factors = np.stack(factors, axis=1)[:, place]
    return [*found, ("long_run", found[0][1] * factors, found[0][2].copy())]


def _test(t: np.ndarray, ratios: np.ndarray, kind: str, alpha: float) -> dict[str, object]:
    test = curve_test(t, ratios, kind, alpha=alpha)
    with np.errstate(over="ignore"):
        median = float(np.exp(test.median))
    rises = (t[0] > 0).sum() >= (t[0] < 0).sum()
    return {
        "kind": kind,
        "labelling_count": test.count,
        "specification_count": t.shape[1],
        "defined_count": int(np.isfinite(t[0]).sum()),
        "median_ratio": median,
        "median_p": test.median_p,
        "t_p": test.t_p,
        "side": "rise" if rises else "fall",
        "side_share": test.side_share,
        "side_p": test.side_p,
        "found_share": test.found_share,
        "found_p": test.found_p,
    }


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """By ratio, then by the choices, so that equal tables stand in one order; place from 1, null without a ratio."""
    by = ["ratio", "t", *(name for name in table.columns if name.startswith(PREFIX))]
    rounded = table.assign(
        ratio=table["ratio"].round(9), t=table["t"].round(9)
    )  # the last digit hangs on how it was added
    order = rounded.sort_values(by, kind="stable", na_position="last").index
    table = table.loc[order].reset_index(drop=True)
    place = np.where(table["ratio"].notna(), np.arange(1, len(table) + 1), np.nan)
    return table.assign(place=place)


def labels_of(choices: Choices, curve: Curve) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """How choices and (choice, alternative) are called in a figure."""
    names = {name: choices.choices[name].label for name in curve.choices}
    alternatives = {
        (name, one): choices.choices[name].alternatives()[one].label or one
        for name, ids in choices.options(curve).items()
        for one in ids
    }
    return names, alternatives


def choices_table(choices: Choices, curve: Curve) -> pd.DataFrame:
    """What may be chosen: one row is one alternative of a choice, the preferred one first, with its reason."""
    import pandas as pd

    rows = []
    for name, ids in choices.options(curve).items():
        for place, one in enumerate(ids):
            alternative = choices.choices[name].alternatives()[one]
            rows.append((choices.choices[name].label, alternative.label or one, place == 0, alternative.reason))
    return pd.DataFrame(rows, columns=["choice", "alternative", "is_preferred", "reason"])


def facts_of(made: SpecificationCurve, possible: int, names: Mapping[tuple[str, str], str]) -> dict[str, object]:
    """What the caption of a curve says. possible: combinations there are before rules and drawing; names: (choice,
    alternative) -> how it is called."""
    first = made.preferred
    taken = [label for (choice, one), label in names.items() if first.get(f"{PREFIX}{choice}") == one]
    permuted, rotated, long_run = (made.tests.set_index("kind").loc[kind] for kind in KINDS)
    judged = _JUDGED[made.unit == "year"]
    return {
        "count": len(made.rows),
        "possible": possible,
        "preferred": ", ".join(taken),
        "unit": made.unit,
        "permutations": int(permuted["labelling_count"]) - 1,
        "rotations": int(rotated["labelling_count"]),
        "p": float(permuted["t_p"]),
        "rotation_p": float(rotated["t_p"]),
        "long_run_p": float(long_run["t_p"]),
        "judged": "for a claim " + judged[0].lower() + judged[1:],
    }


def drawing(
    made: SpecificationCurve, names: dict[str, str], alternatives: dict[tuple[str, str], str]
) -> dict[str, object]:
    """The names of choices and alternatives, and the shares, by the columns of the curve's rows; of choices that leave one
    alternative alone nothing is drawn."""
    shares = made.shares.set_index("choice")["share"]
    made_here = [name for name in names if sum(choice == name for choice, _ in alternatives) > 1]
    return {
        "choices": {f"{PREFIX}{name}": names[name] for name in made_here},
        "alternatives": {(f"{PREFIX}{n}", one): label for (n, one), label in alternatives.items() if n in made_here},
        "shares": {f"{PREFIX}{name}": float(shares[name]) for name in made_here},
    }


def reading(made: SpecificationCurve, names: dict[str, str]) -> list[str]:
    """The curve in sentences, every number from its tables. names: choice -> how it is called."""
    permuted, rotated, long_run = (made.tests.set_index("kind").loc[kind] for kind in KINDS)
    rows, first = made.rows, made.preferred
    alone = (rows["p_family"] <= 0.05) & (rows["rotation_p_family"] <= 0.05)
    verdict = "a change" if made.is_claim else "no change can be claimed"
    ratio = f"ratio {first['ratio']:.2f}" if not np.isnan(first["ratio"]) else "no ratio"
    said = [
        f"{len(rows):,} specifications, of which {int(permuted['defined_count']):,} can be compared; the median ratio is "
        f"{permuted['median_ratio']:.2f}, and {permuted['side_share']:.0%} of them say {permuted['side']}. "
        f"{int(rows['is_found'].sum()):,} find a change alone under both tests, {int(alone.sum()):,} also as one of many.",
        f"Chance gives a curve as extreme with p {permuted['t_p']:.3f} when {made.unit}s trade places "
        f"({permuted['labelling_count']:,} labellings), with p {long_run['t_p']:.3f} when the error knows that neighbours "
        f"are alike, and with p {rotated['t_p']:.3f} when the labels rotate along time ({rotated['labelling_count']:,}). "
        f"{_JUDGED[made.unit == 'year']}: {verdict} over all choices.",
        f"The preferred specification: {ratio} ({first['state'] or 'with interval'}), hits: "
        f"{int(first['hit_count_baseline']):,} before and {int(first['hit_count_compared']):,} after.",
    ]
    largest = [row for row in made.shares.itertuples() if row.choice != "together" and row.share >= 0.01][:3]
    if largest:
        rest = made.shares.set_index("choice")["share"]["together"]
        parts = ", ".join(f"{names.get(row.choice, row.choice)} {row.share:.0%}" for row in largest)
        said.append(f"Of the spread of finite ratios, choices make: {parts}; {rest:.0%} arises only in combination.")
    return said
