"""What the homicide rates of countries say of a claim: the region beside the world, ranks, and changes."""

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.about_measures import (
    BESIDE,
    CARRIED,
    COUNTRY,
    FALL,
    HOMICIDE,
    LEFT_OUT,
    NOT_COUNTED,
    PLACE,
    RANKED_LAST,
    RISE,
    UNSEEN_SHARE,
    WORLD,
    gives,
)
from citizen_security.claims.ledger.changes import change_percent, weaker
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.intervals import among_highest, count_with_unknown, share_with_unknown
from citizen_security.claims.ledger.kinds import CHANGE, COUNTRIES, RANK, RATIO, share_of
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.verdicts.regions import Estimate
from citizen_security.regional import (
    compare_with_world,
    homicide_rates,
    percent_change,
    regional_series,
    window_mean,
    world_window,
)

# Besides the region; Greenland, Bermuda and Saint Pierre are no part of the comparison that is claimed.
NORTH_AMERICA = ("CAN", "USA")

BEFORE_AND_AFTER = (
    f"{CARRIED} The bounds give it the lowest that it ever had before and the highest after, and the reverse."
)
ABOVE_WORLD = (
    f"{UNSEEN_SHARE} The world's rate has bounds of its own, of which the one is taken that makes fewer, or more, "
    "countries exceed it."
)
NO_LIMIT = f"{NOT_COUNTED} Where one of the others has none, no country is certain to be lower."


@gives(RATIO, PLACE, years_of=WORLD, missing=BESIDE)
def regional_ratio(tables: Tables, level: float, *, first: int, last: int, without: str = "") -> Estimate:
    """Homicide rate of the region over that of the world.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `world_homicide` and `countries`.
    level : float
        Not used: the bounds are those that countries without a figure leave.
    first, last : int
        Years whose deaths are added.
    without : str
        Subregion or country to leave out of the region and the world.

    Returns
    -------
    Estimate
        Countries without a figure have their last one; bounds give the region its lowest and the rest its highest, and
        the reverse.
    """
    kept = _without(tables, tables["world_homicide"], without)
    members = tables["countries"].query("is_lac")["iso3"]
    return _beside_world(kept, [it for it in members if it in set(kept["iso3"])], "ratio", first, last)


@gives(share_of("homicides"), PLACE, years_of=WORLD, missing=BESIDE)
def share_of_world(tables: Tables, level: float, *, first: int, last: int, countries: str) -> Estimate:
    """Share of the world's homicides that some countries have, in %.

    Parameters
    ----------
    tables, level, first, last
        As `regional_ratio`.
    countries : str
        ISO codes joined by +.

    Returns
    -------
    Estimate
        As `regional_ratio`.
    """
    found = _beside_world(tables["world_homicide"], countries.split("+"), "homicide_share", first, last)
    return Estimate(100 * found.value, 100 * found.low, 100 * found.high, found.n)


@gives(COUNTRIES, PLACE, counted="top", years_of=WORLD, missing=LEFT_OUT)
def region_among_highest(
    tables: Tables, level: float, *, first: int, last: int, top: int, minimum_population: int = 0
) -> Estimate:
    """Countries of the region among those with the highest homicide rates.

    Parameters
    ----------
    tables, level, first, last
        As `regional_ratio`; a country's rate is the mean of its years with a figure.
    top : int
        How many are counted.
    minimum_population : int
        Smaller countries and territories are left out.

    Returns
    -------
    Estimate
        Of countries with a figure; the others are left out.

    Raises
    ------
    ValueError
        If fewer countries have a figure.
    """
    rates = _mean_rates(tables, first, last, minimum_population)
    if top > len(rates):
        raise ValueError(f"the {top} highest of {len(rates)} countries with a figure; give a smaller top")
    return among_highest(rates, "homicide_rate", top)


