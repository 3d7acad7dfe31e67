"""Matrices inverted by Cholesky's factor in compiled code, held to LAPACK."""

import numpy as np
import pytest

from citizen_security.methods.cholesky import factorise, invert, invert_each, invert_root


@pytest.fixture
def matrix():
    half = np.random.default_rng(1).standard_normal((7, 9))
    return half @ half.T


def test_the_factor_is_lapacks(matrix):
    root, diagonal = np.zeros((7, 7)), np.arange(1.0, 8.0)
    log_determinant = factorise(matrix, diagonal, root)
    # Matrices of condition below a thousand: ten digits are far from what rounding costs.
    np.testing.assert_allclose(root, np.linalg.cholesky(matrix + np.diag(diagonal)), rtol=1e-10, atol=1e-12)
    assert log_determinant == pytest.approx(np.linalg.slogdet(matrix + np.diag(diagonal))[1], rel=1e-12)


def test_only_the_lower_triangle_is_read(matrix):
    one, other = np.zeros((7, 7)), np.zeros((7, 7))
    factorise(matrix, np.ones(7), one)
    factorise(np.tril(matrix) + np.triu(np.full((7, 7), 99.0), 1), np.ones(7), other)
    np.testing.assert_array_equal(one, other)


def test_the_inverse_of_the_factor_is_written_transposed(matrix):
    root, transposed = np.linalg.cholesky(matrix), np.zeros((7, 7))
    invert_root(root, transposed)
    np.testing.assert_allclose(transposed.T @ root, np.eye(7), atol=1e-10)


def test_each_sum_is_inverted(matrix):
    diagonals = np.random.default_rng(2).uniform(0.01, 5, (4, 7))
    inverses, log_determinants = invert_each(matrix, diagonals)
    sums = matrix + diagonals[:, :, np.newaxis] * np.eye(7)
    np.testing.assert_allclose(inverses, np.linalg.inv(sums), rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(log_determinants, np.linalg.slogdet(sums)[1], rtol=1e-12)


def test_one_matrix_is_inverted_by_substitution(matrix):
    inverse = np.empty((7, 7))
    log_determinant = invert(matrix, np.ones(7), inverse)
    np.testing.assert_allclose(inverse, np.linalg.inv(matrix + np.eye(7)), rtol=1e-8, atol=1e-10)
    assert log_determinant == pytest.approx(np.linalg.slogdet(matrix + np.eye(7))[1], rel=1e-12)


def test_what_is_not_positive_definite_has_no_determinant():
    assert np.isnan(factorise(-np.eye(3), np.zeros(3), np.zeros((3, 3))))
