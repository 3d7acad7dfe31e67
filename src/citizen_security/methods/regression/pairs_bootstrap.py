"""Regressions refitted on clusters drawn with replacement, from their cross-products alone."""

from typing import TYPE_CHECKING

import numpy as np

from ..resampling import drawn_counts
from .errors import UNIDENTIFIED, cluster_products
from .least_squares import LeastSquares, generalized_inverse

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Draws that are refitted at a time, so that memory does not grow with their number.
BLOCK = 1_000


def pairs_bootstrap(fits: "list[LeastSquares]", draws: int = 1_999, seed: int = 2020) -> "list[NDArray[np.float64]]":
    """Estimates of several regressions on the same rows, clusters drawn with replacement, all from the same draws.

    A cluster drawn twice counts as two, each with its own effect. Draws that leave a coefficient without
    identification hold missing numbers.

    Parameters
    ----------
    fits : list of LeastSquares
        On the same sample.
    draws : int
    seed : int

    Returns
    -------
    list of numpy.ndarray, shape (draws, regressors)
        One for each fit.
    """
    counts = drawn_counts(fits[0].clusters, draws, np.random.default_rng(seed)).astype(float)
    return [_refitted(fit, counts) for fit in fits]


def _refitted(fit: LeastSquares, counts: "NDArray[np.float64]") -> "NDArray[np.float64]":
    grams, products = cluster_products(fit)
    blocks = np.array_split(counts, -(-len(counts) // BLOCK))
    return np.concatenate([_refitted_block(block, grams, products, len(fit.regressors)) for block in blocks])


def _refitted_block(
    counts: "NDArray[np.float64]", grams: "NDArray[np.float64]", products: "NDArray[np.float64]", size: int
) -> "NDArray[np.float64]":
    gram = np.tensordot(counts, grams, axes=1)
    inverse = generalized_inverse(gram)
    coefficients = np.einsum("bij,bj->bi", inverse, counts @ products)[:, :size]
    off = np.abs((inverse @ gram)[:, :size, :] - np.eye(gram.shape[-1])[:size]).max(axis=(1, 2))
    refitted: NDArray[np.float64] = np.where(off[:, None] < UNIDENTIFIED, coefficients, np.nan)
    return refitted