@gives(share_of("countries"), COUNTRY, years_of=WORLD, missing=ABOVE_WORLD)
def share_above_world(tables: Tables, level: float, *, first: int, last: int, times: float = 1.0) -> Estimate:
    """Share of the region's sovereign countries whose homicide rate is above the world's, in %.

    Parameters
    ----------
    tables, level, first, last
        As `regional_ratio`.
    times : float
        How many times the world's rate must be exceeded.

    Returns
    -------
    Estimate
        Of countries with a figure; bounds take the others for below, or above, and the world's rate at the end of its
        own bounds that makes fewer, or more, countries exceed it.
    """
    members = tables["countries"].query("is_lac")["iso3"]
    world = _beside_world(tables["world_homicide"], list(members), "world_rate", first, last)
    rates = _mean_rates(tables, first, last, 0).set_index("iso3")["homicide_rate"]
    members = tables["countries"].query("in_panel")["iso3"]
    found = rates.reindex(members).dropna()
    missing = len(members) - len(found)
    fewest, seen, most = (
        share_with_unknown(int((found > times * rate).sum()), len(found), missing)
        for rate in (world.high, world.value, world.low)
    )
    return Estimate(seen.value, fewest.low, most.high, len(found))


@gives(
    share_of("printed rates"),
    ("printed rate", "printed rates"),
    years_of=WORLD,
    missing=UNSEEN_SHARE,
)
def printed_rates_of_year(tables: Tables, level: float, *, printed: int, year: int, within: float = 0.1) -> Estimate:
    """Share of the rates of a printed list that are those of a year, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `most_violent_countries` and `world_homicide`.
    level : float
        Not used.
    printed : int
        Which of the two lists.
    year : int
    within : float
        Share by which a printed rate may differ.

    Returns
    -------
    Estimate
        Of rates whose country has a figure in that year; bounds take the others for another rate, and for the same.
    """
    rows = tables["most_violent_countries"].query("list == @printed").dropna(subset=["homicide_rate"])
    there = tables["world_homicide"].query("year == @year").set_index("iso3")["homicide_rate"]
    both = rows.assign(found=rows["iso3"].map(there)).dropna(subset=["found"])
    # Where no country has a figure, what was looked up is of no type that can be divided by.
    alike = (both["homicide_rate"] / both["found"].astype(float) - 1).abs() <= within
    return share_with_unknown(int(alike.sum()), len(both), len(rows) - len(both))


@gives(CHANGE, PLACE, reach=RISE, years_of=WORLD, missing=BEFORE_AND_AFTER)
def regional_change(
    tables: Tables, level: float, *, first: int, last: int, years: int = 1, without: str = ""
) -> Estimate:
    """Change of the region's homicide rate between two windows, in %.

    Parameters
    ----------
    tables, level
        As `regional_ratio`.
    first, last : int
        First year of the first window and last year of the last.
    years : int
        Length of both windows.
    without : str
        Country to leave out.

    Returns
    -------
    Estimate
        Of the same countries in both windows: those without a figure have their last one, and bounds give them their
        lowest before and their highest after, and the reverse.
    """
    rows = _without(tables, _region(tables), without)
    series = regional_series(homicide_rates(rows), "homicide")
    windows = [(start, start + years - 1) for start in (first, last - years + 1)]
    found = percent_change(*(window_mean(series, *window) for window in windows))
    counted = [set(rows[rows["year"].between(*years)].dropna(subset=["homicide_count"])["iso3"]) for years in windows]
    return Estimate(found.value, found.lower, found.upper, len(counted[0] & counted[1]))


@gives(CHANGE, HOMICIDE, reach=FALL, direction="fall", years_of=WORLD, interval="confidence")
def country_fall(tables: Tables, level: float, *, country: str, first: int, last: int) -> Estimate:
    """Fall of a country's homicide rate between two years, in %; a rise is below zero.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `world_homicide`.
    level : float
        Of the interval for the ratio of two Poisson counts.
    country : str
    first, last : int

    Returns
    -------
    Estimate
    """
    changed = _country_change(tables, level, country, first, last)
    return Estimate(-changed.value, -changed.high, -changed.low, changed.n)


@gives(CHANGE, HOMICIDE, reach=RISE, direction="rise", years_of=WORLD, interval="confidence")
def country_rise(tables: Tables, level: float, *, country: str, first: int, last: int) -> Estimate:
    """Rise of a country's homicide rate between two years, in %; parameters as `country_fall`."""
    return _country_change(tables, level, country, first, last)


