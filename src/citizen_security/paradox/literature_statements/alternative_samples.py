"""One specification on other samples of country-years."""

from functools import partial

import pandas as pd

from citizen_security.methods.regression.or_problem import each_or_problem
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.panel.subsets import LEFT_OUT

FIRST_YEAR_OF_THE_PANDEMIC = 2020

# Samples that leave out a rule's rows, by the rule's name.
WITHOUT = {
    "without_venezuela_after_2018": "without Venezuela after 2018",
    "million": "without countries under a million",
    "undoubted": "without doubted rates",
}

COLUMNS = (
    "regressor",
    "estimate",
    "standard_error",
    "lower",
    "upper",
    "p_value",
    "degrees_of_freedom",
    "effective_clusters",
    "trusted",
    "sample",
    "observations",
    "countries",
    "problem",
)


def alternative_samples(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The panel with and without the country-years that specialists doubt or that count few people.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.

    Returns
    -------
    dict
        Name of the sample → its rows of the panel.
    """
    return {
        "all": panel,
        **{label: panel[~LEFT_OUT[name](panel)] for name, label in WITHOUT.items()},
        "before the pandemic": panel[panel["year"] < FIRST_YEAR_OF_THE_PANDEMIC],
    }


def compare_samples(panel: pd.DataFrame, specification: Specification, confidence_level: float = 0.95) -> pd.DataFrame:
    """One specification on each alternative sample, as it is quoted.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    specification : Specification
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom, effective_clusters, trusted,
        sample, observations, countries, problem (why a sample cannot carry the specification; its numbers are then
        missing), outcome, confidence_level.
    """
    fits = {
        name: partial(_on_sample, rows, specification, confidence_level)
        for name, rows in alternative_samples(panel).items()
    }
    table = each_or_problem(fits, "sample", pd.DataFrame({"regressor": list(specification.regressors)}))
    return table.reindex(columns=list(COLUMNS)).assign(outcome=specification.outcome, confidence_level=confidence_level)


def _on_sample(panel: pd.DataFrame, specification: Specification, confidence_level: float) -> pd.DataFrame:
    fit = least_squares(estimation_sample(panel, specification), specification)
    return quoted(fit, confidence_level).assign(observations=fit.observations, countries=fit.clusters)
