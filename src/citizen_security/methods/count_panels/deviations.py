"""The deviations behind a count panel: their prior, their most likely values, and draws of them.

References
----------
Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, section 5.5, for the gradient of the log
integral, in which the stand-ins need not be differentiated.
"""

from dataclasses import dataclass

import arviz as az
import numpy as np
import nutpie
import xarray as xr
from nutpie.compiled_pyfunc import from_pyfunc
from scipy import optimize

from ..arrays import Flags, Floats
from . import kernels
from .covariances import Covariances, Deviations, covariances, walk
from .propagation import PARTS, CountPanel, Propagated, first_sites, in_parts, propagate

# Scales of the half-normal priors of the deviations; deviations of the logs of the wave length and of the exponent.
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
)
MEDIAN_WAVE_LENGTH = 3.0
START = Deviations(0.5, 0.08, 0.4, 2.0, 0.1, 0.1, 0.5, 0.08, 0.08)
LENGTH, EXPONENT = Deviations._fields.index("wave_length"), Deviations._fields.index("size_exponent")

# A deviation that a panel cannot have: with one group, groups do not differ; in one year nothing drifts.
ABSENT = 1e-6
OF_GROUPS = ("group", "group_drift")
OF_YEARS = ("place_drift", "wave", "wave_length", "noise", "size_exponent", "group_drift", "nation_drift")

LOWEST, HIGHEST = -8.0, 4.0
# Largest slope of the log posterior that counts as none, and the first step of the search in the logs.
SLOPE, FIRST_STEP = 0.3, 0.3
# Step of the differences that the curvature is taken from.
DIFFERENCE = 0.05
# Where the counts say nothing the prior curves about so much: a curvature below is taken for noise.
LEAST_CURVATURE = 0.3
TUNE, CHAINS, DEEPEST = 100, 2, 6


