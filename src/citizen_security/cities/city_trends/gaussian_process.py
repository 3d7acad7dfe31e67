"""Homicide in cities over years: each city with its own level, trend and waves, countries with common shocks.

The log risk of a city is a Gaussian process: a country path that the cities share, and each city's own level, trend
and waves about it. Counts are Poisson. Given the few deviations of a country everything else is integrated out, after
each count has been replaced by a normal observation of its log rate that has the likelihood's own peak and curvature.
That leaves six numbers a country, which are drawn by importance sampling; the risks are then drawn exactly. A test
holds this to the Poisson model itself.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from citizen_security.cities.city_trends.deviations import CENTRE, Deviations
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.cholesky import invert_each
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Weight of a count that is missing: next to nothing, so that each city keeps a row of the same length.
NO_WEIGHT = 1e-6


@dataclass(frozen=True)
class Observations:
    """Normal observations of log rates that stand for the counts, relative to `CENTRE`; shape (n_cities, n_years)."""

    value: Floats
    variance: Floats


def observe_log_rates(panel: CountryPanel) -> Observations:
    """First stand-ins for the counts: log rates with half a homicide added, and the variance of their chance.

    Parameters
    ----------
    panel : CountryPanel

    Returns
    -------
    Observations
    """
    counted = np.isfinite(panel.homicides)
    count = np.where(counted, panel.homicides, 0.0) + 0.5
    exposure = np.where(counted, panel.person_years, 1.0) / PERSON_YEARS_OF_A_RATE
    value = np.where(counted, np.log(count / exposure) - CENTRE, 0.0)
    return Observations(value, np.where(counted, 1 / count, 1 / NO_WEIGHT))


def refine_observations(panel: CountryPanel, observations: Observations, deviations: Deviations) -> Observations:
    """Stand-ins at the peak of the posterior: there they have the slope and curvature of the Poisson likelihood.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
        The stand-ins so far.
    deviations : Deviations
        At which the peak is sought.

    Returns
    -------
    Observations

    References
    ----------
    Durbin and Koopman (1997), Biometrika 84(3): the approximating Gaussian model of counts.
    """
    counted = np.isfinite(panel.homicides)
    count = np.where(counted, panel.homicides, 0.0)
    exposure = np.where(counted, panel.person_years, 0.0) / PERSON_YEARS_OF_A_RATE * np.exp(CENTRE)
    for _ in range(4):
        peak = posterior_mean(panel, observations, deviations)
        expected = np.maximum(exposure * np.exp(peak), NO_WEIGHT)
        observations = Observations(np.where(counted, peak + (count - expected) / expected, 0.0), 1 / expected)
    return observations


@dataclass(frozen=True)
class _Solved:
    """What the likelihood, the means and the draws have in common at given deviations."""

    precision: Floats  # of each city's observations about the path, (n_cities, n_years, n_years)
    path_covariance: Floats
    path_gain: Floats  # turns summed, weighted observations into the path: (K⁻¹ + ΣV⁻¹)⁻¹
    log_determinant: float


def _solve(panel: CountryPanel, observations: Observations, deviations: Deviations) -> _Solved:
    years = panel.years.astype(float)
    covariance = deviations.city_covariance(years, float(years.mean()))
    precision, log_determinants = invert_each(covariance, observations.variance)
    path = deviations.path_covariance(years, float(years[0]))
    summed = precision.sum(axis=0)
    widened = np.eye(len(years)) + path @ summed
    gain = np.linalg.solve(widened, path)
    return _Solved(precision, path, gain, float(log_determinants.sum() + np.linalg.slogdet(widened)[1]))


def log_likelihood(panel: CountryPanel, observations: Observations, deviations: Deviations) -> float:
    """Log density of the observations with the path and every city's risks integrated out.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
    deviations : Deviations

    Returns
    -------
    float
        Up to a constant.
    """
    solved = _solve(panel, observations, deviations)
    weighted = np.einsum("ijk,ik->ij", solved.precision, observations.value)
    summed = weighted.sum(axis=0)
    quadratic = float((weighted * observations.value).sum() - summed @ solved.path_gain @ summed)
    return -0.5 * (solved.log_determinant + quadratic)


def posterior_mean(panel: CountryPanel, observations: Observations, deviations: Deviations) -> Floats:
    """Mean log rate of each city and year given the deviations, relative to `CENTRE`; shape (n_cities, n_years)."""
    solved = _solve(panel, observations, deviations)
    years = panel.years.astype(float)
    path = solved.path_gain @ np.einsum("ijk,ik->j", solved.precision, observations.value)
    own = np.einsum("ijk,ik->ij", solved.precision, observations.value - path)
    mean: Floats = path + own @ deviations.city_covariance(years, float(years.mean()))
    return mean


def draw_log_rates(
    panel: CountryPanel,
    observations: Observations,
    deviations: Deviations,
    years: "NDArray[np.int64]",
    generator: np.random.Generator,
) -> Floats:
    """One exact draw of every city's log rates, in the fitted years and in others.

    A draw from the prior is corrected by what the observations say of its error (Matheron's rule).

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
    deviations : Deviations
    years : numpy.ndarray of int, shape (n_all,)
        The fitted years come first; years to forecast may follow.
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (n_cities, n_all)
        Log of homicides per 100,000 person-years.

    References
    ----------
    Doucet (2010), A note on efficient conditional simulation of Gaussian distributions.
    """
    fitted, every = len(panel.years), years.astype(float)
    centre, start = float(panel.years.mean()), float(panel.years[0])
    own_covariance, path_covariance = (
        deviations.city_covariance(every, centre),
        deviations.path_covariance(every, start),
    )
    solved = _solve(panel, observations, deviations)
    path = _draw_normal(path_covariance, 1, generator)[0]
    own = _draw_normal(own_covariance, len(panel.cities), generator)
    noise = np.sqrt(observations.variance) * generator.standard_normal(observations.variance.shape)
    error = observations.value - (path[:fitted] + own[:, :fitted] + noise)
    summed = np.einsum("ijk,ik->j", solved.precision, error)
    correction = solved.path_gain @ summed
    # The path's own data reach the other years through its covariance with the fitted ones.
    path = path + path_covariance[:, :fitted] @ (summed - solved.precision.sum(axis=0) @ correction)
    left = np.einsum("ijk,ik->ij", solved.precision, error - correction)
    drawn: Floats = CENTRE + path + own + left @ own_covariance[:fitted]
    return drawn


def _draw_normal(covariance: Floats, number: int, generator: np.random.Generator) -> Floats:
    values, vectors = linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    drawn: Floats = generator.standard_normal((number, len(values))) @ root.T
    return drawn
