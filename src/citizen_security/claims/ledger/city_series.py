"""What the tables of cities and states say of a claim: the printed list, growth, persistence, ranks."""

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.about_measures import (
    CITY,
    CITY_YEARS,
    NOT_COUNTED,
    RANKED_LAST,
    UNSEEN_SHARE,
    gives,
)
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.intervals import count_with_unknown, normal_half_width, share_with_unknown
from citizen_security.claims.ledger.kinds import CITIES, CORRELATION, EFFECT_PERCENT, NONNEGATIVE, RANK, ROWS, SHARE
from citizen_security.methods import require
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.verdicts.regions import Estimate

# Cities of less change too much by chance for the logarithm of their rate to say anything.
FEWEST_HOMICIDES = 10
# As many cities as the printed list says that it has.
LISTED = 50
# The error of a rank correlation is of cities less three; of fewer than this it says nothing.
FEWEST_CITIES = 8


@gives(
    CITIES, ("row of the list", "rows of the list"), reach=(0.0, LISTED), years_of="city_table", missing=UNSEEN_SHARE
)
def cities_in_region(tables: Tables, level: float, *, year: int = 0, without_flagged: bool = False) -> Estimate:
    """Cities of the region among fifty of the printed list, in fiftieths of the rows that are looked at.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_table`.
    level : float
        Not used.
    year : int
        Only rows of that year; all where it is 0.
    without_flagged : bool
        Whether rows with a remark are left out.

    Returns
    -------
    Estimate
        Bounds take the rows that are not looked at for cities of elsewhere, and of the region.

    Raises
    ------
    ValueError
        If no row is left.
    """
    everywhere = tables["city_table"]
    rows = everywhere[everywhere["year"] == year] if year else everywhere
    rows = rows[rows["flags"].isna()] if without_flagged else rows
    require.some("rows of the list", len(rows))
    share = share_with_unknown(int(rows["is_lac"].sum()), len(rows), len(everywhere) - len(rows))
    value, low, high = (LISTED / 100 * it for it in (share.value, share.low, share.high))
    return Estimate(value, low, high, len(rows))


@gives(ROWS, ("row of the list", "rows of the list"), own_numbers=True)
def rows_out_of_order(tables: Tables, level: float) -> Estimate:
    """Rows of the printed list with a higher rate than the row before.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_table`.
    level : float
        Not used.

    Returns
    -------
    Estimate
    """
    rates = tables["city_table"].sort_values("rank")["homicide_rate"]
    return Estimate.exact(float((rates.diff() > 0).sum()), len(rates))


@gives(SHARE, ("place", "places"), reach=NONNEGATIVE, years_of=CITY_YEARS)
def homicides_over_places(
    tables: Tables, level: float, *, city_code: str, first: int, last: int, places: str
) -> Estimate:
    """Most places that can have had a homicide, were each in another place, in % of all.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_year` and `claim_facts`.
    level : float
        Not used.
    city_code : str
    first, last : int
    places : str
        Fact with the number of places.

    Returns
    -------
    Estimate
        An upper bound, whatever the concentration.

    Raises
    ------
    ValueError
        If a year has no count.
    """
    rows = tables["city_year"].query("city_code == @city_code and @first <= year <= @last").dropna(subset=["homicides"])
    if missing := sorted(set(range(first, last + 1)) - set(rows["year"])):
        raise ValueError(f"city {city_code} has no count of homicides in {missing[0]}")
    number = float(tables["claim_facts"].set_index("fact_id")["value"][places])
    return Estimate.exact(100 * float(rows["homicides"].sum()) / number, int(number))


@gives(SHARE, CITY, years_of=CITY_YEARS, missing="Cities without both figures are left out.")
def growth_percentile(
    tables: Tables, level: float, *, cities: str, first: int, last: int, own_country: bool = False
) -> Estimate:
    """Share of cities that grew less than a city, in %; of several, that of the one that grew least.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_year`.
    level : float
        Not used.
    cities : str
        Codes joined by +.
    first, last : int
    own_country : bool
        Whether only cities of its country are compared.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If a city has no population in either year.
    """
    people = _both_years(tables, first, last, "population")
    growth = _logarithm(people[last] / people[first])
    own = growth[growth.index.get_level_values("city_code").isin(cities.split("+"))]
    if missing := sorted(set(cities.split("+")) - set(own.index.get_level_values("city_code"))):
        raise ValueError(f"city {missing[0]} has no population in {first} or {last}")
    countries = list(dict.fromkeys(own.index.get_level_values("iso3")))
    compared = growth.loc[countries] if own_country else growth
    shares = []
    for country, city in own.index:
        beside = growth.loc[[country]] if own_country else growth
        shares.append(100 * float((beside < growth.loc[(country, city)]).mean()))
    return Estimate.exact(min(shares), len(compared))


