"""What the table of countries and years says of a claim: totals, means, poverty, inequality, convictions, regimes."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.claims.ledger.about_measures import (
    COUNTRY,
    LEFT_OUT,
    NOT_COUNTED,
    PANEL,
    PLACE,
    UNSEEN_SHARE,
    WORLD,
    Interval,
    gives,
    kind_of_column,
)
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.intervals import (
    among_highest,
    count_with_unknown,
    normal_half_width,
    share_with_unknown,
)
from citizen_security.claims.ledger.kinds import (
    COUNTRIES,
    NONNEGATIVE,
    PEOPLE,
    POINTS,
    RANK,
    SHARE,
    Kind,
    difference,
    over,
    scaled,
    share_of,
)
from citizen_security.claims.ledger.panel_units import UNITS
from citizen_security.methods import require
from citizen_security.methods.arrays import Floats
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.resampling import clustered_ratio
from citizen_security.methods.verdicts.regions import Estimate

# Resamples of countries for ratios of sums, and where they start.
DRAWS, SEED = 999, 1708
ERRORS = (
    "The bounds count the rises that errors of the figures cannot undo, and all that they allow; a country without a "
    "figure may have risen."
)


def _of_column(arguments: Mapping[str, Any], _: Tables) -> Kind:
    """That of the column."""
    return kind_of_column(arguments["measure"])


def _of_multiple(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of the column, by what it is multiplied with."""
    return scaled(_of_column(arguments, tables), arguments["times"])


