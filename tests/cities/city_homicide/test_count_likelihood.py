"""The probability of a count is that of brute force."""

import numpy as np
import pytest
from cities.city_homicide.brute_force import brute_force
from scipy import special, stats

from citizen_security.cities.city_homicide.count_likelihood import log_probability_of_counts, mean_log_rates
from citizen_security.cities.city_homicide.listed_cities import ListedCities
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE


@pytest.mark.parametrize("deviation", [0.05, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("country", [3.0, 3.75, 4.5])
def test_the_probability_of_a_count_is_that_of_brute_force(three, country, deviation):
    found = log_probability_of_counts(three, np.full((3, 1), country), np.array([deviation]))[:, 0]
    for city, count in enumerate(three.homicides):
        exposure = three.person_years[city] / PERSON_YEARS_OF_A_RATE
        exact = brute_force(lambda rate, y=count, e=exposure: stats.poisson.logpmf(y, rate * e), country, deviation)
        # Off by 2e-3 only where the log probability is -167, which no posterior visits.
        assert found[city] == pytest.approx(exact, abs=3e-3 if exact < -100 else 1e-5)


def few(*counts, needed=1):
    """Cities of 100,000 person-years, so that the rate is the expected count."""
    number = len(counts)
    return ListedCities(np.array(counts), np.full(number, needed), np.full(number, 1e5), np.zeros(number, int), 1)


@pytest.mark.parametrize("extra", [0, 0.25])
@pytest.mark.parametrize("deviation", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("country", [-2.0, 1.0, 5.0])
def test_the_probability_of_few_homicides_or_none_is_that_of_brute_force(country, deviation, extra):
    def log_density(rate, count):
        shape = 1 / extra**2 if extra else 0
        return stats.nbinom.logpmf(count, shape, shape / (shape + rate)) if extra else stats.poisson.logpmf(count, rate)

    counts = (0, 1, 5, 40)
    found = log_probability_of_counts(few(*counts), np.full((4, 1), country), np.array([deviation]), extra)[:, 0]
    for city, count in enumerate(counts):
        exact = brute_force(lambda rate, y=count: log_density(rate, y), country, deviation)
        if exact > -50:
            assert found[city] == pytest.approx(exact, abs=1e-3)


def test_the_mean_level_of_a_city_is_that_of_brute_force():
    counts, deviation, level = (0, 3, 500), 0.8, 1.5
    found = mean_log_rates(few(*counts), np.full((3, 1), level), np.array([deviation]))[:, 0]
    steps = np.linspace(-12, 12, 100_001)
    for city, count in enumerate(counts):
        log_rate = level + deviation * steps
        log_weights = stats.norm.logpdf(steps) + stats.poisson.logpmf(count, np.exp(log_rate))
        weights = np.exp(log_weights - log_weights.max())
        assert found[city] == pytest.approx(weights @ log_rate / weights.sum(), abs=1e-4)


def test_the_negative_binomial_probability_is_that_of_brute_force(listed):
    steps = np.linspace(-12, 12, 100_001)
    found = log_probability_of_counts(listed, np.full((12, 1), 3.5), np.array([0.4]), 0.3)[:, 0]
    for city, (count, person_years) in enumerate(zip(listed.homicides, listed.person_years, strict=True)):
        mean = np.exp(3.5 + 0.4 * steps) * person_years / 100_000
        shape = 1 / 0.3**2
        terms = stats.norm.logpdf(steps) + stats.nbinom.logpmf(count, shape, shape / (shape + mean))
        exact = special.logsumexp(terms) + np.log(steps[1] - steps[0])
        # Eleven nodes about the peak keep four digits where the tail of the gamma factor is long.
        assert found[city] == pytest.approx(exact, abs=1e-3)


def test_without_extra_spread_the_negative_binomial_is_the_poisson(listed):
    levels = np.full((12, 1), 3.5)
    small = log_probability_of_counts(listed, levels, np.array([0.4]), 1e-4)
    np.testing.assert_allclose(small, log_probability_of_counts(listed, levels, np.array([0.4])), atol=1e-4)
