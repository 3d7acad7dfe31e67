"""Claims beside estimates: a programme that is dropped, or a ratio of unlike things, would make the gap a story."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.announced_changes import (
    NO_CLAIM,
    NO_ESTIMATE,
    NO_FALL,
    compared_claims,
    median_over_programmes,
    programme_medians,
    with_intervals,
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def compared():
    return compared_claims(catalog.load("claimed_and_evaluated"), catalog.load("studies"))


def claims(**columns):
    base = {
        "programme": "P",
        "place": "Q",
        "study_id": "s",
        "claimed_change_percent_low": -50.0,
        "claimed_change_percent_high": -50.0,
        "evaluated_change_percent_low": -20.0,
        "evaluated_change_percent_high": -20.0,
    }
    return pd.DataFrame([{**base, **columns}])


STUDIES = pd.DataFrame([{"study_id": "s", "kind": "primary", "outcome_category": "homicide"}])


def test_no_programme_is_dropped_and_each_without_a_ratio_says_why(compared):
    assert len(compared) == len(catalog.load("claimed_and_evaluated"))
    assert (compared["ratio"].isna() == (compared["missing"] != "")).all()
    reasons = compared.set_index("programme")["missing"]
    assert reasons["Alto al Fuego"] == NO_ESTIMATE
    assert reasons["Hot spots policing"] == NO_CLAIM


def test_ratios_by_hand(compared):
    row = compared.set_index("programme").loc["Monitored CCTV"]
    assert row["ratio"] == pytest.approx(2.5)
    assert row["log_ratio_difference"] == pytest.approx(np.log(0.5 / 0.8))
    deterrence = compared.set_index("programme").loc["Focused deterrence"]
    assert deterrence["ratio"] == pytest.approx(48.5 / 19.5)
    assert (deterrence["ratio_low"], deterrence["ratio_high"]) == pytest.approx((34 / 23, 63 / 16))


def test_a_fall_that_was_not_found_gives_no_ratio():
    frame = compared_claims(claims(evaluated_change_percent_low=0.0, evaluated_change_percent_high=3.0), STUDIES)
    assert frame["missing"].tolist() == [NO_FALL]
    assert frame["ratio"].isna().all()


def test_only_homicide_in_one_place_is_set_beside_chance(compared):
    assert set(compared.loc[compared["one_place_homicide"], "iso3"]) <= {"MEX", "BRA"}
    review = STUDIES.assign(kind="review")
    assert not compared_claims(claims(), review)["one_place_homicide"].any()
    assert not compared_claims(claims(study_id="unknown"), STUDIES)["one_place_homicide"].any()


def test_the_pooled_trials_give_the_interval_that_was_printed(compared):
    found = with_intervals(compared, catalog.load("effects"), catalog.load("studies"), 0.95).set_index("programme")
    therapy = found.loc["CBT for offenders"]
    assert therapy["trials"] == 58
    # Risk ratio 0.754 (0.695 to 0.819), as traced in the table of claims, with DerSimonian and Laird.
    assert (therapy["recomputed"], therapy["evaluated_lower"], therapy["evaluated_upper"]) == pytest.approx(
        (-24.6, -30.5, -18.1), abs=1.0
    )
    assert found["evaluated_lower"].notna().sum() == 1


def test_the_bootstrap_of_few_programmes_is_the_complete_one():
    values = [1.3, 2.1, 2.5, 2.6]
    medians = sorted(np.median(drawn) for drawn in product(values, repeat=4))
    found = median_over_programmes(values, confidence_level=0.9, draws=1, seed=0)
    assert found.value == pytest.approx(2.3)
    # 256 resamples: the 13th and the 244th.
    assert found.bootstrap == pytest.approx((medians[12], medians[243]))
    assert (found.extremes, found.coverage, found.n) == ((1.3, 2.6), 0.875, 4)


def test_many_programmes_are_resampled_at_random():
    values = list(np.linspace(1, 3, 41))
    found = median_over_programmes(values, confidence_level=0.95, draws=4000, seed=1)
    # The order statistics of a binomial half: the 14th and the 28th of 41.
    assert found.bootstrap == pytest.approx((values[13], values[27]), abs=0.1)


def test_a_single_programme_has_no_median():
    assert median_over_programmes([2.0, float("nan")], confidence_level=0.95, draws=100, seed=0) is None


def test_the_extremes_enclose_the_median_as_often_as_said():
    drawn = np.random.default_rng(4).exponential(size=(20_000, 4))
    inside = (drawn.min(axis=1) < np.log(2)) & (drawn.max(axis=1) > np.log(2))
    # Twenty thousand trials: half a percent is two and a half standard errors.
    assert inside.mean() == pytest.approx(0.875, abs=0.006)


def test_both_ways_to_compare_have_their_median(compared):
    both = compared[compared["missing"] == ""]
    found = programme_medians(both, ClaimedAndEvaluated())
    assert found["ratio"].value == both["ratio"].median()
    assert found["log_ratio_difference"].value == both["log_ratio_difference"].median()
