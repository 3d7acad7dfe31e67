"""The probability of a city's count given its country's level alone: the city's own level is integrated out."""

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from citizen_security.cities.city_homicide.listed_cities import ListedCities


# The integrand is nearly normal about the nodes' centre: so many are exact to a ten-thousandth where it matters.
NODES = 11

# Below so many homicides the centre is sought by Newton's method, and there are more nodes: the integrand is skewed.
FEW, NODES_OF_FEW, NEWTON_STEPS = 60, 31, 8

# What stands for a count of none where a search begins.
SOME = 0.5


def log_probability_of_counts(
    listed: "ListedCities", country: Floats, city_deviation: Floats, extra_deviation: float = 0
) -> Floats:
    """Log probability of each city's count, Poisson or negative binomial, the city's own level integrated out.

    Parameters
    ----------
    listed : ListedCities
    country : numpy.ndarray, shape (n_cities, …)
        Log rate of each city's country.
    city_deviation : numpy.ndarray
        Of a shape that fits.
    extra_deviation : float
        Standard deviation of the gamma factor, of mean one, that a city's year has beside the city's own level: the
        counts are negative binomial. With 0 they are Poisson.

    Returns
    -------
    numpy.ndarray, shape (n_cities, …)

    References
    ----------
    Liu and Pierce (1994), Biometrika 81(3): Gauss–Hermite quadrature about the integrand's peak.
    """
    log_probability = np.empty(np.broadcast_shapes(country.shape, np.shape(city_deviation)))
    deviation = np.broadcast_to(city_deviation, log_probability.shape[1:])
    for city, (count, person_years) in enumerate(zip(listed.homicides, listed.person_years, strict=True)):
        log_exposure = np.log(person_years / PERSON_YEARS_OF_A_RATE)
        _, terms, log_step = _terms(int(count), country[city] + log_exposure, deviation, extra_deviation)
        log_probability[city] = log_sum(terms) + log_step
    return log_probability


def mean_log_rates(listed: "ListedCities", country: Floats, city_deviation: Floats) -> Floats:
    """Mean log rate of each city with a Poisson count, given its country's level.

    Parameters
    ----------
    listed : ListedCities
    country : numpy.ndarray, shape (n_cities, …)
        Log rate of each city's country.
    city_deviation : numpy.ndarray
        Of a shape that fits.

    Returns
    -------
    numpy.ndarray, shape (n_cities, …)
        Log of homicides per 100,000 person-years.
    """
    means = np.empty(np.broadcast_shapes(country.shape, np.shape(city_deviation)))
    deviation = np.broadcast_to(city_deviation, means.shape[1:])
    for city, (count, person_years) in enumerate(zip(listed.homicides, listed.person_years, strict=True)):
        log_exposure = np.log(person_years / PERSON_YEARS_OF_A_RATE)
        log_expected, terms, _ = _terms(int(count), country[city] + log_exposure, deviation, 0)
        weights = np.exp(terms - terms.max(axis=-1, keepdims=True))
        means[city] = (weights * log_expected).sum(axis=-1) / weights.sum(axis=-1) - log_exposure
    return means


def _terms(count: int, centre: Floats, deviation: Floats, extra_deviation: float) -> tuple[Floats, Floats, Floats]:
    """Log expected counts at the nodes, the log integrand there with the rule's weights, and the log of its step."""
    noise = 1 / max(count, SOME) + extra_deviation**2
    total = deviation**2 + noise
    peak = (deviation**2 * np.log(max(count, SOME)) + noise * centre) / total
    width = deviation * np.sqrt(noise / total)
    if count < FEW:
        peak, width = _peak_of_few(count, centre, deviation, extra_deviation, peak)
    points, log_weights = _hermite(NODES if count >= FEW else NODES_OF_FEW)
    log_expected = peak[..., np.newaxis] + width[..., np.newaxis] * points
    standard = (log_expected - centre[..., np.newaxis]) / deviation[..., np.newaxis]
    density = _log_count_density(count, log_expected, extra_deviation) - standard**2 / 2
    # The normal density of the rule's own weights is divided out again.
    return log_expected, density + points**2 / 2 + log_weights, np.log(width / deviation)


def _peak_of_few(
    count: int, centre: Floats, deviation: Floats, extra_deviation: float, start: Floats
) -> tuple[Floats, Floats]:
    """Place of the integrand's peak by Newton's method, and the width that its curvature there gives it."""
    peak = start
    for _ in range(NEWTON_STEPS):
        slope, curvature = _derivatives(count, peak, extra_deviation)
        peak = peak + (slope - (peak - centre) / deviation**2) / (curvature + 1 / deviation**2)
    _, curvature = _derivatives(count, peak, extra_deviation)
    return peak, 1 / np.sqrt(curvature + 1 / deviation**2)


def _derivatives(count: int, log_mean: Floats, extra_deviation: float) -> tuple[Floats, Floats]:
    """First derivative of the log density of a count by the log mean, and the second with the sign turned round."""
    mean = np.exp(log_mean)
    within = 1 + extra_deviation**2 * mean
    return (count - mean) / within, mean * (1 + extra_deviation**2 * count) / within**2


def log_sum(terms: Floats) -> Floats:
    """Log of the sum of exponentials along the last axis, in a third of the time of scipy's careful one.

    Parameters
    ----------
    terms : numpy.ndarray, shape (…, n)
        Finite.

    Returns
    -------
    numpy.ndarray, shape (…)
    """
    top = terms.max(axis=-1)
    total: Floats = np.log(np.exp(terms - top[..., np.newaxis]).sum(axis=-1)) + top
    return total


def _hermite(nodes: int) -> tuple[Floats, Floats]:
    """Nodes and log weights for expectations under the standard normal distribution."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return points, np.log(weights / weights.sum())


def _log_count_density(count: int, log_mean: Floats, extra_deviation: float) -> Floats:
    if not extra_deviation:
        poisson: Floats = count * log_mean - np.exp(log_mean) - special.gammaln(count + 1)
        return poisson
    shape = 1 / extra_deviation**2
    constant = special.gammaln(count + shape) - special.gammaln(shape) - special.gammaln(count + 1)
    log_total = np.log(np.exp(log_mean) + shape)
    density: Floats = constant + shape * (np.log(shape) - log_total) + count * (log_mean - log_total)
    return density
