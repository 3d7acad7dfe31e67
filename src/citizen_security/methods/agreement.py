"""How far two coders agree beyond chance: Cohen's kappa, plain and weighted, with an interval from units drawn again.

A unit may have several ratings, such as one for each outcome that a study may report; whole units are drawn again,
since ratings of one unit are not independent.

References
----------
Cohen (1960), Educational and Psychological Measurement 20(1), 37–46; Cohen (1968), Psychological Bulletin 70(4),
213–220, on weights; Wilson (1927), Journal of the American Statistical Association 22(158).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import require
from .arrays import Floats
from .proportions import wilson_interval
from .resampling import drawn_counts

type Weights = Literal["plain", "quadratic"]

UNDEFINED = float("nan"), float("nan")


@dataclass(frozen=True)
class Agreement:
    """Agreement of two coders about the same units.

    Attributes
    ----------
    units : int
        What was coded twice.
    alike : int
        Units that the two gave the same codes.
    kappa : float
        1 for full agreement, 0 for as much as chance would give; nan where both used a single category throughout.
    interval : tuple of float
        Percentiles of the bootstrap of units. Where the coders never differ no resample does, so the lower end is then
        what the lower end of Wilson's interval of the share of units coded alike gives with the margins as they are.
    """

    units: int
    alike: int
    kappa: float
    interval: tuple[float, float]


def cohens_kappa(table: Floats, weights: Weights = "plain") -> float:
    """Cohen's kappa of a table of counts.

    Parameters
    ----------
    table : array_like of float, shape (k, k)
        Ratings by the first coder's category (row) and the second's (column), in one order.
    weights : {"plain", "quadratic"}
        Whether every disagreement counts alike, or by the square of how many categories lie between.

    Returns
    -------
    float
        nan where chance alone would make all ratings equal.

    Raises
    ------
    ValueError
        If the table is not square, holds no rating, or a number of ratings that is missing, infinite or below zero.
    """
    require.one_of("weights", weights, Weights)
    from statsmodels.stats.inter_rater import cohens_kappa as kappa_of_table

    counts = require.not_negative("table", table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.sum() > 0:
        raise ValueError(
            f"a table of shape {counts.shape} with {counts.sum():g} ratings; give as many rows as columns, and ratings"
        )
    if _expected(counts) == 1:
        return float("nan")
    return float(kappa_of_table(counts, wt="quadratic" if weights == "quadratic" else None, return_results=False))


def agreement(
    first: Sequence[Sequence[Hashable]],
    second: Sequence[Sequence[Hashable]],
    categories: Sequence[Hashable],
    *,
    weights: Weights = "plain",
    confidence_level: float = 0.95,
    draws: int = 2000,
    seed: int = 1,
) -> Agreement:
    """Agreement of two coders, with an interval for kappa.

    Parameters
    ----------
    first, second : sequence of sequence
        One entry a unit: its ratings, as many by the one coder as by the other.
    categories : sequence
        All that a rating may be; in their order where disagreements are weighted.
    weights : {"plain", "quadratic"}
        As in `cohens_kappa`.
    confidence_level : float
        Of the interval.
    draws : int
        Bootstrap samples of units.
    seed : int
        Of the bootstrap.

    Returns
    -------
    Agreement

    Raises
    ------
    ValueError
        If there is no unit, a rating is of no category, a unit has more ratings by one coder than by the other, the
        level is no probability, or no draw is asked for.
    """
    require.one_of("weights", weights, Weights)
    require.level("confidence_level", confidence_level)
    require.whole("draws", draws, least=2)
    tables = _tables(first, second, categories)
    alike = sum(list(one) == list(other) for one, other in zip(first, second, strict=True))
    observed = tables.sum(axis=0)
    kappa = cohens_kappa(observed, weights)
    if np.isnan(kappa):
        return Agreement(len(first), alike, kappa, UNDEFINED)
    if alike == len(first):
        return Agreement(
            len(first), alike, kappa, (_lowest_without_disagreement(observed, len(first), confidence_level), 1.0)
        )
    flat = tables.reshape(len(tables), -1)
    drawn = drawn_counts(len(tables), draws, np.random.default_rng(seed)) @ flat
    resampled = _kappas(drawn.reshape(draws, *observed.shape), weights)
    tails = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    # A resample of a single category has no kappa.
    low, high = np.nanquantile(resampled, tails)
    if low == high:
        # One coder gave one code throughout: every resample has the same kappa, which says nothing of how sure it is.
        return Agreement(len(first), alike, kappa, UNDEFINED)
    return Agreement(len(first), alike, kappa, (float(low), float(high)))


def overlap(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Jaccard's index of two sets of codes: what both named, of what either did; 1 where neither named any.

    References
    ----------
    Jaccard (1912), New Phytologist 11(2), 37–50.
    """
    one, other = set(first), set(second)
    return len(one & other) / len(one | other) if one | other else 1.0


def _tables(
    first: Sequence[Sequence[Hashable]], second: Sequence[Sequence[Hashable]], categories: Sequence[Hashable]
) -> Floats:
    """Counts of each unit by the two coders' categories; shape (units, k, k)."""
    if len(first) != len(second) or not len(first):
        raise ValueError(
            f"{len(first)} units by one coder and {len(second)} by the other; give as many, and one or more"
        )
    place = {category: position for position, category in enumerate(categories)}
    tables = np.zeros((len(first), len(place), len(place)))
    for unit, (one, other) in enumerate(zip(first, second, strict=True)):
        if len(one) != len(other):
            raise ValueError(f"unit {unit} has {len(one)} and {len(other)} ratings; give as many by both coders")
        for ours, theirs in zip(one, other, strict=True):
            if unknown := {ours, theirs} - set(place):
                raise ValueError(f"{unknown.pop()!r} is no category; allowed: {', '.join(map(repr, place))}")
            tables[unit, place[ours], place[theirs]] += 1
    return tables


def _kappas(tables: Floats, weights: Weights) -> Floats:
    """Kappa of each of many tables, as one less the ratio of disagreement found to disagreement by chance."""
    places = np.arange(tables.shape[-1])
    apart = np.abs(places[:, None] - places)
    distance = apart**2.0 if weights == "quadratic" else (apart > 0).astype(np.float64)
    ratings = tables.sum(axis=(1, 2))
    found = np.einsum("dij,ij->d", tables, distance) * ratings
    by_chance = np.einsum("di,dj,ij->d", tables.sum(axis=2), tables.sum(axis=1), distance, optimize=True)
    # Where chance leaves no disagreement there is no kappa.
    ratios: Floats = np.divide(found, by_chance, out=np.full(len(tables), np.nan), where=by_chance > 0)
    return 1 - ratios


def _expected(counts: Floats) -> float:
    """Share of equal ratings that the margins alone would give."""
    shares = counts / counts.sum()
    return float(shares.sum(axis=0) @ shares.sum(axis=1))


def _lowest_without_disagreement(counts: Floats, units: int, confidence_level: float) -> float:
    """Kappa if the share of equal ratings were the lower end of Wilson's interval of that many units."""
    lowest, _ = wilson_interval(units, units, confidence_level)
    expected = _expected(counts)
    return float((lowest - expected) / (1 - expected))