@dataclass(frozen=True)
class DeviationSample:
    """Draws of the deviations, or the most likely ones alone.

    Attributes
    ----------
    points : tuple of Deviations
    sites : tuple of numpy.ndarray, each of shape (2, n_places, n_times)
        Stand-ins of the counts for each point.
    effective : float
        Smallest effective sample size of a deviation; not a number for one point.
    r_hat : float
        Largest one of a deviation; not a number for one point.
    """

    points: tuple[Deviations, ...]
    sites: tuple[Floats, ...]
    effective: float
    r_hat: float


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
        Where to start, such as what was found with a year less.

    Returns
    -------
    MostLikely

    Raises
    ------
    NoStandIns
        If the sweeps fail at the start already.
    """
    density = _Density(panel)
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


def sample_deviations(panel: CountPanel, at: MostLikely, draws: int, seed: int) -> DeviationSample:
    """Draw deviations from their posterior by the No-U-Turn sampler, about the most likely ones.

    Parameters
    ----------
    panel : CountPanel
    at : MostLikely
    draws : int
        Of each of two chains; zero for the most likely ones alone, as where thousands of places leave no doubt.
    seed : int

    Returns
    -------
    DeviationSample

    References
    ----------
    Hoffman and Gelman (2014), Journal of Machine Learning Research 15(47).
    """
    if draws == 0:
        return DeviationSample((at.deviations,), (at.state.sites,), np.nan, np.nan)
    density = _Density(panel, at.state.sites)
    centre = _polished(density, to_line(at.deviations))
    root = np.linalg.cholesky(np.linalg.inv(_curvature(density, centre)))

    def log_density(standard: Floats) -> tuple[float, Floats]:
        value, slopes = density.plain(centre + root @ standard)
        return value, root.T @ slopes

    size = len(centre)
    compiled = from_pyfunc(
        size,
        lambda: log_density,
        lambda *_: lambda standard: {"standard": np.asarray(standard)},
        [np.dtype(np.float64)],
        [(size,)],
        ["standard"],
        make_initial_point_fn=lambda _: np.zeros(size),
    )
    # One core: chains that share the stand-ins they start from would depend on which of them was faster.
    found = nutpie.sample(
        compiled, draws=draws, tune=TUNE, chains=CHAINS, cores=1, seed=seed, progress_bar=False, maxdepth=DEEPEST
    )
    parts = centre + found["posterior"]["standard"].to_numpy() @ root.T
    # The density knows deviations by their squares alone: their signs mean nothing.
    folded = xr.Dataset(
        {"deviation": (("chain", "draw", "which"), np.where(density.signs[density.free], np.abs(parts), parts))}
    )
    points = [density.deviations(part) for part in parts.reshape(-1, size)]
    sites: list[Floats] = []
    for point in points:
        shaped = covariances(point, panel.times, density.size)
        sites.append(propagate(panel, shaped, sites[-1] if sites else at.state.sites).sites)
    effective, r_hat = float(az.ess(folded)["deviation"].min()), float(az.rhat(folded)["deviation"].max())
    return DeviationSample(tuple(points), tuple(sites), effective, r_hat)


def to_line(deviations: Deviations) -> Floats:
    """Deviations on the whole line: logs of all but the exponent.

    Parameters
    ----------
    deviations : Deviations

    Returns
    -------
    numpy.ndarray, shape (9,)
    """
    line = np.array(deviations, dtype=float)
    logs = np.arange(len(line)) != EXPONENT
    line[logs] = np.log(line[logs])
    return line


def from_line(line: Floats) -> Deviations:
    """Deviations of a point of the whole line; the inverse of `to_line`.

    Parameters
    ----------
    line : numpy.ndarray, shape (9,)

    Returns
    -------
    Deviations
    """
    values = np.exp(line)
    values[EXPONENT] = line[EXPONENT]
    return Deviations(*map(float, values))


def log_prior(line: Floats) -> tuple[Floats, Floats]:
    """Log prior densities of a point's coordinates up to a constant, and their slopes.

    Parameters
    ----------
    line : numpy.ndarray, shape (9,)

    Returns
    -------
    densities, slopes : numpy.ndarray, shape (9,)
    """
    scale = np.array(PRIOR_SCALES)
    # A half-normal deviation, as a density of its log.
    squared = np.exp(2 * line) / scale**2
    densities, slopes = line - squared / 2, 1 - squared
    for index, centre in ((LENGTH, np.log(MEDIAN_WAVE_LENGTH)), (EXPONENT, 0.0)):
        away = (line[index] - centre) / scale[index]
        densities[index], slopes[index] = -(away**2) / 2, -away / scale[index]
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
    numpy.ndarray, shape (9,)
    """
    sums = np.zeros((PARTS, 3, *shaped.stable.shape))
    size = panel.size
    known = (state.inner, state.pull, state.path, state.path_root)
    in_parts(
        len(panel.group),
        lambda a, b, part: kernels.slope(shaped.scale, size, panel.group, a, b, *known, sums[part]),
    )
    plain, scaled, sized = sums.sum(axis=0)
    away = state.group_pull - state.group_inner @ state.nation_mean
    moved = np.einsum("gij,jk,gkl->il", state.group_inner, state.nation_covariance, state.group_inner, optimize=True)
    group = (away.T @ away - state.group_inner.sum(axis=0) + moved) / 2
    nation = (np.outer(state.nation_pull, state.nation_pull) - state.nation_inner) / 2
    walked, apart = walk(panel.times), np.abs(np.subtract.outer(panel.times, panel.times))
    slopes = Deviations(
        place=2 * deviations.place**2 * plain.sum(),
        place_drift=2 * deviations.place_drift**2 * (plain * walked).sum(),
        wave=2 * (scaled * shaped.waves).sum(),
        wave_length=(scaled * shaped.waves * apart).sum() / deviations.wave_length,
        noise=2 * deviations.noise**2 * np.trace(scaled),
        size_exponent=-2 * (sized * shaped.passing).sum(),
        group=2 * deviations.group**2 * group.sum(),
        group_drift=2 * deviations.group_drift**2 * (group * walked).sum(),
        nation_drift=2 * deviations.nation_drift**2 * (nation * walked).sum(),
    )
    return np.array(slopes)


