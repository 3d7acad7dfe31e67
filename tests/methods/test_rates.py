"""Rates of events: exact intervals and exact comparisons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import rates as statsmodels_rates

from citizen_security.methods.rates import comparison_probability, poisson_interval, ratio_interval


@pytest.mark.parametrize(
    ("count", "level", "lower", "upper"),
    # Garwood's limits as tabled, to the table's decimals.
    [(30, 0.95, 20.24, 42.83), (50, 0.95, 37.11, 65.92), (100, 0.95, 81.36, 121.63), (10, 0.99, 3.72, 21.40)],
)
def test_the_interval_of_a_count_is_the_tabled_one(count, level, lower, upper):
    np.testing.assert_allclose(poisson_interval(count, 100_000, level), [lower, upper], atol=6e-3)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_intervals_hold_the_truth_at_least_as_often_as_stated_by_exact_enumeration(level):
    counts = np.arange(400)
    lower, upper = poisson_interval(counts, np.full(400, 100_000), level).T
    for mean in np.linspace(0.05, 250, 400):
        covered = stats.poisson.pmf(counts, mean)[(lower <= mean) & (mean <= upper)].sum()
        # 400 counts leave less than 1e-12 of a Poisson distribution of mean 250 out.
        assert covered >= level - 1e-12
    # At the listed cities' hundreds of deaths the interval is not idle either.
    assert covered < level + 0.02


def test_the_comparison_of_two_counts_is_the_exact_binomial_test():
    counts, exposure = np.array([30, 45, 12]), np.array([3e5, 4e5, 2.5e5])
    tails = comparison_probability(counts, exposure)
    for i, j in [(0, 1), (1, 2), (2, 0)]:
        share = exposure[i] / (exposure[i] + exposure[j])
        test = stats.binomtest(int(counts[i]), int(counts[i] + counts[j]), share, alternative="greater")
        assert tails[i, j] == pytest.approx(test.pvalue, rel=1e-9)
        # statsmodels' exact test of two Poisson rates, written independently of both.
        other = statsmodels_rates.test_poisson_2indep(
            counts[i], exposure[i], counts[j], exposure[j], method="exact-cond", alternative="larger"
        )
        assert tails[i, j] == pytest.approx(other.pvalue, rel=1e-6)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # 95% limits as tabled since Garwood (1936), to the decimals of the tables.
    [
        (0, 0.000, 3.689),
        (1, 0.025, 5.572),
        (2, 0.242, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.390),
        (20, 12.217, 30.888),
    ],
)
def test_the_exact_interval_is_the_tabled_one(count, lower, upper):
    limits = poisson_interval(count, 100_000, 0.95)
    np.testing.assert_allclose(limits, [lower, upper], atol=6e-4)


@settings(deadline=None)  # the machine may be busy
@given(count=st.integers(0, 3_000), level=st.floats(0.5, 0.99))
def test_each_tail_beyond_the_exact_interval_has_the_stated_probability(count, level):
    lower, upper = poisson_interval(count, 100_000, level)
    # The definition of the limits, by sums of Poisson probabilities rather than by chi-squared quantiles.
    assert stats.poisson.cdf(count, upper) == pytest.approx((1 - level) / 2, rel=1e-6)
    if count:
        assert stats.poisson.sf(count - 1, lower) == pytest.approx((1 - level) / 2, rel=1e-6)
    else:
        assert lower == 0


def test_the_exact_interval_scales_with_exposure():
    one, five = poisson_interval([30, 30], [100_000, 500_000], 0.95)
    np.testing.assert_allclose(one, five * 5)


@pytest.mark.parametrize(("before", "after", "level"), [(100, 80, 0.95), (7, 19, 0.8), (3, 0, 0.9)])
def test_the_interval_of_a_ratio_is_that_of_the_binomial_share(before, after, level):
    share = stats.binomtest(after, before + after).proportion_ci(level, method="exact")
    expected = [2.5 * end / (1 - end) for end in (share.low, share.high)]
    assert ratio_interval(before, after, 5e5, 2e5, level) == pytest.approx(expected, abs=1e-9)


def test_without_an_event_before_the_ratio_may_be_any():
    assert ratio_interval(0, 0, 1.0, 1.0, 0.95) == (0.0, np.inf)
    lower, upper = ratio_interval(0, 4, 1.0, 1.0, 0.9)
    # The share of the later ones is 0.05 ** (1/4) at least.
    assert lower == pytest.approx(0.05**0.25 / (1 - 0.05**0.25))
    assert upper == np.inf
