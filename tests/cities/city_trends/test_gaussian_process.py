"""Likelihood, means and draws are those of one large normal distribution."""

import numpy as np
import pytest
from cities.city_panels import TRUTH, joint_covariance, panel_of, peak_stand_ins, simulate
from scipy import stats

from citizen_security.cities.city_trends.deviations import CENTRE, Deviations
from citizen_security.cities.city_trends.gaussian_process import (
    draw_log_rates,
    log_likelihood,
    match_moments,
    observe_log_rates,
    poisson_moments,
    posterior_mean,
    posterior_moments,
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


def test_moments_are_those_of_one_large_normal_distribution(panel):
    observations = observe_log_rates(panel)
    covariance = joint_covariance(panel, TRUTH)
    gain = covariance @ np.linalg.inv(covariance + np.diag(observations.variance.ravel()))
    mean, variance = posterior_moments(panel, observations, TRUTH)
    np.testing.assert_allclose(mean.ravel(), gain @ observations.value.ravel(), atol=1e-8)
    np.testing.assert_allclose(variance.ravel(), np.diag(covariance - gain @ covariance), rtol=1e-8)


@pytest.mark.parametrize(
    ("count", "exposure", "mean", "variance"),
    [
        (0.0, 3.0, 0.2, 1.5),
        (7.0, 10.0, -0.5, 0.2),
        (3.0, 0.05, 0.3, 0.8),
        (500.0, 20.0, 1.0, 0.5),
        (0.0, 50.0, 2.0, 1.0),
    ],
)
def test_moments_of_a_risk_whose_events_are_counted_are_those_of_the_integral(count, exposure, mean, variance):
    def density(risk):
        return np.exp(
            count * (risk - peak) - exposure * (np.exp(risk) - np.exp(peak)) - (risk - mean) ** 2 / 2 / variance
        )

    peak = np.log((count + 0.5) / exposure)
    around = np.linspace(-12, 12, 200_001)
    weights = density(around) / density(around).sum()
    centre = weights @ around
    found = poisson_moments(*(np.array([value]) for value in (count, exposure, mean, variance)))
    assert found[0][0] == pytest.approx(centre, abs=1e-3 * np.sqrt(variance))
    assert found[1][0] == pytest.approx(weights @ (around - centre) ** 2, rel=2e-3)


def few_homicides():
    """Some three homicides a city and year, none in one of twelve."""
    return simulate(np.random.default_rng(2), cities=10, population=20_000)[0]


def test_each_cell_has_the_moments_that_its_own_count_gives_it():
    panel = few_homicides()
    observations = match_moments(panel, observe_log_rates(panel), TRUTH)
    covariance = joint_covariance(panel, TRUTH)
    variance = observations.variance.ravel()
    exposure = panel.person_years[0, 0] / PERSON_YEARS_OF_A_RATE
    posterior = covariance - covariance @ np.linalg.solve(covariance + np.diag(variance), covariance)
    mean = CENTRE + posterior @ (observations.value.ravel() / variance)
    grid = np.linspace(-6, 9, 20_001)
    for cell in (0, 17, 58, 119):
        # What the others say of it: the same normal distribution without the cell's own row.
        others = np.delete(np.arange(len(variance)), cell)
        total = covariance[np.ix_(others, others)] + np.diag(variance[others])
        gain = np.linalg.solve(total, covariance[others, cell])
        cavity = CENTRE + gain @ observations.value.ravel()[others]
        width = covariance[cell, cell] - gain @ covariance[others, cell]
        weights = stats.norm.pdf(grid, cavity, np.sqrt(width))
        weights *= stats.poisson.pmf(panel.homicides.ravel()[cell], exposure * np.exp(grid))
        weights /= weights.sum()
        # The sweeps have come to rest to a thousandth of a deviation.
        assert mean[cell] == pytest.approx(weights @ grid, abs=2e-3)
        assert posterior[cell, cell] == pytest.approx(weights @ (grid - weights @ grid) ** 2, rel=5e-3)


def test_matched_moments_lie_below_those_of_the_peak():
    # The Poisson likelihood leans to the left: its mean lies below its peak, in nearly every cell.
    panel = few_homicides()
    matched = posterior_mean(panel, match_moments(panel, observe_log_rates(panel), TRUTH), TRUTH)
    peaks = posterior_mean(panel, peak_stand_ins(panel, observe_log_rates(panel), TRUTH), TRUTH)
    assert (matched < peaks).mean() > 0.95
    assert (matched - peaks).mean() < -0.02


def test_a_missing_cell_stays_without_weight():
    panel = few_homicides()
    gap = panel.homicides.copy()
    gap[3, 4] = np.nan
    matched = match_moments(panel_of(gap, panel.person_years, panel.years), observe_log_rates(
        panel_of(gap, panel.person_years, panel.years)), TRUTH)  # fmt: skip
    assert (matched.value[3, 4], matched.variance[3, 4]) == (0, 1e6)
    assert np.delete(matched.variance.ravel(), 3 * 12 + 4).max() < 100


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
