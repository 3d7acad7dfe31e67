"""Forecasts that anyone can make of many series at once: recent counts, exponential smoothing, regression on lags.

Smoothing and regression forecast each unit's value some periods ahead from its own past alone, and say what errors the
same rule would have made before, over as many periods. How quickly to forget and how hard to shrink is chosen for all
units together by those errors, so that what is chosen is known at the time of the forecast. Neither carries a drift
forward.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


# Weights of the newest value, of which the best in the past is taken: 1 is the last value carried forward.
SMOOTHING_WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

# Penalties as shares of the regressors' mean sum of squares.
PENALTIES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


def recent_sums(counts: "ArrayLike", exposure: "ArrayLike", periods: int) -> tuple[Integers, Floats]:
    """Counts and exposure of each unit's last periods, which are what the plainest forecasts of a count look at.

    Parameters
    ----------
    counts : array_like of int, shape (n_units, n_periods)
        In order of time.
    exposure : array_like, shape (n_units, n_periods)
        Zero where nothing was counted; such a period is passed over.
    periods : int
        Number of each unit's last periods with exposure.

    Returns
    -------
    counts : numpy.ndarray of int, shape (n_units,)
    exposure : numpy.ndarray, shape (n_units,)
        Sums over these periods, or over as many as a unit has.

    Raises
    ------
    ValueError
        If a count is no whole number, an exposure is negative or missing, shapes differ, or no period is asked for.
    """
    require.same_shape(counts=counts, exposure=exposure)
    events, exposed = require.whole("counts", counts), require.not_negative("exposure", exposure)
    require.some("periods", periods)
    seen = exposed > 0
    used = seen & (seen[:, ::-1].cumsum(axis=1)[:, ::-1] <= periods)
    return np.where(used, events, 0).sum(axis=1), np.where(used, exposed, 0.0).sum(axis=1)


@dataclass(frozen=True)
class PointForecast:
    """A value for each unit, and what the rule got wrong before.

    Attributes
    ----------
    centre : numpy.ndarray, shape (n_units,)
    errors : numpy.ndarray, shape (n_units, n_past)
        Value that came less forecast, for each period in the past that the rule could have forecast as far ahead; `nan`
        where a value is missing.
    chosen : float
        Weight or penalty that did best in the past.
    """

    centre: Floats
    errors: Floats
    chosen: float


def exponential_smoothing(values: "ArrayLike", periods: "ArrayLike", horizon: int) -> PointForecast:
    """Simple exponential smoothing, with one weight for all units: the one with the smallest squared errors before.

    Parameters
    ----------
    values : array_like, shape (n_units, n_periods)
        A missing value is `nan` and leaves the level where it was.
    periods : array_like of int, shape (n_periods,)
        In order; there may be gaps.
    horizon : int
        Periods ahead, at least 1.

    Returns
    -------
    PointForecast

    Raises
    ------
    ValueError
        If shapes, periods or horizon do not allow a forecast, or a unit has no value.

    References
    ----------
    Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, chapter 2.
    """
    series, times = _series(values, periods)
    origins, targets = _pairs(times, _ahead(horizon))
    found = []
    for weight in SMOOTHING_WEIGHTS:
        levels = _levels(series, weight)
        found.append(PointForecast(levels[:, -1], series[:, targets] - levels[:, origins], weight))
    return min(found, key=lambda forecast: _mean_square(forecast.errors))


def ridge_on_lags(values: "ArrayLike", periods: "ArrayLike", horizon: int, lags: int = 3) -> PointForecast:
    """Ridge regression of the change to come on the last values, for each horizon by itself and all units together.

    The regressors are the last values less the unit's mean so far, and that mean less all units'; there is no constant.
    The penalty is the one with the smallest squared errors where each target period is left out of the fit in turn,
    and the errors are those, since residuals of a fit are smaller than the errors of its forecasts.

    Parameters
    ----------
    values : array_like, shape (n_units, n_periods)
        A missing value is `nan`; among the regressors the one before stands for it.
    periods : array_like of int, shape (n_periods,)
    horizon : int
    lags : int
        Number of last values.

    Returns
    -------
    PointForecast

    Raises
    ------
    ValueError
        As `exponential_smoothing`, and if fewer than two periods can be learnt from.

    References
    ----------
    Hoerl and Kennard (1970), Technometrics 12(1), for ridge regression.
    """
    series, times = _series(values, periods)
    filled = _levels(series, 1.0)
    require.some("lags", lags)
    origins, targets = _pairs(times, _ahead(horizon))
    kept = origins >= lags - 1
    origins, targets = origins[kept], targets[kept]
    require.some("periods to learn from", len(targets), 2)
    design = np.stack([_regressors(filled, origin, lags) for origin in origins], axis=1)
    change = series[:, targets] - filled[:, origins]
    known = np.isfinite(change)
    now = _regressors(filled, len(times) - 1, lags)
    found = []
    for penalty in PENALTIES:
        errors = _errors_left_out(design, change, known, penalty)
        centre = filled[:, -1] + now @ _ridge(design[known], change[known], penalty)
        found.append(PointForecast(centre, errors, penalty))
    return min(found, key=lambda forecast: _mean_square(forecast.errors))


def _series(values: "ArrayLike", periods: "ArrayLike") -> tuple[Floats, Integers]:
    series, times = np.asarray(values, dtype=float), require.whole("periods", periods)
    if series.ndim != 2 or series.shape[1:] != times.shape:
        raise ValueError(f"values of shape {series.shape} for {times.size} periods. Allowed: a column for each period.")
    if np.any(np.diff(times) <= 0):
        raise ValueError("periods are not in order. Allowed: each later than the one before.")
    if np.isinf(series).any() or np.isnan(series).all(axis=1).any():
        raise ValueError("values has a unit without any, or an infinite one. Allowed: finite numbers, some missing.")
    return series, times


def _ahead(horizon: int) -> int:
    return int(require.whole("horizon", horizon, 1))


def _pairs(times: Integers, horizon: int) -> tuple[Integers, Integers]:
    """Positions of periods from which, and of those which, a forecast so far ahead could have been made before."""
    origins, targets = np.nonzero(times[:, np.newaxis] + horizon == times)
    require.some(f"pairs of periods {horizon} apart", len(origins))
    return origins, targets


def _levels(series: Floats, weight: float) -> Floats:
    """Level of each unit after each period; before its first value it is that value."""
    first = np.isfinite(series).argmax(axis=1)
    level = series[np.arange(len(series)), first]
    levels = np.empty_like(series)
    for position, column in enumerate(series.T):
        level = np.where(np.isfinite(column), level + weight * (column - level), level)
        levels[:, position] = level
    return levels


def _regressors(filled: Floats, origin: int, lags: int) -> Floats:
    """Last values less the unit's mean so far, newest first, and that mean less all units'; (n_units, lags + 1)."""
    own = filled[:, : origin + 1].mean(axis=1)
    last = filled[:, origin - lags + 1 : origin + 1][:, ::-1]
    return np.column_stack([last - own[:, np.newaxis], own - own.mean()])


def _ridge(design: Floats, change: Floats, penalty: float) -> Floats:
    products = design.T @ design
    scale = penalty * np.trace(products) / len(products)
    coefficients: Floats = np.linalg.lstsq(products + scale * np.eye(len(products)), design.T @ change, rcond=None)[0]
    return coefficients


def _errors_left_out(design: Floats, change: Floats, known: Flags, penalty: float) -> Floats:
    """Errors of each period's changes by the regression on the other periods."""
    errors = np.full(change.shape, np.nan)
    for period in range(change.shape[1]):
        others = known.copy()
        others[:, period] = False
        errors[:, period] = change[:, period] - design[:, period] @ _ridge(design[others], change[others], penalty)
    return errors


def _mean_square(errors: Floats) -> float:
    return float(np.nanmean(errors**2))
