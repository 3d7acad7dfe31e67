"""Rates of events: exact intervals and exact comparisons."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import rates as statsmodels_rates

from citizen_security.methods.rates import comparison_probability, poisson_interval


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
