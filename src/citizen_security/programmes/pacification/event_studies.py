"""Effects by time since the installation and placebos before it, and what bounded departures make of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.methods.arrays import Floats
from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.bounded_violations import bounded_violations, breakdown
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.fixed_length import FixedLength, fixed_length
from citizen_security.methods.staggered_adoption.fixed_length import breakdown as bend_breakdown
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts, lead_test
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.programmes.pacification.parameters import Pacification, Scale

# Event times that bounded departures look at: with more, so few units say too little of their errors.
MOST_BEFORE, MOST_AFTER = 4, 8

# Departures that are allowed, as shares of the largest change from period to period before the start.
BOUNDS = (0.0, 0.25, 0.5, 1.0)


def by_event_time(panel: StaggeredPanel, scale: Scale, horizon: int) -> Effects:
    """Effects by periods since the start, by imputation.

    Parameters
    ----------
    panel : StaggeredPanel
    scale : {"ratio", "counts"}
    horizon : int

    Returns
    -------
    Effects
        Log ratios, or deaths per unit and period.
    """
    if scale == "ratio":
        return poisson_imputation(panel, "event_time", horizon).effects
    return imputation(panel, "event_time", "event_time", horizon).effects


def event_study(panel: StaggeredPanel, parameters: Pacification) -> pd.DataFrame:
    """Effects from the start on, and before it what starts that are moved ahead of it find.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification

    Returns
    -------
    pandas.DataFrame
        event_time, months (since the start), effect, lower, upper (percent in ratios, deaths per unit and period in
        counts; clustered by unit, each interval alone), before.
    """
    scale = parameters.scale
    moved = by_event_time(earlier_starts(panel, parameters.before), scale, parameters.before)
    found = by_event_time(panel, scale, parameters.after)
    times = np.concatenate(
        [moved.labels["event_time"].to_numpy() - parameters.before, found.labels["event_time"].to_numpy()]
    )
    estimate = np.concatenate([moved.estimate, found.estimate])
    error = np.concatenate([moved.standard_error, found.standard_error])
    half = stats.norm.ppf((1 + parameters.confidence_level) / 2) * error
    columns = np.stack([estimate, estimate - half, estimate + half])
    with np.errstate(invalid="ignore"):
        effect, lower, upper = 100 * np.expm1(columns) if scale == "ratio" else columns
    return pd.DataFrame(
        {
            "event_time": times,
            "months": times * parameters.months,
            "effect": effect,
            "lower": lower,
            "upper": upper,
            "before": times < 0,
        }
    )


def lead_p_value(panel: StaggeredPanel, parameters: Pacification) -> float:
    """Joint test that areas with a unit to come had gone parallel to the others, in numbers of deaths.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification

    Returns
    -------
    float
    """
    return lead_test(panel, parameters.before).test.p_value


def against_the_period_before(panel: StaggeredPanel, parameters: Pacification) -> Effects:
    """Event times as changes since the period before the start, with the errors that they share.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification

    Returns
    -------
    Effects
        From −2 or earlier and from 0; units that the earlier starts leave out add nothing to errors before the start.
    """
    before, after = min(parameters.before, MOST_BEFORE), min(parameters.after, MOST_AFTER)
    moved_panel = earlier_starts(panel, before)
    moved = by_event_time(moved_panel, parameters.scale, before)
    found = by_event_time(panel, parameters.scale, after)
    scores = np.zeros((len(panel.units), before))
    scores[np.isin(panel.units, moved_panel.units)] = moved.scores
    every: Floats = np.concatenate([moved.estimate, found.estimate])
    shared: Floats = np.hstack([scores, found.scores])
    times = np.concatenate([np.arange(-before, 0), found.labels["event_time"].to_numpy()])
    base = before - 1
    kept = times != -1
    with np.errstate(invalid="ignore"):
        estimate = (every - every[base])[kept]
        moved_scores = (shared - shared[:, [base]])[:, kept]
    return Effects(pd.DataFrame({"event_time": times[kept]}), estimate, moved_scores)


def violations(
    panel: StaggeredPanel, parameters: Pacification, bounds: Sequence[float] = BOUNDS
) -> tuple[pd.DataFrame, float, float]:
    """What is left of the mean effect if areas part from the others by a share of the largest change before the start.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification
    bounds : sequence of float

    Returns
    -------
    table : pandas.DataFrame
        bound, estimate, identified_lower, identified_upper, lower, upper (percent, or deaths per unit and period).
        Empty where deaths are too few, or units, for errors of so many event times.
    float
        Bound up to which the estimate, without its error, keeps its sign; missing with an empty table.
    float
        Least bound at which its interval includes zero; missing with an empty table.
    """
    columns = ["bound", "estimate", "identified_lower", "identified_upper", "lower", "upper"]
    level = parameters.confidence_level
    try:
        effects = against_the_period_before(panel, parameters)
        if not np.isfinite(effects.estimate).all():
            return pd.DataFrame(columns=columns), np.nan, np.nan
        found = [vars(bounded_violations(effects, bound=bound, confidence_level=level)) for bound in [*bounds, 1.0]]
        broken = breakdown(effects, confidence_level=level)
    except NotAPanel:
        return pd.DataFrame(columns=columns), np.nan, np.nan
    half = (found[-1]["identified_upper"] - found[-1]["identified_lower"]) / 2
    rows = pd.DataFrame(found[:-1])[columns]
    if parameters.scale == "ratio":
        rows[columns[1:]] = 100 * np.expm1(rows[columns[1:]])
    return rows, abs(float(found[-1]["estimate"])) / half if half > 0 else np.inf, broken


def bends(panel: StaggeredPanel, parameters: Pacification) -> tuple[FixedLength, float] | None:
    """The mean effect beside a trend of the areas' own that goes on, and the bend at which nothing is left of it.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification

    Returns
    -------
    interval : FixedLength
        With a trend that goes on in a straight line; log ratios, or deaths per unit and period.
    float
        Least bend from period to period at which the shortest interval includes zero, in the same units. None is
        returned where deaths are too few, or units, for errors of so many event times, or periods before for a trend.
    """
    try:
        effects = against_the_period_before(panel, parameters)
        if not np.isfinite(effects.estimate).all():
            return None
        level = parameters.confidence_level
        return fixed_length(effects, 0.0, confidence_level=level), bend_breakdown(effects, confidence_level=level)
    except NotAPanel:
        return None
