"""Headline values of the notebook `paradox/income_turning_point`."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import OUTCOMES
from citizen_security.paradox.income_turning_point.curves import COMPARISONS, Comparison
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint

INCOME_UNIT = "constant 2021 international dollars per head"


# A panel compares a country with itself, so the answer within countries keeps the plain names.
SUFFIXES: dict[Comparison, str] = {"within": "", "between": "_between", "pooled": "_pooled"}


def income_values(
    tests: pd.DataFrame, turning: pd.DataFrame, wild: Mapping[Comparison, float], parameters: IncomeTurningPoint
) -> list[dict[str, Any]]:
    """What the notebook records of the parabolas.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `tabulate_u_tests`.
    turning : pandas.DataFrame
        From `tabulate_turning_points`.
    wild : mapping
        From `wild_p_values`.
    parameters : IncomeTurningPoint

    Returns
    -------
    list of dict
        Keyword arguments of `citizen_security.values.record`. A turning point beyond the range of numbers is passed
        over.
    """
    return [
        value
        for comparison in COMPARISONS
        for value in (
            *_turning_values(turning[turning["comparison"] == comparison], SUFFIXES[comparison], parameters),
            *_test_values(tests[tests["comparison"] == comparison], wild[comparison], SUFFIXES[comparison], parameters),
        )
    ]


def _turning_values(rows: pd.DataFrame, suffix: str, parameters: IncomeTurningPoint) -> Iterator[dict[str, Any]]:
    by_method = rows.set_index("method").to_dict("index")
    delta, comparison = by_method["delta"], rows["comparison"].iloc[0]
    words = f"the parabola in log income, {comparison} countries"
    level = f"{100 * parameters.confidence_level:g}% confidence"
    if np.isfinite([delta["estimate"], delta["lower"], delta["upper"]]).all():
        yield {
            "name": f"turning_point{suffix}",
            "value": float(delta["estimate"]),
            "unit": INCOME_UNIT,
            "interval": (float(delta["lower"]), float(delta["upper"])),
            "n": int(delta["observations"]),
            "label": f"Income at the {delta['turns']} of {words}; {level}, delta method",
            "format": ",.0f",
        }
    yield {"name": f"turning_point_kind{suffix}", "value": delta["turns"], "label": f"What turns: {words}"}
    for method in ("delta", "Fieller", "bootstrap"):
        yield {
            "name": f"turning_point_{method.lower()}{suffix}",
            "value": by_method[method]["incomes"],
            "unit": INCOME_UNIT,
            "label": f"Incomes at which {words} may turn; {level}, {method}",
        }
    yield {
        "name": f"turning_point_countries{suffix}",
        "value": int(delta["countries"]),
        "unit": "countries",
        "label": f"Countries behind {words}",
    }


def _test_values(
    rows: pd.DataFrame, wild: float, suffix: str, parameters: IncomeTurningPoint
) -> Iterator[dict[str, Any]]:
    by_shape = rows.set_index("shape").to_dict("index")
    main, opposite = by_shape["inverted U"], by_shape["U"]
    comparison, count = main["comparison"], int(main["observations"])
    p_values = {
        f"u_test_p{suffix}": (main["p_value"], "an inverted U"),
        f"u_test_p_wild{suffix}": (wild, "an inverted U, wild cluster bootstrap"),
        f"u_test_p_opposite{suffix}": (opposite["p_value"], "a U, the opposite shape"),
    }
    for name, (value, what) in p_values.items():
        yield {
            "name": name,
            "value": float(value),
            "n": count,
            "label": f"p-value of Lind and Mehlum's test for {what}, {comparison} countries",
            "format": ".3f",
        }
    for end in ("low", "high"):
        yield {
            "name": f"income_slope_{end}{suffix}",
            "value": float(main[f"slope_{end}"]),
            "unit": f"{OUTCOMES[parameters.outcome].unit} per log point of income",
            "n": count,
            "label": f"Slope of the parabola at the {end} end of incomes, {comparison} countries",
            "format": ".1f",
        }
    for shape, name in (("inverted U", "share_inverted_u"), ("U", "share_u")):
        yield {
            "name": f"{name}{suffix}",
            "value": 100 * float(by_shape[shape]["share_of_draws"]),
            "unit": "% of the draws",
            "n": count,
            "label": f"Draws of countries whose parabola is shaped as {shape} over the observed incomes, {comparison}",
            "format": ".1f",
        }
