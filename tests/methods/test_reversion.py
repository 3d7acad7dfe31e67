"""Regression to the mean: too small a fall by chance would credit a programme, too large a one would dismiss it."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from citizen_security.methods.reversion import (
    YearVariance,
    autocorrelations,
    autocovariances,
    changes_of_the_highest,
    estimate_variance,
    expected_change,
    expected_change_of_chosen,
    highest,
    random_swaps,
    simulate_levels,
)

VARIANCE = YearVariance(between=0.15, within=0.3, persistence=0.8, noise=0.02)
SELECT, CHANGE = np.array([0.0, 1.0, 0.0]), np.array([0.0, -1.0, 1.0])


def figures(random, number=28, lasting=0.5, passing=0.3):
    """Two figures of units with a lasting level and a spell that passes, and no change in between."""
    level = random.normal(2.5, lasting, number)
    return level + random.normal(0, passing, number), level + random.normal(0, passing, number)


def panel(variance, units, years, seed):
    random = np.random.default_rng(seed)
    levels = simulate_levels(variance, units, years, random)
    return levels + random.normal(0, np.sqrt(variance.noise), levels.shape), np.full(levels.shape, variance.noise)


def test_the_highest_are_at_least_one_and_equal_ones_keep_their_order():
    assert highest(np.array([1.0, 3.0, 3.0, 2.0]), 0.5).tolist() == [1, 2]
    assert highest(np.array([1.0, 3.0]), 0.01).tolist() == [1]


def test_the_change_of_the_highest_by_hand():
    first, last = np.arange(8.0), np.arange(8.0)
    last[7] -= 4
    found = random_swaps(first, last, 0.25, draws=9, seed=1)
    assert found.highest.tolist() == [7, 6]
    # The two change by −4 and 0, all eight by −0.5 on average.
    assert found.observed == pytest.approx(-2 + 0.5)
    # Units 6 and 5 are the highest in the end; they did not change, which is 0.5 above all.
    assert found.backwards == pytest.approx(0.5)


def test_random_swaps_agree_with_all_swaps_there_are():
    first, last = np.random.default_rng(3).normal(size=(2, 8))
    found = random_swaps(first, last, 0.25, draws=40_000, seed=1)
    middle = (first - first.mean() + last - last.mean()) / 2
    half = middle - (first - first.mean())
    signs = np.array(list(product((-1.0, 1.0), repeat=8)))
    every = changes_of_the_highest(middle, half * signs, 2)
    # The spread of the swaps over the root of 40,000 is below 0.005; four of those.
    assert found.drawn.mean() == pytest.approx(every.mean(), abs=0.02)
    assert found.p_value == pytest.approx((every <= found.observed + 1e-12).mean(), abs=0.01)


def test_a_fall_by_chance_is_called_one_as_often_as_it_says():
    random = np.random.default_rng(12)
    rejected = [random_swaps(*figures(random), 0.25, draws=499, seed=1).p_value <= 0.1 for _ in range(300)]
    # Three binomial standard errors of 0.1 over 300 samples are 0.052.
    assert np.mean(rejected) == pytest.approx(0.1, abs=0.052)


def test_a_real_fall_of_the_highest_is_found():
    first, last = figures(np.random.default_rng(13), passing=0.1)
    last[highest(first, 0.25)] -= 0.8
    assert random_swaps(first, last, 0.25, draws=999, seed=1).p_value < 0.01


def test_the_variances_of_a_simulated_panel_are_recovered():
    found = estimate_variance(*panel(VARIANCE, 3000, 20, 1))
    # Three thousand units: standard errors of two to three percent of the variances.
    assert found.between + found.within == pytest.approx(0.45, rel=0.06)
    assert found.between == pytest.approx(0.15, abs=0.04)
    assert found.persistence == pytest.approx(0.8, abs=0.03)
    assert found.noise == pytest.approx(0.02)


@pytest.mark.parametrize(("years", "last"), [(2, 0), (3, 1), (9, 7), (10, 8), (11, 8), (20, 8)])
def test_years_are_compared_that_two_pairs_of_a_unit_are_apart_and_no_more_than_eight(years, last):
    values, noise = panel(VARIANCE, 5, years, 4)
    found = autocovariances(values, noise)
    assert found["lag"].tolist() == list(range(last + 1))
    assert found["pairs"].tolist() == [5 * (years - lag) for lag in range(last + 1)]


def test_covariances_of_a_small_panel_are_worked_out_by_hand():
    found = autocovariances(
        np.array([[1.0, 2.0, -1.0], [0.5, np.nan, 3.0]]), np.array([[0.2, 0.4, 0.3], [0.1, 0.2, 0.3]])
    )
    # (1 + 4 + 1 + 0.25 + 9) / 5 less the mean noise of 0.25; (2 − 2) / 2 a year apart.
    assert found["covariance"].tolist() == pytest.approx([2.8, 0.0])
    assert found["pairs"].tolist() == [5, 2]
    correlated = autocorrelations(
        np.array([[1.0, 2.0, 3.0], [0.5, 2.0, 3.0], [1.0, -1.0, 2.0]]), np.full((3, 3), 0.1), 0.8
    )
    products = np.array([2 + 6, 1 + 6, -1 - 2]) / 2
    own = np.array([14, 13.25, 6]) / 3
    ratio = products.mean() / (own.mean() - 0.1)
    without = np.array([np.delete(products, it).mean() / (np.delete(own, it).mean() - 0.1) for it in range(3)])
    half = stats.t.isf(0.1, 2) * np.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert correlated[["lag", "pairs"]].to_numpy().tolist() == [[1, 6]]
    assert correlated.loc[0, ["correlation", "lower", "upper"]].tolist() == pytest.approx(
        [ratio, ratio - half, ratio + half]
    )


def test_missing_years_are_passed_over():
    values, noise = panel(VARIANCE, 3000, 20, 2)
    whole = autocovariances(values, noise)
    values[np.random.default_rng(3).random(values.shape) < 0.2] = np.nan
    found = autocovariances(values, noise)
    assert found["pairs"][1] == pytest.approx(0.64 * whole["pairs"][1], rel=0.02)
    # A covariance of 0.4 over 3,000 units has a standard error of about 0.01.
    np.testing.assert_allclose(found["covariance"], whole["covariance"], atol=0.02)


def test_correlations_are_ratios_of_covariances_and_their_jackknife_is_that_of_leaving_units_out():
    values, noise = panel(VARIANCE, 12, 8, 7)
    found = autocorrelations(values, noise, 0.9)
    covariances = autocovariances(values, noise)["covariance"].to_numpy()
    np.testing.assert_allclose(found["correlation"], covariances[1:] / covariances[0])
    without = [autocovariances(np.delete(values, unit, 0), np.delete(noise, unit, 0)) for unit in range(12)]
    ratios = np.array([table["covariance"][1:] / table["covariance"][0] for table in without])
    error = np.sqrt(11 / 12 * ((ratios - ratios.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(found["upper"] - found["correlation"], stats.t.ppf(0.95, 11) * error, atol=1e-12)


def test_intervals_of_correlations_hold_the_true_one():
    held = []
    for seed in range(150):
        table = autocorrelations(*panel(VARIANCE, 80, 12, 1_000 + seed), 0.9).iloc[[0, -1]]
        truth = (0.15 + 0.3 * 0.8 ** table["lag"]) / 0.45
        held.append((table["lower"] <= truth) & (truth <= table["upper"]))
    # A share of 90% over 150 panels has a standard error of 2.5 points.
    np.testing.assert_allclose(np.mean(held, axis=0), 0.9, atol=0.08)


def test_one_unit_has_no_interval():
    with pytest.raises(ValueError, match="1 unit; an interval over units needs two"):
        autocorrelations(np.ones((1, 5)), np.zeros((1, 5)))


def test_simulated_levels_have_the_covariance_that_is_asked_for():
    levels = simulate_levels(VARIANCE, 100_000, 4, np.random.default_rng(4))
    # The standard error of a variance of 0.45 over 100,000 units is 0.002; four of those.
    np.testing.assert_allclose(np.cov(levels.T), VARIANCE.covariance(4, 0.0), atol=0.008)


def test_the_closed_form_by_hand():
    # One year before and one after: (correlation − 1) × standard deviation × φ(z) / (1 − p), as Galton had it.
    covariance = VARIANCE.covariance(3, 0.02)
    sigma, height = np.sqrt(0.47), stats.norm.pdf(stats.norm.ppf(0.9)) / 0.1
    correlation = (0.15 + 0.3 * 0.8) / 0.47
    found = expected_change_of_chosen(covariance, SELECT, CHANGE, 0.9)
    assert found == pytest.approx((correlation - 1) * sigma * height)


def test_the_closed_form_agrees_with_chosen_units():
    values, _ = panel(VARIANCE, 400_000, 3, 5)
    kept = values[values[:, 1] >= np.quantile(values[:, 1], 0.9)]
    found = expected_change_of_chosen(VARIANCE.covariance(3, 0.02), SELECT, CHANGE, 0.9)
    # Forty thousand units of a spread near 0.4: a standard error of 0.002.
    assert (kept @ CHANGE).mean() == pytest.approx(found, abs=0.01)


def test_where_nothing_is_selected_on_nothing_is_expected():
    assert expected_change_of_chosen(VARIANCE.covariance(3, 0.02), np.zeros(3), CHANGE, 0.9) == 0


@settings(max_examples=40, deadline=None)  # a busy machine is no failure
@given(persistence=st.floats(0, 0.97), quantile=st.floats(0.5, 0.99))
def test_chance_never_makes_a_chosen_high_unit_rise(persistence, quantile):
    covariance = YearVariance(0.15, 0.3, persistence, 0.02).covariance(3, 0.02)
    assert expected_change_of_chosen(covariance, SELECT, CHANGE, quantile) <= 0


def test_the_change_expected_of_each_unit_is_its_regression():
    values, noise = panel(VARIANCE, 200_000, 2, 6)
    covariance = VARIANCE.covariance(2, 0.0)
    moments = covariance[0, 0], covariance[0, 1], covariance[1, 1]
    mean, deviation = expected_change(values[:, 0], *moments, noise[:, 0], noise[:, 1])
    left = values[:, 1] - values[:, 0] - mean
    # What is left has the deviation that is named and nothing to do with the start; standard errors below 0.002.
    assert left.std() == pytest.approx(deviation[0], abs=0.008)
    assert np.cov(left, values[:, 0])[0, 1] == pytest.approx(0, abs=0.008)


def test_no_variance_is_estimated_below_zero():
    # More noise is claimed than there is: the years' own variance falls short of what they share.
    values, noise = panel(YearVariance(0.3, 0.1, 0.0, 0.02), 400, 5, 5)
    found = estimate_variance(values, noise * 15)
    # What falls from lag 1 on is all that is left to it; without the bound it would be -0.2.
    assert 0 <= found.within < 0.02
    assert found.between == pytest.approx(0.3, abs=0.1)
    # Years that alternate are no persistence.
    turning = np.random.default_rng(6).normal(size=(200, 1)) * np.array([1.0, -1.0] * 4)
    found = estimate_variance(turning, np.full(turning.shape, 0.1))
    assert min(found.persistence, found.between) >= 0
