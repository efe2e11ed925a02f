"""What the figures of words say: the company of frames, its change, key words and collocates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.figures.captions import asked as words
from analysis.figures.captions.asked import Said, sentences

MEASURES = {"log_dice": "logDice", "mi": "mutual information (bits)", "g2": "log-likelihood G2"}


def read_contexts(rule: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook on the words near frames. rule: order, max_words, min_documents."""
    a = words.read(given, "read_contexts")
    measure = MEASURES.get(rule["order"], rule["order"])
    what = f"{words.frames(a)} ({measure}){words.collection(a)}"
    eras = words.eras_named(a.store, a.era_ids) if a.era_ids else "Documents of all dates"
    return Said(
        "Words near the frames",
        sentences(
            f"The {rule['max_words']} words most associated with {what}",
            words.outlets(a),
            eras,
            a.whom,
            words.stopwords(a),
        ),
        f"Dot plot of the {rule['max_words']} words nearest to {what}, ordered by strength of association.",
        measure,
        "token within the window around a hit",
        None,
        f"Words below {a.min_count} tokens or {rule['min_documents']} documents near the frame are left out.",
    )


def trace_meaning(pair: tuple[str, str], n_words: int, tested: int, **given: Any) -> dict[str, Said]:
    """Of the notebook on a frame's company in two eras: `words` and their `shifts`. pair: before, after."""
    a = words.read(given, "trace_meaning")
    before, after = (a.name(era) for era in pair)
    frame = f"the frame {a.name(a.frame)}"
    told = (words.outlets(a), a.selected)
    unit = f"{a.unit} within outlets"
    few = f"Words below {a.min_count} tokens near the frame are left out"
    return {
        "words": Said(
            f"The company of {a.name(a.frame)}",
            sentences(f"The {n_words} words most associated with {frame} in either era{words.collection(a)}", *told),
            f"Forest plot of the {n_words} words nearest to {frame}: words as lines, one mark with its interval per era.",
            "association with the frame (PMI, bits)",
            unit,
            f"95 % bootstrap interval, {a.replicates:,} replicates",
            f"{few}. Eras with fewer than 5 clusters, and a word that never stands near the frame in an era: too few. In "
            "brackets: how often the word stands near the frame in each era.",
        ),
        "shifts": Said(
            f"What moved towards or away from {a.name(a.frame)}",
            sentences(
                f"The {2 * n_words} words whose association with {frame} changed most surely from {before} to "
                f"{after}{words.collection(a)}",
                *told,
            ),
            f"Forest plot of the {2 * n_words} words that moved most: change with its interval; right of zero means "
            f"closer to {frame} in {after} than in {before}.",
            f"change of association (bits), {after} less {before}",
            unit,
            "95 % interval and p from 9,999 shuffles of units within outlets, p adjusted over "
            f"{tested} words (Benjamini-Hochberg); the point is the shift in the middle of those that are not rejected",
            f"{few}. In brackets: how often the word stands near the frame, both eras.",
        ),
    }


def contrast_keyness(sides: tuple[Sequence[str], Sequence[str]], rule: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook on key words. sides: target and reference. rule: test, adjustment, alpha, min_ratio, too_few, largest
    (outlet, share of the tokens); of eras also pooled, rotation_count (0: none) and beside (what other dates show)."""
    a = words.read(given, "contrast_keyness")
    target, reference = (words.group_name(a.store, side) for side in sides)
    short = [_short(a, side) for side in sides]
    what = f"{target} (above 0) and {reference} (below 0){words.collection(a)}"
    return Said(
        f"Key words: {short[0]} against {short[1]}",
        sentences(
            f"Words of {what}",
            "Named: highest ranks",
            words.outlets(a),
            words.stopwords(a),
            a.selected,
            _held(a, rule),
            rule.get("beside", ""),
        ),
        f"Scatter plot of the words of {what}: frequency across, log ratio upwards, key words marked and named.",
        "log ratio (base 2)",
        a.unit,
        f"{rule['test']} test, {rule['adjustment'].upper()}-adjusted p at most {rule['alpha']}, ratio at least "
        f"{rule['min_ratio']}{words.rotation(rule.get('rotation_count', 0))}",
        "Sides with fewer units than stated have no key words." if rule["too_few"] else None,
    )


def _held(a: words.Asked, rule: Mapping[str, Any]) -> str:
    """Whether sides are compared within outlets, and which outlet has most of the tokens."""
    outlet, share = rule["largest"]
    if not outlet:
        return ""
    if "pooled" not in rule:
        return f"Largest outlet of both sides: {a.name(outlet)}, {share:.0%} of the tokens"
    held = "Tested over all outlets pooled" if rule["pooled"] else "Tested within outlets"
    return f"{held}, of which {a.name(outlet)} has {share:.0%} of the tokens; ratios are of pooled rates"


def compare_collocates(sides: tuple[Sequence[str], Sequence[str]], rule: Mapping[str, Any], **given: Any) -> Said:
    """Of the notebook on the words near a frame on two sides. sides: target and reference. rule: test, adjustment, least
    (units on a side), and the rest as in `contrast_keyness`."""
    a = words.read(given, "compare_collocates")
    target, reference = (words.group_name(a.store, side) for side in sides)
    near = f"Words near {a.name(a.frame or '')}"
    return Said(
        near,
        sentences(
            f"{near}: {target} (right of 0) against {reference} (left){words.collection(a)}",
            words.outlets(a),
            a.whom,
            words.stopwords(a),
            a.selected,
            _held(a, rule),
            rule.get("beside", ""),
        ),
        f"Forest plot of words near {a.name(a.frame or '')}: log ratio of {target} (right of 0) to {reference}, with "
        "intervals.",
        "log ratio (base 2) of rates near the frame",
        a.unit,
        f"95 % interval from the variation between {a.unit}s; {rule['test']} test, {rule['adjustment'].upper()} over the "
        f"tested words{words.rotation(rule.get('rotation_count', 0))}",
        f"Words below {a.min_count} tokens near the frame are left out. Fewer than {rule['least']} {a.unit}s on a "
        "side: too few.",
    )


def _short(a: words.Asked, side: Sequence[str]) -> str:
    return words.some([str(a.name(value)) for value in side], "values") if len(side) else "all others"
