"""An invented press in which nothing changes at the border, in five worlds: what a test calls a change there is false.

Outlets of unlike size enter and leave; the compared era is a sixth of the time. A story's hits are bursty (gamma with
shape .4). Worlds, each with the bursts of the first:

- stories: documents independent;
- reprints: 35 % of the documents are copies of a story of the same week in other outlets;
- weeks: all outlets share the week's mood (gamma of variance .35), as when an event fills all papers;
- months: moods of months follow each other (log-normal, standard deviation .35, autocorrelation .7), with moods of weeks;
- trend: the rate doubles slowly over the whole time, without any break, with moods of weeks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

WORLDS = ("stories", "reprints", "weeks", "months", "trend")
FIRST_DAY = np.datetime64("2018-01-01")  # a Monday


@dataclass(frozen=True)
class Press:
    """How large the press is, and what is planted. ratio: of the rate from the border on (1: nothing changed)."""

    world: str = "weeks"
    weeks: int = 300
    border: int = 250
    outlets: int = 12
    documents: int = 1300
    frames: int = 4
    rate: float = 12.0  # hits in 10,000 tokens
    ratio: float = 1.0
    month: int = 4  # weeks that share the mood of a month


def mood(rng: np.random.Generator, press: Press) -> np.ndarray:
    """How much of each frame each week holds, beside its usual rate: weeks x frames, mean near 1."""
    shape = (press.weeks, press.frames)
    if press.world in ("stories", "reprints"):
        return np.ones(shape)
    level = rng.gamma(1 / 0.35, 0.35, shape)
    if press.world == "months":
        months = press.weeks // press.month + 1
        series = np.empty((months, press.frames))
        series[0] = rng.standard_normal(press.frames)
        for month in range(1, months):
            series[month] = 0.7 * series[month - 1] + np.sqrt(1 - 0.49) * rng.standard_normal(press.frames)
        level = level * np.exp(0.35 * series - 0.35**2 / 2)[np.arange(press.weeks) // press.month]
    return level * drift(press)[:, None]


def drift(press: Press) -> np.ndarray:
    """What the slow trend does to the rate, by week: 1 throughout in the other worlds."""
    if press.world != "trend":
        return np.ones(press.weeks)
    return np.exp(np.log(2) * np.linspace(-0.5, 0.5, press.weeks))


def draw(press: Press, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and hits of one press, with the columns the measures need.

    expected_0 ...: hits of each frame that a document of this outlet, length and week has on average over moods.
    """
    rng = np.random.default_rng([seed, WORLDS.index(press.world)])
    size = rng.pareto(1.2, press.outlets) + 0.2
    late, early = (
        rng.integers(0, press.border, press.outlets),
        rng.integers(press.border // 2, press.weeks, press.outlets),
    )
    start = np.where(rng.random(press.outlets) < 0.3, late, 0)
    end = np.where(rng.random(press.outlets) < 0.3, early, press.weeks)
    open_ = (np.arange(press.weeks)[:, None] >= start) & (np.arange(press.weeks)[:, None] < np.maximum(end, start + 20))
    chance = (open_ * size).ravel() / (open_ * size).sum()
    cells = rng.choice(len(chance), press.documents, p=chance)
    week, outlet = np.sort(cells) // press.outlets, cells[np.argsort(cells, kind="stable")] % press.outlets
    tokens = rng.integers(120, 900, press.documents)
    habit = rng.gamma(4, 0.25, (press.outlets, press.frames))
    after = np.where(week >= press.border, press.ratio, 1.0)[:, None]
    mean = tokens[:, None] / 1e4 * press.rate * habit[outlet] * mood(rng, press)[week] * after
    usual = tokens[:, None] / 1e4 * press.rate * habit[outlet] * drift(press)[week][:, None] * after
    hits = rng.poisson(mean * rng.gamma(0.4, 2.5, mean.shape))
    cluster = np.arange(press.documents)
    if press.world == "reprints":
        _reprint(rng, week, (tokens, hits, cluster, usual))
    documents, found = _tables(week, outlet, tokens, hits, cluster, press)
    return documents.assign(**{f"expected_{i}": usual[:, i] for i in range(press.frames)}), found


def _reprint(rng: np.random.Generator, week: np.ndarray, held: tuple[np.ndarray, ...]) -> None:
    """Every third document becomes the copy of an earlier one of its week."""
    tokens, hits, cluster, usual = held
    for place in np.flatnonzero(rng.random(len(week)) < 0.35):
        first = np.searchsorted(week, week[place])
        if first < place:
            origin = rng.integers(first, place)
            for values in (tokens, hits, cluster, usual):
                values[place] = values[origin]


def _tables(week, outlet, tokens, hits, cluster, press: Press) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(len(week))
    day = FIRST_DAY + (week * 7 + rng.integers(0, 7, len(week))).astype("timedelta64[D]")
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{i:05d}" for i in range(len(week))],
            "cluster_id": [f"c{i:05d}" for i in cluster],
            "cluster_position": np.arange(len(week)),
            "outlet_id": [f"outlet_{i:03d}" for i in outlet],
            "era_id": np.where(week >= press.border, "after", "before"),
            "published": day.astype(str),
            "token_count": tokens,
        }
    )
    row, frame = np.nonzero(hits)
    times = hits[row, frame]
    found = pd.DataFrame({"doc_id": documents["doc_id"].to_numpy()[row], "frame": [f"frame_{i}" for i in frame]})
    return documents, found.loc[found.index.repeat(times)].reset_index(drop=True)


