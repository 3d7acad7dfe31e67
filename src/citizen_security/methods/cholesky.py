"""Many small symmetric matrices factorised and inverted, for compiled code: several times LAPACK's pace at such sizes.

A call of LAPACK costs more than the arithmetic of a matrix of twenty rows. These functions are compiled, may be called
from compiled functions, read the lower triangle only, and write into arrays that the caller keeps.

References
----------
Golub and Van Loan (2013), Matrix Computations, 4th edition, sections 4.2 and 3.1.
"""

import numba
import numpy as np

from .arrays import Floats
from .machine_code import keep


@numba.njit(nogil=True, error_model="numpy")
def factorise(matrix: Floats, diagonal: Floats, root: Floats) -> float:
    """Cholesky factor of a symmetric matrix plus a diagonal one.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (n, n)
        Its lower triangle is read.
    diagonal : numpy.ndarray, shape (n,)
        Added to the diagonal of `matrix`; zeros for none.
    root : numpy.ndarray, shape (n, n)
        Its lower triangle is written.

    Returns
    -------
    float
        Log determinant; not a number where the sum is not positive definite.
    """
    log_determinant = 0.0
    for row in range(len(matrix)):
        for column in range(row + 1):
            left = matrix[row, column]
            for k in range(column):
                left -= root[row, k] * root[column, k]
            if row == column:
                root[row, row] = np.sqrt(left + diagonal[row])
            else:
                root[row, column] = left / root[column, column]
        log_determinant += 2 * np.log(root[row, row])
    return log_determinant


@numba.njit(nogil=True, error_model="numpy")
def invert_root(root: Floats, transposed: Floats) -> None:
    """Inverse of a Cholesky factor, written transposed so that memory is read in order.

    Parameters
    ----------
    root : numpy.ndarray, shape (n, n)
        Its lower triangle is read.
    transposed : numpy.ndarray, shape (n, n)
        Its upper triangle is written: row i holds column i of the inverse.
    """
    for row in range(len(root)):
        for column in range(row):
            left = 0.0
            for k in range(column, row):
                left -= root[row, k] * transposed[column, k]
            transposed[column, row] = left / root[row, row]
        transposed[row, row] = 1 / root[row, row]


@numba.njit(nogil=True, error_model="numpy")
def invert_each(matrix: Floats, diagonals: Floats) -> tuple[Floats, Floats]:
    """Invert one matrix plus each of several diagonal ones.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (n, n)
        Symmetric; its lower triangle is read.
    diagonals : numpy.ndarray, shape (m, n)

    Returns
    -------
    inverses : numpy.ndarray, shape (m, n, n)
    log_determinants : numpy.ndarray, shape (m,)
        Not a number where a sum is not positive definite.
    """
    number, size = diagonals.shape
    inverses, log_determinants = np.empty((number, size, size)), np.zeros(number)
    root, transposed = np.zeros((size, size)), np.zeros((size, size))
    for each in range(number):
        log_determinants[each] = factorise(matrix, diagonals[each], root)
        invert_root(root, transposed)
        for row in range(size):
            for column in range(row + 1):
                left = 0.0
                for k in range(row, size):
                    left += transposed[row, k] * transposed[column, k]
                inverses[each, row, column] = left
                inverses[each, column, row] = left
    return inverses, log_determinants


@numba.njit(nogil=True, error_model="numpy")
def invert(matrix: Floats, diagonal: Floats, inverse: Floats) -> float:
    """Invert a symmetric matrix plus a diagonal one by substitution, column by column.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (n, n)
        Its lower triangle is read.
    diagonal : numpy.ndarray, shape (n,)
        Added to the diagonal of `matrix`; zeros for none.
    inverse : numpy.ndarray, shape (n, n)
        All of it is written.

    Returns
    -------
    float
        Log determinant; not a number where the sum is not positive definite.
    """
    size = len(matrix)
    root, transposed = np.zeros((size, size)), np.zeros((size, size))
    log_determinant = factorise(matrix, diagonal, root)
    invert_root(root, transposed)
    for column in range(size):
        for row in range(size - 1, -1, -1):
            left = transposed[column, row]
            for k in range(row + 1, size):
                left -= root[k, row] * inverse[k, column]
            inverse[row, column] = left / root[row, row]
    return log_determinant


keep(invert_each)
