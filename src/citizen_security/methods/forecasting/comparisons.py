"""Whether one forecast is better than another, where the same units are forecast in several periods.

Units of a group share what happens in a period, and a unit keeps what is its own: neither rows nor units nor periods
are independent. Units and periods are drawn again, each by itself, and weights multiply (Owen 2007): the interval is
somewhat too wide rather than blind to either.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Floats
from ..resampling import drawn_counts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def resampled_sums(
    values: "ArrayLike", group: "ArrayLike", unit: "ArrayLike", period: "ArrayLike", draws: int, seed: int
) -> Floats:
    """Sums of columns with units and periods of each group drawn again, each by itself.

    Parameters
    ----------
    values : array_like, shape (n, k)
    group, unit, period : array_like, shape (n,)
        Groups are kept; of a group, as many units and as many periods are drawn with replacement as it has.
    draws : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (draws, k)

    Raises
    ------
    ValueError
        If a number or a label is missing, or there are no draws.

    References
    ----------
    Owen (2007), Annals of Applied Statistics 1(2): the pigeonhole bootstrap.
    """
    numbers = require.finite("values", values)
    require.some("draws", draws)
    labels = [require.keys(name, each) for name, each in (("group", group), ("unit", unit), ("period", period))]
    if numbers.ndim != 2 or any(label.shape != numbers.shape[:1] for label in labels):
        raise ValueError(f"values of shape {numbers.shape}. Allowed: rows, with a label of each kind for each.")
    generator = np.random.default_rng(seed)
    total = np.zeros((draws, numbers.shape[1]))
    groups = pd.factorize(labels[0], sort=True)[0]
    for each in range(groups.max() + 1):
        rows = groups == each
        units, periods = (pd.factorize(label[rows], sort=True)[0] for label in labels[1:])
        table = np.zeros((units.max() + 1, periods.max() + 1, numbers.shape[1]))
        np.add.at(table, (units, periods), numbers[rows])
        of_units, of_periods = (drawn_counts(number, draws, generator).astype(float) for number in table.shape[:2])
        total += np.einsum("rc,cok,ro->rk", of_units, table, of_periods, optimize=True)
    return total


def mean_interval(
    values: "ArrayLike",
    group: "ArrayLike",
    unit: "ArrayLike",
    period: "ArrayLike",
    confidence_level: float,
    draws: int,
    seed: int,
) -> tuple[float, tuple[float, float]]:
    """Mean of rows, such as differences of two forecasts' scores, with an interval that knows of units and periods.

    Parameters
    ----------
    values : array_like, shape (n,)
    group, unit, period : array_like, shape (n,)
        As in `resampled_sums`.
    confidence_level : float
    draws : int
    seed : int

    Returns
    -------
    mean : float
    interval : tuple of float
        Percentiles of the resampled means.

    Raises
    ------
    ValueError
        As `resampled_sums`, and if the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    numbers = require.finite("values", values)
    counted = np.column_stack([numbers, np.ones(len(numbers))])
    sums = resampled_sums(counted, group, unit, period, draws, seed)
    tail = (1 - confidence_level) / 2
    lower, upper = np.quantile(sums[:, 0] / sums[:, 1], [tail, 1 - tail])
    return float(numbers.mean()), (float(lower), float(upper))
