"""Importance sampling: draws of one distribution, weighted so that they stand for another, and when not to trust them.

The tail of the weights is smoothed, and its shape says whether the weighted sample can stand for what it is meant to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from arviz_stats.base.array import BaseArray
from scipy import special

from . import require
from .arrays import Floats
from .gates import MAXIMUM_PARETO_K

if TYPE_CHECKING:
    from numpy.typing import NDArray


# How far from one weights may sum by rounding.
SUM_OF_ONE = 1e-6
# Of fewer weights a fifth is no tail that a distribution can be fitted to.
FEWEST_JUDGED = 25


@dataclass(frozen=True)
class WeightedSample:
    """A weighted sample.

    Attributes
    ----------
    points : numpy.ndarray, shape (n_points, n_dimensions)
    weights : numpy.ndarray, shape (n_points,)
        They sum to one.
    pareto_k : float
        Shape of the tail of the weights before smoothing; not a number where there is no tail to tell it from.
    effective_draws : float
        One over the sum of the squared weights.
    """

    points: Floats
    weights: Floats
    pareto_k: float
    effective_draws: float

    def problems(self, minimum_effective: float, remedy: str) -> Iterator[str]:
        """Why the weights cannot be trusted, if they cannot.

        Parameters
        ----------
        minimum_effective : float
            Effective size asked for.
        remedy : str
            What to do about a heavy tail.

        Yields
        ------
        str
            A sentence for each bound that is not kept; a figure that is not a number keeps none.
        """
        if not self.pareto_k <= MAXIMUM_PARETO_K:
            figure = f"the Pareto k of the importance weights is {self.pareto_k:.2f}"
            yield f"{figure}, at most {MAXIMUM_PARETO_K:g} is allowed: {remedy}"
        if not self.effective_draws >= minimum_effective:
            figure = f"the effective sample of the importance weights is {self.effective_draws:.0f}"
            yield f"{figure}, at least {minimum_effective:g} are needed: raise draws"


def weigh(points: Floats, log_weights: Floats) -> WeightedSample:
    """Smooth the tail of the weights, and bring them to a sum of one.

    Parameters
    ----------
    points : numpy.ndarray, shape (n_points, n_dimensions)
    log_weights : numpy.ndarray, shape (n_points,)
        Log of the density wanted over that drawn from, up to a constant.

    Returns
    -------
    WeightedSample
        Of fewer points than `FEWEST_JUDGED`, of points that have a missing weight, and of weights whose largest are
        all equal, one that passes no gate.

    Raises
    ------
    ValueError
        If there is not one weight for each point.

    References
    ----------
    Vehtari, Simpson, Gelman, Yao and Gabry (2024), Journal of Machine Learning Research 25(72).
    """
    if np.shape(log_weights) != np.shape(points)[:1]:
        raise ValueError(
            f"log_weights have shape {np.shape(log_weights)} for points of shape {np.shape(points)}. "
            "Allowed: one weight for each point."
        )
    if not len(points):
        return WeightedSample(points, np.empty(0), np.nan, 0.0)
    smoothed, shape = _smoothed(log_weights)
    weights = np.exp(smoothed - special.logsumexp(smoothed))
    return WeightedSample(points, weights, shape, float(1 / (weights**2).sum()))


def _smoothed(log_weights: Floats) -> tuple[Floats, float]:
    """Log weights whose tail is smoothed, and its shape; as they are where there is no tail."""
    number = len(log_weights)
    tail = np.sort(log_weights)[-min(number // 5, int(3 * np.sqrt(number))) :]
    if number < FEWEST_JUDGED or tail[0] == tail[-1]:
        return log_weights, np.nan
    # The function takes what is to be divided by, as in leave-one-out: the reciprocal of the weights.
    smoothed, shape = BaseArray().psislw(-log_weights)  # type: ignore[no-untyped-call]
    return smoothed, float(shape)


def resampled(weights: Floats, draws: int, generator: np.random.Generator) -> "NDArray[np.int64]":
    """Positions of equally weighted draws: systematic resampling, which adds the least noise.

    Parameters
    ----------
    weights : numpy.ndarray, shape (n_points,)
        They sum to one.
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (draws,)
        In no order.

    Raises
    ------
    ValueError
        If a weight is missing or negative, or they do not sum to one.
    """
    total = require.not_negative("weights", weights).sum()
    if not abs(total - 1) < SUM_OF_ONE:
        raise ValueError(f"weights sum to {total:g}. Allowed: a sum of 1; divide them by their sum.")
    steps = (np.arange(draws) + generator.random()) / draws
    positions = np.searchsorted(np.cumsum(weights), steps).clip(max=len(weights) - 1)
    chosen: NDArray[np.int64] = generator.permutation(positions)
    return chosen
