"""The arithmetic of count panels, place after place, compiled: 5,570 places and 20 years in tenths of a second.

Each place has a covariance of its own, `stable + scale * passing`, and at each of its times a normal stand-in for its
count, given by a precision and a precision times mean (`sites`). A time without count has a precision of zero.
"""

import numba
import numpy as np

from ..cholesky import factorise, invert_root
from ..machine_code import keep

# Gauss–Hermite nodes laid about the normal approximation of each log rate, as wide as it is.
NODES = 15
POINTS, _weights = np.polynomial.hermite_e.hermegauss(NODES)
LOG_WEIGHTS = np.log(_weights / _weights.sum())

# The smallest precision of a stand-in: an empty year of a hamlet says next to nothing, and nothing negative.
LEAST_PRECISION = 1e-10


@numba.njit(nogil=True, error_model="numpy")
def gather(sites, stable, passing, scale, group, start, stop, inner, pull, by_group, pull_by_group):  # type: ignore[no-untyped-def]
    """What places `start` to `stop` say of their group's path, and the log of their integrals at a path of zero.

    For each place, `inner` becomes the inverse of its covariance plus that of its stand-ins, and `pull` the product of
    `inner` with the means of the stand-ins. Both are added up by group.
    """
    times = sites.shape[2]
    covariance, root, transposed = np.empty((times, times)), np.zeros((times, times)), np.zeros((times, times))
    roots, carried, ones, total = np.empty(times), np.empty(times), np.ones(times), 0.0
    for place in range(start, stop):
        precision, linear, of_group = sites[0, place], sites[1, place], group[place]
        for row in range(times):
            roots[row] = np.sqrt(precision[row])
            for column in range(row + 1):
                covariance[row, column] = stable[row, column] + scale[place] * passing[row, column]
                covariance[column, row] = covariance[row, column]
        for row in range(times):
            for column in range(row + 1):
                root[row, column] = roots[row] * covariance[row, column] * roots[column]
        total -= factorise(root, ones, root) / 2
        invert_root(root, transposed)
        for row in range(times):
            for column in range(row + 1):
                left = 0.0
                for k in range(row, times):
                    left += transposed[row, k] * transposed[column, k]
                left *= roots[row] * roots[column]
                inner[place, row, column] = left
                inner[place, column, row] = left
        for row in range(times):
            left = 0.0
            for k in range(times):
                left += covariance[row, k] * linear[k]
            carried[row] = left
        for row in range(times):
            left = linear[row]
            for k in range(times):
                left -= inner[place, row, k] * carried[k]
            pull[place, row] = left
            total += carried[row] * left / 2
            pull_by_group[of_group, row] += left
            for column in range(times):
                by_group[of_group, row, column] += inner[place, row, column]
    return total


@numba.njit(nogil=True, error_model="numpy")
def spread(stable, passing, scale, group, start, stop, inner, pull, path, path_root, mean, variance):  # type: ignore[no-untyped-def]
    """Mean and variance of every log rate of places `start` to `stop`, given what all say of their groups' paths."""
    times = stable.shape[0]
    covariance, taken, left = np.empty(times), np.empty(times), np.empty(times)
    for place in range(start, stop):
        of_group = group[place]
        of_place, root = inner[place], path_root[of_group]
        for row in range(times):
            for column in range(times):
                covariance[column] = stable[row, column] + scale[place] * passing[row, column]
                taken[column] = 0.0
                left[column] = root[row, column]
            # Row after row: neighbours in memory are worked on together, and each sum keeps its order.
            for k in range(times):
                factor = covariance[k]
                for column in range(times):
                    taken[column] += factor * of_place[k, column]
            for k in range(times):
                factor = taken[k]
                for column in range(k + 1):
                    left[column] -= factor * root[k, column]
            centre, own = path[of_group, row], covariance[row]
            for column in range(times):
                centre += covariance[column] * pull[place, column] - taken[column] * path[of_group, column]
                own -= taken[column] * covariance[column]
            for column in range(times):
                own += left[column] * left[column]
            mean[place, row], variance[place, row] = centre, own


