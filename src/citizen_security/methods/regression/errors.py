"""How sure an estimate is, computed in four ways that fail differently.

Clustered errors allow a cluster's rows to hang together in any way, but trust in many clusters; the jackknife and the
wild bootstrap need fewer; Driscoll and Kraay's allow clusters to move together, but trust in many periods.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from .least_squares import LeastSquares, NotEstimable, generalized_inverse

if TYPE_CHECKING:
    from numpy.typing import NDArray


# A generalized inverse times its matrix is the identity in the rows of what is identified, up to rounding.
UNIDENTIFIED = 1e-6


def clustered_covariance(fit: LeastSquares) -> "NDArray[np.float64]":
    """Covariance of the regressors' coefficients, clustered (CRV1).

    Parameters
    ----------
    fit : LeastSquares

    Returns
    -------
    numpy.ndarray, shape (regressors, regressors)

    References
    ----------
    Liang and Zeger (1986), Biometrika 73(1); Cameron and Miller (2015), Journal of Human Resources 50(2).
    """
    scores = fit.by_cluster(fit.design * fit.residuals[:, None])
    clusters, rows = fit.clusters, fit.observations
    correction = clusters / (clusters - 1) * (rows - 1) / (rows - fit.parameters)
    return correction * _sandwich(fit, scores.T @ scores)


def clustered(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates with clustered errors, t with one degree of freedom fewer than clusters.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.
    """
    error = np.sqrt(np.diag(clustered_covariance(fit)))
    return t_table(fit.regressors, fit.estimates, error, fit.clusters - 1, confidence_level)


def leave_one_out(fit: LeastSquares) -> "NDArray[np.float64]":
    """Estimates without each cluster in turn, the fixed effects estimated anew.

    Parameters
    ----------
    fit : LeastSquares

    Returns
    -------
    numpy.ndarray, shape (clusters, regressors)

    Raises
    ------
    NotEstimable
        If a coefficient cannot be estimated without some cluster.
    """
    grams, products = cluster_products(fit)
    without = grams.sum(axis=0) - grams
    inverses = generalized_inverse(without)
    _refuse_unidentified(fit, inverses @ without)
    coefficients = np.einsum("gij,gj->gi", inverses, products.sum(axis=0) - products)
    chosen: NDArray[np.float64] = coefficients[:, : len(fit.regressors)]
    return chosen


def jackknife(fit: LeastSquares, confidence_level: float = 0.95) -> pd.DataFrame:
    """Estimates with the cluster jackknife (CRV3), which is more cautious than CRV1 where clusters are few.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.

    Raises
    ------
    NotEstimable
        If a coefficient cannot be estimated without some cluster.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38(5).
    """
    departures = leave_one_out(fit) - fit.estimates
    variance = (fit.clusters - 1) / fit.clusters * (departures**2).sum(axis=0)
    return t_table(fit.regressors, fit.estimates, np.sqrt(variance), fit.clusters - 1, confidence_level)


def automatic_lags(periods: int) -> int:
    """Lags of the Bartlett kernel for a number of periods: 4 (T / 100)^(2/9), rounded down (Newey and West 1994)."""
    return int(4 * (periods / 100) ** (2 / 9))


def driscoll_kraay(fit: LeastSquares, confidence_level: float = 0.95, lags: int | None = None) -> pd.DataFrame:
    """Estimates with Driscoll and Kraay's errors, which allow all clusters of neighbouring periods to move together.

    Bartlett kernel over periods as they are numbered, no correction for degrees of freedom, t with one degree fewer
    than periods, as Stata's xtscc.

    Parameters
    ----------
    fit : LeastSquares
    confidence_level : float
    lags : int, optional
        Periods over which errors may be correlated; `automatic_lags` where none is given.

    Returns
    -------
    pandas.DataFrame
        regressor, estimate, standard_error, lower, upper, p_value.

    Raises
    ------
    NotEstimable
        If the lags reach beyond the periods.
    ValueError
        If the lags are negative, or the level is no probability.

    References
    ----------
    Driscoll and Kraay (1998), Review of Economics and Statistics 80(4); Hoechle (2007), Stata Journal 7(3).
    """
    periods = np.arange(fit.period.min(), fit.period.max() + 1)
    observed = len(np.unique(fit.period))
    reach = automatic_lags(observed) if lags is None else lags
    if reach < 0:
        raise ValueError(f"lags = {lags}. Allowed: a number of periods from 0.")
    if reach >= observed - 1:
        raise NotEstimable(
            f"Driscoll and Kraay's errors with {reach} lags need more than {reach + 1} periods; the sample has "
            f"{observed}. Lengthen the sample or lower the lags."
        )
    # Periods without any row have a score of zero, so that a lag is always a number of periods.
    scores = np.equal.outer(periods, fit.period).astype(float) @ (fit.design * fit.residuals[:, None])
    meat = scores.T @ scores
    for lag in range(1, reach + 1):
        product = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (reach + 1)) * (product + product.T)
    error = np.sqrt(np.diag(_sandwich(fit, meat)))
    return t_table(fit.regressors, fit.estimates, error, observed - 1, confidence_level)


def cluster_products(fit: LeastSquares) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Cross-products of the design, and with the outcome, within each cluster; (G, K, K) and (G, K)."""
    rows = [fit.design[fit.cluster == cluster] for cluster in range(fit.clusters)]
    outcomes = [fit.outcome[fit.cluster == cluster] for cluster in range(fit.clusters)]
    return (
        np.stack([part.T @ part for part in rows]),
        np.stack([part.T @ outcome for part, outcome in zip(rows, outcomes, strict=True)]),
    )


def t_table(
    regressors: tuple[str, ...],
    estimate: "NDArray[np.float64]",
    error: "NDArray[np.float64]",
    degrees: "float | NDArray[np.float64]",
    confidence_level: float,
) -> pd.DataFrame:
    """Estimates with t intervals: regressor, estimate, standard_error, lower, upper, p_value.

    Degrees of freedom are those of every estimate, or one number for all.

    Raises
    ------
    ValueError
        If the level is no probability.
    """
    from scipy.stats import t

    require.level("confidence_level", confidence_level)
    half = t.ppf((1 + confidence_level) / 2, degrees) * error
    # An error of zero is that of a line through every point: its p-value is 0, and none where there is no slope either.
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * t.sf(np.abs(estimate / error), degrees)
    return pd.DataFrame(
        {
            "regressor": list(regressors),
            "estimate": estimate,
            "standard_error": error,
            "lower": estimate - half,
            "upper": estimate + half,
            "p_value": p_value,
        }
    )


def _sandwich(fit: LeastSquares, meat: "NDArray[np.float64]") -> "NDArray[np.float64]":
    rows = fit.inverse[: len(fit.regressors)]
    covariance: NDArray[np.float64] = rows @ meat @ rows.T
    return covariance


def _refuse_unidentified(fit: LeastSquares, projections: "NDArray[np.float64]") -> None:
    size = len(fit.regressors)
    off = np.abs(projections[:, :size, :] - np.eye(projections.shape[-1])[:size]).max(axis=(1, 2))
    if (off > UNIDENTIFIED).any():
        lost = ", ".join(fit.labels[off > UNIDENTIFIED])
        raise NotEstimable(
            f"without {lost} the effect of {', '.join(fit.regressors)} cannot be estimated: the estimate rests on it "
            "alone. Add others like it, or leave out the regressor that only it has moved in."
        )
