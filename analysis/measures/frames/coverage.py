"""What a corpus can and cannot compare: documents by outlet, era and month, what is missing, and warnings in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.errors import DiscourseError, require
from analysis.measures.frames.tally import OWN_OUTLET, has_too_few, unit_of
from analysis.measures.inference.resampling import MIN_OUTLETS
from analysis.store.contracts import DATE_BASES, POOLED_TERM_ID
from analysis.study.reserved import NO_ERA, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from analysis.measures.inference.resampling import Sampling
    from analysis.study.declaration import Study

MOST_NAMED = 12  # outlets that a sentence names
TOO_FEW = 8
FREQUENCIES = ("M", "Q", "Y")


def select_documents(
    documents: pd.DataFrame,
    *,
    outlet_ids: Sequence[str] | None = None,
    era_ids: Sequence[str] | None = None,
    study: Study | None = None,
) -> pd.DataFrame:
    """The documents of these outlets and eras; None or an empty list leaves that choice open.

    study: then outlet_ids may name its samples too. Raises `DiscourseError`, with what there is, for an outlet or era
    without a document.
    """
    if study and outlet_ids:
        outlet_ids = study.outlets_of(outlet_ids, documents["outlet_id"].unique())
    for column, wanted in (("outlet_id", outlet_ids), ("era_id", era_ids)):
        if wanted:
            there = sorted(documents[column].dropna().unique())
            for value in wanted:
                step = (
                    f"No document of this selection is of {value!r}: take it out of {column}s, or choose more outlets."
                )
                require(column, value, there, step, listed_by="discourse store show STORE --ids")
            documents = documents[documents[column].isin(wanted)]
    return documents


def chosen_frames(frames: list[str], codebook: Iterable[str]) -> list[str]:
    """The frames of a notebook, each once; an empty list means all. codebook: the frames there are (repeats allowed).

    Raises `DiscourseError`, with what there is, for an unknown frame.
    """
    there = list(dict.fromkeys(codebook))
    for frame in frames:
        require("frames", frame, there, "Name one frame or more in the parameter frames, or none for all.")
    return list(dict.fromkeys(frames)) or there


def two_outlets(outlet_pair: list[str]) -> tuple[str, str]:
    """The two outlets of a comparison; any other number raises `DiscourseError`."""
    if len(set(outlet_pair)) != 2 or len(outlet_pair) != 2:
        raise DiscourseError(f"outlet_pair: {outlet_pair!r}; name two different outlets of the store, or none.")
    return outlet_pair[0], outlet_pair[1]


def over_all_outlets(sampling: Sampling, documents: pd.DataFrame) -> Sampling:
    """How a rate over all outlets is resampled: by whole outlets where the unit is a year, since a yearly collection has
    two or three years on a side; such an interval describes who speaks how and says nothing of the era. Else, and with
    fewer than 6 outlets, as it is.
    """
    enough = documents["outlet_id"].nunique() >= MIN_OUTLETS
    return replace(sampling, unit="outlet") if sampling.unit == "year" and enough else sampling


def outlet_eras(documents: pd.DataFrame, *, too_few: int = TOO_FEW, unit: str = "week") -> pd.DataFrame:
    """One row per outlet and era: how much there is, and of what kind. unit: what contrasts take as a whole (`unit_of`).

    documents: the documents table. Columns: document_count, cluster_count (syndication clusters), unit_count, token_count,
    median_token_count (documents with text beyond the title), title_only_share, syndicated_share (documents in a cluster
    of two or more), boilerplate_share (mean), first_month, last_month, is_too_few (fewer than `too_few` units, as in
    `contrast`: forty stories of two years are two units of time). Shares
    run from 0 to 1. Documents without era have the era_id `NO_ERA`. Sorted by outlet and era; empty input gives no rows.
    """
    import pandas as pd

    frame = documents.assign(
        era_id=documents["era_id"].fillna(NO_ERA),
        unit_id=unit_of(documents, unit),
        month=documents["published"].str.slice(0, 7).where(documents["date_precision"].isin(["day", "month"])),
        is_title_only=documents["token_count"] == documents["title_token_count"],
        is_syndicated=documents["cluster_size"] > 1,
        text_length=documents["token_count"].where(documents["token_count"] > documents["title_token_count"]),
    )
    grouped = frame.groupby(["outlet_id", "era_id"], sort=True)
    table = pd.DataFrame(
        {
            "document_count": grouped.size(),
            "cluster_count": grouped["cluster_id"].nunique(),
            "unit_count": grouped["unit_id"].nunique(),
            "token_count": grouped["token_count"].sum(),
            "median_token_count": grouped["text_length"].median(),
            "title_only_share": grouped["is_title_only"].mean(),
            "syndicated_share": grouped["is_syndicated"].mean(),
            "boilerplate_share": grouped["boilerplate_share"].mean(),
            "first_month": grouped["month"].min(),
            "last_month": grouped["month"].max(),
        }
    ).reset_index()
    return table.assign(is_too_few=has_too_few(too_few, table["unit_count"]))


def outlet_periods(documents: pd.DataFrame, freq: str = "M") -> pd.DataFrame:
    """One row per outlet and period from the corpus's first to its last: document_count and token_count, 0 if none.

    freq: "M" months (2019-08), "Q" quarters (2019Q3) or "Y" years. Documents dated too roughly for the period, or not
    at all, are in none (see `date_quality`); an outlet with no others has zeros. Empty input gives no rows.
    """
    import pandas as pd

    require("freq", freq, FREQUENCIES)
    precisions = ["day", "month", "year"] if freq == "Y" else ["day", "month"]
    dated = documents[documents["date_precision"].isin(precisions)]
    if dated.empty:
        return pd.DataFrame(columns=["outlet_id", "period", "document_count", "token_count"])
    period = pd.PeriodIndex(dated["published"].str.slice(0, 7), freq=freq)
    sums = dated.groupby([dated["outlet_id"], period.rename("period")])["token_count"].agg(["size", "sum"])
    every = pd.period_range(period.min(), period.max(), freq=freq)
    full = pd.MultiIndex.from_product([sorted(documents["outlet_id"].unique()), every], names=["outlet_id", "period"])
    sums.columns = ["document_count", "token_count"]
    table = sums.reindex(full, fill_value=0).reset_index()
    return table.assign(period=table["period"].astype(str))


def pool_small_outlets(documents: pd.DataFrame, keep: int, other: str = OTHERS) -> pd.DataFrame:
    """The documents with all but the `keep` largest outlets (by documents, then name) renamed to `other`, no id.

    The column `tally.OWN_OUTLET` keeps whose they are: tests "within outlets" stay within these (`contrast`,
    `prevalence_draws`), since the mix of the small ones changes as well.
    """
    sizes = documents.groupby("outlet_id").size().rename("n").reset_index()
    largest = sizes.sort_values(["n", "outlet_id"], ascending=[False, True])["outlet_id"].head(keep)
    own = documents["outlet_id"]
    return documents.assign(**{OWN_OUTLET: own, "outlet_id": own.where(own.isin(set(largest)), other)})


def profile(documents: pd.DataFrame, freq: str = "M") -> pd.DataFrame:
    """One row per outlet and quality: `share` (0 to 1) of its documents or periods that have it, with document_count.

    Qualities: "months missing" (or quarters, years: see `freq` of `outlet_periods`; between its own first and last),
    "headline only", "opinion", "reprinted" (in a cluster of two or more), "boilerplate" (mean share of characters
    removed), "undated", "no era". Higher means harder to compare. Outlets in alphabetical order.
    """
    frame = documents.assign(
        headline=documents["token_count"] == documents["title_token_count"],
        opinion=documents["genre"] == "opinion",
        reprinted=documents["cluster_size"] > 1,
        undated=documents["date_precision"] == "none",
        no_era=documents["era_id"].isna(),
    )
    grouped = frame.groupby("outlet_id")
    table = grouped[["headline", "opinion", "reprinted", "undated", "no_era"]].mean()
    missing = missing_months(documents, freq).set_index("outlet_id")["missing_share"]
    table.insert(0, {"M": "months", "Q": "quarters", "Y": "years"}[freq] + " missing", missing)
    table["boilerplate"] = grouped["boilerplate_share"].mean()
    table = table.rename(columns={"headline": "headline only", "no_era": "no era"}).reset_index()
    long = table.melt("outlet_id", var_name="quality", value_name="share")
    long["document_count"] = long["outlet_id"].map(grouped.size())
    order = {quality: i for i, quality in enumerate(table.columns)}
    long = long.assign(order=long["quality"].map(order)).sort_values(["outlet_id", "order"], ignore_index=True)
    return long.drop(columns="order")


def missing_months(documents: pd.DataFrame, freq: str = "M") -> pd.DataFrame:
    """One row per outlet: month_count between its own first and last month, missing_count of them without a document.

    freq: count quarters ("Q") or years ("Y") instead, for a collection that appears once a year. missing_share runs
    from 0 to 1; higher means a series with more holes.
    """
    grid = outlet_periods(documents, freq)
    has = grid[grid["document_count"] > 0].groupby("outlet_id")["period"].agg(["min", "max"])
    inside = grid.join(has, on="outlet_id").query("min <= period <= max")
    table = inside.groupby("outlet_id").agg(
        month_count=("period", "size"), missing_count=("document_count", lambda n: int((n == 0).sum()))
    )
    return table.assign(missing_share=table["missing_count"] / table["month_count"]).reset_index()


def date_quality(documents: pd.DataFrame) -> pd.DataFrame:
    """One row per date precision: document_count, and how many of them have no era.

    A document has no era when it is undated, lies outside all eras, or its month or year straddles a border.
    """
    order = ["day", "month", "year", "none"]
    grouped = documents.assign(no_era=documents["era_id"].isna()).groupby("date_precision")["no_era"]
    table = grouped.agg(document_count="size", no_era_count="sum").reindex(order, fill_value=0)
    return table.astype(int).rename_axis("date_precision").reset_index()


def date_bases(documents: pd.DataFrame) -> pd.DataFrame:
    """One row per basis of dates (see the documents table) that occurs: document_count and share of all documents.

    For the sentence under a series: what is dated by "crawl" was fetched that day and published earlier, and "text" and
    "file name" were read by rules, not declared. The shares (0 to 1) sum to 1; no documents give no rows.
    """
    counts = documents["date_basis"].value_counts().reindex(DATE_BASES, fill_value=0)
    table = counts[counts > 0].rename("document_count").rename_axis("date_basis").reset_index()
    return table.assign(share=table["document_count"] / max(len(documents), 1))


def pooled_mass(counts: pd.DataFrame) -> dict[str, float]:
    """Tokens of terms found in too few documents to be named: pooled_token_count, token_count, pooled_share (0 to 1)."""
    total = int(counts["token_count"].sum())
    pooled = int(counts.loc[counts["term_id"] == POOLED_TERM_ID, "token_count"].sum())
    return {
        "pooled_token_count": pooled,
        "token_count": total,
        "pooled_share": pooled / total if total else 0.0,
    }


def comparable_outlets(
    documents: pd.DataFrame, era_ids: list[str], *, too_few: int = TOO_FEW, unit: str = "week"
) -> list[str]:
    """Outlets with at least `too_few` units in every one of `era_ids`, in alphabetical order, as `contrast` does."""
    if not era_ids:
        raise DiscourseError("era_ids: the list is empty; name at least one era of the store.")
    table = outlet_eras(documents, too_few=too_few, unit=unit)
    enough = table[~table["is_too_few"] & table["era_id"].isin(era_ids)]
    n_eras = enough.groupby("outlet_id")["era_id"].nunique()
    return sorted(n_eras[n_eras == len(set(era_ids))].index)


def audit_warnings(
    documents: pd.DataFrame, era_ids: list[str], *, names: dict[str, str], too_few: int = TOO_FEW, unit: str = "week"
) -> list[str]:
    """What a reader of any comparison must know first, in sentences with the numbers in them. names: outlet_id and era_id
    to how they are printed.

    An empty list means that nothing was found to warn of.
    """
    both = comparable_outlets(documents, era_ids, too_few=too_few, unit=unit)
    table = outlet_eras(documents, too_few=too_few, unit=unit)
    n_outlets = documents["outlet_id"].nunique()
    said = []
    if len(both) < n_outlets:
        shown = ", ".join(names.get(o, o) for o in both[:MOST_NAMED]) or "no outlet"
        if len(both) > MOST_NAMED:
            shown += f" and {len(both) - MOST_NAMED} more"
        said.append(
            f"Of {n_outlets} outlets, {len(both)} have documents in at least {too_few} units ({unit}) of each era "
            f"({shown}); "
            "contrasts between eras within an outlet rest on these alone."
        )
    by_era = (
        table[table["era_id"].isin(era_ids)].groupby("era_id")["document_count"].sum().reindex(era_ids, fill_value=0)
    )
    if by_era.min() * 3 < by_era.max():
        parts = ", ".join(f"{names.get(era, era)}: {n:,}" for era, n in by_era.items())
        said.append(f"The eras are unbalanced ({parts} documents); overall shares follow the larger one.")
    for share, text in (
        ((documents["token_count"] == documents["title_token_count"]).mean(), "are headlines without text"),
        ((documents["cluster_size"] > 1).mean(), "share a story with another document (syndication)"),
        ((documents["date_precision"] == "none").mean(), "have no date"),
        (documents["era_id"].isna().mean(), "belong to no era and are left out of every contrast between eras"),
    ):
        if share >= 0.02:
            said.append(f"{share:.0%} of the documents {text}.")
    genres = documents.groupby("genre").size().sort_values(ascending=False)
    if genres.max() < 0.8 * len(documents):
        said.append(
            f"Genres are mixed ({', '.join(f'{g} {n / len(documents):.0%}' for g, n in genres.head(4).items())}); "
            "rates differ by genre before they differ by outlet."
        )
    return said
