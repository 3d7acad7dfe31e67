"""Headline values of the notebook `paradox/country_heterogeneity`."""

from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import EFFECTS, OUTCOMES
from citizen_security.paradox.country_heterogeneity.designs import Design, describe_errors
from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample
from citizen_security.paradox.country_heterogeneity.summaries import interval_of
from citizen_security.values import Value

# The fits that the predictive headlines compare, and the one that the average is held against.
VARYING_SLOPES, VARYING_INTERCEPTS = "varying slopes", "varying intercepts"
INDEPENDENT_ERRORS = "independent errors, common spread"


def slope_values(
    averages: pd.DataFrame, slopes: pd.DataFrame, sample: SlopeSample, credible_level: float
) -> list[Value]:
    """Average slopes, how much countries differ, and how many countries' signs are sure.

    Parameters
    ----------
    averages : pandas.DataFrame
        Rows of `average_slopes` of the model of varying slopes.
    slopes : pandas.DataFrame
        From `country_slopes`.
    sample : SlopeSample
    credible_level : float
        Of the intervals in both tables.

    Returns
    -------
    list of Value
    """
    unit, said = OUTCOMES[sample.outcome_name].unit, _credible(credible_level)
    counted = Value(
        name="slope_countries", value=len(sample.countries), unit="countries", label="Countries of the varying slopes"
    )
    return [*(value for _, row in averages.iterrows() for value in _driver_values(row, slopes, unit, said)), counted]


def fixed_effects_values(fixed: pd.DataFrame, outcome: str, confidence_level: float) -> list[Value]:
    """Effect of each driver alone in the two-way regression.

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
            unit=OUTCOMES[outcome].unit,
            format=".2f",
            label=f"Effect of {row['regressor']} alone, two-way fixed effects; {said}",
        )
        for _, row in fixed[fixed["specification"] == "alone"].iterrows()
    ]


def error_values(fit: SlopeFit, by_errors: pd.DataFrame, credible_level: float) -> list[Value]:
    """How errors persist, and what the first driver's slope would be if they were independent.

    Parameters
    ----------
    fit : SlopeFit
        Of the main design.
    by_errors : pandas.DataFrame
        From `average_slopes` of the fits of `error_designs`.
    credible_level : float

    Returns
    -------
    list of Value
        The slope is left out where no fit has independent errors of one spread.
    """
    said = _credible(credible_level)
    persistence = interval_of(fit.draws("persistence"), credible_level)
    values = [
        Value(
            name="error_persistence",
            value=persistence["estimate"],
            interval=(persistence["lower"], persistence["upper"]),
            n=fit.sample.rows,
            unit="correlation",
            format=".2f",
            label=f"Correlation of errors from one year to the next, median; {said}",
        )
    ]
    driver = fit.sample.drivers[0]
    rows = by_errors[(by_errors["driver"] == driver) & (by_errors["fit"] == INDEPENDENT_ERRORS)]
    return values + [value for _, row in rows.iterrows() for value in _independent_values(row, fit.sample, said)]


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
    by_fit = years.set_index("fit")
    slopes: Any = by_fit.loc[VARYING_SLOPES]
    intercepts: Any = by_fit.loc[VARYING_INTERCEPTS]
    return [
        Value(
            name="best_predictor_of_years",
            value=str(years["fit"].iloc[0]),
            label="Model that predicts another year of a known country best by PSIS-LOO",
        ),
        Value(
            name="best_predictor_of_countries",
            value=str(countries["fit"].iloc[0]),
            label="Model that predicts a country never seen best",
        ),
        Value(
            name="slopes_over_intercepts",
            value=float(slopes["elpd"] - intercepts["elpd"]),
            n=int(slopes["cases"]),
            unit="log predictive density",
            format=".1f",
            label="PSIS-LOO gain of varying slopes over varying intercepts",
        ),
        Value(
            name="high_pareto_cases",
            value=int(slopes["high_pareto"]),
            n=int(slopes["cases"]),
            unit="country-years",
            label="Country-years with Pareto k above 0.7 under varying slopes",
        ),
    ]


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
            label=f"The same in data drawn from the model; {100 * credible_level:g}% predictive",
        ),
    ]


def driver_name(driver: str) -> str:
    """Name under which the values of a driver are recorded, such as `youth_unemployment`."""
    return EFFECTS[driver].removesuffix("_effect")


def _credible(level: float) -> str:
    return f"{100 * level:g}% credible"


def _independent_values(row: "pd.Series[Any]", sample: SlopeSample, said: str) -> list[Value]:
    unit, driver = OUTCOMES[sample.outcome_name].unit, row["driver"]
    return [
        Value(
            name="independent_errors_average_slope",
            value=row["estimate"],
            interval=(row["lower"], row["upper"]),
            n=sample.rows,
            unit=unit,
            format=".2f",
            label=f"Average slope of {driver} with independent errors of one spread; {said}",
        ),
        Value(
            name="independent_errors_slope_deviation",
            value=row["deviation"],
            interval=(row["deviation_lower"], row["deviation_upper"]),
            n=sample.rows,
            unit=unit,
            format=".2f",
            label=f"Between-country deviation of the slope of {driver} with independent errors of one spread; {said}",
        ),
    ]


def _driver_values(row: "pd.Series[Any]", slopes: pd.DataFrame, unit: str, said: str) -> list[Value]:
    return [*_average_values(row, unit, said), *_country_values(row, slopes, said)]


def _average_values(row: "pd.Series[Any]", unit: str, said: str) -> list[Value]:
    name, per, rows = driver_name(row["driver"]), f"{unit} per unit of {row['driver']}", int(row["observations"])
    return [
        Value(
            name=f"average_slope_{name}",
            value=row["estimate"],
            interval=(row["lower"], row["upper"]),
            unit=per,
            format=".2f",
            label=f"Average slope of {row['driver']}, median; {said}",
            n=rows,
        ),
        Value(
            name=f"between_country_slope_deviation_{name}",
            value=row["deviation"],
            interval=(row["deviation_lower"], row["deviation_upper"]),
            unit=per,
            format=".2f",
            label=f"Between-country deviation of the slope of {row['driver']}, median; {said}",
            n=rows,
        ),
        Value(
            name=f"average_positive_probability_{name}",
            value=row["average_positive"],
            unit="probability",
            format=".2f",
            label=f"Probability that the average slope of {row['driver']} is above zero",
            n=rows,
        ),
    ]


def _country_values(row: "pd.Series[Any]", slopes: pd.DataFrame, said: str) -> list[Value]:
    name, own = driver_name(row["driver"]), slopes[slopes["driver"] == row["driver"]]
    return [
        Value(
            name=f"share_of_countries_with_positive_slope_{name}",
            value=row["positive_share"],
            interval=(row["positive_share_lower"], row["positive_share_upper"]),
            unit="share of countries",
            format=".0%",
            n=int(row["countries"]),
            label=f"Share of countries whose slope of {row['driver']} is above zero, median; {said}",
        ),
        Value(
            name=f"new_country_positive_slope_{name}",
            value=row["new_country_positive"],
            unit="probability",
            format=".2f",
            n=int(row["countries"]),
            label=f"Probability that a new country's slope of {row['driver']} is above zero",
        ),
        Value(
            name=f"countries_with_sure_sign_{name}",
            value=int(np.sum((own["lower"] > 0) | (own["upper"] < 0))),
            unit="countries",
            n=len(own),
            label=f"Countries whose interval of the slope of {row['driver']} leaves out zero; {said}",
        ),
    ]
