"""Log rates of many places over time, given their deviations, by expectation propagation.

Every count keeps its Poisson likelihood; its stand-in is the normal one that has the right mean and variance beside all
others. Places are independent given the path of their group, groups given that of the nation, so each sweep is linear
in places, and exact but for the stand-ins. Where neighbours are known, places are independent given the path of their
group and the levels that neighbours share.

References
----------
Minka (2001), Uncertainty in Artificial Intelligence 17; Rasmussen and Williams (2006), Gaussian Processes for Machine
Learning, section 3.6, for the equations; Cunningham, Hennig and Lacoste-Julien (2013) for how exact it is.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from . import kernels
from .covariances import Covariances
from .neighbours import Neighbours
from .shared_levels import SharedLevels

# Sums are taken in as many parts on every machine, so that they do not depend on the number of its processors.
PARTS = 8
# Fewer places are done sooner than shared out.
WORTH_SHARING = 400
MAXIMUM_SWEEPS = 200
QUICK_SWEEPS = 25
DAMPED = 0.5
# Change of the log integral between sweeps that counts as none.
TOLERANCE = 1e-3


@dataclass(frozen=True)
class CountPanel:
    """Counts and exposures of places over times on the calendar.

    Attributes
    ----------
    counts : numpy.ndarray of float, shape (n_places, n_times)
    exposure : numpy.ndarray of float, shape (n_places, n_times)
        In the unit that rates are given in; zero where nothing was counted, as in a year to be forecast.
    group : numpy.ndarray of int, shape (n_places,)
    groups : int
    times : numpy.ndarray of float, shape (n_times,)
        In years.
    centre : float
        Prior mean of the log rate.
    neighbours : Neighbours or None
        Who borders whom; a piece of the map lies within one group.

    Raises
    ------
    ValueError
        If a number is missing or negative, a count has no exposure, a group is none of them, neighbours are of two
        groups, or shapes differ.
    """

    counts: Floats
    exposure: Floats
    group: Integers
    groups: int
    times: Floats
    centre: float
    neighbours: Neighbours | None = None

    def __post_init__(self) -> None:
        require.not_negative("counts", self.counts)
        require.not_negative("exposure", self.exposure)
        require.same_shape(counts=self.counts, exposure=self.exposure)
        require.finite("times", self.times)
        require.finite("centre", self.centre)
        require.some("places", len(self.counts))
        if self.counts.shape != (len(self.group), len(self.times)):
            given = f"{self.counts.shape} for {len(self.group)} places and {len(self.times)} times"
            raise ValueError(f"counts have shape {given}. Allowed: a row for each place, a column for each time.")
        if not np.isin(self.group, np.arange(self.groups)).all():
            raise ValueError(f"group has a number that is none of 0 to {self.groups - 1}. Allowed: these.")
        if (self.counts[self.exposure == 0] > 0).any():
            raise ValueError(
                "counts stand where exposure is zero. Allowed: exposure above zero wherever there are counts."
            )
        if self.neighbours is not None:
            self._check(self.neighbours)

    def _check(self, neighbours: Neighbours) -> None:
        if len(neighbours.order) != len(self.group):
            given = f"{len(neighbours.order)} places for {len(self.group)}"
            raise ValueError(f"neighbours have {given}. Allowed: those of the panel.")
        pairs = np.unique(np.stack([neighbours.piece, self.group[neighbours.order]]), axis=1)
        if pairs.shape[1] > len(neighbours.size):
            raise ValueError("neighbours are of two groups. Allowed: places of one group.")

    @property
    def size(self) -> Floats:
        """Log of each place's mean exposure over the times it has, less the mean of all places, shape (n_places,)."""
        seen = self.exposure > 0
        logs = np.log(self.exposure.sum(axis=1) / seen.sum(axis=1).clip(min=1))
        known = np.isfinite(logs)
        return np.where(known, logs - logs[known].mean(), 0.0)


