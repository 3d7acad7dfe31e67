"""One verdict on the inverted U, for titles and text."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.income_turning_point import readings
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.u_test import u_test
from citizen_security.paradox.panel.sample import EstimationSample

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
        "Within countries, an inverted U is established by a parabola judged at both ends of the incomes and two "
        "straight lines that meet, and not by a curve of free shape."
    )
    assert text["opposite_u_reading"] == (
        "The data establish no U, whether countries are compared with each other, with themselves or pooled. Asked "
        "were a parabola judged at both ends of the incomes, a curve of free shape and two straight lines that meet."
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
        "Between countries and within countries the data do not tell at which income the curve turns: the incomes "
        "that they allow have no end"
    )
    mixed = reading("two rays", "interval")
    assert mixed.startswith(
        "Within countries the data tell at which income the curve turns: the incomes that they allow have a "
        "lowest and a highest"
    )
    assert "Between countries the data do not tell" in mixed
    assert "no end" not in reading("interval", "interval")


def test_what_is_compared_within_countries_follows_the_fixed_effects():
    (two_way,) = readings.within_comparison(IncomeTurningPoint())
    (country,) = readings.within_comparison(IncomeTurningPoint(fixed_effects="country"))
    assert two_way.value.endswith("held constant")
    assert country.value.endswith("left in")


def test_the_incomes_that_are_judged_are_told_with_what_is_cut_off():
    tests = pd.DataFrame(
        {"comparison": ["between", "within"], "low_income": [13_050.4, 11_291.0], "high_income": [25_000.0, 28_168.0]}
    )
    (trimmed,) = readings.incomes_judged(tests, IncomeTurningPoint(range_trim=0.125))
    assert trimmed.value == (
        "The parabola's test judges the incomes from 13,050 to 25,000 dollars between countries and from 11,291 to "
        "28,168 dollars within countries, with 12.5% of the rows cut off at each end."
    )
    (whole,) = readings.incomes_judged(tests, IncomeTurningPoint())
    assert whole.value.endswith("with no row cut off.")


@pytest.mark.parametrize(
    ("turns", "place", "said"),
    [
        ("maximum", 1_720.4, "has a maximum in place of a minimum, at 1,720 dollars, below the incomes of the sample."),
        ("minimum", 40_000.0, "still has a minimum, at 40,000 dollars, above the incomes of the sample."),
        ("minimum", 12_000.0, "still has a minimum, at 12,000 dollars, among the incomes of the sample."),
        ("maximum", 3e8, "has a maximum in place of a minimum, where no country ever was."),
    ],
)
def test_the_shape_without_the_deciding_country_is_named_and_placed(turns, place, said):
    turning = pd.DataFrame(
        {
            "comparison": ["between", "within"],
            "turns": ["maximum", "minimum"],
            "low_income": [15_000.0, 9_105.0],
            "high_income": [16_000.0, 35_873.0],
        }
    )
    without = pd.DataFrame({"country": ["Colombia"], "quadratic": [-2.0], "turns": [turns], "turning_point": [place]})
    (value,) = readings.influence(without, turning)
    assert value.value == f"The square within countries changes most without Colombia: the parabola then {said}"
    (line,) = readings.influence(without.assign(quadratic=0.0), turning)
    assert line.value.endswith("and the parabola is then a line.")


def compared(left_out, populations):
    frame = pd.DataFrame(
        {"iso3": list(populations), "year": 2020, "population": [float(people) for people in populations.values()]}
    )
    left = pd.DataFrame({"iso3": list(left_out), "reason": list(left_out.values())}, dtype=object)
    names = pd.Series({"CUB": "Cuba", "VEN": "Venezuela", "HTI": "Haiti"})
    (value,) = readings.countries_compared(EstimationSample(frame, left), names)
    return value.value


def test_only_countries_of_the_run_are_told():
    no_income = "no figures: log_gdp_per_capita, log_gdp_per_capita_squared"
    assert compared(
        {"CUB": no_income, "HTI": "no figures: rate", "VEN": no_income}, {"BLZ": 4e5, "GUY": 8e5, "COL": 5e7}
    ) == (
        "Cuba and Venezuela are left out and have no income in this series. Haiti is left out and has too few figures. "
        "Two countries compared have fewer than a million people, where a few killings move the rate."
    )
    assert compared({}, {"COL": 5e7, "BRA": 2e8}) == "No chosen country is left out."
    assert "One country compared has fewer" in compared({}, {"COL": 5e7, "BLZ": 4e5})
