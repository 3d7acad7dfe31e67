"""Sets of studies: what they say of themselves is what counting each set by hand gives."""

import numpy as np
import pytest

from citizen_security.methods.meta_analysis.study_sets import (
    NotEnoughStudies,
    StudySets,
    intercept,
    invert,
    one_set,
    projection,
    weighted_fit,
    weighted_sums,
)

DESIGN = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
# All four; the first two, which hold no contrast; the first twice with the third; a single one.
COPIES = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [2, 0, 1, 0], [1, 0, 0, 0]], float)


def sets():
    return StudySets(np.array([[0.1, 0.4, -0.2, 0.3]]), np.full((1, 4), 0.1), DESIGN, COPIES)


def test_sets_know_their_number_sizes_and_degrees_of_freedom():
    assert sets().count == 4
    assert sets().sizes.tolist() == [4, 2, 3, 1]
    assert sets().degrees_of_freedom.tolist() == [2, 0, 1, -1]


def test_a_set_without_a_contrast_or_a_degree_of_freedom_cannot_be_estimated():
    assert sets().estimable.tolist() == [True, False, True, False]


def test_a_column_with_a_zero_says_nothing_in_a_set_of_such_studies():
    column = np.array([[0.0], [0.0], [1.0], [2.0]])
    only = StudySets(np.zeros((1, 4)), np.ones((1, 4)), column, np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]]))
    assert only.estimable.tolist() == [False, True, False]


def test_a_gram_matrix_is_the_sum_over_studies_written_out():
    weights = np.array([[0.5, 1.0, 2.0, 4.0]])
    by_hand = sum(weight * np.outer(row, row) for weight, row in zip(weights[0], DESIGN, strict=True))
    assert sets().gram(weights)[0] == pytest.approx(by_hand)


def test_sets_taken_are_those_asked_for_in_their_order():
    taken = sets().take(np.array([2, 0]))
    assert taken.copies.tolist() == COPIES[[2, 0]].tolist()
    assert taken.count == 2


def test_sums_of_one_column_are_those_of_the_general_way():
    # The short way for an intercept alone against the projection matrix.
    effect, variance = np.array([0.1, 0.4, -0.2]), np.array([0.1, 0.2, 0.05])
    sums = weighted_sums(one_set(effect, variance), np.array([0.03]))
    matrix = projection(1 / (variance + 0.03), intercept(3))
    assert sums.residual[0] == pytest.approx(effect @ matrix @ effect)
    assert sums.residual_cubed[0] == pytest.approx(effect @ matrix @ matrix @ matrix @ effect)
    assert sums.trace_squared[0] == pytest.approx(np.trace(matrix @ matrix))


@pytest.mark.parametrize("tau_squared", [[0.0, 0.0, 0.0], [0.03, 0.0, 0.4]])
@pytest.mark.parametrize("slope", [False, True])
def test_sums_of_shared_studies_are_those_of_each_set_alone(tau_squared, slope):
    # Precisions a million times apart and effects far from zero: the digits of sums of squares would go first.
    effect, variance = 50 + np.array([0.1, 0.4, -0.2, 0.7, 0.35]), np.array([1e-6, 0.2, 0.05, 0.5, 1.0])
    design = np.array([[0.5], [1.0], [2.0], [1.5], [3.0]]) if slope else intercept(5)
    copies = np.array([[1, 1, 1, 1, 1], [0, 1, 2, 0, 1], [3, 0, 0, 1, 1]], float)
    shared = StudySets(effect[None], variance[None], design, copies)
    sums = weighted_sums(shared, np.array(tau_squared))
    fit = weighted_fit(shared, np.array(tau_squared))
    for name in ("coefficients", "inverse", "residual"):
        assert getattr(fit, name) == pytest.approx(getattr(sums, name), rel=1e-9)
    if not any(tau_squared):
        for name in ("total", "residual", "trace"):
            assert getattr(shared.with_equal_effects, name) == pytest.approx(getattr(sums, name), rel=1e-9)
    for at, times in enumerate(copies.astype(int)):
        rows, outcome = np.repeat(design, times, axis=0), np.repeat(effect, times)
        weights = np.repeat(1 / (variance + tau_squared[at]), times)
        matrix = projection(weights, rows)
        residual = outcome - rows @ np.linalg.lstsq(rows * np.sqrt(weights)[:, None], outcome * np.sqrt(weights))[0]
        assert sums.coefficients[at, 0] == pytest.approx(
            np.average(outcome / rows[:, 0], weights=weights * rows[:, 0] ** 2)
        )
        assert sums.total[at] == pytest.approx(weights.sum())
        assert sums.total_squared[at] == pytest.approx((weights**2).sum())
        assert sums.residual[at] == pytest.approx(residual @ (weights * residual), rel=1e-7)
        assert sums.residual_squared[at] == pytest.approx(residual @ (weights**2 * residual), rel=1e-7)
        assert sums.residual_cubed[at] == pytest.approx((weights * residual) @ matrix @ (weights * residual), rel=1e-6)
        assert sums.trace[at] == pytest.approx(np.trace(matrix), rel=1e-6)
        assert sums.trace_squared[at] == pytest.approx(np.trace(matrix @ matrix), rel=1e-6)


