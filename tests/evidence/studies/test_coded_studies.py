"""Shares of the coded studies have the interval that the literature prints, and the silent studies are told."""

import pandas as pd
import pytest
from evidence.hand_counted import HAND
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from citizen_security.evidence.studies import coded_studies
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


def test_the_share_of_good_news_is_given_with_and_without_the_silent_studies():
    stated, lowest = coded_studies.positive_share(HAND), coded_studies.positive_share(HAND, not_stated_is_negative=True)
    assert (stated.count, stated.n) == (1, 2)
    assert (lowest.count, lowest.n) == (1, 3)


# Newcombe (1998), Statistics in Medicine 17(8), table I, method 3: printed to four decimals.
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_equals_the_published_examples(count, n, low, high):
    assert coded_studies.Share(count, n).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_equals_that_of_statsmodels(pair):
    # Both are closed forms of the same few operations: only rounding in the last digits may differ.
    assert coded_studies.Share(*pair).interval == pytest.approx(proportion_confint(*pair, method="wilson"), abs=1e-9)


def test_the_interval_covers_a_known_share_about_as_often_as_it_says():
    n, share = 47, 0.7
    intervals = [coded_studies.Share(count, n).interval for count in range(n + 1)]
    covered = sum(binom.pmf(count, n, share) for count, (low, high) in enumerate(intervals) if low <= share <= high)
    # Exact coverage of the Wilson interval oscillates within about two points of 95% for such n and shares.
    assert covered == pytest.approx(0.95, abs=0.025)


def test_the_share_of_no_studies_is_undefined_and_says_so():
    assert coded_studies.Share(0, 0).recorded() == {"value": "undefined", "interval": (0.0, 1.0), "n": 0}


@pytest.mark.parametrize("level", [0.8, 0.99])
def test_a_share_has_its_value_and_the_interval_of_the_level_that_is_asked_for(level):
    share = coded_studies.Share(3, 8, level)
    expected = proportion_confint(3, 8, alpha=1 - level, method="wilson")
    assert share.recorded() == {"value": 0.375, "interval": pytest.approx(expected), "n": 8}


@pytest.mark.parametrize(
    ("iso3", "in_lac", "in_elsewhere"),
    [
        ("BRA", True, False),
        ("USA", False, True),
        ("BRA; USA", True, True),
        ("BRA;JAM", True, False),
        (None, False, True),
    ],
)
def test_a_study_is_where_its_sites_are(countries, iso3, in_lac, in_elsewhere):
    study = {
        "study_id": "one", "kind": "primary", "pooled_in": None, "target": "place", "iso3": iso3,
        "intervention_category": "CCTV", "intervention": "cameras", "design": "RCT", "maryland_level": 5,
        "outcome_category": "homicide", "effect_direction": "beneficial",
    }  # fmt: skip
    found = coded_studies.coded_studies(pd.DataFrame([study]), countries)
    assert found[["in_lac", "in_elsewhere"]].to_numpy().tolist() == [[in_lac, in_elsewhere]]
    assert len(coded_studies.in_lac(found)) == in_lac
    assert len(coded_studies.in_elsewhere(found)) == in_elsewhere
