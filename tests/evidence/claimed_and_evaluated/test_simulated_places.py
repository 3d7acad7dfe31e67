"""Simulated places: a programme would be held against falls that no place without one has."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.chance_falls import (
    expected_log_change,
    percent,
)
from citizen_security.evidence.claimed_and_evaluated.simulated_places import choose_places, simulate_counts
from citizen_security.evidence.claimed_and_evaluated.year_windows import window_weights
from citizen_security.methods.reversion import YearVariance

VARIANCE = YearVariance(between=0.15, within=0.3, persistence=0.8, noise=0.02)


@pytest.mark.parametrize("rule", ["high_level", "spike"])
def test_counts_of_huge_places_fall_as_the_closed_form_says(rule):
    weights = window_weights(rule, before=1, after=1, past=3)
    counts = simulate_counts(VARIANCE, 5, population=2e9, rate=25, places=200_000, seed=2)
    high = choose_places(counts, weights, 0.9)
    closed = -percent(expected_log_change(VARIANCE.covariance(5, 0.0), weights, 0.9))
    # Log changes are normal, so the median place is at their mean; one year is averaged, hence no bias.
    assert high.median_fall == pytest.approx(closed, abs=0.8)


def test_places_chosen_at_random_do_not_fall():
    weights = window_weights("at_random", before=1, after=2, past=3)
    assert expected_log_change(VARIANCE.covariance(6, 0.02), weights, 0.9) == 0
    counts = simulate_counts(VARIANCE, 6, population=300_000, rate=25, places=100_000, seed=3)
    high = choose_places(counts, weights, 0.9)
    assert len(high.changes) == pytest.approx(100_000, rel=0.01)
    assert high.mean_fall == pytest.approx(0, abs=0.6)
