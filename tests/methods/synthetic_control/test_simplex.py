"""Weights on the simplex: that they are the best there are is proved for each, and the proof itself can fail."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from methods.synthetic_panels import by_enumeration, by_projected_gradient, loss_of
from scipy.optimize import minimize

from citizen_security.methods.synthetic_control.simplex import NotSolved, certify, fit_simplex

RANDOM = np.random.default_rng(8)
# Whole numbers, many of them equal: donors that coincide, lie on a line, or hold the target between them.
COARSE = arrays(float, (6, 4), elements=st.integers(-3, 3).map(float))


@pytest.mark.parametrize(("ridge", "penalty"), [(0.0, 0.0), (0.7, 0.0), (0.0, 0.3), (2.0, 1.5)])
def test_weights_are_those_of_projected_gradients(ridge, penalty):
    # More periods than donors: the weights are unique, and must agree to the accuracy of the slower algorithm.
    donors, target = RANDOM.normal(size=(12, 20)).cumsum(axis=1), RANDOM.normal(size=20).cumsum()
    rows = donors - target
    other = by_projected_gradient(rows, ridge, penalty * (rows**2).sum(axis=1))
    found = fit_simplex(target, donors, ridge=ridge, penalty=penalty)
    assert found.unique[0]
    np.testing.assert_allclose(found.weights[0], other, atol=1e-6)


def test_weights_are_those_of_sequential_quadratic_programming():
    donors, target = RANDOM.normal(size=(8, 15)), RANDOM.normal(size=15)
    other = minimize(
        lambda weights: ((target - weights @ donors) ** 2).sum(), np.full(8, 1 / 8), method="SLSQP",
        jac=lambda weights: -2 * donors @ (target - weights @ donors), bounds=[(0, 1)] * 8,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1}, options={"ftol": 1e-16, "maxiter": 500},
    )  # fmt: skip
    np.testing.assert_allclose(fit_simplex(target, donors).weights[0], other.x, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(table=COARSE, ridge=st.sampled_from([0.0, 0.5]), penalty=st.sampled_from([0.0, 0.4]))
def test_no_weights_on_the_simplex_have_a_lower_loss(table, ridge, penalty):
    target, donors = table[0], table[1:]
    rows = donors - target
    linear = penalty * (rows**2).sum(axis=1)
    found = fit_simplex(target, donors, ridge=ridge, penalty=penalty)
    _, least = by_enumeration(rows, ridge, linear)
    # Losses are at most 4 × 36 here, so that this is a few roundings.
    assert loss_of(rows, found.weights[0], ridge, linear) == pytest.approx(least, abs=1e-10)
    assert found.weights.min() >= 0
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    assert certify(target, donors, found.weights[0], ridge=ridge, penalty=penalty).holds()


@settings(max_examples=40, deadline=None)
@given(table=COARSE, factor=st.sampled_from([1e-9, 1e-3, 7.0, 1e8]), seed=st.integers(0, 99))
def test_units_of_the_outcome_a_common_series_and_the_order_of_donors_change_no_weight(table, factor, seed):
    random = np.random.default_rng(seed)
    order, common = random.permutation(5), random.integers(-5, 5, size=4)
    weights = fit_simplex(table[0], table[1:]).weights[0]
    other = fit_simplex(factor * (table[0] + common), factor * (table[1:][order] + common)).weights[0]
    # Ties are broken by least norm, so that even weights that are not unique agree.
    np.testing.assert_allclose(other, weights[order], atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(table=COARSE)
def test_of_weights_that_tie_those_of_least_sum_of_squares_are_chosen(table):
    target, donors = table[0], table[1:]
    found = fit_simplex(target, donors).weights[0]
    sums = np.vstack([donors.T, np.ones(5)])
    other = minimize(
        lambda weights: weights @ weights, found, method="SLSQP", jac=lambda weights: 2 * weights, bounds=[(0, 1)] * 5,
        constraints={"type": "eq", "fun": lambda weights: sums @ (weights - found), "jac": lambda weights: sums},
        options={"ftol": 1e-14, "maxiter": 300},
    )  # fmt: skip
    kept = np.abs(sums @ (other.x - found)).max() < 1e-9
    assert not kept or found @ found <= other.x @ other.x + 1e-6


def test_donors_that_coincide_share_their_weight():
    donors = np.vstack([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0], [0.0, 1.0, 0.0]])
    found = fit_simplex([0.5, 1.5, 2.0], donors)
    assert not found.unique[0]
    np.testing.assert_allclose(found.weights[0], [0.25, 0.25, 0.5], atol=1e-12)


def test_donors_without_any_variance_share_all_weight_alike():
    found = fit_simplex([5.0, 5.0, 5.0], np.full((4, 3), 5.0))
    np.testing.assert_allclose(found.weights[0], 0.25)
    assert found.bound[0] == 0


def test_a_batch_is_its_problems_one_by_one():
    series = RANDOM.normal(size=(9, 14)).cumsum(axis=1)
    allowed = ~np.eye(9, dtype=bool)
    stop = np.arange(5, 14)
    batch = fit_simplex(series, series, allowed=allowed, first=1, stop=stop, centred=True, ridge=0.1).weights
    for unit in range(9):
        window = slice(1, stop[unit])
        centred = series[:, window] - series[:, window].mean(axis=1, keepdims=True)
        alone = fit_simplex(centred[unit], np.delete(centred, unit, axis=0), ridge=0.1).weights[0]
        np.testing.assert_allclose(np.delete(batch[unit], unit), alone, atol=1e-12)
        assert batch[unit, unit] == 0


def test_a_cost_moves_weights_to_cheap_donors_as_far_as_it_is_worth():
    # Two donors at ±1 of the target: loss (1 - 2w)² + cost w, least where w = 1/2 - cost/8.
    for cost in (0.0, 1.0, -2.0, 9.0):
        found = fit_simplex([0.0], [[1.0], [-1.0]], cost=[[cost, 0.0]]).weights[0]
        assert found[0] == pytest.approx(np.clip(0.5 - cost / 8, 0, 1), abs=1e-9)


@pytest.mark.parametrize("moved", [1e-3, 1e-6])
def test_the_certificate_fails_for_weights_that_are_moved(moved):
    donors, target = RANDOM.normal(size=(6, 12)), RANDOM.normal(size=12)
    weights = fit_simplex(target, donors).weights[0]
    best = certify(target, donors, weights)
    assert best.holds(1e-12)
    heaviest, other = np.argsort(weights)[::-1][:2]
    changed = weights.copy()
    changed[[heaviest, other]] += [-moved, moved]
    worse = certify(target, donors, changed)
    assert not worse.holds(1e-10)
    # It bounds what moving the weights costs, from above.
    cost = loss_of(donors - target, changed) - loss_of(donors - target, weights)
    assert 0 < cost <= worse.bound
    assert not certify(target, donors, weights * (1 + moved)).holds()
    outside = weights.copy()
    outside[np.argsort(weights)[[0, -1]]] += [-moved, moved]
    assert not certify(target, donors, outside).holds()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"targets": [1.0, np.nan]}, "targets has nan"),
        ({"donors": [[1.0, np.inf], [1.0, 2.0]]}, "donors has inf"),
        ({"targets": [1.0, 2.0, 3.0]}, "the same periods"),
        ({"allowed": [[False, False]]}, "0 donors of a problem"),
        ({"allowed": [[True]]}, "problems by units"),
        ({"first": 1, "stop": 1}, "first < stop"),
        ({"stop": 3}, "stop <= 2"),
        ({"ridge": -1.0}, "ridge has -1"),
        ({"penalty": np.nan}, "penalty has nan"),
        ({"cost": np.inf}, "cost has inf"),
    ],
)
def test_what_leaves_no_problem_to_solve_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        fit_simplex(**{"targets": [1.0, 2.0], "donors": [[0.0, 1.0], [3.0, 3.0]], **arguments})


def test_weights_of_another_number_than_donors_have_no_certificate():
    with pytest.raises(ValueError, match="a weight for each donor"):
        certify([1.0, 2.0], [[0.0, 1.0], [3.0, 3.0]], [1.0])


def test_weights_that_rounding_has_spoilt_are_not_returned(monkeypatch):
    from citizen_security.methods.synthetic_control import simplex

    monkeypatch.setattr(simplex, "LOOSE", -1.0)
    with pytest.raises(NotSolved, match="leave the most distant donors out"):
        fit_simplex([1.0, 2.0], [[0.0, 1.0], [3.0, 3.0]])
