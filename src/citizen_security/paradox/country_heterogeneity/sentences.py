"""What averages, differences between countries and the comparison of models say, whatever drivers are chosen."""

import math
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import MEASURES, OUTCOMES, spoken
from citizen_security.words import (
    by_interval,
    counted,
    leaves_out_zero,
    listed,
    out_of,
    sentences,
    signed,
    with_interval,
)

# A difference within so many of its standard errors decides nothing.
DECISIVE = 2


def averages_sentences(averages: pd.DataFrame, fixed: pd.DataFrame, outcome: str) -> str:
    """Average slope of every driver, beside its effect alone in the two-way regression.

    Parameters
    ----------
    averages : pandas.DataFrame
        Rows of `average_slopes` of the model of varying slopes.
    fixed : pandas.DataFrame
        From `tabulate_coefficients`; of its specifications those named `alone` are taken.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    str
        Whole sentences.
    """
    alone = fixed[fixed["specification"] == "alone"].set_index("regressor")
    outside = [
        spoken(str(row["driver"])) for _, row in averages.iterrows() if leaves_out_zero(row["lower"], row["upper"])
    ]
    said = [
        f"the interval of the average slope leaves out zero for {listed(outside)}"
        if outside
        else "no average slope has an interval that leaves out zero"
    ]
    for _, row in averages.iterrows():
        driver, effect = str(row["driver"]), alone.loc[row["driver"]]
        said += [
            f"{step_of(driver)} goes with {_with_interval(row)} {OUTCOMES[outcome].unit}, above zero with probability "
            f"{row['average_positive']:.2f}",
            f"the two-way regression has {_with_interval(effect)} for it, {_side(effect)}",
        ]
    return sentences(said)


def differences_sentences(
    averages: pd.DataFrame, slopes: pd.DataFrame, by_errors: pd.DataFrame, independent: str
) -> str:
    """How much the slopes of the first driver differ between countries, and what independent errors would make of it.

    Parameters
    ----------
    averages : pandas.DataFrame
        As `averages_sentences`.
    slopes : pandas.DataFrame
        From `country_slopes`.
    by_errors : pandas.DataFrame
        From `average_slopes` of the fits of `error_designs`.
    independent : str
        Name of the fit with independent errors of one spread.

    Returns
    -------
    str
        Whole sentences.
    """
    row = averages.iloc[0]
    driver = str(row["driver"])
    own = slopes[slopes["driver"] == driver]
    sure = int(np.sum([leaves_out_zero(*ends) for ends in zip(own["lower"], own["upper"], strict=True)]))
    said = [
        f"slopes of {spoken(driver)} deviate between countries by {_deviation(row)}",
        *_under_independent(row, by_errors[(by_errors["fit"] == independent) & (by_errors["driver"] == driver)]),
        f"{out_of(sure, len(own), 'countries')} have an interval of the slope that leaves out zero",
        f"the share of countries with a slope above zero is {row['positive_share']:.0%} "
        f"({row['positive_share_lower']:.0%} to {row['positive_share_upper']:.0%})",
        f"a new country's slope is above zero with probability {row['new_country_positive']:.2f}",
    ]
    return sentences(said)


def prediction_sentences(years: pd.DataFrame, countries: pd.DataFrame, slopes: str, intercepts: str) -> str:
    """Which model predicts best, by how much, and what slopes of their own add.

    Parameters
    ----------
    years, countries : pandas.DataFrame
        From `compare_years` and `compare_countries`, the best first.
    slopes, intercepts : str
        Names of the fits with varying slopes and with varying intercepts.

    Returns
    -------
    str
        Whole sentences.
    """
    by_fit: Any = years.set_index("fit").to_dict("index")
    gain = float(by_fit[slopes]["elpd"] - by_fit[intercepts]["elpd"])
    high = int(by_fit[slopes]["high_pareto"])
    return sentences(
        [
            f"another year of a known country is predicted best by {_best(years)}",
            f"a country never seen is predicted best by {_best(countries)}",
            f"varying slopes change the log density of years by {signed(gain, '.1f')} against varying intercepts",
            f"{counted(high, 'country-year')} {'has' if high == 1 else 'have'} a Pareto k above 0.7 there",
        ]
    )


def step_of(driver: str) -> str:
    """A step of a driver, as a subject: `a percentage point of youth unemployment`."""
    unit = MEASURES[driver].unit
    return f"a {unit} of {spoken(driver)}"


def _with_interval(row: "pd.Series[Any]") -> str:
    return with_interval(row["estimate"], row["lower"], row["upper"])


def _side(row: "pd.Series[Any]") -> str:
    return by_interval(
        float(row["lower"]),
        float(row["upper"]),
        above="with an interval above zero",
        below="with an interval below zero",
        neither="with an interval that includes zero",
    )


def _deviation(row: "pd.Series[Any]") -> str:
    return f"{row['deviation']:.2f} ({row['deviation_lower']:.2f} to {row['deviation_upper']:.2f})"


def _under_independent(row: "pd.Series[Any]", rows: pd.DataFrame) -> list[str]:
    """What the deviation would be with independent errors of one spread, and how many times as large."""
    if rows.empty:
        return []
    other = rows.iloc[0]
    text = f"with independent errors of one spread they would deviate by {_deviation(other)}"
    if not row["deviation"]:
        return [text]
    return [f"{text}, {other['deviation'] / row['deviation']:.1f} times as much"]


def _best(table: pd.DataFrame) -> str:
    """The best of a comparison and whether it is told apart from the second."""
    best, second = table.iloc[0], table.iloc[1]
    error = float(second["difference_error"])
    lead = f"{best['fit']}, {abs(second['difference']):.1f} ahead of {second['fit']} (standard error {error:.1f})"
    decided = math.isfinite(error) and abs(second["difference"]) > DECISIVE * error
    return lead if decided else f"{lead}, which decides nothing"
