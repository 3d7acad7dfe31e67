"""The cities that an analysis keeps, with the exposure of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE, poisson_interval
from citizen_security.parameters import unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class CitySample:
    """Cities of one analysis, in the order of the table.

    Attributes
    ----------
    cities : pandas.DataFrame, one row for each city
        Columns of the table and: `person_years` (exposure), `raw_rate` (homicides per 100,000 person-years), `label`
        (city and country code).
    countries : tuple of str
        ISO codes of the countries that have a city in the sample, in alphabetical order.
    country_index : numpy.ndarray of int, shape (n_cities,)
        Position of each city's country in `countries`.
    """

    cities: pd.DataFrame
    countries: tuple[str, ...]
    country_index: "NDArray[np.int64]"

    @property
    def homicides(self) -> "NDArray[np.int64]":
        """Victims in each city, shape (n_cities,)."""
        return self.cities["homicides"].to_numpy(np.int64)

    @property
    def person_years(self) -> "NDArray[np.float64]":
        """Exposure of each city, shape (n_cities,)."""
        return self.cities["person_years"].to_numpy(np.float64)

    @property
    def labels(self) -> tuple[str, ...]:
        """City and country code of each city."""
        return tuple(self.cities["label"])

    @property
    def cities_by_country(self) -> "NDArray[np.int64]":
        """Number of cities in each country, shape (n_countries,)."""
        return np.bincount(self.country_index, minlength=len(self.countries))


def add_exposure(table: pd.DataFrame) -> pd.DataFrame:
    """The table with exposures, raw rates and labels.

    The table prints no population: the one used here is the number of homicides divided by the printed rate. The raw
    rate therefore only returns what was printed, and an error in the population behind a printed rate stays in it.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `city`, `iso3`, `homicides` (victims in one year) and `implied_population` (persons).

    Returns
    -------
    pandas.DataFrame
        A copy with `person_years`, `raw_rate` (per 100,000 person-years) and `label`.
    """
    person_years = table["implied_population"].astype(float)
    return table.assign(
        person_years=person_years,
        raw_rate=table["homicides"] / person_years * PERSON_YEARS_OF_A_RATE,
        label=table["city"] + " (" + table["iso3"] + ")",
    )


def group_by_country(cities: pd.DataFrame) -> CitySample:
    """A sample of every row of a frame that has exposures already.

    Parameters
    ----------
    cities : pandas.DataFrame
        Columns `iso3`, `homicides`, `person_years`, `raw_rate` and `label`.

    Returns
    -------
    CitySample
    """
    country_index, countries = pd.factorize(cities["iso3"], sort=True)
    return CitySample(cities, tuple(countries), country_index.astype(np.int64))


def in_countries(table: pd.DataFrame, countries: str | list[str]) -> "pd.Series[bool]":
    """Whether each city is in the countries asked for.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns `iso3` and `is_lac` (Latin America and the Caribbean).
    countries : {"all", "lac"} or list of str

    Returns
    -------
    pandas.Series of bool
    """
    if countries == "all":
        return pd.Series(True, index=table.index)
    return table["is_lac"] if countries == "lac" else table["iso3"].isin(countries)


def country_problems(table: pd.DataFrame, codes: Iterable[str], countries: str | list[str]) -> Iterator[str]:
    """Why the countries asked for cannot be used; nothing if they can.

    Parameters
    ----------
    table : pandas.DataFrame
        Column `iso3`, of the countries that have a city.
    codes : iterable of str
        Every ISO code that there is.
    countries : str or list of str
        As `in_countries` takes it.

    Yields
    ------
    str
    """
    if isinstance(countries, str):
        return
    codes, listed = set(codes), sorted(set(table["iso3"]))
    for country in countries:
        if country not in codes:
            yield unknown("country", country, listed, "countries")
        elif country not in listed:
            yield f"country {country!r} in countries has no city in the table. Allowed: {', '.join(listed)}"


def raw_rates(sample: CitySample, confidence_level: float) -> pd.DataFrame:
    """The league table, as a count supports it: raw rates with exact Poisson intervals.

    Parameters
    ----------
    sample : CitySample
    confidence_level : float

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of the sample and `raw_rate_lower`, `raw_rate_upper` (per 100,000 person-years) and `raw_rank`.
    """
    limits = poisson_interval(sample.homicides, sample.person_years, confidence_level)
    return sample.cities.assign(
        raw_rate_lower=limits[:, 0],
        raw_rate_upper=limits[:, 1],
        raw_rank=rank_from_highest(sample.cities["raw_rate"].to_numpy()),
    )
