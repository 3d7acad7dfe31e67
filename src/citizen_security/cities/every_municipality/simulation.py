"""A country of municipalities of which the truth is known, to see what a model makes of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAST_SIMULATED_YEAR = 2024

# Years after which a simulated wave's correlation with itself has fallen to 1/e.
WAVE_LENGTH = 3.0


@dataclass(frozen=True)
class SimulatedCountry:
    """What the simulated country is like.

    The sizes are in the manner of a large country of the region: half of the places have fewer than about eleven
    thousand people, a few have a million, and a group (state) may have one place or hundreds.

    Attributes
    ----------
    places, groups, years : int
    overall_rate : float
        Median over groups of the mean rate of a group's places (homicides per 100,000 person-years).
    group_deviation : float
        Standard deviation of the groups' log rates.
    place_deviation : float
        Standard deviation of the places' rates about their group's mean rate, over that mean.
    year_deviation : float
        Standard deviation of the years' log effects.
    extra_variation : float
        Standard deviation, relative to its mean, of the risk of a place within a year; zero: only chance.
    trend_deviation : float
        Standard deviation of the places' own linear trends, in log rate from the first to the last year.
    wave_deviation : float
        Standard deviation of the waves of a place, in log rate; they fade to 1/e in `WAVE_LENGTH` years.
    median_population : float
        Median population of the places (persons).
    population_deviation : float
        Standard deviation of the log populations.
    seed : int
    """

    places: int = 5_570
    groups: int = 27
    years: int = 20
    overall_rate: float = 15.0
    group_deviation: float = 0.4
    place_deviation: float = 0.6
    year_deviation: float = 0.15
    extra_variation: float = 0.0
    trend_deviation: float = 0.0
    wave_deviation: float = 0.0
    median_population: float = 11_000
    population_deviation: float = 1.3
    seed: int = 0


@dataclass(frozen=True)
class Truth:
    """The values behind a simulated table, in the order of the panel that is built from it.

    Attributes
    ----------
    group_log_rates : numpy.ndarray, shape (n_groups,)
        Log of the mean rate of each group's places (per 100,000 person-years, in a year of middling effect).
    year_effects : numpy.ndarray, shape (n_years,)
        Log effects, which sum to zero.
    place_rates : numpy.ndarray, shape (n_places,)
        Rate of each place over all years together (per 100,000 person-years).
    place_trends : numpy.ndarray, shape (n_places,)
        Own change in log rate from the first to the last year, beyond the years' effects.
    yearly_rates : numpy.ndarray, shape (n_places, n_years)
        Rate of each place in each year (per 100,000 person-years), without the variation within years.
    """

    group_log_rates: "NDArray[np.float64]"
    year_effects: "NDArray[np.float64]"
    place_rates: "NDArray[np.float64]"
    place_trends: "NDArray[np.float64]"
    yearly_rates: "NDArray[np.float64]"


def simulate_municipalities(country: SimulatedCountry) -> tuple[pd.DataFrame, Truth]:
    """Draw a country's municipalities and their homicides.

    Parameters
    ----------
    country : SimulatedCountry

    Returns
    -------
    table : pandas.DataFrame, one row for each place and year
        `place`, `group`, `year`, `homicides`, `population`, as an analyst would bring them.
    truth : Truth
    """
    generator = np.random.default_rng(country.seed)
    group_index = _draw_groups(country, generator)
    population = _draw_populations(country, generator)
    years = _draw_year_effects(country, generator)
    groups = np.log(country.overall_rate) + country.group_deviation * generator.standard_normal(country.groups)
    levels = np.exp(groups[group_index]) * _draw_relative_risks(country.place_deviation, country.places, generator)
    trends = country.trend_deviation * generator.standard_normal(country.places)
    rates = levels[:, np.newaxis] * np.exp(years + trends[:, np.newaxis] * centred_time(country.years))
    rates *= np.exp(_draw_waves(country, generator))
    yearly = rates * _draw_relative_risks(country.extra_variation, rates.shape, generator)
    homicides = generator.poisson(yearly * population / PERSON_YEARS_OF_A_RATE)
    place_rates = (rates * population).sum(axis=1) / population.sum(axis=1)
    return _table(country, group_index, population, homicides), Truth(groups, years, place_rates, trends, rates)


def centred_time(years: int) -> "NDArray[np.float64]":
    """Time from minus a half in the first year to a half in the last, so that a trend is the change over all years.

    Parameters
    ----------
    years : int

    Returns
    -------
    numpy.ndarray, shape (years,)
    """
    return np.linspace(-0.5, 0.5, years) if years > 1 else np.zeros(1)


def _draw_groups(country: SimulatedCountry, generator: np.random.Generator) -> "NDArray[np.int64]":
    """Each place's group, in order; every group has one place at least, and sizes are as unequal as those of states."""
    shares = generator.dirichlet(np.full(country.groups, 1.5))
    sizes = 1 + generator.multinomial(country.places - country.groups, shares)
    return np.repeat(np.arange(country.groups), sizes)


