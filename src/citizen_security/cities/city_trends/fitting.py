"""The deviations of each country drawn by importance sampling, the risks of its cities drawn given them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import linalg, optimize, special, stats
from statsmodels.tools.numdiff import approx_hess

from citizen_security.cities.city_trends.deviations import PERSISTENCE_PRIOR, SCALES, Deviations, draw_prior, log_prior
from citizen_security.cities.city_trends.gaussian_process import (
    Observations,
    draw_log_rates,
    log_likelihood,
    match_moments,
    observe_log_rates,
)
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.methods.arrays import Floats
from citizen_security.methods.gates import MINIMUM_EFFECTIVE_SAMPLE
from citizen_security.methods.importance import WeightedSample, resampled, weigh
from citizen_security.methods.sampling import NotConverged

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Log density where the covariance of the observations is none in floating point.
IMPOSSIBLE = -1e10

# Samples that find the proposal's moments; attempts at one that can be trusted, as multiples of the draws asked for.
PILOT_DRAWS = (250, 350)
ATTEMPTS = (2, 3, 6)
DEFENSIVE_SHARE = 0.1

# What helps when the importance weights have a heavy tail.
REMEDY = "raise draws or keep more cities"


@dataclass(frozen=True)
class CountryFit:
    """Draws of one country.

    Attributes
    ----------
    panel : CountryPanel
        The years that were fitted.
    deviations : tuple of Deviations
        Equally weighted draws.
    pareto_k : float
        Shape of the tail of the importance weights.
    effective_draws : float
        Effective size of the weighted sample.
    years : numpy.ndarray of int, shape (n_years,)
        Years of the drawn risks: those fitted, and those forecast.
    log_rates : numpy.ndarray, shape (n_draws, n_cities, n_years)
        Log of homicides per 100,000 person-years.
    """

    panel: CountryPanel
    deviations: tuple[Deviations, ...]
    pareto_k: float
    effective_draws: float
    years: "NDArray[np.int64]"
    log_rates: "NDArray[np.float32]"

    @property
    def name(self) -> str:
        """Name of the fit among the run's diagnostics."""
        return f"city_trends_{self.panel.iso3.lower()}"

    def diagnostics(self) -> dict[str, float | int]:
        """The figures of the gate as plain data."""
        return {"pareto_k": self.pareto_k, "effective_draws": self.effective_draws, "draws": len(self.deviations)}

    def deviation_draws(self) -> pd.DataFrame:
        """The deviations as a frame, one row for each draw."""
        return pd.DataFrame(self.deviations)


def fit_country(
    panel: CountryPanel, years: "NDArray[np.int64]", *, draws: int, minimum_effective: float, seed: int
) -> CountryFit:
    """Draw the deviations of a country and the risks of its cities.

    Parameters
    ----------
    panel : CountryPanel
        The years to learn from.
    years : numpy.ndarray of int
        Years to draw risks for: those of the panel, then any to forecast.
    draws : int
    minimum_effective : float
        Effective size that the weighted sample must have.
    seed : int

    Returns
    -------
    CountryFit

    Raises
    ------
    NotConverged
        If the importance weights cannot be trusted.
    """
    generator = np.random.default_rng([seed, *panel.iso3.encode()])
    observations, peak, scale = _find_peak(panel)
    sample = _importance_sample(_log_density(panel, observations), peak, scale, draws, minimum_effective, generator)
    if failures := list(sample.problems(minimum_effective, REMEDY)):
        raise NotConverged(f"the trends of {panel.iso3}", failures)
    positions = resampled(sample.weights, draws, generator)
    deviations = tuple(_deviations(sample.points[position]) for position in positions)
    log_rates = np.stack([_draw_risks(panel, observations, each, years, generator) for each in deviations])
    return CountryFit(panel, deviations, sample.pareto_k, sample.effective_draws, years, log_rates)


def fit_panels(panels: Sequence[CountryPanel], parameters: CityTrends, held_out_years: int = 0) -> list[CountryFit]:
    """Fit each country, on all of its years or without the last, which are then forecast.

    Parameters
    ----------
    panels : sequence of CountryPanel
    parameters : CityTrends
        `draws`, `effort` and `seed`.
    held_out_years : int
        Number of last years of each country that the fit does not see.

    Returns
    -------
    list of CountryFit

    Raises
    ------
    NotConverged
        If the importance weights of a country cannot be trusted.
    """
    return [
        fit_country(
            panel.until(int(panel.years[-1 - held_out_years])),
            panel.years,
            draws=parameters.draws_at_effort,
            minimum_effective=MINIMUM_EFFECTIVE_SAMPLE[parameters.effort],
            seed=parameters.seed + held_out_years,
        )
        for panel in panels
    ]


def _deviations(point: Floats) -> Deviations:
    """Deviations at a point of the space that is searched: deviations with either sign, persistence as a logit."""
    return Deviations(*[*(float(abs(value)) for value in point[:5]), float(special.expit(point[5]))])


