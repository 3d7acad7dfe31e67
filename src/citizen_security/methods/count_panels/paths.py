"""Joint draws of log rates at times that are asked for, seen or still to come."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from .covariances import Deviations, covariances
from .propagation import CountPanel, passed
from .shared_levels import SharedLevels

# Rows of places that are multiplied at once: keeps the memory of a large country small.
BLOCK = 500


@dataclass(frozen=True)
class Paths:
    """The joint distribution of the log rates of all places at times asked for, to draw from as often as wanted.

    Attributes
    ----------
    group : numpy.ndarray of int, shape (n_places,)
    centre : numpy.ndarray, shape (n_places, n_asked)
        Mean of each place's log rates where its group's path is zero.
    taken : numpy.ndarray, shape (n_places, n_asked, n_times)
        What a path of the group at the times of the panel takes off again, since the counts have said so already.
    own : numpy.ndarray, shape (n_places, n_asked, n_asked)
        Times its transpose: covariance of what is a place's own.
    nation_mean : numpy.ndarray, shape (n_times + n_asked,)
    nation_left : numpy.ndarray, shape (n_times + n_asked, n_times + n_asked)
    group_mean : numpy.ndarray, shape (n_groups, n_times + n_asked)
        Of the groups' departures from the nation's path where that is zero.
    group_taken, group_left : numpy.ndarray, shape (n_groups, n_times + n_asked, n_times + n_asked)
    levels : SharedLevels or None
        Given the groups' paths at the times of the panel; none where no neighbours are known.
    """

    group: Integers
    centre: Floats
    taken: Floats
    own: Floats
    nation_mean: Floats
    nation_left: Floats
    group_mean: Floats
    group_taken: Floats
    group_left: Floats
    levels: SharedLevels | None

    def draw(self, draws: int, generator: np.random.Generator) -> Floats:
        """Draw log rates.

        Parameters
        ----------
        draws : int
        generator : numpy.random.Generator

        Returns
        -------
        numpy.ndarray, shape (draws, n_places, n_asked)
            The nation's and the groups' paths, and the levels of neighbours, are shared within a draw.
        """
        require.some("draws", draws)
        paths = self._group_paths(draws, generator)
        places, number = self.centre.shape
        levels = None if self.levels is None else self.levels.drawn(self.group, paths[..., :-number], generator)
        drawn = np.empty((draws, places, number))
        for start in range(0, places, BLOCK):
            rows = slice(start, start + BLOCK)
            path = paths[:, self.group[rows]]
            if levels is not None:
                path += levels[:, rows, np.newaxis]
            seen, asked = path[..., :-number], path[..., -number:]
            values = asked - np.einsum("pat,dpt->dpa", self.taken[rows], seen, optimize=True)
            noise = generator.standard_normal(values.shape)
            values += self.centre[rows] + np.einsum("pab,dpb->dpa", self.own[rows], noise)
            drawn[:, rows] = values
        return drawn

    def _group_paths(self, draws: int, generator: np.random.Generator) -> Floats:
        """Paths of the groups with the nation's in them, shape (draws, n_groups, n_times + n_asked)."""
        times = len(self.nation_mean)
        nation = self.nation_mean + generator.standard_normal((draws, times)) @ self.nation_left.T
        noise = generator.standard_normal((draws, len(self.group_mean), times))
        paths: Floats = np.einsum("gst,dt->dgs", self.group_taken, nation) + self.group_mean
        paths += np.einsum("gst,dgt->dgs", self.group_left, noise)
        return paths


def paths_of(panel: CountPanel, deviations: Deviations, sites: Floats, asked: Floats) -> Paths:
    """The log rates of all places at the times asked for, without the noise of single years.

    Parameters
    ----------
    panel : CountPanel
    deviations : Deviations
    sites : numpy.ndarray, shape (2, n_places, n_times)
        Stand-ins found for these deviations.
    asked : numpy.ndarray, shape (n_asked,)
        In years; one that the panel has stands for a rate of that year without its noise.

    Returns
    -------
    Paths
    """
    require.finite("asked", asked)
    number, seen = len(asked), len(panel.times)
    state = passed(panel, covariances(deviations, panel.times, panel.size), sites)
    # Nothing was counted at the times asked for: what stands in for counts says nothing there, and its inverse neither.
    shaped = covariances(deviations, np.concatenate([panel.times, asked]), panel.size)
    places = len(panel.group)
    centre, taken = np.empty((places, number)), np.empty((places, number, seen))
    own = np.empty((places, number, number))
    for start in range(0, places, BLOCK):
        rows = slice(start, start + BLOCK)
        waves = shaped.stable[-number:] + shaped.scale[rows, np.newaxis, np.newaxis] * shaped.waves[-number:]
        between, among = waves[..., :seen], waves[..., seen:]
        taken[rows] = between @ state.inner[rows]
        own[rows] = _left(among - taken[rows] @ between.swapaxes(1, 2))
        centre[rows] = (between @ state.pull[rows, :, np.newaxis])[..., 0] + panel.centre
    left = np.eye(seen + number) - shaped.group[:, :seen] @ _padded(state.group_inner, number)
    return Paths(
        group=panel.group,
        centre=centre,
        taken=taken,
        own=own,
        nation_mean=shaped.nation[:, :seen] @ state.nation_pull,
        nation_left=_left(shaped.nation - shaped.nation[:, :seen] @ state.nation_inner @ shaped.nation[:seen]),
        group_mean=state.group_pull @ shaped.group[:seen],
        group_taken=left,
        group_left=_left(left @ shaped.group),
        levels=state.levels,
    )


def draw_paths(
    panel: CountPanel, deviations: Deviations, sites: Floats, asked: Floats, draws: int, generator: np.random.Generator
) -> Floats:
    """Draw from `paths_of` once.

    Parameters
    ----------
    panel : CountPanel
    deviations : Deviations
    sites : numpy.ndarray, shape (2, n_places, n_times)
    asked : numpy.ndarray, shape (n_asked,)
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, n_places, n_asked)
        Log rates; the nation's and the groups' paths, and the levels of neighbours, are shared within a draw.
    """
    return paths_of(panel, deviations, sites, asked).draw(draws, generator)


def _padded(inner: Floats, number: int) -> Floats:
    """With columns of zeros for times at which nothing was counted."""
    return np.concatenate([inner, np.zeros((*inner.shape[:2], number))], axis=2)


def _left(covariances_: Floats) -> Floats:
    """A matrix whose product with its transpose is the covariance, which may have no inverse."""
    values, vectors = np.linalg.eigh((covariances_ + covariances_.swapaxes(-1, -2)) / 2)
    left: Floats = vectors * np.sqrt(values.clip(min=0))[..., np.newaxis, :]
    return left