@gives(CHANGE, HOMICIDE, reach=FALL, years_of=WORLD, interval="confidence", smaller=True)
def fall_then_rise(tables: Tables, level: float, *, country: str, first: int, turn: int, last: int) -> Estimate:
    """The smaller of a fall and the rise after it, in %: positive only if both happened.

    Parameters
    ----------
    tables, level, country
        As `country_fall`.
    first, turn, last : int
        Years of the three levels.

    Returns
    -------
    Estimate
    """
    fall = country_fall(tables, level, country=country, first=first, last=turn)
    found = weaker(fall, _country_change(tables, level, country, turn, last))
    # The homicides of the turn are in both changes and counted once.
    homicides = sum(_deaths_and_people(tables, country, year)[0] for year in (first, turn, last))
    return Estimate(found.value, found.low, found.high, int(homicides))


@gives(RANK, PLACE, ranked="units", years_of=WORLD, missing=RANKED_LAST)
def rank_from_safest(
    tables: Tables, level: float, *, country: str, first: int, last: int, minimum_population: int = 0
) -> Estimate:
    """Rank of a country among those of the Western Hemisphere, from the lowest homicide rate.

    Parameters
    ----------
    tables, level, first, last, minimum_population
        As `region_among_highest`.
    country : str

    Returns
    -------
    Estimate
        Of countries with a figure; bounds take the others for higher, and for lower.

    Raises
    ------
    ValueError
        If the country has no figure, or is smaller than those that are compared.
    """
    everywhere = _world(tables, first, last)
    everywhere = everywhere[everywhere["is_lac"] | everywhere["iso3"].isin(NORTH_AMERICA)]
    compared = _large_enough(everywhere, minimum_population)
    rates = compared.dropna(subset=["homicide_rate"])
    if country not in set(rates["iso3"]):
        raise ValueError(_why_not_ranked(everywhere, country, minimum_population))
    ranks = rank_from_highest(-rates["homicide_rate"].to_numpy())
    rank = float(ranks[(rates["iso3"] == country).to_numpy()][0])
    return Estimate(rank, rank, rank + len(compared) - len(rates), len(rates))


@gives(COUNTRIES, COUNTRY, counted="countries", years_of=WORLD, missing=NO_LIMIT)
def lower_than_every(tables: Tables, level: float, *, countries: str, others: str, first: int, last: int) -> Estimate:
    """How many of some countries have a lower homicide rate than every one of others.

    Parameters
    ----------
    tables, level, first, last
        As `region_among_highest`.
    countries, others : str
        ISO codes joined by +.

    Returns
    -------
    Estimate
        Bounds count those of `countries` without a figure as higher, and as lower; where one of `others` has none, no
        country is certain to be lower.

    Raises
    ------
    ValueError
        If none of `others` has a figure.
    """
    rates = _mean_rates(tables, first, last, 0).set_index("iso3")["homicide_rate"]
    own, theirs = rates.reindex(countries.split("+")), rates.reindex(others.split("+"))
    if theirs.isna().all():
        raise ValueError(f"none of {others} has a figure in these years")
    known = int(own.notna().sum())
    found = count_with_unknown(int((own < theirs.min()).sum()), known, len(own) - known)
    return Estimate(found.value, 0.0 if theirs.isna().any() else found.low, found.high, known)


@gives(COUNTRIES, COUNTRY, counted="countries", years_of=WORLD, missing=NOT_COUNTED)
def below_regional_median(tables: Tables, level: float, *, countries: str, first: int, last: int) -> Estimate:
    """How many of some countries have a homicide rate below the median of the region's countries.

    Parameters
    ----------
    tables, level, first, last
        As `region_among_highest`.
    countries : str
        ISO codes joined by +.

    Returns
    -------
    Estimate
        The median is that of countries with a figure. Bounds count those of `countries` that have none as above, and
        as below.
    """
    rates = _mean_rates(tables, first, last, 0)
    own = rates[rates["is_lac"]].set_index("iso3")["homicide_rate"]
    named = own.reindex(countries.split("+"))
    known = int(named.notna().sum())
    return count_with_unknown(int((named < own.median()).sum()), known, len(named) - known)