def _of_difference(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of the column, or points where that is a share or an index."""
    return difference(_of_column(arguments, tables))


def _of_ratio(arguments: Mapping[str, Any], _: Tables) -> Kind:
    """Times, ratio or share where both columns are of one kind; else one that begins as that of the column above."""
    return over(*(kind_of_column(arguments[side]) for side in ("above", "below")))


def _by_errors(arguments: Mapping[str, Any]) -> Interval:
    """Bounds at the claim's level where the measure has standard errors, else bounds of what is unknown."""
    return "tested" if f"{arguments['measure']}_standard_error" in UNITS else ""


@gives(_of_column, COUNTRY, years_of=PANEL, missing=LEFT_OUT)
def weighted_mean(tables: Tables, level: float, *, measure: str, year: int) -> Estimate:
    """Mean of a measure over the region's countries, weighted by population.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `country_year`.
    level : float
        Not used: the countries are all there are.
    measure : str
        A column.
    year : int

    Returns
    -------
    Estimate
    """
    rows = _of_year(tables, year, measure, "population")
    return Estimate.exact(_weighted(rows, measure), len(rows))


@gives(_of_multiple, COUNTRY, years_of=PANEL, missing=LEFT_OUT)
def country_range(tables: Tables, level: float, *, measure: str, year: int, times: float = 1.0) -> Estimate:
    """Median of a measure over the region's countries, each counting the same; parameters as `weighted_mean`.

    Parameters
    ----------
    times : float
        What it is multiplied by.
    """
    values = times * _of_year(tables, year, measure)[measure]
    return Estimate.exact(float(values.median()), len(values))


@gives(_of_ratio, COUNTRY, years_of=PANEL, missing=LEFT_OUT)
def ratio_of_measures(tables: Tables, level: float, *, above: str, below: str, year: int) -> Estimate:
    """Mean of one measure over that of another, both weighted by population; parameters as `weighted_mean`.

    Parameters
    ----------
    above, below : str
        Columns.
    """
    rows = _of_year(tables, year, above, below, "population")
    return Estimate.exact(_weighted(rows, above) / _weighted(rows, below), len(rows))


@gives(PEOPLE, PLACE, years_of=WORLD, missing=LEFT_OUT)
def people(tables: Tables, level: float, *, year: int, territories: bool = True) -> Estimate:
    """Population of the region.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `country_year`, or `world_homicide` and `countries` where territories count.
    level : float
        Not used.
    year : int
    territories : bool
        Whether territories that are no sovereign countries count.

    Returns
    -------
    Estimate
        Persons.
    """
    if territories:
        members = tables["countries"].loc[tables["countries"]["is_lac"], "iso3"]
        rows = tables["world_homicide"].query("year == @year")
        rows = rows[rows["iso3"].isin(members)]
    else:
        rows = tables["country_year"].query("year == @year")
    rows = rows.dropna(subset=["population"])
    return Estimate.exact(float(rows["population"].sum()), len(rows))


@gives(SHARE, COUNTRY, reach=NONNEGATIVE, years_of=PANEL, missing=LEFT_OUT)
def poverty_left(tables: Tables, level: float, *, line: str, first: int, last: int) -> Estimate:
    """Share of the population that was poor in the last year over that in the first, in %.

    Parameters
    ----------
    tables, level
        As `weighted_mean`.
    line : str
        Column of a poverty line.
    first, last : int

    Returns
    -------
    Estimate
        Of countries with a figure in both years, weighted by population.
    """
    before, after = _both_years(tables, first, last, line, "population")
    return Estimate.exact(100 * _weighted(after, line) / _weighted(before, line), len(before))


@gives(difference(PEOPLE), COUNTRY, reach=(-math.inf, math.inf), direction="fall", years_of=PANEL, missing=LEFT_OUT)
def fewer_poor(tables: Tables, level: float, *, line: str, first: int, last: int, fixed: bool = False) -> Estimate:
    """How many fewer people were poor in the last year than in the first; parameters as `poverty_left`.

    Parameters
    ----------
    fixed : bool
        Whether the population of the last year stands for both, so that growth does not hide a fall.
    """
    before, after = _both_years(tables, first, last, line, "population")
    people_before = (after if fixed else before)["population"].to_numpy()
    poor = [before[line] / 100 * people_before, after[line] / 100 * after["population"]]
    return Estimate.exact(float(poor[0].sum() - poor[1].sum()), len(before))


@gives(RANK, COUNTRY, ranked="years", years_of=PANEL, missing=LEFT_OUT)
def poverty_rank(tables: Tables, level: float, *, line: str, year: int, since: int) -> Estimate:
    """Rank of a year's regional poverty among the years since another, from the lowest; parameters as `poverty_left`.

    Parameters
    ----------
    year, since : int
        The year, which is the last that is looked at, and the first.
    """
    years = tables["country_year"].query("@since <= year <= @year").dropna(subset=[line, "population"])
    everywhere = years.groupby("iso3")["year"].transform("nunique") == year - since + 1
    rows = years[everywhere]
    poor = (rows[line] * rows["population"]).groupby(rows["year"]).sum()
    rates = poor / rows.groupby("year")["population"].sum()
    require.some(f"countries with a figure in each year from {since} to {year}", int(rows["iso3"].nunique()))
    ranks = rank_from_highest(-rates.to_numpy(dtype=np.float64))
    return Estimate.exact(float(ranks[-1]), int(rows["iso3"].nunique()))


@gives(SHARE, COUNTRY, reach=NONNEGATIVE, years_of=PANEL, missing=LEFT_OUT, interval="confidence")
def convictions_per_hundred(tables: Tables, level: float, *, first: int, last: int, without: str = "") -> Estimate:
    """Persons convicted of homicide for a hundred homicides, in countries that report both.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `country_year`.
    level : float
        Of the interval from countries drawn again.
    first, last : int
    without : str
        Country to leave out.

    Returns
    -------
    Estimate
    """
    rows = tables["country_year"].query("@first <= year <= @last and iso3 != @without")
    rows = rows.dropna(subset=["homicide_convicted_count", "homicide_count"])
    require.some(f"countries with both counts from {first} to {last}", int(rows["iso3"].nunique()))
    convicted, killed = (
        rows[name].to_numpy(dtype=np.float64) for name in ("homicide_convicted_count", "homicide_count")
    )
    ratio, low, high = clustered_ratio(convicted, killed, rows["iso3"].to_numpy(), level, DRAWS, SEED)
    return Estimate(100 * ratio, 100 * min(low, ratio), 100 * max(high, ratio), int(rows["iso3"].nunique()))


@gives(COUNTRIES, COUNTRY, counted="groups", years_of=PANEL, missing=ERRORS, interval=_by_errors)
def risers(tables: Tables, level: float, *, measure: str, groups: str, first: int, last: int) -> Estimate:
    """How many of some countries had a higher measure in the last year than in the first; of groups, the fewest.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `country_year`.
    level : float
        Of the test of each country's change, where the measure has standard errors.
    measure : str
    groups : str
        ISO codes joined by +, groups joined by /.
    first, last : int

    Returns
    -------
    Estimate
        Bounds count the rises that errors exclude to be none, and all changes that errors allow to be one; a country
        without a figure in either year may have risen.
    """
    before, after = _both_years(tables, first, last, measure)
    change = after[measure].to_numpy() - before[measure].to_numpy()
    error = np.zeros(len(change))
    name = f"{measure}_standard_error"
    if name in before:
        error = np.hypot(before[name].to_numpy(), after[name].to_numpy())
    half = normal_half_width(error, level)
    counts, known = [], 0
    for group in groups.split("/"):
        chosen = before["iso3"].isin(group.split("+")).to_numpy()
        unknown = len(group.split("+")) - int(chosen.sum())
        certain, seen, possible = (int((change + side * half > 0)[chosen].sum()) for side in (-1, 0, 1))
        counts.append((certain, seen, possible + unknown))
        known += int(chosen.sum())
    low, value, high = (float(min(them)) for them in zip(*counts, strict=True))
    return Estimate(value, low, high, known)


@gives(_of_difference, COUNTRY, years_of=PANEL, missing=LEFT_OUT, interval="confidence")
def mean_change(tables: Tables, level: float, *, measure: str, first: int, last: int) -> Estimate:
    """Mean change of a measure over countries, each counting the same, with a t interval.

    Parameters
    ----------
    tables, level
        As `risers`.
    measure : str
    first, last : int

    Returns
    -------
    Estimate
    """
    before, after = _both_years(tables, first, last, measure)
    require.some(f"countries with {measure} in {first} and in {last}", len(before), 2)
    return _mean_with_interval(after[measure].to_numpy() - before[measure].to_numpy(), level)


@gives(COUNTRIES, COUNTRY, counted="top", years_of="world_gini", missing=LEFT_OUT)
def most_unequal_in_region(tables: Tables, level: float, *, first: int, last: int, top: int) -> Estimate:
    """Countries of the region among the most unequal.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `world_gini` and `countries`.
    level : float
        Not used.
    first, last : int
        Years whose mean counts.
    top : int
        How many are counted.

    Returns
    -------
    Estimate
        Of countries with a figure; the others are left out.

    Raises
    ------
    ValueError
        If fewer countries have a figure.
    """
    means = _world_gini(tables, first, last)
    if top > len(means):
        raise ValueError(f"the {top} most unequal of {len(means)} countries with a figure; give a smaller top")
    return among_highest(means, "gini", top)


@gives(POINTS, COUNTRY, reach=(-100.0, 100.0), years_of="world_gini", missing=LEFT_OUT, interval="confidence")
def inequality_gap(tables: Tables, level: float, *, first: int, last: int) -> Estimate:
    """Mean Gini index of the region's countries less that of all others, with Welch's interval.

    Parameters
    ----------
    tables, level, first, last
        As `most_unequal_in_region`.

    Returns
    -------
    Estimate
    """
    means = _world_gini(tables, first, last)
    region = means["is_lac"].to_numpy(dtype=bool)
    inside, outside = (means["gini"].to_numpy()[chosen] for chosen in (region, ~region))
    require.some("countries with a figure on either side", min(len(inside), len(outside)), 2)
    ends = stats.ttest_ind(inside, outside, equal_var=False).confidence_interval(level)
    return Estimate(float(inside.mean() - outside.mean()), float(ends.low), float(ends.high), len(means))


@gives(COUNTRIES, COUNTRY, counted="countries", years_of=PANEL, missing=NOT_COUNTED)
def below_median(tables: Tables, level: float, *, measure: str, countries: str, first: int, last: int) -> Estimate:
    """How many of some countries lie below the regional median of a measure.

    Parameters
    ----------
    tables, level, measure, countries
        As `risers`.
    first, last : int
        Years whose mean counts.

    Returns
    -------
    Estimate
        The median is that of countries with a figure. Bounds count those of `countries` that have none as above, and
        as below.
    """
    rows = tables["country_year"].query("@first <= year <= @last")
    means = rows.groupby("iso3")[measure].mean().dropna()
    named = means.reindex(countries.split("+"))
    known = int(named.notna().sum())
    return count_with_unknown(int((named < means.median()).sum()), known, len(named) - known)


@gives(share_of("countries"), COUNTRY, years_of="regime_year", missing=UNSEEN_SHARE)
def regimes_between(tables: Tables, level: float, *, low: float, high: float, year: int) -> Estimate:
    """Share of the region's countries whose electoral democracy lies between two values, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `regime_year` and `countries`.
    level : float
        Not used.
    low, high : float
    year : int

    Returns
    -------
    Estimate
        Of countries that the index covers; bounds take the others for outside, and for between.
    """
    values = tables["regime_year"].query("year == @year").set_index("iso3")["electoral_democracy"]
    members = tables["countries"].query("in_panel")["iso3"]
    known = values.reindex(members).dropna()
    return share_with_unknown(int(known.between(low, high).sum()), len(known), len(members) - len(known))


def _of_year(tables: Tables, year: int, *columns: str) -> pd.DataFrame:
    """Rows of a year with a figure in every column, as numbers that may have a fraction; at least one."""
    rows = tables["country_year"].query("year == @year").dropna(subset=list(columns))
    require.some(f"countries with {' and '.join(columns)} in {year}", len(rows))
    # Counts of the tables are whole numbers that may be missing, of which there is no median between two.
    found: pd.DataFrame = rows.astype(dict.fromkeys(columns, np.float64))
    return found


def _both_years(tables: Tables, first: int, last: int, *columns: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of both years of countries that have every column in both, in one order."""
    before, after = (_of_year(tables, year, *columns).set_index("iso3") for year in (first, last))
    common = before.index.intersection(after.index)
    return before.loc[common].reset_index(), after.loc[common].reset_index()


def _weighted(rows: pd.DataFrame, measure: str) -> float:
    """Mean weighted by population."""
    require.some(f"countries with {measure}", len(rows))
    return float(np.average(rows[measure], weights=rows["population"]))


def _world_gini(tables: Tables, first: int, last: int) -> pd.DataFrame:
    rows = tables["world_gini"].query("@first <= year <= @last")
    means = rows.groupby("iso3", as_index=False)[["gini"]].mean()
    return means.merge(tables["countries"][["iso3", "is_lac"]], on="iso3")


def _mean_with_interval(values: Floats, level: float) -> Estimate:
    half = float(stats.t.ppf((1 + level) / 2, len(values) - 1)) * float(stats.sem(values))
    mean = float(values.mean())
    return Estimate(mean, mean - half, mean + half, len(values))
