"""Counts forecast by a log rate and the errors that the same rule made before, smoothed (a kernel of past errors)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from .. import require
from ..arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class ErrorSpread:
    """Past errors of log rates, each widened to a normal distribution.

    Attributes
    ----------
    errors : numpy.ndarray, shape (n,)
        Log rate that came (with half an event added) less the one forecast.
    bandwidth : float
        Deviation of the normal distributions.
    """

    errors: Floats
    bandwidth: float

    def draw_counts(
        self, centre: "ArrayLike", exposure: "ArrayLike", draws: int, generator: np.random.Generator
    ) -> Floats:
        """Draws of the counts, half an event taken off again and none below zero; they are not rounded.

        Parameters
        ----------
        centre : array_like, shape (n_units,)
            Log rate that is forecast, for each unit of exposure.
        exposure : array_like, shape (n_units,)
        draws : int
        generator : numpy.random.Generator

        Returns
        -------
        numpy.ndarray, shape (draws, n_units)

        Raises
        ------
        ValueError
            If a log rate is missing, an exposure is not above zero, shapes differ, or there are no draws.
        """
        require.same_shape(centre=centre, exposure=exposure)
        middle, exposed = require.finite("centre", centre), require.positive("exposure", exposure)
        require.some("draws", draws)
        noise = self.bandwidth * generator.standard_normal((draws, len(middle)))
        log_rates = middle + generator.choice(self.errors, noise.shape) + noise
        return np.maximum(np.exp(log_rates) * exposed - 0.5, 0.0)

    def log_score(self, centre: "ArrayLike", exposure: "ArrayLike", count: "ArrayLike") -> Floats:
        """Log probability of a count: the smoothed errors' between it and one more, on the log scale.

        Parameters
        ----------
        centre, exposure : array_like, shape (n_units,)
        count : array_like, shape (n_units,)

        Returns
        -------
        numpy.ndarray, shape (n_units,)
            The probabilities of all counts sum to one.

        Raises
        ------
        ValueError
            As `draw_counts`, and if a count is missing or negative.
        """
        require.same_shape(centre=centre, exposure=exposure, count=count)
        middle, exposed = require.finite("centre", centre), require.positive("exposure", exposure)
        came = require.not_negative("count", count)
        # Half an event was added to every count: a count's cell reaches from itself to the next.
        with np.errstate(divide="ignore"):
            low, high = np.log(came / exposed), np.log((came + 1) / exposed)
        ends = [(end - middle - self.errors[:, np.newaxis]) / self.bandwidth for end in (low, high)]
        mass = (special.ndtr(ends[1]) - special.ndtr(ends[0])).mean(axis=0)
        score: Floats = np.log(np.maximum(mass, np.finfo(float).tiny))
        return score


def spread_by_errors(errors: "ArrayLike", *, centred: bool) -> ErrorSpread:
    """Smooth past errors.

    Parameters
    ----------
    errors : array_like
        Of any shape; missing ones are left out.
    centred : bool
        Whether their mean is taken off, so that the drift of the past is not carried forward.

    Returns
    -------
    ErrorSpread

    Raises
    ------
    ValueError
        If fewer than two errors are known, or all are equal.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, section 3.4.2, for the bandwidth.
    """
    known = np.asarray(errors, dtype=float)
    known = known[np.isfinite(known)]
    require.some("known errors", len(known), 2)
    if centred:
        known = known - known.mean()
    bandwidth = float(0.9 * known.std() * len(known) ** -0.2)
    require.positive("the bandwidth of the errors", bandwidth)
    return ErrorSpread(known, bandwidth)
