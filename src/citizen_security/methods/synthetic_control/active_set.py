"""The quadratic programme over the simplex in compiled code: exact, after finitely many steps.

Minimises `|Dw|² / 2 + ridge |w|² / 2 + p'w` over weights that are not negative and sum to one, where the columns of `D`
are the distances of the donors from the target. A set of donors carries the weights; the donor that would lower the
loss fastest comes in, the best weights of the set are solved for, and donors whose weight would fall below zero leave.
The loss falls at each step and the sets are finitely many. Slopes come from the distances that the weights leave:
products of pairs of donors are taken in the set alone.

References
----------
Wolfe (1976), Mathematical Programming 11, for the nearest point of a polytope; Lawson and Hanson (1974), Solving Least
Squares Problems, chapter 23, for the order of the steps.
"""

import numba
import numpy as np

from ..machine_code import keep

# A donor whose part that others do not span is a smaller share of its square than this lies in their affine hull.
DEPENDENT = 1e-13

# A gradient lower than the level by less than this share of the largest square is rounding.
ROUNDING = 1e-14

# Slopes that differ by less than this share of the largest square are level.
LEVEL_SLOPE = 1e-9

# The largest and the smallest number, to tell what is none and to hold no bound against less.
MOST, SMALLEST = float(np.finfo(float).max), float(np.finfo(float).tiny)

# Steps for each donor; two are usual.
STEPS = 30


@numba.njit(nogil=True, error_model="numpy")
def extend(distances, ridge, shift, support, size, root):  # type: ignore[no-untyped-def]
    """Add the donor `support[size]` as a row to the factor; whether the others leave a part of it.

    The shift adds a constant to the products of donors, which changes no loss where weights sum to one, and makes
    donors that are affinely independent linearly so.
    """
    entering = support[size]
    own = ridge + shift
    for place in range(len(distances)):
        own += distances[place, entering] ** 2
    left = own
    for row in range(size):
        entry = shift
        for place in range(len(distances)):
            entry += distances[place, entering] * distances[place, support[row]]
        for k in range(row):
            entry -= root[size, k] * root[row, k]
        root[size, row] = entry / root[row, row]
        left -= root[size, row] ** 2
    independent = left > DEPENDENT * own
    root[size, size] = np.sqrt(left) if independent else 0.0
    return independent


@numba.njit(nogil=True, error_model="numpy")
def substitute(root, size, values):  # type: ignore[no-untyped-def]
    """Solve with the factor and its transpose, in place."""
    for row in range(size):
        for k in range(row):
            values[row] -= root[row, k] * values[k]
        values[row] /= root[row, row]
    substitute_back(root, size, values)


@numba.njit(nogil=True, error_model="numpy")
def substitute_back(root, size, values):  # type: ignore[no-untyped-def]
    """Solve with the transpose of the factor, in place."""
    for row in range(size - 1, -1, -1):
        for k in range(row + 1, size):
            values[row] -= root[k, row] * values[k]
        values[row] /= root[row, row]


@numba.njit(nogil=True, error_model="numpy")
def drop(distances, ridge, shift, support, size, root, place):  # type: ignore[no-untyped-def]
    """Take one donor out of the set and factorise what followed it again."""
    for row in range(place, size - 1):
        support[row] = support[row + 1]
    for row in range(place, size - 1):
        extend(distances, ridge, shift, support, row, root)
    return size - 1


@numba.njit(nogil=True, error_model="numpy")
def slopes_of(distances, ridge, linear, weights, support, size, slopes):  # type: ignore[no-untyped-def]
    """Set the slope of the loss for each donor; their mean by the weights, which lie on the first of `support`.

    Donors lie side by side, so that the processor takes several at once.
    """
    length, donors = distances.shape
    for donor in range(donors):
        slopes[donor] = linear[donor]
    for place in range(length):
        left = 0.0
        for k in range(size):
            left += weights[support[k]] * distances[place, support[k]]
        for donor in range(donors):
            slopes[donor] += left * distances[place, donor]
    level = 0.0
    for k in range(size):
        slopes[support[k]] += ridge * weights[support[k]]
        level += weights[support[k]] * slopes[support[k]]
    return level


