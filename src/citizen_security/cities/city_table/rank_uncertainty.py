"""What a league table hides: how far chance alone moves rates and places."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.samples import group_by_country, raw_rates
from citizen_security.methods.ranks import rank_confidence_sets, rank_from_highest, summarise_ranks

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rank_uncertainty(rows: pd.DataFrame, confidence_level: float, draws: int, seed: int) -> pd.DataFrame:
    """What the counts say about rates and places, if deaths are independent.

    Parameters
    ----------
    rows : pandas.DataFrame
        As of `listed_rows`.
    confidence_level : float
        Confidence.
    draws : int
        Simulated years.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of `raw_rates`; `overlapping` (other cities whose exact interval overlaps this one's);
        `rank_median`, `rank_lower`, `rank_upper`, `rank_width` (of the place in a simulated year with Poisson counts
        about those printed); `set_lower`, `set_upper` (places that the exact comparisons cannot exclude).
    """
    rates = raw_rates(group_by_country(rows), confidence_level)
    lower, upper = rates["raw_rate_lower"].to_numpy(), rates["raw_rate_upper"].to_numpy()
    overlap = (lower[:, np.newaxis] <= upper) & (lower <= upper[:, np.newaxis])
    counts = np.random.default_rng(seed).poisson(rates["homicides"].to_numpy(), (draws, len(rates)))
    simulated = summarise_ranks(rank_from_highest(counts / rates["person_years"].to_numpy()), confidence_level, 1)
    kept = simulated[["rank_median", "rank_lower", "rank_upper", "rank_width"]]
    sets = rank_confidence_sets(rates["homicides"], rates["person_years"], confidence_level)
    return rates.assign(
        # Rounded populations would break the ties of printed rates.
        raw_rank=rank_from_highest(rates["homicide_rate"]),
        overlapping=overlap.sum(axis=1) - 1, **kept, set_lower=sets[:, 0], set_upper=sets[:, 1]
    )  # fmt: skip


def overlapping_neighbours(ranked: pd.DataFrame) -> "NDArray[np.bool_]":
    """Whether the intervals of each two neighbours by rate overlap.

    Parameters
    ----------
    ranked : pandas.DataFrame
        As of `rank_uncertainty`.

    Returns
    -------
    numpy.ndarray of bool, shape (n − 1,)
    """
    ordered = ranked.sort_values("raw_rate", ascending=False, kind="stable")
    lower, upper = ordered["raw_rate_lower"].to_numpy(), ordered["raw_rate_upper"].to_numpy()
    touching: NDArray[np.bool_] = upper[1:] >= lower[:-1]
    return touching
