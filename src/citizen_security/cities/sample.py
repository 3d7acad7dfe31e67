"""The cities that an analysis keeps, with the exposure of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.parameters import CityHomicide, CityTable, CityTrends, Concentration, EveryMunicipality
from citizen_security.parameters import ParameterError, unknown

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERSON_YEARS_OF_A_RATE = 100_000

# Two deviations and an overall level are estimated: with fewer cities or countries the priors would answer, and the
# sampler meets them where two countries leave their deviation all but unbounded.
MINIMUM_CITIES = 6
MINIMUM_COUNTRIES = 3


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


def prepare_sample(table: pd.DataFrame, parameters: CityHomicide) -> CitySample:
    """The cities that the parameters keep.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.
    parameters : CityHomicide
        `countries` and `minimum_population` choose the rows.

    Returns
    -------
    CitySample

    Raises
    ------
    ParameterError
        If too few cities or countries are left.
    """
    kept = add_exposure(table[_kept(table, parameters)]).reset_index(drop=True)
    if problems := list(_size_problems(kept, parameters)):
        raise ParameterError(problems)
    return group_by_country(kept)


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


def compared_positions(sample: CitySample, compared_cities: list[str]) -> tuple[int, int]:
    """Positions in the sample of the two cities to compare.

    Parameters
    ----------
    sample : CitySample
    compared_cities : list of str
        Two names as in the table, or none for the two highest raw rates.

    Returns
    -------
    tuple of int
    """
    if compared_cities:
        names = list(sample.cities["city"])
        return names.index(compared_cities[0]), names.index(compared_cities[1])
    highest = np.argsort(-sample.cities["raw_rate"].to_numpy(), kind="stable")
    return int(highest[0]), int(highest[1])


def check_sample(parameters: CityHomicide) -> None:
    """Refuse parameters that leave nothing to analyse.

    Parameters
    ----------
    parameters : CityHomicide

    Raises
    ------
    ParameterError
        With one sentence for each problem: an unknown country, a country without a listed city, too few cities or
        countries, a city to compare that is not in the sample, more top places than cities.
    """
    from citizen_security import catalog

    table, countries = catalog.load("city_table"), catalog.load("countries")
    if problems := list(sample_problems(table, countries, parameters)):
        raise ParameterError(problems)


def sample_problems(table: pd.DataFrame, countries: pd.DataFrame, parameters: CityHomicide) -> Iterator[str]:
    """Why the parameters cannot be used on these tables; nothing if they can.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.
    countries : pandas.DataFrame
        The table `countries`.
    parameters : CityHomicide

    Yields
    ------
    str
        What was given, what is allowed, what to do.
    """
    if wrong := list(_country_problems(table, countries["iso3"], parameters.countries)):
        yield from wrong
        return
    kept = table[_kept(table, parameters)]
    if wrong := list(_size_problems(kept, parameters)):
        yield from wrong
        return
    yield from _city_problems(table["city"], kept["city"], parameters)
    yield from _cut_off_problems(kept, parameters.cut_off)


def in_countries(table: pd.DataFrame, countries: str | list[str]) -> "pd.Series[bool]":
    """Whether each city is in the countries asked for: all, lac or a list of codes."""
    if countries == "all":
        return pd.Series(True, index=table.index)
    return table["is_lac"] if countries == "lac" else table["iso3"].isin(countries)


def _kept(table: pd.DataFrame, parameters: CityHomicide) -> "pd.Series[bool]":
    large = table["implied_population"] >= parameters.minimum_population
    return large & in_countries(table, parameters.countries)


def _country_problems(table: pd.DataFrame, known: Iterable[str], countries: str | list[str]) -> Iterator[str]:
    if isinstance(countries, str):
        return
    codes, listed = set(known), sorted(set(table["iso3"]))
    for country in countries:
        if country not in codes:
            yield unknown("country", country, listed, "countries")
        elif country not in listed:
            yield f"country {country!r} in countries has no city in the table. Allowed: {', '.join(listed)}"


def _size_problems(kept: pd.DataFrame, parameters: CityHomicide) -> Iterator[str]:
    given = f"countries = {parameters.countries!r} and minimum_population = {parameters.minimum_population:,}"
    remedy = "name more countries or lower minimum_population."
    if len(kept) < MINIMUM_CITIES:
        yield f"{given} leave {_counted(len(kept), 'city', 'cities')}; at least {MINIMUM_CITIES} are needed: {remedy}"
    elif kept["iso3"].nunique() < MINIMUM_COUNTRIES:
        yield (
            f"{given} leave {_counted(kept['iso3'].nunique(), 'country', 'countries')}; at least "
            f"{MINIMUM_COUNTRIES} are needed to tell countries from cities: {remedy}"
        )


def _city_problems(listed: Iterable[str], kept: Iterable[str], parameters: CityHomicide) -> Iterator[str]:
    names, known = list(kept), set(listed)
    for city in parameters.compared_cities:
        if city not in known:
            yield unknown("city", city, names, "compared_cities")
        elif city not in names:
            yield f"city {city!r} in compared_cities is not in the sample that is left. Allowed: {', '.join(names)}"
    if parameters.top_places >= len(names):
        yield (
            f"top_places = {parameters.top_places} is not below the number of cities, {len(names)}; "
            f"allowed here: 1 to {len(names) - 1}."
        )


def _cut_off_problems(kept: pd.DataFrame, cut_off: float) -> Iterator[str]:
    lowest = kept.iloc[int(kept["homicide_rate"].argmin())]
    if cut_off > lowest["homicide_rate"]:
        yield (
            f"cut_off = {cut_off:g} is above the rate of {lowest['city']}, {lowest['homicide_rate']:g}, which is "
            f"listed; allowed here: up to {lowest['homicide_rate']:g}, or 0 for the lowest rate of the table."
        )


def _counted(number: int, one: str, several: str) -> str:
    return f"{number or 'no'} {one if number == 1 else several}"


def check_municipalities(parameters: EveryMunicipality) -> None:
    """Refuse a table that cannot be used, with the rows at fault, or more top places than half of the places.

    Parameters
    ----------
    parameters : EveryMunicipality

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security.cities.municipality_source import check_source

    check_source(parameters)


def check_concentration(parameters: Concentration) -> None:
    """Refuse scales without places in the chosen years, and windows longer than the record of police sectors.

    Parameters
    ----------
    parameters : Concentration

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security import catalog
    from citizen_security.cities.concentration_tables import concentration_problems

    names = ("countries", "country_year", "state_year", "city_year", "mexico_city_sector_month")
    if problems := list(concentration_problems({name: catalog.load(name) for name in names}, parameters)):
        raise ParameterError(problems)


def check_trends(parameters: CityTrends) -> None:
    """Refuse a panel of cities over years that has too few cities or years, or windows that overlap.

    Parameters
    ----------
    parameters : CityTrends

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security import catalog
    from citizen_security.cities.trends import prepare_panels

    prepare_panels(catalog.load("city_year"), parameters)


def check_city_table(parameters: CityTable) -> None:
    """Refuse countries that are not listed or have no count for every city, and years or cities too few for a list.

    Parameters
    ----------
    parameters : CityTable

    Raises
    ------
    ParameterError
        With one sentence for each problem.
    """
    from citizen_security import catalog
    from citizen_security.cities.city_table import list_problems

    table, countries = catalog.load("city_table"), catalog.load("countries")
    problems = list(_country_problems(table, countries["iso3"], parameters.countries))
    if problems := problems or list(list_problems(table, catalog.load("city_year"), parameters)):
        raise ParameterError(problems)
