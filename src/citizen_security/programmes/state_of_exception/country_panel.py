"""El Salvador and the countries with a figure for every year, on the log scale."""

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.programmes.state_of_exception.parameters import StateOfException

TREATED = "SLV"

# Countries whose figure of a single year moves by dozens of percent by chance are no donors.
LEAST_POPULATION = 500_000


def series(table: pd.DataFrame) -> pd.DataFrame:
    """El Salvador's homicides, people and rate by year, those with a figure that specialists do not doubt.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.

    Returns
    -------
    pandas.DataFrame
        year, homicides, population, rate.
    """
    rows = table[(table["iso3"] == TREATED) & table["homicide_rate"].notna() & (table["year"] >= 1999)]
    return pd.DataFrame(
        {
            "year": rows["year"].to_numpy(int),
            "homicides": rows["homicide_count"].to_numpy(float),
            "population": rows["population"].to_numpy(float),
            "rate": rows["homicide_rate"].to_numpy(float),
        }
    )


def country_panel(
    world: pd.DataFrame, region: list[str], years: tuple[int, int], parameters: StateOfException
) -> TreatedPanel:
    """Logarithms of homicide rates up to the last year of an episode.

    Parameters
    ----------
    world : pandas.DataFrame
        `world_homicide`.
    region : list of str
        Codes of the region's countries.
    years : tuple of int
        First year that is compared with donors, and the last.
    parameters : StateOfException

    Returns
    -------
    TreatedPanel
        Donors have a positive rate in every year and half a million people or more in all.

    Raises
    ------
    NotAPanel
        If donors are too few.
    """
    start, last = years
    rows = world[world["year"].between(parameters.first_year, last) & ~world["iso3"].isin(parameters.left_out)]
    if parameters.donors == "region":
        rows = rows[rows["iso3"].isin(region)]
    rates = rows.pivot(index="iso3", columns="year", values="homicide_rate")
    people = rows.pivot(index="iso3", columns="year", values="population")
    whole = (rates.notna() & (rates > 0)).all(axis=1) & (people >= LEAST_POPULATION).all(axis=1)
    kept = rates[whole]
    units, calendar = (index.to_numpy() for index in (kept.index, kept.columns))
    return TreatedPanel.of(
        np.repeat(units, len(calendar)),
        np.tile(calendar, len(units)),
        np.log(kept.to_numpy(float)).ravel(),
        treated=TREATED,
        start=start,
    )
