"""Degrees of freedom from sums over clusters are those of all pairs of clusters."""

import numpy as np
import pytest

from citizen_security.methods.bias_reduction import ScoreCovariances, inverse_root


def scores(clusters=6, q=3, r=2, seed=1):
    """Covariances with a middle matrix that is not definite, as weights other than the model's give."""
    random = np.random.default_rng(seed)
    roots = random.normal(size=(clusters, q, q + 2))
    through = random.normal(size=(r, r)) / 30
    return ScoreCovariances(roots @ roots.transpose(0, 2, 1), random.normal(size=(clusters, q, r)), through + through.T)


def pairs(given):
    return np.array(
        [
            [
                (i == j) * given.own[i] - given.shared[i] @ given.through @ given.shared[j].T
                for j in range(len(given.own))
            ]
            for i in range(len(given.own))
        ]
    )


@pytest.mark.parametrize("seed", range(8))
def test_the_inverse_root_undoes_the_matrix_and_leaves_its_empty_directions(seed):
    # Rounding makes the empty eigenvalue a little more than zero with some seeds, a little less with others.
    random = np.random.default_rng(seed)
    root = random.normal(size=(4, 3))
    matrix = root @ root.T
    half = inverse_root(matrix)
    assert half @ matrix @ half == pytest.approx(root @ np.linalg.inv(root.T @ root) @ root.T)
    assert half == pytest.approx(half.T)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_satterthwaite_is_the_mean_and_variance_of_each_score_s_square(seed):
    given = scores(seed=seed)
    diagonal = np.einsum("ijqq->qij", pairs(given))
    expected = np.trace(diagonal, axis1=1, axis2=2) ** 2 / (diagonal**2).sum(axis=(1, 2))
    assert given.satterthwaite() == pytest.approx(expected)
    assert given.expected() == pytest.approx(np.einsum("iiqs->qs", pairs(given)))


@pytest.mark.parametrize("q", [1, 2, 4])
def test_hotelling_s_degrees_are_those_of_all_pairs(q):
    given = scores(q=q, seed=q)
    values, vectors = np.linalg.eigh(given.expected())
    half = vectors @ np.diag(values**-0.5) @ vectors.T
    scaled = half @ pairs(given) @ half
    spread = sum(
        (scaled[..., a, b] * scaled[..., b, a] + scaled[..., a, a] * scaled[..., b, b]).sum()
        for a in range(q)
        for b in range(q)
    )
    assert given.hotelling() == pytest.approx(q * (q + 1) / spread)
    if q == 1:
        assert given.hotelling() == pytest.approx(given.satterthwaite()[0])


def test_equal_independent_clusters_have_as_many_degrees_as_they_are():
    # Nothing is taken from one by another: the robust covariance is a Wishart matrix.
    given = ScoreCovariances(np.tile(np.diag([1.0, 4.0]), (9, 1, 1)), np.zeros((9, 2, 1)), np.zeros((1, 1)))
    assert given.hotelling() == pytest.approx(9)
    assert given.combined(np.array([[1.0, 2.0]])).satterthwaite() == pytest.approx([9])


def test_a_matrix_of_nothing_has_nothing_for_an_inverse_root():
    assert (inverse_root(np.zeros((2, 2))) == 0).all()
    assert inverse_root(np.diag([0.0, 4.0])) == pytest.approx(np.diag([0, 0.5]))
