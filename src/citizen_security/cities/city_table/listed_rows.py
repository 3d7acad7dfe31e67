"""The rows of the printed list that are examined, and where they are."""

import numpy as np
import pandas as pd

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.samples import add_exposure, in_countries

PANEL_COUNTRIES = ("BRA", "COL", "MEX")


def listed_rows(table: pd.DataFrame, parameters: CityTable) -> pd.DataFrame:
    """The rows of the printed table that are examined, in printed order.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.
    parameters : CityTable

    Returns
    -------
    pandas.DataFrame
        The rows with exposure, raw rate and label, and `printed_place`: 1 to n among the rows kept.
    """
    rows = table[in_countries(table, parameters.countries)].sort_values("rank", ignore_index=True)
    return add_exposure(rows).assign(printed_place=np.arange(1, len(rows) + 1))


def panel_countries(rows: pd.DataFrame) -> tuple[str, ...]:
    """Countries of the rows that have a count for every city."""
    return tuple(country for country in PANEL_COUNTRIES if country in set(rows["iso3"]))


def shares(rows: pd.DataFrame, countries: pd.DataFrame, by: str) -> pd.DataFrame:
    """Listed cities and homicides by country or region.

    Parameters
    ----------
    rows : pandas.DataFrame
        As of `listed_rows`.
    countries : pandas.DataFrame
        The table `countries`.
    by : {"name", "subregion"}

    Returns
    -------
    pandas.DataFrame, one row for each group, most cities first
        The group, `cities`, `share_of_cities`, `homicides`, `share_of_homicides`; places outside the region are
        `elsewhere`.
    """
    named = rows.merge(countries[["iso3", "name", "subregion"]], on="iso3").fillna({"subregion": "elsewhere"})
    groups = named.groupby(by).agg(cities=("city", "size"), homicides=("homicides", "sum")).reset_index()
    table = groups.assign(
        share_of_cities=groups["cities"] / len(rows), share_of_homicides=groups["homicides"] / rows["homicides"].sum()
    )
    ordered = table.sort_values(["cities", "homicides"], ascending=False, ignore_index=True)
    return ordered[[by, "cities", "share_of_cities", "homicides", "share_of_homicides"]]


def list_length(rows: pd.DataFrame) -> int:
    """Number of listed cities in countries with a panel: the length of the yearly lists."""
    return int(rows["iso3"].isin(PANEL_COUNTRIES).sum())
