"""Intervals of estimates whose error is known."""

from scipy import stats

from citizen_security.methods import require
from citizen_security.methods.arrays import Floats


def normal_half_width[Error: (float, Floats)](error: Error, confidence_level: float) -> Error:
    """Half of a normal confidence interval.

    Parameters
    ----------
    error : float or numpy.ndarray of float
        Standard errors of estimates, in their units.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    float or numpy.ndarray of float
        Shaped as `error` and in its units.

    Raises
    ------
    ValueError
        If the level is none.
    """
    require.level("confidence_level", confidence_level)
    return error * float(stats.norm.ppf((1 + confidence_level) / 2))
