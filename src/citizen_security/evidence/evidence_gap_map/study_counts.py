"""Counts of studies over the whole map: most studied interventions, strong designs, states, directions, reviews."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, Share, positive_share
from citizen_security.evidence.studies.coding import DIRECTIONS, INTERVENTIONS, REVIEW_SCOPES


@dataclass(frozen=True)
class MostStudied:
    """How much of the evidence is on the most studied interventions.

    Attributes
    ----------
    interventions : tuple of str
        Their codes, the most studied first; equals in alphabetical order.
    share : Share
        Studies of at least one of them, of all studies.
    """

    interventions: tuple[str, ...]
    share: Share


@dataclass(frozen=True)
class StrongDesigns:
    """Studies of a strong design, and how far that count depends on the coder.

    Attributes
    ----------
    count, n : int
        Studies at or above the level, of all studies.
    if_coded_too_high, if_coded_too_low : int
        The count if every level were coded one too high, or one too low.
    uncoded : int
        Studies without a level; none of the counts has them.
    """

    count: int
    n: int
    if_coded_too_high: int
    if_coded_too_low: int
    uncoded: int


def reviews_by_intervention(reviews: pd.DataFrame, interventions: Sequence[str] | None = None) -> pd.DataFrame:
    """Number of reviews of each intervention, and of those that range over more.

    Parameters
    ----------
    reviews : pandas.DataFrame
        Coded reviews.
    interventions : sequence of str, optional
        Codes of the map's rows; those of the scheme by default.

    Returns
    -------
    pandas.DataFrame
        Columns intervention, intervention_label, reviews, study_ids; interventions first, in the order given, then
        the scopes of reviews in general.
    """
    pairs = [
        (code, study)
        for codes, words, study in zip(
            reviews["interventions"], reviews["intervention_category"], reviews["study_id"], strict=True
        )
        for code in (codes or (words,))
    ]
    rows = INTERVENTIONS if interventions is None else interventions
    labels = {code: INTERVENTIONS[code].label for code in rows} | dict(REVIEW_SCOPES)
    studies = {code: tuple(sorted(study for key, study in pairs if key == code)) for code in labels}
    return pd.DataFrame(
        {
            "intervention": list(labels),
            "intervention_label": list(labels.values()),
            "reviews": [len(studies[code]) for code in labels],
            "study_ids": [studies[code] for code in labels],
        }
    )


def most_studied(studies: pd.DataFrame, top: int = 3) -> MostStudied:
    """Share of the studies that are on the most studied interventions.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    top : int
        How many interventions.

    Returns
    -------
    Concentration
    """
    long = studies.explode("interventions")
    counts = long.groupby("interventions")["study_id"].nunique()
    ranked = sorted(counts.index, key=lambda code: (-counts[code], code))[:top]
    touched = sum(any(code in ranked for code in codes) for codes in studies["interventions"])
    return MostStudied(tuple(ranked), Share(touched, len(studies)))


def strong_designs(studies: pd.DataFrame, level: int = STRONG_LEVEL) -> StrongDesigns:
    """Studies at or above a level of the Maryland scale, with the counts under a coding one level off.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    level : int
        Weakest level that counts as strong.

    Returns
    -------
    StrongDesigns
    """
    levels = studies["maryland_level"]
    return StrongDesigns(
        count=int((levels >= level).sum()),
        n=len(studies),
        if_coded_too_high=int((levels >= level + 1).sum()),
        if_coded_too_low=int((levels >= level - 1).sum()),
        uncoded=int(levels.isna().sum()),
    )


def levels_by_design(studies: pd.DataFrame) -> pd.DataFrame:
    """How the levels were given: number of studies by kind of design and Maryland level.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.

    Returns
    -------
    pandas.DataFrame
        Index design_family, the commonest first; one column for each level found, as text, and `not coded`.
    """
    levels = studies["maryland_level"].map(lambda level: "not coded" if pd.isna(level) else f"{level:.0f}")
    table = pd.crosstab(studies["design_family"], levels.rename("Maryland level"))
    return table.loc[sorted(table.index, key=lambda family: (-table.loc[family].sum(), family))]


def evidence_by_country(
    studies: pd.DataFrame, countries: pd.DataFrame, asked: str | Sequence[str] = "all"
) -> pd.DataFrame:
    """What each state of Latin America and the Caribbean that the selection could hold has been studied for.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    countries : pandas.DataFrame
        Table `countries`; the states are those with `is_lac` and `in_panel`.
    asked : str or sequence of str
        Codes of the countries asked for, or `all`. Where none of them is a state of the region every state is listed.

    Returns
    -------
    pandas.DataFrame
        One row a state, the most studied first: iso3, name, studies, strong_designs, strongest_level (nan where none
        is coded), interventions (number), first_year and last_year of publication (missing where none). A study of
        several states is in the row of each.
    """
    states = countries[countries["is_lac"].astype(bool) & countries["in_panel"].astype(bool)]
    chosen = states[states["iso3"].isin(list(states["iso3"] if asked == "all" else asked))]
    states = states if chosen.empty else chosen
    studied = (
        studies.explode("countries")
        .groupby("countries")
        .agg(
            studies=("study_id", "nunique"),
            strong_designs=("maryland_level", lambda levels: int((levels >= STRONG_LEVEL).sum())),
            strongest_level=("maryland_level", "max"),
            interventions=("interventions", lambda codes: len({code for group in codes for code in group})),
            first_year=("year", "min"),
            last_year=("year", "max"),
        )
    )
    table = states[["iso3", "name"]].merge(studied, left_on="iso3", right_index=True, how="left")
    numbers = ["studies", "strong_designs", "interventions"]
    table[numbers] = table[numbers].fillna(0).astype("int64")
    table[["first_year", "last_year"]] = table[["first_year", "last_year"]].astype("Int64")
    return table.sort_values(["studies", "name"], ascending=[False, True], ignore_index=True)


def directions_reported(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Directions that the studies report, group by group.

    Parameters
    ----------
    groups : dict of str to pandas.DataFrame
        Coded studies by the name of the group.

    Returns
    -------
    pandas.DataFrame
        One row a group: group, one column for each direction (number), studies, and the share reported as beneficial
        among those that state a direction, with its Wilson interval: positive_share, interval_low, interval_high.
    """
    rows = []
    for name, studies in groups.items():
        positive = positive_share(studies)
        low, high = positive.interval
        counts = {direction: int((studies["direction"] == direction).sum()) for direction in DIRECTIONS}
        shares = {"positive_share": positive.value, "interval_low": low, "interval_high": high}
        rows.append({"group": name, **counts, "studies": len(studies), **shares})
    return pd.DataFrame(rows)


