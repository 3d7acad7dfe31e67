"""Maps for the tests of neighbours: what is known of them plainly, and panels drawn on them."""

from dataclasses import replace

import numpy as np

from citizen_security.methods.count_panels.covariances import covariances
from citizen_security.methods.count_panels.neighbours import Neighbours
from citizen_security.methods.count_panels.propagation import CountPanel


def chessboard(rows, columns):
    """Pairs of a map of rows and columns that share a side."""
    number = np.arange(rows * columns).reshape(rows, columns)
    beside, below = ((number[:, :-1], number[:, 1:]), (number[:-1], number[1:]))
    return np.concatenate([np.stack([one.ravel(), other.ravel()], axis=1) for one, other in (beside, below)])


def plain_covariance(pairs, places):
    """Covariance of the shared parts by eigenvalues: the generalised inverse of the Laplacian of each piece, scaled."""
    laplacian = np.zeros((places, places))
    for one, other in pairs:
        laplacian[[one, other], [one, other]] += 1
        laplacian[[one, other], [other, one]] -= 1
    reached = np.linalg.matrix_power(np.eye(places) + (laplacian != 0), places) > 0
    covariance = np.zeros((places, places))
    for piece in {tuple(np.flatnonzero(row)) for row in reached}:
        inside = np.ix_(piece, piece)
        size = len(piece)
        covariance[inside] += 1 / size
        if size > 1:
            inverse = np.linalg.pinv(laplacian[inside], hermitian=True)
            covariance[inside] += (1 - 1 / size) * inverse / np.exp(np.log(np.diag(inverse)).mean())
    return covariance


def drawn_on_map(pairs, group, at, times, middling, generator):
    """A panel drawn from the model with neighbours, and its log rates without noise."""
    places, groups, zeros = len(group), int(group.max()) + 1, np.zeros(len(times))
    exposure = middling * np.exp(generator.normal(0, 0.7, places))[:, None] * np.ones(len(times))
    panel = CountPanel(
        np.zeros_like(exposure), exposure, group, groups, times, np.log(15.0), Neighbours.of(pairs, places)
    )
    shaped = covariances(at, times, panel.size)
    shared = generator.multivariate_normal(np.zeros(places), shaped.shared * plain_covariance(pairs, places))
    paths = generator.multivariate_normal(zeros, shaped.nation) + generator.multivariate_normal(
        zeros, shaped.group, groups
    )
    stable = generator.multivariate_normal(zeros, shaped.stable, places)
    scale = np.sqrt(shaped.scale)[:, None]
    waves = generator.multivariate_normal(zeros, shaped.waves, places) * scale
    signal = np.log(15.0) + paths[group] + stable + waves + shared[:, None]
    noise = at.noise * scale * generator.standard_normal(signal.shape)
    return replace(panel, counts=generator.poisson(exposure * np.exp(signal + noise)).astype(float)), signal
