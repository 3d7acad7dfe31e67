"""Joint draws of log rates at times that are asked for, seen or still to come."""

from dataclasses import replace

import numpy as np

from .. import require
from ..arrays import Floats
from .covariances import Covariances, Deviations, covariances
from .propagation import CountPanel, Propagated, passed

# Rows of places that are multiplied at once: keeps the memory of a large country small.
BLOCK = 500


def with_times(panel: CountPanel, times: Floats) -> CountPanel:
    """The panel with times appended at which nothing was counted.

    Parameters
    ----------
    panel : CountPanel
    times : numpy.ndarray, shape (n_asked,)
        In years; one that the panel has stands for a rate of that year without its noise.

    Returns
    -------
    CountPanel
        Its `size` may differ in rounding only.
    """
    nothing = np.zeros((len(panel.group), len(times)))
    return replace(
        panel,
        counts=np.hstack([panel.counts, nothing]),
        exposure=np.hstack([panel.exposure, nothing]),
        times=np.concatenate([panel.times, times]),
    )


def draw_paths(
    panel: CountPanel,
    deviations: Deviations,
    sites: Floats,
    asked: Floats,
    draws: int,
    generator: np.random.Generator,
) -> Floats:
    """Draw the log rates of all places at the times asked for, without the noise of single years.

    Parameters
    ----------
    panel : CountPanel
    deviations : Deviations
    sites : numpy.ndarray, shape (2, n_places, n_times)
        Stand-ins found for these deviations.
    asked : numpy.ndarray, shape (n_asked,)
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, n_places, n_asked)
        Log rates; the nation's and the groups' paths are shared within a draw.
    """
    require.some("draws", draws)
    require.finite("asked", asked)
    number = len(asked)
    longer = with_times(panel, asked)
    shaped = covariances(deviations, longer.times, panel.size)
    state = passed(longer, shaped, np.concatenate([sites, np.zeros((2, len(panel.group), number))], axis=2))
    paths = _group_paths(longer, shaped, state, draws, generator)
    drawn = np.empty((draws, len(panel.group), number))
    for start in range(0, len(panel.group), BLOCK):
        rows = slice(start, start + BLOCK)
        scale = shaped.scale[rows, np.newaxis, np.newaxis]
        waves = shaped.stable + scale * shaped.waves
        asked_rows = waves[:, -number:]
        taken = asked_rows @ state.inner[rows]
        left = _left(waves[:, -number:, -number:] - taken @ asked_rows.swapaxes(1, 2))
        centre = (asked_rows @ state.pull[rows, :, np.newaxis])[..., 0] + panel.centre
        own = paths[:, panel.group[rows]]
        values = own[..., -number:] - np.einsum("pat,dpt->dpa", taken, own, optimize=True)
        values += centre + np.einsum("pab,dpb->dpa", left, generator.standard_normal(values.shape))
        drawn[:, rows] = values
    return drawn


def _group_paths(
    longer: CountPanel, shaped: Covariances, state: Propagated, draws: int, generator: np.random.Generator
) -> Floats:
    """Paths of the groups with the nation's in them, shape (draws, n_groups, n_times)."""
    times = len(longer.times)
    nation = state.nation_mean + generator.standard_normal((draws, times)) @ _left(state.nation_covariance).T
    left = np.eye(times) - shaped.group @ state.group_inner
    covariance = shaped.group - shaped.group @ state.group_inner @ shaped.group
    noise = generator.standard_normal((draws, longer.groups, times))
    paths: Floats = np.einsum("gst,dt->dgs", left, nation) + state.group_pull @ shaped.group
    paths += np.einsum("gst,dgt->dgs", _left(covariance), noise)
    return paths


def _left(covariances_: Floats) -> Floats:
    """A matrix whose product with its transpose is the covariance, which may have no inverse."""
    values, vectors = np.linalg.eigh((covariances_ + covariances_.swapaxes(-1, -2)) / 2)
    left: Floats = vectors * np.sqrt(values.clip(min=0))[..., np.newaxis, :]
    return left
