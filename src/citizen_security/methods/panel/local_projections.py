"""How the outcome answers to a change of the driver, year by year, without a model of the years between."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Floats
from ..regression.least_squares import NotEstimable
from .fixed_effects import SAME_PERIOD, EffectsFit, PanelEstimate, combined, fit_effects
from .wide import WidePanel, lag


@dataclass(frozen=True)
class Response:
    """Answers to one unit of the driver's news.

    Attributes
    ----------
    horizons : pandas.DataFrame
        horizon, estimate, standard_error, lower, upper, p_value, observations, units, problem.
    immediate : PanelEstimate
        The projection on the same period.
    """

    horizons: pd.DataFrame
    immediate: PanelEstimate


def local_projections(panel: WidePanel, confidence_level: float = 0.95, horizons: int = 5) -> Response:
    """Outcome of every later period on the driver now, given both a period before and two-way effects.

    What the past of both leaves of the driver is its news; the coefficient at horizon h is what the outcome is expected
    to be higher by, h periods after news of one unit. Residuals of later horizons overlap and are correlated over time,
    which clustering by unit allows for.

    Parameters
    ----------
    panel : WidePanel
    confidence_level : float
        Of the intervals: CR2, clustered by unit.
    horizons : int
        The last one.

    Returns
    -------
    Response

    Raises
    ------
    NotEstimable
        If the sample cannot carry even the projection on the same period.
    ValueError
        If the level is no probability, or `horizons` negative or no whole number.

    References
    ----------
    Jordà (2005), American Economic Review 95(1).
    """
    require.level("confidence_level", confidence_level)
    require.whole("horizons", horizons)
    first = _projection(panel, 0)
    effects = combined(first.fit, {SAME_PERIOD: _first(first)}, confidence_level)
    rows = [_row(panel, horizon, confidence_level) for horizon in range(horizons + 1)]
    return Response(pd.DataFrame(rows), PanelEstimate(effects, first.residuals, first.basis))


def _projection(panel: WidePanel, horizon: int) -> EffectsFit:
    terms = {SAME_PERIOD: panel.driver, "driver before": lag(panel.driver), "outcome before": lag(panel.outcome)}
    return fit_effects(panel.units, lag(panel.outcome, -horizon), terms)


def _row(panel: WidePanel, horizon: int, confidence_level: float) -> dict[str, object]:
    try:
        fitted = _projection(panel, horizon)
        found = combined(fitted.fit, {SAME_PERIOD: _first(fitted)}, confidence_level).iloc[0]
    except NotEstimable as reason:
        return {"horizon": horizon, "problem": str(reason)}
    numbers = {name: found[name] for name in ("estimate", "standard_error", "lower", "upper", "p_value", "problem")}
    return {"horizon": horizon, **numbers, "observations": fitted.fit.observations, "units": fitted.fit.clusters}


def _first(fitted: EffectsFit) -> Floats:
    first = np.zeros(len(fitted.fit.regressors))
    first[0] = 1.0
    return first
