"""Further drivers, each fitted alone, with p-values adjusted for their number."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from citizen_security.methods.regression.multiplicity import holm
from citizen_security.methods.regression.or_problem import each_or_problem
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER_COLUMNS = (
    "regressor",
    "estimate",
    "standard_error",
    "lower",
    "upper",
    "p_value",
    "degrees_of_freedom",
    "effective_clusters",
    "trusted",
    "per_standard_deviation",
    "observations",
    "countries",
    "problem",
)


def drivers_alone(
    panel: pd.DataFrame, specification: Specification, regressors: Sequence[str], confidence_level: float = 0.95
) -> pd.DataFrame:
    """Each driver alone on its own sample, p-values adjusted for looking at several.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
        Its regressors are replaced.
    regressors : sequence of str
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom, effective_clusters, trusted,
        holm_p_value, per_standard_deviation (effect of one standard deviation of the driver within the sample's
        effects), observations, countries, outcome, confidence_level, problem.
    """
    fits = {
        regressor: partial(_alone, panel, replace(specification, regressors=(regressor,)), confidence_level)
        for regressor in regressors
    }
    table = each_or_problem(fits, "regressor", pd.DataFrame({"regressor": [""]}))
    # Where no driver can be estimated, the columns are there all the same.
    table = table.reindex(columns=list(dict.fromkeys([*DRIVER_COLUMNS, *table.columns])))
    return table.assign(
        holm_p_value=holm(table["p_value"]), outcome=specification.outcome, confidence_level=confidence_level
    )


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The table as it is read: a dagger after a driver whose interval has too few degrees of freedom to be trusted.

    Parameters
    ----------
    table : pandas.DataFrame
        From `drivers_alone`.

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, lower, upper, p_value, holm_p_value, degrees_of_freedom, observations, countries, problem.
    """
    doubted = table["trusted"].eq(False)
    marked = table.assign(regressor=table["regressor"].where(~doubted, table["regressor"] + " †"))
    columns = ["regressor", "estimate", "lower", "upper", "p_value", "holm_p_value", "degrees_of_freedom"]
    return marked[[*columns, "observations", "countries", "problem"]]


def _alone(panel: pd.DataFrame, specification: Specification, confidence_level: float) -> pd.DataFrame:
    fit = least_squares(estimation_sample(panel, specification), specification)
    spread = float(np.sqrt((fit.design[:, 0] ** 2).mean()))
    return quoted(fit, confidence_level).assign(
        per_standard_deviation=fit.estimates[0] * spread, observations=fit.observations, countries=fit.clusters
    )
