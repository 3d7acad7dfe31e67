"""Scores of forecasts that come as draws: of the outcome itself, or of the mean of the count that is forecast.

Both scores are proper: no forecaster gains in expectation by saying something else than what he believes (Gneiting and
Raftery 2007). The log score is of a count's own probability, mixed over draws, so that no density is estimated.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from .. import require
from ..arrays import Flags, Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

NEWTON_STEPS = 50
POINTS, _weights = np.polynomial.hermite_e.hermegauss(40)
# The normal density about the peak is taken off again, since the integrand has its own.
LOG_WEIGHTS = np.log(_weights) - np.log(2 * np.pi) / 2 + POINTS**2 / 2


def sample_crps(draws: "ArrayLike", observed: "ArrayLike") -> Floats:
    """Continuous ranked probability score of the distribution that the draws make.

    Parameters
    ----------
    draws : array_like, shape (n_draws, …)
    observed : array_like, shape (…)

    Returns
    -------
    numpy.ndarray, shape (…)
        Mean distance of a draw from what was observed, less half the mean distance of two draws, in the unit of the
        outcome; lower is better.

    Raises
    ------
    ValueError
        If a number is missing or infinite, there is no draw, or shapes differ.

    References
    ----------
    Gneiting and Raftery (2007), Journal of the American Statistical Association 102(477), equation 21.
    """
    drawn, came = _of_one_shape(draws, observed)
    number = len(drawn)
    ordered = np.sort(drawn, axis=0)
    # Each gap between neighbours lies between i draws below and n − i above: no need to form all pairs.
    weights = 2 * np.arange(1, number + 1) - number - 1
    spread = np.tensordot(weights, ordered, axes=1) / number**2
    score: Floats = np.abs(drawn - came).mean(axis=0) - spread
    return score


def poisson_log_score(expected: "ArrayLike", count: "ArrayLike") -> Floats:
    """Log probability of counts under a mixture of Poisson distributions, one for each draw of the expected count.

    Parameters
    ----------
    expected : array_like, shape (n_draws, …)
        Draws of the expected count, such as rate times person-years; not below zero.
    count : array_like, shape (…)
        Events that came.

    Returns
    -------
    numpy.ndarray, shape (…)
        Higher is better; minus infinity where no draw allows the count.

    Raises
    ------
    ValueError
        If a number is missing, infinite or negative, there is no draw, or shapes differ.
    """
    means, came = _of_one_shape(require.not_negative("expected", expected), require.not_negative("count", count))
    score: Floats = _mixed(special.xlogy(came, means) - means) - special.gammaln(came + 1)
    return score


def poisson_lognormal_log_score(
    centre: "ArrayLike", deviation: "ArrayLike", exposure: "ArrayLike", count: "ArrayLike"
) -> Floats:
    """Log probability of counts whose log rate is forecast by a normal distribution.

    Large counts need this: they lie between any hundred draws of their mean, so that a mixture of these gives them no
    probability.

    Parameters
    ----------
    centre, deviation : array_like, shape (n,)
        Mean and standard deviation of the log rate, for each unit of exposure.
    exposure : array_like, shape (n,)
    count : array_like, shape (n,)
        Events that came.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Higher is better.

    Raises
    ------
    ValueError
        If a log rate is missing, a deviation or an exposure is not above zero, a count is negative, or shapes differ.

    References
    ----------
    Liu and Pierce (1994), Biometrika 81(3): Gauss–Hermite quadrature about the peak of the integrand.
    """
    require.same_shape(centre=centre, deviation=deviation, exposure=exposure, count=count)
    middle, spread = require.finite("centre", centre), require.positive("deviation", deviation)
    exposed, came = require.positive("exposure", exposure), require.not_negative("count", count)
    logs, precision = np.log(exposed), spread**-2
    # The peak lies between forecast and count; from the higher of both Newton's steps go down to it and never beyond.
    peak = np.maximum(middle, np.log(np.maximum(came, np.finfo(float).tiny)) - logs)
    for _ in range(NEWTON_STEPS):
        expected = np.exp(logs + peak)
        peak = peak + (came - expected - (peak - middle) * precision) / (expected + precision)
    scale = (np.exp(logs + peak) + precision) ** -0.5
    rates = peak + scale * POINTS.reshape(-1, *[1] * np.ndim(peak))
    inside = came * (logs + rates) - np.exp(logs + rates) - (rates - middle) ** 2 * precision / 2
    weights = LOG_WEIGHTS.reshape(-1, *[1] * np.ndim(peak))
    score: Floats = special.logsumexp(inside + weights, axis=0) + np.log(scale / spread) - special.gammaln(came + 1)
    return score


def negative_binomial_log_score(expected: "ArrayLike", size: "ArrayLike", count: "ArrayLike") -> Floats:
    """Log probability of counts under a mixture of negative binomial distributions, one for each draw.

    Parameters
    ----------
    expected : array_like, shape (n_draws, …)
        Draws of the expected count.
    size : float or array_like, shape (n_draws,) or (n_draws, …)
        Draws of the size: the variance of a count is `expected + expected ** 2 / size`; a large size is Poisson.
    count : array_like, shape (…)

    Returns
    -------
    numpy.ndarray, shape (…)
        Higher is better.

    Raises
    ------
    ValueError
        As `poisson_log_score`, and if a size is not above zero or does not fit.
    """
    means, came = _of_one_shape(require.not_negative("expected", expected), require.not_negative("count", count))
    sizes = require.positive("size", size)
    if sizes.shape == means.shape[:1]:
        sizes = sizes.reshape(-1, *[1] * came.ndim)
    elif sizes.shape not in ((), means.shape):
        raise ValueError(f"size has shape {sizes.shape} for draws of shape {means.shape}. Allowed: one, or one a draw.")
    of_size = special.gammaln(came + sizes) - special.gammaln(sizes) - sizes * np.log1p(means / sizes)
    of_count = special.xlogy(came, means) - special.xlogy(came, means + sizes)
    score: Floats = _mixed(of_size + of_count) - special.gammaln(came + 1)
    return score


def interval_covers(draws: "ArrayLike", observed: "ArrayLike", credible_level: float) -> Flags:
    """Whether the equal-tailed interval of the draws holds what was observed, its ends included.

    Parameters
    ----------
    draws : array_like, shape (n_draws, …)
    observed : array_like, shape (…)
    credible_level : float
        Probability of the interval.

    Returns
    -------
    numpy.ndarray of bool, shape (…)
        Their mean is the coverage. Counts are whole, so intervals of few events hold more than they say.

    Raises
    ------
    ValueError
        As `sample_crps`, and if the level is no probability.
    """
    require.level("credible_level", credible_level)
    drawn, came = _of_one_shape(draws, observed)
    tail = (1 - credible_level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail], axis=0)
    covered: Flags = (lower <= came) & (came <= upper)
    return covered


def randomised_pit(draws: "ArrayLike", observed: "ArrayLike", generator: np.random.Generator) -> Floats:
    """Probability integral transform, spread evenly over the probability of ties so that it suits counts.

    Parameters
    ----------
    draws : array_like, shape (n_draws, …)
        Of the outcome: draws of counts, not of their means.
    observed : array_like, shape (…)
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (…)
        From 0 to 1; uniform if the forecasts are calibrated, piled up at both ends if they are too sure.

    Raises
    ------
    ValueError
        As `sample_crps`.

    References
    ----------
    Czado, Gneiting and Held (2009), Biometrics 65(4), for counts; Talts, Betancourt, Simpson, Vehtari and Gelman (2018)
    for ranks among draws.
    """
    drawn, came = _of_one_shape(draws, observed)
    below, tied = (drawn < came).sum(axis=0), (drawn == came).sum(axis=0)
    # What came is one more of the draws: its rank among those that equal it is any, with equal probability.
    transform: Floats = (below + generator.random(came.shape) * (tied + 1)) / (len(drawn) + 1)
    return transform


def _of_one_shape(draws: "ArrayLike", observed: "ArrayLike") -> tuple[Floats, Floats]:
    """Draws and what came, as floats that belong together."""
    drawn, came = require.finite("draws", draws), require.finite("observed", observed)
    if drawn.shape[1:] != came.shape or drawn.ndim == 0:
        raise ValueError(f"draws of shape {drawn.shape} for outcomes of shape {came.shape}. Allowed: draws first.")
    require.some("draws", len(drawn))
    return drawn, came


def _mixed(log_probabilities: Floats) -> Floats:
    """Log of the mean over draws."""
    mean: Floats = special.logsumexp(log_probabilities, axis=0) - np.log(len(log_probabilities))
    return mean
