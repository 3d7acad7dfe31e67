"""Seven estimators of one effect, each on its own scale, and all of them in deaths and in percent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Flags, Floats
from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.interaction_weighted import interaction_weighted
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.methods.staggered_adoption.stacked import stacked
from citizen_security.methods.staggered_adoption.two_stage import two_stage
from citizen_security.methods.staggered_adoption.two_way import two_way_fixed_effects
from citizen_security.methods.staggered_adoption.untreated_fit import averages
from citizen_security.programmes.pacification.labels import ESTIMATORS
from citizen_security.programmes.pacification.parameters import Pacification, Scale

# Shares of whole numbers of arrangements are not to fall below them by rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Fit:
    """What one estimator finds.

    Attributes
    ----------
    estimate : float
        Deaths per unit and period, or the log of a ratio.
    error : float
        Clustered by unit.
    observed : float
        Deaths per unit and period that were counted in the cells that the estimate is of.
    scale : str
    """

    estimate: float
    error: float
    observed: float
    scale: Scale


def deaths_of(estimate: Floats | float, observed: float, scale: Scale) -> Floats:
    """An effect in deaths per unit and period.

    Parameters
    ----------
    estimate : array_like
        On the scale of its estimator; may be infinite.
    observed : float
        Deaths per unit and period.
    scale : {"ratio", "counts"}

    Returns
    -------
    numpy.ndarray
        Counted deaths less those expected.
    """
    given = np.asarray(estimate, dtype=float)
    return given if scale == "counts" else observed * (1 - np.exp(-given))


def percent_of(estimate: Floats | float, observed: float, scale: Scale) -> Floats:
    """An effect in percent of the deaths expected without it.

    Parameters as `deaths_of`.

    Returns
    -------
    numpy.ndarray
        Infinite where no deaths, or fewer, are expected: any number is then infinitely more.
    """
    given = np.asarray(estimate, dtype=float)
    if scale == "ratio":
        return 100 * np.expm1(given)
    expected = observed - given
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(np.isneginf(given), -100.0, 100 * given / expected)
    return np.where(expected > 0, share, np.inf)


def every_estimator(parameters: Pacification) -> Mapping[str, Callable[[StaggeredPanel], Fit]]:
    """The estimators by name, each a function of the panel.

    Parameters
    ----------
    parameters : Pacification

    Returns
    -------
    mapping of str to callable
    """
    after, before = parameters.after, parameters.before
    return {
        "two_way": _two_way,
        "group_time": lambda panel: _group_time(panel, after),
        "interaction_weighted": lambda panel: _interaction_weighted(panel, after),
        "stacked": lambda panel: _stacked(panel, before, after),
        "imputation": lambda panel: linear(panel, after),
        "two_stage": lambda panel: _two_stage(panel, after),
        "poisson_imputation": lambda panel: poisson(panel, after),
    }


def estimator_table(panel: StaggeredPanel, parameters: Pacification) -> pd.DataFrame:
    """Every estimator with its place among permuted dates, in deaths and in percent.

    Parameters
    ----------
    panel : StaggeredPanel
    parameters : Pacification

    Returns
    -------
    pandas.DataFrame
        estimator, label, compared_with, scale, percent, percent_lower, percent_upper, deaths, deaths_lower,
        deaths_upper (by permuted dates), standard_error (clustered, on the estimator's scale), p_value, floor. Without
        estimators that this panel leaves no comparison.
    """
    generator = np.random.default_rng(parameters.seed)
    draws = parameters.draws_each_at_effort
    starts = generator.permuted(np.tile(panel.starts, (draws, 1)), axis=1)
    rows = []
    for name, estimate in every_estimator(parameters).items():
        try:
            found = estimate(panel)
        except NotAPanel:
            continue
        drawn = np.array([_of_drawn(estimate, panel.with_starts(order)) for order in starts])
        extreme = int((np.abs(drawn) >= abs(found.estimate) * (1 - ROUNDING)).sum())
        lower, upper = interval_by_dates(found.estimate, drawn, parameters.confidence_level)
        label, compared_with = ESTIMATORS[name]
        rows.append(
            {
                "estimator": name,
                "label": label,
                "compared_with": compared_with,
                "scale": found.scale,
                **in_both(found, lower, upper),
                "standard_error": found.error,
                "p_value": (extreme + 1) / (draws + 1),
                "floor": 1 / (draws + 1),
            }
        )
    return pd.DataFrame(rows)


def shown(table: pd.DataFrame, *left_out: str) -> pd.DataFrame:
    """A table for a page: without some columns, and blank where no expected death makes a percentage infinite.

    Parameters
    ----------
    table : pandas.DataFrame
    *left_out : str
        Columns.

    Returns
    -------
    pandas.DataFrame
    """
    return table.drop(columns=list(left_out)).replace([np.inf, -np.inf], np.nan)


def in_both(found: Fit, lower: float, upper: float) -> dict[str, float]:
    """An estimate and the ends of its interval, in percent and in deaths.

    Parameters
    ----------
    found : Fit
    lower, upper : float
        On the scale of the fit.

    Returns
    -------
    dict of str to float
        percent, deaths, each also with _lower and _upper.
    """
    ends = np.array([found.estimate, lower, upper])
    names = ("", "_lower", "_upper")
    percents = percent_of(ends, found.observed, found.scale)
    numbers = deaths_of(ends, found.observed, found.scale)
    return {f"percent{name}": float(value) for name, value in zip(names, percents, strict=True)} | {
        f"deaths{name}": float(value) for name, value in zip(names, numbers, strict=True)
    }


def interval_by_dates(estimate: float, drawn: Floats, confidence_level: float) -> tuple[float, float]:
    """Effects that permuted dates do not reject: what was found, give or take what they show.

    Parameters
    ----------
    estimate : float
    drawn : numpy.ndarray, shape (draws,)
        Estimates with permuted dates; missing ones count as infinitely large.
    confidence_level : float

    Returns
    -------
    tuple of float
        Infinite where so few arrangements reject nothing at this level.
    """
    needed = int(np.floor((1 - confidence_level) * (len(drawn) + 1) + ROUNDING))
    if not needed:
        return -np.inf, np.inf
    half = float(np.sort(np.nan_to_num(np.abs(drawn), nan=np.inf))[-needed])
    return estimate - half, estimate + half


def linear(panel: StaggeredPanel, after: int) -> Fit:
    """Imputation in numbers of deaths."""
    found = imputation(panel, homogeneous_within="event_time", horizon=after)
    return _fit(found.effects, _mean(panel, _imputed(panel, after)), "counts")


def poisson(panel: StaggeredPanel, after: int) -> Fit:
    """Imputation in ratios."""
    found = poisson_imputation(panel, horizon=after)
    return _fit(found.effects, _mean(panel, _imputed(panel, after)), "ratio")


def _two_way(panel: StaggeredPanel) -> Fit:
    return _fit(two_way_fixed_effects(panel).effect, _mean(panel, panel.treated), "counts")


def _group_time(panel: StaggeredPanel, after: int) -> Fit:
    found = group_time_effects(panel, "not_yet_treated", "universal")
    labels = found.effects.labels
    near = found.effects.only(labels["event_time"].between(0, after - 1).to_numpy())
    kept = set(zip(near.labels["start"], near.labels["period"], strict=True))
    pairs = [[(start, period) in kept for period in panel.periods] for start in _first_periods(panel)]
    overall = average(replace(found, effects=near), random_shares=False).overall
    return _fit(overall, _mean(panel, np.array(pairs)), "counts")


def _interaction_weighted(panel: StaggeredPanel, after: int) -> Fit:
    study = interaction_weighted(panel)
    times = study.effects.labels["event_time"]
    chosen = times.between(0, after - 1).to_numpy()
    overall = study.effects.combined(chosen / chosen.sum())
    kept = set(zip(study.by_group.labels["start"], study.by_group.labels["period"], strict=True))
    pairs = np.array([[(start, period) in kept for period in panel.periods] for start in _first_periods(panel)])
    means = [_mean(panel, pairs & (panel.event_time == time)) for time in times[chosen]]
    return _fit(overall, float(np.mean(means)), "counts")


def _stacked(panel: StaggeredPanel, before: int, after: int) -> Fit:
    found = stacked(panel, before, after - 1)
    starts = np.isin(_first_periods(panel), found.starts)
    near = (panel.event_time >= 0) & (panel.event_time < after)
    return _fit(found.overall, _mean(panel, near & starts[:, None]), "counts")


def _two_stage(panel: StaggeredPanel, after: int) -> Fit:
    found = two_stage(panel, "event_time")
    cells = averages(panel, "event_time", after)
    sizes = dict(zip(cells.labels["event_time"], (cells.weights > 0).sum(axis=(1, 2)), strict=True))
    weights = np.array([sizes.get(time, 0) for time in found.labels["event_time"]], dtype=float)
    return _fit(found.combined(weights / weights.sum()), _mean(panel, _imputed(panel, after)), "counts")


def _of_drawn(estimate: Callable[[StaggeredPanel], Fit], panel: StaggeredPanel) -> float:
    """An estimate with other dates; infinite where they leave none, so that it counts as extreme."""
    try:
        value = estimate(panel).estimate
    except NotAPanel:
        return np.inf
    return np.inf if np.isnan(value) else value


def _fit(effects: Effects, observed: float, scale: Scale) -> Fit:
    return Fit(float(effects.estimate[0]), float(effects.standard_error[0]), observed, scale)


def _imputed(panel: StaggeredPanel, after: int) -> Flags:
    """Treated cells within the horizon of periods in which somebody is not treated."""
    flags: Flags = panel.treated & (~panel.treated).any(axis=0) & (panel.event_time < after)
    return flags


def _first_periods(panel: StaggeredPanel) -> list[int]:
    """First treated period of each unit, the one after the last where there is none."""
    calendar = np.append(panel.periods, panel.periods[-1] + 1)
    return [int(period) for period in calendar[panel.starts]]


def _mean(panel: StaggeredPanel, cells: Flags) -> float:
    return float(panel.outcomes[cells].mean())
