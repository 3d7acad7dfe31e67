"""Headline values of the notebook `paradox/income_turning_point`."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from citizen_security.paradox.income_turning_point.curves import COMPARISONS, Comparison, CurveFit
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.values import Missing, Value

INCOME_UNIT = "constant 2021 international dollars per head"

# Share of the draws in which a country must lie beyond a turning point to be sure to.
SURE = 0.95

# What pages quote of each comparison.
RECORDED = {
    *(f"turning_point{end}" for end in ("", "_between")),
    *(
        f"turning_point_{what}{end}"
        for what in ("kind", "delta", "fieller", "bootstrap", "countries")
        for end in ("", "_between")
    ),
    *("u_test_p", "u_test_p_between", "u_test_p_pooled", "u_test_p_opposite"),
    *("share_inverted_u", "share_inverted_u_between", "share_u"),
    *("spline_highest_income_between", "share_peak_inside_between"),
}

# A panel compares a country with itself, so the answer within countries keeps the plain names.
SUFFIXES: dict[Comparison, str] = {"within": "", "between": "_between", "pooled": "_pooled"}


def parabola_values(
    tests: pd.DataFrame, turning: pd.DataFrame, parameters: IncomeTurningPoint
) -> list[Value | Missing]:
    """Where the parabolas turn, and what the tests say of their shape.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `tabulate_u_tests`.
    turning : pandas.DataFrame
        From `tabulate_turning_points`.
    parameters : IncomeTurningPoint

    Returns
    -------
    list of Value or Missing
        A turning point beyond the range of numbers is missing.
    """
    return [
        value
        for comparison in COMPARISONS
        for value in (
            *_turning_values(turning[turning["comparison"] == comparison], SUFFIXES[comparison], parameters),
            *_test_values(tests[tests["comparison"] == comparison], SUFFIXES[comparison]),
        )
        if _name(value) in RECORDED
    ]


def spline_values(
    splines: Mapping[Comparison, CurveFit],
    words: Mapping[Comparison, str],
    highest: pd.DataFrame,
    fitted_highest: Mapping[Comparison, float],
    confidence_level: float,
) -> list[Value]:
    """What the splines establish, and where they are highest.

    Parameters
    ----------
    splines : mapping
        From `fit_splines`.
    words : mapping
        Comparison → what its slopes establish, from `shape_in_words`.
    highest : pandas.DataFrame
        Tables of `highest_points`, of every comparison.
    fitted_highest : mapping
        From `fitted_highest`.
    confidence_level : float

    Returns
    -------
    list of Value
    """
    return [
        value
        for comparison, suffix in SUFFIXES.items()
        for value in (
            Value(
                name=f"spline_shape{suffix}",
                value=words[comparison],
                label=f"What the simultaneous band of the spline's slope establishes, {comparison} countries",
            ),
            *_highest_values(
                highest[highest["comparison"] == comparison],
                fitted_highest[comparison],
                splines[comparison].fit.observations,
                suffix,
                confidence_level,
            ),
        )
        if value.name in RECORDED or value.name.startswith("spline_shape")
    ]


def income_range_values(turning: pd.DataFrame) -> list[Value]:
    """Between which incomes the sample lies, whatever is cut off where the shape is judged.

    Parameters
    ----------
    turning : pandas.DataFrame
        From `tabulate_turning_points`.

    Returns
    -------
    list of Value
    """
    first = turning.groupby("comparison").first()
    return [
        Value(name=name, value=float(value), unit=INCOME_UNIT, label=label, format=",.0f")
        for name, value, label in (
            ("lowest_income_between", first["low_income"]["between"], "Lowest mean income of a country"),
            ("lowest_income", first["low_income"]["within"], "Lowest income of the sample"),
            ("highest_income", first["high_income"]["within"], "Highest income of the sample"),
        )
    ]


def country_values(points: pd.DataFrame, beyond: pd.DataFrame, names: "pd.Series[str]") -> list[Value]:
    """Which countries lie beyond the turning point, and which are most violent.

    Parameters
    ----------
    points : pandas.DataFrame
        Tables of `partial_points`, of every comparison.
    beyond : pandas.DataFrame
        From `countries_beyond`.
    names : pandas.Series
        Names of countries by ISO code.

    Returns
    -------
    list of Value
    """
    top = points[points["comparison"] == "between"].nlargest(3, "outcome")
    violent = ", ".join(
        f"{names[iso3]} ({income:,.0f})" for iso3, income in zip(top["iso3"], top["income"], strict=True)
    )
    own = beyond[beyond["comparison"] == "within"]
    return [
        Value(
            name="most_violent_between",
            value=violent,
            label="Countries with most homicide in the mean of their years, with the mean income in constant 2021 "
            "international dollars",
        ),
        Value(
            name="countries_beyond_turning_point",
            value=int(own["above"].sum()),
            unit="countries",
            n=len(own),
            label="Countries whose latest income lies beyond the turning point within countries",
        ),
        Value(
            name="countries_surely_beyond",
            value=int((own["share_above"] >= SURE).sum()),
            unit="countries",
            n=len(own),
            label=f"Of these, countries that lie beyond it in {SURE:.0%} of the draws or more",
        ),
    ]


def _name(value: Value | Missing) -> str:
    return value.names if isinstance(value, Missing) else value.name


def _highest_values(
    drawn: pd.DataFrame, fitted: float, observations: int, suffix: str, confidence_level: float
) -> Iterator[Value]:
    comparison, level = drawn["comparison"].iloc[0], f"{100 * confidence_level:g}%"
    low, high = drawn["income"].quantile([(1 - confidence_level) / 2, (1 + confidence_level) / 2])
    yield Value(
        name=f"spline_highest_income{suffix}",
        value=fitted,
        unit=INCOME_UNIT,
        interval=(float(low), float(high)),
        n=observations,
        label=f"Income at which the spline is highest, {comparison} countries; {level} of the draws of countries",
        format=",.0f",
    )
    yield Value(
        name=f"share_peak_inside{suffix}",
        value=100 * float(drawn["inside"].mean()),
        unit="% of the draws",
        n=len(drawn),
        label=f"Draws in which the spline is highest inside the observed incomes, {comparison} countries",
        format=".0f",
    )


def _turning_values(rows: pd.DataFrame, suffix: str, parameters: IncomeTurningPoint) -> Iterator[Value | Missing]:
    by_method = rows.set_index("method").to_dict("index")
    delta, comparison = by_method["delta"], rows["comparison"].iloc[0]
    words = f"the parabola in log income, {comparison} countries"
    level = f"{100 * parameters.confidence_level:g}% confidence"
    if np.isfinite([delta["estimate"], delta["lower"], delta["upper"]]).all():
        yield Value(
            name=f"turning_point{suffix}",
            value=float(delta["estimate"]),
            unit=INCOME_UNIT,
            interval=(float(delta["lower"]), float(delta["upper"])),
            n=int(delta["observations"]),
            label=f"Income at the {delta['turns']} of {words}; {level}, delta method",
            format=",.0f",
        )
    else:
        reason = f"{words} turns at no income that a number can hold, or its interval ends at none"
        yield Missing(names=f"turning_point{suffix}", reason=reason)
    yield Value(name=f"turning_point_kind{suffix}", value=delta["turns"], label=f"What turns: {words}")
    for method in ("delta", "Fieller", "bootstrap"):
        yield Value(
            name=f"turning_point_{method.lower()}{suffix}",
            value=by_method[method]["incomes"],
            unit=INCOME_UNIT,
            label=f"Incomes at which {words} may turn; {level}, {method}",
        )
    yield Value(
        name=f"turning_point_countries{suffix}",
        value=int(delta["countries"]),
        unit="countries",
        label=f"Countries behind {words}",
    )


def _test_values(rows: pd.DataFrame, suffix: str) -> Iterator[Value]:
    by_shape = rows.set_index("shape").to_dict("index")
    main, opposite = by_shape["inverted U"], by_shape["U"]
    comparison, count = main["comparison"], int(main["observations"])
    p_values = {
        f"u_test_p{suffix}": (main["p_value"], "an inverted U"),
        f"u_test_p_opposite{suffix}": (opposite["p_value"], "a U, the opposite shape"),
    }
    for name, (value, what) in p_values.items():
        yield Value(
            name=name,
            value=float(value),
            n=count,
            label=f"p-value of Lind and Mehlum's test for {what}, {comparison} countries",
            format=".3f",
        )
    for shape, name in (("inverted U", "share_inverted_u"), ("U", "share_u")):
        yield Value(
            name=f"{name}{suffix}",
            value=100 * float(by_shape[shape]["share_of_draws"]),
            unit="% of the draws",
            n=count,
            label=f"Draws of countries whose parabola is shaped as {shape} over the observed incomes, {comparison}",
            format=".1f",
        )