@dataclass(frozen=True)
class Propagated:
    """The normal approximation of all log rates, less the panel's centre.

    Attributes
    ----------
    log_integral : float
        Log of the probability of the counts given the deviations, but for factors of the counts alone; not a number
        where the sweeps found no stand-ins.
    sites : numpy.ndarray, shape (2, n_places, n_times)
        Precision and linear term of every stand-in.
    mean, variance : numpy.ndarray, shape (n_places, n_times)
        Of every log rate.
    inner, pull : numpy.ndarray, shapes (n_places, n_times, n_times) and (n_places, n_times)
        Inverse of each place's covariance plus that of its stand-ins, and its product with their means.
    group_inner, group_pull : numpy.ndarray, shapes (n_groups, n_times, n_times) and (n_groups, n_times)
        The same of groups: their places together stand in for counts.
    nation_inner, nation_pull : numpy.ndarray, shapes (n_times, n_times) and (n_times,)
        The same of the nation.
    nation_mean, nation_covariance : numpy.ndarray, shapes (n_times,) and (n_times, n_times)
        Of the nation's path.
    group_path, group_covariance : numpy.ndarray, shapes (n_groups, n_times) and (n_groups, n_times, n_times)
        Mean and covariance of each group's path with the nation's in it.
    path, path_root : numpy.ndarray, shapes (n_paths, n_times) and (n_paths, n_times, n_times)
        Mean of what places are independent given, and Cholesky factor of its covariance: the groups' paths or, where
        neighbours are known, each place's own, with its shared level in it.
    sweeps : int
    levels : SharedLevels or None
        Given the groups' paths; none where no neighbours are known.
    """

    log_integral: float
    sites: Floats
    mean: Floats
    variance: Floats
    inner: Floats
    pull: Floats
    group_inner: Floats
    group_pull: Floats
    nation_inner: Floats
    nation_pull: Floats
    nation_mean: Floats
    nation_covariance: Floats
    group_path: Floats
    group_covariance: Floats
    path: Floats
    path_root: Floats
    sweeps: int
    levels: SharedLevels | None = None

    def path_of(self, group: Integers) -> Integers:
        """Which of the paths is that of each place, shape (n_places,)."""
        return group if self.levels is None else np.arange(len(group))


def first_sites(panel: CountPanel) -> Floats:
    """Stand-ins to start from: half of what each count says alone, shape (2, n_places, n_times)."""
    seen = panel.exposure > 0
    precision = np.where(seen, (panel.counts + 0.5) / 2, 0.0)
    alone = np.log((panel.counts + 0.5) / np.where(seen, panel.exposure, 1)) - panel.centre
    return np.stack([precision, precision * alone])


def propagate(panel: CountPanel, shaped: Covariances, sites: Floats, tolerance: float = TOLERANCE) -> Propagated:
    """Sweep over all counts until the log integral stands still.

    Parameters
    ----------
    panel : CountPanel
    shaped : Covariances
        Over the panel's times.
    sites : numpy.ndarray, shape (2, n_places, n_times)
        To start from: of `first_sites`, or found for deviations near these.
    tolerance : float
        Change of the log integral that counts as none.

    Returns
    -------
    Propagated
        Its log integral is not a number where the stand-ins did not settle.

    Raises
    ------
    ValueError
        If levels are shared with neighbours and none are known.
    """
    if shaped.shared > 0 and panel.neighbours is None:
        raise ValueError(
            "levels are shared, and the panel knows no neighbours. Allowed: a mixing of zero, or neighbours."
        )
    exposure, seen = panel.exposure * np.exp(panel.centre), panel.exposure > 0
    matched, before = np.empty_like(sites), np.inf
    for sweep in range(1, MAXIMUM_SWEEPS + 1):
        state = passed(panel, shaped, sites)
        known = (panel.counts, exposure, sites, state.mean, state.variance)
        total = state.log_integral + sum(in_parts(len(panel.group), partial(_matched, known, matched)))
        settled = abs(total - before) < tolerance
        if settled or not np.isfinite(total):
            return replace(state, log_integral=total, sweeps=sweep)
        before = total
        step = 1.0 if sweep < QUICK_SWEEPS else DAMPED
        sites = np.where(seen, sites + step * (matched - sites), 0.0)
    return replace(state, log_integral=np.nan, sweeps=sweep)


def passed(panel: CountPanel, shaped: Covariances, sites: Floats) -> Propagated:
    """All log rates with the stand-ins as they are: from places up to groups and nation, and back.

    Parameters
    ----------
    panel : CountPanel
    shaped : Covariances
    sites : numpy.ndarray, shape (2, n_places, n_times)

    Returns
    -------
    Propagated
        Its log integral is that of the stand-ins; `sweeps` is zero.
    """
    places, times = panel.counts.shape
    own = (shaped.stable, shaped.passing, shaped.scale, panel.group)
    total, inner, pull, precision, linear, levels = _gathered(panel, shaped, sites)
    with np.errstate(all="ignore"):
        at_group, group_inner, group_pull = _joined(precision, linear, shaped.group)
        at_nation, nation_inner, nation_pull = _joined(group_inner.sum(axis=0), group_pull.sum(axis=0), shaped.nation)
        nation_covariance = shaped.nation - shaped.nation @ nation_inner @ shaped.nation
        nation_mean = shaped.nation @ nation_pull
        left = np.eye(times) - shaped.group @ group_inner
        group_path = left @ nation_mean + group_pull @ shaped.group
        covariance = shaped.group - shaped.group @ group_inner @ shaped.group
        covariance = covariance + left @ nation_covariance @ left.swapaxes(1, 2)
        path, of_path = group_path, covariance
        if levels is not None:
            path, of_path = levels.paths(panel.group, group_path, covariance)
            own = (*own[:3], np.arange(places))
        path_root = _root(of_path)
    mean, variance = np.empty((places, times)), np.empty((places, times))
    in_parts(places, lambda a, b, _: kernels.spread(*own, a, b, inner, pull, path, path_root, mean, variance))
    return Propagated(
        total + at_group + at_nation, sites, mean, variance, inner, pull, group_inner, group_pull, nation_inner,
        nation_pull, nation_mean, nation_covariance, group_path, covariance, path, path_root, 0, levels,
    )  # fmt: skip


