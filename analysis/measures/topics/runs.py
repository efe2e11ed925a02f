"""Many fits of one matrix: which ones, and one after the other.

`Fits` is how a set of fits is computed: `fit_all` here, in this process and without a memory;
`analysis.run.topic_fits.run_topics` in several processes and kept on disk, with the same bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from analysis.measures.topics.fit import TopicModel, TopicSettings, fit_topics
from analysis.measures.topics.matrix import TopicMatrix

# Steps of EM after which a run shows the topics that a finished fit has.
RUN_ITERATIONS = 60
Fits = Callable[[TopicMatrix, Iterable[TopicSettings]], list[TopicModel]]


def grid(
    settings: TopicSettings, *, seeds: Sequence[int] = (1, 2, 3), orders: Sequence[int] = (0,), ks: Sequence[int] = ()
) -> list[TopicSettings]:
    """`settings` for every seed x order x K, in that order of nesting (K outermost; ks empty: only `settings.k`)."""
    combined = itertools.product(ks or (settings.k,), orders, seeds)
    return [replace(settings, k=int(k), order=int(order), seed=int(seed)) for k, order, seed in combined]


def run_settings(settings: TopicSettings, estimator: str | None = None) -> TopicSettings:
    """How the runs beside a reference are fitted: by `estimator` (None: the reference's own; `em` for `lda`, which goes on
    from one), EM with `RUN_ITERATIONS` steps."""
    own = estimator or ("em" if settings.estimator == "lda" else settings.estimator)
    steps = RUN_ITERATIONS if own in ("em", "lda") else settings.iterations
    return replace(settings, estimator=own, iterations=steps)


def fit_all(matrix: TopicMatrix, wanted: Iterable[TopicSettings]) -> list[TopicModel]:
    """Fit every one of `wanted`, in their order; equal settings are fitted once. Raises `DiscourseError` as
    `fit_topics` does."""
    wanted = list(wanted)
    done = {one: fit_topics(matrix, one) for one in dict.fromkeys(wanted)}
    return [done[one] for one in wanted]


def settings_from(values: dict) -> TopicSettings:
    """Settings from their JSON form (`TopicSettings.key`)."""
    seeds = tuple((name, tuple(words)) for name, words in values["seeds"])
    return TopicSettings(**(values | {"seeds": seeds}))
