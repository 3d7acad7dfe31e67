"""Regions of every type of claim, worked out by hand, and where intervals lie."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.methods.verdicts.regions import Estimate, Region, Tolerances, region_of

NUMBERS = st.floats(-1e6, 1e6)


# One claim of each type with values that make it true and false, by hand.
BY_HAND = [
    ("number", {"claimed": 632.0}, [569.0, 632.0, 695.0], [568.0, 696.0]),
    ("at_least", {"claimed": 3.0}, [3.0, 40.0], [2.99]),
    ("at_most", {"claimed": 2.0}, [2.0, -1.0], [2.01]),
    ("range", {"low": -63.0, "high": -34.0}, [-63.0, -40.0, -34.0], [-64.0, -33.0]),
    ("count", {"claimed": 9.0}, [9.0], [8.0, 10.0]),
    ("direction", {}, [0.001, 9.0], [0.0, -1.0]),
    ("not_fallen", {}, [-5.0, 0.0, 50.0], [-5.1]),
    ("null", {"smallest_effect": 2.0}, [-1.9, 0.0, 1.9], [2.0, -2.0, 3.0]),
    ("share", {"claimed": 75.0}, [72.5, 77.5], [72.4, 77.6]),
    ("ranking", {"claimed": 5.0}, [1.0, 5.0], [6.0, 0.0]),
    ("set", {"claimed": 3.0}, [3.0], [2.0]),
    ("attenuation", {}, [30.0, 120.0], [29.0, -10.0]),
    ("existence", {}, [1.0, 8.0], [0.0]),
    ("identity", {}, [0.0], [4.0, -4.0]),
]


@pytest.mark.parametrize(("kind", "given", "true", "false"), BY_HAND, ids=[row[0] for row in BY_HAND])
def test_a_claim_of_each_type_is_true_where_the_hand_says_so(kind, given, true, false):
    region = region_of(kind, **given)
    assert [region.position(Estimate.exact(value)) for value in true] == ["inside"] * len(true)
    assert [region.position(Estimate.exact(value)) for value in false] == ["outside"] * len(false)


def test_a_coefficient_needs_its_sign_half_its_size_and_its_value_in_the_interval():
    # claimed: 0.24 fewer for each point
    region = region_of("coefficient", -0.24)
    assert region.position(Estimate(-0.20, -0.35, -0.05)) == "inside"
    assert region.position(Estimate(-0.20, -0.45, 0.05)) == "straddles", "zero is not excluded"
    assert region.position(Estimate(-0.11, -0.25, -0.01)) == "straddles", "less than half of the size"
    assert region.position(Estimate(-0.05, -0.15, 0.05)) == "outside", "the claimed value is excluded"
    assert region.position(Estimate(0.30, 0.10, 0.50)) == "outside", "the other sign"
    assert region.position(Estimate(-0.125, -0.25, -0.01)) == "inside", "a little more than half of the size"
    assert region.position(Estimate(-0.20, -0.35, 0.0)) == "straddles", "zero is an end of the interval"
    risen = region_of("coefficient", 0.4)
    assert risen == Region(0.2, math.inf, claimed=0.4)
    assert risen.position(Estimate(0.3, 0.0, 0.5)) == "straddles"
    assert risen.position(Estimate(0.3, 0.1, 0.4)) == "inside"
    assert risen.position(Estimate(0.5, 0.4, 0.6)) == "inside"


def test_an_interval_across_an_end_is_neither_inside_nor_outside():
    assert Region(0, 10).position(Estimate(9, 8, 11)) == "straddles"
    assert Region(0, 10).position(Estimate(5, -1, 11)) == "straddles"
    # An end that belongs to the region is shared with it; one that does not is outside.
    assert [Region(0, 10).position(it) for it in (Estimate(11, 10, 12), Estimate(-1, -2, 0))] == ["straddles"] * 2
    bare = Region(0, 10, open_ends=True)
    assert [bare.position(it) for it in (Estimate(11, 10, 12), Estimate(-1, -2, 0))] == ["outside"] * 2
    assert [bare.position(it) for it in (Estimate(9, 8, 10), Estimate(1, 0, 2))] == ["straddles"] * 2
    assert Region(-math.inf, 0, open_ends=True).position(Estimate(-1, -math.inf, -0.5)) == "inside"
    assert Region(0, math.inf, open_ends=True).position(Estimate(1, 0, 2)) == "straddles"
    assert Region(0, math.inf, open_ends=True).position(Estimate(1, 0.5, math.inf)) == "inside"


def test_ends_that_a_rule_declares_replace_those_of_the_type():
    assert region_of("number", 3.0, low=2.0) == Region(2.0, math.inf)
    assert region_of("coefficient", 0.34, low=0.1) == Region(0.1, math.inf, claimed=0.34)
    assert region_of("direction", low=1.0).open_ends
    assert region_of("at_most", 3.0, high=2.0) == Region(-math.inf, 2.0)
    assert region_of("coefficient", -0.34, high=-0.1) == Region(-math.inf, -0.1, claimed=-0.34)
    with pytest.raises(ValueError, match="type coefficient needs claimed"):
        region_of("coefficient", low=0.1)


def test_sizes_are_taken_without_their_sign_and_a_rank_is_at_least_the_first():
    assert region_of("null", smallest_effect=-2.0) == Region(-2.0, 2.0, open_ends=True)
    assert region_of("number", -50.0) == Region(-55.0, -45.0)
    assert region_of("ranking", 0.5) == Region(1.0, 1.0)
    looser = Tolerances(number=0.3, share_points=4.0, fallen=8.0, attenuation=20.0)
    assert region_of("number", 50.0, tolerances=looser) == Region(35.0, 65.0)
    assert region_of("share", 50.0, tolerances=looser) == Region(46.0, 54.0)
    assert region_of("not_fallen", tolerances=looser) == Region(-8.0, math.inf)
    assert region_of("attenuation", tolerances=looser) == Region(20.0, math.inf)


def test_an_exact_number_keeps_how_many_are_behind_it():
    assert Estimate.exact(2.5, 7) == Estimate(2.5, 2.5, 2.5, n=7)


def test_stricter_tolerances_are_nested_in_looser_ones():
    strict, loose = Tolerances().scaled(0.5), Tolerances().scaled(2)
    assert (strict.number, loose.number) == (0.05, 0.2)
    assert (strict.share_points, loose.fallen) == (1.25, 10.0)
    assert (strict.coefficient, loose.coefficient) == (1.0, 0.25)
    assert (strict.attenuation, loose.attenuation) == (60.0, 15.0)
    assert Tolerances().scaled(0.4).coefficient == 1.0
    assert Tolerances(coefficient=0.3).scaled(0.6).coefficient == 0.5


@given(low=NUMBERS, width=st.floats(0, 1e6), wider=st.floats(0, 1e6), value=NUMBERS, half=st.floats(0, 1e6))
def test_a_wider_region_never_moves_an_interval_outwards(low, width, wider, value, half):
    order = ["outside", "straddles", "inside"]
    estimate = Estimate(value, value - half, value + half)
    narrow, wide = Region(low, low + width), Region(low - wider, low + width + wider)
    assert order.index(narrow.position(estimate)) <= order.index(wide.position(estimate))


def test_what_cannot_be_a_region_or_an_estimate_is_refused_with_what_is_allowed():
    with pytest.raises(ValueError, match="claim of type number needs claimed, and it is None"):
        region_of("number")
    with pytest.raises(ValueError, match="claim of type null needs smallest_effect"):
        region_of("null", 1.0)
    with pytest.raises(ValueError, match="Give low and high"):
        region_of("range", 3.0)
    with pytest.raises(ValueError, match=r"unknown claim_type 'guess'\. Allowed: number, at_least"):
        region_of("guess", 1.0)
    with pytest.raises(ValueError, match="the lower one first"):
        Region(2, 1)
    with pytest.raises(ValueError, match="the value within its interval"):
        Estimate(3, 0, 1)
    with pytest.raises(ValueError, match="Allowed: numbers"):
        Estimate(math.nan, 0, 1)
    with pytest.raises(ValueError, match="factor has 0"):
        Tolerances().scaled(0)
