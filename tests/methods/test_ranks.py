"""Ranks: ties, intervals, and the sets of ranks that counts cannot exclude."""

import numpy as np

from citizen_security.methods.ranks import rank_confidence_sets


def test_rank_sets_hold_the_true_place_at_least_as_often_as_stated():
    generator = np.random.default_rng(7)
    means, exposure = np.array([300, 260, 255, 200, 199, 198, 150, 80]), np.full(8, 4e5)
    hit = np.zeros(8)
    for counts in generator.poisson(means, (400, 8)):
        sets = rank_confidence_sets(counts, exposure, 0.9)
        hit += (sets[:, 0] <= np.arange(1, 9)) & (np.arange(1, 9) <= sets[:, 1])
    # Three standard errors of 400 trials at 90% are 0.045.
    assert (hit / 400 > 0.9 - 0.045).all()


def test_rank_sets_are_certain_where_rates_lie_apart_and_open_where_they_are_equal():
    apart = rank_confidence_sets([1_000, 400, 100], [1e5] * 3, 0.95)
    np.testing.assert_array_equal(apart, [[1, 1], [2, 2], [3, 3]])
    np.testing.assert_array_equal(rank_confidence_sets([50] * 3, [1e5] * 3, 0.95), [[1, 3]] * 3)
