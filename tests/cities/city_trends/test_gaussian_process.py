"""Likelihood, means and draws are those of one large normal distribution."""

import numpy as np
import pytest
from cities.city_panels import TRUTH, joint_covariance, panel_of
from scipy import stats

from citizen_security.cities.city_trends.deviations import CENTRE, Deviations
from citizen_security.cities.city_trends.gaussian_process import (
    draw_log_rates,
    log_likelihood,
    observe_log_rates,
    posterior_mean,
    refine_observations,
)
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE


def test_the_likelihood_is_that_of_one_large_normal_distribution(panel):
    observations = observe_log_rates(panel)
    other = Deviations(0.3, 0.4, 0.6, 0.02, 0.2, 0.95)
    values = []
    for deviations in (TRUTH, other):
        total = joint_covariance(panel, deviations) + np.diag(observations.variance.ravel())
        dense = stats.multivariate_normal.logpdf(observations.value.ravel(), np.zeros(len(total)), total)
        values.append((log_likelihood(panel, observations, deviations), dense))
    # Up to a constant: differences agree to rounding.
    assert values[0][0] - values[1][0] == pytest.approx(values[0][1] - values[1][1], abs=1e-6)


def test_means_are_those_of_one_large_normal_distribution(panel):
    observations = observe_log_rates(panel)
    covariance = joint_covariance(panel, TRUTH)
    total = covariance + np.diag(observations.variance.ravel())
    dense = covariance @ np.linalg.solve(total, observations.value.ravel())
    np.testing.assert_allclose(posterior_mean(panel, observations, TRUTH).ravel(), dense, atol=1e-8)


def test_drawn_risks_have_the_mean_and_the_covariance_of_the_posterior(panel):
    observations = observe_log_rates(panel)
    generator = np.random.default_rng(3)
    years = np.append(panel.years, [2014, 2016])
    draws = np.stack([draw_log_rates(panel, observations, TRUTH, years, generator) for _ in range(4_000)])
    more = ((0, 0), (0, 2))
    unseen = np.pad(panel.homicides, more, constant_values=np.nan)
    wide = panel_of(unseen, np.pad(panel.person_years, more), years)
    # Years to forecast are years without a count, except that the trend is measured from the middle of the others.
    time = (years - panel.years.mean()) / 10
    shift = (years - years.mean()) / 10
    own = TRUTH.trend_deviation**2 * (np.outer(time, time) - np.outer(shift, shift))
    covariance = joint_covariance(wide, TRUTH) + np.kron(np.eye(len(panel.cities)), own)
    known = np.isfinite(wide.homicides).ravel()
    gain = covariance[:, known] @ np.linalg.inv(
        covariance[np.ix_(known, known)] + np.diag(observations.variance.ravel())
    )
    mean = CENTRE + gain @ observations.value.ravel()
    posterior = covariance - gain @ covariance[known]
    flat = draws.reshape(len(draws), -1)
    deviation = np.sqrt(np.diag(posterior))
    # Of 168 means the largest error is some three and a half standard errors; five are allowed. A deviation of 4,000
    # draws is known to 1.1%, and a covariance of neighbours to about the same of their deviations.
    assert (np.abs(flat.mean(axis=0) - mean) < 5 * deviation / np.sqrt(4_000)).all()
    np.testing.assert_allclose(flat.std(axis=0), deviation, rtol=0.06)
    error = np.abs(np.cov(flat.T) - posterior) / np.outer(deviation, deviation)
    assert error.max() < 0.09


def test_stand_ins_have_the_slope_and_the_curvature_of_the_poisson_likelihood(panel):
    start = observe_log_rates(panel)
    refined = refine_observations(panel, start, TRUTH)
    peak = posterior_mean(panel, refined, TRUTH)
    expected = np.exp(peak + CENTRE) * panel.person_years / PERSON_YEARS_OF_A_RATE
    # Iterated to where the mean reproduces itself: Newton's steps are then below a thousandth.
    np.testing.assert_allclose((refined.value - peak) / refined.variance, panel.homicides - expected, atol=0.01)
    np.testing.assert_allclose(1 / refined.variance, expected, rtol=0.001)


def test_a_missing_cell_is_as_if_the_cell_were_not_there(panel):
    gap = panel.homicides.copy()
    gap[3, 4] = np.nan
    lost = panel_of(gap, panel.person_years, panel.years)
    observations = observe_log_rates(lost)
    known = np.isfinite(gap).ravel()
    covariance = joint_covariance(lost, TRUTH)
    total = covariance[np.ix_(known, known)] + np.diag(observations.variance.ravel()[known])
    dense = covariance[:, known] @ np.linalg.solve(total, observations.value.ravel()[known])
    # The cell keeps a weight of a millionth.
    np.testing.assert_allclose(posterior_mean(lost, observations, TRUTH).ravel(), dense, atol=1e-4)
