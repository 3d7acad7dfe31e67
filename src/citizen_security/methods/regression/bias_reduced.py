"""Clustered errors freed of their bias where clusters are few (CR2), with degrees of freedom for each coefficient.

CRV1 takes residuals for errors. Residuals of a cluster with much leverage are too small, since it pulls the line to
itself; CR2 blows every cluster's residuals up by what a working model says they are short of, and counts in degrees of
freedom how few clusters an estimate rests on. The working model, errors independent and alike, need not be true: it
makes the correction exact where it is, and leaves it close where it is not.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from ..bias_reduction import inverse_root
from .errors import t_table
from .least_squares import LeastSquares, NotEstimable

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Share of an estimate's variance under the working model that residuals must show. What is missing sits in directions
# that the fit follows exactly, as where only one cluster moves in a regressor.
SEEN = 0.5


@dataclass(frozen=True)
class BiasReduced:
    """What CR2 needs to know of the design, for several linear combinations of the regressors' coefficients.

    Attributes
    ----------
    multipliers : numpy.ndarray, shape (observations, combinations)
        By which the residuals (rows scaled by the root of their weight) are multiplied and summed within clusters; the
        sum of squares of these sums is the variance.
    degrees_of_freedom : numpy.ndarray, shape (combinations,)
        Satterthwaite's, under the working model.
    effective_clusters : numpy.ndarray, shape (combinations,)
        How many clusters of one leverage would be as informative.
    """

    multipliers: "NDArray[np.float64]"
    degrees_of_freedom: "NDArray[np.float64]"
    effective_clusters: "NDArray[np.float64]"


def adjust(fit: LeastSquares, combinations: "NDArray[np.float64] | None" = None) -> BiasReduced:
    """Adjust every cluster's residuals for its leverage; the outcome plays no part in it.

    The residual maker is that of the whole design, absorbed cluster effects included: with ordinary least squares
    they may be left out (Pustejovsky and Tipton 2018, theorem 2), with weights that vary within a cluster they may
    not (their corrigendum). The working model is that of errors independent and of one variance on the scale of the
    outcome, whatever the weights. Where a cluster's share of the residual maker is singular, as it is with cluster
    effects, its pseudo-inverse takes the inverse's place.

    Parameters
    ----------
    fit : LeastSquares
    combinations : numpy.ndarray, shape (combinations, regressors), optional
        Weights of the coefficients in each combination; each coefficient by itself where none are given.

    Returns
    -------
    BiasReduced

    Raises
    ------
    NotEstimable
        If residuals show less than half of a combination's variance, since one cluster all but determines it.
    ValueError
        If the combinations do not have one column for each regressor, or a number is missing.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28(2); Pustejovsky and Tipton (2018), Journal of Business and
    Economic Statistics 36(4), and the corrigendum of 2023; Carter, Schnepel and Steigerwald (2017), Review of
    Economics and Statistics 99(4), for the effective number of clusters with errors independent within clusters.
    """
    size = len(fit.regressors)
    chosen = np.eye(size) if combinations is None else np.asarray(combinations, dtype=float)
    require.finite("combinations", chosen)
    if chosen.ndim != 2 or chosen.shape[1] != size:
        raise ValueError(f"combinations of shape {chosen.shape}. Allowed: one column for each of {size} regressors.")
    root = np.sqrt(fit.weight)[:, None]
    # On the scale of the outcome, where the working model's errors are alike: a combination's estimate is
    # influence' × outcome.
    influence = root * (fit.design @ (fit.inverse[:, :size] @ chosen.T))
    design, weighted = _whole_design(fit)
    adjusted, overlaps = np.empty_like(influence), []
    for cluster in range(fit.clusters):
        rows = np.flatnonzero(fit.cluster == cluster)
        maker = -design[rows] @ weighted
        maker[np.arange(len(rows)), rows] += 1
        adjusted[rows] = inverse_root(maker @ maker.T) @ influence[rows]
        overlaps.append(adjusted[rows].T @ maker)
    overlap = np.stack(overlaps, axis=1)
    products = overlap @ overlap.transpose(0, 2, 1)
    expected = np.trace(products, axis1=1, axis2=2)
    leverage = fit.by_cluster(influence**2)
    _refuse_unseen(fit, expected, leverage)
    return BiasReduced(
        multipliers=adjusted / root,
        degrees_of_freedom=expected**2 / (products**2).sum(axis=(1, 2)),
        effective_clusters=leverage.sum(axis=0) ** 2 / (leverage**2).sum(axis=0),
    )


def bias_reduced_covariance(fit: LeastSquares, adjusted: BiasReduced | None = None) -> "NDArray[np.float64]":
    """Covariance of the regressors' coefficients, clustered and freed of its bias (CR2).

    Parameters
    ----------
    fit : LeastSquares
    adjusted : BiasReduced, optional
        From `adjust` for the coefficients, where it is at hand.

    Returns
    -------
    numpy.ndarray, shape (regressors, regressors)

    Raises
    ------
    NotEstimable
        As `adjust`.
    """
    scores = _scores(fit, adjust(fit) if adjusted is None else adjusted)
    covariance: NDArray[np.float64] = scores.T @ scores
    return covariance


def bias_reduced(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates with CR2 errors and t intervals with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value, degrees_of_freedom, effective_clusters.

    Raises
    ------
    NotEstimable
        As `adjust`.
    ValueError
        If the level is no probability.
    """
    return bias_reduced_combinations(fit, np.eye(len(fit.regressors)), fit.regressors, confidence_level)


