"""Each driver alone on three scales, in levels and in differences: victims per 100,000, logs, and Poisson on counts.

An effect on the rate adds victims per 100,000, so that violent countries decide it; one on the log, or by Poisson,
multiplies the rate. A driver may look like nothing on one scale and not on another, so all stand side by side.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.regression.or_problem import each_or_problem
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.fixed_effects import PanelFit
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.panel_regressions.estimators import in_differences, poisson_regression
from citizen_security.paradox.parameters import Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE, LOG, COUNTS = "rate", "log rate", "Poisson"
LEVELS, FIRST, LONG = "levels", "first differences", "long differences"

# Percent. An effect or an end of an interval beyond it says nothing of homicide, and e to its power soon overflows.
WIDEST = 10_000.0
TOO_WIDE = f"the interval reaches beyond +{WIDEST:,.0f}% and is too wide to mean anything"

LINEAR: dict[str, Outcome] = {RATE: "rate", LOG: "log_rate"}


def compare_scales(
    panel: pd.DataFrame, fits: Iterable[PanelFit], long_difference: int = 10, confidence_level: float = 0.95
) -> pd.DataFrame:
    """Drivers on every scale, in levels with the specification's fixed effects, and in first and long differences.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    fits : iterable of PanelFit
        Of one driver each; their outcome is replaced.
    long_difference : int
        Years over which long differences are taken.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, scale (`RATE`, `LOG`, `COUNTS`), form (`LEVELS`, `FIRST`, `LONG`; Poisson in levels only), the
        columns of `quoted` (victims per 100,000 or log points per unit), percent, percent_lower, percent_upper (change
        of the rate per unit; missing for `RATE`, infinite beyond `WIDEST`),
        observations, countries, confidence_level, problem (why a sample
        cannot carry a row, whose numbers are then missing).
    """
    tables = [
        _one_driver(panel, fit.specification, long_difference, confidence_level).assign(
            confidence_level=confidence_level
        )
        for fit in fits
    ]
    return pd.concat(tables, ignore_index=True)


def percent_change(log_points: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Log points as percent of the rate; beyond `WIDEST` infinite, since no one can tell such changes apart."""
    highest = np.log1p(WIDEST / 100)
    percent: NDArray[np.float64] = 100 * np.expm1(np.minimum(log_points, highest))
    return np.where(log_points > highest, np.inf, percent)


def _one_driver(
    panel: pd.DataFrame, specification: Specification, long_difference: int, confidence_level: float
) -> pd.DataFrame:
    rows: dict[str, Callable[[], pd.DataFrame]] = {
        f"{form}, {scale}": partial(_linear, panel, replace(specification, outcome=outcome), years, confidence_level)
        for form, years in ((LEVELS, 0), (FIRST, 1), (LONG, long_difference))
        for scale, outcome in LINEAR.items()
    }
    rows[f"{LEVELS}, {COUNTS}"] = partial(_counts, panel, specification, confidence_level)
    table = each_or_problem(rows, "row", pd.DataFrame({"regressor": list(specification.regressors)}))
    parts = table["row"].str.split(", ", expand=True)
    table = table.assign(form=parts[0], scale=parts[1]).drop(columns="row")
    logs = table["scale"] != RATE
    percent = {
        target: np.where(logs, percent_change(table[source].to_numpy(dtype=float)), np.nan)
        for target, source in (("percent", "estimate"), ("percent_lower", "lower"), ("percent_upper", "upper"))
    }
    return table.assign(**percent)


def _linear(panel: pd.DataFrame, specification: Specification, years: int, confidence_level: float) -> pd.DataFrame:
    chosen = (
        in_differences(panel, specification, years)
        if years
        else (estimation_sample(panel, specification), specification)
    )
    fit = least_squares(*chosen)
    return quoted(fit, confidence_level).assign(observations=fit.observations, countries=fit.clusters)


def _counts(panel: pd.DataFrame, specification: Specification, confidence_level: float) -> pd.DataFrame:
    table, sample = poisson_regression(panel, replace(specification, outcome="rate"), confidence_level)
    return table.assign(observations=sample.observations, countries=sample.countries)