def groups_of_studies(studies: pd.DataFrame) -> dict[str, "pd.Series[bool]"]:
    """The studies of the region, and those elsewhere by whether a review printed them.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.

    Returns
    -------
    dict of str to pandas.Series of bool
        Which studies are in each group, by its name.
    """
    outside = ~studies["in_lac"]
    return {
        "Latin America and the Caribbean": studies["in_lac"],
        "Elsewhere, evaluations": outside & (studies["group"] == "evaluation"),
        "Elsewhere, studies of meta-analyses": outside & (studies["group"] == "pooled_trial"),
    }


def growth(studies: pd.DataFrame, groups: dict[str, "pd.Series[bool]"]) -> pd.DataFrame:
    """Studies published by each year, group by group.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies, with year.
    groups : dict of str to pandas.Series of bool
        Which studies are in each group, by its name.

    Returns
    -------
    pandas.DataFrame
        One row for each group and year between the first and the last of `studies`: group, year, published, total (up
        to and with the year).
    """
    if studies.empty:
        return pd.DataFrame({"group": [], "year": [], "published": [], "total": []})
    years = range(int(studies["year"].min()), int(studies["year"].max()) + 1)
    frames = []
    for name, inside in groups.items():
        published = studies.loc[inside, "year"].value_counts().reindex(years, fill_value=0)
        frames.append(
            pd.DataFrame({"group": name, "year": list(years), "published": published, "total": published.cumsum()})
        )
    return pd.concat(frames, ignore_index=True)
