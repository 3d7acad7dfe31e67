"""Draws of the deviations of a count panel: weighted ones, or where these cannot be trusted those of a chain."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy import optimize, special, stats

from ..arrays import Flags, Floats, Integers
from ..gates import MAXIMUM_PARETO_K
from ..importance import WeightedSample, weigh
from .covariances import Deviations
from .deviations import ABSENT, HIGHEST, LENGTH, LOWEST, PRIOR_SCALES, Density, MostLikely, to_line
from .no_u_turn import draw_chains
from .propagation import CountPanel

WAVE, NOISE = map(Deviations._fields.index, ("wave", "noise"))
# Step of the differences that the curvature is taken from.
DIFFERENCE = 0.05
# Where the counts say nothing the prior curves about so much: a curvature below is taken for noise.
LEAST_CURVATURE = 0.3
# Draws of a round, in which every deviation is once drawn from its prior, and the most of all rounds.
ROUND, MOST_DRAWS = 50, 2_000
# Of these, draws in which waves are so short that they pass for noise: the posterior has a second peak there, which no
# round about the first one reaches. Their length, as a part of the shortest time between counts, and how far its log
# lies about that; how far, at least, the log of waves and noise together lies about what is known of it.
SHORT_WAVES, SHORT, SHORT_ABOUT, TOTAL_ABOUT = 6, 0.4, 0.6, 0.05
# Of the independent draws asked for, the share that weighted draws must be worth at the end.
ENOUGH = 0.5
# Degrees of freedom of what is drawn from, and how much wider than the peak the first round is, to reach the tails.
FREEDOM, WIDER = 5, 1.5


@dataclass(frozen=True)
class DeviationSample:
    """Draws of the deviations, or the most likely ones alone.

    Attributes
    ----------
    points : tuple of Deviations
    sites : tuple of numpy.ndarray, each of shape (2, n_places, n_times)
        Stand-ins of the counts for each point.
    weights : numpy.ndarray, shape (n_points,)
        They sum to one.
    effective : float
        So many independent draws are these worth; not a number for one point.
    pareto_k : float
        Shape of the tail of the importance weights, of those that were refused too; not a number for one point, and
        where too few points had stand-ins to tell.
    r_hat : float, optional
        Largest one of a deviation, where chains took the place of weighted draws.
    """

    points: tuple[Deviations, ...]
    sites: tuple[Floats, ...]
    weights: Floats
    effective: float
    pareto_k: float
    r_hat: float | None = None


def sample_deviations(
    panel: CountPanel, at: MostLikely, effective: int, seed: int, unknown: Collection[str] = Deviations._fields
) -> DeviationSample:
    """Draw deviations from their posterior by adaptive importance sampling, about the most likely ones.

    Rounds of draws come from a Student distribution: in the first about the peak, wider than the curvature there says;
    then with the mean and the covariance that all draws so far have. In every round each deviation is once drawn from
    its prior instead, so that a tail which the others do not reach shows in the weights, and some draws have waves too
    short to tell from noise, with the sum of both kept. All rounds together are
    weighted as draws of their mixture. A deviation has no sign, so the distribution is folded at zero. Where the tail
    of the weights is too heavy to trust them, or they are worth too few draws, the No-U-Turn sampler takes their place.

    Parameters
    ----------
    panel : CountPanel
    at : MostLikely
    effective : int
        Independent draws that the weighted ones are to be worth; no more than `MOST_DRAWS` are made for it. Zero for
        the most likely deviations alone, as where thousands of places leave no doubt.
    seed : int
    unknown : collection of str
        Deviations that are drawn; the others stay at their most likely values.

    Returns
    -------
    DeviationSample

    References
    ----------
    Cornuet, Marin, Mira and Robert (2012), Scandinavian Journal of Statistics 39(4); Hesterberg (1995), Technometrics
    37(2), for the share that is drawn from the prior; Vehtari, Simpson, Gelman, Yao and Gabry (2024), Journal of
    Machine Learning Research 25(72), for when to trust the weights.
    """
    density = Density(
        panel, at.state.sites, None if len(unknown) == len(Deviations._fields) else at.deviations, unknown
    )
    if effective == 0 or not density.free.any():
        return DeviationSample((at.deviations,), (at.state.sites,), np.ones(1), np.nan, np.nan)
    centre = _polished(density, to_line(at.deviations))
    covariance = np.linalg.inv(_curvature(density, centre))
    weighted, sites = _by_rounds(density, at.state.sites, _Round.about(centre, covariance, density), effective, seed)
    if _trusted(weighted, ENOUGH * effective):
        points = tuple(map(density.deviations, weighted.points))
        return DeviationSample(points, sites, weighted.weights, weighted.effective_draws, weighted.pareto_k)
    return _by_chains(density, at.state.sites, centre, covariance, effective, seed, weighted.pareto_k)


def _by_rounds(
    density: Density, start: Floats, first: "_Round", effective: int, seed: int
) -> tuple[WeightedSample, tuple[Floats, ...]]:
    """Weighted draws and their stand-ins, those without left out; rounds until they are worth enough or too many."""
    rounds, generator, sites = [first], np.random.default_rng(seed), []
    points, heights, logs = np.empty((0, len(first.centre))), np.empty(0), np.empty((0, 0))
    while True:
        drawn = rounds[-1].draw(ROUND, generator)
        found = [density.height(point, start) for point in drawn]
        points = np.concatenate([points, drawn])
        heights = np.concatenate([heights, [height for height, _ in found]])
        sites += [stood for _, stood in found]
        # Of each round, the log density of all points.
        earlier = np.array([each.log_density(drawn) for each in rounds[:-1]]).reshape(len(logs), ROUND)
        logs = np.vstack([np.hstack([logs, earlier]), rounds[-1].log_density(points)])
        # Where no stand-ins are found there is no weight.
        known = np.isfinite(heights)
        weighted = weigh(points[known], (heights - special.logsumexp(logs, axis=0))[known])
        if _trusted(weighted, effective) or len(points) >= MOST_DRAWS:
            return weighted, tuple(site for site, there in zip(sites, known, strict=True) if there)
        rounds.append(first.after(weighted))


def _trusted(weighted: WeightedSample, effective: float) -> bool:
    return bool(weighted.effective_draws >= effective and weighted.pareto_k <= MAXIMUM_PARETO_K)


def _by_chains(
    density: Density, start: Floats, centre: Floats, covariance: Floats, draws: int, seed: int, pareto_k: float
) -> DeviationSample:
    """Equally weighted draws of the No-U-Turn sampler, with stand-ins of their own."""
    parts, effective, r_hat = draw_chains(density, centre, covariance, draws, seed)
    sites = [density.height(part, start)[1] for part in parts]
    weights = np.full(len(parts), 1 / len(parts))
    return DeviationSample(tuple(map(density.deviations, parts)), tuple(sites), weights, effective, pareto_k, r_hat)


def _polished(density: Density, line: Floats) -> Floats:
    """The highest density of the free deviations themselves, from that of their logs; none is below zero."""
    start = density.part(line)
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


def _curvature(density: Density, centre: Floats) -> Floats:
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


@dataclass(frozen=True)
class _Round:
    """What a round is drawn from: a Student distribution, folded at zero, of deviations that are bent.

    A bent deviation, `scale * arcsinh(deviation / scale)`, is nearly the deviation below its scale and a log above it.
    """

    centre: Floats
    covariance: Floats
    signs: Flags
    scale: Floats
    prior: Floats
    short: "_ShortWaves | None" = None

    @classmethod
    def about(cls, peak: Floats, covariance: Floats, density: Density) -> "_Round":
        """The first, about a peak with the covariance that its curvature says."""
        signs = density.signs[density.free]
        width = np.sqrt(np.diag(covariance))
        # What the curvature at the peak knows nothing of is drawn by its logs: of two groups the deviation may be tens
        # of times the width of its peak, and no draw that is as wide as the peak comes near.
        prior = np.array(PRIOR_SCALES)[density.free]
        scale = np.minimum(peak + width, prior)
        centre = _bent(peak, signs, scale)
        # Over the whole width: at a peak of zero the slope of what is bent would be taken for that of its tail.
        slope = (_bent(peak + width, signs, scale) - centre) / width
        short = _ShortWaves.about_peak(peak, covariance, density)
        return cls(centre, WIDER**2 * covariance * np.outer(slope, slope), signs, scale, prior, short)

    def after(self, weighted: WeightedSample) -> "_Round":
        """The next: mean and covariance of the draws so far; the less they are worth, the more as wide as this one."""
        if not len(weighted.points):
            return self
        points = _bent(weighted.points, self.signs, self.scale)
        mean = weighted.weights @ points
        covariance = ((points - mean).T * weighted.weights) @ (points - mean)
        believed = weighted.effective_draws / (weighted.effective_draws + len(mean))
        return replace(
            self,
            centre=mean,
            covariance=believed * covariance + (1 - believed) * self.covariance,
            short=self.short and self.short.after(weighted, believed),
        )

    def draw(self, number: int, generator: np.random.Generator) -> Floats:
        """Draws of which the first ones each have another deviation from its prior."""
        standard = generator.standard_normal((number, len(self.centre)))
        standard /= np.sqrt(generator.chisquare(FREEDOM, (number, 1)) / FREEDOM)
        bent = self.centre + standard @ np.linalg.cholesky(self.covariance).T
        points: Floats = np.where(self.signs, self.scale * np.sinh(np.abs(bent) / self.scale), bent)
        for row, which in enumerate(self.from_prior):
            points[row, which] = self.prior[which] * np.abs(generator.standard_normal())
        if self.short:
            rows = slice(len(self.from_prior), len(self.from_prior) + SHORT_WAVES)
            points[rows, self.short.which] = self.short.draw(SHORT_WAVES, generator)
        return points

    @property
    def from_prior(self) -> Integers:
        """Positions of the deviations that are drawn from their priors in turn: those that have no sign."""
        return np.flatnonzero(self.signs)

    def log_density(self, points: Floats) -> Floats:
        """Of the mixture that `draw` makes, up to a constant that is the same for every round."""
        bent = _bent(points, self.signs, self.scale)
        slope = np.where(self.signs, -np.log(np.hypot(1, points / self.scale)), 0.0)
        every = np.ones(len(self.centre), dtype=bool)
        plain = ROUND - len(self.from_prior) - (SHORT_WAVES if self.short else 0)
        shares = [np.log(plain) + self._student(bent, every) + slope.sum(axis=1)]
        for which in self.from_prior:
            others = every.copy()
            others[which] = False
            prior = np.log(2) + stats.norm.logpdf(points[:, which], scale=self.prior[which])
            shares.append(prior + self._student(bent, others) + slope[:, others].sum(axis=1))
        if self.short:
            others = every.copy()
            others[self.short.which] = False
            own = np.log(SHORT_WAVES) + self.short.log_density(points[:, self.short.which])
            shares.append(own + self._student(bent, others) + slope[:, others].sum(axis=1))
        density: Floats = special.logsumexp(shares, axis=0)
        return density

    def _student(self, bent: Floats, some: Flags) -> Floats:
        """Log density of some bent deviations, folded; less the constant that it has for any of them."""
        size, signs = int(some.sum()), self.signs[some]
        root = np.linalg.cholesky(self.covariance[np.ix_(some, some)])
        # Every point that is folded to the same one.
        sides = np.array(list(product(*([1, -1] if sign else [1] for sign in signs)))).reshape(
            2 ** int(signs.sum()), size
        )
        standard = (bent[:, np.newaxis, some] * sides - self.centre[some]) @ np.linalg.inv(root).T
        logs = special.logsumexp(-(FREEDOM + size) / 2 * np.log1p((standard**2).sum(axis=2) / FREEDOM), axis=1)
        scale = special.gammaln((FREEDOM + size) / 2) - size / 2 * np.log(FREEDOM * np.pi)
        density: Floats = logs - np.log(np.diag(root)).sum() + scale
        return density


@dataclass(frozen=True)
class _ShortWaves:
    """Waves, noise and the waves' length where these are too short to last: any share of a sum that is known.

    The sum is the length of the pair of deviations, their shares an even angle.
    """

    which: Integers
    log_total: float
    about: float
    log_length: float

    @classmethod
    def about_peak(cls, peak: Floats, covariance: Floats, density: Density) -> "_ShortWaves | None":
        """About a peak and the covariance there; none where one of the three is not unknown."""
        free = [int(each) for each in np.flatnonzero(density.free)]
        wanted = (WAVE, NOISE, LENGTH)
        if not set(wanted) <= set(free):
            return None
        which = np.array([free.index(each) for each in wanted])
        pair = peak[which[:2]]
        total = max(float(np.hypot(*pair)), ABSENT)
        along = pair / total
        spread = np.sqrt(along @ covariance[np.ix_(which[:2], which[:2])] @ along) / total
        times = np.unique(density.panel.times)
        shortest = float(np.diff(times).min())
        about = WIDER * float(np.clip(spread, TOTAL_ABOUT, 1.0))
        return cls(which, float(np.log(total)), about, float(np.log(SHORT * shortest)))

    def after(self, weighted: WeightedSample, believed: float) -> "_ShortWaves":
        """About the sum that the draws so far have."""
        logs = np.log(np.hypot(*weighted.points[:, self.which[:2]].T).clip(min=ABSENT))
        mean = float(weighted.weights @ logs)
        variance = believed * float(weighted.weights @ (logs - mean) ** 2) + (1 - believed) * self.about**2
        return replace(self, log_total=mean, about=max(float(np.sqrt(variance)), TOTAL_ABOUT))

    def draw(self, number: int, generator: np.random.Generator) -> Floats:
        """Draws of wave, noise and the log of the length, shape (number, 3)."""
        total = np.exp(self.log_total + self.about * generator.standard_t(FREEDOM, number))
        angle = np.pi / 2 * generator.random(number)
        length = self.log_length + SHORT_ABOUT * generator.standard_normal(number)
        return np.column_stack([total * np.cos(angle), total * np.sin(angle), length])

    def log_density(self, points: Floats) -> Floats:
        """Log density of wave, noise and the log of the length."""
        log_total = np.log(np.hypot(*points[:, :2].T).clip(min=ABSENT))
        along = stats.t.logpdf(log_total, FREEDOM, self.log_total, self.about)
        # From the log of the length of a pair and an even angle to the pair itself.
        pair = along - 2 * log_total - np.log(np.pi / 2)
        density: Floats = pair + stats.norm.logpdf(points[:, 2], self.log_length, SHORT_ABOUT)
        return density


def _bent(points: Floats, signs: Flags, scale: Floats) -> Floats:
    bent: Floats = np.where(signs, scale * np.arcsinh(points / scale), points)
    return bent
