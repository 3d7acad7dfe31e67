"""One verdict on the inverted U, for titles and text."""

import numpy as np
import pandas as pd

from citizen_security.paradox.income_turning_point import readings
from citizen_security.paradox.income_turning_point.u_test import u_test

COMPARISONS = ("pooled", "between", "within")
NEITHER = "neither a rise nor a fall anywhere"


def u_tests(**established):
    """Tests in which the shapes named are established, by the words of the test itself."""
    rising = np.array([0.0, -1.0])
    rows = []
    for comparison in COMPARISONS:
        for shape in ("inverted U", "U"):
            sign = 1 if shape == "inverted U" else -1
            error = 0.01 if established.get(comparison) == shape else 10.0
            test = u_test(sign * rising, error * np.eye(2), -1.0, 1.0, 30, 0.05, shape)
            rows.append({"comparison": comparison, "shape": shape, "verdict": test.verdict})
    return pd.DataFrame(rows)


def two_lines(**established):
    rows = [
        {"comparison": comparison, "shape": shape, "holds": established.get(comparison) == shape}
        for comparison in COMPARISONS
        for shape in ("inverted U", "U")
    ]
    return pd.DataFrame(rows)


def splines(**words):
    return dict.fromkeys(COMPARISONS, NEITHER) | words


def by_name(tests, words, lines):
    return {value.name: value.value for value in readings.shapes(readings.shape_verdicts(tests, words, lines))}


def test_each_way_is_read_from_its_own_table():
    verdicts = readings.shape_verdicts(
        u_tests(within="inverted U", pooled="U"),
        splines(between="a rise and then a fall: an inverted U", within="a fall and then a rise: a U"),
        two_lines(pooled="U"),
    ).set_index(["comparison", "method"])["shape"]
    assert verdicts["within", "parabola"] == "inverted U"
    assert verdicts["within", "spline"] == "U"
    assert verdicts["between", "spline"] == "inverted U"
    assert verdicts["pooled", "parabola"] == verdicts["pooled", "two lines"] == "U"
    assert (verdicts == "none").sum() == 4


def test_a_shape_is_told_with_the_ways_that_establish_it_and_those_that_do_not():
    text = by_name(u_tests(within="inverted U"), splines(), two_lines(within="inverted U"))
    assert text["inverted_u_reading"] == (
        "Within countries, an inverted U is established by the parabola's test at both ends of the incomes and two "
        "lines, and not by the band of the spline's slope."
    )
    assert text["opposite_u_reading"] == (
        "A U is established neither pooled nor between nor within countries, by the parabola's test at both ends of "
        "the incomes, the band of the spline's slope or two lines."
    )


def test_every_comparison_with_a_shape_has_its_sentence():
    every = dict.fromkeys(COMPARISONS, "U")
    text = by_name(
        u_tests(**every), splines(**dict.fromkeys(COMPARISONS, "a fall and then a rise: a U")), two_lines(**every)
    )
    assert text["opposite_u_reading"].count("a U is established by") == 3
    assert "not by" not in text["opposite_u_reading"]


def test_the_turn_s_place_is_told_only_where_fieller_s_set_is_an_interval():
    def reading(between, within):
        table = pd.DataFrame(
            {
                "comparison": ["pooled", "between", "within", "within"],
                "method": ["Fieller", "Fieller", "Fieller", "delta"],
                "kind": ["two rays", between, within, "interval"],
            }
        )
        (value,) = readings.turning_points(table)
        return value.value

    assert reading("every income", "two rays").startswith(
        "Between countries and within countries Fieller's set has no end"
    )
    mixed = reading("two rays", "interval")
    assert mixed.startswith("Within countries Fieller's set is an interval")
    assert "Between countries Fieller's set has no end" in mixed
    assert "no end" not in reading("interval", "interval")
