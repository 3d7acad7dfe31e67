"""How concentrated counts are among places: Lorenz curve, Gini, its generalisation to sparse counts, share of places.

Every function takes counts with the places along the last axis, so that thousands of simulated years are summarised as
one is. Places are ordered from the highest rate downwards, as criminology draws the curve: it lies above the diagonal.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HALF = 0.5
ROUNDING = 1e-12


class NothingToConcentrate(ValueError):
    """Counts of which no concentration exists: none at all, negative, or without a place."""


def lorenz_curve(
    counts: "ArrayLike", weights: "ArrayLike | None" = None
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Cumulative shares of places, or of their weights, and of events, from the highest rate downwards.

    Parameters
    ----------
    counts : array_like, shape (…, n_places)
        Events in each place.
    weights : array_like, shape (n_places,), optional
        Size of each place, such as its population; alike by default.

    Returns
    -------
    places, events : numpy.ndarray, shape (…, n_places + 1)
        Shares from 0 to 1.

    Raises
    ------
    NothingToConcentrate
        If a count is negative, a row has no event, or a weight is not positive.
    """
    events, sizes = _checked(counts, weights)
    if weights is None:
        # A sort is several times faster than an order, and thousands of simulated years pass here.
        return _cumulative(sizes), _cumulative(-np.sort(-events, axis=-1))
    order = np.argsort(-events / sizes, axis=-1, kind="stable")
    return _cumulative(np.take_along_axis(sizes, order, -1)), _cumulative(np.take_along_axis(events, order, -1))


def gini(counts: "ArrayLike", weights: "ArrayLike | None" = None) -> "NDArray[np.float64]":
    """Gini coefficient: twice the area between the Lorenz curve and the diagonal.

    Parameters
    ----------
    counts : array_like, shape (…, n_places)
    weights : array_like, shape (n_places,), optional
        With populations, the coefficient of risk among persons: all persons of a place share its rate.

    Returns
    -------
    numpy.ndarray, shape (…,)
        0 (alike) to nearly 1 (all in one place).
    """
    return _gini(*lorenz_curve(counts, weights))


def generalised_gini(counts: "ArrayLike") -> "NDArray[np.float64]":
    """Gini coefficient held against the most even spread possible, where events may be fewer than places.

    With c events in n > c places at most c places can have one. The most even spread has a Gini of 1 − c / n, which is
    called 0 here: max(n / c, 1) (G − 1) + 1. With as many events as places or more, it is the ordinary coefficient.

    Parameters
    ----------
    counts : array_like, shape (…, n_places)
        Whole events in each place.

    Returns
    -------
    numpy.ndarray, shape (…,)

    References
    ----------
    Bernasco and Steenbeek (2017), Journal of Quantitative Criminology 33(3).
    """
    return _generalised(gini(counts), np.asarray(counts))


def place_share(counts: "ArrayLike", share: float = HALF, weights: "ArrayLike | None" = None) -> "NDArray[np.float64]":
    """Smallest share of places, or of their weights, that holds a share of the events.

    The Lorenz curve is read backwards. Where the share falls within a place, that place counts in part, in proportion
    to the events still needed: otherwise the answer would jump with the number of places. Ties do not matter, since
    places of one rate make one straight piece of the curve.

    Parameters
    ----------
    counts : array_like, shape (…, n_places)
    share : float
        Share of the events, above 0 and at most 1.
    weights : array_like, shape (n_places,), optional
        With populations, the share of persons who live where the rate is highest.

    Returns
    -------
    numpy.ndarray, shape (…,)
        Above 0, at most 1; with `share` = 1, the share of places that have an event.

    Raises
    ------
    ValueError
        If `share` is not above 0 and at most 1.
    """
    return _inverted(*lorenz_curve(counts, weights), share)


def measure_concentration(counts: "ArrayLike", share: float = HALF, weights: "ArrayLike | None" = None) -> pd.DataFrame:
    """Every measure of one or many rows of counts.

    Parameters
    ----------
    counts : array_like, shape (n_rows, n_places) or (n_places,)
    share : float
    weights : array_like, shape (n_places,), optional

    Returns
    -------
    pandas.DataFrame, one row for each row of counts
        `place_share`, `gini` and, without weights, `generalised_gini`.
    """
    rows = np.atleast_2d(np.asarray(counts))
    curve = lorenz_curve(rows, weights)
    measures: dict[str, Any] = {"place_share": _inverted(*curve, share), "gini": _gini(*curve)}
    if weights is None:
        measures["generalised_gini"] = _generalised(measures["gini"], rows)
    return pd.DataFrame(measures)


def _gini(places: "NDArray[np.float64]", events: "NDArray[np.float64]") -> "NDArray[np.float64]":
    coefficient: NDArray[np.float64] = np.asarray(2 * np.trapezoid(events, places, axis=-1) - 1)
    return coefficient


def _generalised(coefficient: "NDArray[np.float64]", counts: "NDArray[Any]") -> "NDArray[np.float64]":
    sparseness = np.maximum(counts.shape[-1] / counts.sum(axis=-1), 1)
    general: NDArray[np.float64] = np.asarray(sparseness * (coefficient - 1) + 1)
    return general


def _inverted(places: "NDArray[np.float64]", events: "NDArray[np.float64]", share: float) -> "NDArray[np.float64]":
    """Share of places at which the Lorenz curve reaches a share of the events."""
    if not 0 < share <= 1:
        raise ValueError(f"share = {share} is not allowed. Allowed: above 0 and at most 1.")
    # The last step of a cumulative sum may miss 1 by rounding.
    before = np.minimum((events < share - ROUNDING).sum(axis=-1) - 1, events.shape[-1] - 2)[..., np.newaxis]
    start, end = _points(places, events, before), _points(places, events, before + 1)
    inverted: NDArray[np.float64] = np.asarray(
        start[0] + (share - start[1]) / (end[1] - start[1]) * (end[0] - start[0])
    )
    return inverted


def _checked(counts: "ArrayLike", weights: "ArrayLike | None") -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Counts, and the size of each place in the shape of the counts."""
    events = np.asarray(counts, dtype=np.float64)
    if events.ndim == 0 or events.shape[-1] == 0:
        raise NothingToConcentrate("counts have no place. Allowed: one number for each place.")
    if not np.isfinite(events).all() or (events < 0).any():
        raise NothingToConcentrate("counts hold a negative or missing number. Allowed: 0 or more in each place.")
    if not (events.sum(axis=-1) > 0).all():
        raise NothingToConcentrate("counts hold no event, so there is no concentration. Take more years or places.")
    sizes = np.ones(events.shape[-1]) if weights is None else np.asarray(weights, dtype=np.float64)
    if sizes.shape != events.shape[-1:] or not (np.isfinite(sizes) & (sizes > 0)).all():
        raise NothingToConcentrate("weights hold no positive number for each place. Allowed: one above 0 for each.")
    return events, np.broadcast_to(sizes, events.shape)


def _cumulative(values: "NDArray[np.float64]") -> "NDArray[np.float64]":
    sums = np.cumsum(values, axis=-1)
    shares: NDArray[np.float64] = np.insert(sums / sums[..., -1:], 0, 0.0, axis=-1)
    return shares


def _points(
    places: "NDArray[np.float64]", events: "NDArray[np.float64]", position: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Points of many curves, each at its own position."""
    return np.take_along_axis(places, position, -1)[..., 0], np.take_along_axis(events, position, -1)[..., 0]
