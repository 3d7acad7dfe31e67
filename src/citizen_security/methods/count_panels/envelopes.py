"""Symmetric matrices of a map: Cholesky factors that keep to an envelope, and what is needed of the inverse.

Places that border each other stand near each other in the rows, so that a row is zero up to its first neighbour; a
Cholesky factor has its zeros there, too. Row after row, the entries from the first to the diagonal stand in one line.

References
----------
George and Liu (1981), Computer Solution of Large Sparse Positive Definite Systems, chapter 4, for envelopes; Rue and
Held (2005), Gaussian Markov Random Fields, section 2.4 and 2.6, for fields drawn and for variances without an inverse.
"""

import numba
import numpy as np

from ..arrays import Floats, Integers


@numba.njit(nogil=True, error_model="numpy")
def factorise(first: Integers, starts: Integers, matrix: Floats, diagonal: Floats, root: Floats) -> float:
    """Cholesky factor of a matrix plus a diagonal one.

    Parameters
    ----------
    first : numpy.ndarray of int, shape (n,)
        First column of each row that may hold something; no more than the row's own number.
    starts : numpy.ndarray of int, shape (n,)
        Position of that entry in the line.
    matrix : numpy.ndarray, shape (n_entries,)
        The lower triangle, row after row.
    diagonal : numpy.ndarray, shape (n,)
        Added to the diagonal.
    root : numpy.ndarray, shape (n_entries,)
        Is written.

    Returns
    -------
    float
        Log determinant; not a number where the sum is not positive definite.
    """
    log_determinant = 0.0
    for row in range(len(first)):
        own = starts[row] - first[row]
        for column in range(first[row], row + 1):
            other = starts[column] - first[column]
            left = matrix[own + column]
            for k in range(max(first[row], first[column]), column):
                left -= root[own + k] * root[other + k]
            if row == column:
                root[own + row] = np.sqrt(left + diagonal[row])
            else:
                root[own + column] = left / root[other + column]
        log_determinant += 2 * np.log(root[own + row])
    return log_determinant


@numba.njit(nogil=True, error_model="numpy")
def solve_lower(first: Integers, starts: Integers, root: Floats, values: Floats) -> None:
    """Solve with the factor itself, in place.

    Parameters
    ----------
    first, starts, root : numpy.ndarray
        Of `factorise`.
    values : numpy.ndarray, shape (n, n_columns)
        Becomes the solutions.
    """
    for row in range(len(first)):
        own = starts[row] - first[row]
        for column in range(first[row], row):
            for each in range(values.shape[1]):
                values[row, each] -= root[own + column] * values[column, each]
        for each in range(values.shape[1]):
            values[row, each] /= root[own + row]


@numba.njit(nogil=True, error_model="numpy")
def solve_upper(first: Integers, starts: Integers, root: Floats, values: Floats) -> None:
    """Solve with the transposed factor, in place; of standard normal values it makes a field with that precision.

    Parameters
    ----------
    first, starts, root : numpy.ndarray
        Of `factorise`.
    values : numpy.ndarray, shape (n, n_columns)
        Becomes the solutions.
    """
    for row in range(len(first) - 1, -1, -1):
        own = starts[row] - first[row]
        for each in range(values.shape[1]):
            values[row, each] /= root[own + row]
        for column in range(first[row], row):
            for each in range(values.shape[1]):
                values[column, each] -= root[own + column] * values[row, each]


@numba.njit(nogil=True, error_model="numpy")
def inverse_within(first: Integers, starts: Integers, root: Floats, inverse: Floats) -> None:
    """Entries of the inverse within the envelope, the diagonal among them.

    Parameters
    ----------
    first, starts, root : numpy.ndarray
        Of `factorise`.
    inverse : numpy.ndarray, shape (n_entries,)
        Is written: the lower triangle, row after row.
    """
    size = len(first)
    last = np.zeros(size, np.int64)
    for row in range(size):
        for column in range(first[row], row + 1):
            last[column] = row
    for column in range(size - 1, -1, -1):
        at = starts[column] - first[column]
        for row in range(last[column], column, -1):
            if first[row] > column:
                continue
            left = 0.0
            for k in range(column + 1, last[column] + 1):
                if first[k] <= column:
                    low, high = min(row, k), max(row, k)
                    left -= root[starts[k] - first[k] + column] * inverse[starts[high] - first[high] + low]
            inverse[starts[row] - first[row] + column] = left / root[at + column]
        left = 1 / root[at + column]
        for k in range(column + 1, last[column] + 1):
            if first[k] <= column:
                place = starts[k] - first[k] + column
                left -= root[place] * inverse[place]
        inverse[at + column] = left / root[at + column]