def _draw_populations(country: SimulatedCountry, generator: np.random.Generator) -> "NDArray[np.int64]":
    """Populations by place and year: log-normal in size, each growing or shrinking at a pace of its own."""
    first = np.log(country.median_population) + country.population_deviation * generator.standard_normal(country.places)
    growth = generator.normal(0.008, 0.01, size=country.places)
    sizes = np.exp(first[:, np.newaxis] + growth[:, np.newaxis] * np.arange(country.years))
    # No place has fewer than some hundreds of people: the smallest municipalities of the region are about so large.
    persons: NDArray[np.int64] = np.maximum(sizes, 500).round().astype(np.int64)
    return persons


def _draw_year_effects(country: SimulatedCountry, generator: np.random.Generator) -> "NDArray[np.float64]":
    """A random walk, brought to a sum of zero and the deviation asked for."""
    if country.years == 1:
        return np.zeros(1)
    walk = generator.standard_normal(country.years).cumsum()
    walk -= walk.mean()
    effects: NDArray[np.float64] = country.year_deviation * walk / walk.std()
    return effects


def _draw_waves(country: SimulatedCountry, generator: np.random.Generator) -> "NDArray[np.float64]":
    """Waves of each place: a stationary autoregression of the first order; nothing is drawn where there are none."""
    shape = (country.places, country.years)
    if country.wave_deviation == 0:
        return np.zeros(shape)
    kept = np.exp(-1 / WAVE_LENGTH)
    waves = generator.standard_normal(shape)
    for year in range(1, country.years):
        waves[:, year] = kept * waves[:, year - 1] + np.sqrt(1 - kept**2) * waves[:, year]
    return country.wave_deviation * waves


def _draw_relative_risks(
    deviation: float, shape: int | tuple[int, ...], generator: np.random.Generator
) -> "NDArray[np.float64]":
    """Gamma variables of mean one."""
    if deviation == 0:
        return np.ones(shape)
    draws: NDArray[np.float64] = generator.gamma(deviation**-2, deviation**2, size=shape)
    return draws


def _table(
    country: SimulatedCountry,
    group_index: "NDArray[np.int64]",
    population: "NDArray[np.int64]",
    homicides: "NDArray[np.int64]",
) -> pd.DataFrame:
    """Names are numbered with leading zeros, so that their alphabetical order is that of the truth."""
    places = [f"Municipality {number:05}" for number in range(1, country.places + 1)]
    groups = np.array([f"State {number:02}" for number in range(1, country.groups + 1)])[group_index]
    first = LAST_SIMULATED_YEAR - country.years + 1
    return pd.DataFrame(
        {
            "place": np.repeat(places, country.years),
            "group": np.repeat(groups, country.years),
            "year": np.tile(np.arange(first, first + country.years), country.places),
            "homicides": homicides.ravel(),
            "population": population.ravel(),
        }
    )