class _Density:
    """Log posterior density of the deviations, with the stand-ins of the last point to start the next one from."""

    def __init__(self, panel: CountPanel, sites: Floats | None = None) -> None:
        self.panel, self.size, self.evaluations = panel, panel.size, 0
        self.sites = first_sites(panel) if sites is None else sites
        self.state: Propagated
        self.signs: Flags = ~np.isin(np.arange(len(Deviations._fields)), (LENGTH, EXPONENT))
        times = len(np.unique(panel.times[(panel.exposure > 0).any(axis=0)]))
        absent = {*(OF_GROUPS if panel.groups == 1 else ()), *(OF_YEARS if times == 1 else ())}
        self.free: Flags = np.array([name not in absent for name in Deviations._fields])
        self.fixed = to_line(Deviations(**dict.fromkeys(Deviations._fields, ABSENT)))
        self.fixed[LENGTH], self.fixed[EXPONENT] = np.log(MEDIAN_WAVE_LENGTH), 0.0

    def whole(self, part: Floats) -> Floats:
        line = self.fixed.copy()
        line[self.free] = part
        return line

    def __call__(self, line: Floats) -> tuple[float, Floats]:
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

    def deviations(self, part: Floats) -> Deviations:
        return from_line(self._logs(part))

    def plain(self, part: Floats) -> tuple[float, Floats]:
        """The same density of the free deviations themselves, even in each, and its slopes."""
        line = self._logs(part)
        value, slopes = self(line)
        signs = self.signs[self.free]
        # The densities of the logs carry the deviation itself as a factor: it is taken off again.
        by_logs = np.where(signs, slopes[self.free] - 1, slopes[self.free])
        of_part = np.where(signs, by_logs / np.where(signs & (part == 0), 1.0, part), by_logs)
        return value - float(line[self.free][signs].sum()), of_part

    def _logs(self, part: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            logs = np.where(self.signs[self.free], np.log(np.maximum(np.abs(part), ABSENT)), part)
        return self.whole(logs.clip(min=np.log(ABSENT)))


def _polished(density: _Density, line: Floats) -> Floats:
    """The highest density of the free deviations themselves, from that of their logs; none is below zero."""
    start = np.where(density.signs, np.exp(line), line)[density.free]
    value, slope = density.plain(start)
    by = max(np.abs(slope).max(), 1.0) / 0.05
    found = optimize.minimize(
        lambda part: tuple(-each / by for each in density.plain(part)),
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 5.0) if signed else (LOWEST, HIGHEST) for signed in density.signs[density.free]],
        options={"ftol": 1e-9, "maxiter": 25},
    )
    best: Floats = found.x if -found.fun * by > value else start
    return best


def _curvature(density: _Density, centre: Floats) -> Floats:
    """Minus the second derivatives of the log posterior at its peak, positive definite."""
    scale = np.array(PRIOR_SCALES)[density.free]
    rows = []
    for index in range(len(centre)):
        step = np.zeros(len(centre))
        step[index] = DIFFERENCE * scale[index]
        up, down = (density.plain(centre + sign * step)[1] for sign in (1, -1))
        rows.append((down - up) / (2 * step[index]) * scale)
    # In units of the prior scales, in which the prior curves by one.
    curved = np.array(rows) * scale[:, np.newaxis]
    values, vectors = np.linalg.eigh((curved + curved.T) / 2)
    values = np.where(np.isfinite(values), values, 0.0).clip(min=LEAST_CURVATURE)
    positive: Floats = (vectors * values) @ vectors.T / np.outer(scale, scale)
    return positive
