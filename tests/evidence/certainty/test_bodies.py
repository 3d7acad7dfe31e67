"""A body of evidence is one question: outcomes, measures and designs are never mixed."""

import math

import numpy as np
import pandas as pd
import pytest
from evidence.bodies_by_hand import effects_frame, one_body
from scipy.stats import norm

from citizen_security.evidence.certainty.bodies import bodies_of_evidence, table_of_bodies
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.methods.meta_analysis.pooling import pool

ROWS = [("one", -0.4, 0.1, True), ("two", -0.1, 0.2, False), ("three", -0.3, 0.15, True)]


def test_outcomes_measures_and_designs_are_apart():
    both = pd.concat(
        [
            effects_frame(ROWS),
            effects_frame(ROWS, outcome="victimisation"),
            effects_frame(ROWS, measure="odds_ratio"),
            effects_frame(ROWS[:2], maryland_level=5),
            effects_frame(ROWS[:1], outcome=""),
        ],
        ignore_index=True,
    )
    found = bodies_of_evidence(both, Certainty.from_values({}))
    assert [(it.outcome, it.sample.measure, it.is_randomised, it.sample.k) for it in found] == [
        ("homicide", "rate_ratio", True, 2),
        ("homicide", "odds_ratio", False, 3),
        ("homicide", "rate_ratio", False, 3),
        ("victimisation", "rate_ratio", False, 3),
    ]


@pytest.mark.parametrize(
    ("estimator", "test", "level"), [("paule_mandel", "normal", 0.8), ("dersimonian_laird", "knapp_hartung", 0.9)]
)
def test_the_effect_is_that_of_the_shared_pooling_with_the_parameters_of_the_run(estimator, test, level):
    chosen = Certainty.from_values({"estimator": estimator, "test": test, "confidence_level": level})
    body = one_body(ROWS, chosen)
    effect, error = (np.array([row[place] for row in ROWS]) for place in (1, 2))
    fit = pool(effect, error**2, estimator=estimator, test=test, confidence_level=level)
    assert body.effect == pytest.approx((fit.effect, *fit.interval), rel=1e-12)
    assert body.prediction == pytest.approx(fit.prediction_interval(), rel=1e-12)
    assert f"({level:.0%} interval: " in body.effect_in_words


def test_a_single_study_has_a_normal_interval_at_the_level_of_the_run():
    body = one_body(ROWS[1:2], Certainty.from_values({"confidence_level": 0.8}))
    half = norm.ppf(0.9) * 0.2
    assert body.effect == pytest.approx((-0.1, -0.1 - half, -0.1 + half), rel=1e-12)
    assert body.prediction is None
    assert body.effect_in_words == "rate 10% lower (80% interval: 30% lower to 17% higher)"


def test_a_single_effect_keeps_the_interval_that_was_printed_at_that_level_alone():
    # Cerdá and others (2012): 0.25 (0.11 to 0.67), whose halves differ.
    printed = {"printed_lower": math.log(0.11), "printed_upper": math.log(0.67), "printed_level": 0.95}
    row = [("one", math.log(0.25), 0.460926, True)]
    assert one_body(row, **printed).effect_in_words == "rate 75% lower (95% interval: 89% to 33% lower)"
    other = one_body(row, Certainty.from_values({"confidence_level": 0.9}), **printed)
    assert other.effect[1] == pytest.approx(math.log(0.25) - norm.ppf(0.95) * 0.460926, rel=1e-6)
    two = one_body(row * 2, **printed)
    assert two.effect[1] == pytest.approx(math.log(0.25) - norm.ppf(0.975) * 0.460926, rel=1e-6)


def test_two_studies_have_no_prediction_interval():
    assert one_body(ROWS[:2]).fit.k == 2
    assert one_body(ROWS[:2]).prediction_in_words == "none with fewer than three studies"


def test_the_share_is_one_of_weight_and_not_of_studies():
    body = one_body(ROWS, Certainty.from_values({"estimator": "equal_effects"}))
    weights = np.array([100, 25, 1 / 0.15**2])
    share = body.share(body.sample.studies["is_lac"])
    assert share == pytest.approx((weights[0] + weights[2]) / weights.sum(), rel=1e-12)
    assert abs(share - 2 / 3) > 0.1


def test_events_are_of_both_groups_and_known_only_where_all_counts_are():
    counted = "computed from public counts 19/46 vs 4/35"
    body = one_body(ROWS, derivation=counted)
    assert body.events == 3 * (19 + 4)
    frame = effects_frame(ROWS, derivation=counted)
    frame.loc[1, "derivation"] = "as_published"
    assert bodies_of_evidence(frame, Certainty.from_values({}))[0].events is None


def test_an_effect_of_a_dose_is_said_to_be_one():
    body = one_body([("one", math.log(0.997), 0.0003, True)], scale="log_ratio_per_percentage_point_of_coverage")
    assert body.is_per_dose
    assert body.weights.tolist() == [1]
    # exp(−0.003005 ± 1.96 · 0.0003): 0.36% to 0.24% lower.
    assert (
        body.effect_in_words
        == "rate 0.3% lower for each percentage point of coverage (95% interval: 0.4% to 0.2% lower)"
    )


def test_the_table_has_a_row_a_body_with_what_it_is_of():
    row = table_of_bodies([one_body(ROWS)]).iloc[0]
    assert (row["studies"], row["effects"], row["in_region"]) == (3, 3, 2)
    assert row["lower"] < row["effect"] < row["upper"]
    assert row["new_lower"] < row["lower"]
    assert row["upper"] < row["new_upper"]
    single = table_of_bodies([one_body(ROWS[:1])]).iloc[0]
    assert np.isnan([single["new_lower"], single["i_squared"], single["events"]]).all()
