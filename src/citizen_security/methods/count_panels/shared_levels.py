"""The step of a sweep that goes over the map: what places say of the levels that they share with their neighbours.

Given the path of its group and its shared level, a place is independent of all others; given the path of their group,
the shared levels are one field over the map, with a sparse precision. So a sweep goes from places to the map, from the
map to groups, and back.

References
----------
Rue, Martino and Chopin (2009), Journal of the Royal Statistical Society B 71(2), for normal fields with a sparse
precision behind counts.
"""

from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Integers
from .neighbours import Field, Neighbours


@dataclass(frozen=True)
class SharedLevels:
    """The shared levels given the path of each group, by the stand-ins of all counts.

    A place's shared level has the mean `variance * (alone - following @ path)`.

    Attributes
    ----------
    field : Field
        Precision of the standard shared levels.
    variance : float
        Of a shared level before the counts are seen.
    says : numpy.ndarray, shape (n_places, n_times)
        Precision of what a place says of its level, by time.
    linear : numpy.ndarray, shape (n_places,)
        What it says, times its precision, at a path of zero.
    following : numpy.ndarray, shape (n_places, n_times)
    alone : numpy.ndarray, shape (n_places,)
    left : numpy.ndarray, shape (n_places,)
        Variance of a standard shared level given the path.
    """

    field: Field
    variance: float
    says: Floats
    linear: Floats
    following: Floats
    alone: Floats
    left: Floats

    @classmethod
    def of(cls, neighbours: Neighbours, variance: float, inner: Floats, pull: Floats) -> "SharedLevels":
        """From what the places say.

        Parameters
        ----------
        neighbours : Neighbours
        variance : float
        inner, pull : numpy.ndarray, shapes (n_places, n_times, n_times) and (n_places, n_times)
            Of `kernels.gather`, without the shared levels.

        Returns
        -------
        SharedLevels
        """
        says, linear = inner.sum(axis=2), pull.sum(axis=1)
        field = Field.of(neighbours, variance * says.sum(axis=1)[neighbours.order])
        solved, left = np.empty((len(says), says.shape[1] + 1)), np.empty(len(says))
        solved[neighbours.order] = field.solve(np.column_stack([says, linear])[neighbours.order])
        left[neighbours.order] = field.variance()
        return cls(field, variance, says, linear, solved[:, :-1], solved[:, -1], left)

    @property
    def log_integral(self) -> float:
        """Log integral over the shared levels at a path of zero, beyond that of the places alone."""
        determinants = self.field.log_determinant - self.field.neighbours.log_determinant
        return float(self.variance * self.linear @ self.alone - determinants) / 2

    def taken(self, group: Integers, groups: int) -> tuple[Floats, Floats]:
        """By how much less the places of each group say of its path, since levels may be the cause.

        Parameters
        ----------
        group : numpy.ndarray of int, shape (n_places,)
        groups : int

        Returns
        -------
        precision, linear : numpy.ndarray, shapes (n_groups, n_times, n_times) and (n_groups, n_times)
        """
        times = self.says.shape[1]
        precision, linear = np.empty((groups, times, times)), np.empty((groups, times))
        for each in range(groups):
            rows = group == each
            precision[each] = self.variance * self.says[rows].T @ self.following[rows]
            linear[each] = self.variance * self.says[rows].T @ self.alone[rows]
        return (precision + precision.swapaxes(1, 2)) / 2, linear

    def paths(self, group: Integers, path: Floats, covariance: Floats) -> tuple[Floats, Floats]:
        """Path of each place's group with its shared level in it.

        Parameters
        ----------
        group : numpy.ndarray of int, shape (n_places,)
        path, covariance : numpy.ndarray, shapes (n_groups, n_times) and (n_groups, n_times, n_times)
            Of the groups' paths.

        Returns
        -------
        means, covariances : numpy.ndarray, shapes (n_places, n_times) and (n_places, n_times, n_times)
        """
        against, level = self._with_path(group, covariance)
        between = against[:, :, np.newaxis] + against[:, np.newaxis, :] - level[:, np.newaxis, np.newaxis]
        means = path[group] + self.variance * self._mean(group, path)[:, np.newaxis]
        return means, covariance[group] - self.variance * between

    def slope(self, group: Integers, path: Floats, covariance: Floats) -> float:
        """Slope of the log integral of all counts by the variance of the shared levels.

        Parameters
        ----------
        group, path, covariance
            As in `paths`.

        Returns
        -------
        float
        """
        against, level = self._with_path(group, covariance)
        mean, own = self._mean(group, path), self.says.sum(axis=1)
        # How far the counts still pull at the mean level, and how much less they do where path and level are not known.
        pulled = self.linear - np.einsum("pt,pt->p", self.says, path[group]) - self.variance * mean * own
        wide = np.einsum("pt,pt->p", self.says, against) - own * level
        return float(mean @ pulled + wide.sum()) / 2

    def drawn(self, group: Integers, paths: Floats, generator: np.random.Generator) -> Floats:
        """Shared levels, drawn given the paths of the groups.

        Parameters
        ----------
        group : numpy.ndarray of int, shape (n_places,)
        paths : numpy.ndarray, shape (n_draws, n_groups, n_times)
        generator : numpy.random.Generator

        Returns
        -------
        numpy.ndarray, shape (n_draws, n_places)
        """
        standard = np.empty((len(group), len(paths)))
        standard[self.field.neighbours.order] = self.field.drawn(len(paths), generator)
        levels: Floats = self.variance * self._mean(group, paths) + np.sqrt(self.variance) * standard.T
        return levels

    def _mean(self, group: Integers, paths: Floats) -> Floats:
        """Mean of each shared level given the groups' paths, over its variance, shape (..., n_places)."""
        mean = np.empty((*paths.shape[:-2], len(group)))
        for each in range(paths.shape[-2]):
            rows = group == each
            mean[..., rows] = self.alone[rows] - paths[..., each, :] @ self.following[rows].T
        return mean

    def _with_path(self, group: Integers, covariance: Floats) -> tuple[Floats, Floats]:
        """Minus the covariance of each shared level with its group's path, and its variance, over `variance`.

        Parameters
        ----------
        group : numpy.ndarray of int, shape (n_places,)
        covariance : numpy.ndarray, shape (n_groups, n_times, n_times)

        Returns
        -------
        against, level : numpy.ndarray, shapes (n_places, n_times) and (n_places,)
        """
        against = np.empty_like(self.following)
        for each in range(len(covariance)):
            rows = group == each
            against[rows] = self.following[rows] @ covariance[each]
        return against, self.variance * np.einsum("pt,pt->p", self.following, against) + self.left
