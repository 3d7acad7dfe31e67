"""Panels of places without regard to programmes: logarithms of homicide rates by place and year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats, Integers
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.programmes.what_chance_shows.parameters import Panel

# Added to every count: without it a year without a homicide has no logarithm.
HALF = 0.5

# The table and the country of each panel.
COUNTRIES = {"brazilian_cities": "BRA", "mexican_cities": "MEX", "colombian_cities": "COL"}


@dataclass(frozen=True)
class Places:
    """Places over consecutive years.

    Attributes
    ----------
    names : tuple of str
    years : numpy.ndarray of int, shape (years,)
    rates : numpy.ndarray, shape (places, years)
        Logarithms of homicides per 100,000 people, half a homicide added.
    noise : numpy.ndarray, shape (places, years)
        Variance that Poisson counts give these logarithms.
    """

    names: tuple[str, ...]
    years: Integers
    rates: Floats
    noise: Floats


def places_of(panel: Panel, cities: pd.DataFrame, quarters: pd.DataFrame) -> Places:
    """Places of one panel, in the longest run of years that its table has.

    Parameters
    ----------
    panel : str
    cities : pandas.DataFrame
        `city_year`.
    quarters : pandas.DataFrame
        `mexico_municipality_quarter`.

    Returns
    -------
    Places
        Those with a figure for every year.
    """
    if panel == "mexican_municipalities":
        by_year = quarters.groupby(["city_code", "city", "year"], as_index=False).agg(
            homicides=("homicides", "sum"), population=("population", "mean"), quarters=("quarter", "size")
        )
        rows = by_year[by_year["quarters"] == 4]
    else:
        rows = cities[cities["iso3"] == COUNTRIES[panel]]
    counts, people = (
        rows.pivot(index="city_code", columns="year", values=column) for column in ("homicides", "population")
    )
    years = _longest_run(counts.columns.to_numpy(dtype=np.int64))
    counts, people = counts[years].dropna(), people[years].dropna()
    kept = counts.index.intersection(people.index)
    counts, people = counts.loc[kept], people.loc[kept]
    names = rows.drop_duplicates("city_code").set_index("city_code")["city"]
    filled = counts.to_numpy(float) + HALF
    rates: Floats = np.log(filled / people.to_numpy(float) * PERSON_YEARS_OF_A_RATE)
    return Places(tuple(names[kept]), years, rates, 1 / filled)


def _longest_run(years: Integers) -> Integers:
    """The longest run of consecutive years."""
    breaks = np.flatnonzero(np.diff(years) != 1) + 1
    return max(np.split(years, breaks), key=len)
