"""Homicides of places at four scales, year by year."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.concentration.police_sectors import MONTHS, sector_panel

if TYPE_CHECKING:
    from citizen_security.cities.concentration.parameters import Concentration

MINIMUM_PLACES = 5
REGION = "Latin America and the Caribbean"
LABELS = ["scale", "group", "year"]
# Tables that the four scales are read from.
TABLES = ("countries", "country_year", "state_year", "city_year", "mexico_city_sector_month")
COLUMNS = [*LABELS, "place", "homicides", "population"]

Tables = Mapping[str, pd.DataFrame]


def annual_places(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    """Homicides of every place and year of the chosen scales.

    Concentration of different sets of places cannot be compared, so that only places are kept that have a count in
    every year in which any place of their group has one.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `countries`, `country_year`, `state_year`, `city_year`, `mexico_city_sector_month`.
    parameters : Concentration

    Returns
    -------
    pandas.DataFrame, one row for each place and year
        `scale`, `group`, `year`, `place`, `homicides` and `population`, which is missing where there is none, or where
        the table doubts it as an annual figure.
    """
    readers = {"countries": _countries, "states": _states, "cities": _cities, "police_sectors": _police_sectors}
    frames = [readers[scale](tables, parameters).assign(scale=scale) for scale in parameters.scales]
    rows = pd.concat(frames, ignore_index=True)[COLUMNS]
    rows = rows[rows["year"].between(parameters.first_year, parameters.last_year)]
    years = rows.groupby("group")["year"].transform("nunique")
    complete = rows.groupby(["group", "place"])["year"].transform("nunique") == years
    return rows[complete].astype({"homicides": np.int64, "population": float}).reset_index(drop=True)


def coverage(places: pd.DataFrame) -> pd.DataFrame:
    """What each group consists of.

    Parameters
    ----------
    places : pandas.DataFrame
        Of `annual_places`.

    Returns
    -------
    pandas.DataFrame, one row for each group
        `group`, `places`, `years`, `first_year`, `last_year`, `homicides` and `with_population` (years).
    """
    with_population = places[places["population"].notna()].groupby("group")["year"].nunique()
    table = places.groupby("group", sort=False).agg(
        places=("place", "nunique"),
        years=("year", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        homicides=("homicides", "sum"),
    )
    return table.assign(with_population=with_population.reindex(table.index).fillna(0).astype(int)).reset_index()


def concentration_problems(tables: Tables, parameters: "Concentration") -> Iterator[str]:
    """Why the parameters cannot be used on these tables; nothing if they can.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    parameters : Concentration

    Yields
    ------
    str
    """
    places = annual_places(tables, parameters)
    places_of_group = places.groupby("group")["place"].nunique()
    period = f"from {parameters.first_year} to {parameters.last_year}"
    for group in _wanted_groups(tables, parameters):
        number = int(places_of_group.get(group, 0))
        if number < MINIMUM_PLACES:
            yield (
                f"{group} has {number or 'no'} places with a count in each year {period}; at least {MINIMUM_PLACES} "
                f"are needed. Change first_year or last_year, or leave its scale or country out."
            )
    months = len(sector_panel(tables["mexico_city_sector_month"]))
    for window in parameters.window_months:
        if not 1 <= window <= months:
            yield f"window_months holds {window}. Allowed: 1 to {months}, the months on record."


def _countries(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    codes = tables["countries"].loc[tables["countries"]["is_lac"], "iso3"]
    table = tables["country_year"]
    rows = table[table["iso3"].isin(codes) & table["homicide_count"].notna()]
    return rows.assign(group=_group("countries", REGION), place=rows["iso3"], homicides=rows["homicide_count"])


def _states(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    rows = _of_countries(tables, "state_year", parameters)
    return rows.assign(
        place=rows["state_code"], population=rows["population"].astype(float).where(rows["population_note"].isna())
    )


def _cities(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    rows = _of_countries(tables, "city_year", parameters)
    return rows.assign(place=rows["city_code"])


def _of_countries(tables: Tables, name: str, parameters: "Concentration") -> pd.DataFrame:
    """Rows of the chosen countries in the order in which they were given."""
    scale = {"state_year": "states", "city_year": "cities"}[name]
    names = tables["countries"].set_index("iso3")["name"]
    table = tables[name]
    frames = [
        table[table["iso3"] == country].assign(group=_group(scale, names[country])) for country in parameters.countries
    ]
    return pd.concat(frames, ignore_index=True)


def _police_sectors(tables: Tables, parameters: "Concentration") -> pd.DataFrame:
    table = tables["mexico_city_sector_month"]
    keys = ["source", "borough", "sector", "year"]
    years = table.groupby(keys, as_index=False).agg(homicides=("homicides", "sum"), months=("month", "nunique"))
    # A year of eight months would look more concentrated for its length alone.
    whole = years[years["months"] == MONTHS]
    place = whole["borough"] + ", " + whole["sector"]
    group = [_group("police_sectors", f"Mexico City ({source.split()[0]})") for source in whole["source"]]
    return whole.assign(place=place, group=group, population=np.nan)


def _group(scale: str, name: str) -> str:
    return f"{scale.replace('_', ' ').capitalize()}, {name}"


def _wanted_groups(tables: Tables, parameters: "Concentration") -> list[str]:
    names = tables["countries"].set_index("iso3")["name"]
    wanted = {
        "countries": [REGION],
        "states": [names[country] for country in parameters.countries],
        "cities": [names[country] for country in parameters.countries],
        "police_sectors": [],
    }
    groups = [_group(scale, name) for scale in parameters.scales for name in wanted[scale]]
    # Either source of the police sectors is enough: they cover different years.
    sectors = _police_sectors(tables, parameters)
    inside = sectors[sectors["year"].between(parameters.first_year, parameters.last_year)]["group"].unique()
    if "police_sectors" in parameters.scales and not len(inside):
        groups.append(_group("police_sectors", "Mexico City"))
    return groups
