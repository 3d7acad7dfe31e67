"""Simulated panels with treated units, and second implementations of weights on the simplex, by other algorithms."""

from itertools import combinations

import numpy as np

from citizen_security.methods.synthetic_control.panels import TreatedPanel


def outcomes(seed, units=16, periods=26, factors=2, noise=1.0, walks=True):
    """Units on the paths of a few factors, which walk at random or are drawn anew; all units are drawn alike."""
    random = np.random.default_rng(seed)
    paths = random.normal(size=(factors, periods))
    paths = paths.cumsum(axis=1) if walks else paths
    loadings = random.dirichlet(np.ones(factors), size=units) * 3
    return 50 + 3 * loadings @ paths + noise * random.normal(size=(units, periods))


def factor_panel(seed, *, treated=1, before=18, effect=0.0, **shape):
    """A panel whose first units are treated with a constant effect."""
    table = outcomes(seed, **shape)
    table[:treated, before:] += effect
    names = tuple(str(number) for number in range(len(table)))
    return TreatedPanel(names, np.arange(table.shape[1]), table, treated, before)


def projected(values):
    """Nearest point of the simplex (Held, Wolfe and Crowder 1974)."""
    ordered = np.sort(values)[::-1]
    level = (ordered.cumsum() - 1) / np.arange(1, len(values) + 1)
    return np.maximum(values - level[np.flatnonzero(ordered > level)[-1]], 0)


def by_projected_gradient(rows, ridge=0.0, linear=0.0, steps=20_000):
    """Weights that minimise |rows' w|² + ridge |w|² + linear'w, by accelerated projected gradients."""
    gram = rows @ rows.T + ridge * np.eye(len(rows))
    step = 1 / (2 * np.linalg.eigvalsh(gram)[-1])
    weights = ahead = np.full(len(rows), 1 / len(rows))
    momentum = 1.0
    for _ in range(steps):
        found = projected(ahead - step * (2 * gram @ ahead + linear))
        uphill = (ahead - found) @ (found - weights) > 0
        following = 1.0 if uphill else (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = found + (0 if uphill else (momentum - 1) / following) * (found - weights)
        if np.abs(found - weights).max() < 1e-13 and not uphill:
            return found
        weights, momentum = found, following
    return weights


def by_enumeration(rows, ridge=0.0, linear=0.0):
    """The least loss over the simplex, from the linear equations of every set of donors."""
    donors = len(rows)
    linear = np.broadcast_to(linear, donors)
    best, least = None, np.inf
    for size in range(1, donors + 1):
        for chosen in map(list, combinations(range(donors), size)):
            gram = 2 * (rows[chosen] @ rows[chosen].T + ridge * np.eye(size))
            system = np.block([[gram, np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
            found = np.linalg.lstsq(system, np.append(-linear[chosen], 1.0), rcond=None)[0][:size]
            if found.min() < -1e-12 or abs(found.sum() - 1) > 1e-9:
                continue
            weights = np.zeros(donors)
            weights[chosen] = found
            loss = loss_of(rows, weights, ridge, linear)
            if loss < least:
                best, least = weights, loss
    return best, least


def loss_of(rows, weights, ridge=0.0, linear=0.0):
    return float(((weights @ rows) ** 2).sum() + ridge * (weights**2).sum() + np.sum(linear * weights))
