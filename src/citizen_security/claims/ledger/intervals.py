"""Intervals of estimates whose error is known, and bounds of counts of which some units have no figure."""

from scipy import stats

from citizen_security.methods import require
from citizen_security.methods.arrays import Floats
from citizen_security.methods.verdicts.regions import Estimate


def count_with_unknown(certain: int, known: int, unknown: int) -> Estimate:
    """How many units have a property, where some have no figure: what is unknown is no "no".

    Parameters
    ----------
    certain : int
        Units with a figure that have it.
    known, unknown : int
        Units with a figure, and without.

    Returns
    -------
    Estimate
        From none of the unknown to all of them; of those with a figure.
    """
    return Estimate(float(certain), float(certain), float(certain + unknown), known)


def share_with_unknown(certain: int, known: int, unknown: int) -> Estimate:
    """Share of units that have a property, in %; parameters and bounds as `count_with_unknown`.

    Raises
    ------
    ValueError
        If no unit has a figure.
    """
    require.some("units with a figure", known)
    number = known + unknown
    return Estimate(100 * certain / known, 100 * certain / number, 100 * (certain + unknown) / number, known)


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
