"""The deviations behind a count panel: their prior, their posterior density, and their most likely values.

References
----------
Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, section 5.5, for the gradient of the log
integral, in which the stand-ins need not be differentiated.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from ..arrays import Flags, Floats
from . import kernels
from .covariances import Covariances, Deviations, covariances, walk
from .propagation import PARTS, CountPanel, Propagated, first_sites, held_places, in_parts, propagate

# Scales of the half-normal priors of the deviations; deviations of the logs of the wave length and of the exponent. The
# share that neighbours have in common is even from 0 to 1: its logit is about as wide as this.
PRIOR_SCALES = Deviations(
    place=1.0,
    place_drift=0.2,
    wave=0.5,
    wave_length=1.0,
    noise=0.5,
    size_exponent=0.3,
    group=1.0,
    group_drift=0.2,
    nation_drift=0.3,
    mixing=1.5,
)
MEDIAN_WAVE_LENGTH = 3.0
START = Deviations(0.5, 0.08, 0.4, 2.0, 0.1, 0.1, 0.5, 0.08, 0.08)
# The share of neighbours that is started from where none was found before.
START_MIXING = 0.5
LENGTH, EXPONENT, MIXING = map(Deviations._fields.index, ("wave_length", "size_exponent", "mixing"))

# A deviation that a panel cannot have: with one group, groups do not differ; in one year nothing drifts.
ABSENT = 1e-6
NONE = Deviations(**dict.fromkeys(Deviations._fields, ABSENT))._replace(
    wave_length=MEDIAN_WAVE_LENGTH, size_exponent=0.0, mixing=0.0
)
OF_GROUPS = ("group", "group_drift")
OF_NATION = ("nation_drift",)
OF_NEIGHBOURS = ("mixing",)
OF_YEARS = ("place_drift", "wave", "wave_length", "noise", "size_exponent", "group_drift", *OF_NATION)

LOWEST, HIGHEST = -8.0, 4.0
# Largest slope of the log posterior that counts as none, and the first step of the search in the logs.
SLOPE, FIRST_STEP = 0.3, 0.3


@dataclass(frozen=True)
class MostLikely:
    """The deviations of the highest posterior density, by logs.

    Attributes
    ----------
    deviations : Deviations
    state : Propagated
        All log rates given these.
    log_posterior : float
        Up to a constant.
    evaluations : int
        How often the log integral was taken.
    """

    deviations: Deviations
    state: Propagated
    log_posterior: float
    evaluations: int


class NoStandIns(Exception):
    """No normal stand-ins were found for the counts, whatever the deviations."""


def most_likely(panel: CountPanel, start: Deviations = START) -> MostLikely:
    """Climb to the highest posterior density of the deviations.

    Parameters
    ----------
    panel : CountPanel
    start : Deviations
        Where to start, such as what was found with a year less. A share of neighbours of zero is taken for a half where
        neighbours are known.

    Returns
    -------
    MostLikely

    Raises
    ------
    NoStandIns
        If the sweeps fail at the start already.
    """
    density = Density(panel)
    if start.mixing == 0:
        start = start._replace(mixing=START_MIXING)
    line = np.where(density.free, to_line(start), density.fixed)
    value, slope = density(line)
    if not np.isfinite(value):
        raise NoStandIns(f"the counts have no normal stand-ins at {start}")
    by = max(np.abs(slope[density.free]).max(initial=0.0), 1.0) / FIRST_STEP

    def lowered(part: Floats) -> tuple[float, Floats]:
        at, gradient = density(density.whole(part))
        return -at / by, -gradient[density.free] / by

    found = optimize.minimize(
        lowered,
        line[density.free],
        jac=True,
        method="L-BFGS-B",
        bounds=[(LOWEST, HIGHEST)] * int(density.free.sum()),
        options={"ftol": 1e-12, "gtol": SLOPE / by},
    )
    line = density.whole(found.x)
    value, _ = density(line)
    return MostLikely(from_line(line), density.state, value, density.evaluations)


def to_line(deviations: Deviations) -> Floats:
    """Deviations on the whole line: logs of all but the exponent, and the logit of the share of neighbours.

    Parameters
    ----------
    deviations : Deviations

    Returns
    -------
    numpy.ndarray, shape (10,)
    """
    line = np.array(deviations, dtype=float)
    logs = ~np.isin(np.arange(len(line)), (EXPONENT, MIXING))
    line[logs] = np.log(line[logs])
    line[MIXING] = special.logit(line[MIXING])
    return line


def from_line(line: Floats) -> Deviations:
    """Deviations of a point of the whole line; the inverse of `to_line`.

    Parameters
    ----------
    line : numpy.ndarray, shape (10,)

    Returns
    -------
    Deviations
    """
    values = np.exp(line)
    values[EXPONENT], values[MIXING] = line[EXPONENT], special.expit(line[MIXING])
    return Deviations(*map(float, values))


def log_prior(line: Floats) -> tuple[Floats, Floats]:
    """Log prior densities of a point's coordinates up to a constant, and their slopes.

    Parameters
    ----------
    line : numpy.ndarray, shape (10,)

    Returns
    -------
    densities, slopes : numpy.ndarray, shape (10,)
    """
    scale = np.array(PRIOR_SCALES)
    # A half-normal deviation, as a density of its log.
    squared = np.exp(2 * line) / scale**2
    densities, slopes = line - squared / 2, 1 - squared
    for index, centre in ((LENGTH, np.log(MEDIAN_WAVE_LENGTH)), (EXPONENT, 0.0)):
        away = (line[index] - centre) / scale[index]
        densities[index], slopes[index] = -(away**2) / 2, -away / scale[index]
    # A share that is even from 0 to 1, as a density of its logit.
    share = special.expit(line[MIXING])
    densities[MIXING], slopes[MIXING] = (
        special.log_expit(line[MIXING]) + special.log_expit(-line[MIXING]),
        1 - 2 * share,
    )
    return densities, slopes


def log_integral_slope(panel: CountPanel, deviations: Deviations, shaped: Covariances, state: Propagated) -> Floats:
    """Slope of the log integral by the coordinates of `to_line`.

    Parameters
    ----------
    panel : CountPanel
    deviations : Deviations
    shaped : Covariances
        That these deviations make.
    state : Propagated
        Settled.

    Returns
    -------
    numpy.ndarray, shape (10,)
    """
    sums = np.zeros((PARTS, 3, *shaped.stable.shape))
    size = panel.size
    known = (state.inner, state.pull, state.path, state.path_root)
    of_path = state.path_of(panel.group)
    in_parts(
        len(panel.group),
        lambda a, b, part: kernels.slope(shaped.scale, size, of_path, a, b, *known, sums[part]),
    )
    plain, scaled, sized = sums.sum(axis=0)
    own = level = plain.sum()
    shared = own
    if state.levels is not None:
        shared = state.levels.slope(panel.group, state.group_path, state.group_covariance)
        level = (1 - deviations.mixing) * own + deviations.mixing * shared
    away = state.group_pull - state.group_inner @ state.nation_mean
    moved = np.einsum("gij,jk,gkl->il", state.group_inner, state.nation_covariance, state.group_inner, optimize=True)
    group = (away.T @ away - state.group_inner.sum(axis=0) + moved) / 2
    nation = (np.outer(state.nation_pull, state.nation_pull) - state.nation_inner) / 2
    walked, apart = walk(panel.times), np.abs(np.subtract.outer(panel.times, panel.times))
    slopes = Deviations(
        place=2 * deviations.place**2 * level,
        place_drift=2 * deviations.place_drift**2 * (plain * walked).sum(),
        wave=2 * (scaled * shaped.waves).sum(),
        wave_length=(scaled * shaped.waves * apart).sum() / deviations.wave_length,
        noise=2 * deviations.noise**2 * np.trace(scaled),
        size_exponent=-2 * (sized * shaped.passing).sum(),
        group=2 * deviations.group**2 * group.sum(),
        group_drift=2 * deviations.group_drift**2 * (group * walked).sum(),
        nation_drift=2 * deviations.nation_drift**2 * (nation * walked).sum(),
        mixing=deviations.place**2 * deviations.mixing * (1 - deviations.mixing) * (shared - own),
    )
    return np.array(slopes)


def absent_deviations(panel: CountPanel) -> dict[str, str]:
    """Deviations that a panel cannot tell, with the reason; they are taken for none.

    Parameters
    ----------
    panel : CountPanel

    Returns
    -------
    dict
        Reason by name.
    """
    times = len(np.unique(panel.times[(panel.exposure > 0).any(axis=0)]))
    return {
        **dict.fromkeys(OF_GROUPS if panel.groups == 1 else (), "there is one group"),
        **dict.fromkeys(OF_YEARS if times == 1 else (), "one year cannot tell"),
        **dict.fromkeys(OF_NEIGHBOURS if panel.neighbours is None else (), "no neighbours are known"),
    }


class Density:
    """Log posterior density of the deviations, with the stand-ins of the last point to start the next one from.

    Parameters
    ----------
    panel : CountPanel
    sites : numpy.ndarray, shape (2, n_places, n_times), optional
        Stand-ins to start from.
    held : Deviations, optional
        Values of the deviations that are not `unknown`; needed where some are not.
    unknown : collection of str
        Deviations that the density is of, so far as the panel can have them.

    Attributes
    ----------
    free : numpy.ndarray of bool, shape (10,)
        Unknown deviations that the panel can have; a point's `part` has a coordinate for each of these.
    signs : numpy.ndarray of bool, shape (10,)
        Those of which `part` has the deviation itself, whose sign means nothing; of the wave length it has the log.
    state : Propagated
        All log rates at the last point that had stand-ins.
    evaluations : int
        How often the log integral was taken with its slopes.
    """

    def __init__(
        self,
        panel: CountPanel,
        sites: Floats | None = None,
        held: Deviations | None = None,
        unknown: Collection[str] = Deviations._fields,
    ) -> None:
        self.panel, self.size, self.evaluations = panel, panel.size, 0
        self.sites = first_sites(panel) if sites is None else sites
        self.state: Propagated
        self.signs: Flags = ~np.isin(np.arange(len(Deviations._fields)), (LENGTH, EXPONENT, MIXING))
        absent = absent_deviations(panel)
        self.free: Flags = np.array([name in unknown and name not in absent for name in Deviations._fields])
        self.fixed = to_line(NONE if held is None else held)
        # Where nothing of the places is unknown: the log integral by the covariances of groups and nation.
        upper = np.isin(Deviations._fields, (*OF_GROUPS, *OF_NATION))
        self.of_upper = bool(self.free.any() and upper[self.free].all())
        self.by_upper: Callable[[Floats, Floats], float] | None = None

    def whole(self, free: Floats) -> Floats:
        """A point of `to_line`, of its free coordinates."""
        line = self.fixed.copy()
        line[self.free] = free
        return line

    def __call__(self, line: Floats) -> tuple[float, Floats]:
        """The density of a point of `to_line`, and its slopes; minus infinity where no stand-ins are found."""
        self.evaluations += 1
        deviations = from_line(line)
        shaped = covariances(deviations, self.panel.times, self.size)
        state = propagate(self.panel, shaped, self.sites)
        if not np.isfinite(state.log_integral):
            return -np.inf, np.zeros(len(line))
        self.state, self.sites = state, state.sites
        densities, slopes = log_prior(line)
        slopes = slopes + log_integral_slope(self.panel, deviations, shaped, state)
        return state.log_integral + float(densities[self.free].sum()), slopes

    def part(self, line: Floats) -> Floats:
        """The free deviations themselves, of a point of `to_line`."""
        part: Floats = np.where(self.signs, np.exp(line), line)[self.free]
        return part

    def deviations(self, part: Floats) -> Deviations:
        """All deviations, of the free ones themselves; their signs mean nothing."""
        return from_line(self._logs(part))

    def plain(self, part: Floats) -> tuple[float, Floats]:
        """The density of the free deviations themselves, even in each, and its slopes."""
        line = self._logs(part)
        value, slopes = self(line)
        signs = self.signs[self.free]
        # The densities of the logs carry the deviation itself as a factor: it is taken off again.
        by_logs = np.where(signs, slopes[self.free] - 1, slopes[self.free])
        of_part = np.where(signs, by_logs / np.where(signs & (part == 0), 1.0, part), by_logs)
        return value - float(line[self.free][signs].sum()), of_part

    def height(self, part: Floats, sites: Floats) -> tuple[float, Floats]:
        """The value of `plain` alone up to a constant, with stand-ins to start from, and those that were found.

        Where the deviations of groups and nation alone are unknown, the stand-ins of the first call serve for all.
        """
        line = self._logs(part)
        shaped = covariances(from_line(line), self.panel.times, self.size)
        even = float((log_prior(line)[0] - np.where(self.signs, line, 0.0))[self.free].sum())
        if self.of_upper:
            self.by_upper = self.by_upper or held_places(self.panel, shaped, sites)
            value = self.by_upper(shaped.group, shaped.nation)
            return (value + even if np.isfinite(value) else -np.inf), sites
        for start in (sites, first_sites(self.panel)):
            state = propagate(self.panel, shaped, start)
            if np.isfinite(state.log_integral):
                return state.log_integral + even, state.sites
        return -np.inf, sites

    def _logs(self, part: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            logs = np.where(self.signs[self.free], np.log(np.maximum(np.abs(part), ABSENT)), part)
        return self.whole(logs.clip(min=np.log(ABSENT)))
