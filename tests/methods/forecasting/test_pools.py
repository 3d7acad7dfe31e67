"""Pools are mixtures, and their weights those that did best, as far as there is anything to learn from."""

import numpy as np
import pytest
from scipy import optimize, special, stats

from citizen_security.methods.forecasting.pools import pooled_draws, pooled_log_score, stacking_weights


def test_weights_have_the_highest_score_that_any_have():
    generator = np.random.default_rng(1)
    came = generator.normal(0, 1.5, 300)
    scores = np.column_stack([stats.norm.logpdf(came, *each) for each in ((0.5, 1.0), (-1.0, 2.0), (0.0, 0.5))])
    importance = generator.uniform(0.2, 1.0, 300)

    def loss(free, prior):
        log_weights = special.log_softmax(np.append(free, 0.0))
        return -(importance @ special.logsumexp(scores + log_weights, axis=1) + prior * log_weights.sum())

    for prior in (1.0, 40.0):
        best = special.softmax(np.append(optimize.minimize(loss, np.zeros(2), args=(prior,), tol=1e-10).x, 0.0))
        np.testing.assert_allclose(stacking_weights(scores, importance, prior), best, atol=1e-3)


def test_weights_are_equal_without_a_past_and_near_equal_with_a_short_one():
    better = np.array([[0.0, -0.5]])
    np.testing.assert_allclose(stacking_weights(np.empty((0, 4)), []), np.full(4, 0.25))
    few, many = (stacking_weights(np.repeat(better, rows, axis=0), np.ones(rows))[0] for rows in (3, 300))
    assert 0.5 < few < 0.7
    assert many > 0.95


def test_a_mixture_mixes_probabilities():
    scores = np.log([[0.2, 0.05], [0.01, 0.4]])
    np.testing.assert_allclose(np.exp(pooled_log_score(scores, [0.3, 0.7])), [0.095, 0.283])


def test_a_mixture_draws_from_each_member_as_often_as_its_weight_says():
    members = [np.full((500, 2), value) for value in (1.0, 2.0, 3.0)]
    drawn = pooled_draws(members, [0.245, 0.0, 0.755], 1_000)
    assert drawn.shape == (1_000, 2)
    assert [(drawn[:, 0] == value).sum() for value in (1.0, 2.0, 3.0)] == [245, 0, 755]
    assert len(pooled_draws(members, np.full(3, 1 / 3), 100)) == 100


def test_draws_that_are_used_up_are_used_again():
    drawn = pooled_draws([np.arange(4.0), np.array([9.0])], [0.6, 0.4], 10)
    assert drawn.tolist() == pytest.approx([0, 1, 2, 3, 0, 1, 9, 9, 9, 9])
