"""How many studies in which nothing happened make a confirmatory claim: whole studies of an invented press and debate.

`python -m benchmarks.studies [--studies 40] [--world months] [--ratio 2]`: so many of each world, and all together. The
confirmatory families are those of notebooks/plan.toml. Each of their figures is made by the measures of its notebook
(frames of the news within outlets, topics by outlet, placebo dates of the debate), written as a published figure is, and
judged by `discourse claims`; beside it the rule of each figure for itself. Left out is what no claim rests on: the drawing,
and the changes planted to find the detectable ratio; topics are drawn, not fitted. Prints Markdown; some .6 s a study.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from analysis.figures.save import table_bytes
from analysis.figures.tables import rows_with
from analysis.measures.frames.contrasts import Comparison, pooled_contrast
from analysis.measures.frames.coverage import pool_small_outlets
from analysis.measures.inference.power import found_share
from analysis.measures.inference.resampling import Sampling
from analysis.measures.time.breaks.checks import by_series, placebo_dates, usual_window
from analysis.measures.time.interrupted import Design
from analysis.measures.time.series import period_series
from analysis.measures.topics.prevalence import MIN_CLUSTERS, era_contrasts, prevalence_draws
from analysis.publish.claims import claims
from analysis.run.families import CONFIRMATORY, Family
from analysis.run.plan import Plan, load_plan
from analysis.run.project import find_project
from analysis.study.reserved import EVERYTHING
from benchmarks.press import LEVEL
from benchmarks.simulated_press import WORLDS, Press, debate, draw, topic_shares

FRAMES, TOPICS, REPLICATES = 6, 12, 299
BORDER, PAIR = "2023-08-22", ("before", "after")


def frames_figure(press: Press, seed: int) -> tuple[pd.DataFrame, bool]:
    """The rows over all outlets of notebook 24, and whether the figure by itself claims anything."""
    documents, hits = draw(press, seed)
    sampling = Sampling(unit="week", interval="studentised", replicates=REPLICATES, seed=seed)
    levels = pd.DataFrame({"frame": [f"frame_{i}" for i in range(press.frames)]})
    found = pooled_contrast(documents, hits, Comparison("era_id", *PAIR, plant=False), sampling=sampling, levels=levels)
    return found.assign(outlet_id=EVERYTHING), bool(found["is_claim"].any())


def topics_figure(press: Press, seed: int) -> tuple[pd.DataFrame, bool]:
    """The contrasts by outlet of notebook 32, for topics that are known."""
    documents = draw(press, seed)[0]
    model: Any = SimpleNamespace(doc_ids=documents["doc_id"].to_numpy(dtype=object))
    shares = topic_shares(documents, press, TOPICS, seed)
    sampling = Sampling("week", REPLICATES, seed, interval="studentised", min_units=MIN_CLUSTERS)
    draws = prevalence_draws(shares, model, pool_small_outlets(documents, 8), sampling=sampling)
    found = era_contrasts(draws, before=PAIR[0], after=PAIR[1], sampling=sampling, plant=False)
    return found.assign(label=found["topic"], outlet=found["outlet_id"]), bool(found["is_claim"].any())


@functools.cache
def _first_transition(press: Press) -> pd.DataFrame:
    return transition_rows(press, 0)


def transition_figure(press: Press, seed: int) -> tuple[pd.DataFrame, bool]:
    """The placebo dates of notebook 50. Where the smallest possible p, 1 / dates, is above the level, no claim can come of
    them and none hangs on what they are: the rows of the first study stand for all, with that p, the worst case."""
    rows = _first_transition(Press(frames=press.frames))
    if rows["smallest_p"].min() > LEVEL:
        return rows.assign(placebo_p=rows["smallest_p"]), False
    rows = transition_rows(press, seed)
    return rows, bool((rows.loc[rows["is_real"].eq(True), "placebo_p"] <= LEVEL).any())


def transition_rows(press: Press, seed: int) -> pd.DataFrame:
    """The rows that notebook 50 publishes."""
    table = period_series(*debate(press, seed), period="month", by=[])
    design = Design(slope=False, season=0, family="ar1")
    found = by_series(table, ["frame"], placebo_dates, real=BORDER, design=design, window=usual_window(table, BORDER))
    return rows_with(found, "statistic")


FIGURES: dict[str, Callable[[Press, int], tuple[pd.DataFrame, bool]]] = {
    "contrast_news": frames_figure,
    "topics_news_contrasts": topics_figure,
    "transition_un_placebo": transition_figure,
}


def confirmatory() -> tuple[Family, ...]:
    """The families of the plan that make claims; each of their figures must be known here."""
    families = tuple(one for one in load_plan(find_project()).families if one.role == CONFIRMATORY)
    unknown = [figure for one in families for figure in one.figures if figure not in FIGURES]
    if unknown:
        raise SystemExit(f"studies: {unknown} make confirmatory claims and are not simulated; add them to FIGURES.")
    return families


def study(press: Press, seed: int, families: tuple[Family, ...], folder: Path) -> tuple[bool, bool]:
    """Whether one study makes any claim: as published, and with each figure judged for itself."""
    alone = False
    for figure in dict.fromkeys(figure for one in families for figure in one.figures):
        rows, claimed = FIGURES[figure](press, seed)
        (folder / f"{figure}.csv").write_bytes(table_bytes(rows))
        alone |= claimed
    here: Any = SimpleNamespace(figures=folder)
    plan = Plan(here, (), families=families)
    return bool(claims(plan, level=LEVEL)["is_claim"].any()), alone


def share(claimed: list[bool]) -> str:
    """A share with its exact 95 % limits."""
    value, low, high = found_share(np.where(claimed, 0.0, 1.0), 0.5)
    return f"{value:.1%} ({low:.1%} to {high:.1%})"


def row(world: str, ratio: float, found: list[tuple[bool, bool]]) -> str:
    """One row of the table: as published, and each figure for itself."""
    sides = " | ".join(share([one[side] for one in found]) for side in (0, 1))
    return f"| {world} | {ratio:.2g} | {len(found)} | {sides} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=40)
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--ratio", type=float, default=1.0)
    options = parser.parse_args()
    families = confirmatory()
    print(
        "| world | ratio | studies | with any claim | each figure judged for itself |\n|---|--:|--:|--:|--:|",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as folder:
        every: list[tuple[bool, bool]] = []
        for world in options.world or WORLDS:
            press = Press(world=world, ratio=options.ratio, frames=FRAMES)
            found = [study(press, seed, families, Path(folder)) for seed in range(options.studies)]
            every += found
            print(row(world, options.ratio, found), flush=True)
        print(row("all", options.ratio, every), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