def bias_reduced_combinations(
    fit: LeastSquares,
    combinations: "NDArray[np.float64]",
    names: tuple[str, ...],
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Linear combinations of coefficients, such as a parabola's slope at an income, each with degrees of its own.

    Parameters
    ----------
    fit : LeastSquares
    combinations : numpy.ndarray, shape (combinations, regressors)
    names : tuple of str
        Of the combinations.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        As `bias_reduced`, with the names as regressor.

    Raises
    ------
    NotEstimable, ValueError
        As `bias_reduced`; if the combinations do not have one column for each regressor, and one row for each name.
    """
    require.level("confidence_level", confidence_level)
    adjusted = adjust(fit, combinations)
    if len(names) != len(combinations):
        raise ValueError(f"{len(names)} names for {len(combinations)} combinations. Allowed: one for each.")
    error = np.sqrt((_scores(fit, adjusted) ** 2).sum(axis=0))
    estimates = combinations @ fit.estimates
    table = t_table(names, estimates, error, adjusted.degrees_of_freedom, confidence_level)
    return table.assign(degrees_of_freedom=adjusted.degrees_of_freedom, effective_clusters=adjusted.effective_clusters)


def _scores(fit: LeastSquares, adjusted: BiasReduced) -> "NDArray[np.float64]":
    return fit.by_cluster(adjusted.multipliers * fit.residuals[:, None])


def _whole_design(fit: LeastSquares) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Design with the absorbed effects, and what turns an outcome into all its coefficients; on the outcome's scale."""
    root = np.sqrt(fit.weight)[:, None]
    design, weighted = fit.design / root, fit.inverse @ (fit.design * root).T
    if not fit.absorbed:
        return design, weighted
    # What was taken out is orthogonal to what is left, by the weights, so each part has its own coefficients.
    member = np.equal.outer(fit.cluster, np.arange(fit.clusters)).astype(float)
    means = (member * fit.weight[:, None]).T
    return np.hstack([design, member]), np.vstack([weighted, means / means.sum(axis=1, keepdims=True)])


def _refuse_unseen(fit: LeastSquares, expected: "NDArray[np.float64]", leverage: "NDArray[np.float64]") -> None:
    unseen = expected < SEEN * leverage.sum(axis=0)
    if unseen.any():
        alone = ", ".join(dict.fromkeys(fit.labels[leverage[:, unseen].argmax(axis=0)]))
        raise NotEstimable(
            f"the effect of {', '.join(fit.regressors)} rests on {alone} all but alone, and residuals that the fit "
            "brings to zero cannot show how uncertain it is. Add others like it, or leave out the regressor that only "
            "it has moved in."
        )