def _draw_risks(
    panel: CountryPanel,
    observations: Observations,
    deviations: Deviations,
    years: "NDArray[np.int64]",
    generator: np.random.Generator,
) -> "NDArray[np.float32]":
    """One draw of the log rates, with stand-ins whose moments are matched at these deviations."""
    # Those of the peak leave a panel's mean too high by a seventh of its deviation, those after a sweep by nothing.
    matched = match_moments(panel, observations, deviations, sweeps=1)
    return draw_log_rates(panel, matched, deviations, years, generator).astype(np.float32)


def _log_density(panel: CountryPanel, observations: Observations) -> Callable[[Floats], float]:
    """Log posterior density in the space that is searched."""

    def density(point: Floats) -> float:
        deviations = _deviations(point)
        jacobian = float(special.log_expit(point[5]) + special.log_expit(-point[5]))
        total = log_likelihood(panel, observations, deviations) + log_prior(deviations) + jacobian
        return total if np.isfinite(total) else IMPOSSIBLE

    return density


def _find_peak(panel: CountryPanel) -> "tuple[Observations, Floats, Floats]":
    """Stand-ins for the counts at the posterior's peak, the peak, and the covariance there."""
    observations = observe_log_rates(panel)
    peak = np.array([0.4, 0.2, 0.4, 0.05, 0.1, 2.0])
    for _ in range(2):
        observations = match_moments(panel, observations, _deviations(peak))
        density = _log_density(panel, observations)
        search = optimize.minimize(lambda point, of=density: -of(point), peak, method="BFGS", options={"gtol": 1e-2})
        peak = np.append(np.abs(search.x[:5]), search.x[5])
    return observations, peak, _curvature_covariance(density, peak)


def _curvature_covariance(density: Callable[[Floats], float], peak: Floats) -> Floats:
    """Covariance of the normal distribution that curves as the density does at its peak."""
    curvature = -approx_hess(peak, density, epsilon=np.full(len(peak), 0.01))
    values, vectors = linalg.eigh((curvature + curvature.T) / 2)
    # Where the density hardly curves, the proposal is as wide as the priors and no wider.
    covariance: Floats = (vectors / np.clip(values, 1.0, 1e6)) @ vectors.T
    return covariance


def _importance_sample(
    density: Callable[[Floats], float],
    peak: Floats,
    covariance: Floats,
    draws: int,
    minimum_effective: float,
    generator: np.random.Generator,
) -> WeightedSample:
    """Draw about the peak, then about the moments that the sample before found, until the weights can be trusted."""
    for number in (*PILOT_DRAWS, *(multiple * draws for multiple in ATTEMPTS)):
        sample = _weigh(density, peak, covariance, number, generator)
        if number not in PILOT_DRAWS and not list(sample.problems(minimum_effective, REMEDY)):
            break
        peak = sample.weights @ sample.points
        covariance = np.cov(sample.points.T, aweights=sample.weights)
    return sample


def _weigh(
    density: Callable[[Floats], float], mean: Floats, covariance: Floats, number: int, generator: np.random.Generator
) -> WeightedSample:
    """A weighted sample; deviations are folded to their absolute values, and so is the proposal's density.

    One draw in ten is from the priors, which bounds the weights by the likelihood (a defensive mixture).
    """
    proposal = stats.multivariate_t(mean, covariance, df=6, seed=generator)
    points = proposal.rvs(number)
    defensive = generator.random(number) < DEFENSIVE_SHARE
    points[defensive] = [_point(draw_prior(generator)) for _ in range(defensive.sum())]
    points[:, :5] = np.abs(points[:, :5])
    target = np.array([density(point) for point in points])
    about = np.log1p(-DEFENSIVE_SHARE) + _folded_log_density(proposal, points)
    log_weights = target - np.logaddexp(about, np.log(DEFENSIVE_SHARE) + _prior_log_density(points))
    return weigh(points, log_weights)


def _point(deviations: Deviations) -> Floats:
    """Point of the space that is searched."""
    return np.array([*(getattr(deviations, name) for name in SCALES), special.logit(deviations.persistence)])


def _prior_log_density(points: Floats) -> Floats:
    """Log density of the priors in the space that is searched, normalised."""
    first, second = PERSISTENCE_PRIOR
    half_normal = stats.halfnorm.logpdf(points[:, :5], scale=list(SCALES.values())).sum(axis=1)
    odds = first * special.log_expit(points[:, 5]) + second * special.log_expit(-points[:, 5])
    density: Floats = half_normal + odds - special.betaln(first, second)
    return density


def _folded_log_density(proposal: stats.multivariate_t, points: Floats) -> Floats:
    """Log density of the absolute values: the density summed over the signs of the five deviations."""
    signs = np.array(np.meshgrid(*[[1.0, -1.0]] * 5)).reshape(5, -1).T
    flips = np.column_stack([signs, np.ones(len(signs))])
    terms = np.stack([proposal.logpdf(points * flip) for flip in flips])
    folded: Floats = special.logsumexp(terms, axis=0)
    return folded