@numba.njit(nogil=True, error_model="numpy")
def match(counts, exposure, sites, mean, variance, start, stop, matched):  # type: ignore[no-untyped-def]
    """Match the mean and variance of each log rate under its count's own Poisson likelihood; the sum of log integrals.

    `matched` becomes the precision and linear term of the stand-ins that have these moments. The sum is that of the
    integrals of the likelihoods over those of the stand-ins; not a number where a variance is not positive.
    """
    total = 0.0
    points, terms = np.empty(NODES), np.empty(NODES)
    for place in range(start, stop):
        for time in range(counts.shape[1]):
            if exposure[place, time] <= 0:
                matched[0, place, time] = 0.0
                matched[1, place, time] = 0.0
                continue
            count, size = counts[place, time], exposure[place, time]
            precision, linear = sites[0, place, time], sites[1, place, time]
            centre, own = mean[place, time], variance[place, time]
            without = 1 / own - precision
            if not without > 0:
                return np.nan
            centre_without = (centre / own - linear) / without
            deviation = np.sqrt(own)
            largest = -np.inf
            for node in range(NODES):
                x = POINTS[node]
                points[node] = centre + deviation * x
                away = points[node] - centre_without
                terms[node] = (
                    LOG_WEIGHTS[node] + count * points[node] - size * np.exp(points[node])
                    - without * away * away / 2 + x * x / 2
                )  # fmt: skip
                largest = max(largest, terms[node])
            integral, first, second = 0.0, 0.0, 0.0
            for node in range(NODES):
                weight = np.exp(terms[node] - largest)
                away = points[node] - centre
                integral += weight
                first += weight * away
                second += weight * away * away
            first /= integral
            second = second / integral - first * first
            total += largest + np.log(integral * np.sqrt(without) * deviation)
            both, pulled = without + precision, without * centre_without + linear
            total -= (np.log(without / both) + pulled**2 / both - without * centre_without**2) / 2
            matched[0, place, time] = max(1 / second - without, LEAST_PRECISION)
            matched[1, place, time] = (centre + first) / second - without * centre_without
    return total


@numba.njit(nogil=True, error_model="numpy")
def slope(scale, size, group, start, stop, inner, pull, path, path_root, sums):  # type: ignore[no-untyped-def]
    """Derivative of the log integral by places' covariances: summed plain, by `scale`, and by `scale` times `size`.

    `sums`, of zeros, becomes the three.
    """
    times = path.shape[1]
    left_over, taken, left = np.empty(times), np.empty((times, times)), np.empty(times)
    for place in range(start, stop):
        of_group = group[place]
        of_place, root = inner[place], path_root[of_group]
        for row in range(times):
            left_over[row] = pull[place, row]
        for k in range(times):
            factor = path[of_group, k]
            for row in range(times):
                left_over[row] -= of_place[k, row] * factor
        for column in range(times):
            for row in range(times):
                taken[column, row] = 0.0
            for k in range(column, times):
                factor = root[k, column]
                for row in range(times):
                    taken[column, row] += of_place[k, row] * factor
        for row in range(times):
            for column in range(row + 1):
                left[column] = left_over[row] * left_over[column] - of_place[row, column]
            for k in range(times):
                factor = taken[k, row]
                for column in range(row + 1):
                    left[column] += factor * taken[k, column]
            for column in range(row + 1):
                sums[0, row, column] += left[column] / 2
                sums[1, row, column] += left[column] / 2 * scale[place]
                sums[2, row, column] += left[column] / 2 * scale[place] * size[place]
    for row in range(times):
        for column in range(row):
            for kind in range(3):
                sums[kind, column, row] = sums[kind, row, column]


keep(gather, spread, match, slope)
