"""Replicates drawn together are those that a loop would draw, and a p-value counts arrangements."""

from itertools import product

import numpy as np
import pytest
from methods.meta_analysis_data import bcg, bcg_trials, drawn

from citizen_security.methods.meta_analysis.between_study_variance import between_study_variance
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.meta_analysis.resampling import bootstrap, permutation_test


@pytest.mark.parametrize("estimator", ["restricted_maximum_likelihood", "paule_mandel"])
def test_bootstrapped_studies_are_those_of_a_loop_over_the_same_draws(estimator):
    effect, variance = drawn(8, 2)
    found = bootstrap(effect, variance, estimator=estimator, replicates=60, seed=4)
    draws = np.random.default_rng(4).multinomial(8, np.full(8, 1 / 8), 60)
    for times, tau_squared, coefficients in zip(draws, found.tau_squared, found.coefficients, strict=True):
        held = np.repeat(np.arange(8), times)
        alone = pool(effect[held], variance[held], estimator=estimator)
        assert tau_squared == pytest.approx(alone.tau_squared, rel=1e-6, abs=1e-9)
        assert coefficients[0] == pytest.approx(alone.effect, rel=1e-6)


def test_the_parametric_bootstrap_has_the_spread_that_the_model_says():
    effect, variance = drawn(40, 5)
    fit = pool(effect, variance, test="normal")
    found = bootstrap(effect, variance, kind="parametric", replicates=4_000, seed=1)
    # 4,000 draws: 1 % of a standard deviation; the model's own takes τ² as known, which costs a few per cent.
    assert found.standard_errors[0] == pytest.approx(fit.standard_error, rel=0.06)
    assert found.lower[0] < fit.effect < found.upper[0]
    assert found.tau_squared_interval[0] < fit.tau_squared < found.tau_squared_interval[1]


def test_replicates_that_draw_a_moderator_without_variation_are_counted_not_hidden():
    effect, variance = drawn(5, 1)
    design = np.column_stack([np.ones(5), [0, 0, 0, 0, 1.0]])
    found = bootstrap(effect, variance, design=design, replicates=2_000, seed=1)
    # The fifth study is missed, or drawn alone, in (4/5)^5 + (1/5)^5 of the draws.
    assert found.failed / 2_000 == pytest.approx(0.8**5 + 0.2**5, abs=0.04)
    assert len(found.coefficients) == 2_000 - found.failed
    assert np.isfinite(found.coefficients).all()


@pytest.mark.parametrize("level", [0.6, 0.9])
def test_intervals_and_errors_of_a_bootstrap_are_those_of_its_replicates(level):
    effect, variance = drawn(9, 4)
    design = np.column_stack([np.ones(9), np.linspace(-1, 1, 9)])
    found = bootstrap(effect, variance, design=design, replicates=40, seed=2, confidence_level=level)
    tails = [(1 - level) / 2, (1 + level) / 2]
    assert np.array([found.lower, found.upper]) == pytest.approx(np.quantile(found.coefficients, tails, axis=0))
    assert found.tau_squared_interval == pytest.approx(tuple(np.quantile(found.tau_squared, tails)))
    # 40 replicates: with their number as divisor the errors would be 1.3 % smaller.
    assert found.standard_errors == pytest.approx(np.std(found.coefficients, axis=0, ddof=1), rel=1e-9)


@pytest.mark.parametrize(("replicates", "is_exact"), [(128, True), (127, False)])
def test_all_signs_are_used_where_there_are_no_more_than_asked_for(replicates, is_exact):
    effect, variance = drawn(7, 3)
    found = permutation_test(effect, variance, replicates=replicates)
    assert (found.is_exact, found.arrangements) == (is_exact, replicates)


def test_equal_seeds_draw_equal_replicates():
    effect, variance = drawn(8, 2)
    first, again, other = (bootstrap(effect, variance, replicates=50, seed=seed) for seed in (1, 1, 2))
    assert (first.coefficients == again.coefficients).all()
    assert (first.coefficients != other.coefficients).any()


def test_more_replicates_than_a_batch_are_as_many_as_asked_for():
    effect, variance = drawn(5, 2)
    assert len(bootstrap(effect, variance, estimator="dersimonian_laird", replicates=12_345).tau_squared) == 12_345


def test_all_signs_at_once_are_all_signs_in_a_loop():
    effect, variance = drawn(7, 3)
    found = permutation_test(effect, variance)
    assert (found.is_exact, found.arrangements) == (True, 128)
    observed = abs(pool(effect, variance).statistic[0])
    by_hand = [abs(pool(effect * signs, variance).statistic[0]) for signs in product([1, -1], repeat=7)]
    assert sorted(np.abs(found.statistics)) == pytest.approx(sorted(by_hand), rel=1e-6)
    assert found.p_value == np.mean(np.array(by_hand) >= observed * (1 - 1e-9))


def test_effects_that_all_point_one_way_have_the_smallest_p_value():
    # Of 2⁸ sign changes only the data's own and its mirror image are as far from zero.
    assert permutation_test([-0.3] * 7 + [-0.31], [0.01] * 8).p_value == 2 / 2**8