@pytest.mark.parametrize("columns", [1, 2])
def test_sums_of_sets_with_effects_of_their_own_are_those_of_projections(columns):
    generator = np.random.default_rng(5)
    effect, variance = generator.normal(size=(3, 6)), generator.uniform(0.05, 2.0, (3, 6))
    design = np.column_stack([generator.uniform(0.5, 3.0, 6), generator.normal(size=6)])[:, :columns]
    copies = np.array([[1, 1, 1, 1, 1, 1], [0, 1, 2, 0, 1, 1], [3, 0, 0, 1, 1, 2]], float)
    tau_squared = np.array([0.03, 0.0, 0.4])
    own = StudySets(effect, variance, design, copies)
    assert not own.share_studies
    sums, fit = weighted_sums(own, tau_squared), weighted_fit(own, tau_squared)
    for at, times in enumerate(copies.astype(int)):
        rows, outcome = np.repeat(design, times, axis=0), np.repeat(effect[at], times)
        weights = np.repeat(1 / (variance[at] + tau_squared[at]), times)
        matrix, inverse = projection(weights, rows), np.linalg.inv(rows.T @ (weights[:, None] * rows))
        assert sums.coefficients[at] == pytest.approx(inverse @ rows.T @ (weights * outcome), rel=1e-9)
        assert sums.inverse[at] == pytest.approx(inverse, rel=1e-9)
        assert sums.total[at] == pytest.approx(weights.sum(), rel=1e-9)
        assert sums.total_squared[at] == pytest.approx((weights**2).sum(), rel=1e-9)
        found = [sums.residual[at], sums.residual_squared[at], sums.residual_cubed[at]]
        powers = [outcome @ np.linalg.matrix_power(matrix, power) @ outcome for power in (1, 2, 3)]
        assert found == pytest.approx(powers, rel=1e-8)
        traces = np.trace(matrix), np.trace(matrix @ matrix)
        assert (sums.trace[at], sums.trace_squared[at]) == pytest.approx(traces, rel=1e-9)
        assert (fit.residual[at], *fit.coefficients[at]) == pytest.approx((powers[0], *sums.coefficients[at]), rel=1e-8)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_small_matrices_in_closed_form_are_inverted(columns):
    drawn = np.random.default_rng(columns).normal(size=(5, columns, columns + 3))
    matrices = drawn @ drawn.transpose(0, 2, 1)
    assert invert(matrices) @ matrices == pytest.approx(np.broadcast_to(np.eye(columns), (5, columns, columns)))


def test_one_set_holds_each_study_once_and_needs_more_studies_than_columns():
    assert one_set([0.1, 0.2], [0.1, 0.1]).copies.tolist() == [[1, 1]]
    with pytest.raises(NotEnoughStudies, match="at least 2 are needed"):
        one_set([0.1], [0.1])
