"""What is not counted: by hand, and by putting it in."""

import pytest

from citizen_security.methods.measurement_bounds import change_bounds, turning_point


def test_bounds_of_a_change_are_those_of_the_corners():
    # 100 before and 60 after are recorded; 0 to 10% are missed before, 20 to 40% after.
    low, high = change_bounds(0.6, (0.0, 0.1), (0.2, 0.4))
    corners = [(60 / (1 - after)) / (100 / (1 - before)) for before in (0.0, 0.1) for after in (0.2, 0.4)]
    assert (low, high) == pytest.approx((min(corners), max(corners)))
    assert low == pytest.approx(60 / 0.8 / (100 / 0.9))


def test_nothing_missed_leaves_the_ratio():
    assert change_bounds(0.6, (0, 0), (0, 0)) == pytest.approx((0.6, 0.6))


def test_the_turning_point_is_what_makes_the_fall_none():
    found = turning_point(60, 100, (80, 130))
    assert (found.deaths, found.lower, found.upper) == pytest.approx((40, 20, 70))
    assert found.share == pytest.approx(0.4)
    # With that share missed the ratio is one.
    assert change_bounds(0.6, (0, 0), (found.share, found.share)) == pytest.approx((1, 1))


def test_what_was_missed_before_counts_as_well():
    found = turning_point(60, 100, uncounted_before=0.2)
    assert found.deaths == pytest.approx(125 - 60)
    assert found.share == pytest.approx(65 / 125)
    assert change_bounds(0.6, (0.2, 0.2), (found.share, found.share)) == pytest.approx((1, 1))


def test_a_rise_needs_no_uncounted_deaths():
    found = turning_point(120, 100)
    assert found.deaths == pytest.approx(-20)
    assert found.share < 0


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [((0.2, 0.1), (0, 0), "least share first"), ((0, 0), (0.5, 1.0), "below 1"), ((0, 2), (0, 0), "from 0 to 1")],
)
def test_shares_that_are_none_are_refused(before, after, message):
    with pytest.raises(ValueError, match=message):
        change_bounds(0.6, before, after)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recorded": -1, "expected": 10}, "recorded"),
        ({"recorded": 1, "expected": 0}, "expected"),
        ({"recorded": 1, "expected": 10, "expected_interval": (11, 12)}, "limits on either side"),
        ({"recorded": 1, "expected": 10, "uncounted_before": 1.0}, "nothing was recorded"),
    ],
)
def test_numbers_that_are_none_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        turning_point(**arguments)
