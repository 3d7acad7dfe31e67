"""Shares of the coded studies have the interval that the literature prints, and the silent studies are told."""

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