@gives(
    EFFECT_PERCENT, CITY, years_of=CITY_YEARS, missing="Cities without all figures are left out.", interval="confidence"
)
def growth_link(tables: Tables, level: float, *, first: int, last: int, countries: str = "") -> Estimate:
    """Percent by which cities' homicide rates changed more for each percent of growth, within their country.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_year`.
    level : float
    first, last : int
    countries : str
        ISO codes joined by +; all where blank.

    Returns
    -------
    Estimate
    """
    people, deaths = _people_and_deaths(tables, first, last)
    enough = (deaths >= FEWEST_HOMICIDES).all(axis=1)
    if countries:
        enough &= enough.index.get_level_values("iso3").isin(countries.split("+"))
    growth = 100 * _logarithm(people[last] / people[first])[enough]
    moved = 100 * _logarithm((deaths[last] / people[last]) / (deaths[first] / people[first]))[enough]
    require.some(
        f"cities with {FEWEST_HOMICIDES} homicides or more in {first} and in {last}", len(growth), FEWEST_CITIES
    )
    x, y = (values - values.groupby("iso3").transform("mean") for values in (growth, moved))
    slope = float((x * y).sum() / (x**2).sum())
    # White's errors: small cities' rates scatter more.
    error = float(np.sqrt((x**2 * (y - slope * x) ** 2).sum()) / (x**2).sum())
    half = normal_half_width(error, level)
    return Estimate(slope, slope - half, slope + half, len(x))


@gives(
    CORRELATION, CITY, years_of=CITY_YEARS, missing="Cities without all figures are left out.", interval="confidence"
)
def rank_persistence(tables: Tables, level: float, *, first: int, last: int, country: str = "") -> Estimate:
    """Rank correlation of cities' homicide rates in two years, within a country or over all.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_year`.
    level : float
        Of Fisher's interval.
    first, last : int
    country : str

    Returns
    -------
    Estimate

    References
    ----------
    Bonett and Wright (2000), Psychometrika 65(1), for the error of a rank correlation.
    """
    people, deaths = _people_and_deaths(tables, first, last)
    rates = deaths / people
    rates = rates[rates.index.get_level_values("iso3") == country] if country else rates
    require.some(f"cities with both figures in {first} and in {last}", len(rates), FEWEST_CITIES)
    found = float(rates[first].corr(rates[last], method="spearman"))
    half = normal_half_width(float(np.sqrt((1 + found**2 / 2) / (len(rates) - 3))), level)
    low, high = np.tanh(np.arctanh(found) + np.array([-half, half]))
    return Estimate(found, float(low), float(high), len(rates))


@gives(CITIES, CITY, counted="cities", years_of=CITY_YEARS, missing=NOT_COUNTED)
def cities_fallen(
    tables: Tables, level: float, *, cities: str, first: int, last: int, beside_country: bool = False
) -> Estimate:
    """How many of some cities had a lower homicide rate in the last year than in the first.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `city_year`.
    level : float
        Not used.
    cities : str
        Codes joined by +.
    first, last : int
    beside_country : bool
        Whether the rate must have fallen more than that of all large cities of its country together.

    Returns
    -------
    Estimate
        Bounds count cities without a figure in either year as not fallen, and as fallen.
    """
    people, deaths = _people_and_deaths(tables, first, last)
    ratio = (deaths[last] / people[last]) / (deaths[first] / people[first])
    own = ratio[ratio.index.get_level_values("city_code").isin(cities.split("+"))]
    limit = pd.Series(1.0, index=own.index)
    if beside_country:
        sums = deaths.groupby("iso3").sum() / people.groupby("iso3").sum()
        limit = pd.Series((sums[last] / sums[first]).loc[own.index.get_level_values("iso3")].to_numpy(), own.index)
    return count_with_unknown(int((own < limit).sum()), len(own), len(cities.split("+")) - len(own))


@gives(RANK, ("state", "states"), ranked="units", years_of="state_year", missing=RANKED_LAST)
def state_rank(tables: Tables, level: float, *, country: str, state: str, first: int, last: int) -> Estimate:
    """Rank of a state's homicide rate among those of its country, from the highest.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `state_year`.
    level : float
        Not used.
    country, state : str
    first, last : int
        Years that are added.

    Returns
    -------
    Estimate
        Of states with a figure in every year; bounds take the others for lower, and for higher.

    Raises
    ------
    ValueError
        If the state has none in one of them.
    """
    everywhere = tables["state_year"].query("iso3 == @country")
    rows = everywhere.query("@first <= year <= @last").dropna(subset=["homicides", "population"])
    rows = rows[rows.groupby("state")["year"].transform("nunique") == last - first + 1]
    if state not in set(rows["state"]):
        raise ValueError(f"{state} has no count of homicides in each year from {first} to {last}")
    sums = rows.groupby("state")[["homicides", "population"]].sum()
    rates = sums["homicides"] / sums["population"]
    ranks = pd.Series(rank_from_highest(rates.to_numpy()), rates.index)
    rank, unknown = float(ranks[state]), everywhere["state"].nunique() - len(rates)
    return Estimate(rank, rank, rank + unknown, len(rates))


def _logarithm(values: "pd.Series[float]") -> "pd.Series[float]":
    return pd.Series(np.log(values.to_numpy(dtype=np.float64)), index=values.index)


def _people_and_deaths(tables: Tables, first: int, last: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Inhabitants and homicides of cities with both figures in both years, each with a column for either year."""
    people, deaths = (_both_years(tables, first, last, column) for column in ("population", "homicides"))
    both = people.index.intersection(deaths.index)
    return people.loc[both], deaths.loc[both]


def _both_years(tables: Tables, first: int, last: int, column: str) -> pd.DataFrame:
    """Cities with both years, and a column of the table in both."""
    rows = tables["city_year"].query("year in (@first, @last)")
    wide = rows.pivot(index=["iso3", "city_code"], columns="year", values=column)
    return wide.reindex(columns=[first, last]).dropna()
