"""Simulated league tables, whose truth is known: what ignoring the cut-off does to the levels of countries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.cities.city_homicide.level_grid import SIMULATED, GridFit
from citizen_security.cities.city_homicide.list_cut_off import SMALLEST_CITY_DEVIATION, fit_listed, needed_homicides
from citizen_security.cities.city_homicide.listed_cities import ListedCities
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


WITHOUT, WITH = "without the rule", "with the rule"


@dataclass(frozen=True)
class Simulated:
    """A list of which the truth is known.

    Attributes
    ----------
    listed : ListedCities
    truth : dict
        `log_country_rate`, shape (n_countries,), and, where they were drawn, `overall_log_rate`, `country_deviation`
        and `city_deviation`.
    """

    listed: ListedCities
    truth: "dict[str, Floats]"


def draw_listed_counts(
    listed: ListedCities, country: Floats, city_deviation: float, generator: np.random.Generator
) -> "NDArray[np.int64]":
    """Counts of cities that are known to be listed: their own levels and their years drawn together, given that.

    Parameters
    ----------
    listed : ListedCities
        Its counts are not used.
    country : numpy.ndarray, shape (n_countries,)
        Log rates.
    city_deviation : float
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (n_cities,)
    """
    # To the right farther than to the left: from a calm country only cities far above its level are listed.
    steps = np.linspace(-9, 60, 13_801)
    counts = np.empty(len(listed.homicides), np.int64)
    for city, needed in enumerate(listed.cut_off_homicides):
        log_rates = country[listed.country_index[city]] + city_deviation * steps
        expected = np.exp(log_rates) * listed.person_years[city] / PERSON_YEARS_OF_A_RATE
        log_weights = stats.norm.logpdf(steps) + stats.poisson.logsf(needed - 1, expected)
        cumulative = np.cumsum(np.exp(log_weights - log_weights.max()))
        drawn = expected[np.searchsorted(cumulative, generator.random() * cumulative[-1])]
        counts[city] = _draw_tail(needed, float(drawn), generator)
    return counts


def _draw_tail(needed: int, expected: float, generator: np.random.Generator) -> int:
    """A Poisson count that is known to reach a number."""
    # Beyond ten deviations above the larger of the two nothing is left.
    last = int(max(needed, expected) + 10 * np.sqrt(max(needed, expected)) + 10)
    counts = np.arange(needed, last)
    log_weights = stats.poisson.logpmf(counts, expected)
    cumulative = np.cumsum(np.exp(log_weights - log_weights.max()))
    return int(counts[np.searchsorted(cumulative, generator.random() * cumulative[-1])])


def simulate_from_priors(listed: ListedCities, priors: CityPriors, generator: np.random.Generator) -> Simulated:
    """A list of which the model is true: levels from the priors, counts from those that the cut-off lets through.

    Parameters
    ----------
    listed : ListedCities
        Exposures, cut-off and countries; its counts are not used.
    priors : CityPriors
    generator : numpy.random.Generator

    Returns
    -------
    Simulated
    """
    overall = generator.normal(np.log(priors.overall_rate_centre), priors.overall_scale)
    country_deviation = abs(generator.normal(0, priors.country_scale))
    city_deviation = 0.0
    while city_deviation < SMALLEST_CITY_DEVIATION:
        city_deviation = abs(generator.normal(0, priors.city_scale))
    levels = overall + country_deviation * generator.standard_normal(listed.countries)
    counts = draw_listed_counts(listed, levels, city_deviation, generator)
    drawn = {"overall_log_rate": overall, "country_deviation": country_deviation, "city_deviation": city_deviation}
    truth = {name: np.array(value) for name, value in drawn.items()} | {"log_country_rate": levels}
    return Simulated(replace(listed, homicides=counts), truth)


def simulate_lists(listed: ListedCities, priors: CityPriors, number: int, seed: int) -> list[Simulated]:
    """Some lists of which the model is true.

    Parameters
    ----------
    listed : ListedCities
        As of `simulate_from_priors`.
    priors : CityPriors
    number, seed : int

    Returns
    -------
    list of Simulated
    """
    generator = np.random.default_rng(seed)
    return [simulate_from_priors(listed, priors, generator) for _ in range(number)]


def simulate_league_table(
    listed: ListedCities,
    generator: np.random.Generator,
    *,
    overall_rate: float,
    country_deviation: float,
    city_deviation: float,
    cities_in_each_country: int,
) -> Simulated:
    """Every city of every country in one year, and the list of those with the highest rates.

    Parameters
    ----------
    listed : ListedCities
        How many cities the list has and how many countries there are; exposures are drawn from its cities'.
    generator : numpy.random.Generator
    overall_rate : float
        Homicides per 100,000 person-years in the typical city of the typical country.
    country_deviation, city_deviation : float
        Standard deviations of log rates.
    cities_in_each_country : int

    Returns
    -------
    Simulated
        The list is cut off at its last rate.
    """
    levels = np.log(overall_rate) + country_deviation * generator.standard_normal(listed.countries)
    index = np.repeat(np.arange(listed.countries), cities_in_each_country)
    exposure = generator.choice(listed.person_years, size=len(index))
    rates = np.exp(levels[index] + city_deviation * generator.standard_normal(len(index)))
    counts = generator.poisson(rates * exposure / PERSON_YEARS_OF_A_RATE)
    raw = counts / exposure * PERSON_YEARS_OF_A_RATE
    highest = np.argsort(-raw, kind="stable")[: len(listed.homicides)]
    needed = needed_homicides(exposure[highest], float(raw[highest].min()))
    cities = ListedCities(counts[highest], needed, exposure[highest], index[highest], listed.countries)
    return Simulated(cities, {"log_country_rate": levels})


def measure_bias(
    simulated: Iterable[Simulated], priors: CityPriors, *, draws: int, credible_level: float, seed: int
) -> pd.DataFrame:
    """Errors of the country levels on simulated lists, with and without the rule.

    Parameters
    ----------
    simulated : iterable of Simulated
    priors : CityPriors
        Of the fits.
    draws : int
        Of each fit.
    credible_level : float
        Probability of the intervals whose coverage is counted.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each list and model
        `list`, `model` (`without the rule`, `with the rule`), `countries` (those with a listed city, which alone are
        judged), `bias` (mean error of their posterior mean log rates), `covered` (share of their intervals that hold
        the truth) and `grid_error` of the fit.
    """
    rows = (
        {"list": number, "model": model}
        | _errors(
            fit_listed(each.listed, priors, rule=rule, draws=draws, seed=seed, sizes=SIMULATED), each, credible_level
        )
        for number, each in enumerate(simulated)
        for rule, model in ((False, WITHOUT), (True, WITH))
    )
    return pd.DataFrame(rows)


def _errors(fit: GridFit, simulated: Simulated, credible_level: float) -> dict[str, object]:
    present = np.unique(simulated.listed.country_index)
    draws, truth = stacked(fit.posterior, "log_country_rate")[:, present], simulated.truth["log_country_rate"][present]
    lower, upper = np.quantile(draws, [(1 - credible_level) / 2, (1 + credible_level) / 2], axis=0)
    return {
        "countries": len(present),
        "bias": float((draws.mean(axis=0) - truth).mean()),
        "covered": float(((lower <= truth) & (truth <= upper)).mean()),
        "grid_error": fit.grid_error,
    }


def summarise_bias(errors: pd.DataFrame, confidence_level: float) -> pd.DataFrame:
    """Mean bias over simulated lists, with what chance leaves of it.

    Parameters
    ----------
    errors : pandas.DataFrame
        As `measure_bias` makes it, with at least two lists.
    confidence_level : float
        Probability of the Monte Carlo interval.

    Returns
    -------
    pandas.DataFrame, indexed by model
        `bias`, `bias_lower`, `bias_upper` (log rate), `lists`, `covered`, `covered_lower` and `covered_upper`:
        Student's intervals of means over lists, since the countries of a list are wrong together.
    """
    groups = errors.groupby("model", sort=False)
    number = groups.size()
    means = groups[["bias", "covered"]].mean()
    halves = groups[["bias", "covered"]].sem().mul(stats.t.ppf((1 + confidence_level) / 2, number - 1), axis=0)
    lower, upper = (means - halves).add_suffix("_lower"), (means + halves).add_suffix("_upper")
    table = pd.concat([means, lower, upper, number.rename("lists")], axis=1)
    return table.assign(**{end: table[end].clip(0, 1) for end in ("covered_lower", "covered_upper")})
