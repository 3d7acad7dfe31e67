"""Sentences name the drivers of the run, keep signs, and say when a comparison decides nothing."""

import pandas as pd
import pytest

from citizen_security.paradox.country_heterogeneity.sentences import (
    averages_sentences,
    differences_sentences,
    prediction_sentences,
    step_of,
)

ROW = {
    "driver": "gdp_growth", "estimate": -0.3, "lower": -0.5, "upper": -0.1, "average_positive": 0.01,
    "deviation": 0.2, "deviation_lower": 0.1, "deviation_upper": 0.3, "positive_share": 0.25,
    "positive_share_lower": 0.1, "positive_share_upper": 0.4, "new_country_positive": 0.2,
}  # fmt: skip


def fixed(lower, upper):
    row = {"specification": "alone", "regressor": "gdp_growth", "estimate": 0.2, "lower": lower, "upper": upper}
    return pd.DataFrame([row, {**row, "specification": "together", "estimate": 9.0}])


@pytest.mark.parametrize(
    ("ends", "side"),
    [((0.1, 0.3), "with an interval above zero"), ((-0.1, 0.5), "includes zero"), ((-0.3, -0.1), "below zero")],
)
def test_the_average_is_set_beside_the_regression_of_the_driver_alone(ends, side):
    said = averages_sentences(pd.DataFrame([ROW]), fixed(*ends), "log_rate")
    assert said.startswith(
        "The interval of the average slope leaves out zero for GDP growth. A percentage point of GDP growth goes with "
        "−0.30 (−0.50 to −0.10) log points of the homicide rate, above zero with probability "
        "0.01. The two-way regression has +0.20 ("
    )
    assert said.endswith(f"{side}.")


def test_whether_the_averages_leave_out_zero_is_answered_first():
    said = averages_sentences(pd.DataFrame([{**ROW, "upper": 0.1}]), fixed(0.1, 0.3), "rate")
    assert said.startswith("No average slope has an interval that leaves out zero. A percentage point of GDP growth")


def test_the_deviation_is_set_beside_that_of_independent_errors():
    slopes = pd.DataFrame({"driver": "gdp_growth", "lower": [-1.0, -0.5, 0.1], "upper": [-0.5, 0.5, 0.9]})
    other = {"fit": "one", "driver": "gdp_growth", "deviation": 1.3, "deviation_lower": 1.0, "deviation_upper": 2.0}
    by_errors = pd.DataFrame([{**other, "fit": "another", "deviation": 7.0}, other])
    said = differences_sentences(pd.DataFrame([ROW]), slopes, by_errors, "one")
    assert "Slopes of GDP growth deviate between countries by 0.20 (0.10 to 0.30)." in said
    assert "they would deviate by 1.30 (1.00 to 2.00), 6.5 times as much." in said
    assert "2 of 3 countries have an interval of the slope that leaves out zero." in said
    assert "is 25% (10% to 40%)." in said
    assert "independent" not in differences_sentences(pd.DataFrame([ROW]), slopes, by_errors, "none")


@pytest.mark.parametrize(
    ("error", "end"), [(2.0, "(standard error 2.0)."), (6.0, "(standard error 6.0), which decides nothing.")]
)
def test_a_lead_within_two_standard_errors_decides_nothing(error, end):
    table = pd.DataFrame(
        {
            "fit": ["slopes", "intercepts"],
            "elpd": [-100.0, -110.0],
            "difference": [0.0, -10.0],
            "difference_error": [0.0, error],
            "high_pareto": [1, 3],
        }
    )
    said = prediction_sentences(table, table, "slopes", "intercepts")
    assert f"Another year of a known country is predicted best by slopes, 10.0 ahead of intercepts {end}" in said
    assert "by +10.0 against varying intercepts. One country-year has a Pareto k above 0.7 there." in said
    turned = prediction_sentences(table, table, "intercepts", "slopes")
    assert "by −10.0 against varying intercepts. Three country-years have" in turned


def test_a_step_of_a_driver_is_named_as_a_sentence_names_it():
    assert step_of("gdp_growth") == "a percentage point of GDP growth"
