"""The line of the years before, carried on to a year: what a series would have been had nothing bent it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from citizen_security.methods import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# A line takes two years; with one more its errors are known at all.
LEAST_YEARS = 4


@dataclass(frozen=True)
class CarriedLine:
    """A level for one year, from a line through logarithms.

    Attributes
    ----------
    level, lower, upper : float
        In the units of the series; a prediction interval for one year.
    slope : float
        Percent a year.
    """

    level: float
    lower: float
    upper: float
    slope: float


def carried_line(years: "ArrayLike", values: "ArrayLike", to: int, confidence_level: float) -> CarriedLine:
    """Carry the straight line through logarithms on to a later year.

    Parameters
    ----------
    years, values : array_like, shape (years,)
        Values above zero, such as rates.
    to : int
        The year that is predicted.
    confidence_level : float

    Returns
    -------
    CarriedLine

    Raises
    ------
    ValueError
        If values are missing or not above zero, years too few, or the level is no probability.

    Notes
    -----
    Errors are taken for independent, which makes the interval too narrow where bad years follow bad years.
    """
    require.level("confidence_level", confidence_level)
    require.same_shape(years=years, values=values)
    times, logs = require.finite("years", years), np.log(require.positive("values", values))
    number = len(times)
    if number < LEAST_YEARS:
        raise ValueError(f"{number} years; a line with an interval takes at least {LEAST_YEARS}. Begin it earlier.")
    fit = stats.linregress(times, logs)
    left = logs - fit.intercept - fit.slope * times
    spread = np.sqrt((left**2).sum() / (number - 2))
    distance = (to - times.mean()) ** 2 / ((times - times.mean()) ** 2).sum()
    half = stats.t.isf((1 - confidence_level) / 2, number - 2) * spread * np.sqrt(1 + 1 / number + distance)
    middle = fit.intercept + fit.slope * to
    level, lower, upper = (float(np.exp(end)) for end in (middle, middle - half, middle + half))
    return CarriedLine(level, lower, upper, float(100 * np.expm1(fit.slope)))
