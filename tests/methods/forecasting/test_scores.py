"""Scores are what the formulas say, whatever distribution the draws come from."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.methods.forecasting import scores


def normal_crps(mean, deviation, observed):
    """Closed form of the normal distribution's score (Gneiting and Raftery 2007, equation 20)."""
    z = (observed - mean) / deviation
    return deviation * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))


def middles(number):
    """Probabilities in the middle of equal parts: their quantiles stand for draws without noise."""
    return (np.arange(number) + 0.5) / number


def test_the_sample_score_is_the_closed_form_of_the_normal_distribution():
    draws = 3 + 2 * stats.norm.ppf(middles(4_000))
    for observed in (-2.0, 3.0, 4.5, 12.0):
        # Of 4,000 quantiles it is exact to a thousandth.
        assert scores.sample_crps(draws, observed) == pytest.approx(normal_crps(3, 2, observed), abs=2e-3)


def test_the_sample_score_is_that_of_all_pairs():
    generator = np.random.default_rng(1)
    draws, observed = generator.gamma(2, 3, (50, 4)), generator.gamma(2, 3, 4)
    pairs = np.abs(draws[:, None] - draws[None]).mean(axis=(0, 1))
    by_pairs = np.abs(draws - observed).mean(axis=0) - pairs / 2
    np.testing.assert_allclose(scores.sample_crps(draws, observed), by_pairs, rtol=1e-12)


def test_a_forecast_that_is_sure_is_scored_by_its_error():
    assert scores.sample_crps(np.full(10, 7.0), 4.0) == pytest.approx(3)


def test_the_score_is_the_area_between_the_steps():
    # Two draws at 0 and 2, observed 1: the squared distance is a quarter over each of two units.
    assert scores.sample_crps([0.0, 2.0], 1.0) == pytest.approx(0.5)


def test_the_log_score_of_one_mean_is_the_poisson_probability():
    found = scores.poisson_log_score([[40.0, 0.7, 0.0]], [37, 0, 0])
    np.testing.assert_allclose(found, stats.poisson.logpmf([37, 0, 0], [40, 0.7, 0.0]))


def test_the_log_score_of_gamma_means_is_the_negative_binomial():
    means = stats.gamma(5, scale=4).ppf(middles(20_000))
    # A mean of 20 and a size of 5: numpy's probability of success is 5 / 25.
    assert scores.poisson_log_score(means, 31) == pytest.approx(stats.nbinom.logpmf(31, 5, 1 / 5), abs=1e-3)


def test_probabilities_are_mixed_and_not_their_logarithms():
    expected = np.log((stats.poisson.pmf(3, 1.5) + stats.poisson.pmf(3, 6.0)) / 2)
    assert scores.poisson_log_score([1.5, 6.0], 3) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("centre", "deviation", "exposure", "count"),
    [(2, 0.3, 10, 60), (2, 0.3, 10, 0), (0, 1.5, 1, 30), (-3, 2.0, 1, 0), (10, 0.15, 1, 40_000), (5, 0.01, 3, 500)],
)
def test_the_log_score_of_normal_log_rates_is_that_of_a_fine_grid(centre, deviation, exposure, count):
    rates = np.linspace(centre - 9 * deviation, centre + 9 * deviation, 200_001)
    dense = np.exp(stats.poisson.logpmf(count, exposure * np.exp(rates)) + stats.norm.logpdf(rates, centre, deviation))
    found = scores.poisson_lognormal_log_score(centre, deviation, exposure, count)
    # Counts of none under a wide normal are the most uneven integrand: forty points are off by a millionth.
    assert found == pytest.approx(np.log(np.trapezoid(dense, rates)), abs=2e-6)


def test_the_probabilities_of_all_counts_under_normal_log_rates_sum_to_one():
    counts = np.arange(400)
    found = scores.poisson_lognormal_log_score(np.full(400, 2.0), np.full(400, 0.5), np.full(400, 3.0), counts)
    assert np.exp(found).sum() == pytest.approx(1, abs=1e-5)


def test_the_negative_binomial_is_that_of_its_mean_and_size():
    means, sizes, counts = np.array([[4.0, 40.0], [6.0, 30.0]]), np.array([[0.7, 0.7], [12.0, 12.0]]), np.array([0, 55])
    each = stats.nbinom.pmf(counts, sizes, sizes / (sizes + means))
    np.testing.assert_allclose(scores.negative_binomial_log_score(means, sizes, counts), np.log(each.mean(axis=0)))
    by_draw = scores.negative_binomial_log_score(means, [0.7, 12.0], counts)
    np.testing.assert_allclose(by_draw, np.log(each.mean(axis=0)))
    poisson = scores.negative_binomial_log_score(means, 1e7, counts)
    np.testing.assert_allclose(poisson, scores.poisson_log_score(means, counts), atol=1e-4)


def test_an_interval_covers_by_its_level_and_holds_its_ends():
    draws = np.tile(np.arange(101.0)[:, None], 4)
    observed = np.array([4.9, 10.0, 90.0, 90.1])
    assert scores.interval_covers(draws, observed, 0.8).tolist() == [False, True, True, False]
    assert scores.interval_covers(draws, observed, 0.91).tolist() == [True, True, True, True]


def test_the_transform_of_calibrated_counts_is_uniform_and_that_of_forecasts_too_sure_is_not():
    generator = np.random.default_rng(3)
    means = generator.gamma(2, 1.5, 4_000)  # few events, hence many ties
    counts = generator.poisson(means)
    draws = generator.poisson(means, (300, len(means)))
    transform = scores.randomised_pit(draws, counts, generator)
    assert stats.kstest(transform, "uniform").pvalue > 0.01
    sure = np.quantile(draws, 0.35 + 0.3 * middles(300), axis=0)
    tails = scores.randomised_pit(sure, counts, generator)
    assert ((tails < 0.1) | (tails > 0.9)).mean() > 0.35  # a fifth, were it uniform


def test_the_transform_is_the_rank_among_the_draws_where_none_are_tied():
    draws, observed = np.array([1.0, 2.0, 3.0, 4.0]), 2.5
    found = [scores.randomised_pit(draws, observed, np.random.default_rng(seed)) for seed in range(200)]
    assert min(found) == pytest.approx(0.4, abs=0.01)
    assert max(found) == pytest.approx(0.6, abs=0.01)
