"""Draws that several methods resample with: clusters drawn again, weights of clusters, and all resamples there are.

Whole clusters are drawn, since what lies within one is not independent (Field and Welsh 2007). Which function is called
settles the stream: counts and positions of the same clusters take different numbers from the same generator.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import require
from .arrays import Floats, Integers
from .regression.names import BootstrapWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Up to this many units every resample is drawn once, so that the bootstrap is exact: 6 ** 6 = 46,656.
MOST_ENUMERATED = 6

# Half of the six points of Webb's distribution (2023), and the one of Rademacher's; the others are their negatives.
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
RADEMACHER = np.array([1.0])


def drawn_counts(units: int, draws: int, generator: np.random.Generator) -> Integers:
    """How often each unit comes up when as many as there are are drawn with replacement.

    Parameters
    ----------
    units, draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (draws, units)
        Rows sum to `units`. Enough, and faster than positions, for whatever is a sum over units.
    """
    counts: Integers = generator.multinomial(units, np.full(units, 1 / units), size=draws)
    return counts


def drawn_positions(units: int, draws: int, generator: np.random.Generator) -> Integers:
    """Which unit comes up at each place when as many as there are are drawn with replacement.

    Parameters
    ----------
    units, draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (draws, units)
    """
    return generator.integers(units, size=(draws, units))


def drawn_within_groups(groups: Sequence[Integers], draws: int, generator: np.random.Generator) -> Iterator[Integers]:
    """Units drawn with replacement within their groups, so that no group grows or shrinks.

    Parameters
    ----------
    groups : sequence of numpy.ndarray of int
        Units of each group.
    draws : int
    generator : numpy.random.Generator

    Yields
    ------
    numpy.ndarray of int, shape (units,)
        Group after group.
    """
    for _ in range(draws):
        yield np.concatenate([group[generator.integers(len(group), size=len(group))] for group in groups])


def all_resamples(units: int) -> Integers:
    """Positions of every resample with replacement there is, each as probable as the others.

    Parameters
    ----------
    units : int

    Returns
    -------
    numpy.ndarray of int, shape (units ** units, units)
    """
    return np.array(list(product(range(units), repeat=units)), dtype=np.int64)


def all_or_random_resamples(units: int, draws: int, seed: int) -> Integers:
    """Positions of every resample where units are few, and of random ones where they are more.

    Parameters
    ----------
    units : int
    draws : int
        Random resamples, where there are more than `MOST_ENUMERATED` units.
    seed : int

    Returns
    -------
    numpy.ndarray of int, shape (resamples, units)
    """
    if units <= MOST_ENUMERATED:
        return all_resamples(units)
    return drawn_positions(units, draws, np.random.default_rng(seed))


def all_sign_changes(units: int) -> Floats:
    """Every way to change signs of units; the first changes none.

    Parameters
    ----------
    units : int

    Returns
    -------
    numpy.ndarray, shape (2 ** units, units)
        Of 1 and −1.
    """
    signs: Floats = 1.0 - 2.0 * ((np.arange(2**units)[:, None] >> np.arange(units)) & 1).astype(np.float64)
    return signs


def symmetric_weights(points: Floats, shape: tuple[int, ...], generator: np.random.Generator) -> Floats:
    """Random weights, each of the points with either sign equally probable.

    Parameters
    ----------
    points : numpy.ndarray
        `WEBB` or `RADEMACHER`, whose weights have mean zero and variance one. Their order settles which number of the
        generator becomes which weight.
    shape : tuple of int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Of that shape.

    References
    ----------
    Webb (2023), Canadian Journal of Economics 56(3), for the six points; Davidson and Flachaire (2008), Journal of
    Econometrics 146(1), for signs.
    """
    both: Floats = np.concatenate([-points, points])
    return both[generator.integers(len(both), size=shape)]


def bootstrap_multipliers(clusters: int, draws: int, weights: BootstrapWeights, seed: int) -> tuple[Floats, bool]:
    """Weights of each cluster in each draw of a wild bootstrap.

    Parameters
    ----------
    clusters : int
    draws : int
        Random draws; all sign changes instead where Rademacher weights are asked for and these are no more.
    weights : {"webb", "rademacher"}
    seed : int

    Returns
    -------
    multipliers : numpy.ndarray, shape (clusters, draws)
    enumerated : bool
        Whether these are all sign changes there are.
    """
    require.one_of("weights", weights, BootstrapWeights)
    if weights == "rademacher" and 2**clusters <= draws:
        return np.ascontiguousarray(all_sign_changes(clusters).T), True
    points = RADEMACHER if weights == "rademacher" else WEBB
    return symmetric_weights(points, (clusters, draws), np.random.default_rng(seed)), False


def clustered_ratio(
    numerator: Floats,
    denominator: Floats,
    clusters: "NDArray[Any]",
    confidence_level: float,
    draws: int,
    seed: int,
) -> tuple[float, float, float]:
    """Ratio of two sums, with a percentile interval from drawing whole clusters with replacement.

    Parameters
    ----------
    numerator, denominator : numpy.ndarray, shape (rows,)
    clusters : numpy.ndarray, shape (rows,)
    confidence_level : float
    draws : int
        Those whose denominator is not above zero are passed over.
    seed : int

    Returns
    -------
    tuple of float
        Estimate, lower, upper.

    Raises
    ------
    ValueError
        If there is no row, shapes differ, a cluster is missing, or the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    require.same_shape(numerator=numerator, denominator=denominator, clusters=clusters)
    require.some("rows", len(require.keys("clusters", clusters)))
    codes, levels = pd.factorize(np.asarray(clusters))
    above, below = (np.bincount(codes, weights=values) for values in (numerator, denominator))
    ratios = ratios_of_sums(above, below, drawn_counts(len(levels), draws, np.random.default_rng(seed)))
    tail = (1 - confidence_level) / 2
    lower, upper = np.quantile(ratios, [tail, 1 - tail])
    return float(above.sum() / below.sum()), float(lower), float(upper)


def ratios_of_sums(numerator: Floats, denominator: Floats, counts: Integers) -> Floats:
    """Ratio of two sums over units in each resample whose denominator is above zero.

    Parameters
    ----------
    numerator, denominator : numpy.ndarray, shape (units,)
    counts : numpy.ndarray of int, shape (draws, units)
        From `drawn_counts`.

    Returns
    -------
    numpy.ndarray, shape (draws with a denominator,)
    """
    above, below = counts @ numerator, counts @ denominator
    known = below > 0
    ratios: Floats = above[known] / below[known]
    return ratios
