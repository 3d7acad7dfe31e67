"""What the studies and effects of the collection say of a claim: counts, shares of directions, averages."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.about_measures import EVALUATION, RISE, gives
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import CHANGE, COUNTRIES, EVALUATIONS, POINTS, share_of
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.proportions import wilson_interval
from citizen_security.methods.verdicts.regions import Estimate

BENEFICIAL, HARMFUL = "beneficial", ("harmful", "null to harmful")
NO_RESULT = ("unknown", "descriptive", "not estimated")
# Of the Maryland scale: a design that is not coded is known to be of no higher level.
LOWEST_LEVEL = 1
# Metrics that tell a change in %, and how: of a ratio what it is above one, of the logarithm of one its exponential.
AS_PERCENT: Mapping[str, Callable[[float], float]] = {
    "percent_change": lambda value: value,
    "percent_vs_expected": lambda value: value,
    "rate_ratio": lambda value: 100 * (value - 1),
    "odds_ratio": lambda value: 100 * (value - 1),
    "log_odds_ratio": lambda value: 100 * math.expm1(value),
}
NO_DIRECTION = "Evaluations without a result on which a direction is known are left out."


@gives(EVALUATIONS, EVALUATION)
def evaluations(tables: Tables, level: float, *, last: int, least_level: int = 3, country: str = "") -> Estimate:
    """Evaluations of the region that the collection holds.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `studies`.
    level : float
        Not used.
    last : int
        Latest year of publication.
    least_level : int
        Of the Maryland scale.
    country : str
        Only those of one country; all where blank.

    Returns
    -------
    Estimate
        At least so many: the collection is no register.
    """
    rows = _region(tables, last)
    rows = rows[rows["maryland_level"].fillna(LOWEST_LEVEL) >= least_level]
    if country:
        rows = rows[rows["iso3"].str.split(";").map(lambda codes: country in codes)]
    return Estimate.exact(float(len(rows)), len(rows))


@gives(share_of("evaluations"), EVALUATION, missing=NO_DIRECTION, interval="confidence")
def beneficial_share(
    tables: Tables,
    level: float,
    *,
    last: int = 2100,
    category: str = "",
    region: bool = True,
    least_level: int = 1,
    outcome: str = "",
) -> Estimate:
    """Share of evaluations whose authors report a benefit, in %, with Wilson's interval.

    Parameters
    ----------
    tables, level, last, least_level
        As `evaluations`.
    category : str
        Part of the intervention's category; alternatives joined by +; all where blank.
    region : bool
        Whether only evaluations of the region count.
    outcome : str
        Part of the outcome's category.

    Returns
    -------
    Estimate
    """
    rows = _chosen(tables, last, category, region, least_level, outcome)
    return _share(int((rows["effect_direction"] == BENEFICIAL).sum()), len(rows), level)


@gives(share_of("evaluations"), EVALUATION, missing=NO_DIRECTION, interval="confidence")
def harmful_share(
    tables: Tables, level: float, *, last: int = 2100, category: str = "", region: bool = True, least_level: int = 1
) -> Estimate:
    """Share of evaluations that report harm, in %; parameters as `beneficial_share`."""
    rows = _chosen(tables, last, category, region, least_level, "")
    return _share(int(rows["effect_direction"].isin(HARMFUL).sum()), len(rows), level)


@gives(POINTS, EVALUATION, reach=(-50.0, 50.0), missing=NO_DIRECTION, interval="confidence")
def benefit_beyond_half(
    tables: Tables, level: float, *, last: int = 2100, category: str = "", region: bool = True, least_level: int = 1,
    outcome: str = "",
) -> Estimate:  # fmt: skip
    """Share of evaluations that report a benefit, less half, in points; parameters as `beneficial_share`."""
    found = beneficial_share(
        tables, level, last=last, category=category, region=region, least_level=least_level, outcome=outcome
    )
    return Estimate(found.value - 50, found.low - 50, found.high - 50, found.n)


@gives(COUNTRIES, EVALUATION, counted="countries")
def claimed_among_most_studied(
    tables: Tables, level: float, *, countries: str, last: int, least_level: int = 1, whole: bool = False
) -> Estimate:
    """How many of some countries are among as many with the most evaluations.

    Parameters
    ----------
    tables, level, last, least_level
        As `evaluations`.
    countries : str
        ISO codes joined by +.
    whole : bool
        Whether a study of several countries is left out.

    Returns
    -------
    Estimate
        Bounds count countries in a tie for the last place as out, and as in.
    """
    rows = _region(tables, last)
    rows = rows[rows["maryland_level"].fillna(LOWEST_LEVEL) >= least_level]
    codes = rows["iso3"].str.split(";")
    counts = (codes[codes.map(len) == 1] if whole else codes).explode().value_counts()
    claimed = countries.split("+")
    cut = counts.nlargest(len(claimed)).min()
    own = counts.reindex(claimed).fillna(0)
    certain = own[(own > cut) | ((own == cut) & ((counts >= cut).sum() <= len(claimed)))]
    possible = own[own >= cut]
    studies = codes[codes.map(len) == 1] if whole else codes
    return Estimate(float(len(possible)), float(len(certain)), float(len(possible)), len(studies))


@gives(
    CHANGE,
    ("effect", "effects"),
    reach=RISE,
    missing="Effects without a standard error are left out.",
    interval="confidence",
)
def average_change(
    tables: Tables,
    level: float,
    *,
    pooled_in: str,
    term: str = "",
    estimator: Estimator = "restricted_maximum_likelihood",
) -> Estimate:
    """Average change of the odds' risk in a set of trials, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `effects` and `studies`.
    level : float
    pooled_in : str
        Meta-analysis whose studies are averaged.
    term : str
        Part of the intervention's name; all where blank.
    estimator : str
        Of the between-study variance.

    Returns
    -------
    Estimate
        Effects are logarithms of ratios.
    """
    rows = _effects(tables)
    rows = rows[(rows["pooled_in"] == pooled_in) & rows["intervention"].str.contains(term, regex=False)]
    rows = rows.dropna(subset=["effect_size", "effect_size_standard_error"])
    found = pool(
        rows["effect_size"],
        rows["effect_size_standard_error"] ** 2,
        estimator=estimator,
        confidence_level=level,
    )
    ends = np.expm1([found.effect, *found.interval]) * 100
    return Estimate(float(ends[0]), float(ends[1]), float(ends[2]), len(rows))


@gives(CHANGE, ("effect", "effects"), reach=RISE, interval="published")
def reported_change(tables: Tables, level: float, *, effect: str) -> Estimate:
    """Change that an effect reports, in %, with its interval where one was published.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `effects`.
    level : float
        Not used: the interval is the published one.
    effect : str
        Key of the effect: a change in percent, or a ratio of rates or odds or the logarithm of one.

    Returns
    -------
    Estimate
        Of odds ratios the change of the odds.

    Raises
    ------
    ValueError
        If the effect is told in another metric, such as standard deviations, or has no number.
    """
    rows = tables["effects"].set_index("effect_id")
    metric = str(rows["metric"][effect])
    if metric not in AS_PERCENT:
        raise ValueError(f"effect {effect} is told as {metric}. Allowed: {', '.join(AS_PERCENT)}")
    told = [float(rows[name][effect]) for name in ("estimate", "confidence_low", "confidence_high")]
    values = [AS_PERCENT[metric](value) for value in told]
    if np.isnan(values[0]):
        raise ValueError(f"effect {effect} has no number")
    known = [value for value in values if not np.isnan(value)]
    return Estimate(values[0], min(known), max(known), 1)


def _effects(tables: Tables) -> pd.DataFrame:
    columns = ["study_id", "intervention", "intervention_category", "pooled_in", "is_lac"]
    return tables["effects"].merge(tables["studies"][columns], on="study_id")


def _region(tables: Tables, last: int) -> pd.DataFrame:
    rows = tables["studies"]
    return rows[(rows["kind"] == "primary") & rows["is_lac"].eq(True) & (rows["year"] <= last)]


def _chosen(tables: Tables, last: int, category: str, region: bool, least_level: int, outcome: str) -> pd.DataFrame:
    rows = tables["studies"]
    rows = rows[(rows["kind"] == "primary") & (rows["year"] <= last) & ~rows["effect_direction"].isin(NO_RESULT)]
    rows = rows[rows["is_lac"].eq(True)] if region else rows
    named = rows["intervention_category"].map(lambda it: any(word in it for word in category.split("+"))).astype(bool)
    rows = rows[named & (rows["maryland_level"].fillna(LOWEST_LEVEL) >= least_level)]
    return rows[rows["outcome_category"].fillna("").str.contains(outcome, regex=False)].dropna(
        subset=["effect_direction"]
    )


def _share(successes: int, trials: int, level: float) -> Estimate:
    if not trials:
        raise ValueError("no evaluation is left. Widen the category, the years or the designs.")
    low, high = wilson_interval(successes, trials, level)
    share = successes / trials
    # Of none or all of them the interval's end is the share itself, up to rounding.
    return Estimate(100 * share, 100 * min(low, share), 100 * max(high, share), trials)
