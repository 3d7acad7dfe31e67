"""What the notebook `paradox/literature_statements` records."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from citizen_security.measures import INEQUALITY as INEQUALITY_WORD
from citizen_security.measures import INEQUALITY_INDEX, effect_unit, spoken
from citizen_security.methods.regression.least_squares import LeastSquares
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements import readings
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.statements import INEQUALITY, INFANT_MORTALITY
from citizen_security.values import Value

POVERTY_UNIT = "victims per 100,000 people per percentage point"
GINI_UNIT = effect_unit("rate", INEQUALITY)

# What is recorded of inequality without and with poverty: comparison, whether infant mortality stands for poverty.
EFFECTS_RECORDED = {("within countries", False), ("between countries", False)}
CHANGES_RECORDED = {*EFFECTS_RECORDED, ("between countries", True)}


def poverty_alone(fit: LeastSquares, parameters: LiteratureStatements) -> list[Value]:
    """Effect of poverty alone and the countries behind it.

    Parameters
    ----------
    fit : LeastSquares
        Of the chosen measure of poverty alone.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    measure = spoken(parameters.poverty_measure)
    row = quoted(fit, parameters.confidence_level).iloc[0]
    return [
        Value(
            name="poverty_effect",
            value=float(row["estimate"]),
            unit=POVERTY_UNIT,
            interval=(float(row["lower"]), float(row["upper"])),
            n=fit.observations,
            label=f"Effect of {measure} alone; {_words(parameters)}",
            format=".2f",
        ),
        Value(
            name="poverty_effect_countries",
            value=fit.clusters,
            unit="countries",
            label=f"Countries behind the effect of {measure}",
        ),
    ]


def equivalence(tests: pd.DataFrame, parameters: LiteratureStatements) -> list[Value]:
    """The two one-sided tests with the errors that are quoted: verdict, test behind it, what it makes of the statement.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `equivalence_table`.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    return [
        *readings.poverty_as_determinant(tests, parameters),
        *readings.level_of_equivalence(parameters),
        Value(
            name="poverty_smallest_effect",
            value=parameters.smallest_effect,
            unit=POVERTY_UNIT,
            label="Smallest effect of interest",
            format="g",
        ),
    ]


def attenuations(table: pd.DataFrame, parameters: LiteratureStatements) -> list[Value]:
    """Inequality without and with poverty, and the difference.

    Parameters
    ----------
    table : pandas.DataFrame
        From `tabulate_attenuations`.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
        Those that pages quote, and what all of them say together.
    """
    level = f"{100 * parameters.confidence_level:g}% confidence"
    found = [value for _, row in table.iterrows() for value in _attenuation(row, level)]
    return [*found, *readings.what_poverty_takes_out(table)]


def gini_with_error(
    as_printed: "pd.Series[Any]",
    measured: pd.DataFrame,
    reliability: float,
    observations: int,
    parameters: LiteratureStatements,
) -> list[Value]:
    """Effect of the Gini as printed and with its error propagated, and how reliable its movements are.

    Parameters
    ----------
    as_printed : pandas.Series
        estimate, lower, upper of the Gini alone.
    measured : pandas.DataFrame
        error_persistence, estimate, lower, upper with the error propagated.
    reliability : float
        Share of the Gini's remaining variance that is not error if years err independently.
    observations : int
        Country-years behind them.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    chosen = measured[measured["error_persistence"] == parameters.error_persistence].iloc[0]
    rows = (
        ("gini_effect_as_printed", as_printed, f"Effect of the {INEQUALITY_INDEX} as printed; {_words(parameters)}"),
        ("gini_effect_with_error", chosen, f"Effect of the {INEQUALITY_INDEX} with its standard errors propagated"),
    )
    effects = [
        Value(
            name=name,
            value=float(row["estimate"]),
            unit=GINI_UNIT,
            interval=(float(row["lower"]), float(row["upper"])),
            n=observations,
            label=label,
            format=".2f",
        )
        for name, row, label in rows
    ]
    return [
        *effects,
        Value(
            name="gini_effect_with_error_reading",
            value=readings.gini_s_error(as_printed, chosen),
            label=f"What propagating the error of the {INEQUALITY_INDEX} does to its effect",
        ),
        Value(
            name="gini_reliability",
            value=reliability,
            unit="share of the variance",
            label=f"Share of the {INEQUALITY_INDEX}'s remaining variance that is not error if years err independently",
            format=".2f",
        ),
    ]


def robustness_of_poverty(robust: pd.DataFrame, observations: int, parameters: LiteratureStatements) -> list[Value]:
    """Robustness value of poverty beside inequality and infant mortality.

    Parameters
    ----------
    robust : pandas.DataFrame
        From `robustness_table`.
    observations : int
        Country-years behind it.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    value = robust[robust["regressor"] == parameters.poverty_measure].iloc[0]["robustness_value"]
    return [
        Value(
            name="poverty_robustness_value",
            value=float(value),
            unit="share of the remaining variance",
            n=observations,
            label=f"Robustness value of poverty beside {INEQUALITY_WORD} and infant mortality",
            format=".1%",
        )
    ]


def _words(parameters: LiteratureStatements) -> str:
    return f"{parameters.confidence_level:.0%} confidence, CR2 errors clustered by country"


def _attenuation(row: "pd.Series[Any]", level: str) -> Iterator[Value]:
    comparison, control = row["comparison"], row["control"]
    held = spoken(control)
    # The chosen measure of poverty within countries keeps the plain names.
    proxy = "_infant_mortality" if control == INFANT_MORTALITY else ""
    suffix = proxy + ("_between" if comparison == "between countries" else "")
    kind = (comparison, control == INFANT_MORTALITY)
    for model in ("without", "with") if kind in EFFECTS_RECORDED else ():
        yield Value(
            name=f"inequality_effect_{model}_poverty{suffix}",
            value=float(row[model]),
            unit=GINI_UNIT,
            interval=(float(row[f"{model}_lower"]), float(row[f"{model}_upper"])),
            n=int(row["observations"]),
            label=f"Effect of {INEQUALITY_WORD} {model} {held}, {comparison}; {level}, CR2 errors by country",
            format="+.2f",
        )
    if kind in CHANGES_RECORDED:
        yield Value(
            name=f"inequality_attenuation{suffix}",
            value=float(row["change"]),
            unit=GINI_UNIT,
            interval=(float(row["change_lower"]), float(row["change_upper"])),
            n=int(row["observations"]),
            label=f"What {held} takes out of the effect of {INEQUALITY_WORD}, {comparison}; {level}, "
            "bootstrap of countries",
            format="+.2f",
        )
