"""Headline values of the notebook `paradox/country_heterogeneity`."""

from typing import Any

import pandas as pd

from citizen_security.measures import EFFECTS, MEASURES, OUTCOMES, effect_unit, spoken
from citizen_security.paradox.country_heterogeneity.designs import Design, describe_errors
from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample
from citizen_security.paradox.country_heterogeneity.sentences import (
    averages_sentences,
    differences_sentences,
    prediction_sentences,
)
from citizen_security.paradox.country_heterogeneity.summaries import interval_of
from citizen_security.values import Value

# The fits that the predictive headlines compare, and the one that the average is held against.
VARYING_SLOPES, VARYING_INTERCEPTS = "varying slopes", "varying intercepts"
INDEPENDENT_ERRORS = "independent errors, common spread"


def slope_values(averages: pd.DataFrame, sample: SlopeSample, credible_level: float) -> list[Value]:
    """Average slope of the first driver, how much countries differ, and what a new country's slope would be.

    Parameters
    ----------
    averages : pandas.DataFrame
        Rows of `average_slopes` of the model of varying slopes.
    sample : SlopeSample
    credible_level : float
        Of the intervals in the table.

    Returns
    -------
    list of Value
    """
    unit, said = OUTCOMES[sample.outcome_name].unit, _credible(credible_level)
    counted = Value(
        name="slope_countries", value=len(sample.countries), unit="countries", label="Countries of the varying slopes"
    )
    return [*_driver_values(averages.iloc[0], unit, said), counted]


def fixed_effects_values(fixed: pd.DataFrame, outcome: str, confidence_level: float) -> list[Value]:
    """Effect of the first driver alone in the two-way regression.

    Parameters
    ----------
    fixed : pandas.DataFrame
        From `tabulate_coefficients`; of its specifications those named `alone` are taken.
    outcome : {"rate", "log_rate"}
    confidence_level : float
        Of the intervals in the table.

    Returns
    -------
    list of Value
    """
    said = f"{100 * confidence_level:g}% confidence, CR2 errors clustered by country"
    return [
        Value(
            name=f"fixed_effects_slope_{driver_name(row['regressor'])}",
            value=row["estimate"],
            interval=(row["lower"], row["upper"]),
            n=int(row["observations"]),
            unit=effect_unit(outcome, row["regressor"]),
            format="+.2f",
            label=f"Effect of {spoken(row['regressor'])} alone, two-way fixed effects; {said}",
        )
        for _, row in fixed[fixed["specification"] == "alone"].head(1).iterrows()
    ]


def error_values(fit: SlopeFit, credible_level: float) -> list[Value]:
    """How errors persist.

    Parameters
    ----------
    fit : SlopeFit
        Of the main design.
    credible_level : float

    Returns
    -------
    list of Value
    """
    persistence = interval_of(fit.draws("persistence"), credible_level)
    return [
        Value(
            name="error_persistence",
            value=persistence["estimate"],
            interval=(persistence["lower"], persistence["upper"]),
            n=fit.sample.rows,
            unit="correlation",
            format=".2f",
            label=f"Correlation of errors from one year to the next, median; {_credible(credible_level)}",
        )
    ]


def sentence_values(
    averages: pd.DataFrame,
    slopes: pd.DataFrame,
    fixed: pd.DataFrame,
    by_errors: pd.DataFrame,
    design: Design,
    outcome: str,
) -> list[Value]:
    """What the averages and the differences between countries say, for the drivers chosen.

    Parameters
    ----------
    averages : pandas.DataFrame
        Rows of `average_slopes` of the model of varying slopes.
    slopes : pandas.DataFrame
        From `country_slopes`.
    fixed : pandas.DataFrame
        From `tabulate_coefficients`.
    by_errors : pandas.DataFrame
        From `average_slopes` of the fits of `error_designs`.
    design : Design
        The main one.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    list of Value
    """
    # The main model is not set beside itself.
    others = by_errors[by_errors["fit"] != describe_errors(design)]
    texts = {
        "main_errors": (describe_errors(design), "Errors of the main model"),
        "averages_sentence": (averages_sentences(averages, fixed, outcome), "Average slopes beside the regression's"),
        "differences_sentence": (
            differences_sentences(averages, slopes, others, INDEPENDENT_ERRORS),
            "How much slopes differ between countries",
        ),
    }
    return [Value(name=name, value=text, label=label) for name, (text, label) in texts.items()]


def prediction_values(years: pd.DataFrame, countries: pd.DataFrame) -> list[Value]:
    """Which model predicts best, and what slopes of their own add to levels of their own.

    Parameters
    ----------
    years, countries : pandas.DataFrame
        From `compare_years` and `compare_countries`.

    Returns
    -------
    list of Value
    """
    said = prediction_sentences(years, countries, VARYING_SLOPES, VARYING_INTERCEPTS)
    return [Value(name="prediction_sentence", value=said, label="Models compared by what they predict")]


def news_values(checks: pd.DataFrame, design: Design, credible_level: float) -> list[Value]:
    """The largest news of a year, observed and as the main design draws it.

    Parameters
    ----------
    checks : pandas.DataFrame
        Tables of `tabulate_checks`, indexed by the name of the fit.
    design : Design
        The main one.
    credible_level : float
        Of the intervals in the table.

    Returns
    -------
    list of Value
    """
    news: Any = checks.loc[describe_errors(design)].set_index("discrepancy").loc["largest_news"]
    return [
        Value(
            name="largest_news_observed",
            value=float(news["observed"]),
            unit="deviations",
            format=".1f",
            label="Largest yearly news in deviations of its country, posterior median",
        ),
        Value(
            name="largest_news_drawn",
            value=float(news["replicated"]),
            interval=(float(news["lower"]), float(news["upper"])),
            unit="deviations",
            format=".1f",
            label="Largest yearly news in deviations of its country, in data drawn from the model; "
            f"{100 * credible_level:g}% predictive",
        ),
    ]


def driver_name(driver: str) -> str:
    """Name under which the values of a driver are recorded, such as `youth_unemployment`."""
    return EFFECTS[driver].removesuffix("_effect")


def _credible(level: float) -> str:
    return f"{100 * level:g}% credible"


def _driver_values(row: "pd.Series[Any]", unit: str, said: str) -> list[Value]:
    name, per, rows = driver_name(row["driver"]), f"{unit} per {MEASURES[row['driver']].unit}", int(row["observations"])
    return [
        Value(
            name=f"average_slope_{name}",
            value=row["estimate"],
            interval=(row["lower"], row["upper"]),
            unit=per,
            format="+.2f",
            label=f"Average slope of {spoken(row['driver'])}, median; {said}",
            n=rows,
        ),
        Value(
            name=f"between_country_slope_deviation_{name}",
            value=row["deviation"],
            interval=(row["deviation_lower"], row["deviation_upper"]),
            unit=per,
            format=".2f",
            label=f"Between-country deviation of the slope of {spoken(row['driver'])}, median; {said}",
            n=rows,
        ),
        Value(
            name=f"new_country_positive_slope_{name}",
            value=row["new_country_positive"],
            unit="probability",
            format=".2f",
            n=int(row["countries"]),
            label=f"Probability that a new country's slope of {spoken(row['driver'])} is above zero",
        ),
    ]
