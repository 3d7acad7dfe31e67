"""Gauss–Legendre rules: nodes and weights on an interval, and integrals up to each node."""

import functools

import numpy as np

from ..arrays import Floats


def legendre_rule(number: int, lower: float, upper: float) -> tuple[Floats, Floats]:
    """Nodes and weights that integrate polynomials up to degree 2 n − 1 exactly over an interval.

    Parameters
    ----------
    number : int
        Of nodes, n.
    lower, upper : float
        Ends of the interval.

    Returns
    -------
    nodes, weights : numpy.ndarray, shape (number,)
    """
    points, weights = unit_legendre_rule(number)
    half = 0.5 * (upper - lower)
    return np.asarray(half * (points + 1) + lower), np.asarray(half * weights)


@functools.cache
def unit_legendre_rule(number: int) -> tuple[Floats, Floats]:
    """The rule on the interval from −1 to 1, computed once for each number of nodes.

    Parameters
    ----------
    number : int

    Returns
    -------
    nodes, weights : numpy.ndarray, shape (number,)
    """
    # The nodes are the eigenvalues of a matrix, and asked for thousands of times.
    points, weights = np.polynomial.legendre.leggauss(number)
    return np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)


@functools.cache
def integrals_upto_nodes(number: int) -> Floats:
    """Matrix that turns values at the nodes of the unit rule into the integrals from −1 up to each node.

    Parameters
    ----------
    number : int

    Returns
    -------
    numpy.ndarray, shape (number, number)
    """
    points, weights = unit_legendre_rule(number)
    order = np.arange(number)
    legendre = np.polynomial.legendre.legvander(points, number)
    # The integral of P_n is (P_{n+1} − P_{n−1}) / (2n + 1), and that of P_0 is x + 1.
    integrals = np.empty((number, number))
    integrals[:, 0] = points + 1
    integrals[:, 1:] = (legendre[:, 2:] - legendre[:, :-2]) / (2 * order[1:] + 1)
    return np.asarray((integrals * (order + 0.5)) @ (legendre[:, :number] * weights[:, None]).T)
