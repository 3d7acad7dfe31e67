"""What chance alone makes of equal risk: draws and exact expectations.

A fixed number of events falls on places independently, each place as likely as its exposure is large (a multinomial).
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special, stats

from .. import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def draw_equal_risk(
    events: int, exposure: "ArrayLike", draws: int, generator: np.random.Generator
) -> "NDArray[np.int64]":
    """Counts as they fall where risk is equal.

    Parameters
    ----------
    events : int
        Events to fall.
    exposure : array_like, shape (n_places,)
        What risk is proportional to: ones, or populations.
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (draws, n_places)

    Raises
    ------
    ValueError
        If there are fewer than no events, or an exposure is missing or negative.
    """
    require.whole("events", events)
    sizes = require.not_negative("exposure", exposure)
    counts: NDArray[np.int64] = generator.multinomial(events, sizes / sizes.sum(), size=draws)
    return counts


def expected_gini(places: int, events: int) -> float:
    """Exact expectation of the Gini coefficient where every place has the same risk.

    The coefficient is a mean of absolute differences between places. Of the m events that fall on either of two given
    places (binomial), each falls on one or the other like a coin, and the mean distance of a fair random walk from its
    start is known.

    Parameters
    ----------
    places, events : int
        At least two places and one event.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer.
    """
    places, events = int(require.whole("places", places, 2)), int(require.whole("events", events, 1))
    steps = np.arange(1, events + 1)
    half = (steps - 1) // 2
    log_paths = special.gammaln(steps) - special.gammaln(half + 1) - special.gammaln(steps - half)
    distance = np.exp(np.log(steps) + log_paths - (steps - 1) * math.log(2))
    difference = stats.binom.pmf(steps, events, 2 / places) @ distance
    return float((places - 1) / (2 * events) * difference)


def expected_generalised_gini(places: int, events: int) -> float:
    """Exact expectation of the generalised Gini where every place has the same risk: it is not 0.

    Parameters
    ----------
    places, events : int
        At least two places and one event.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer.
    """
    return max(places / events, 1) * (expected_gini(places, events) - 1) + 1


def occupied_places(places: int, events: int) -> tuple[float, float]:
    """Exact mean and standard deviation of the number of places that have an event, at equal risk.

    Parameters
    ----------
    places, events : int

    Returns
    -------
    tuple of float
        In places.

    Raises
    ------
    ValueError
        If there is no place, or fewer than no events.

    References
    ----------
    Feller (1968), An Introduction to Probability Theory and Its Applications, volume 1: the occupancy problem.
    """
    places, events = int(require.whole("places", places, 1)), int(require.whole("events", events))
    empty = math.exp(events * math.log1p(-1 / places)) if places > 1 else 0.0
    both_empty = math.exp(events * math.log1p(-2 / places)) if places > 2 else 0.0
    variance = places * empty + places * (places - 1) * both_empty - (places * empty) ** 2
    return places * (1 - empty), math.sqrt(max(variance, 0.0))


def events_for_occupied(places: int, occupied: float) -> float:
    """Number of events that at equal risk are expected to fall on a given number of places.

    Parameters
    ----------
    places : int
        At least two.
    occupied : float
        From 0 to below `places`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer places, or as many are to be occupied.
    """
    places = int(require.whole("places", places, 2))
    if not 0 <= occupied < places:
        raise ValueError(f"occupied = {occupied:g} of {places:,} places. Allowed: from 0 to below {places:,}.")
    return math.log1p(-occupied / places) / math.log1p(-1 / places)
