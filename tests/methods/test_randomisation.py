"""Tests by rearrangement: a p-value that is too small would call chance a finding."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from citizen_security.methods.randomisation import (
    count_as_extreme,
    p_value,
    p_value_interval,
    placebo_rank,
)
from citizen_security.methods.resampling import RADEMACHER, all_sign_changes, symmetric_weights


def every_difference(values, treated):
    """Difference of means for each choice of that many treated units."""
    rows = np.array(list(combinations(range(len(values)), treated)))
    total = values[rows].sum(axis=1)
    return total / treated - (values.sum() - total) / (len(values) - treated)


def test_an_enumerated_test_is_that_of_scipy():
    values = np.array([3.1, 2.4, 4.0, 1.0, 0.5, 1.7, 2.2])
    observed = values[:3].mean() - values[3:].mean()
    every = every_difference(values, 3)
    other = stats.permutation_test(
        (values[:3], values[3:]), lambda a, b: a.mean() - b.mean(), alternative="greater", n_resamples=np.inf
    )
    found = p_value(count_as_extreme(every, observed, tie=1e-12), len(every), enumerated=True)
    assert found == pytest.approx(other.pvalue)


def test_random_draws_agree_with_all_there_are():
    random = np.random.default_rng(1)
    effects = random.normal(0.4, 1, 9)
    every = all_sign_changes(9) @ effects
    exact = p_value(count_as_extreme(every, effects.sum(), alternative="different", tie=1e-9), 512, enumerated=True)
    drawn = symmetric_weights(RADEMACHER, (20_000, 9), random) @ effects
    extreme = count_as_extreme(drawn, effects.sum(), alternative="different", tie=1e-9)
    low, high = p_value_interval(extreme, 20_000, 0.9999)
    assert low <= exact <= high


def test_a_tie_broken_by_rounding_still_counts():
    observed = 0.1 + 0.2
    assert count_as_extreme([0.3], observed) == 0
    assert count_as_extreme([0.3], observed, tie=1e-12) == 1


def test_directions_are_those_of_the_statistic():
    drawn = [-3.0, -1.0, 0.0, 2.0]
    assert count_as_extreme(drawn, -2.0, alternative="less") == 1
    assert count_as_extreme(drawn, -2.0, alternative="different") == 2
    assert count_as_extreme(drawn, -2.0, alternative="greater") == 3


def test_a_draw_without_an_answer_is_no_evidence():
    assert count_as_extreme([np.nan, 0.0], 1.0, alternative="different") == 1
    assert count_as_extreme([np.nan, 0.0], 1.0, alternative="less") == 2


@given(draws=st.integers(1, 200), share=st.floats(0, 1))
def test_no_p_value_is_zero_and_the_interval_holds_it(draws, share):
    extreme = round(share * draws)
    low, high = p_value_interval(extreme, draws)
    assert 1 / (draws + 1) <= p_value(extreme, draws) <= 1
    assert 0 <= low <= p_value(extreme, draws) <= high <= 1


def test_the_interval_is_that_of_clopper_and_pearson():
    for level in (0.8, 0.99):
        other = stats.binomtest(7, 199).proportion_ci(level, method="exact")
        assert p_value_interval(7, 199, level) == pytest.approx((other.low, other.high), abs=1e-9)
    assert p_value_interval(7, 199) == p_value_interval(7, 199, 0.95)
    # The rule of three, exactly: with no extreme draw of 199 the share is below 1 − 0.025 ** (1 / 199).
    assert p_value_interval(0, 199)[1] == pytest.approx(1 - 0.025 ** (1 / 199))


@pytest.mark.parametrize("extreme", [-1, 3])
def test_impossible_counts_are_refused(extreme):
    with pytest.raises(ValueError, match="from 0 to 2"):
        p_value(extreme, 2)


def test_the_data_s_own_arrangement_counts_even_where_rounding_has_moved_it():
    assert p_value(0, 8, enumerated=True) == 1 / 8
    assert np.isnan(p_value(0, 0, enumerated=True))


def test_a_true_null_is_rejected_as_often_as_it_says():
    # With 19 draws a p-value of at most 0.05 needs the data beyond all of them: the test is of size 1/20 exactly, and
    # without counting the data itself it would reject whenever none of 19 is as extreme and call that p = 0.
    random = np.random.default_rng(3)
    rejected = np.empty((2, 4_000), dtype=bool)
    for number in range(4_000):
        effects = random.standard_t(3, 12)
        drawn = symmetric_weights(RADEMACHER, (19, 12), random) @ effects
        extreme = count_as_extreme(drawn, effects.sum(), tie=1e-12)
        rejected[:, number] = p_value(extreme, 19) <= 0.05, p_value(extreme, 19) <= 0.2
    # Four binomial standard errors of 0.05 and 0.2 over 4,000 samples are 0.014 and 0.025.
    sizes = rejected.mean(axis=1)
    assert sizes[0] == pytest.approx(0.05, abs=0.014)
    assert sizes[1] == pytest.approx(0.2, abs=0.025)


def test_a_treated_unit_among_few_placebos_has_a_floor():
    found = placebo_rank(-40.0, [1.0, -2.0, 3.0, 0.5])
    assert (found.rank, found.units, found.p_value, found.floor) == (1, 5, 0.2, 0.2)
    assert placebo_rank(-40.0, [1.0, -2.0, 3.0, 0.5], alternative="greater").rank == 5


def test_equal_and_missing_placebos_do_not_help_the_finding():
    found = placebo_rank(2.0, [2.0, np.nan, 1.0])
    assert (found.rank, found.units) == (3, 4)


def test_the_place_of_a_unit_that_nothing_was_done_to_is_uniform():
    random = np.random.default_rng(4)
    ranks = [placebo_rank(treated, placebos).rank for treated, *placebos in random.normal(size=(3_000, 6))]
    shares = np.bincount(ranks, minlength=7)[1:] / 3_000
    # Four binomial standard errors of one sixth over 3,000 are 0.027.
    np.testing.assert_allclose(shares, 1 / 6, atol=0.027)
