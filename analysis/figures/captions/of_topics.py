"""What the figures of topics say: how many there are, their course, their change, and the frames they go with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences
from analysis.study.wording import listed

if TYPE_CHECKING:
    import pandas as pd

FITTED = {
    "em": "latent Dirichlet allocation by batch EM",
    "lda": "gensim's LdaModel, begun by batch EM",
    "lda_online": "gensim's LdaModel, online from a random start",
    "nmf": "non-negative matrix factorisation (gensim's Nmf)",
    "dmr": "Dirichlet-multinomial regression (tomotopy)",
}
WAYS = {"lda": "going on from batch EM", "lda_online": "online from a random start"}
DISTANCE = "_word_distance"


def choose_topics(grid: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook on the number of topics. grid: ks, seeds, chosen, reason, estimator."""
    a = words.read(given, "choose_topics")
    ks, seeds = (listed(str(value) for value in grid[name]) for name in ("ks", "seeds"))
    return Said(
        "How many topics",
        sentences(
            f"Topic models with {ks} topics{words.collection(a)}; higher is better in every panel",
            grid["reason"],
            _fitted(grid["estimator"]),
            words.outlets(a),
            a.selected,
        ),
        f"Five line plots over the number of topics ({ks}); the recommended {grid['chosen']} is marked by a dashed line.",
        unit=f"means over seeds {seeds}; band: two standard errors over documents",
    )


