"""Homicide in cities over years: each city with its own level, trend and waves, countries with common shocks.

The log risk of a city is a Gaussian process: a country path that the cities share, and each city's own level, trend
and waves about it. Counts are Poisson. Given the few deviations of a country everything else is integrated out, after
each count has been replaced by a normal observation of its log rate that gives it the mean and variance which the count
itself would give it. That leaves six numbers a country, which are drawn by importance sampling; the risks are then
drawn exactly. Tests hold this to the Poisson model itself, and the ranks of known risks and of their means to chance.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg, special

from citizen_security.cities.city_trends.deviations import CENTRE, Deviations
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.cholesky import invert_each
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Weight of a count that is missing: next to nothing, so that each city keeps a row of the same length.
NO_WEIGHT = 1e-6

# Sweeps of matched moments; more change nothing.
SWEEPS = 5
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(16)


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


def match_moments(
    panel: CountryPanel, observations: Observations, deviations: Deviations, sweeps: int = SWEEPS
) -> Observations:
    """Stand-ins with which each cell has the mean and variance that its own Poisson count gives it, the others as now.

    A Poisson likelihood of a log rate leans to the left. A normal one with its peak and curvature puts every mean too
    high, by little in one cell and by as much in all, so that a mean over many cells is wrong by several of its
    deviations. Matched moments leave no such bias.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
        The stand-ins so far.
    deviations : Deviations
        At which the moments are matched.
    sweeps : int
        Over all cells.

    Returns
    -------
    Observations

    References
    ----------
    Minka (2001), Uncertainty in Artificial Intelligence 17: expectation propagation; Rasmussen and Williams (2006),
    Gaussian Processes for Machine Learning, section 3.6.
    """
    counted = np.isfinite(panel.homicides)
    count = np.where(counted, panel.homicides, 0.0)
    exposure = np.where(counted, panel.person_years, 1.0) / PERSON_YEARS_OF_A_RATE * np.exp(CENTRE)
    # Where counts are in the millions the difference of two large precisions is lost in rounding: nothing says less of
    # a cell than the priors alone.
    years = panel.years.astype(float)
    prior_precision = 1 / np.diag(
        deviations.city_covariance(years, float(years.mean())) + deviations.path_covariance(years, float(years[0]))
    )
    for _ in range(sweeps):
        mean, variance = posterior_moments(panel, observations, deviations)
        # The cavity: what all other cells and the priors say of this one.
        cavity_precision = np.maximum(1 / variance - 1 / observations.variance, prior_precision)
        cavity = (mean / variance - observations.value / observations.variance) / cavity_precision
        tilted_mean, tilted_variance = poisson_moments(count, exposure, cavity, 1 / cavity_precision)
        precision = np.maximum(1 / tilted_variance - cavity_precision, NO_WEIGHT)
        value = (tilted_mean / tilted_variance - cavity * cavity_precision) / precision
        observations = Observations(
            np.where(counted, value, 0.0), np.where(counted, 1 / precision, observations.variance)
        )
    return observations


def poisson_moments(count: Floats, exposure: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of log risks that are normal before a Poisson count of each is seen.

    Parameters
    ----------
    count : numpy.ndarray
        What was counted.
    exposure : numpy.ndarray
        What would be expected at a log risk of zero.
    mean, variance : numpy.ndarray
        Of the log risks before.

    Returns
    -------
    mean, variance : numpy.ndarray
        By Gauss–Hermite quadrature about the peak.

    References
    ----------
    Corless and Jeffrey (2002), The Wright ω function, for the peak.
    """
    # The peak in closed form: ω + log ω is what is given to Wright's function.
    forward = mean + variance * count
    peak = forward - special.wrightomega(np.log(variance * exposure) + forward)
    width = 1 / np.sqrt(1 / variance + exposure * np.exp(peak))
    points = peak[..., np.newaxis] + width[..., np.newaxis] * NODES
    log_density = (
        count[..., np.newaxis] * points
        - exposure[..., np.newaxis] * np.exp(points)
        - 0.5 * (points - mean[..., np.newaxis]) ** 2 / variance[..., np.newaxis]
        + 0.5 * NODES**2
    )
    weights = NODE_WEIGHTS * np.exp(log_density - log_density.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    centre = (weights * points).sum(axis=-1)
    spread: Floats = (weights * (points - centre[..., np.newaxis]) ** 2).sum(axis=-1)
    return centre, spread


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


def posterior_moments(panel: CountryPanel, observations: Observations, deviations: Deviations) -> tuple[Floats, Floats]:
    """Mean and variance of each log rate given the deviations, the mean relative to `CENTRE`.

    Parameters
    ----------
    panel : CountryPanel
    observations : Observations
    deviations : Deviations

    Returns
    -------
    mean, variance : numpy.ndarray, shape (n_cities, n_years)
    """
    solved = _solve(panel, observations, deviations)
    years = panel.years.astype(float)
    own = deviations.city_covariance(years, float(years.mean()))
    path = solved.path_gain @ np.einsum("ijk,ik->j", solved.precision, observations.value)
    taken = own @ solved.precision  # share of a departure that a city's own data ascribe to the city
    mean = path + np.einsum("ijk,ik->ij", taken, observations.value - path)
    left = np.eye(len(years)) - taken
    # The city's own variance, and what the path's uncertainty adds where the city's data do not take it up.
    variance = np.einsum("ijk,kj->ij", left, own) + np.einsum("ijk,ijk->ij", left @ solved.path_gain, left)
    return mean, variance


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