def dressed(documents: pd.DataFrame, hits: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with the columns that the simulated press does not have, drawn at random, the same in both eras."""
    rng = np.random.default_rng([seed, 77])
    tokens = documents["token_count"].to_numpy()
    focal = np.where(rng.random(len(tokens)) < 0.8, (tokens * rng.uniform(0.3, 1, len(tokens))).astype(int), 0)
    documents = documents.assign(
        quoted_token_count=(tokens * 0.2).astype(int),
        reported_token_count=(tokens * 0.1).astype(int),
        focal_token_count=focal,
        focal_quoted_token_count=(focal * 0.2).astype(int),
        focal_reported_token_count=(focal * 0.1).astype(int),
        language=rng.choice(["en", "fr"], len(tokens), p=[0.9, 0.1]),
        date_basis=rng.choice(["declared", "text"], len(tokens), p=[0.9, 0.1]),
        boilerplate_share=rng.beta(0.3, 3, len(tokens)),
        cluster_size=1,
    )
    inside = dict(zip(documents["doc_id"], focal > 0, strict=True))
    about = np.where(hits["doc_id"].map(inside) & (rng.random(len(hits)) < 0.6), "focal", "other")
    hits = hits.assign(
        hit_id=np.arange(len(hits)),
        entry=rng.choice(["one", "two", "three"], len(hits)),
        is_core=rng.random(len(hits)) < 0.7,
        about=about,
        voice=rng.choice(["own", "quoted", "reported"], len(hits), p=[0.7, 0.2, 0.1]),
        is_negated=rng.random(len(hits)) < 0.1,
        is_mention=rng.random(len(hits)) < 0.05,
    )
    return documents.reset_index(drop=True), hits.reset_index(drop=True)


def topic_shares(documents: pd.DataFrame, press: Press, topics: int, seed: int) -> np.ndarray:
    """Shares of `topics` topics in each document of a press, which add up to 1: documents x topics.

    Outlets have habits, weeks have the moods of the press's world, a copy has the shares of its story; `press.ratio`
    multiplies every other topic."""
    rng = np.random.default_rng([seed, WORLDS.index(press.world), 5])
    week = (documents["published"].to_numpy(dtype="datetime64[D]") - FIRST_DAY).astype(int) // 7
    outlet = pd.factorize(documents["outlet_id"], sort=True)[0]
    habit = rng.gamma(4, 0.25, (outlet.max() + 1, topics))
    held = habit[outlet] * mood(rng, replace(press, frames=topics))[week] * rng.gamma(0.4, 2.5, (len(week), topics))
    held[:, ::2] *= np.where(week >= press.border, press.ratio, 1.0)[:, None]
    held += 1e-3
    story, first = np.unique(documents["cluster_id"].to_numpy(dtype=str), return_index=True)
    held = held[first[np.searchsorted(story, documents["cluster_id"].to_numpy(dtype=str))]]
    return held / held.sum(axis=1, keepdims=True)


def debate(press: Press, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Speeches of a yearly debate and their hits: 18 delegations in 31 sessions, two of them after the border.

    Sessions have the moods that weeks have in the press's world (those of "months" last over sessions)."""
    sessions, delegations = 31, 18
    yearly = replace(press, weeks=sessions, border=sessions - 2, month=1)
    rng = np.random.default_rng([seed, WORLDS.index(press.world), 6])
    year, who = np.divmod(np.arange(sessions * delegations), delegations)
    tokens = rng.integers(1200, 4000, len(year))
    after = np.where(year >= yearly.border, press.ratio, 1.0)[:, None]
    habit = rng.gamma(4, 0.25, (delegations, press.frames))
    mean = tokens[:, None] / 1e4 * press.rate * habit[who] * mood(rng, yearly)[year] * after
    hits = rng.poisson(mean * rng.gamma(0.4, 2.5, mean.shape))
    names = np.array([f"s{i:04d}" for i in range(len(year))], dtype=object)
    documents = pd.DataFrame(
        {
            "doc_id": names,
            "cluster_id": names,
            "outlet_id": [f"delegation_{i:02d}" for i in who],
            "published": [f"{1994 + one}-09-{20 + place % 10}" for one, place in zip(year, who, strict=True)],
            "token_count": tokens,
        }
    )
    row, frame = np.nonzero(hits)
    found = pd.DataFrame({"doc_id": names[row], "frame": [f"frame_{i}" for i in frame]})
    return documents, found.loc[found.index.repeat(hits[row, frame])].reset_index(drop=True)
