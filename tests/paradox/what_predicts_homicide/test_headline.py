"""What the notebook records: names, intervals and numbers, from the tables that the page shows."""

from dataclasses import fields

import pandas as pd
import pytest
from paradox.prediction_rows import BLOCKS, simulated_rows
from paradox.prediction_settings import QUICK, SMALL
from paradox.recorded import check_values

from citizen_security.paradox.what_predicts_homicide import headline
from citizen_security.paradox.what_predicts_homicide.folds import country_folds
from citizen_security.paradox.what_predicts_homicide.gains import Gain, compare, poverty_gain_table
from citizen_security.paradox.what_predicts_homicide.intervals import SHOWN_METHODS
from citizen_security.paradox.what_predicts_homicide.learners import MODELS
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import predict_all
from citizen_security.paradox.what_predicts_homicide.questions import BASELINES, NEXT, UNSEEN, by_question
from citizen_security.paradox.what_predicts_homicide.scores import best_of
from citizen_security.values import Missing


@pytest.fixture(scope="module")
def predictions():
    rows = simulated_rows(1, effect=1.0)
    unseen = predict_all(rows, country_folds(rows, 5, 1), BLOCKS, SMALL)
    old, new = BASELINES[UNSEEN], BASELINES[NEXT]
    return {UNSEEN: unseen, NEXT: unseen.rename(columns=dict(zip(old, new, strict=True)))}


def interval_row(**given):
    return {"lower": 1.0, "upper": 3.0, "observations": 40, **given}


def test_the_gain_is_that_of_the_main_model(predictions):
    gains = by_question({question: poverty_gain_table(table, QUICK) for question, table in predictions.items()})
    values = check_values(headline.poverty_gain_values(gains, QUICK))
    row = gains[(gains["question"] == NEXT) & (gains["model"] == QUICK.main_model)].iloc[0]
    recorded = values["poverty_predictive_gain_next_year"]
    assert (recorded.value, recorded.interval) == (row["estimate"], (row["lower"], row["upper"]))
    assert values["poverty_predictive_gain_reading"].value.startswith("helps")
    assert values["prediction_countries"].value == 25


def test_the_best_model_is_held_against_the_first_baseline(predictions):
    values = check_values(headline.skill_values(predictions, QUICK))
    best = best_of(predictions[UNSEEN], MODELS)
    expected = compare(predictions[UNSEEN], BASELINES[UNSEEN][0], best, QUICK)
    assert values["best_model_skill_unseen_country"].value == expected.estimate
    said = values["best_model_skill_unseen_country_sentence"].value
    assert f"({best.replace('_', ' ')}, picked after the fact" in said
    assert f"errs {expected.estimate:.1f}% less than the {BASELINES[UNSEEN][0]}" in said
    assert said.endswith("The interval leaves out no gain.")
    assert "last value" in values["best_model_skill_over_last_value"].label


@pytest.mark.parametrize(
    ("estimate", "ends", "said"),
    [
        (
            8.9,
            (-8.06, 20.3),
            "errs 8.9% less than the last value (gain −8.1% to +20.3%). The interval includes no gain.",
        ),
        (
            -3.0,
            (-9.0, -1.0),
            "errs 3.0% more than the last value (gain −9.0% to −1.0%). The interval lies on the side of a",
        ),
    ],
)
def test_a_model_that_errs_more_is_not_said_to_gain(estimate, ends, said):
    gain = Gain(
        **{field.name: 0 for field in fields(Gain)} | {"estimate": estimate, "lower": ends[0], "upper": ends[1]}
    )
    assert said in headline._skill_sentence(gain, "elastic net", "last value")


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((4.0, 1.0, 7.0), "the next year 4.0% smaller (7.0% smaller to 1.0% smaller)."),
        ((-1.02, -2.83, 0.89), "the next year 1.0% larger (0.9% smaller to 2.8% larger)."),
        ((0.04, -4.36, 5.14), "the next year neither smaller nor larger (5.1% smaller to 4.4% larger)."),
    ],
)
def test_what_adding_poverty_does_is_a_smaller_or_a_larger_error_and_never_minus_a_gain(numbers, said):
    gain = dict(zip(("estimate", "lower", "upper"), numbers, strict=True))
    assert headline._added_sentence(gain, "in the next year").endswith(said)


def test_poverty_is_recorded_alone():
    blocks = pd.DataFrame(
        [
            interval_row(block="poverty", comparison="alone", estimate=2.0),
            interval_row(block="poverty", comparison="added to the others", estimate=1.5),
        ]
    )
    values = check_values(headline.poverty_values(blocks, QUICK))
    assert values["poverty_alone_gain"].value == 2.0


NAMES = {"A": "Argentina", "B": "Brazil", "C": "Chile"}


def test_coverage_is_recorded_in_per_cent_and_the_worst_country_needs_enough_forecasts():
    kept = {"level": 0.9, "coverage": 0.8, "lower": 0.7, "upper": 0.85, "median_half_width": 0.5, "observations": 90}
    calibration = pd.DataFrame([{"question": name, "method": method, **kept} for name, method in SHOWN_METHODS.items()])
    by_country = pd.DataFrame(
        {"question": [NEXT] * 3, "iso3": ["A", "B", "C"], "coverage": [0.9, 0.6, 0.1], "observations": [20, 20, 9]}
    )
    values = check_values(headline.coverage_values(calibration, by_country, NAMES, QUICK))
    assert values["conformal_coverage_90"].value == pytest.approx(80)
    assert values["conformal_coverage_90_next_year"].interval == pytest.approx((70, 85))
    assert values["conformal_worst_country"].value == "Brazil"
    # Wilson's interval of 12 of 20.
    assert values["conformal_worst_coverage"].interval == pytest.approx((38.7, 78.1), abs=0.05)
    few = headline.coverage_values(calibration, by_country.iloc[2:], NAMES, QUICK)
    assert [value.names for value in few if isinstance(value, Missing)] == ["conformal_worst_*"]
    endless = headline.coverage_values(calibration.assign(level=0.5), by_country, NAMES, QUICK)
    assert [value.names for value in endless if isinstance(value, Missing)] == [
        "conformal_coverage_90",
        "conformal_coverage_90_next_year",
    ]


def test_the_horizon_is_said_in_words():
    values = check_values(headline.setting_values(WhatPredictsHomicide.from_values({"horizon": 2})))
    assert values["horizon"].value == "2 years"
    assert values["smallest_gain"].value == 5.0
