"""What the notebook `paradox/literature_statements` records."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from citizen_security.measures import INEQUALITY as INEQUALITY_WORD
from citizen_security.measures import INEQUALITY_INDEX, effect_unit
from citizen_security.methods.regression.equivalence import EFFECT, NEGLIGIBLE, SMALL_EFFECT, UNDECIDED
from citizen_security.methods.regression.least_squares import LeastSquares
from citizen_security.methods.regression.quoted import QUOTED, quoted
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.statements import INEQUALITY, INFANT_MORTALITY
from citizen_security.values import Value

POVERTY_UNIT = "victims per 100,000 people per percentage point"
GINI_UNIT = effect_unit("rate", INEQUALITY)

VERDICTS = {
    NEGLIGIBLE: "the data say that the effect is too small to matter",
    SMALL_EFFECT: "the data say that there is an effect, and that it is too small to matter",
    EFFECT: "the data say that there is an effect, and it may be large enough to matter",
    UNDECIDED: "the data cannot tell no effect from one that would matter",
}


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
    measure = parameters.poverty_measure
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


def equivalence(tests: pd.DataFrame, observations: int, parameters: LiteratureStatements) -> list[Value]:
    """Verdict of the two one-sided tests with the errors that are quoted.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `equivalence_table`.
    observations : int
        Country-years behind it.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    test = tests[tests["method"] == QUOTED].iloc[0]
    return [
        Value(
            name="poverty_equivalence_verdict",
            value=verdict_in_words(str(test["verdict"])),
            label=f"Two one-sided tests of {parameters.poverty_measure}, CR2 errors clustered by country",
        ),
        Value(
            name="poverty_equivalence_p",
            value=float(test["p_value"]),
            n=observations,
            label="p-value of the two one-sided tests, CR2 errors clustered by country",
            format=".2f",
        ),
        Value(
            name="poverty_equivalence_interval_of_tests",
            value=f"{test['lower']:.2f} to {test['upper']:.2f}".replace("-", "−"),
            label="Interval at one minus twice the significance, which the tests hold against the smallest effect",
        ),
    ]


def smallest_effect(fall: float, parameters: LiteratureStatements) -> list[Value]:
    """The smallest effect of interest, and what it makes of the fall in poverty where that is known.

    Parameters
    ----------
    fall : float
        Percentage points, from `fall_in_poverty`; may be missing.
    parameters : LiteratureStatements

    Returns
    -------
    list of Value
    """
    smallest = Value(
        name="poverty_smallest_effect",
        value=parameters.smallest_effect,
        unit=POVERTY_UNIT,
        label="Smallest effect of interest",
        format="g",
    )
    if pd.isna(fall):
        return [smallest]
    return [
        smallest,
        Value(
            name="poverty_fall",
            value=fall,
            unit="percentage points",
            label="Fall of poverty from the first to the last five survey years, mean of countries",
            format=".1f",
        ),
        Value(
            name="poverty_smallest_total",
            value=parameters.smallest_effect * fall,
            unit="victims per 100,000",
            label="What the smallest effect of interest makes of that fall",
            format=".1f",
        ),
    ]


def fall_in_words(fall: float, parameters: LiteratureStatements) -> str:
    """The fall in poverty, and what the smallest effect that would matter makes of it, as a sentence."""
    return (
        f"poverty fell by {fall:.1f} points from a country's first five to its last five survey years; at the smallest "
        f"effect that would matter: {parameters.smallest_effect * fall:.1f} victims per 100,000"
    )


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
        Four for each comparison and control.
    """
    level = f"{100 * parameters.confidence_level:g}% confidence"
    return [value for _, row in table.iterrows() for value in _attenuation(row, level)]


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


def most_influential(without: pd.DataFrame) -> list[Value]:
    """The country whose leaving moves the effect of poverty most.

    Parameters
    ----------
    without : pandas.DataFrame
        From `influence`, with names in the place of codes.

    Returns
    -------
    list of Value
    """
    first = without.iloc[0]
    return [
        Value(
            name="poverty_most_influential",
            value=str(first["iso3"]),
            label="Country whose leaving moves the effect of poverty most",
        ),
        Value(
            name="poverty_without_most_influential",
            value=float(first["estimate"]),
            unit=POVERTY_UNIT,
            label="Effect of poverty without that country",
            format=".2f",
        ),
    ]


def verdict_in_words(verdict: str) -> str:
    """The verdict of an equivalence test as a clause of a sentence."""
    return VERDICTS[verdict]


def _words(parameters: LiteratureStatements) -> str:
    return f"{parameters.confidence_level:.0%} confidence, CR2 errors clustered by country"


def _attenuation(row: "pd.Series[Any]", level: str) -> Iterator[Value]:
    comparison, control = row["comparison"], row["control"]
    # The chosen measure of poverty within countries keeps the plain names.
    proxy = "_infant_mortality" if control == INFANT_MORTALITY else ""
    suffix = proxy + ("_between" if comparison == "between countries" else "")
    for model in ("without", "with"):
        yield Value(
            name=f"inequality_effect_{model}_poverty{suffix}",
            value=float(row[model]),
            unit=GINI_UNIT,
            interval=(float(row[f"{model}_lower"]), float(row[f"{model}_upper"])),
            n=int(row["observations"]),
            label=f"Effect of {INEQUALITY_WORD} {model} {control}, {comparison}; {level}, CR2 errors by country",
            format=".2f",
        )
    yield Value(
        name=f"inequality_attenuation{suffix}",
        value=float(row["change"]),
        unit=GINI_UNIT,
        interval=(float(row["change_lower"]), float(row["change_upper"])),
        n=int(row["observations"]),
        label=f"What {control} takes out of the effect of {INEQUALITY_WORD}, {comparison}; {level}, "
        "bootstrap of countries",
        format=".2f",
    )
    yield Value(
        name=f"inequality_attenuation{suffix}_countries",
        value=int(row["countries"]),
        unit="countries",
        label=f"Countries behind {INEQUALITY_WORD} with {control}, {comparison}",
    )