def fit_topics(fit: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook that fits topics. fit: k, min_share, runs, unstable, least, estimator, and found: how far gensim
    finds the topics drawn again (`found_by_gensim`)."""
    a = words.read(given, "fit_topics")
    stable = f"topics that return in at least {fit['min_share']:.0%} of {fit['runs']} runs"
    return Said(
        "Topics and their course",
        sentences(
            f"{stable[:1].upper()}{stable[1:]}, largest first, with their most typical words (FREX) and mean share of "
            f"documents by year{words.collection(a)}; {fit['unstable']} of {fit['k']} topics are unstable and not drawn",
            _fitted(fit["estimator"]),
            _found_again(fit["found"]),
            words.outlets(a),
            a.selected,
        ),
        f"One small plot for each of the {stable}: its name, its words, and a line with a band for its share over the "
        "years.",
        unit="syndication cluster, and run",
        test=f"95 % bootstrap interval, {a.replicates:,} replicates",
        limits=f"Years with fewer than {fit['least']} clusters: too few.",
    )


def compare_topics(pair: tuple[str, str], fit: Mapping[str, Any], **given: Any) -> dict[str, Said]:
    """Of the notebook on change of topics: `eras`, `contrasts`, `alignment`. pair: before, after. fit: k, min_share,
    unstable, least, estimator, groups (name -> outlet ids)."""
    a = words.read(given, "compare_topics")
    before, after = (a.name(era) for era in pair)
    stable = f"that return in at least {fit['min_share']:.0%} of runs ({fit['unstable']} of {fit['k']} do not)"
    rows = _groups(a, fit["groups"]) if fit["groups"] else words.outlets(a)
    limits = f"Cells with fewer than {fit['least']} units: too few; unstable topics not drawn."
    all_outlets = words.outlets(words.read({**given, "outlets": None}, "compare_topics"))
    unit, fitted = f"{a.unit}, and run", _fitted(fit["estimator"])
    change = f"change of topic shares within outlets, {after} less {before}"
    return {
        "eras": Said(
            "Topics by era",
            sentences(
                f"Mean share of each topic in either era{words.collection(a)}, all outlets together",
                f"Drawn: topics {stable}",
                fitted,
                all_outlets,
                a.selected,
            ),
            f"Forest plot of the topics {stable}: topics as lines, one mark with its interval for {before} and one for "
            f"{after}.",
            "mean share of a document",
            unit,
            f"95 % bootstrap interval{words.lasting_moods(a.unit)}",
            limits,
        ),
        "contrasts": Said(
            "Change of topics within outlets",
            sentences(
                f"{change[:1].upper()}{change[1:]}{words.collection(a)}; several outlets taken together are compared "
                "within each of them; intervals and p in the data",
                f"Drawn: topics {stable}",
                fitted,
                rows,
                a.selected,
            ),
            f"Heat map of the {change}: topics as rows, outlets as columns; cells with little data are hatched.",
            f"change of topic share, {after} less {before}",
            unit,
            "p of permuted units for all contrasts together (step-down), and rotation along time",
            limits,
        ),
        "alignment": _alignment(a, before, after, fit["k"], sentences(fitted, all_outlets)),
    }


def _alignment(a: words.Asked, before: str, after: str, k: int, which: str) -> Said:
    return Said(
        "Topics of either era, matched",
        sentences(
            f"Similarity of topics of models fitted apart, at most {k} topics each: {before} (rows) and {after} "
            f"(columns){words.collection(a)}",
            which,
            a.selected,
        ),
        f"Heat map of similarities between topics of {before} (rows) and {after} (columns); dark cells are alike "
        "topics.",
        "similarity (0 to 1)",
        limits="Few documents on a side make few and coarse topics.",
    )


def relate_topics_frames(fit: Mapping[str, Any], **given: Any) -> dict[str, Said]:
    """Of the notebook on topics and frames: `frames` and `frames_intervals`. fit: k, min_share, own_uses_only, least,
    replicates, estimator."""
    a = words.read(given, "relate_topics_frames")
    uses = "Mentions and negated hits are left out" if fit["own_uses_only"] else "Mentions and negated hits count too"
    what = f"topic shares between documents with and without {words.frames(a)}"
    stable = f"Drawn: those of {fit['k']} topics that return in at least {fit['min_share']:.0%} of runs"
    caption = sentences(
        f"Differences of {what}, within outlets{words.collection(a)}",
        stable,
        _fitted(fit["estimator"]),
        words.outlets(a),
        a.selected,
        words.whom(a, "having"),
        uses,
    )
    same = {
        "unit": f"{a.unit}, and run",
        "limits": f"Fewer than {fit['least']} units with the frame: too few; unstable topics not drawn.",
    }
    return {
        "frames": Said(
            "Topics and frames",
            caption,
            f"Heat map of differences of {what}: topics as rows, frames as columns.",
            "topic share with minus without the frame",
            test="p adjusted over all pairs (Benjamini-Hochberg)",
            **same,
        ),
        "frames_intervals": Said(
            "Topics and frames, with intervals",
            caption,
            f"Forest plot of differences of {what}: topics as lines, one panel per frame, difference with its interval.",
            "difference of topic share",
            test=f"95 % interval, signs of units turned {fit['replicates']:,} times",
            **same,
        ),
    }


def _fitted(estimator: str) -> str:
    """What the model is and how it was fitted."""
    return f"Model: {FITTED[estimator]}"


def _found_again(found: pd.DataFrame) -> str:
    """How many of the topics drawn gensim's own model has too, in each way in which it was fitted beside them."""
    ways = [name.removesuffix(DISTANCE) for name in found.columns if name.endswith(DISTANCE)]
    if found.empty or not ways:
        return ""
    parts = (
        f"{found[f'is_found_by_{way}'].sum()} of {len(found)} {WAYS[way]} (mean share of other top words "
        f"{found[way + DISTANCE].mean():.0%})"
        for way in ways
    )
    return f"Of the topics drawn gensim's LdaModel finds again {listed(list(parts))}"


def _groups(a: words.Asked, groups: Mapping[str, Sequence[str]]) -> str:
    """Groups of outlets with their members."""
    parts = (f"{name} ({words.some([a.name(outlet) for outlet in ids], 'outlets')})" for name, ids in groups.items())
    return "Outlets in groups: " + "; ".join(parts)
