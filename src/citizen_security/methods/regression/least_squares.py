"""Least squares taken apart, so that any standard error can be computed from the parts."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class NotEstimable(ValueError):
    """A specification that its sample cannot identify."""


@dataclass(frozen=True)
class LeastSquares:
    """A regression taken apart. Rows are scaled by the root of their weight; cluster effects may be taken out.

    Attributes
    ----------
    regressors : tuple of str
        The first columns of `design`, in order.
    labels : numpy.ndarray of str, shape (clusters,)
        Names of the clusters.
    cluster : numpy.ndarray of int, shape (observations,)
        Position of each row's cluster in `labels`.
    period : numpy.ndarray of int, shape (observations,)
    design : numpy.ndarray, shape (observations, columns)
        Regressors with everything held constant taken out, then the period dummies (or the constant), which stay in so
        that a cluster can be left out or reweighted without a new projection.
    outcome : numpy.ndarray, shape (observations,)
    inverse : numpy.ndarray, shape (columns, columns)
        Generalized inverse of the cross-product of `design`.
    coefficients : numpy.ndarray, shape (columns,)
    residuals : numpy.ndarray, shape (observations,)
    weight : numpy.ndarray, shape (observations,)
        Mean one.
    rank : int
        Independent columns of `design`.
    absorbed : int
        Cluster effects that were taken out.
    """

    regressors: tuple[str, ...]
    labels: "NDArray[np.str_]"
    cluster: "NDArray[np.int_]"
    period: "NDArray[np.int_]"
    design: "NDArray[np.float64]"
    outcome: "NDArray[np.float64]"
    inverse: "NDArray[np.float64]"
    coefficients: "NDArray[np.float64]"
    residuals: "NDArray[np.float64]"
    weight: "NDArray[np.float64]"
    rank: int
    absorbed: int

    @property
    def parameters(self) -> int:
        """Parameters in the correction for degrees of freedom; effects nested in the clusters are one."""
        return self.rank + (1 if self.absorbed else 0)

    @property
    def effects(self) -> int:
        """All parameters, every cluster effect counted."""
        return self.rank + self.absorbed

    @property
    def observations(self) -> int:
        """Number of rows."""
        return len(self.outcome)

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.labels)

    @property
    def estimates(self) -> "NDArray[np.float64]":
        """Coefficients of the regressors, outcome per unit; shape (regressors,)."""
        return self.coefficients[: len(self.regressors)]

    def by_cluster(self, rows: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Sum rows within each cluster; shape (clusters, …)."""
        member = np.equal.outer(np.arange(self.clusters), self.cluster).astype(float)
        total: NDArray[np.float64] = member @ rows
        return total


