"""Linear pools: mixtures of several forecasts, with weights by which they did best together before.

A pool's log score is never below its members' weighted mean, and its spread is wider than that of its members where
these disagree, which is often what members that are too sure lack (Hall and Mitchell 2007; Geweke and Amisano 2011).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from .. import require
from ..arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


# Steps of the EM algorithm, each of which raises the score; after as many the weights stand to several digits.
EM_STEPS = 500


def stacking_weights(log_scores: "ArrayLike", importance: "ArrayLike", prior: float = 1.0) -> Floats:
    """Weights with the highest log score of the mixture in the past, drawn towards equal ones.

    Parameters
    ----------
    log_scores : array_like, shape (n, n_members)
        Log probability that each forecast gave to what came; n may be 0.
    importance : array_like, shape (n,)
        What each row counts for, in independent observations: rows that share a shock are not one each.
    prior : float
        Observations that each member is credited with before any is seen, above 0: a Dirichlet prior of `prior + 1`.

    Returns
    -------
    numpy.ndarray, shape (n_members,)
        They sum to one; equal where there is no row.

    Raises
    ------
    ValueError
        If a number is missing, an importance is negative, the prior is not above zero, or shapes differ.

    References
    ----------
    Yao, Vehtari, Simpson and Gelman (2018), Bayesian Analysis 13(3), for stacking by the log score; Dempster, Laird and
    Rubin (1977), Journal of the Royal Statistical Society B 39(1), for the steps.
    """
    scores, counts = require.known("log_scores", log_scores), require.not_negative("importance", importance)
    credit = require.positive("prior", prior)
    if scores.ndim != 2 or counts.shape != scores.shape[:1] or not scores.shape[1]:
        raise ValueError(f"log_scores of shape {scores.shape}. Allowed: rows of members, an importance for each row.")
    members = scores.shape[1]
    weights = np.full(members, 1 / members)
    for _ in range(EM_STEPS):
        share = special.softmax(scores + np.log(weights), axis=1)
        weights = (counts @ share + credit) / (counts.sum() + members * credit)
    return weights


def pooled_log_score(log_scores: "ArrayLike", weights: "ArrayLike") -> Floats:
    """Log probability that the mixture gives to what came.

    Parameters
    ----------
    log_scores : array_like, shape (n, n_members)
    weights : array_like, shape (n_members,)

    Returns
    -------
    numpy.ndarray, shape (n,)

    Raises
    ------
    ValueError
        If a number is missing, or the weights are not one for each member, from 0 to 1.
    """
    scores, shares = require.known("log_scores", log_scores), require.share("weights", weights)
    if scores.shape[1:] != shares.shape:
        raise ValueError(f"log_scores of shape {scores.shape} for {shares.size} weights. Allowed: one a member.")
    pooled: Floats = special.logsumexp(scores, b=shares, axis=1)
    return pooled


def pooled_draws(draws: Sequence[Floats], weights: "ArrayLike", number: int) -> Floats:
    """Draws of the mixture: of each member the first, as many as its weight says.

    Parameters
    ----------
    draws : sequence of numpy.ndarray, shape (n_draws, …)
        Of each member, in no order; taken again from the first where there are too few.
    weights : array_like, shape (n_members,)
    number : int
        Draws of the mixture.

    Returns
    -------
    numpy.ndarray, shape (number, …)

    Raises
    ------
    ValueError
        If the weights are not one for each member, from 0 to 1, or no draw is asked for.
    """
    shares = require.share("weights", weights)
    require.some("draws", number)
    if shares.shape != (len(draws),):
        raise ValueError(f"{len(draws)} members for {shares.size} weights. Allowed: one a member.")
    # Rounded cumulative sums: the counts add up, and each is off by less than one.
    ends = np.round(number * np.cumsum(shares) / shares.sum()).astype(int)
    taken = [
        member[np.arange(count) % len(member)] for member, count in zip(draws, np.diff(ends, prepend=0), strict=True)
    ]
    return np.concatenate(taken)