def held_places(panel: CountPanel, shaped: Covariances, sites: Floats) -> Callable[[Floats, Floats], float]:
    """The log integral by the covariances of groups and nation alone, up to a constant, the stand-ins held.

    At stand-ins that have settled it does not move with them, so those found for one covariance of groups serve for
    others, the better the more the places of a group say of its path.

    Parameters
    ----------
    panel : CountPanel
    shaped : Covariances
        Of the places; those of groups and nation are not looked at.
    sites : numpy.ndarray, shape (2, n_places, n_times)
        Settled.

    Returns
    -------
    callable
        Of `group` and `nation` as in `Covariances`; not a number where rounding leaves nothing to solve.

    References
    ----------
    Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, section 5.5.2: the stand-ins are a
    stationary point of the log integral.
    """
    *_, precision, linear, _ = _gathered(panel, shaped, sites)

    def log_integral(group: Floats, nation: Floats) -> float:
        with np.errstate(all="ignore"):
            at_group, inner, pull = _joined(precision, linear, group)
            at_nation, _, _ = _joined(inner.sum(axis=0), pull.sum(axis=0), nation)
        return float(at_group + at_nation)

    return log_integral


def _gathered(
    panel: CountPanel, shaped: Covariances, sites: Floats
) -> tuple[float, Floats, Floats, Floats, Floats, SharedLevels | None]:
    """Log integral, inner and pull of places, what these together say of their groups, and the levels they share."""
    places, times = panel.counts.shape
    inner, pull = np.empty((places, times, times)), np.empty((places, times))
    by_group, of_group = np.zeros((PARTS, panel.groups, times, times)), np.zeros((PARTS, panel.groups, times))
    own = (shaped.stable, shaped.passing, shaped.scale, panel.group)
    total = sum(in_parts(places, lambda a, b, part: kernels.gather(
        sites, *own, a, b, inner, pull, by_group[part], of_group[part])))  # fmt: skip
    precision, linear = by_group.sum(axis=0), of_group.sum(axis=0)
    if panel.neighbours is None:
        return total, inner, pull, precision, linear, None
    levels = SharedLevels.of(panel.neighbours, shaped.shared, inner, pull)
    fewer = levels.taken(panel.group, panel.groups)
    return total + levels.log_integral, inner, pull, precision - fewer[0], linear - fewer[1], levels


def in_parts[Result](places: int, work: Callable[[int, int, int], Result]) -> list[Result]:
    """Results of work on the places, cut into parts that are done side by side.

    Parameters
    ----------
    places : int
    work : callable
        Of the first place, the one after the last, and the part's number.

    Returns
    -------
    list
        In the order of the parts.
    """
    ends = np.linspace(0, places, PARTS + 1).astype(int)
    if places < WORTH_SHARING:
        return [work(*part) for part in zip(ends[:-1], ends[1:], range(PARTS), strict=True)]
    with ThreadPoolExecutor(max_workers=min(PARTS, len(os.sched_getaffinity(0)))) as workers:
        return list(workers.map(work, ends[:-1], ends[1:], range(PARTS)))


def _matched(known: tuple[Floats, ...], matched: Floats, start: int, stop: int, _part: int) -> float:
    """Sum of the log integrals of some places' counts; their stand-ins are written into `matched`."""
    counts, exposure, sites, mean, variance = known
    total: float = kernels.match(counts, exposure, sites, mean, variance, start, stop, matched)
    return total


def _joined(precision: Floats, linear: Floats, covariance: Floats) -> tuple[float, Floats, Floats]:
    """Log integral, inner and pull of what stands in, of one covariance or several, with the prior covariance.

    They are missing where deviations are so large that rounding leaves nothing to solve.
    """
    mixed = np.eye(len(covariance)) + precision @ covariance
    try:
        inner = np.linalg.solve(mixed, precision)
        pull = np.linalg.solve(mixed, linear[..., np.newaxis])[..., 0]
    except np.linalg.LinAlgError:
        return np.nan, np.full_like(precision, np.nan), np.full_like(linear, np.nan)
    total = (linear * (pull @ covariance)).sum() / 2 - np.linalg.slogdet(mixed)[1].sum() / 2
    return total, (inner + inner.swapaxes(-1, -2)) / 2, pull


def _root(covariances: Floats) -> Floats:
    """Cholesky factors; where one has none by rounding, that of the matrix with its diagonal raised by a hair."""
    size = covariances.shape[-1]
    raised = covariances + 1e-10 * np.trace(covariances, axis1=1, axis2=2)[:, None, None] / size * np.eye(size)
    try:
        root: Floats = np.linalg.cholesky(raised)
    except np.linalg.LinAlgError:
        return np.full_like(covariances, np.nan)
    return root
