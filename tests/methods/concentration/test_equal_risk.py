"""Exact expectations at equal risk are those of all outcomes counted out."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.methods.concentration.equal_risk import (
    draw_equal_risk,
    events_for_occupied,
    expected_generalised_gini,
    expected_gini,
    occupied_places,
)
from citizen_security.methods.concentration.measures import generalised_gini, gini


def every_outcome(places, homicides):
    """Counts of all equally likely ways in which events can fall."""
    ways = itertools.product(range(places), repeat=homicides)
    return np.array([np.bincount(way, minlength=places) for way in ways])


@pytest.mark.parametrize(("places", "homicides"), [(2, 1), (2, 5), (3, 4), (4, 3), (5, 5), (6, 2)])
def test_exact_expectations_are_those_of_all_outcomes_counted_out(places, homicides):
    outcomes = every_outcome(places, homicides)
    # Rounding of sums over a few thousand outcomes.
    assert expected_gini(places, homicides) == pytest.approx(gini(outcomes).mean(), abs=1e-10)
    assert expected_generalised_gini(places, homicides) == pytest.approx(generalised_gini(outcomes).mean(), abs=1e-10)
    occupied = (outcomes > 0).sum(axis=1)
    assert occupied_places(places, homicides) == pytest.approx((occupied.mean(), occupied.std()), abs=1e-10)


def test_two_coins_by_hand():
    # Two events in two places: together (Gini ½) or apart (0), equally often.
    assert expected_gini(2, 2) == pytest.approx(0.25)
    assert occupied_places(2, 2) == pytest.approx((1.5, 0.5))
    assert occupied_places(1, 3) == pytest.approx((1, 0))


def test_simulated_chance_has_the_exact_mean_where_counting_out_is_impossible():
    drawn = draw_equal_risk(800, np.ones(72), 2_000, np.random.default_rng(1))
    assert (drawn.sum(axis=1) == 800).all()
    found = gini(drawn)
    # Four standard errors of the simulated mean.
    assert found.mean() == pytest.approx(expected_gini(72, 800), abs=4 * found.std() / math.sqrt(2_000))


def test_the_generalised_gini_of_pure_chance_is_far_from_zero():
    # The point of the whole page: 72 places, 72 events, no place worse than another. A Poisson count of mean 1 has a
    # Gini of e⁻² (I₀(2) + I₁(2)), the limit of many places.
    limit = math.exp(-2) * (2.2795853023 + 1.5906368546)
    assert expected_generalised_gini(100_000, 100_000) == pytest.approx(limit, abs=1e-4)
    assert expected_generalised_gini(72, 72) > 0.5


@given(st.integers(2, 400), st.integers(1, 400))
def test_events_and_occupied_places_invert_each_other(places, homicides):
    mean, deviation = occupied_places(places, homicides)
    assert 0 < mean <= min(places, homicides) + 1e-9
    assert deviation >= 0
    if mean < places * (1 - 1e-9):
        assert events_for_occupied(places, mean) == pytest.approx(homicides, rel=1e-4)


@pytest.mark.parametrize("occupied", [-0.5, 10, 12])
def test_no_number_of_events_occupies_fewer_than_no_places_or_all_of_them(occupied):
    with pytest.raises(ValueError, match="from 0 to below 10"):
        events_for_occupied(10, occupied)
