"""Regressions in which the outcome's own past stands: lagged outcomes, error correction, and their jackknife."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats
from ..regression.bias_reduced import bias_reduced_combinations
from ..regression.errors import leave_one_out, t_table
from ..regression.least_squares import NotEstimable
from .fixed_effects import LONG_RUN, SAME_PERIOD, EffectsFit, PanelEstimate, effects_table, fit_effects
from .wide import WidePanel, change, lag

if TYPE_CHECKING:
    from numpy.typing import NDArray

Form = Literal["lagged outcome", "error correction"]

# What the two forms tell besides the driver's effects.
PERSISTENCE = "persistence"
ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class _Model:
    """Outcome, regressors, and what their coefficients say; shape (units, periods) each."""

    outcome: Floats
    regressors: dict[str, Floats]
    past: str


def lagged_outcome(panel: WidePanel, confidence_level: float = 0.95, *, jackknife: bool = False) -> PanelEstimate:
    """Outcome on its value a period before and the driver, with unit and period effects.

    With the persistence φ and the effect β in the same period, a lasting unit of the driver moves the outcome by
    β / (1 − φ) in the long run (interval by the delta method). Unit effects pull φ down by about (1 + φ) / T, the
    bias of Nickell (1981); the half-panel jackknife takes out most of it. Its errors are those of leaving one unit
    out at a time: with few units they hold where the usual clustered ones are too short.

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
    jackknife : bool

    Returns
    -------
    PanelEstimate
        Effects: same year, long run, persistence.

    Raises
    ------
    NotEstimable
        If the sample cannot carry the regression.
    ValueError
        If the level is no probability.

    References
    ----------
    Nickell (1981), Econometrica 49(6); Dhaene and Jochmans (2015), Review of Economic Studies 82(3); Chudik, Pesaran
    and Yang (2018), Journal of Applied Econometrics 33(6).
    """
    return _estimate(_model(panel, "lagged outcome"), panel.units, confidence_level, jackknife=jackknife)


def error_correction(panel: WidePanel, confidence_level: float = 0.95, *, jackknife: bool = False) -> PanelEstimate:
    """Change of the outcome on the change of the driver and on both levels a period before, with two-way effects.

    What lies off the long-run relation is closed by the share `adjustment` a period: −a, with a the coefficient of the
    outcome's level; the long-run effect is −b / a, with b the coefficient of the driver's level.

    Parameters, returns and errors as `lagged_outcome`; the effects are same year, long run, adjustment.

    References
    ----------
    Pesaran, Shin and Smith (1999), Journal of the American Statistical Association 94(446), whose dynamic fixed effects
    these are.
    """
    return _estimate(_model(panel, "error correction"), panel.units, confidence_level, jackknife=jackknife)


def half_panels(cells: Flags) -> list[tuple[Flags, Flags]]:
    """Each unit's cells cut in an earlier and a later half, in both ways where their number is odd.

    Parameters
    ----------
    cells : numpy.ndarray of bool, shape (units, periods)

    Returns
    -------
    list of tuple of numpy.ndarray
        Two cuts, equal where every unit has an even number of cells.
    """
    order, count = cells.cumsum(axis=1), cells.sum(axis=1, keepdims=True)
    cuts = []
    for middle in (count // 2, (count + 1) // 2):
        early = cells & (order <= middle)
        cuts.append((early, cells & ~early))
    return cuts


def _model(panel: WidePanel, form: Form) -> _Model:
    before, driver_before = lag(panel.outcome), lag(panel.driver)
    if form == "lagged outcome":
        return _Model(panel.outcome, {SAME_PERIOD: panel.driver, "past": before}, PERSISTENCE)
    terms = {SAME_PERIOD: change(panel.driver), "past": before, "driver before": driver_before}
    return _Model(change(panel.outcome), terms, ADJUSTMENT)


def _estimate(model: _Model, units: tuple[str, ...], confidence_level: float, *, jackknife: bool) -> PanelEstimate:
    require.level("confidence_level", confidence_level)
    whole = fit_effects(units, model.outcome, model.regressors)
    if not jackknife:
        return PanelEstimate(_plain(whole, model, confidence_level), whole.residuals, whole.basis)
    coefficients, without = _half_panel(whole, model, units)
    # Residuals at the corrected coefficients, with the effects estimated again.
    own = whole.fit.design[:, : len(coefficients)]
    table = np.full(whole.cells.shape, np.nan)
    table[whole.cells] = whole.fit.residuals - own @ (coefficients - whole.fit.estimates)
    groups = len(without)
    departures = without - coefficients
    covariance = (groups - 1) / groups * departures.T @ departures
    effects = _delta(coefficients, covariance, groups - 1, model, confidence_level)
    return PanelEstimate(effects, table, whole.basis)


def _plain(whole: EffectsFit, model: _Model, confidence_level: float) -> pd.DataFrame:
    gradients, values, problems = _effects(whole.fit.estimates, model)
    linear = bias_reduced_combinations(whole.fit, np.stack(list(gradients.values())), tuple(gradients))
    errors, degrees = (linear[column].to_numpy() for column in ("standard_error", "degrees_of_freedom"))
    table = t_table(tuple(values), np.array(list(values.values())), errors, degrees, confidence_level)
    return _with_problems(effects_table(table, degrees), problems)


def _delta(
    coefficients: Floats, covariance: Floats, degrees: int, model: _Model, confidence_level: float
) -> pd.DataFrame:
    gradients, values, problems = _effects(coefficients, model)
    errors = np.array([np.sqrt(gradient @ covariance @ gradient) for gradient in gradients.values()])
    table = t_table(tuple(values), np.array(list(values.values())), errors, degrees, confidence_level)
    return _with_problems(effects_table(table, degrees), problems)


def _effects(coefficients: Floats, model: _Model) -> tuple[dict[str, Floats], dict[str, float], dict[str, str]]:
    """Effects with the gradients of the delta method, and why one has no number."""
    same = np.zeros(len(coefficients))
    same[0] = 1.0
    past = np.zeros(len(coefficients))
    past[1] = 1.0 if model.past == PERSISTENCE else -1.0
    closed = 1 - coefficients[1] if model.past == PERSISTENCE else -coefficients[1]
    place = 0 if model.past == PERSISTENCE else 2
    long_run = np.zeros(len(coefficients))
    problem = {} if closed > 0 else {LONG_RUN: "the outcome does not return to a long run in this sample"}
    divisor = closed if closed > 0 else 1.0
    long_run[place] = 1 / divisor
    long_run[1] += coefficients[place] / divisor**2
    values = {
        SAME_PERIOD: float(coefficients[0]),
        LONG_RUN: float(coefficients[place] / divisor),
        model.past: float(past @ coefficients),
    }
    return {SAME_PERIOD: same, LONG_RUN: long_run, model.past: past}, values, problem


def _with_problems(table: pd.DataFrame, problems: dict[str, str]) -> pd.DataFrame:
    numbers = ["estimate", "standard_error", "lower", "upper", "p_value"]
    for effect, problem in problems.items():
        table.loc[table["effect"] == effect, numbers] = np.nan
        table.loc[table["effect"] == effect, "problem"] = problem
    return table


def _half_panel(whole: EffectsFit, model: _Model, units: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Twice the whole minus the mean of the halves, and the same without each unit in turn; (k,), (units, k)."""
    halves, without = [], []
    for half in (half for cut in half_panels(whole.cells) for half in cut):
        try:
            part = fit_effects(units, model.outcome, model.regressors, among=half)
            without.append(_without_each(part, whole.fit.labels))
        except NotEstimable as reason:
            raise NotEstimable(f"a half of the panel is too short for the jackknife: {reason}") from None
        halves.append(part.fit.estimates)
    each = 2 * _without_each(whole, whole.fit.labels) - np.mean(without, axis=0)
    return 2 * whole.fit.estimates - np.mean(halves, axis=0), each


def _without_each(fitted: EffectsFit, labels: "NDArray[np.str_]") -> Floats:
    """Estimates without each of the units; one that is not in the sample leaves it as it is; (units, k)."""
    places = {label: place for place, label in enumerate(fitted.fit.labels)}
    left_out = leave_one_out(fitted.fit)
    rows = [left_out[places[label]] if label in places else fitted.fit.estimates for label in labels]
    return np.stack(rows)
