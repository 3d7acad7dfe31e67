"""What a run of `cities/city_homicide` says in sentences that other countries or counts would make false."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from citizen_security.cities.city_homicide.level_grid import LARGEST_GRID_ERROR
from citizen_security.words import listed, out_of, sentences

if TYPE_CHECKING:
    import pandas as pd

    from citizen_security.cities.city_homicide.model import CityPriors
    from citizen_security.cities.samples import CitySample


def say_grid(errors: Iterable[float]) -> str:
    """How far the last refinement of each fit's grid moved its posterior.

    Parameters
    ----------
    errors : iterable of float
        `grid_error` of each fit that was compared with another grid.

    Returns
    -------
    str
    """
    found = np.array(list(errors))
    open_fits = int((found > LARGEST_GRID_ERROR).sum())
    if not open_fits:
        return (
            f"In none of the {len(found)} fits of this page did the last refinement move anything by more than "
            f"{found.max():.3f}."
        )
    return (
        f"In {out_of(open_fits, len(found), 'fits', 'fit')} of this page the finest grid that is tried still moved "
        f"something by up to {found.max():.2f}; nothing finer than that should be read from it."
    )


def say_ranks(widths: "pd.Series[float]") -> str:
    """To how many places a city's rank is known, in the median.

    Parameters
    ----------
    widths : pandas.Series of float
        Width of each city's interval, in places.

    Returns
    -------
    str
    """
    width, cities = float(widths.median()), len(widths)
    if not width:
        certain = out_of(int((widths == 0).sum()), cities, "cities")
        return f"The interval of a city's place in the list is a single place for {certain}."
    if width == cities - 1:
        whole = out_of(int((widths == width).sum()), cities, "cities")
        return f"The interval of a city's place in the list is the whole list for {whole}."
    return f"A city's place in the list is typically known to within {width:g} of {cities} places."


def say_neighbours(certain: int, pairs: int) -> str:
    """For how many neighbours in the list the order is sure.

    Parameters
    ----------
    certain, pairs : int

    Returns
    -------
    str
    """
    neighbours = out_of(certain, pairs, "pairs of neighbours in the list", "pair of neighbours in the list")
    return f"We can say at 95% which city is more violent in {neighbours}."


def say_levels(levels: "pd.DataFrame", sample: "CitySample", priors: "CityPriors", credible_level: float) -> str:
    """How far countries and cities of a country lie apart, and how much of that the table says.

    Parameters
    ----------
    levels : pandas.DataFrame
        Of `upper_levels`: without a deviation between countries where there is one country.
    sample : CitySample
    priors : CityPriors
    credible_level : float
        Of the intervals.

    Returns
    -------
    str
        What is found, how much narrower than the priors' the intervals are, and what only the priors say.
    """
    scales = {
        "between countries": ("between_country_deviation", priors.country_scale),
        "between cities of one country": ("between_city_deviation", priors.city_scale),
    }
    present = {words: each for words, each in scales.items() if each[0] in levels.index}
    found = [f"{_median_and_interval(levels.T[name])} {words}" for words, (name, _) in present.items()]
    narrowed = [
        f"{_narrowed(levels.T[name], scale, credible_level)} {words.replace('between', 'for')}"
        for words, (name, scale) in present.items()
    ]
    return sentences(
        [
            f"on the log scale the deviation is {listed(found)}",
            f"against the prior's the interval is {listed(narrowed)}",
            *_said_by_priors_alone(sample),
        ]
    )


def _median_and_interval(row: "pd.Series[float]") -> str:
    return f"{row['median']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})"


def _narrowed(row: "pd.Series[float]", scale: float, credible_level: float) -> str:
    """How much narrower than that of a half-normal prior an interval is."""
    lower, upper = stats.halfnorm.ppf([(1 - credible_level) / 2, (1 + credible_level) / 2], scale=scale)
    share = 1 - (row["upper"] - row["lower"]) / (upper - lower)
    return f"{abs(share):.0%} {'narrower' if share >= 0 else 'wider'}"


def _said_by_priors_alone(sample: "CitySample") -> Iterator[str]:
    if len(sample.countries) == 1:
        yield "there is one country: the table does not say how much countries differ"
    elif len(sample.countries) == 2:
        yield "two countries say little of how much countries differ"
    if sample.cities_by_country.max() == 1:
        yield "no country has two cities: the table does not tell both deviations apart, the priors do"


def say_rule(shift: tuple[float, float, float], widening: float, city_change: float, countries: int) -> str:
    """What the rule changes on the printed list.

    Parameters
    ----------
    shift : tuple of float
        Countries' mean level without the rule against that with it (per cent): lower end, median and upper end.
    widening : float
        Times that the rule makes a country's interval as wide, in the median over countries.
    city_change : float
        Largest change of a city's rate by the rule (per cent).
    countries : int
        Number of countries.

    Returns
    -------
    str
    """
    level = "the country's level" if countries == 1 else "the countries' mean level"
    interval = {1: "the interval", 2: "the two intervals"}.get(countries, "the middle country's interval")
    lower, middle, upper = (f"{1 + each / 100:.2f}" for each in shift)
    mean = ", on average," if countries == 2 else ""
    return (
        f"On the printed table, {level} without the rule is {middle} times that with it ({lower} to {upper}), if the "
        f"rule and the log-normal tail are right. The rule makes {interval}{mean} {widening:.1f} times as wide on the "
        f"log scale, and changes no city's rate by more than {city_change:.1f}%."
    )


def say_left_out(refitted: int, figures: int, largest_k: float, threshold: float) -> str:
    """Which figures of models with a city left out rest on importance weights.

    Parameters
    ----------
    refitted, figures : int
        Cities and models that were fitted without the city, and all.
    largest_k : float
        Largest Pareto k of the others; not a number where there are none.
    threshold : float
        Of Pareto's k.

    Returns
    -------
    str
    """
    if not refitted:
        return f"Of {figures} figures the highest k is {largest_k:.2f}, below the threshold of {threshold:.2f}."
    refits = out_of(refitted, figures, "figures")
    others = f"; of the others the highest k is {largest_k:.2f}" if refitted < figures else ""
    are = "comes from a fit" if refitted == 1 else "come from fits"
    return (
        f"{refits[0].upper()}{refits[1:]}, whose k is above {threshold:.2f}, {are} without the city, exactly{others}."
    )
