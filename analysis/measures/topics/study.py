"""One topic model with the runs that tell which of its topics to believe: what notebooks start from."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.measures.topics.fit import TopicModel, TopicSettings
from analysis.measures.topics.labels import name_topics
from analysis.measures.topics.runs import Fits, fit_all, grid, run_settings
from analysis.measures.topics.stability import aligned_shares, central_run, topic_survival
from analysis.study.topic_words import topic_labels

if TYPE_CHECKING:
    import pandas as pd

    from analysis.measures.topics.matrix import TopicMatrix

SEEDS = 4


@dataclass(frozen=True, eq=False)
class TopicStudy:
    """A reference fit, the runs beside it, and the share of runs in which each of its topics returns.

    The settings of `model` say where the most central run began (its seed).
    """

    matrix: TopicMatrix
    model: TopicModel
    runs: tuple[TopicModel, ...]
    min_similarity: float
    min_share: float

    @functools.cached_property
    def survival(self) -> pd.DataFrame:
        """One row per topic (see `topic_survival`)."""
        return topic_survival(self.model, self.runs, min_similarity=self.min_similarity, min_share=self.min_share)

    @property
    def stable(self) -> list[int]:
        """Topics that may be drawn, most prevalent first."""
        size = self.model.doc_topic.mean(axis=0)
        chosen = self.survival.loc[self.survival["is_stable"], "topic"].to_numpy()
        return chosen[np.argsort(-size[chosen], kind="stable")].tolist()

    @property
    def unstable(self) -> list[int]:
        """Topics that did not return often enough: to be named as such and not drawn."""
        return self.survival.loc[~self.survival["is_stable"], "topic"].tolist()

    @functools.cached_property
    def shares(self) -> np.ndarray:
        """R x D x K document shares over the reference and the runs, nan where a topic did not return."""
        return aligned_shares(self.model, self.runs, min_similarity=self.min_similarity)

    def labels(self, collection: str | None = None, entries: Sequence[dict] | None = None) -> pd.DataFrame:
        """One row per topic: `topic`, `label`, `is_named` (`name_topics`; entries None: the corpus folder's file),
        `mean_share` over documents (0 to 1), `return_share`, `is_stable`.
        """
        table = name_topics(self.model, topic_labels() if entries is None else entries, collection=collection)
        table["mean_share"] = self.model.doc_topic.mean(axis=0)
        return table.merge(self.survival[["topic", "return_share", "is_stable"]], on="topic", validate="one_to_one")


@dataclass(frozen=True)
class Around:
    """Which runs are made beside the reference: seeds x orders x (K + steps).

    seeds: None: four from the reference's own. estimator: of the runs (`run_settings`; None: the reference's own, and `em`
    for `lda`, which goes on from one). min_similarity, min_share: when a topic counts as returned, and how often it has to
    (`topic_survival`).
    """

    seeds: Sequence[int] | None = None
    steps: Sequence[int] = (-2, 0, 2)
    orders: Sequence[int] = (0,)
    estimator: str | None = None
    min_similarity: float = 0.5
    min_share: float = 0.6


def study_topics(
    matrix: TopicMatrix, settings: TopicSettings, around: Around | None = None, *, fits: Fits = fit_all
) -> TopicStudy:
    """Fit the runs `around` names, and the reference where the most central run of `settings.k` began.

    The central run (`central_run`) gives the reference its seed and order and does not count among the runs, of which
    it would be a copy. K below 2 is left out; without a run of `settings.k` the reference is `settings`. fits: how the
    fits are computed (`analysis.measures.topics.runs`).
    """
    around = around or Around()
    seeds = range(settings.seed, settings.seed + SEEDS) if around.seeds is None else around.seeds
    first = run_settings(settings, around.estimator)
    ks = [settings.k + step for step in around.steps if settings.k + step >= 2]
    runs = fits(matrix, grid(first, seeds=seeds, orders=around.orders, ks=ks))
    same = [run for run in runs if run.k == settings.k]
    if same:
        centre = same[central_run(same)]
        settings = replace(settings, seed=centre.settings.seed, order=centre.settings.order)
        runs = [run for run in runs if run is not centre]
    reference = fits(matrix, [settings])[0]
    return TopicStudy(matrix, reference, tuple(runs), around.min_similarity, around.min_share)
