"""The variance between studies decides every interval that follows: each estimator is what its authors defined."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.meta_analysis_data import bcg, bcg_trials, drawn
from scipy.optimize import minimize_scalar
from statsmodels.stats.meta_analysis import combine_effects

from citizen_security.methods.meta_analysis import between_study_variance as module
from citizen_security.methods.meta_analysis.between_study_variance import (
    NoQuadraticForm,
    NotEnoughStudies,
    UnknownEstimator,
    between_study_variance,
    between_study_variances,
    distinct_estimators,
    log_likelihood,
)
from citizen_security.methods.meta_analysis.names import Estimator
from citizen_security.methods.meta_analysis.study_sets import StudySets, one_set, projection, weighted_sums

ESTIMATORS = get_args(Estimator)
# statsmodels ends when Q is this near to its expectation; asked for less, rounding may take Q below it, and it gives 0.
STOPS = 1e-6

LIKELIHOODS = {"maximum_likelihood": False, "restricted_maximum_likelihood": True}

# Effects in whole hundredths: differences as small as rounding could not be told from none.
EFFECTS = st.lists(
    st.tuples(st.integers(-300, 300).map(lambda n: n / 100), st.floats(0.005, 1.0)), min_size=3, max_size=12
)


def minus_log_likelihood(tau_squared, effect, variance, design, restricted):
    """Written out with matrices, as a reader would find it in a textbook."""
    covariance = np.diag(variance + tau_squared)
    weights = np.linalg.inv(covariance)
    gram = design.T @ weights @ design
    residual = effect - design @ np.linalg.solve(gram, design.T @ weights @ effect)
    height = np.linalg.slogdet(covariance)[1] + residual @ weights @ residual
    return 0.5 * (height + (np.linalg.slogdet(gram)[1] if restricted else 0.0))


@pytest.mark.parametrize("moderated", [False, True])
def test_the_weighted_sums_are_those_of_the_projection_matrix(moderated):
    effect, variance = bcg()
    design = np.ones((13, 1))
    if moderated:
        design = np.column_stack([design, bcg_trials()["absolute_latitude"]])
    # A bootstrap sample: one study is left out and one is there three times.
    copies = np.array([0, 3, 1, 1, 1, 1, 2, 1, 1, 1, 1, 0, 1])
    sums = weighted_sums(StudySets(effect[None], variance[None], design, copies[None]), np.array([0.2]))
    held = np.repeat(np.arange(13), copies)
    matrix = projection(1 / (variance[held] + 0.2), design[held])
    y = effect[held]
    assert sums.residual[0] == pytest.approx(y @ matrix @ y)
    assert sums.residual_squared[0] == pytest.approx(y @ matrix @ matrix @ y)
    assert sums.residual_cubed[0] == pytest.approx(y @ matrix @ matrix @ matrix @ y)
    assert sums.trace[0] == pytest.approx(np.trace(matrix))
    assert sums.trace_squared[0] == pytest.approx(np.trace(matrix @ matrix))


@pytest.mark.parametrize("estimator", LIKELIHOODS)
@pytest.mark.parametrize("moderated", [False, True])
def test_newton_s_steps_end_where_a_search_of_the_likelihood_does(estimator, moderated):
    effect, variance = bcg()
    design = np.ones((13, 1))
    if moderated:
        design = np.column_stack([design, bcg_trials()["absolute_latitude"]])
    found = minimize_scalar(
        minus_log_likelihood,
        bounds=(0, 5),
        args=(effect, variance, design, LIKELIHOODS[estimator]),
        method="bounded",
        options={"xatol": 1e-12},
    )
    ours = between_study_variance(effect, variance, design, estimator)
    # A likelihood is flat at its top: a search by its height is good to the root of the rounding error only.
    assert ours.tau_squared == pytest.approx(found.x, rel=1e-6)
    assert ours.converged


@pytest.mark.parametrize("seed", range(5))
def test_moments_and_paule_mandel_are_those_of_statsmodels(seed):
    effect, variance = drawn(15, seed)
    for ours, theirs in (("dersimonian_laird", "chi2"), ("paule_mandel", "iterated")):
        other = combine_effects(effect, variance, method_re=theirs, atol=STOPS)
        assert between_study_variance(effect, variance, estimator=ours).tau_squared == pytest.approx(
            max(other.tau2, 0), rel=1e-6
        )


def test_two_studies_of_equal_precision_give_what_is_worked_out_by_hand():
    # Effects 0 and 2 with variance 1: their variance is 2, so τ² is 2 − 1 by each method that is unbiased; maximum
    # likelihood divides by two instead of one: 1 − 1; Hunter and Schmidt (Q − 2) / 2 = 0; Sidik and Jonkman start from
    # 1, so the weights are a half each and 1 · (2 · ½ · 1) / 1 = 1.
    by_hand = {
        "equal_effects": 0.0,
        "dersimonian_laird": 1.0,
        "hedges_olkin": 1.0,
        "hunter_schmidt": 0.0,
        "sidik_jonkman": 1.0,
        "maximum_likelihood": 0.0,
        "restricted_maximum_likelihood": 1.0,
        "empirical_bayes": 1.0,
        "paule_mandel": 1.0,
    }
    found = {name: between_study_variance([0.0, 2.0], [1.0, 1.0], estimator=name).tau_squared for name in ESTIMATORS}
    assert found == pytest.approx(by_hand, abs=1e-8)


def test_standard_errors_of_two_equally_precise_studies_are_worked_out_by_hand():
    # Σ = (1 + 1) I: the variance of a quadratic form of one degree of freedom is 2 · 2², of τ² thus √8; the restricted
    # information is ½ · (1/2)², the same.
    for name in ("dersimonian_laird", "hedges_olkin", "restricted_maximum_likelihood", "paule_mandel"):
        assert between_study_variance([0.0, 2.0], [1.0, 1.0], estimator=name).standard_error == pytest.approx(8**0.5)


@pytest.mark.parametrize("estimator", [name for name in ESTIMATORS if name != "equal_effects"])
def test_the_standard_error_is_the_spread_over_simulated_meta_analyses(estimator):
    # Far from zero, where truncation does not matter; 4,000 data sets leave an error of a hundredth in a spread.
    generator = np.random.default_rng(3)
    variance = generator.uniform(0.02, 0.1, 40)
    effect = generator.normal(0, np.sqrt(0.25 + variance), (4_000, 40))
    sets = StudySets(effect, variance[None], np.ones((40, 1)), np.ones((1, 40)))
    spread = between_study_variances(sets, estimator).tau_squared.std()
    expected = np.sqrt(variance + 0.25)
    typical = np.resize([1, -1], 40) * expected
    told = between_study_variance(typical, variance, estimator=estimator).standard_error
    assert told == pytest.approx(spread, rel=0.1)


@given(EFFECTS, st.sampled_from(ESTIMATORS), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_neither_order_nor_sign_nor_unit_of_the_effects_matters(studies, estimator, random):
    effect, variance = map(np.array, zip(*studies, strict=True))
    order = random.sample(range(len(effect)), len(effect))
    plain = between_study_variance(effect, variance, estimator=estimator).tau_squared
    # The likelihoods stop within a millionth; a τ² next to zero is zero as well as that of its neighbours.
    near = {"rel": 1e-5, "abs": 1e-7}
    assert between_study_variance(effect[order], variance[order], estimator=estimator).tau_squared == pytest.approx(
        plain, **near
    )
    assert between_study_variance(-effect, variance, estimator=estimator).tau_squared == pytest.approx(plain, **near)
    assert between_study_variance(10 * effect, 100 * variance, estimator=estimator).tau_squared == pytest.approx(
        100 * plain, rel=1e-5, abs=1e-5
    )
    assert between_study_variance(effect + 7, variance, estimator=estimator).tau_squared == pytest.approx(plain, **near)


@pytest.mark.parametrize(
    ("estimator", "sets"),
    [("restricted_maximum_likelihood", 1_000), ("maximum_likelihood", 300), ("paule_mandel", 300)],
)
def test_odd_data_sets_converge_or_say_that_they_did_not(estimator, sets):
    generator = np.random.default_rng(11)
    for number in range(sets):
        effect, variance = odd(generator, number)
        found = between_study_variance(effect, variance, estimator=estimator)
        assert np.isfinite(found.tau_squared)
        assert found.tau_squared >= 0
        if found.converged and estimator in LIKELIHOODS:
            assert is_top(found.tau_squared, effect, variance, LIKELIHOODS[estimator])
        elif found.converged:
            assert is_solved(found.tau_squared, effect, variance)


def odd(generator, number):
    """Two studies, no variance between studies, a huge outlier, precisions that differ a million times, or neither."""
    k = 2 if number % 5 == 0 else int(generator.integers(3, 30))
    variance = generator.uniform(0.01, 0.2, k)
    if number % 5 == 3:
        variance = 10.0 ** generator.uniform(-6, 2, k)
    effect = generator.normal(0, np.sqrt(variance + generator.choice([0.0, 0.1, 4.0])))
    if number % 5 == 1:
        effect = np.full(k, 0.3)
    if number % 5 == 2:
        effect[0] += 10.0 ** generator.uniform(1, 4)
    return effect, variance


def is_top(tau_squared, effect, variance, restricted):
    """Whether no value of a grid has a likelihood that is higher by more than rounding."""
    near = [tau_squared, 0.0, tau_squared * 0.9, tau_squared * 1.1]
    weights = 1 / (variance + np.array([*near, *np.geomspace(1e-6, np.ptp(effect) ** 2 + 1, 40)])[:, None])
    total = weights.sum(axis=1)
    mean = (weights * effect).sum(axis=1) / total
    heights = np.log(weights).sum(axis=1) - (weights * (effect - mean[:, None]) ** 2).sum(axis=1)
    heights = 0.5 * (heights - np.log(total) * restricted)
    return heights[0] >= heights.max() - 1e-6


def is_solved(tau_squared, effect, variance):
    weights = 1 / (variance + tau_squared)
    mean = weights @ effect / weights.sum()
    excess = weights @ (effect - mean) ** 2 - (len(effect) - 1)
    return abs(excess) < 1e-6 or (tau_squared == 0 and excess < 0)


def test_a_likelihood_with_two_tops_ends_on_the_higher():
    # One precise pair that agrees and one precise study far off: scoring from the moment estimate alone can stay low.
    generator = np.random.default_rng(5)
    for _ in range(100):
        variance = 10.0 ** generator.uniform(-5, 1, 4)
        effect = generator.normal(0, 1, 4)
        found = between_study_variance(effect, variance)
        assert not found.converged or is_top(found.tau_squared, effect, variance, restricted=True)


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("columns", [(0,), (0, 1), (1, 2)])
def test_heights_of_a_grid_are_the_likelihood_at_each_of_its_values(restricted, columns):
    effect, variance = drawn(9, 2)
    # The last has no intercept, and none follows from it.
    design = np.column_stack([np.ones(9), np.linspace(-1, 2, 9), np.arange(9) % 3])[:, columns]
    sets = StudySets(effect[None] + 3, variance[None], design, 1 - np.eye(9)[:4])
    grid = np.array([0.0, 0.02, 0.3, 1.5])
    found = module._heights_on_grid(sets, grid, restricted=restricted)
    for at, tau_squared in enumerate(grid):
        weights = 1 / (variance + tau_squared)
        one_by_one = []
        for kept in sets.copies.astype(bool):
            rows, outcome, held = design[kept], effect[kept] + 3, weights[kept]
            gram = rows.T @ (held[:, None] * rows)
            left = outcome - rows @ np.linalg.solve(gram, rows.T @ (held * outcome))
            height = np.log(held).sum() - held @ left**2 - restricted * np.linalg.slogdet(gram)[1]
            one_by_one.append(height / 2)
        assert found[:, at] == pytest.approx(one_by_one, rel=1e-9)
        assert log_likelihood(sets, np.full(4, tau_squared), restricted=restricted) == pytest.approx(one_by_one)


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("columns", [1, 2])
def test_the_likelihood_of_sets_with_variances_of_their_own_is_that_of_each(restricted, columns):
    generator = np.random.default_rng(3)
    effect, variance = generator.normal(size=(2, 7)), generator.uniform(0.02, 1.0, (2, 7))
    design = np.column_stack([generator.uniform(0.5, 2, 7), generator.normal(size=7)])[:, :columns]
    tau_squared = np.array([0.3, 0.01])
    found = log_likelihood(StudySets(effect, variance, design, np.ones((2, 7))), tau_squared, restricted=restricted)
    for at in range(2):
        expected = minus_log_likelihood(tau_squared[at], effect[at], variance[at], design, restricted)
        assert found[at] == pytest.approx(-expected, rel=1e-9)


@pytest.mark.parametrize("unit", [1e-9, 1e9])
def test_the_search_that_stands_in_for_newton_s_steps_ends_where_it_does_in_other_units(unit):
    effect, variance = drawn(9, 2)
    ended = [
        module._search(one_set(effect * size, variance * size**2), module._restricted_step, restricted=True) / size**2
        for size in (1.0, unit)
    ]
    assert ended[1] == pytest.approx(ended[0], rel=1e-9)


@pytest.mark.parametrize("restricted", [False, True])
def test_the_search_that_stands_in_for_newton_s_steps_ends_where_they_do(restricted):
    effect, variance = drawn(9, 2)
    name = "restricted_maximum_likelihood" if restricted else "maximum_likelihood"
    step = module._restricted_step if restricted else module._full_step
    found = module._search(one_set(effect, variance), step, restricted=restricted)
    # Its grid alone is good to a tenth.
    assert found == pytest.approx(between_study_variance(effect, variance, estimator=name).tau_squared, rel=1e-8)
    assert module._is_solved(one_set(effect, variance), found, step)
    assert not module._is_solved(one_set(effect, variance), 1.01 * found, step)


def test_more_studies_than_fit_in_a_chunk_are_one_set():
    effect, variance = drawn(20_001, 3)
    found = between_study_variances(one_set(effect, variance), "hedges_olkin").tau_squared[0]
    assert found == pytest.approx(effect.var(ddof=1) - variance.mean(), rel=1e-9)


def test_many_sets_at_once_are_each_set_alone_copies_written_out():
    effect, variance = drawn(10, 1)
    design = np.column_stack([np.ones(10), np.arange(10.0)])
    copies = np.random.default_rng(2).multinomial(10, np.full(10, 0.1), 40).astype(float)
    for estimator in ESTIMATORS:
        together = between_study_variances(StudySets(effect[None], variance[None], design, copies), estimator)
        for found, times in zip(together.tau_squared, copies.astype(int), strict=True):
            held = np.repeat(np.arange(10), times)
            alone = between_study_variance(effect[held], variance[held], design[held], estimator).tau_squared
            assert found == pytest.approx(alone, rel=1e-7, abs=1e-10)


def test_sets_that_cannot_be_estimated_are_marked_and_leave_the_others_alone():
    effect, variance = drawn(4, 1)
    design = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
    copies = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [2, 2, 0, 0], [1, 0, 1, 0]], float)
    found = between_study_variances(StudySets(effect[None], variance[None], design, copies), "paule_mandel")
    assert found.converged.tolist() == [True, False, False, False]
    assert np.isnan(found.tau_squared[1:]).all()
    assert found.tau_squared[0] == between_study_variance(effect, variance, design, "paule_mandel").tau_squared


@pytest.mark.parametrize(
    ("effect", "variance", "design", "words"),
    [
        ([0.1], [0.1], None, "at least 2"),
        ([0.1, 0.2], [0.1, 0.1], [[1, 0], [1, 1]], "at least 3"),
    ],
)
def test_too_few_studies_are_refused_with_how_many_are_needed(effect, variance, design, words):
    with pytest.raises(NotEnoughStudies, match=words):
        between_study_variance(effect, variance, design)


@pytest.mark.parametrize(
    ("effect", "variance", "design", "words"),
    [
        ([0.1, 0.2, 0.3], [0.1, 0.0, 0.1], None, "above zero"),
        ([0.1, 0.2, 0.3], [0.1, -0.1, 0.1], None, "above zero"),
        ([0.1, np.nan, 0.3], [0.1, 0.1, 0.1], None, "missing"),
        ([0.1, 0.2, 0.3], [0.1, 0.1], None, "one variance"),
        ([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], [[1, 2], [1, 2], [1, 2]], "collinear"),
        ([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], [[1, 0], [1, 0], [1, 0]], "collinear"),
    ],
)
def test_unusable_numbers_are_refused_with_the_reason(effect, variance, design, words):
    with pytest.raises(ValueError, match=words):
        one_set(effect, variance, design)


def test_an_estimator_without_a_quadratic_form_is_refused_and_not_taken_for_paule_mandel(monkeypatch):
    # Its τ² would be its own and its standard error that of another.
    monkeypatch.setitem(module._ESTIMATORS, "half_of_the_range", module._ESTIMATORS["hedges_olkin"])
    effect, variance = drawn(8, 1)
    with pytest.raises(NoQuadraticForm, match="half_of_the_range matches no quadratic form"):
        between_study_variance(effect, variance, estimator="half_of_the_range")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_offered_has_a_standard_error_of_its_own_kind(estimator):
    kinds = [estimator in table for table in (module._FORMS, module._INFORMATION)]
    assert sum(kinds) == (0 if estimator == "equal_effects" else 1)


def test_a_name_that_no_estimator_has_is_refused_with_those_that_there_are():
    with pytest.raises(UnknownEstimator, match=r"'reml' is no estimator of τ².*restricted_maximum_likelihood"):
        between_study_variance([0.1, 0.2, 0.3], [0.1] * 3, estimator="reml")


def test_distinct_estimators_name_each_one_once_and_group_what_is_one_function():
    groups = distinct_estimators()
    assert sorted(name for names in groups for name in names) == sorted(set(ESTIMATORS) - {"equal_effects"})
    assert [names for names in groups if len(names) > 1] == [("empirical_bayes", "paule_mandel")]


def test_no_two_distinct_estimators_agree_on_data_that_tell_them_apart():
    effect, variance = bcg()
    found = [
        between_study_variance(effect, variance, estimator=names[0]).tau_squared for names in distinct_estimators()
    ]
    # The closest pair lies more than a thousandth apart; each is solved to a billionth.
    assert np.diff(sorted(found)).min() > 1e-4