@gives(
    share_of("pairs of countries"),
    ("pair of countries", "pairs of countries"),
    years_of=WORLD,
    missing=UNSEEN_SHARE,
    in_order=True,
)
def pairs_in_order(tables: Tables, level: float, *, groups: str, first: int, last: int) -> Estimate:
    """Share of pairs of countries of different groups whose homicide rates lie in the claimed order, in %.

    Parameters
    ----------
    tables, level, first, last
        As `region_among_highest`.
    groups : str
        ISO codes joined by +, groups from the lowest to the highest joined by /.

    Returns
    -------
    Estimate
        Of pairs with both figures; bounds take the others for out of order, and in order.
    """
    rates = _mean_rates(tables, first, last, 0).set_index("iso3")["homicide_rate"]
    named = [rates.reindex(group.split("+")).to_numpy(dtype=np.float64) for group in groups.split("/")]
    sides = [(lower, higher) for position, lower in enumerate(named) for higher in named[position + 1 :]]
    ordered = np.concatenate([np.less.outer(*side).ravel() for side in sides])
    known = np.concatenate([~np.isnan(np.add.outer(*side)).ravel() for side in sides])
    return share_with_unknown(int(ordered.sum()), int(known.sum()), int((~known).sum()))


def _region(tables: Tables) -> pd.DataFrame:
    members = tables["countries"].query("is_lac")["iso3"]
    return tables["world_homicide"][tables["world_homicide"]["iso3"].isin(members)]


def _without(tables: Tables, rows: pd.DataFrame, without: str) -> pd.DataFrame:
    """Rows without a country or the countries of a subregion; all where it is blank."""
    countries = tables["countries"]
    left_out = (countries["subregion"] == without) | (countries["iso3"] == without)
    return rows[~rows["iso3"].isin(countries.loc[left_out, "iso3"])]


def _beside_world(world: pd.DataFrame, members: list[str], name: str, first: int, last: int) -> Estimate:
    """A mean over years of the group beside the world, with what countries without a figure leave open."""
    rows = world.dropna(subset=["population"])
    found = world_window(compare_with_world(rows, members), name, first, last)
    with_figures = rows[rows["year"].between(first, last)].dropna(subset=["homicide_count"])["iso3"].nunique()
    return Estimate(found.value, found.lower, found.upper, with_figures)


def _world(tables: Tables, first: int, last: int) -> pd.DataFrame:
    """One row a country: mean rate and mean population of its years with a figure, either of which it may lack."""
    years = tables["world_homicide"].query("@first <= year <= @last")
    means = years.groupby("iso3", as_index=False)[["homicide_rate", "population"]].mean()
    return means.merge(tables["countries"][["iso3", "is_lac", "subregion"]], on="iso3")


def _large_enough(rows: pd.DataFrame, minimum_population: int) -> pd.DataFrame:
    """Places with as many inhabitants; all where none are asked for, as a rate can be ranked without its population."""
    return rows[rows["population"] >= minimum_population] if minimum_population else rows


def _mean_rates(tables: Tables, first: int, last: int, minimum_population: int) -> pd.DataFrame:
    return _large_enough(_world(tables, first, last), minimum_population).dropna(subset=["homicide_rate"])


def _why_not_ranked(everywhere: pd.DataFrame, country: str, minimum_population: int) -> str:
    """What a country lacks that is not among those that are compared."""
    own = everywhere.set_index("iso3").reindex([country]).iloc[0]
    if pd.isna(own["homicide_rate"]):
        return f"{country} has no homicide rate in these years"
    if pd.isna(own["population"]):
        return f"{country} has no population in these years, which minimum_population = {minimum_population:,} needs"
    return f"{country} has fewer than {minimum_population:,} inhabitants"


def _country_change(tables: Tables, level: float, country: str, first: int, last: int) -> Estimate:
    before, after = (_deaths_and_people(tables, country, year) for year in (first, last))
    return change_percent(*before, *after, level)


def _deaths_and_people(tables: Tables, country: str, year: int) -> tuple[float, float]:
    rows = tables["world_homicide"].query("iso3 == @country and year == @year")
    rows = rows.dropna(subset=["homicide_count", "population"])
    if rows.empty:
        raise ValueError(f"{country} has no count of homicides in {year}")
    return float(rows["homicide_count"].iloc[0]), float(rows["population"].iloc[0])
