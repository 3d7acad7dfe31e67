"""Regressions with unit and period effects on wide tables: levels, levels with unit trends, first differences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats, Integers
from ..regression.bias_reduced import bias_reduced_combinations
from ..regression.least_squares import LeastSquares, NotEstimable, solve, within_groups
from .wide import WidePanel, change, complete_cells

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Below this, errors clustered by unit are too short whatever the correction (Cameron and Miller 2015, section VI).
LEAST_UNITS = 8

# Fewer degrees of freedom leave nothing to tell a driver's movement from the effects.
LEAST_DEGREES = 20

# What is left of a column after the effects, relative to the column, below which it is rounding error.
NEGLIGIBLE = 1e-8

# What an estimator tells of: the effect in the same period, and where the outcome comes to rest.
SAME_PERIOD = "same year"
LONG_RUN = "long run"


@dataclass(frozen=True)
class PanelEstimate:
    """What one estimator says of the driver, with what is needed to check it.

    Attributes
    ----------
    effects : pandas.DataFrame
        effect ("same year", "long run" and what else the estimator has), estimate, standard_error, lower, upper,
        p_value, degrees_of_freedom, problem (empty where there is none; else the numbers are missing).
    residuals : numpy.ndarray, shape (units, periods)
        Missing where a cell was not used.
    basis : numpy.ndarray, shape (observations, columns)
        Orthonormal columns of all that was fitted, in the order of the cells, unit after unit.
    of_changes : bool
        Whether the outcome was a change, so that no unit effect was taken out.
    """

    effects: pd.DataFrame
    residuals: Floats
    basis: Floats
    of_changes: bool = False

    @property
    def cells(self) -> Flags:
        """Cells that were used; shape (units, periods)."""
        cells: Flags = np.isfinite(self.residuals)
        return cells

    @property
    def observations(self) -> int:
        """Cells that were used."""
        return int(self.cells.sum())

    @property
    def units(self) -> int:
        """Units with a cell that was used."""
        return int(self.cells.any(axis=1).sum())


@dataclass(frozen=True)
class EffectsFit:
    """Least squares with unit and period effects, and where its rows stand in the table.

    Attributes
    ----------
    fit : LeastSquares
    cells : numpy.ndarray of bool, shape (units, periods)
    """

    fit: LeastSquares
    cells: Flags

    @property
    def residuals(self) -> Floats:
        """Residuals in the table; missing elsewhere."""
        table = np.full(self.cells.shape, np.nan)
        table[self.cells] = self.fit.residuals
        return table

    @property
    def basis(self) -> Floats:
        """Orthonormal columns of all that was fitted."""
        vectors, lengths, _ = np.linalg.svd(_of_length_one(self.fit.design), full_matrices=False)
        own = vectors[:, lengths > NEGLIGIBLE * lengths[0]]
        if not self.fit.absorbed:
            return own
        member = np.equal.outer(self.fit.cluster, np.arange(self.fit.clusters)).astype(float)
        return np.hstack([member / np.sqrt(member.sum(axis=0)), own])


def two_way(panel: WidePanel, confidence_level: float = 0.95, *, trends: bool = False) -> PanelEstimate:
    """The driver's effect with unit and period effects, and with a straight line of its own for every unit.

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
        Of the intervals: CR2 with Satterthwaite's degrees of freedom, clustered by unit.
    trends : bool

    Returns
    -------
    PanelEstimate

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regression.
    ValueError
        If the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    fitted = fit_effects(panel.units, panel.outcome, {SAME_PERIOD: panel.driver}, trends=trends)
    effects = combined(fitted.fit, {SAME_PERIOD: np.ones(1)}, confidence_level)
    return PanelEstimate(effects, fitted.residuals, fitted.basis)


def first_differences(panel: WidePanel, confidence_level: float = 0.95) -> PanelEstimate:
    """The effect of a change of the driver on the change of the outcome, with period effects.

    Parameters, returns and errors as `two_way`.
    """
    require.level("confidence_level", confidence_level)
    fitted = fit_effects(panel.units, change(panel.outcome), {SAME_PERIOD: change(panel.driver)}, unit_effects=False)
    effects = combined(fitted.fit, {SAME_PERIOD: np.ones(1)}, confidence_level)
    return PanelEstimate(effects, fitted.residuals, fitted.basis, of_changes=True)


def combined(fit: LeastSquares, combinations: Mapping[str, Floats], confidence_level: float) -> pd.DataFrame:
    """Combinations of coefficients as rows of effects, with CR2 intervals.

    Parameters
    ----------
    fit : LeastSquares
    combinations : mapping of str to numpy.ndarray, shape (regressors,)
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        As `PanelEstimate.effects`.

    Raises
    ------
    NotEstimable, ValueError
        As `bias_reduced_combinations`.
    """
    names = tuple(combinations)
    require.some("combinations", len(names))
    require.same_shape(**combinations)
    table = bias_reduced_combinations(fit, np.stack(list(combinations.values())), names, confidence_level)
    return effects_table(table, table["degrees_of_freedom"])