@numba.njit(nogil=True, error_model="numpy")
def minimise(distances, ridge, linear, weights, support, root):  # type: ignore[no-untyped-def]
    """Weights that minimise the loss; how many donors carry them, and the largest square that rounding is told by.

    `support` and `root` become the set of these donors and its factor.
    """
    length, donors = distances.shape
    inside, banned = np.zeros(donors, np.bool_), np.zeros(donors, np.bool_)
    ones, pulled, found = np.empty(donors), np.empty(donors), np.empty(donors)
    slopes, squares = np.empty(donors), np.full(donors, ridge)
    for place in range(length):
        for donor in range(donors):
            squares[donor] += distances[place, donor] ** 2
    largest, steepest, shift, first = 0.0, 0.0, 0.0, 0
    for donor in range(donors):
        steepest = max(steepest, abs(linear[donor]))
        largest = max(largest, squares[donor], steepest)
        shift += squares[donor] / donors
        weights[donor] = 0.0
        if squares[donor] / 2 + linear[donor] < squares[first] / 2 + linear[first]:
            first = donor
    if shift <= 0:
        shift = 1.0
    support[0], weights[first], inside[first] = first, 1.0, True
    extend(distances, ridge, shift, support, 0, root)
    size = 1
    for _ in range(STEPS * donors + STEPS):
        entering, lowest = -1, np.inf
        level = slopes_of(distances, ridge, linear, weights, support, size, slopes)
        for donor in range(donors):
            if not inside[donor] and not banned[donor] and slopes[donor] < lowest:
                entering, lowest = donor, slopes[donor]
        if entering < 0 or lowest >= level - ROUNDING * largest:
            break
        support[size] = entering
        if not extend(distances, ridge, shift, support, size, root):
            # The loss is straight along the way in: follow it to where the first of the others has no weight left.
            for k in range(size):
                found[k] = root[size, k]
            substitute_back(root, size, found)
            step, leaving = np.inf, 0
            for k in range(size):
                if found[k] > 0 and weights[support[k]] / found[k] < step:
                    step, leaving = weights[support[k]] / found[k], k
            for k in range(size):
                weights[support[k]] -= step * found[k]
            weights[entering] = step
            weights[support[leaving]], inside[support[leaving]] = 0.0, False
            size = drop(distances, ridge, shift, support, size + 1, root, leaving)
        else:
            size += 1
        inside[entering] = True
        while True:
            total_ones, total_pulled = 0.0, 0.0
            for k in range(size):
                ones[k], pulled[k] = 1.0, linear[support[k]]
            substitute(root, size, ones)
            if steepest > 0:
                substitute(root, size, pulled)
            for k in range(size):
                total_ones += ones[k]
                total_pulled += pulled[k]
            step, leaving = 1.0, -1
            for k in range(size):
                found[k] = (1 + total_pulled) / total_ones * ones[k] - pulled[k]
                if found[k] <= 0:
                    ratio = weights[support[k]] / (weights[support[k]] - found[k])
                    if leaving < 0 or ratio < step:
                        step, leaving = ratio, k
            for k in range(size):
                weights[support[k]] += step * (found[k] - weights[support[k]])
            if leaving < 0:
                break
            weights[support[leaving]], inside[support[leaving]] = 0.0, False
            size = drop(distances, ridge, shift, support, size, root, leaving)
        # A donor that came in and left at once would do so for ever; it may come back once the others have moved.
        if inside[entering]:
            banned[:] = False
        else:
            banned[entering] = True
    return size, largest


@numba.njit(nogil=True, error_model="numpy")
def refine(distances, ridge, linear, weights, support, size, root, slopes):  # type: ignore[no-untyped-def]
    """Newton's step on the donors that carry weights, from the slopes where the search ended."""
    level = slopes_of(distances, ridge, linear, weights, support, size, slopes)
    moved, ones = np.empty(size), np.ones(size)
    for k in range(size):
        moved[k] = slopes[support[k]] - level
    substitute(root, size, moved)
    substitute(root, size, ones)
    total_moved, total_ones = 0.0, 0.0
    for k in range(size):
        total_moved += moved[k]
        total_ones += ones[k]
    lowest, total = np.inf, 0.0
    for k in range(size):
        moved[k] = weights[support[k]] - moved[k] + total_moved / total_ones * ones[k]
        lowest = min(lowest, moved[k])
        total += moved[k]
    # Where the factor is nearly singular the step is no better than what it starts from.
    if lowest > 0 and abs(total - 1) < 0.5:
        for k in range(size):
            weights[support[k]] = moved[k] / total


