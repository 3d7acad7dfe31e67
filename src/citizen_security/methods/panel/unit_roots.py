"""Whether series wander without returning to a mean: tests by unit, and one test for all units together."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats
from ..regression.least_squares import NotEstimable
from .wide import change, lag, longest_span

Deterministic = Literal["constant", "trend"]

# Bounds of a unit's statistic in the truncated test, beyond which series are too short for it to have moments
# (Pesaran 2007, below equation 34).
BOUNDS: dict[Deterministic, tuple[float, float]] = {"constant": (-6.19, 2.61), "trend": (-6.42, 1.70)}

# Units and periods of the table of critical values.
SIZES = (10, 15, 20, 30, 50, 70, 100, 200)

# Critical values of the average at 5%, by periods (rows) and units (columns): Pesaran (2007), tables II(b) and II(c).
CRITICAL: dict[Deterministic, Floats] = {
    "constant": -np.array(
        [
            [2.52, 2.40, 2.33, 2.25, 2.19, 2.16, 2.14, 2.10],
            [2.37, 2.28, 2.22, 2.17, 2.11, 2.09, 2.07, 2.04],
            [2.34, 2.26, 2.21, 2.15, 2.11, 2.08, 2.07, 2.04],
            [2.33, 2.25, 2.20, 2.15, 2.11, 2.08, 2.07, 2.05],
            [2.33, 2.25, 2.20, 2.16, 2.11, 2.10, 2.08, 2.06],
            [2.33, 2.25, 2.20, 2.15, 2.12, 2.10, 2.08, 2.06],
            [2.32, 2.25, 2.20, 2.16, 2.12, 2.10, 2.08, 2.07],
            [2.32, 2.25, 2.20, 2.16, 2.12, 2.10, 2.08, 2.07],
        ]
    ),
    "trend": -np.array(
        [
            [3.27, 3.11, 3.02, 2.94, 2.86, 2.82, 2.79, 2.75],
            [2.93, 2.83, 2.77, 2.70, 2.64, 2.62, 2.60, 2.57],
            [2.88, 2.78, 2.73, 2.67, 2.62, 2.59, 2.57, 2.55],
            [2.86, 2.76, 2.72, 2.66, 2.61, 2.58, 2.56, 2.54],
            [2.84, 2.76, 2.71, 2.65, 2.60, 2.58, 2.56, 2.54],
            [2.83, 2.76, 2.70, 2.65, 2.61, 2.58, 2.57, 2.54],
            [2.83, 2.75, 2.70, 2.65, 2.61, 2.59, 2.56, 2.55],
            [2.83, 2.75, 2.70, 2.65, 2.61, 2.59, 2.57, 2.55],
        ]
    ),
}

# Residual degrees of freedom that a unit's regression needs.
SPARE = 4


@dataclass(frozen=True)
class Cips:
    """The test of Pesaran (2007) that all units have a unit root.

    Attributes
    ----------
    statistic, truncated : float
        Average of the units' statistics, and of the same within `BOUNDS`; far below zero speaks against unit roots.
    p_value : float
        Share of simulated panels of random walks, with the panel's own gaps, whose truncated statistic is as low.
    critical : float
        The point of the truncated statistic in these that the share `significance` lies below.
    published : float
        The 5% point, whatever the level, of the published table at this number of units and the mean number of
        periods; missing outside it.
    units : int
    mean_periods : float
        Periods in a unit's regression.
    """

    statistic: float
    truncated: float
    p_value: float
    critical: float
    published: float
    units: int
    mean_periods: float


def single_unit_tests(values: Floats, least: int = 15, lags: int = 2) -> pd.DataFrame:
    """Tests of a unit root and of its absence in each unit's longest unbroken span, with a constant.

    Parameters
    ----------
    values : numpy.ndarray, shape (units, periods)
    least : int
        Periods that the span needs; the row of a shorter one has missing numbers.
    lags : int
        Lagged changes at most; the information criterion of Akaike chooses.

    Returns
    -------
    pandas.DataFrame
        One row for each unit: span, dickey_fuller, dickey_fuller_p (small: no unit root), kpss, kpss_p (small: not
        stationary; the published table runs from 0.01 to 0.10).

    References
    ----------
    Dickey and Fuller (1979), Journal of the American Statistical Association 74(366); Kwiatkowski, Phillips, Schmidt
    and Shin (1992), Journal of Econometrics 54(1–3).
    """
    return pd.DataFrame([_tests_of(longest_span(series), least, lags) for series in values])


def cips(
    values: Floats,
    lags: int = 1,
    deterministic: Deterministic = "constant",
    draws: int = 999,
    seed: int = 2020,
    significance: float = 0.05,
) -> Cips:
    """Test that every unit has a unit root, allowing for what moves all units together.

    Each unit's change is regressed on its level a period before and on the averages over units of both, so that a
    common factor does not pass for persistence. Averages of levels are of departures from each unit's own mean: who
    reports in a year does not move them, and in a balanced panel nothing changes. Published critical values are for
    balanced panels; the p-value comes from random walks with the panel's own gaps.

    Parameters
    ----------
    values : numpy.ndarray, shape (units, periods)
    lags : int
        Lagged changes in each regression.
    deterministic : {"constant", "trend"}
    draws : int
        Simulated panels.
    seed : int
    significance : float
        Level of the simulated critical value.

    Returns
    -------
    Cips

    Raises
    ------
    NotEstimable
        If fewer than three units have enough consecutive periods.
    ValueError
        If the level is no probability, or there are no draws.

    References
    ----------
    Pesaran (2007), Journal of Applied Econometrics 22(2).
    """
    require.one_of("deterministic", deterministic, Deterministic)
    require.level("significance", significance, such_as=0.05)
    require.some("draws", draws)
    cells = _usable(values, lags, deterministic)
    if cells.any(axis=1).sum() < 3:
        raise NotEstimable(
            "fewer than three units have enough consecutive periods for a test of unit roots. Lengthen the period or "
            "add units."
        )
    periods = float(cells.sum(axis=1)[cells.any(axis=1)].mean())
    units = int(cells.any(axis=1).sum())
    observed = cadf_statistics(values[None], lags, deterministic)
    walks = np.random.default_rng(seed).standard_normal((draws, *values.shape)).cumsum(axis=-1)
    walks[:, ~np.isfinite(values)] = np.nan
    low, high = BOUNDS[deterministic]
    simulated = cadf_statistics(walks, lags, deterministic).clip(low, high).mean(axis=1)
    truncated = float(observed.clip(low, high).mean())
    return Cips(
        statistic=float(observed.mean()),
        truncated=truncated,
        p_value=(1 + int((simulated <= truncated).sum())) / (draws + 1),
        critical=float(np.quantile(simulated, significance)),
        published=published_critical(units, periods, deterministic),
        units=units,
        mean_periods=periods,
    )


def cadf_statistics(values: Floats, lags: int, deterministic: Deterministic) -> Floats:
    """The t of the level before in each unit's augmented regression, for many panels with the same gaps.

    Parameters
    ----------
    values : numpy.ndarray, shape (panels, units, periods)
    lags : int
    deterministic : {"constant", "trend"}

    Returns
    -------
    numpy.ndarray, shape (panels, units with enough periods)
    """
    require.one_of("deterministic", deterministic, Deterministic)
    columns, averages = _columns(values, lags)
    cells = _usable(values[0], lags, deterministic)
    steps = np.arange(values.shape[-1], dtype=float)
    found = []
    for unit in np.flatnonzero(cells.any(axis=1)):
        rows = cells[unit]
        fixed = [np.ones(rows.sum())] + ([steps[rows]] if deterministic == "trend" else [])
        parts = [*(column[:, unit, rows] for column in columns[1:]), *(average[:, rows] for average in averages)]
        parts += [np.broadcast_to(part, parts[0].shape) for part in fixed]
        found.append(_first_t(np.stack(parts, axis=-1), columns[0][:, unit, rows]))
    return np.stack(found, axis=1)


def published_critical(units: float, periods: float, deterministic: Deterministic) -> float:
    """The 5% point of the published table, interpolated; missing outside the table.

    Parameters
    ----------
    units, periods : float
        From 10 to 200.
    deterministic : {"constant", "trend"}

    Returns
    -------
    float
    """
    require.one_of("deterministic", deterministic, Deterministic)
    inside = SIZES[0] <= units <= SIZES[-1] and SIZES[0] <= periods <= SIZES[-1]
    if not inside:
        return float("nan")
    by_units = [np.interp(units, SIZES, row) for row in CRITICAL[deterministic]]
    return float(np.interp(periods, SIZES, by_units))


def _tests_of(span: Floats, least: int, lags: int) -> dict[str, float]:
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import adfuller, kpss

    names = ("dickey_fuller", "dickey_fuller_p", "kpss", "kpss_p")
    if len(span) < least or np.ptp(span) == 0:
        return {"span": len(span), **dict.fromkeys(names, np.nan)}
    unit_root = adfuller(span, maxlag=lags, regression="c", autolag="AIC", result_object=False)
    with warnings.catch_warnings():
        # The table ends at 0.01 and 0.10, as the description of the result says.
        warnings.simplefilter("ignore", InterpolationWarning)
        level = kpss(span, regression="c", nlags="auto", result_object=False)
    found = (unit_root[0], unit_root[1], level[0], level[1])
    return {"span": len(span), **{name: float(value) for name, value in zip(names, found, strict=True)}}


def _columns(values: Floats, lags: int) -> tuple[list[Floats], list[Floats]]:
    """Change, level before and lagged changes by unit; and the averages over units of all of them."""
    changes = change(values)
    columns = [changes, lag(values), *(lag(changes, place) for place in range(1, lags + 1))]
    departures = [changes, lag(values - np.nanmean(values, axis=-1, keepdims=True)), *columns[2:]]
    return columns, [_average(part) for part in departures]


def _average(values: Floats) -> Floats:
    """Average over the units that are observed; missing in periods where none is."""
    observed = np.isfinite(values)
    count = observed.sum(axis=-2)
    total = np.where(observed, values, 0.0).sum(axis=-2)
    average: Floats = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return average


def _usable(values: Floats, lags: int, deterministic: Deterministic) -> Flags:
    """Cells with every lag, of units with enough of them."""
    columns, _ = _columns(values[None], lags)
    cells: Flags = np.isfinite(np.stack(columns)).all(axis=0)[0]
    parameters = 2 * (2 + lags) + (1 if deterministic == "trend" else 0)
    return cells & (cells.sum(axis=1, keepdims=True) >= parameters + SPARE)


def _first_t(design: Floats, outcome: Floats) -> Floats:
    """The t of the first column in many regressions of one shape; (panels, rows, columns) and (panels, rows)."""
    # Orthogonal columns, the first one last: what is left of it by all others alone decides on its coefficient.
    orthogonal, triangle = np.linalg.qr(np.roll(design, -1, axis=-1))
    shares = (orthogonal.transpose(0, 2, 1) @ outcome[..., None])[..., 0]
    left = (outcome**2).sum(axis=1) - (shares**2).sum(axis=1)
    degrees = design.shape[1] - design.shape[2]
    t: Floats = shares[:, -1] * np.sign(triangle[:, -1, -1]) / np.sqrt(left / degrees)
    return t
