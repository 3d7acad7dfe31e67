"""Graphical display of study heterogeneity: the pooled effect of every subset of the studies.

References
----------
Olkin, Dahabreh and Trikalinos (2012), Research Synthesis Methods 3(3).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .. import require
from ..arrays import Flags
from .names import Estimator
from .pooling import pool_sets
from .study_sets import StudySets, one_set

# Subsets of one study have no heterogeneity to display.
SMALLEST = 2


@dataclass(frozen=True, eq=False)
class Subsets:
    """Pooled effects of subsets of studies.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per subset: effect, standard_error (normal), tau_squared, i_squared, q, k, converged.
    members : numpy.ndarray, shape (subsets, studies)
        Which studies each subset holds.
    possible : int
        Subsets of two studies or more that there are.
    is_complete : bool
        Whether they are all in the table; if not, it is a random sample without repeats.
    """

    table: pd.DataFrame
    members: Flags
    possible: int
    is_complete: bool


def all_subsets(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    estimator: Estimator = "restricted_maximum_likelihood",
    limit: int = 50_000,
    seed: int = 0,
) -> Subsets:
    """Pool every subset of two studies or more, or a sample of them where there are more than a limit.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    estimator : str
    limit : int
        Largest number of subsets pooled, above zero.
    seed : int
        Of the sample.

    Returns
    -------
    Subsets

    Raises
    ------
    ValueError
        If the limit is not above zero.
    """
    if limit < 1:
        raise ValueError(f"limit = {limit}; pool at least one subset.")
    require.whole("seed", seed)
    whole = one_set(effect, variance)
    studies = whole.effect.shape[1]
    possible = 2**studies - studies - 1
    members = _every(studies) if possible <= limit else _sample(studies, limit, np.random.default_rng(seed))
    pooled = pool_sets(
        StudySets(whole.effect, whole.variance, whole.design, members.astype(float)), estimator, "normal"
    )
    table = pd.DataFrame(
        {
            "effect": pooled.coefficients[:, 0],
            "standard_error": pooled.standard_errors[:, 0],
            "tau_squared": pooled.tau_squared,
            "i_squared": pooled.i_squared,
            "q": pooled.q,
            "k": pooled.sizes.astype(int),
            "converged": pooled.converged,
        }
    )
    return Subsets(table, members, possible, possible <= limit)


def _every(studies: int) -> Flags:
    codes = np.arange(2**studies, dtype=np.int64)
    members = (codes[:, None] >> np.arange(studies)) & 1 == 1
    return np.asarray(members[members.sum(axis=1) >= SMALLEST])


def _sample(studies: int, count: int, generator: np.random.Generator) -> Flags:
    """Subsets drawn evenly and without repeats: each study is in or out by the toss of a coin."""
    drawn = np.empty((0, studies), bool)
    while len(drawn) < count:
        tossed = generator.random((2 * count, studies)) < 0.5
        pooled = np.concatenate([drawn, tossed[tossed.sum(axis=1) >= SMALLEST]])
        _, first = np.unique(np.packbits(pooled, axis=1), axis=0, return_index=True)
        drawn = pooled[np.sort(first)]
    return drawn[:count]
