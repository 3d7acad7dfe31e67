"""The city model's posterior, reached three ways: by two samplers' shapes, by quadrature, and from simulated truth."""

import numpy as np
import pytest

from citizen_security.cities.city_homicide.model import (
    draw_prior_rates,
    replicate_new_cities,
    replicate_same_cities,
    stacked,
)
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

# --- draws before and after the data ----------------------------------------------------------------------------------


def test_prior_rates_have_the_stated_median_and_spread(small_sample, priors):
    log_rates = np.log(draw_prior_rates(small_sample, priors, draws=4_000, seed=1))
    assert log_rates.shape == (4_000, 12)
    # City log rates have variance 1 + 1 + 0.25 (a half-normal's mean square is its scale squared). Cities of one draw
    # share levels, so 4,000 draws of about 1.5 leave an error of 0.024 in the mean; four of them are allowed.
    assert log_rates.mean() == pytest.approx(np.log(20), abs=0.1)
    assert log_rates.std() == pytest.approx(1.5, rel=0.05)


def test_replications_have_the_mean_and_the_spread_of_the_posterior(exact, small_sample):
    rates = np.exp(stacked(exact.posterior, "log_city_rate")) * small_sample.person_years / PERSON_YEARS_OF_A_RATE
    counts = replicate_same_cities(exact.posterior, small_sample, seed=1)
    assert counts.shape == (20_000, 12)
    deviation = np.sqrt(rates.mean(axis=0) + rates.var(axis=0))
    np.testing.assert_allclose(counts.mean(axis=0), rates.mean(axis=0), atol=4 * deviation.max() / np.sqrt(20_000))
    # Total variance: Poisson noise and what is not known of the rate. 20,000 draws give a deviation to within 3%.
    np.testing.assert_allclose(counts.std(axis=0), deviation, rtol=0.05)


def test_new_cities_scatter_more_than_the_same_ones(exact, small_sample):
    same = replicate_same_cities(exact.posterior, small_sample, seed=1)
    new = replicate_new_cities(exact.posterior, small_sample, seed=1)
    assert (new.std(axis=0) > same.std(axis=0)).all()
    np.testing.assert_array_equal(new, replicate_new_cities(exact.posterior, small_sample, seed=1))
