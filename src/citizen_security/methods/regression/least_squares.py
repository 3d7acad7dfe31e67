"""Least squares taken apart, so that any standard error can be computed from the parts."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


class NotEstimable(ValueError):
    """A specification that its sample cannot identify."""


@dataclass(frozen=True)
class LeastSquares:
    """A regression taken apart. Rows are scaled by the root of their weight; country effects are taken out.

    Attributes
    ----------
    regressors : tuple of str
        The first columns of `design`, in order.
    countries : numpy.ndarray of str, shape (countries,)
    cluster : numpy.ndarray of int, shape (observations,)
        Position of each row's country in `countries`.
    year : numpy.ndarray of int, shape (observations,)
    design : numpy.ndarray, shape (observations, columns)
        Regressors with everything held constant taken out, then the year dummies (or the constant), which stay in so
        that a country can be left out or reweighted without a new projection.
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
        Country effects that were taken out.
    """

    regressors: tuple[str, ...]
    countries: "NDArray[np.str_]"
    cluster: "NDArray[np.int_]"
    year: "NDArray[np.int_]"
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
        """Parameters in the correction for degrees of freedom; country effects, nested in the clusters, are one."""
        return self.rank + (1 if self.absorbed else 0)

    @property
    def effects(self) -> int:
        """All parameters, every country effect counted."""
        return self.rank + self.absorbed

    @property
    def observations(self) -> int:
        """Number of country-years."""
        return len(self.outcome)

    @property
    def clusters(self) -> int:
        """Number of countries."""
        return len(self.countries)

    @property
    def estimates(self) -> "NDArray[np.float64]":
        """Coefficients of the regressors, outcome per unit; shape (regressors,)."""
        return self.coefficients[: len(self.regressors)]

    def by_country(self, rows: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Sum rows within each country; shape (countries, …)."""
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
        means = fit.by_country(fit.weight * values) / fit.by_country(fit.weight)
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


def _solve(
    regressors: tuple[str, ...],
    frame: pd.DataFrame,
    design: "NDArray[np.float64]",
    outcome: "NDArray[np.float64]",
    weight: "NDArray[np.float64]",
    absorbed: int,
) -> LeastSquares:
    inverse = generalized_inverse(design.T @ design)
    coefficients = inverse @ (design.T @ outcome)
    cluster, countries = pd.factorize(frame["iso3"], sort=True)
    held = design[:, len(regressors) :]
    rank = len(regressors) + (_rank(held) if held.shape[1] else 0)
    return LeastSquares(
        regressors=regressors,
        countries=np.asarray(countries, dtype=str),
        cluster=cluster,
        year=frame["year"].to_numpy(dtype=int),
        design=design,
        outcome=outcome,
        inverse=inverse,
        coefficients=coefficients,
        residuals=outcome - design @ coefficients,
        weight=weight,
        rank=rank,
        absorbed=absorbed,
    )


def _rank(columns: "NDArray[np.float64]") -> int:
    """Independent columns, from their cross-product, which is far smaller than they are."""
    length = np.sqrt((columns**2).sum(axis=0))
    scaled = columns / np.where(length > 0, length, 1.0)
    return int(np.linalg.matrix_rank(scaled.T @ scaled, tol=1e-9, hermitian=True))
