"""Deviations of a country: their covariances and their priors."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.city_trends.deviations import PERSISTENCE_PRIOR, SCALES, Deviations, draw_prior, log_prior

YEARS = np.array([2001.0, 2002, 2004])
SOME = Deviations(0.5, 0.2, 0.4, 0.1, 0.3, 0.5)


def test_a_wave_is_forgotten_with_the_years_between():
    covariance = SOME.stationary_covariance(YEARS)
    assert covariance[0, 0] == pytest.approx(0.5**2 + 0.4**2 + 0.1**2)
    # Two years apart the wave has a quarter of its variance left; what passes is gone.
    assert covariance[1, 2] == pytest.approx(0.5**2 + 0.4**2 / 4)


def test_trends_part_cities_away_from_the_centre():
    extra = SOME.city_covariance(YEARS, 2002.0) - SOME.stationary_covariance(YEARS)
    np.testing.assert_allclose(np.diag(extra), [0.2**2 / 100, 0, 0.2**2 * 4 / 100], atol=1e-15)


def test_the_path_is_a_random_walk_from_its_first_year():
    covariance = SOME.path_covariance(YEARS, 2001.0)
    np.testing.assert_allclose(np.diag(covariance), 1 + 0.3**2 * np.array([0, 1, 3]))


def test_the_log_prior_is_that_of_half_normals_and_a_beta_up_to_a_constant():
    def full(deviations):
        scaled = sum(stats.halfnorm.logpdf(getattr(deviations, name), scale=scale) for name, scale in SCALES.items())
        return scaled + stats.beta.logpdf(deviations.persistence, *PERSISTENCE_PRIOR)

    other = Deviations(1.0, 0.1, 0.2, 0.3, 0.1, 0.9)
    assert log_prior(SOME) - log_prior(other) == pytest.approx(full(SOME) - full(other))


def test_draws_from_the_prior_have_its_scales():
    generator = np.random.default_rng(1)
    drawn = np.array([draw_prior(generator).level_deviation for _ in range(4_000)])
    # The mean of a half-normal is 0.8 of its scale; four standard errors.
    assert drawn.mean() == pytest.approx(np.sqrt(2 / np.pi), abs=0.04)
