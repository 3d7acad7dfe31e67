"""The cities of `cities/city_homicide`, or why they are too few."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.samples import CitySample, add_exposure, country_problems, group_by_country, in_countries
from citizen_security.parameters import ParameterError, unknown

# There is nothing to rank in one city. How much of the deviations is the priors' alone in few cities or countries is
# said on the page (`readings.say_levels`).
MINIMUM_CITIES = 2


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
        If too few cities are left.
    """
    kept = add_exposure(table[_kept(table, parameters)]).reset_index(drop=True)
    if problems := list(_size_problems(kept, parameters)):
        raise ParameterError(problems)
    return group_by_country(kept)


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


def compared_labels(sample: CitySample, compared_cities: list[str]) -> tuple[str, str]:
    """Labels of the two cities to compare.

    Parameters
    ----------
    sample : CitySample
    compared_cities : list of str
        As of `compared_positions`.

    Returns
    -------
    tuple of str
    """
    one, other = compared_positions(sample, compared_cities)
    return sample.labels[one], sample.labels[other]


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
    if wrong := list(country_problems(table, countries["iso3"], parameters.countries)):
        yield from wrong
        return
    kept = table[_kept(table, parameters)]
    if wrong := list(_size_problems(kept, parameters)):
        yield from wrong
        return
    yield from _city_problems(table["city"], kept["city"], parameters)
    yield from _cut_off_problems(kept, parameters.cut_off)


def _kept(table: pd.DataFrame, parameters: CityHomicide) -> "pd.Series[bool]":
    large = table["implied_population"] >= parameters.minimum_population
    return large & in_countries(table, parameters.countries)


def _size_problems(kept: pd.DataFrame, parameters: CityHomicide) -> Iterator[str]:
    given = f"countries = {parameters.countries!r} and minimum_population = {parameters.minimum_population:,}"
    remedy = "name more countries or lower minimum_population."
    if len(kept) < MINIMUM_CITIES:
        yield f"{given} leave {_counted(len(kept), 'city', 'cities')}; at least {MINIMUM_CITIES} are needed: {remedy}"


def _city_problems(listed: Iterable[str], kept: Iterable[str], parameters: CityHomicide) -> Iterator[str]:
    names, in_table = list(kept), set(listed)
    for city in parameters.compared_cities:
        if city not in in_table:
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
