"""What the notebook `paradox/panel_regressions` records."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import EFFECTS, MEASURES, effect_unit, spoken
from citizen_security.methods.proportions import wilson_interval
from citizen_security.paradox.panel_regressions.scales import COUNTS, FIRST, LEVELS, LOG, LONG, TOO_WIDE
from citizen_security.values import Missing, Value

# Drivers whose effect beside all others is recorded by itself; the first driver's is told in a sentence.
WITH_OTHERS = ("gdp_growth",)

# What ends the name of a change in percent, by form and scale.
SUFFIXES = {
    (LEVELS, LOG): "",
    (LEVELS, COUNTS): "_poisson",
    (FIRST, LOG): "_first_differences",
    (LONG, LOG): "_long_differences",
}


def effects(alone: pd.DataFrame) -> list[Value]:
    """Each driver alone as it is quoted: effect, p-value by Holm's method, degrees of freedom, effective countries.

    Parameters
    ----------
    alone : pandas.DataFrame
        From `readings.family`.

    Returns
    -------
    list of Value
    """
    return [value for _, row in alone[alone["regressor"].isin(EFFECTS)].iterrows() for value in _of_driver(row)]


def with_others(coefficients: pd.DataFrame) -> list[Value | Missing]:
    """Growth's effect beside all other drivers.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.

    Returns
    -------
    list of Value or Missing
    """
    rows = coefficients[coefficients["specification"] == "all together"].iterrows()
    together = {row["regressor"]: row for _, row in rows}
    return [
        _with_others(together[name])
        if name in together
        else Missing(names=f"{EFFECTS[name]}_controls", reason=f"{MEASURES[name].label} is not among the regressors")
        for name in WITH_OTHERS
    ]


def percents(scales: pd.DataFrame) -> list[Value | Missing]:
    """Each driver's effect in percent of the rate: in logs, by Poisson, and in differences of logs.

    Parameters
    ----------
    scales : pandas.DataFrame
        From `compare_scales`.

    Returns
    -------
    list of Value or Missing
    """
    found = [
        (row, SUFFIXES[(row["form"], row["scale"])])
        for _, row in scales.iterrows()
        if (row["form"], row["scale"]) in SUFFIXES and row["regressor"] in EFFECTS
    ]
    return [_in_percent(row, suffix) for row, suffix in found]


def poverty_by_effects(estimators: pd.DataFrame) -> list[Value]:
    """Effect of poverty with nothing, the country, and country and year held constant; none where poverty is missing.

    Parameters
    ----------
    estimators : pandas.DataFrame
        From `compare_estimators`.

    Returns
    -------
    list of Value
    """
    kinds = ("pooled", "country effects", "country and year effects")
    rows = estimators[(estimators["regressor"] == "poverty_685") & estimators["estimator"].isin(kinds)]
    rows = rows[np.isfinite(rows[["estimate", "lower", "upper"]].astype(float)).all(axis=1)]
    return [
        Value(
            name=f"poverty_effect_{row['estimator'].replace(' ', '_')}",
            value=float(row["estimate"]),
            unit=effect_unit(row["outcome"], row["regressor"]),
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["observations"]),
            label=f"Effect of poverty alone, {row['estimator']}; {_level(row)}",
            format="+.2f",
        )
        for _, row in rows.iterrows()
    ]


def growth_by_interval(intervals: pd.DataFrame) -> list[Value]:
    """Growth's effect alone with every kind of interval; none where growth is missing or an end is infinite.

    Parameters
    ----------
    intervals : pandas.DataFrame
        From `intervals_side_by_side`.

    Returns
    -------
    list of Value
    """
    rows = intervals[intervals["regressor"] == "gdp_growth"]
    rows = rows[np.isfinite(rows[["estimate", "lower", "upper"]].astype(float)).all(axis=1)]
    return [
        Value(
            name="gdp_growth_effect_" + row["method"].lower().replace("–", "_").replace("-", "_").replace(" ", "_"),
            value=float(row["estimate"]),
            unit=effect_unit(row["outcome"], row["regressor"]),
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["observations"]),
            label=f"Effect of growth alone, {row['method']}; {_level(row)}",
            format="+.2f",
        )
        for _, row in rows.iterrows()
    ]


def coverage(simulated: pd.DataFrame, confidence_level: float) -> list[Value]:
    """How often intervals held the truth in simulated panels, by kind and number of countries.

    Parameters
    ----------
    simulated : pandas.DataFrame
        From `simulated_coverage`, of several numbers of clusters.
    confidence_level : float
        Of the interval that the number of simulations leaves.

    Returns
    -------
    list of Value
    """
    return [_coverage_value(row, confidence_level) for _, row in simulated.iterrows()]


def _coverage_value(row: "pd.Series[Any]", confidence_level: float) -> Value:
    share, simulations = float(row["coverage"]), int(row["simulations"])
    lower, upper = wilson_interval(round(share * simulations), simulations, confidence_level)
    return Value(
        name=f"coverage_{row['method'].replace('-', '_').replace(' ', '_')}_{row['clusters']}",
        value=100 * share,
        interval=(100 * lower, 100 * upper),
        unit="%",
        n=simulations,
        label=f"Coverage of 95% intervals ({row['method']}) with {row['clusters']} simulated countries; "
        f"{100 * confidence_level:g}% interval of the number of simulations",
        format=".1f",
    )


def texts(said: Mapping[str, str]) -> list[Value]:
    """Sentences that follow the run, from `readings.all_readings`, each under its name."""
    return [Value(name=name, value=text, label=name.replace("_", " ")) for name, text in said.items()]


def _of_driver(row: "pd.Series[Any]") -> list[Value]:
    name, what = EFFECTS[row["regressor"]], f"{spoken(row['regressor'])}, alone"
    return [
        Value(
            name=name,
            value=float(row["estimate"]),
            unit=effect_unit(row["outcome"], row["regressor"]),
            interval=(float(row["lower"]), float(row["upper"])),
            n=int(row["observations"]),
            label=f"Effect of {what}; {_level(row)}",
            format="+.2f",
        ),
        Value(
            name=f"{name}_holm_p",
            value=float(row["holm_p_value"]),
            label=f"p-value of the effect of {what}, adjusted by Holm's method for all drivers alone",
            format=".2f",
        ),
        Value(
            name=f"{name}_degrees_of_freedom",
            value=float(row["degrees_of_freedom"]),
            label=f"Satterthwaite's degrees of freedom of the effect of {what}",
            format=".1f",
        ),
        Value(
            name=f"{name}_effective_clusters",
            value=float(row["effective_clusters"]),
            unit="countries",
            n=int(row["countries"]),
            label=f"Countries of equal leverage that would be worth those behind the effect of {what}",
            format=".1f",
        ),
    ]


def _with_others(row: "pd.Series[Any]") -> Value:
    regressor = row["regressor"]
    return Value(
        name=f"{EFFECTS[regressor]}_controls",
        value=float(row["estimate"]),
        unit=effect_unit(row["outcome"], regressor),
        interval=(float(row["lower"]), float(row["upper"])),
        n=int(row["observations"]),
        label=f"Effect of {spoken(regressor)}, all drivers together, {int(row['countries'])} countries; {_level(row)}",
        format="+.2f",
    )


def _in_percent(row: "pd.Series[Any]", suffix: str) -> Value | Missing:
    name = EFFECTS[row["regressor"]].removesuffix("_effect") + f"_percent{suffix}"
    numbers = [float(row[column]) for column in ("percent", "percent_lower", "percent_upper")]
    if not np.isfinite(numbers).all():
        return Missing(names=name, reason=str(row["problem"]) or TOO_WIDE)
    return Value(
        name=name,
        value=numbers[0],
        unit=f"% of the homicide rate per {MEASURES[row['regressor']].unit}",
        interval=(numbers[1], numbers[2]),
        n=int(row["observations"]),
        label=f"Effect of {spoken(row['regressor'])} alone, {row['scale']}, {row['form']}; {_level(row)}",
        format="+.1f",
    )


def _level(row: "pd.Series[Any]") -> str:
    return f"{100 * row['confidence_level']:g}% confidence"
