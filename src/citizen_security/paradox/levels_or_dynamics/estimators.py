"""Each driver's effect by estimators of levels and of dynamics, and whether their errors are as they assume."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from citizen_security.methods.panel.dependence import cross_section_dependence, serial_correlation
from citizen_security.methods.panel.dynamic import error_correction, lagged_outcome
from citizen_security.methods.panel.fixed_effects import (
    LONG_RUN,
    SAME_PERIOD,
    PanelEstimate,
    first_differences,
    two_way,
)
from citizen_security.methods.panel.local_projections import local_projections
from citizen_security.methods.panel.mean_groups import mean_group, pooled_common_effects
from citizen_security.methods.panel.wide import WidePanel
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics

type Estimator = Callable[[WidePanel, float], PanelEstimate]

# What compares levels with levels, and what lets the past in.
LEVELS: Mapping[str, Estimator] = {
    "two-way effects": two_way,
    "country trends": partial(two_way, trends=True),
    "mean group": mean_group,
    "pooled common effects": pooled_common_effects,
    "mean-group common effects": partial(mean_group, common=True),
}
DYNAMICS: Mapping[str, Estimator] = {
    "first differences": first_differences,
    "lagged outcome": lagged_outcome,
    "jackknifed lagged outcome": partial(lagged_outcome, jackknife=True),
    "error correction": error_correction,
    "jackknifed error correction": partial(error_correction, jackknife=True),
    "dynamic common effects": partial(mean_group, common=True, dynamic=True),
}

# Effects of the driver; what else an estimator tells is of the outcome's own past.
OF_THE_DRIVER = (SAME_PERIOD, LONG_RUN)

# Simulated panels of independent errors in each test of dependence.
DEPENDENCE_DRAWS = 199

type Estimates = dict[tuple[str, str], PanelEstimate | NotEstimable]


def estimate_all(panels: Mapping[str, WidePanel], parameters: LevelsOrDynamics) -> Estimates:
    """Every driver by every estimator; where the sample cannot carry one, why.

    Parameters
    ----------
    panels : mapping of str to WidePanel
        From `driver_panels`.
    parameters : LevelsOrDynamics

    Returns
    -------
    dict
        Driver and estimator → estimate, or the reason why there is none.
    """
    return {
        (driver, name): _estimate_or_reason(estimator, panel, parameters.confidence_level)
        for driver, panel in panels.items()
        for name, estimator in {**LEVELS, **DYNAMICS}.items()
    }


def tabulate_effects(estimates: Estimates, parameters: LevelsOrDynamics) -> pd.DataFrame:
    """Effects of every driver by estimator, side by side.

    Parameters
    ----------
    estimates : dict
        From `estimate_all`.
    parameters : LevelsOrDynamics

    Returns
    -------
    pandas.DataFrame
        regressor, estimator, kind ("levels" or "dynamics"), effect ("same year", "long run", and what the estimator
        tells of the outcome's past), estimate, standard_error, lower, upper, p_value, degrees_of_freedom, problem,
        observations, countries, outcome, confidence_level. An estimator that the sample cannot carry has one row
        without numbers that says why.
    """
    tables = []
    for (driver, name), found in estimates.items():
        known = {"regressor": driver, "estimator": name, "kind": kind_of(name)}
        if isinstance(found, NotEstimable):
            tables.append(pd.DataFrame([{**known, "effect": SAME_PERIOD, "problem": str(found)}]))
            continue
        tables.append(found.effects.assign(**known, observations=found.observations, countries=found.units))
    order = [
        *("regressor", "estimator", "kind", "effect", "estimate", "standard_error", "lower", "upper", "p_value"),
        *("degrees_of_freedom", "problem", "observations", "countries"),
    ]
    table = pd.concat([part.reindex(columns=order) for part in tables], ignore_index=True)
    return table.assign(outcome=parameters.outcome, confidence_level=parameters.confidence_level)


def tabulate_checks(estimates: Estimates, parameters: LevelsOrDynamics) -> pd.DataFrame:
    """Whether serial correlation and dependence across countries are found in each estimator's errors.

    Parameters
    ----------
    estimates : dict
        From `estimate_all`.
    parameters : LevelsOrDynamics

    Returns
    -------
    pandas.DataFrame
        regressor, estimator, kind, serial (coefficient of residuals, or their changes, on those of the year before),
        serial_without (what it would be without serial correlation), serial_p, white (whether the p-value is not below
        the level), cd (Pesaran's statistic), cd_p, correlation (mean), absolute_correlation, expected_absolute (of
        independent errors as persistent), dependence_p (by simulation), independent, observations, countries,
        confidence_level, problem.
    """
    limit = 1 - parameters.confidence_level
    rows = [
        {"regressor": driver, "estimator": name, "kind": kind_of(name), **_checks(found, limit, parameters.seed)}
        for (driver, name), found in estimates.items()
    ]
    return pd.DataFrame(rows).assign(confidence_level=parameters.confidence_level)


def tabulate_responses(panels: Mapping[str, WidePanel], parameters: LevelsOrDynamics) -> pd.DataFrame:
    """Responses of the outcome over the years after news of one unit of each driver.

    Parameters
    ----------
    panels : mapping of str to WidePanel
        From `driver_panels`.
    parameters : LevelsOrDynamics

    Returns
    -------
    pandas.DataFrame
        regressor, horizon, estimate, standard_error, lower, upper, p_value, observations, units, problem, outcome,
        confidence_level.
    """
    tables = []
    for driver, panel in panels.items():
        try:
            found = local_projections(panel, parameters.confidence_level, parameters.horizons).horizons
        except NotEstimable as reason:
            found = pd.DataFrame([{"horizon": 0, "problem": str(reason)}])
        tables.append(found.assign(regressor=driver))
    order = ["regressor", "horizon", "estimate", "standard_error", "lower", "upper", "p_value", "observations", "units"]
    table = pd.concat([part.reindex(columns=[*order, "problem"]) for part in tables], ignore_index=True)
    return table.assign(outcome=parameters.outcome, confidence_level=parameters.confidence_level)


def kind_of(estimator: str) -> str:
    """Whether an estimator is one of levels or of dynamics."""
    return "levels" if estimator in LEVELS else "dynamics"


def of_the_driver(effects: pd.DataFrame) -> pd.DataFrame:
    """Rows with a number for an effect of the driver, named by estimator, those of the long run as such.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `tabulate_effects`.

    Returns
    -------
    pandas.DataFrame
        With `name`.
    """
    chosen = effects[effects["effect"].isin(OF_THE_DRIVER) & effects["estimate"].notna()]
    long_run = chosen["effect"] == LONG_RUN
    return chosen.assign(name=chosen["estimator"].where(~long_run, chosen["estimator"] + " in the long run"))


def _estimate_or_reason(
    estimator: Estimator, panel: WidePanel, confidence_level: float
) -> PanelEstimate | NotEstimable:
    try:
        return estimator(panel, confidence_level)
    except NotEstimable as reason:
        return reason


def _checks(found: PanelEstimate | NotEstimable, limit: float, seed: int) -> dict[str, object]:
    if isinstance(found, NotEstimable):
        return {"white": False, "independent": False, "problem": str(found)}
    row: dict[str, object] = {"observations": found.observations, "countries": found.units, "problem": ""}
    try:
        serial = serial_correlation(found)
        row |= {"serial": serial.coefficient, "serial_without": serial.without, "serial_p": serial.p_value}
        row["white"] = serial.p_value >= limit
        across = cross_section_dependence(found, DEPENDENCE_DRAWS, seed)
    except NotEstimable as reason:
        return {"white": False, **row, "independent": False, "problem": str(reason)}
    return row | {
        "cd": across.statistic,
        "cd_p": across.p_value,
        "correlation": across.mean,
        "absolute_correlation": across.mean_absolute,
        "expected_absolute": across.expected_absolute,
        "dependence_p": across.simulated_p,
        "independent": across.simulated_p >= limit,
    }
