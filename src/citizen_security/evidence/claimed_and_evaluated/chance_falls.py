"""Regression to the mean: how far a place falls that was chosen because it was high, with the panel's own variance.

Of what a city's rate is made of, the lasting level stays after a place was chosen; the deviation fades in part; the
noise of the count is gone the year after.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.city_variance import (
    MINIMUM_CITIES,
    CityDeviations,
    TooFewCities,
    city_deviations,
    estimate_variance,
    panel_of_cities,
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import choose_places, simulate_counts
from citizen_security.evidence.claimed_and_evaluated.year_windows import SELECTING_RULES, Windows, windows_of
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.resampling import drawn_within_groups
from citizen_security.methods.reversion import YearVariance, expected_change_of_chosen

QUANTILES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def problems_of_panel(panel: pd.DataFrame, parameters: ClaimedAndEvaluated) -> list[str]:
    """Sentences on what the panel of cities lacks.

    Parameters
    ----------
    panel : pandas.DataFrame
        Table `city_year`.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    list of str
        Empty if nothing.
    """
    rows = panel_of_cities(panel, parameters)
    missing = [country for country in parameters.countries if country not in set(rows["iso3"])]
    if missing:
        return [
            f"{', '.join(missing)} has no city with minimum_mean_count = {parameters.minimum_mean_count:g} in these "
            "years; lower it, or take other countries or years"
        ]
    try:
        deviations = city_deviations(rows)
    except TooFewCities as error:
        return [str(error)]
    weights = windows_of(parameters, "high_level")
    if observed_log_change(deviations, weights, parameters.selection_quantile)[1]:
        return []
    return [
        f"the windows take {len(weights.select)} years in a row, but no {MINIMUM_CITIES} cities of a country have "
        "so many (Brazil has no 2020); give more years in the panel, or shorter years_past, years_before or years_after"
    ]


def expected_log_change(covariance: Floats, weights: Windows, quantile: float) -> float:
    """Mean change of the log level of normal places of which only those above a quantile are chosen.

    With the places jointly normal, the change has a linear regression on what is selected on, whose mean above the
    quantile is its standard deviation times φ(z) / (1 − quantile).

    Parameters
    ----------
    covariance : numpy.ndarray, shape (n_years, n_years)
    weights : Windows
    quantile : float

    Returns
    -------
    float
        Change of the logarithm; 0 where nothing is selected on.

    References
    ----------
    Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34(1).
    """
    return expected_change_of_chosen(covariance, weights.select, weights.after - weights.before, quantile)


def percent(log_change: float) -> float:
    """Change of a logarithm, as a percentage."""
    return float(100 * np.expm1(log_change))


def chance_falls(
    variance: YearVariance, parameters: ClaimedAndEvaluated, *, populations: Sequence[int], places: int
) -> pd.DataFrame:
    """Fall without any effect, by rule, size of the place and how extreme the chosen places are.

    Parameters
    ----------
    variance : YearVariance
    parameters : ClaimedAndEvaluated
        Windows, rate and seed.
    populations : sequence of int
    places : int
        Simulated places of each size.

    Returns
    -------
    pandas.DataFrame
        rule, population, quantile, fall (of the median chosen place, percent, positive for a fall), together (of all
        chosen ones together), normal_fall (closed form, with the noise of the typical place).
    """
    rows = []
    for population in populations:
        years = parameters.years_past + parameters.years_before + parameters.years_after
        size = {"population": population, "rate": parameters.rate}
        counts = simulate_counts(variance, years, **size, places=places, seed=parameters.seed)
        covariance = variance.covariance(years, PERSON_YEARS_OF_A_RATE / (population * parameters.rate))
        for rule in SELECTING_RULES:
            weights = windows_of(parameters, rule)
            for quantile in QUANTILES:
                high = choose_places(counts, weights, quantile)
                closed = -percent(expected_log_change(covariance, weights, quantile))
                falls = {"fall": high.median_fall, "together": high.mean_fall, "normal_fall": closed}
                rows.append({"rule": rule, "population": population, "quantile": quantile, **falls})
    return pd.DataFrame(rows)


def observed_falls(deviations: CityDeviations, parameters: ClaimedAndEvaluated, *, city_resamples: int) -> pd.DataFrame:
    """Fall of real cities that a rule would have chosen, against all cities of their country.

    Parameters
    ----------
    deviations : CityDeviations
    parameters : ClaimedAndEvaluated
    city_resamples : int
        Resamples of cities for the interval.

    Returns
    -------
    pandas.DataFrame
        rule, quantile, fall (geometric mean, percent, positive for a fall), lower, upper, choices.
    """
    drawn = list(resampled(deviations, city_resamples, parameters.seed))
    ends = (1 - parameters.confidence_level) / 2, (1 + parameters.confidence_level) / 2
    rows = []
    for rule in SELECTING_RULES:
        weights = windows_of(parameters, rule)
        for quantile in QUANTILES:
            change, choices = observed_log_change(deviations, weights, quantile)
            falls = [-percent(observed_log_change(cities, weights, quantile)[0]) for cities in drawn]
            lower, upper = np.quantile(falls, ends)
            fall = {"fall": -percent(change), "lower": lower, "upper": upper}
            rows.append({"rule": rule, "quantile": quantile, **fall, "choices": choices})
    return pd.DataFrame(rows)


def falls_of_resamples(
    deviations: CityDeviations, parameters: ClaimedAndEvaluated, *, places: int, city_resamples: int
) -> Floats:
    """Fall of the median chosen place, with variances from resampled cities.

    Parameters
    ----------
    deviations : CityDeviations
    parameters : ClaimedAndEvaluated
    places : int
        Simulated places for each resample; the same random numbers serve all, so that they differ by the cities only.
    city_resamples : int

    Returns
    -------
    numpy.ndarray, shape (city_resamples,)
        Percent, positive for a fall.
    """
    weights = windows_of(parameters, parameters.rule)
    years, falls = len(weights.select), []
    size = {"population": parameters.population, "rate": parameters.rate}
    for cities in resampled(deviations, city_resamples, parameters.seed):
        counts = simulate_counts(estimate_variance(cities), years, **size, places=places, seed=parameters.seed)
        falls.append(choose_places(counts, weights, parameters.selection_quantile).median_fall)
    return np.asarray(falls)


def resampled(deviations: CityDeviations, resamples: int, seed: int) -> Iterator[CityDeviations]:
    """Cities drawn with replacement within their countries, each with all its years."""
    rng = np.random.default_rng(seed)
    countries = np.asarray(deviations.countries)
    groups = [np.flatnonzero(countries == country) for country in np.unique(countries)]
    for rows in drawn_within_groups(groups, resamples, rng):
        yield deviations.chosen(rows)


def observed_log_change(deviations: CityDeviations, weights: Windows, quantile: float) -> tuple[float, int]:
    """Mean change of the log level of real cities that a rule chooses, against all cities of their country.

    Every run of years in the panel is used once, and in each country and run those above the quantile are chosen.

    Parameters
    ----------
    deviations : CityDeviations
    weights : Windows
    quantile : float

    Returns
    -------
    change : float
        Of the logarithm; nan if none is chosen.
    number : int
        Choices of a city, which overlap: one city may be chosen in many runs.
    """
    years, changes = len(weights.select), []
    countries = np.asarray(deviations.countries)
    for start in range(deviations.values.shape[1] - years + 1):
        run = deviations.values[:, start : start + years]
        for country in np.unique(countries):
            rows = run[(countries == country) & np.isfinite(run).all(axis=1)]
            if len(rows) < MINIMUM_CITIES:
                continue
            scores, change = rows @ weights.select, rows @ (weights.after - weights.before)
            kept = scores >= np.quantile(scores, quantile) if weights.select.any() else np.ones(len(rows), dtype=bool)
            changes.append(change[kept])
    together = np.concatenate(changes) if changes else np.array([])
    return (float(together.mean()) if len(together) else float("nan")), len(together)
