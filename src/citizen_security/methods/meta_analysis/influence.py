"""What each study does to a meta-analysis: without it, up to it, and how far it moves the fit.

References
----------
Viechtbauer and Cheung (2010), Research Synthesis Methods 1(2).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri
from scipy.stats import chi2

from ..arrays import Floats
from .names import Estimator, Test
from .pooling import NotEnoughStudies, PooledSets, pool_sets
from .study_sets import StudySets, one_set, weighted_sums

__all__ = ["cumulative", "influence", "leave_one_out"]

# Kept, as an index of names takes longer to make than to fill.
ESTIMATES = "effect", "standard_error", "lower", "upper", "p_value", "tau_squared", "q", "i_squared", "h_squared"
COLUMNS = pd.Index([*ESTIMATES, "k", "converged"])


def leave_one_out(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Pool without each study in turn, all at once.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    estimator, test, confidence_level
        As in `pool`.

    Returns
    -------
    pandas.DataFrame
        One row per study left out, in their order: effect, standard_error, lower, upper, p_value, tau_squared, q,
        i_squared, h_squared, k, converged.

    Raises
    ------
    NotEnoughStudies
        With fewer than three studies.
    """
    sets = _without_each(one_set(effect, variance))
    table = _table(pool_sets(sets, estimator, test), confidence_level)
    # One block of numbers, whose counts and flags then get their types, takes half the time of a column each.
    frame = pd.DataFrame(np.array(list(table.values())).T, columns=COLUMNS, copy=False)
    for position, name in enumerate(("k", "converged"), len(ESTIMATES)):
        frame.isetitem(position, table[name])
    return frame


def cumulative(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    order: npt.ArrayLike | None = None,
    *,
    estimator: Estimator = "restricted_maximum_likelihood",
    test: Test = "knapp_hartung",
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Pool the first study, the first two, and so on, all at once.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    order : array_like, shape (k,), optional
        What to sort by, such as the year or the precision; equal values keep the order of the studies, which is also
        the default.
    estimator, test, confidence_level
        As in `pool`.

    Returns
    -------
    pandas.DataFrame
        One row per step, with `position` of the study that it adds and the columns of `leave_one_out`. The first row is
        the first study alone, with its own standard error and a normal interval.

    Raises
    ------
    ValueError
        If `order` has another length or a missing value.
    """
    single = one_set(effect, variance)
    studies = single.effect.shape[1]
    keys = np.arange(studies) if order is None else np.asarray(order)
    if keys.shape != (studies,) or pd.isna(keys).any():
        raise ValueError(f"order has shape {keys.shape} or a missing value; give one value for each of {studies}.")
    positions = np.argsort(keys, kind="stable")
    copies = np.zeros((studies, studies))
    copies[:, positions] = np.tri(studies)
    pooled = pool_sets(StudySets(single.effect, single.variance, single.design, copies), estimator, test)
    table = _table(pooled, confidence_level)
    first, error = single.effect[0, positions[0]], np.sqrt(single.variance[0, positions[0]])
    half = -ndtri((1 - confidence_level) / 2) * error
    alone = {
        "effect": first,
        "standard_error": error,
        "lower": first - half,
        "upper": first + half,
        "p_value": 2 * ndtr(-abs(first) / error),
        "tau_squared": 0.0,
        "q": 0.0,
        "i_squared": 0.0,
        "h_squared": 1.0,
        "converged": True,
    }
    for name, value in alone.items():
        table[name][0] = value
    return pd.DataFrame({"position": positions, **table})


def influence(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    design: npt.ArrayLike | None = None,
    estimator: Estimator = "restricted_maximum_likelihood",
) -> pd.DataFrame:
    """How far each study moves the fit.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    design : array_like, shape (k, p), optional
    estimator : str

    Returns
    -------
    pandas.DataFrame
        One row per study: `hat` (its own weight in its fitted value), `residual` (studentised, deleted: from the fit
        without it), `dffits`, `cook` (distance), `covariance_ratio` (below 1: the study costs precision),
        `tau_squared_deleted`, `q_deleted`, `is_influential` (|dffits| above 3√(p/(k−p)), Cook's distance beyond the
        median of χ² with p degrees of freedom, or hat above 3p/k), `converged`. Covariances are the model's, without
        the rescaling of Knapp and Hartung. `nan` where the fit without the study has collinear columns.

    Raises
    ------
    NotEnoughStudies
        If the fit without a study would have no degree of freedom.
    """
    whole = one_set(effect, variance, design)
    deleted = pool_sets(_without_each(whole), estimator, "normal")
    fit = pool_sets(whole, estimator, "normal")
    sums = weighted_sums(whole, fit.tau_squared)
    rows, effects, variances = whole.design, whole.effect[0], whole.variance[0]
    studies, columns = rows.shape
    hat = np.einsum("kp,pq,kq->k", rows, sums.inverse[0], rows) / (variances + fit.tau_squared[0])
    fitted_without = np.einsum("kp,kp->k", rows, deleted.coefficients)
    own = variances + deleted.tau_squared
    uncertainty = np.einsum("kp,kpq,kq->k", rows, deleted.covariance, rows)
    change = fit.coefficients[0] - deleted.coefficients
    dffits = (rows @ fit.coefficients[0] - fitted_without) / np.sqrt(hat * own)
    cook = np.einsum("kp,pq,kq->k", change, np.linalg.inv(fit.covariance[0]), change)
    return pd.DataFrame(
        {
            "hat": hat,
            "residual": (effects - fitted_without) / np.sqrt(own + uncertainty),
            "dffits": dffits,
            "cook": cook,
            "covariance_ratio": _determinants(deleted.covariance) / np.linalg.det(fit.covariance[0]),
            "tau_squared_deleted": deleted.tau_squared,
            "q_deleted": deleted.q,
            "is_influential": (np.abs(dffits) > 3 * np.sqrt(columns / (studies - columns)))
            | (cook > chi2.median(columns))
            | (hat > 3 * columns / studies),
            "converged": deleted.converged,
        }
    )


def _without_each(whole: StudySets) -> StudySets:
    studies, columns = whole.design.shape
    if studies < columns + 2:
        raise NotEnoughStudies(f"{studies} studies; to leave one out, at least {columns + 2} are needed.")
    return StudySets(whole.effect, whole.variance, whole.design, 1 - np.eye(studies))


def _determinants(matrices: Floats) -> Floats:
    """Determinants, `nan` where a matrix is."""
    finite = np.isfinite(matrices).all(axis=(1, 2))
    determinants = np.full(len(matrices), np.nan)
    determinants[finite] = np.linalg.det(matrices[finite])
    return determinants


def _table(pooled: PooledSets, confidence_level: float) -> dict[str, npt.NDArray[Any]]:
    lower, upper = pooled.intervals(confidence_level)
    return {
        "effect": pooled.coefficients[:, 0],
        "standard_error": pooled.standard_errors[:, 0],
        "lower": lower[:, 0],
        "upper": upper[:, 0],
        "p_value": pooled.p_values()[:, 0],
        "tau_squared": pooled.tau_squared,
        "q": pooled.q,
        "i_squared": pooled.i_squared,
        "h_squared": pooled.h_squared,
        "k": pooled.sizes.astype(int),
        "converged": pooled.converged,
    }
