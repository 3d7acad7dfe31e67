"""Statements of the literature on poverty and inequality, with the regressions that each one needs."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.regression.errors import leave_one_out
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements.attenuation import Attenuation, attenuation
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample, sample_problems
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.parameters import FixedEffects

INEQUALITY = "gini"
INFANT_MORTALITY = "infant_mortality"

# Draws that show whether resampling countries works at all.
TRIAL_DRAWS = 99

# Cross-national studies compare countries with each other; the panel compares each with itself.
COMPARISONS: dict[str, FixedEffects] = {"between countries": "year", "within countries": "two_way"}


def statement_specification(parameters: LiteratureStatements, regressors: Sequence[str]) -> Specification:
    """The regression of the homicide rate on some drivers, as the parameters ask."""
    return Specification(
        name=", ".join(regressors),
        regressors=tuple(regressors),
        outcome="rate",
        fixed_effects=parameters.fixed_effects,
        weights=parameters.weights,
    )


def statement_specifications(parameters: LiteratureStatements) -> Iterator[Specification]:
    """Every regression without which the notebook has nothing to say."""
    poverty = parameters.poverty_measure
    yield statement_specification(parameters, [poverty])
    yield statement_specification(parameters, [INEQUALITY, poverty])
    yield statement_specification(parameters, [INEQUALITY, INFANT_MORTALITY])
    yield statement_specification(parameters, [poverty, INEQUALITY, INFANT_MORTALITY])


def statement_problems(panel: pd.DataFrame, parameters: LiteratureStatements) -> list[str]:
    """Reasons why the notebook cannot be run on a panel; empty where it can.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : LiteratureStatements

    Returns
    -------
    list of str
    """
    specifications = list(statement_specifications(parameters))
    found = [
        problem
        for specification in specifications
        for problem in sample_problems(estimation_sample(panel, specification), specification)
    ]
    if found:
        return list(dict.fromkeys(found))
    try:
        for specification in specifications:
            fit = least_squares(estimation_sample(panel, specification), specification)
            leave_one_out(fit)
            quoted(fit)
        compare_attenuations(panel, parameters, TRIAL_DRAWS)
    except NotEstimable as reason:
        return [str(reason)]
    return []


def compare_attenuations(
    panel: pd.DataFrame, parameters: LiteratureStatements, draws: int
) -> list[tuple[str, str, Attenuation]]:
    """Inequality without and with each measure of poverty, between countries and within them.

    Parameters
    ----------
    panel : pandas.DataFrame
    parameters : LiteratureStatements
    draws : int

    Returns
    -------
    list of tuple
        Comparison, control, result.

    Raises
    ------
    NotEstimable
        If the panel cannot carry a comparison, which `statement_problems` says before.
    """
    found = []
    for comparison, kind in COMPARISONS.items():
        for control in (parameters.poverty_measure, INFANT_MORTALITY):
            specification = Specification("", (INEQUALITY,), fixed_effects=kind, weights=parameters.weights)
            result = attenuation(
                panel, specification, INEQUALITY, control, parameters.confidence_level, draws, parameters.seed
            )
            found.append((comparison, control, result))
    return found


def tabulate_attenuations(results: Sequence[tuple[str, str, Attenuation]]) -> pd.DataFrame:
    """One row per comparison and control: effects without and with, the change and its interval.

    Parameters
    ----------
    results : sequence of tuple
        From `compare_attenuations`.

    Returns
    -------
    pandas.DataFrame
        comparison, control, without, without_lower, without_upper, with, with_lower, with_upper, change, change_lower,
        change_upper, observations, countries.
    """
    return pd.DataFrame([_attenuation_row(*result) for result in results])


def fall_in_poverty(panel: pd.DataFrame, measure: str, years: int = 5) -> float:
    """Points by which poverty fell from a country's first to its last years with figures, mean over countries.

    Parameters
    ----------
    panel : pandas.DataFrame
    measure : str
        Poverty column, per cent of people.
    years : int
        Years with figures that are averaged at each end; a country with fewer than twice as many is left out.

    Returns
    -------
    float
        Missing where no country has enough years.
    """
    known = panel.dropna(subset=[measure]).sort_values("year")
    falls = [
        rows[measure].iloc[:years].mean() - rows[measure].iloc[-years:].mean()
        for _, rows in known.groupby("iso3")
        if len(rows) >= 2 * years
    ]
    return float(np.mean(falls)) if falls else float("nan")


def _attenuation_row(comparison: str, control: str, result: Attenuation) -> dict[str, Any]:
    own = result.coefficients[result.coefficients["regressor"] == INEQUALITY].set_index("model")
    effects = {
        f"{model}{suffix}": float(own[column].loc[model])
        for model in ("without", "with")
        for suffix, column in (("", "estimate"), ("_lower", "lower"), ("_upper", "upper"))
    }
    return {
        "comparison": comparison,
        "control": control,
        **effects,
        "change": result.change,
        "change_lower": result.lower,
        "change_upper": result.upper,
        "observations": result.observations,
        "countries": result.countries,
    }
