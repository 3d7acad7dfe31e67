"""The probability of a count is that of brute force."""

import numpy as np
import pytest
from cities.city_homicide.brute_force import brute_force
from scipy import special, stats

from citizen_security.cities.city_homicide.count_likelihood import log_probability_of_counts
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
