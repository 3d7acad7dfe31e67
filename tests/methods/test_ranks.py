"""Ranks: ties, intervals, and the sets of ranks that counts cannot exclude."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from citizen_security.methods.ranks import rank_confidence_sets, rank_from_highest, summarise_ranks


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


def test_ranks_count_from_the_highest_and_ties_share_the_best():
    assert rank_from_highest([10.0, 30.0, 20.0]).tolist() == [3, 1, 2]
    assert rank_from_highest([5.0, 9.0, 9.0, 1.0]).tolist() == [3, 1, 1, 4]


@settings(deadline=None)  # the machine may be busy
@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.floats(-5, 5), unique=True))
def test_ranks_without_ties_are_a_permutation(values):
    found = rank_from_highest(values)
    assert (np.sort(found, axis=1) == np.arange(1, values.shape[1] + 1)).all()


@settings(deadline=None)  # the machine may be busy
@given(arrays(float, st.tuples(st.just(3), st.integers(1, 8)), elements=st.integers(-20, 20).map(float)))
def test_ranks_do_not_depend_on_the_scale_of_the_rate(values):
    assert (rank_from_highest(values) == rank_from_highest(np.exp(values / 20))).all()


def test_rank_summaries_of_a_hand_case():
    # Ten draws of two cities: the first leads in nine of them.
    drawn = np.array([[1, 2]] * 9 + [[2, 1]])
    found = summarise_ranks(drawn, credible_level=0.8, top_places=1)
    assert found["probability_first"].tolist() == [0.9, 0.1]
    assert found["probability_top"].tolist() == [0.9, 0.1]
    assert found["rank_median"].tolist() == [1, 2]
    # A tenth may lie beyond each end: the single draw of the other rank is just that tenth.
    assert found[["rank_lower", "rank_upper"]].to_numpy().tolist() == [[1, 1], [1, 2]]
    assert found["rank_width"].tolist() == [0, 1]


@settings(deadline=None)  # the machine may be busy
@given(
    draws=arrays(float, st.tuples(st.integers(20, 60), st.integers(2, 7)), elements=st.floats(-3, 3), unique=True),
    level=st.floats(0.5, 0.95),
)
def test_a_rank_interval_holds_at_least_what_it_says(draws, level):
    drawn = rank_from_highest(draws)
    found = summarise_ranks(drawn, level, top_places=1)
    inside = (drawn >= found["rank_lower"].to_numpy()) & (drawn <= found["rank_upper"].to_numpy())
    # An end falls on a draw, so floating point may cost the fraction of a draw.
    assert (inside.mean(axis=0) >= level - 1e-9).all()
    assert found["probability_first"].sum() == pytest.approx(1)
