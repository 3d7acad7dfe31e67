"""Intervals of estimates whose error is known, and bounds of counts of which some units have no figure."""

import numpy as np
import pandas as pd
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


def among_highest(rows: pd.DataFrame, column: str, top: int) -> Estimate:
    """How many places of the region are among the highest of a measure.

    Parameters
    ----------
    rows : pandas.DataFrame
        One row a place: `column`, without a gap, and `is_lac`.
    column : str
    top : int
        How many are counted; at most the number of rows.

    Returns
    -------
    Estimate
        Where places tie for the last of the counted, from as few to as many of the region as the tie allows; the value
        counts those alone that no tie decides.
    """
    values, inside = rows[column].to_numpy(float), rows["is_lac"].to_numpy(bool)
    last = np.sort(values)[-top]
    sure, tied = values > last, values == last
    left = top - int(sure.sum())
    of_region, others = int((tied & inside).sum()), int((tied & ~inside).sum())
    certain = int((sure & inside).sum())
    low, high = certain + max(0, left - others), certain + min(left, of_region)
    return Estimate(float(low), float(low), float(high), len(rows))


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
