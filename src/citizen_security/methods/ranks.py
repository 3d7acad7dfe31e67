"""Ranks of values and of their draws: medians, intervals, chances of the first places, sets that counts allow."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from . import require
from .rates import comparison_probability

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def rank_from_highest(values: "ArrayLike") -> "NDArray[np.int64]":
    """Rank of each value along the last axis: one more than the number of higher values, so ties share the best.

    Parameters
    ----------
    values : array_like, shape (…, n)

    Returns
    -------
    numpy.ndarray of int, shape (…, n)
        From 1, the highest, to at most n.

    Raises
    ------
    ValueError
        If a value is missing: it has no place among the others.
    """
    # As floats: unsigned integers wrap when their sign is changed.
    ranks: NDArray[np.int64] = stats.rankdata(-require.known("values", values), method="min", axis=-1).astype(np.int64)
    return ranks


def summarise_ranks(ranks: "NDArray[np.int64]", credible_level: float, top_places: int) -> pd.DataFrame:
    """Median, interval and chances of draws of ranks.

    Parameters
    ----------
    ranks : numpy.ndarray of int, shape (n_draws, n)
    credible_level : float
        Probability that the interval holds, at least.
    top_places : int
        Number of places that count as the top.

    Returns
    -------
    pandas.DataFrame, one row for each value
        `rank_median`, `rank_lower`, `rank_upper`, `rank_width`, `probability_first`, `probability_top`.

    Raises
    ------
    ValueError
        If there is no draw, or the level is no probability.
    """
    require.level("credible_level", credible_level)
    require.some("draws of ranks", len(ranks))
    tail = (1 - credible_level) / 2
    # A rank between two ranks means nothing: each end is a rank that was drawn, with at most `tail` beyond it.
    lower = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
    upper = np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {
            "rank_median": np.median(ranks, axis=0),
            "rank_lower": lower,
            "rank_upper": upper,
            "rank_width": upper - lower,
            "probability_first": (ranks == 1).mean(axis=0),
            "probability_top": (ranks <= top_places).mean(axis=0),
        }
    )


def rank_confidence_sets(count: "ArrayLike", person_years: "ArrayLike", confidence_level: float) -> "NDArray[np.int64]":
    """Places that each of several Poisson rates may have, at the stated confidence for each.

    A place is excluded by the number of rates that are surely higher or surely lower: two-sided exact comparisons with
    all others, each at the error divided by their number (Bonferroni).

    Parameters
    ----------
    count, person_years : array_like, shape (n,)
    confidence_level : float

    Returns
    -------
    numpy.ndarray of int, shape (n, 2)
        Highest and lowest place.

    Raises
    ------
    ValueError
        As `comparison_probability`, and if the level is no probability.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91(1).
    """
    require.level("confidence_level", confidence_level)
    higher = comparison_probability(count, person_years)
    places = len(higher)
    sure = higher < (1 - confidence_level) / 2 / max(places - 1, 1)
    np.fill_diagonal(sure, False)
    return np.stack([1 + sure.sum(axis=0), places - sure.sum(axis=1)], axis=1)