def test_a_random_permutation_of_moderators_is_a_permutation_of_the_rows_of_the_design():
    effect, variance = bcg()
    design = np.column_stack([np.ones(13), bcg_trials()["absolute_latitude"]])
    found = permutation_test(effect, variance, design=design, replicates=21, seed=9)
    order = np.random.default_rng(9).permuted(np.tile(np.arange(13), (20, 1)), axis=1)
    by_hand = [pool(effect[row], variance[row], design=design).statistic[1] for row in order]
    assert found.statistics[1:] == pytest.approx(by_hand, rel=1e-6)
    assert found.statistics[0] == found.statistic == pytest.approx(pool(effect, variance, design=design).statistic[1])


@pytest.mark.parametrize("test", ["knapp_hartung", "normal"])
def test_several_moderators_are_permuted_together_by_their_f(test):
    effect, variance = bcg()
    random = bcg_trials()["allocation"] == "random"
    design = np.column_stack([np.ones(13), bcg_trials()["absolute_latitude"], random])
    found = permutation_test(effect, variance, design=design, coefficient=(1, 2), test=test, replicates=31, seed=3)
    order = np.random.default_rng(3).permuted(np.tile(np.arange(13), (30, 1)), axis=1)

    def f_of(row):
        fit = pool(effect[row], variance[row], design=design, test=test)
        slopes = fit.coefficients[1:]
        return slopes @ np.linalg.inv(fit.covariance[1:, 1:]) @ slopes / 2

    by_hand = [f_of(row) for row in (np.arange(13), *order)]
    assert found.statistics == pytest.approx(by_hand, rel=1e-6)
    assert found.p_value == np.mean(np.array(by_hand) >= by_hand[0] * (1 - 1e-9))


def test_the_latitude_of_the_vaccine_trials_keeps_its_small_p_value():
    # permutest() of this model, as printed in metafor's help from 1,000 random permutations: about 0.004.
    effect, variance = bcg()
    design = np.column_stack([np.ones(13), bcg_trials()["absolute_latitude"]])
    found = permutation_test(effect, variance, design=design, test="normal", replicates=10_000)
    assert not found.is_exact
    assert 0.001 < found.p_value < 0.01


def test_p_values_of_effects_without_a_mean_are_even():
    generator = np.random.default_rng(7)
    variance = generator.uniform(0.02, 0.2, 8)
    p_values = [
        permutation_test(
            generator.normal(0, np.sqrt(variance + 0.1)), variance, estimator="dersimonian_laird", replicates=256
        ).p_value
        for _ in range(1_600)
    ]
    # 1,600 draws of 0.1: a standard error of 0.0075; the test is exact.
    assert np.mean(np.array(p_values) <= 0.1) == pytest.approx(0.1, abs=0.03)


def test_one_replicate_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        permutation_test([0.1] * 20 + [0.3], [0.1] * 21, replicates=1)


def test_each_replicate_has_its_own_between_study_variance():
    effect, variance = drawn(10, 2)
    found = bootstrap(effect, variance, replicates=200)
    assert found.tau_squared.std() > 0.1 * between_study_variance(effect, variance).tau_squared


def test_random_signs_are_drawn_for_each_study_and_come_near_to_all_there_are():
    # 2¹² sign changes against 4,000 of them at random: a p-value of 0.2 has a standard error of 0.006.
    effect, variance = drawn(12, 6)
    effect = effect - 0.12
    named = {"estimator": "dersimonian_laird"}
    every = permutation_test(effect, variance, replicates=2**12, **named)
    some = permutation_test(effect, variance, replicates=4_000, seed=3, **named)
    assert (every.is_exact, some.is_exact, some.arrangements) == (True, False, 4_000)
    assert 0.02 < every.p_value < 0.5
    assert some.p_value == pytest.approx(every.p_value, abs=0.03)
    signs = np.where(np.random.default_rng(3).random((3_999, 12)) < 0.5, -1.0, 1.0)
    by_hand = [pool(effect * row, variance, **named).statistic[0] for row in signs[:20]]
    assert some.statistics[0] == some.statistic
    assert some.statistics[1:21] == pytest.approx(by_hand, rel=1e-6)


def test_two_arrangements_are_the_fewest():
    effect, variance = drawn(9, 4)
    assert permutation_test(effect, variance, replicates=2).arrangements == 2
    assert len(bootstrap(effect, variance, replicates=2).coefficients) == 2
    with pytest.raises(ValueError, match="at least 2"):
        bootstrap(effect, variance, replicates=1)


def test_a_bootstrap_says_its_level_and_95_percent_where_none_is_given():
    effect, variance = drawn(9, 4)
    found = bootstrap(effect, variance, replicates=400, seed=2)
    assert found.confidence_level == 0.95
    assert bootstrap(effect, variance, replicates=20, confidence_level=0.7).confidence_level == 0.7
    ends = np.quantile(found.coefficients[:, 0], [0.025, 0.975])
    assert (found.lower[0], found.upper[0]) == pytest.approx(tuple(ends))