def effects_table(table: pd.DataFrame, degrees_of_freedom: "ArrayLike") -> pd.DataFrame:
    """Rows of effects of a table of estimates, whose regressors are the effects' names."""
    columns = ["effect", "estimate", "standard_error", "lower", "upper", "p_value"]
    named = table.rename(columns={"regressor": "effect"})[columns]
    return named.assign(degrees_of_freedom=np.asarray(degrees_of_freedom, dtype=float), problem="")


def fit_effects(
    units: tuple[str, ...],
    outcome: Floats,
    regressors: Mapping[str, Floats],
    *,
    unit_effects: bool = True,
    trends: bool = False,
    among: Flags | None = None,
) -> EffectsFit:
    """Least squares with period effects, unit effects and unit trends.

    Parameters
    ----------
    units : tuple of str
    outcome : numpy.ndarray, shape (units, periods)
    regressors : mapping of str to numpy.ndarray, shape (units, periods)
    unit_effects, trends : bool
    among : numpy.ndarray of bool, shape (units, periods), optional
        Cells that may be used; all where none are given.

    Returns
    -------
    EffectsFit

    Raises
    ------
    NotEstimable
        If units or degrees of freedom are too few, or the effects leave nothing of a regressor.
    """
    columns = [outcome, *regressors.values()]
    if among is not None:
        columns.append(np.where(among, 0.0, np.nan))
    cells = complete_cells(columns, least=4 if trends else 2)
    unit, period = np.nonzero(cells)
    _refuse_few(cells, len(regressors) + (int(cells.any(axis=1).sum()) if trends else 0), unit_effects=unit_effects)
    held = _held(unit, period, trends=trends, constant=not unit_effects)
    raw = np.column_stack([values[cells] for values in (*regressors.values(), outcome)])
    if unit_effects:
        held, raw = within_groups(held, unit), within_groups(raw, unit)
    left = _left(raw, held)
    _refuse_absorbed(tuple(regressors), raw[:, :-1], left[:, :-1])
    fit = solve(
        tuple(regressors),
        np.hstack([left[:, :-1], held]),
        left[:, -1],
        clusters=np.asarray(units)[unit],
        periods=period,
        absorbed=len(np.unique(unit)) if unit_effects else 0,
    )
    return EffectsFit(fit, cells)


def _held(unit: Integers, period: Integers, *, trends: bool, constant: bool) -> Floats:
    """Period dummies without the first, the constant where no unit effects take its place, and unit trends."""
    columns = [(period == place).astype(float) for place in np.unique(period)[1:]]
    if constant:
        columns.insert(0, np.ones(len(period)))
    if trends:
        centred = period - period.mean()
        columns += [np.where(unit == place, centred, 0.0) for place in np.unique(unit)]
    return np.column_stack(columns) if columns else np.empty((len(period), 0))


def _left(columns: Floats, held: Floats) -> Floats:
    if not held.shape[1]:
        return columns
    left: Floats = columns - held @ np.linalg.lstsq(held, columns, rcond=None)[0]
    return left


def _of_length_one(columns: Floats) -> Floats:
    length = np.sqrt((columns**2).sum(axis=0))
    scaled: Floats = columns / np.where(length > 0, length, 1.0)
    return scaled


def _refuse_few(cells: Flags, parameters: int, *, unit_effects: bool) -> None:
    units, periods = int(cells.any(axis=1).sum()), int(cells.any(axis=0).sum())
    if units < LEAST_UNITS:
        raise NotEstimable(
            f"only {units} units have enough consecutive periods; errors clustered by unit need {LEAST_UNITS}. Add "
            "units, or lengthen the period."
        )
    degrees = int(cells.sum()) - parameters - (periods - 1) - (units if unit_effects else 1)
    if degrees < LEAST_DEGREES:
        raise NotEstimable(
            f"{int(cells.sum())} cells leave {degrees} degrees of freedom after the effects; {LEAST_DEGREES} are "
            "needed. Add units, or lengthen the period."
        )


def _refuse_absorbed(names: tuple[str, ...], before: Floats, left: Floats) -> None:
    gone = np.sqrt((left**2).sum(axis=0)) <= NEGLIGIBLE * np.sqrt((before**2).sum(axis=0))
    if gone.any():
        lost = ", ".join(name for name, is_gone in zip(names, gone, strict=True) if is_gone)
        raise NotEstimable(f"the effects leave nothing of the regressor of the {lost}; it has no effect to estimate.")
