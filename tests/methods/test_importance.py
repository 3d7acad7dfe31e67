"""Weighted draws stand for what they are weighted to, or say that they do not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from citizen_security.methods.gates import MAXIMUM_PARETO_K
from citizen_security.methods.importance import WeightedSample, resampled, weigh

RNG = np.random.default_rng


def normal_by_t(mean, seed=1):
    """Draws of a t distribution, weighted to be normal about a mean."""
    points = RNG(seed).standard_t(5, size=(4_000, 1))
    return weigh(points, (stats.norm(mean).logpdf(points) - stats.t(5).logpdf(points))[:, 0])


def test_the_weighted_sample_has_the_moments_of_the_target():
    sample = normal_by_t(0.5)
    mean = sample.weights @ sample.points[:, 0]
    variance = sample.weights @ (sample.points[:, 0] - mean) ** 2
    # Four standard errors of about 3,000 effective draws.
    assert mean == pytest.approx(0.5, abs=4 / np.sqrt(sample.effective_draws))
    assert variance == pytest.approx(1.0, abs=4 * np.sqrt(2 / sample.effective_draws))
    assert sample.weights.sum() == pytest.approx(1)
    assert not list(sample.problems(400, "draw more"))


def test_a_target_with_wider_spread_than_the_draws_is_found_out():
    points = RNG(2).normal(scale=0.3, size=(4_000, 1))
    wide = weigh(points, (stats.norm(scale=2).logpdf(points) - stats.norm(scale=0.3).logpdf(points))[:, 0])
    failures = list(wide.problems(400, "draw from somewhere else"))
    assert len(failures) == 2
    assert "Pareto k" in failures[0]
    assert "draw from somewhere else" in failures[0]
    assert f"is {wide.effective_draws:.0f}, at least 400" in failures[1]


def test_weights_that_are_not_numbers_pass_no_bound():
    sample = weigh(np.zeros((50, 1)), np.full(50, np.nan))
    assert len(list(sample.problems(1, "look at the density"))) == 2


@pytest.mark.parametrize("log_weights", [np.empty(0), np.zeros(1), np.arange(24.0), np.zeros(50)])
def test_weights_without_a_tail_pass_no_bound(log_weights):
    """Too few to fit a distribution to, or all alike."""
    sample = weigh(np.zeros((len(log_weights), 1)), log_weights)
    assert "Pareto k of the importance weights is nan" in next(iter(sample.problems(0, "draw more")))
    assert sample.weights == pytest.approx(np.exp(log_weights) / np.exp(log_weights).sum())


def test_resampling_gives_each_draw_its_share():
    weights = np.array([0.5, 0.25, 0.125, 0.125, 0.0])
    times = np.bincount(resampled(weights, 800, RNG(3)), minlength=5)
    # Systematic resampling is off by one at the most.
    assert np.abs(times - 800 * weights).max() <= 1


def test_the_effective_draws_are_those_of_kish():
    uneven = normal_by_t(0.5)
    assert uneven.effective_draws == pytest.approx(uneven.weights.sum() ** 2 / (uneven.weights**2).sum())
    assert 2_000 < uneven.effective_draws < 3_900


def test_a_bound_that_is_just_kept_is_kept():
    # Vehtari and others (2024): the mean of draws with a larger k cannot be relied upon.
    assert MAXIMUM_PARETO_K == 0.7
    sample = WeightedSample(np.zeros((3, 1)), np.full(3, 1 / 3), MAXIMUM_PARETO_K, 3.0)
    assert not list(sample.problems(3, "draw more"))
    assert len(list(replace(sample, pareto_k=0.71).problems(3.1, "draw more"))) == 2