def generalized_inverse(gram: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Generalized inverse of one or many cross-products, columns brought to one scale first.

    Parameters
    ----------
    gram : numpy.ndarray, shape (…, columns, columns)

    Returns
    -------
    numpy.ndarray, shape (…, columns, columns)
    """
    diagonal = np.sqrt(np.maximum(np.diagonal(gram, axis1=-2, axis2=-1), 0))
    scale = np.where(diagonal > 0, diagonal, 1.0)
    outer = scale[..., :, None] * scale[..., None, :]
    inverse: NDArray[np.float64] = np.linalg.pinv(gram / outer, rcond=1e-11, hermitian=True) / outer
    return inverse


def replace_regressor(fit: LeastSquares, regressor: str, values: "NDArray[np.float64]") -> LeastSquares:
    """The same regression with other values of one regressor; everything held constant stays so.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    values : numpy.ndarray, shape (observations,)

    Returns
    -------
    LeastSquares
    """
    column = values
    if fit.absorbed:
        means = fit.by_cluster(fit.weight * values) / fit.by_cluster(fit.weight)
        column = values - means[fit.cluster]
    design = fit.design.copy()
    design[:, fit.regressors.index(regressor)] = column * np.sqrt(fit.weight)
    inverse = generalized_inverse(design.T @ design)
    coefficients = inverse @ (design.T @ fit.outcome)
    return replace(
        fit,
        design=design,
        inverse=inverse,
        coefficients=coefficients,
        residuals=fit.outcome - design @ coefficients,
    )


def solve(
    regressors: tuple[str, ...],
    design: "NDArray[np.float64]",
    outcome: "NDArray[np.float64]",
    *,
    clusters: "ArrayLike",
    periods: "ArrayLike",
    weight: "NDArray[np.float64] | None" = None,
    absorbed: int = 0,
) -> LeastSquares:
    """Least squares of an outcome on a design, kept in parts.

    Parameters
    ----------
    regressors : tuple of str
        Names of the first columns of `design`.
    design : numpy.ndarray, shape (observations, columns)
        Regressors, then what is held constant; both free of the effects that `absorbed` counts, and scaled by the
        root of the weight.
    outcome : numpy.ndarray, shape (observations,)
        Treated like the design.
    clusters : array_like, shape (observations,)
        Label of each row's cluster, within which errors may be correlated.
    periods : array_like of int, shape (observations,)
        Period of each row, consecutive integers being one period apart.
    weight : numpy.ndarray, shape (observations,), optional
        Mean one; one each where none is given.
    absorbed : int
        Effects, one a cluster, that were taken out beforehand.

    Returns
    -------
    LeastSquares

    Raises
    ------
    ValueError
        If lengths differ, the cluster of a row is missing, or its period is no whole number.
    """
    periods = np.asarray(periods)
    require.same_shape(outcome=outcome, clusters=clusters, periods=periods, weight=1.0 if weight is None else weight)
    # A cast would make some number of a missing period, and no cluster would hold a row without a label.
    period = periods.astype(int) if periods.dtype.kind in "iu" else require.whole("periods", periods)
    inverse = generalized_inverse(design.T @ design)
    coefficients = inverse @ (design.T @ outcome)
    cluster, labels = pd.factorize(np.asarray(clusters), sort=True)
    if (cluster < 0).any():
        require.keys("clusters", clusters)
    held = design[:, len(regressors) :]
    return LeastSquares(
        regressors=regressors,
        labels=np.asarray(labels, dtype=str),
        cluster=cluster,
        period=period,
        design=design,
        outcome=outcome,
        inverse=inverse,
        coefficients=coefficients,
        residuals=outcome - design @ coefficients,
        weight=np.ones(len(outcome)) if weight is None else weight,
        rank=len(regressors) + (rank(held) if held.shape[1] else 0),
        absorbed=absorbed,
    )


def rank(columns: "NDArray[np.float64]") -> int:
    """Number of independent columns, from their cross-product, which is far smaller than they are.

    Parameters
    ----------
    columns : numpy.ndarray, shape (observations, columns)

    Returns
    -------
    int
    """
    length = np.sqrt((columns**2).sum(axis=0))
    scaled = columns / np.where(length > 0, length, 1.0)
    return int(np.linalg.matrix_rank(scaled.T @ scaled, tol=1e-9, hermitian=True))


def within_groups(
    columns: "NDArray[np.float64]", group: "NDArray[np.integer]", weight: "NDArray[np.float64] | None" = None
) -> "NDArray[np.float64]":
    """Departures of columns from each group's mean: what effects of the groups leave.

    Parameters
    ----------
    columns : numpy.ndarray, shape (rows, columns)
    group : numpy.ndarray of int, shape (rows,)
    weight : numpy.ndarray, shape (rows,), optional
        Of each row in the means; alike where none are given.

    Returns
    -------
    numpy.ndarray
        Of the shape of the columns.
    """
    places = np.unique(group, return_inverse=True)[1]
    member = np.equal.outer(np.arange(places.max() + 1), places) * (1.0 if weight is None else weight)
    means = (member @ columns) / member.sum(axis=1, keepdims=True)
    departures: NDArray[np.float64] = columns - means[places]
    return departures
