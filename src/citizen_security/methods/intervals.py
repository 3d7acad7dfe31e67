"""Intervals about an estimate from its standard error."""

import numpy as np

from . import require


def about(
    estimate: float, error: float, confidence_level: float = 0.95, degrees: float = np.inf
) -> tuple[float, float]:
    """Interval by Student's distribution, or by the normal one where the error is taken as known.

    Parameters
    ----------
    estimate : float
    error : float
        Standard error; where it is zero or missing, so is the width.
    confidence_level : float
    degrees : float
        Of freedom; infinite for the normal distribution.

    Returns
    -------
    tuple of float

    Raises
    ------
    ValueError
        If the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    from scipy import stats

    half = float(stats.t.isf((1 - confidence_level) / 2, degrees)) * error
    return estimate - half, estimate + half
