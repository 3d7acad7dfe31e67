"""Draws that several methods resample with: weights of clusters, clusters drawn again."""

from typing import TYPE_CHECKING

import numpy as np

from citizen_security.methods.regression.names import BootstrapWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray


def bootstrap_multipliers(
    clusters: int, draws: int, weights: BootstrapWeights, seed: int
) -> "tuple[NDArray[np.float64], bool]":
    """Weights of each country in each draw, and whether they are all there are; shape (clusters, draws)."""
    if weights == "rademacher" and 2**clusters <= draws:
        codes = np.arange(2**clusters)
        return 1.0 - 2.0 * ((codes >> np.arange(clusters)[:, None]) & 1).astype(np.float64), True
    random = np.random.default_rng(seed)
    values: NDArray[np.float64] = np.array([-1.0, 1.0]) if weights == "rademacher" else np.concatenate([-WEBB, WEBB])
    return values[random.integers(len(values), size=(clusters, draws))], False


# The six points of Webb's distribution are these and their negatives.
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
