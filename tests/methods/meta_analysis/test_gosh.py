"""Every subset is pooled as it would be alone, and a sample of them is even and can be drawn again."""

from itertools import combinations

import numpy as np
import pytest
from methods.meta_analysis_data import drawn

from citizen_security.methods.meta_analysis.gosh import all_subsets
from citizen_security.methods.meta_analysis.pooling import pool


@pytest.mark.parametrize("estimator", ["restricted_maximum_likelihood", "dersimonian_laird"])
def test_all_subsets_at_once_are_all_subsets_in_a_loop(estimator):
    effect, variance = drawn(6, 5)
    found = all_subsets(effect, variance, estimator=estimator)
    assert (found.possible, found.is_complete, len(found.table)) == (57, True, 57)
    rows = {
        tuple(np.flatnonzero(members)): row
        for members, (_, row) in zip(found.members, found.table.iterrows(), strict=True)
    }
    for size in range(2, 7):
        for chosen in combinations(range(6), size):
            alone = pool(effect[list(chosen)], variance[list(chosen)], estimator=estimator, test="normal")
            row = rows[chosen]
            assert row["k"] == size
            assert (row["effect"], row["tau_squared"], row["i_squared"], row["q"]) == pytest.approx(
                (alone.effect, alone.tau_squared, alone.i_squared, alone.q), rel=1e-7, abs=1e-9
            )


def test_a_sample_has_no_subset_twice_and_is_drawn_again_from_its_seed():
    effect, variance = drawn(14, 5)
    first, again, other = (all_subsets(effect, variance, limit=2_000, seed=seed) for seed in (1, 1, 2))
    assert not first.is_complete
    assert len(np.unique(first.members, axis=0)) == len(first.table) == 2_000
    assert first.possible == 2**14 - 15
    assert (first.members == again.members).all()
    assert (first.members != other.members).any()
    # One study is no subset to pool, and none is none.
    assert first.members.sum(axis=1).min() == 2
    assert np.isfinite(first.table["effect"]).all()
    # Each study is in half of the subsets: a standard error of 0.011.
    assert first.members.mean(axis=0) == pytest.approx(np.full(14, 0.5), abs=0.05)


def test_a_sample_of_nearly_all_subsets_ends():
    effect, variance = drawn(8, 5)
    found = all_subsets(effect, variance, limit=2**8 - 8 - 3)
    assert len(found.table) == 2**8 - 11


def test_no_subset_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        all_subsets([0.1, 0.2], [0.1, 0.1], limit=0)


def test_as_many_subsets_as_the_limit_are_all_of_them_and_one_more_is_a_sample():
    effect, variance = drawn(5, 5)
    assert all_subsets(effect, variance, limit=26).is_complete
    whole, part = (all_subsets(effect, variance, limit=limit) for limit in (26, 25))
    assert len(np.unique(whole.members, axis=0)) == len(whole.table) == 26
    assert (part.is_complete, len(part.table)) == (False, 25)
    # In the order of their binary codes: the first holds the first two studies.
    assert np.flatnonzero(whole.members[0]).tolist() == [0, 1]
