"""The largest of many linear functions over one polytope, in compiled code.

The polytope is that of weights that are not negative and satisfy equations; only the function changes. Its first vertex
is searched once, and each maximum begins there, so that no error of an earlier one is carried on.

References
----------
Dantzig (1963), Linear Programming and Extensions, chapters 5 and 6; Bland (1977), Mathematics of Operations Research
2(2), for pivots that do not cycle.
"""

import numba
import numpy as np

from ..arrays import Floats, Integers
from ..machine_code import keep

# Smaller than this, relative to the largest of its kind, is rounding.
ROUNDING = 1e-10

# Steps for each weight, of which the second half take the first column that gains.
STEPS = 20


@numba.njit(nogil=True, error_model="numpy")
def pivot(tableau, right, basis, row, column):  # type: ignore[no-untyped-def]
    """Bring a column into the basis at a row, in place."""
    size, number = tableau.shape
    right[row] /= tableau[row, column]
    scale = tableau[row, column]
    for place in range(number):
        tableau[row, place] /= scale
    for other in range(size):
        factor = tableau[other, column]
        if other != row and factor != 0.0:
            right[other] -= factor * right[row]
            for place in range(number):
                tableau[other, place] -= factor * tableau[row, place]
    basis[row] = column


@numba.njit(nogil=True, error_model="numpy")
def climb(tableau, right, basis, value, allowed):  # type: ignore[no-untyped-def]
    """Pivot until no column among the first `allowed` raises the function; whether that was reached."""
    size = len(right)
    tolerance = ROUNDING * max(np.abs(value).max(), 1e-300)
    for step in range(STEPS * (allowed + size)):
        entering, most = -1, tolerance
        for column in range(allowed):
            gain = value[column]
            for row in range(size):
                gain -= value[basis[row]] * tableau[row, column]
            if gain > most:
                entering, most = column, gain
                if 2 * step > STEPS * (allowed + size):
                    break
        if entering < 0:
            return True
        leaving, least = -1, np.inf
        for row in range(size):
            if tableau[row, entering] > ROUNDING:
                ratio = right[row] / tableau[row, entering]
                if ratio < least - 1e-14 or (ratio <= least + 1e-14 and basis[row] < basis[leaving]):
                    leaving, least = row, ratio
        if leaving < 0:
            return False
        pivot(tableau, right, basis, leaving, entering)
    return False


@numba.njit(nogil=True, error_model="numpy")
def maxima(tableau, right, basis, values):  # type: ignore[no-untyped-def]
    """Largest value of each function over the polytope, and the weights that give it; not a number if not found."""
    found, weights = np.full(len(values), np.nan), np.zeros(values.shape)
    for each in range(len(values)):
        own, sides, columns = tableau.copy(), right.copy(), basis.copy()
        padded = np.zeros(own.shape[1])
        padded[: values.shape[1]] = values[each]
        if climb(own, sides, columns, padded, values.shape[1]):
            found[each] = 0.0
            for row in range(len(sides)):
                if columns[row] < values.shape[1]:
                    weights[each, columns[row]] = sides[row]
                    found[each] += sides[row] * values[each, columns[row]]
    return found, weights


keep(climb, maxima)


class Polytope:
    """Weights that are not negative, and equations that they satisfy.

    Parameters
    ----------
    equations : numpy.ndarray, shape (equations, weights)
    right : numpy.ndarray, shape (equations,)
        None negative.

    Raises
    ------
    ArithmeticError
        If no weights satisfy them.
    """

    def __init__(self, equations: Floats, right: Floats) -> None:
        size, number = equations.shape
        self.number = number
        scale = np.maximum(np.abs(equations).max(axis=1, initial=0.0), np.finfo(float).tiny)
        tableau = np.hstack([equations / scale[:, None], np.eye(size)])
        sides, basis = right / scale, np.arange(number, number + size)
        wanted = np.append(np.zeros(number), -np.ones(size))
        reached = climb(tableau, sides, basis, wanted, number)
        artificial = basis >= number
        if not reached or sides[artificial].sum() > 1e-9:
            raise ArithmeticError("no weights satisfy the equations")
        for row in np.flatnonzero(artificial):
            # An equation that the others imply has no column left, and stays as it is: at zero.
            column = int(np.argmax(np.abs(tableau[row, :number])))
            if abs(tableau[row, column]) > ROUNDING:
                pivot(tableau, sides, basis, row, column)
        self.tableau: Floats = tableau
        self.right: Floats = sides
        self.basis: Integers = basis

    def maxima(self, values: Floats) -> tuple[Floats, Floats]:
        """The largest value of each function.

        Parameters
        ----------
        values : numpy.ndarray, shape (functions, weights)

        Returns
        -------
        maxima : numpy.ndarray, shape (functions,)
        weights : numpy.ndarray, shape (functions, weights)

        Raises
        ------
        ArithmeticError
            If one has none.
        """
        found, weights = maxima(self.tableau, self.right, self.basis, np.ascontiguousarray(values))
        if np.isnan(found).any():
            raise ArithmeticError("a function has no largest value over the weights")
        return found, weights
