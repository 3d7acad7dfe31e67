"""Search over the weights of predictors in compiled code: for each, the exact weights of donors, and their fit."""

import numba
import numpy as np

from ..machine_code import keep
from .active_set import minimise

# No predictor's weight is a smaller share of the largest than this.
LEAST_SHARE = 1e-5

# Of donors that fit the predictors equally well, those that fit outcomes best: outcomes count by this share.
TIE_SHARE = 1e-8

# The simplex of Nelder and Mead: its first edge, in logarithms, and when it is small enough.
EDGE, SMALL = 1.5, 1e-10

# Searches that begin again where the last one ended.
AGAIN = 2

# How far a draw about a near-optimal point goes, in logarithms: from fine to coarse, in turn.
REACH = np.array([0.05, 0.2, 0.8, 2.5])


@numba.njit(nogil=True, error_model="numpy")
def donors_of(logs, distances, outcomes, weights, support, root, linear, table):  # type: ignore[no-untyped-def]
    """Donor weights by logarithms of predictor weights; mean squared gap of the outcomes.

    `distances` of predictors and `outcomes` are donors less treated. Of the table, which both make up, the rows of
    outcomes are there.
    """
    predictors, donors = distances.shape
    highest = logs.max()
    for predictor in range(predictors):
        share = np.sqrt(max(np.exp(logs[predictor] - highest), LEAST_SHARE))
        for donor in range(donors):
            table[predictor, donor] = share * distances[predictor, donor]
    minimise(table, 0.0, linear, weights, support, root)
    loss = 0.0
    for period in range(outcomes.shape[1]):
        gap = 0.0
        for donor in range(donors):
            if weights[donor] > 0:
                gap += weights[donor] * outcomes[donor, period]
        loss += gap * gap
    return loss / outcomes.shape[1]


@numba.njit(nogil=True, error_model="numpy")
def table_of(distances, outcomes):  # type: ignore[no-untyped-def]
    """Room for the weighted predictors, and below it the outcomes, which break ties between donors."""
    predictors, donors = distances.shape
    periods = outcomes.shape[1]
    table, all_outcomes, all_distances = np.empty((predictors + periods, donors)), 0.0, 0.0
    for donor in range(donors):
        for predictor in range(predictors):
            all_distances += distances[predictor, donor] ** 2
        for period in range(periods):
            all_outcomes += outcomes[donor, period] ** 2
    # Comparable with the predictors whatever the outcome is counted in.
    share = np.sqrt(TIE_SHARE * all_distances / all_outcomes) if all_outcomes > 0 else 0.0
    for period in range(periods):
        for donor in range(donors):
            table[predictors + period, donor] = share * outcomes[donor, period]
    return table


@numba.njit(nogil=True, error_model="numpy")
def descend(start, distances, outcomes, limit, support, root, linear, table, weights):  # type: ignore[no-untyped-def]
    """Nelder and Mead's search from one start; the best logarithms, their loss, and how many were tried."""
    size = len(start)
    points, losses = np.empty((size + 1, size)), np.empty(size + 1)
    best, tried = start.copy(), 0
    for _ in range(AGAIN):
        for corner in range(size + 1):
            points[corner] = best
            if corner:
                points[corner, corner - 1] += EDGE if best[corner - 1] < 0 else -EDGE
            losses[corner] = donors_of(points[corner], distances, outcomes, weights, support, root, linear, table)
            tried += 1
        for _step in range(limit):
            order = np.argsort(losses)
            points, losses = points[order], losses[order]
            if losses[size] - losses[0] <= SMALL * losses[0]:
                break
            centre = np.zeros(size)
            for corner in range(size):
                centre += points[corner] / size
            mirrored = 2 * centre - points[size]
            loss = donors_of(mirrored, distances, outcomes, weights, support, root, linear, table)
            tried += 1
            if loss < losses[0]:
                further = 3 * centre - 2 * points[size]
                other = donors_of(further, distances, outcomes, weights, support, root, linear, table)
                tried += 1
                if other < loss:
                    mirrored, loss = further, other
            elif loss >= losses[size - 1]:
                if loss < losses[size]:
                    points[size], losses[size] = mirrored, loss
                mirrored = (centre + points[size]) / 2
                loss = donors_of(mirrored, distances, outcomes, weights, support, root, linear, table)
                tried += 1
                if loss >= losses[size]:
                    for corner in range(1, size + 1):
                        points[corner] = (points[corner] + points[0]) / 2
                        losses[corner] = donors_of(
                            points[corner], distances, outcomes, weights, support, root, linear, table
                        )
                        tried += 1
                    continue
            points[size], losses[size] = mirrored, loss
        best = points[np.argmin(losses)].copy()
    return best, losses.min(), tried


@numba.njit(nogil=True, error_model="numpy")
def search(starts, distances, outcomes, limit, found, losses, weights):  # type: ignore[no-untyped-def]
    """A search from each start. `found`, `losses` and `weights` become its logarithms, loss and donor weights."""
    donors, table = len(outcomes), table_of(distances, outcomes)
    support, root = np.empty(donors, np.int64), np.empty((donors, donors))
    linear, tried = np.zeros(donors), 0
    for start in range(len(starts)):
        best, _, more = descend(starts[start], distances, outcomes, limit, support, root, linear, table, weights[start])
        found[start] = best
        losses[start] = donors_of(best, distances, outcomes, weights[start], support, root, linear, table)
        tried += more
    return tried


@numba.njit(nogil=True, error_model="numpy")
def wander(point, distances, outcomes, allowed, steps, found, weights):  # type: ignore[no-untyped-def]
    """A random walk through the points with no more than the allowed loss; where it was, and the donor weights there.

    `steps` are standard normal, of shape (walked, predictors); one that leaves the set is not taken.
    """
    donors, table = len(outcomes), table_of(distances, outcomes)
    support, root = np.empty(donors, np.int64), np.empty((donors, donors))
    linear, tried = np.zeros(donors), np.empty(donors)
    here = point.copy()
    donors_of(here, distances, outcomes, tried, support, root, linear, table)
    last = tried.copy()
    for step in range(len(steps)):
        there = here + REACH[step % len(REACH)] * steps[step]
        there -= there.max()
        if donors_of(there, distances, outcomes, tried, support, root, linear, table) <= allowed:
            here, last = there, tried.copy()
        found[step], weights[step] = here, last


@numba.njit(nogil=True, error_model="numpy")
def search_among(points, distances, outcomes, searches, apart, limit, weights):  # type: ignore[no-untyped-def]
    """Searches from those of many points that fit best and lie apart; the best logarithms and their loss.

    `weights` become the donor weights there. Two points lie apart where a logarithm differs by more than `apart`.
    """
    donors, table = len(outcomes), table_of(distances, outcomes)
    support, root, linear = np.empty(donors, np.int64), np.empty((donors, donors)), np.zeros(donors)
    losses = np.empty(len(points))
    for place in range(len(points)):
        losses[place] = donors_of(points[place], distances, outcomes, weights, support, root, linear, table)
    begun = np.empty(searches, np.int64)
    number, best, least = 0, points[0], np.inf
    for point in np.argsort(losses):
        near = False
        for other in begun[:number]:
            near |= np.abs(points[point] - points[other]).max() <= apart
        if near:
            continue
        found, loss, _ = descend(points[point], distances, outcomes, limit, support, root, linear, table, weights)
        if loss < least:
            best, least = found, loss
        begun[number] = point
        number += 1
        if number == searches:
            break
    return best, donors_of(best, distances, outcomes, weights, support, root, linear, table)


keep(search, wander, search_among)
