"""Maxima over a polytope: those of another solver, redundant equations, and none where there is none."""

import numpy as np
import pytest
from scipy.optimize import linprog

from citizen_security.methods.staggered_adoption.linear_programmes import Polytope


def drawn(seed, equations=4, weights=14, degenerate=True):
    """Equations of which all but the last have zero on the right, as moment inequalities have them."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(equations, weights))
    rows[:, weights // 2 :] = -rows[:, : weights - weights // 2] + (0 if degenerate else 0.1)
    rows[-1] = random.uniform(0.5, 2.0, size=weights)
    return rows, np.append(np.zeros(equations - 1), 1.0), random.normal(size=(20, weights))


@pytest.mark.parametrize("seed", range(12))
def test_maxima_are_those_of_another_solver(seed):
    rows, right, values = drawn(seed, equations=1 + seed % 6, weights=10 + 2 * seed)
    found, weights = Polytope(rows, right).maxima(values)
    for value, best, own in zip(values, found, weights, strict=True):
        assert best == pytest.approx(-linprog(-value, A_eq=rows, b_eq=right).fun, abs=1e-9)
        assert own @ value == pytest.approx(best)
        assert own.min() >= -1e-12
        assert rows @ own == pytest.approx(right, abs=1e-9)


def test_equations_that_others_imply_change_nothing():
    rows, right, values = drawn(3)
    twice = Polytope(np.vstack([rows, rows[:2]]), np.append(right, [0.0, 0.0]))
    assert twice.maxima(values)[0] == pytest.approx(Polytope(rows, right).maxima(values)[0])


def test_no_weights_and_no_largest_value_are_refused():
    with pytest.raises(ArithmeticError, match="no weights satisfy"):
        Polytope(np.ones((1, 3)) * -1.0, np.ones(1))
    with pytest.raises(ArithmeticError, match="no largest value"):
        Polytope(np.array([[1.0, -1.0]]), np.zeros(1)).maxima(np.array([[1.0, 1.0]]))
