"""Covariances of effects of which only those of one study depend on each other, kept study by study.

References
----------
Pustejovsky and Tipton (2022), Prevention Science 23, for the constant sampling correlation.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import require
from ..arrays import Floats
from ..bias_reduction import SINGULAR
from .study_values import refuse_extremes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Blocks:
    """A covariance matrix without entries between clusters.

    Attributes
    ----------
    rows : tuple of numpy.ndarray of int
        Positions of the effects of each cluster; together every effect once.
    blocks : tuple of numpy.ndarray, shape (n, n) each
        Covariances of the effects of each cluster, in the order of its rows.
    """

    rows: "tuple[NDArray[np.intp], ...]"
    blocks: tuple[Floats, ...]

    @property
    def size(self) -> int:
        """Number of effects."""
        return sum(map(len, self.rows))

    @property
    def variances(self) -> Floats:
        """The diagonal, in the order of the effects; shape (k,)."""
        diagonal = np.empty(self.size)
        for rows, block in zip(self.rows, self.blocks, strict=True):
            diagonal[rows] = np.diag(block)
        return diagonal

    def dense(self) -> Floats:
        """The whole matrix, shape (k, k)."""
        whole = np.zeros((self.size, self.size))
        for rows, block in zip(self.rows, self.blocks, strict=True):
            whole[np.ix_(rows, rows)] = block
        return whole


def rows_by_cluster(cluster: "ArrayLike") -> "tuple[NDArray[np.intp], ...]":
    """Positions of each cluster's rows, clusters in the order of their keys.

    Parameters
    ----------
    cluster : array_like, shape (k,)

    Returns
    -------
    tuple of numpy.ndarray of int

    Raises
    ------
    ValueError
        If a key is missing.
    """
    _, codes, sizes = np.unique(require.keys("cluster", cluster), return_inverse=True, return_counts=True)
    return tuple(np.split(np.argsort(codes, kind="stable"), np.cumsum(sizes)[:-1]))


def correlated_blocks(
    variance: "ArrayLike",
    cluster: "ArrayLike",
    *,
    correlation: float,
    between_studies: float = 0.0,
    within_studies: float = 0.0,
) -> Blocks:
    """Covariance of effects whose sampling errors all correlate alike within a cluster.

    Parameters
    ----------
    variance : array_like, shape (k,)
        Sampling variances.
    cluster : array_like, shape (k,)
    correlation : float
        ρ of the sampling errors of one cluster, from 0 to 1; with ρ = 1 only where `within_studies` is above zero or
        each cluster has one effect, as effects would follow from each other.
    between_studies, within_studies : float
        Variances of the true effects between clusters, which those of one share, and between effects of one cluster.

    Returns
    -------
    Blocks
        With τ² + ρ s_i s_j off the diagonal and τ² + ω² + s_i² on it.

    Raises
    ------
    ValueError
        If shapes differ, a variance is not above zero or beyond what can be weighed, a key is missing, the correlation
        is no share, a variance of true effects is below zero, or ρ = 1 leaves effects of one cluster nothing of their
        own.
    """
    require.share("correlation", correlation)
    require.not_negative("between_studies", between_studies)
    require.not_negative("within_studies", within_studies)
    variances = require.positive("variance", variance)
    require.same_shape(variance=variances, cluster=cluster)
    refuse_extremes(np.zeros(len(variances)), variances)
    rows = rows_by_cluster(cluster)
    errors = np.sqrt(variances)
    own_part = within_studies + (1 - correlation) * variances
    if len(rows) < len(variances) and not (own_part > SINGULAR * variances).all():
        raise ValueError(
            f"correlation = {correlation:g} with within_studies = {within_studies:g}: at ρ = 1 effects of one cluster "
            "follow from each other, and weights of them mean nothing; give a correlation below 1, such as 0.9, or "
            "average them first."
        )
    return Blocks(
        rows,
        tuple(
            between_studies
            + correlation * np.outer(errors[own], errors[own])
            + np.diag(within_studies + (1 - correlation) * variances[own])
            for own in rows
        ),
    )


def blocks_of(covariance: "ArrayLike | Blocks", cluster: "ArrayLike") -> Blocks:
    """A covariance, in whichever form it is given, by cluster.

    Parameters
    ----------
    covariance : array_like, shape (k,) or (k, k), or Blocks
        Variances, a matrix, or what this returns.
    cluster : array_like, shape (k,)

    Returns
    -------
    Blocks

    Raises
    ------
    ValueError
        If shapes differ, a number or a key is missing, a matrix is not symmetric or has entries between clusters, or
        blocks are of other clusters.
    """
    rows = rows_by_cluster(cluster)
    if isinstance(covariance, Blocks):
        return _same_clusters(covariance, rows)
    given = require.finite("working_covariance", covariance)
    k = sum(map(len, rows))
    if given.shape not in ((k,), (k, k)):
        raise ValueError(f"{k} keys of clusters and a covariance {given.shape}; give one row for each effect.")
    if given.ndim == 1:
        return Blocks(rows, tuple(np.diag(given[own]) for own in rows))
    blocks = Blocks(rows, tuple(given[np.ix_(own, own)] for own in rows))
    if np.count_nonzero(given) != sum(map(np.count_nonzero, blocks.blocks)):
        raise ValueError("the working covariance has entries between clusters; clusters are independent.")
    if not np.allclose(given, given.T):
        raise ValueError("the working covariance is not symmetric.")
    return blocks


def _same_clusters(given: Blocks, rows: "tuple[NDArray[Any], ...]") -> Blocks:
    """The blocks, where each holds the effects of one of the clusters."""
    theirs, ours = ({frozenset(own.tolist()) for own in parts} for parts in (given.rows, rows))
    if theirs != ours:
        raise ValueError(
            f"{len(given.rows)} blocks of {given.size} effects for {len(rows)} clusters of {sum(map(len, rows))}; "
            "give a block for each cluster, with its effects."
        )
    return given
