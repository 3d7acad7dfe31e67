"""Count panels computed plainly, as one dense field of all log rates, to hold the nested ones to."""

import numpy as np
from scipy import special, stats

from citizen_security.methods.count_panels.covariances import covariances


def dense_field(panel, at, standard=0.0, sweeps=60):
    """The same model as one normal field of all log rates, with plain expectation propagation: nothing is nested.

    `standard` is the covariance of the standard levels that neighbours share.
    """
    shaped = covariances(at, panel.times, panel.size)
    places, times = panel.counts.shape
    own = [shaped.stable + scale * shaped.passing for scale in shaped.scale]
    same_group = np.equal.outer(panel.group, panel.group)
    prior = np.kron(np.ones((places, places)), shaped.nation) + np.kron(same_group, shaped.group)
    prior += np.kron(shaped.shared * standard * np.ones((places, places)), np.ones((times, times)))
    for place in range(places):
        rows = slice(place * times, (place + 1) * times)
        prior[rows, rows] += own[place]
    seen = (panel.exposure > 0).ravel()
    counts, sizes = panel.counts.ravel()[seen], panel.exposure.ravel()[seen] * np.exp(panel.centre)
    inside = prior[np.ix_(seen, seen)]
    precision, linear = np.full(len(counts), 0.1), np.zeros(len(counts))
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    for _ in range(sweeps):
        covariance = np.linalg.inv(np.linalg.inv(inside) + np.diag(precision))
        mean, variance = covariance @ linear, np.diag(covariance)
        without = 1 / variance - precision
        centre = (mean / variance - linear) / without
        points = centre[:, None] + nodes / np.sqrt(without)[:, None]
        mass = weights * np.exp(stats.poisson.logpmf(counts[:, None], sizes[:, None] * np.exp(points)))
        total = mass.sum(axis=1)
        first = (mass * points).sum(axis=1) / total
        second = (mass * points**2).sum(axis=1) / total - first**2
        precision, linear = 1 / second - without, first / second - centre * without
    root = np.linalg.slogdet(np.eye(len(counts)) + inside * precision)[1]
    both = without + precision
    of_sites = (np.log(without / both) + (without * centre + linear) ** 2 / both - without * centre**2) / 2
    evidence = linear @ covariance @ linear / 2 - root / 2 + (np.log(total) - of_sites).sum()
    # Factors of the counts alone are left out, as the method leaves them out.
    return mean, variance, evidence + (special.gammaln(counts + 1) - special.xlogy(counts, sizes)).sum()


def dense_moments(panel, at, sites, asked, standard=0.0):
    """Mean and deviation of log rates at times asked for, by one dense field; correlation of places 0 and 2."""
    times = np.concatenate([panel.times, asked])
    shaped = covariances(at, times, panel.size)
    places, number = len(panel.group), len(times)
    same_group = np.equal.outer(panel.group, panel.group)
    prior = np.kron(np.ones((places, places)), shaped.nation) + np.kron(same_group, shaped.group)
    prior += np.kron(shaped.shared * standard * np.ones((places, places)), np.ones((number, number)))
    known = np.arange(number) < len(panel.times)
    for place in range(places):
        rows = slice(place * number, (place + 1) * number)
        noise = at.noise**2 * np.diag(known.astype(float))
        prior[rows, rows] += shaped.stable + shaped.scale[place] * (shaped.waves + noise)
    full = np.zeros((2, places, number))
    full[:, :, : len(panel.times)] = sites
    covariance = np.linalg.inv(np.linalg.inv(prior + 1e-9 * np.eye(len(prior))) + np.diag(full[0].ravel()))
    mean = (covariance @ full[1].ravel()).reshape(places, number) + panel.centre
    deviation = np.sqrt(np.diag(covariance)).reshape(places, number)
    first, second = number - 1, 2 * number + number - 1
    correlation = covariance[first, second] / np.sqrt(covariance[first, first] * covariance[second, second])
    return mean[:, ~known], deviation[:, ~known], correlation
