"""What the notebook `paradox/panel_regressions` records."""

from typing import Any

import pandas as pd

from citizen_security.measures import EFFECTS, effect_unit
from citizen_security.values import Value

SUFFIXES = {
    "alone": "",
    "alone, shared sample": "_shared_sample",
    "youth unemployment and growth": "_joint",
    "all together": "_controls",
}


def effects(coefficients: pd.DataFrame) -> list[Value]:
    """What the notebook records of its coefficients: the effect, its standard error, and the countries behind it.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`, of the specifications named in `SUFFIXES`; others are passed over, and so is
        the income of a parabola, whose slope is no one number.

    Returns
    -------
    list of Value
    """
    chosen = coefficients[coefficients["specification"].isin(list(SUFFIXES)) & coefficients["regressor"].isin(EFFECTS)]
    rows = [row for _, row in chosen.iterrows() if not _is_part_of_parabola(row)]
    return [value for row in rows for value in _values(row)]


def _is_part_of_parabola(row: "pd.Series[Any]") -> bool:
    return f"{row['regressor']}_squared" in row["regressors"].split(", ")


def _values(row: "pd.Series[Any]") -> list[Value]:
    name = EFFECTS[row["regressor"]] + SUFFIXES[row["specification"]]
    unit = effect_unit(row["outcome"], row["regressor"])
    level = f"{row['confidence_level']:.0%}" if row["confidence_level"] < 0.995 else f"{row['confidence_level']:.1%}"
    what = f"{row['regressor']}, {row['specification']}"
    return [
        Value(
            name=name,
            value=float(row["estimate"]),
            unit=unit,
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["observations"]),
            label=f"Effect of {what}; {level} confidence, errors clustered by country",
            format=".2f",
        ),
        Value(
            name=f"{name}_standard_error",
            value=float(row["standard_error"]),
            unit=unit,
            label=f"Standard error of the effect of {what}, clustered by country",
            format=".2f",
        ),
        Value(
            name=f"{name}_countries",
            value=int(row["countries"]),
            unit="countries",
            label=f"Countries behind the effect of {what}",
        ),
    ]


def comparison_with_published(compared: pd.DataFrame) -> list[Value]:
    """How each published effect compares, in words.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_with_published`.

    Returns
    -------
    list of Value
    """
    return [
        Value(
            name=f"{row['regressor']}_verdict",
            value=str(row["verdict"]),
            label=f"How the published effect of {row['regressor']} compares",
        )
        for _, row in compared.iterrows()
    ]


def countries_with_rate(panel: pd.DataFrame) -> list[Value]:
    """How many countries of the panel have a homicide rate."""
    count = int(panel.loc[panel["rate"].notna(), "iso3"].nunique())
    return [Value(name="country_count", value=count, unit="countries", label="Countries with a homicide rate")]
