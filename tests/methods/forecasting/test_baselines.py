"""Simple forecasts are those of the formulas, learn nothing from what they forecast, and find what is there."""

import numpy as np
import pytest

from citizen_security.methods.forecasting import baselines
from citizen_security.methods.forecasting.baselines import exponential_smoothing, recent_sums, ridge_on_lags


@pytest.mark.parametrize(
    ("periods", "counts", "exposure"),
    [(1, [4, 5, 0], [40, 30, 0]), (2, [6, 5, 0], [60, 30, 0]), (9, [7, 5, 0], [70, 30, 0])],
)
def test_recent_counts_are_those_of_a_units_own_last_periods(periods, counts, exposure):
    # A unit with all periods, one that ends before the others, and one without any.
    found = recent_sums([[1, 2, 4], [0, 5, 0], [0, 0, 0]], [[10, 20, 40], [0, 30, 0], [0, 0, 0]], periods)
    assert [them.tolist() for them in found] == [counts, exposure]


def test_a_level_is_smoothed_and_a_missing_value_leaves_it():
    series = np.array([[2.0, 4.0, np.nan, 8.0], [np.nan, 1.0, 3.0, 3.0]])
    # By hand at a weight of a quarter: 2, 2.5, 2.5, 3.875; before its first value a unit stands at it.
    np.testing.assert_allclose(baselines._levels(series, 0.25), [[2, 2.5, 2.5, 3.875], [1, 1, 1.5, 1.875]])


def test_smoothing_takes_the_weight_with_the_smallest_errors_before():
    generator = np.random.default_rng(1)
    steady = 3 + generator.normal(0, 1, (30, 40))
    wandering = np.cumsum(generator.normal(0, 1, (30, 40)), axis=1)
    assert exponential_smoothing(steady, np.arange(40), 1).chosen == 0.1
    assert exponential_smoothing(wandering, np.arange(40), 1).chosen >= 0.9
    # A random walk and noise as large: Muth (1960) has the best weight at the golden ratio less one.
    mixed = exponential_smoothing(wandering + generator.normal(0, 1, (30, 40)), np.arange(40), 1)
    assert mixed.chosen == pytest.approx((np.sqrt(5) - 1) / 2, abs=0.11)


def test_errors_are_those_over_the_horizon_in_periods_and_not_in_positions():
    series = np.array([[1.0, 2.0, 4.0, 7.0, 11.0]])
    periods = np.array([2001, 2002, 2003, 2005, 2006])
    one, two = (exponential_smoothing(series, periods, horizon) for horizon in (1, 2))
    # Ever faster rises: the last value does best, and misses each later value by the rise in between.
    assert (one.chosen, two.chosen) == (1.0, 1.0)
    np.testing.assert_allclose(one.errors, [[1, 2, 4]])
    np.testing.assert_allclose(two.errors, [[3, 3]])
    assert one.centre == [11.0]


def reverting(generator, units=60, periods=25, share=0.5):
    """Units that return to levels of their own by a share of the distance each period."""
    level = generator.normal(0, 1, (units, 1))
    departure = np.zeros((units, periods))
    for period in range(1, periods):
        departure[:, period] = (1 - share) * departure[:, period - 1] + generator.normal(0, 0.5, units)
    return level + departure


@pytest.mark.parametrize("horizon", [1, 3])
def test_ridge_beats_the_last_value_where_units_return_to_their_levels(horizon):
    generator = np.random.default_rng(3)
    squares = []
    for _ in range(12):
        series = reverting(generator)
        seen, came = series[:, :-horizon], series[:, -1]
        found = ridge_on_lags(seen, np.arange(seen.shape[1]), horizon)
        squares.append([np.mean(error**2) for error in (came - found.centre, came - seen[:, -1], found.errors)])
    by_ridge, by_last, said = np.mean(squares, axis=0)
    # An autoregression of a half with known levels: the last value's error variance is 4/3 and 16/9 of the best one's.
    assert by_ridge < 0.85 * by_last
    # What it says of its own past errors is what it then errs by, within the sampling error of 720 units.
    assert said == pytest.approx(by_ridge, rel=0.15)


def test_ridge_is_ridge_with_each_target_period_left_out():
    generator = np.random.default_rng(5)
    series = generator.normal(size=(7, 9))
    found = ridge_on_lags(series, np.arange(9), 2, lags=2)
    rows, changes, target = [], [], []
    for origin in range(1, 7):
        own = series[:, : origin + 1].mean(axis=1)
        rows.append(np.column_stack([series[:, origin] - own, series[:, origin - 1] - own, own - own.mean()]))
        changes.append(series[:, origin + 2] - series[:, origin])
        target.append(np.full(7, origin + 2))
    design, change, target = np.concatenate(rows), np.concatenate(changes), np.concatenate(target)

    def solved(kept):
        products = design[kept].T @ design[kept]
        penalty = found.chosen * np.trace(products) / 3 * np.eye(3)
        return np.linalg.solve(products + penalty, design[kept].T @ change[kept])

    own = series.mean(axis=1)
    now = np.column_stack([series[:, 8] - own, series[:, 7] - own, own - own.mean()])
    np.testing.assert_allclose(found.centre, series[:, 8] + now @ solved(target > 0))
    left_out = [
        change[target == period] - design[target == period] @ solved(target != period) for period in range(3, 9)
    ]
    np.testing.assert_allclose(found.errors, np.column_stack(left_out))


def test_a_missing_value_is_no_error_and_no_regressor():
    generator = np.random.default_rng(6)
    series = generator.normal(size=(8, 12))
    gap = series.copy()
    gap[2, 5] = np.nan
    found = ridge_on_lags(gap, np.arange(12), 1)
    assert np.argwhere(np.isnan(found.errors)).tolist() == [[2, 2]]  # targets begin at position 3
    assert np.isfinite(found.centre).all()
    assert np.argwhere(np.isnan(exponential_smoothing(gap, np.arange(12), 1).errors)).tolist() == [[2, 4]]


def test_neither_looks_at_what_comes_after():
    generator = np.random.default_rng(7)
    series = generator.normal(size=(8, 12))
    other = np.concatenate([series[:, :10], series[:, 10:] + 9], axis=1)
    for rule in (exponential_smoothing, ridge_on_lags):
        one, same = (rule(table[:, :10], np.arange(10), 2) for table in (series, other))
        np.testing.assert_array_equal(one.centre, same.centre)