@numba.njit(nogil=True, error_model="numpy")
def lower_bound(distances, ridge, linear, weights, support, size, largest, slopes):  # type: ignore[no-untyped-def]
    """How much lower the loss could be at most, and how many donors could take weight at no loss.

    A convex loss lies above its tangent: none on the simplex is lower than this one by more than the level of the
    slopes above the lowest of them.
    """
    level = slopes_of(distances, ridge, linear, weights, support, size, slopes)
    lowest, level_ones = np.inf, 0
    for donor in range(len(slopes)):
        lowest = min(lowest, slopes[donor])
        if slopes[donor] <= level + LEVEL_SLOPE * largest:
            level_ones += 1
    return level - lowest, level_ones


@numba.njit(nogil=True, error_model="numpy")
def all_finite(table):  # type: ignore[no-untyped-def]
    """Whether a table has no missing and no infinite number."""
    fine = True
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            fine &= abs(table[row, column]) <= MOST
    return fine


@numba.njit(nogil=True, error_model="numpy")
def fit_each(  # type: ignore[no-untyped-def]
    targets, outcomes, allowed, first, stop, centred, ridge, penalty, cost, loose, weights, bound, unique
):
    """Weights of every problem, a bound for each on what is lost, and whether others lose as little.

    A setting that is the same for all problems, or all units, is given once.

    Returns
    -------
    finite : bool
        Whether all targets and outcomes are numbers; where not, nothing else is done.
    at_fault : int
        The first problem whose bound is above the share `loose` of the squares of the data; -1 where none is.
    tied : bool
        Whether any weights are not unique.
    """
    if not (all_finite(targets) and all_finite(outcomes)):
        return False, -1, False
    units, periods = outcomes.shape
    within, squares = np.empty(units * periods), np.empty(units)
    linear, found, slopes = np.empty(units), np.empty(units), np.empty(units)
    support, root, names = np.empty(units, np.int64), np.empty((units, units)), np.empty(units, np.int64)
    at_fault, tied = -1, False
    for problem in range(len(targets)):
        row = problem if len(allowed) > 1 else 0
        start = first[problem if len(first) > 1 else 0]
        length, donors = min(stop[problem if len(stop) > 1 else 0], periods) - start, 0
        for unit in range(units):
            weights[problem, unit] = 0.0
            if allowed[row, unit if allowed.shape[1] > 1 else 0]:
                names[donors] = unit
                donors += 1
        distances = within[: length * donors].reshape((length, donors))
        own = 0.0
        if centred:
            for place in range(length):
                own += targets[problem, start + place] / length
        for donor in range(donors):
            mean = 0.0
            if centred:
                for place in range(length):
                    mean += outcomes[names[donor], start + place] / length
            for place in range(length):
                distance = outcomes[names[donor], start + place] - mean - targets[problem, start + place] + own
                distances[place, donor] = distance
            squares[donor] = 0.0
            slopes[donor] = 0.0
        largest = 0.0
        for place in range(length):
            for donor in range(donors):
                away = abs(distances[place, donor])
                slopes[donor] = away if away > slopes[donor] else slopes[donor]
        for donor in range(donors):
            largest = max(largest, slopes[donor])
        # In these units no square is too large or small for the arithmetic, whatever the outcome is counted in.
        unit_of_distance = largest if largest > 0 else 1.0
        own_ridge, steepest = ridge[problem if len(ridge) > 1 else 0] / unit_of_distance**2, 0.0
        for place in range(length):
            for donor in range(donors):
                distances[place, donor] /= unit_of_distance
                squares[donor] += distances[place, donor] ** 2
        share = penalty[problem if len(penalty) > 1 else 0]
        for donor in range(donors):
            asked = cost[problem if len(cost) > 1 else 0, names[donor] if cost.shape[1] > 1 else 0]
            linear[donor] = share * squares[donor] / 2 + asked / (2 * unit_of_distance**2)
            steepest = max(steepest, abs(linear[donor]))
        size, square = minimise(distances, own_ridge, linear[:donors], found[:donors], support, root)
        refine(distances, own_ridge, linear[:donors], found[:donors], support, size, root, slopes[:donors])
        gap, level_ones = lower_bound(
            distances, own_ridge, linear[:donors], found[:donors], support, size, square, slopes[:donors]
        )
        bound[problem] = 2 * gap * unit_of_distance**2
        if at_fault < 0 and not bound[problem] <= loose * max(unit_of_distance**2 * (length + 2 * steepest), SMALLEST):
            at_fault = problem
        unique[problem] = own_ridge > 0 or level_ones <= size
        tied |= not unique[problem]
        for donor in range(donors):
            weights[problem, names[donor]] = found[donor]
    return True, at_fault, tied


keep(fit_each)
