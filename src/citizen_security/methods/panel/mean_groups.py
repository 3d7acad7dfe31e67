"""Averages of units' own regressions, alone and with the averages over units that stand for common factors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Flags, Floats
from ..regression.errors import t_table
from ..regression.least_squares import NotEstimable, solve
from .fixed_effects import (
    LEAST_UNITS,
    LONG_RUN,
    NEGLIGIBLE,
    SAME_PERIOD,
    PanelEstimate,
    combined,
    effects_table,
)
from .wide import WidePanel, complete_cells, lag

PERSISTENCE = "persistence"

# Residual degrees of freedom that a unit's own regression needs.
SPARE = 4


@dataclass(frozen=True)
class UnitRegressions:
    """Every unit's own regression.

    Attributes
    ----------
    coefficients : numpy.ndarray, shape (units with a regression, regressors)
        Of the regressors that are averaged; those of constants and averages over units are left out.
    residuals : numpy.ndarray, shape (units, periods)
    basis : numpy.ndarray, shape (observations, columns)
    """

    coefficients: Floats
    residuals: Floats
    basis: Floats


def mean_group(
    panel: WidePanel, confidence_level: float = 0.95, *, common: bool = False, dynamic: bool = False, lags: int = 1
) -> PanelEstimate:
    """Mean of units' own coefficients, with the spread between units as the measure of its uncertainty.

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
        Of the intervals: t with one degree of freedom fewer than units.
    common : bool
        Whether the averages over units of outcome and driver stand in every unit's regression (common correlated
        effects).
    dynamic : bool
        Whether the outcome of the period before does; the effects then are same year, long run and persistence, the
        long run that of the mean coefficients, by the delta method.
    lags : int
        Of the averages over units, where the regression is dynamic.

    Returns
    -------
    PanelEstimate

    Raises
    ------
    NotEstimable
        If too few units have enough periods.
    ValueError
        If the level is no probability, or `lags` negative or no whole number.

    References
    ----------
    Pesaran and Smith (1995), Journal of Econometrics 68(1); Pesaran (2006), Econometrica 74(4); Chudik and Pesaran
    (2015), Journal of Econometrics 188(2).
    """
    require.level("confidence_level", confidence_level)
    require.whole("lags", lags)
    regressors = [panel.driver, *([lag(panel.outcome)] if dynamic else [])]
    averages = common_averages(panel, lags if dynamic else 0) if common else []
    found = unit_regressions(panel.outcome, regressors, averages)
    units = len(found.coefficients)
    mean = found.coefficients.mean(axis=0)
    covariance = np.atleast_2d(np.cov(found.coefficients, rowvar=False)) / units
    gradients = _gradients(mean) if dynamic else {SAME_PERIOD: (mean[0], np.ones(1))}
    values = np.array([value for value, _ in gradients.values()])
    errors = np.array([np.sqrt(slope @ covariance @ slope) for _, slope in gradients.values()])
    table = effects_table(t_table(tuple(gradients), values, errors, units - 1, confidence_level), units - 1)
    if dynamic and mean[1] >= 1:
        lost = table["effect"] == LONG_RUN
        table.loc[lost, ["estimate", "standard_error", "lower", "upper", "p_value"]] = np.nan
        table.loc[lost, "problem"] = "the outcome does not return to a long run in this sample"
    return PanelEstimate(table, found.residuals, found.basis)


def pooled_common_effects(panel: WidePanel, confidence_level: float = 0.95) -> PanelEstimate:
    """One coefficient for all units, with averages over units that act on each in its own way (pooled CCE).

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
        Of the interval: CR2, clustered by unit.

    Returns
    -------
    PanelEstimate

    Raises
    ------
    NotEstimable
        If too few units have enough periods.

    References
    ----------
    Pesaran (2006), Econometrica 74(4).
    """
    require.level("confidence_level", confidence_level)
    averages = common_averages(panel, 0)
    return pooled_regression(panel.units, panel.outcome, {SAME_PERIOD: panel.driver}, averages, confidence_level)


def pooled_regression(
    units: tuple[str, ...],
    outcome: Floats,
    regressors: Mapping[str, Floats],
    averages: Sequence[Floats],
    confidence_level: float = 0.95,
) -> PanelEstimate:
    """Least squares of one outcome on regressors, a constant and averages over units taken out unit by unit.

    Parameters
    ----------
    units : tuple of str
    outcome : numpy.ndarray, shape (units, periods)
    regressors : mapping of str to numpy.ndarray, shape (units, periods)
        The names are those of the effects.
    averages : sequence of numpy.ndarray, shape (periods,)
        A period in which one is missing leaves.
    confidence_level : float

    Returns
    -------
    PanelEstimate

    Raises
    ------
    NotEstimable
        If too few units have enough periods.
    ValueError
        If the level is no probability, or shapes do not belong together.
    """
    require.level("confidence_level", confidence_level)
    require.same_shape(outcome=outcome, **regressors)
    require.same_shape(period=outcome[0], **{f"average {place}": one for place, one in enumerate(averages)})
    wide = [np.broadcast_to(average, outcome.shape) for average in averages]
    cells = _cells([outcome, *regressors.values(), *wide], len(regressors) + 1 + len(averages))
    left, bases = [], []
    for place in np.flatnonzero(cells.any(axis=1)):
        own = cells[place]
        basis = _basis(np.column_stack([np.ones(own.sum()), *(average[own] for average in averages)]))
        columns = np.column_stack([values[place, own] for values in (*regressors.values(), outcome)])
        left.append(columns - basis @ (basis.T @ columns))
        bases.append(basis)
    rows = np.vstack(left)
    unit, period = np.nonzero(cells)
    names, labels = tuple(regressors), np.asarray(units)[unit]
    fit = solve(names, rows[:, :-1], rows[:, -1], clusters=labels, periods=period, absorbed=len(bases))
    residuals = np.full(cells.shape, np.nan)
    residuals[cells] = fit.residuals
    each = dict(zip(names, np.eye(len(names)), strict=True))
    return PanelEstimate(
        combined(fit, each, confidence_level), residuals, np.hstack([_diagonal(bases), _basis(rows[:, :-1])])
    )


def common_averages(panel: WidePanel, lags: int) -> list[Floats]:
    """Averages over units of outcome and driver, and of earlier periods.

    Averages are of departures from each unit's own mean, so that who is observed in a period does not move them; in a
    balanced panel that only shifts them.

    Parameters
    ----------
    panel : WidePanel
    lags : int

    Returns
    -------
    list of numpy.ndarray, shape (periods,)
    """
    both = []
    for values in (panel.outcome, panel.driver):
        departures = values - np.nanmean(values, axis=1, keepdims=True)
        observed = np.isfinite(departures)
        count = observed.sum(axis=0)
        total = np.where(observed, departures, 0.0).sum(axis=0)
        both.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    return [lag(average, place) for average in both for place in range(lags + 1)]


def unit_regressions(outcome: Floats, regressors: Sequence[Floats], averages: Sequence[Floats]) -> UnitRegressions:
    """Each unit's outcome on its own regressors, a constant, and the averages over units.

    Parameters
    ----------
    outcome : numpy.ndarray, shape (units, periods)
    regressors : sequence of numpy.ndarray, shape (units, periods)
    averages : sequence of numpy.ndarray, shape (periods,)

    Returns
    -------
    UnitRegressions
        Without units that have too few periods, or in which a regressor does not vary by itself.

    Raises
    ------
    NotEstimable
        If too few are left.
    """
    size = len(regressors) + 1 + len(averages)
    wide = [np.broadcast_to(average, outcome.shape) for average in averages]
    cells = _cells([outcome, *regressors, *wide], size)
    coefficients, bases = [], []
    residuals = np.full(outcome.shape, np.nan)
    for unit in np.flatnonzero(cells.any(axis=1)):
        rows = cells[unit]
        own = [values[unit, rows] for values in regressors]
        design = np.column_stack([*own, np.ones(rows.sum()), *(average[rows] for average in averages)])
        if np.linalg.matrix_rank(design / np.linalg.norm(design, axis=0), tol=NEGLIGIBLE) < size:
            continue
        found = np.linalg.lstsq(design, outcome[unit, rows], rcond=None)[0]
        coefficients.append(found[: len(regressors)])
        residuals[unit, rows] = outcome[unit, rows] - design @ found
        bases.append(_basis(design))
    _refuse_few(len(coefficients))
    return UnitRegressions(np.array(coefficients), residuals, _diagonal(bases))


def _gradients(mean: Floats) -> dict[str, tuple[float, Floats]]:
    closed = 1 - mean[1]
    return {
        SAME_PERIOD: (mean[0], np.array([1.0, 0.0])),
        LONG_RUN: (mean[0] / closed, np.array([1 / closed, mean[0] / closed**2])),
        PERSISTENCE: (mean[1], np.array([0.0, 1.0])),
    }


def _cells(columns: Sequence[Floats], parameters: int) -> Flags:
    cells = complete_cells(columns, least=parameters + SPARE)
    _refuse_few(int(cells.any(axis=1).sum()))
    return cells


def _refuse_few(units: int) -> None:
    if units < LEAST_UNITS:
        raise NotEstimable(
            f"only {units} units have enough consecutive periods for a regression of their own; {LEAST_UNITS} are "
            "needed. Lengthen the period, or add units."
        )


def _basis(design: Floats) -> Floats:
    length = np.linalg.norm(design, axis=0)
    vectors, sizes, _ = np.linalg.svd(design / np.where(length > 0, length, 1.0), full_matrices=False)
    chosen: Floats = vectors[:, sizes > NEGLIGIBLE * sizes[0]]
    return chosen


def _diagonal(blocks: Sequence[Floats]) -> Floats:
    from scipy.linalg import block_diag

    joined: Floats = block_diag(*blocks)
    return joined
