"""The fuller model of all municipalities at the size of a country: places integrated out, the rest drawn by weight.

With levels and trends of all places integrated out one by one, what is left is the mean of each group, the effect of
each year and three deviations: some fifty numbers, of which thousands of places say enough to make their posterior
nearly normal. They are drawn about its peak and weighted; the weights say how near it was. The deviations
between groups and between years are drawn afterwards, and so are the places. A test holds all of it to the same
model sampled with every place in it, `build_full_model`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr
from scipy import linalg, optimize, special

from citizen_security.cities.every_municipality.full_model import EXTRA_VARIATION_SCALE, TREND_SCALE
from citizen_security.cities.every_municipality.model import PLACES_AT_A_TIME, MunicipalityPriors
from citizen_security.cities.every_municipality.quadrature import (
    Counts,
    Slope,
    UpperLevels,
    draw_places_given,
    integrate_places,
    nodes,
)
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.effort import SAMPLER_CORES, Effort
from citizen_security.methods.gates import MINIMUM_EFFECTIVE_SAMPLE
from citizen_security.methods.importance import WeightedSample, resampled, weigh
from citizen_security.methods.sampling import NotConverged

DEVIATIONS = ("place_deviation", "trend_deviation", "extra_variation")
START = (0.5, 0.3, 0.3)

# A deviation below this cannot be told from none in any table.
SMALLEST_DEVIATION = 1e-3

# Grid of the deviations between groups and between years, even in their logs.
SPREADS = np.geomspace(5e-3, 5.0, 40)
EVEN_SHARE = 0.1

# Of the proposal, at each attempt: degrees of freedom, and draws for each that is kept. In fifty dimensions light tails
# waste fewer draws; heavier ones, and more draws, are for posteriors that are less normal.
ATTEMPTS = ((30, 2), (15, 6))
# The density of few places is cheap enough for a third.
FEW_PLACES = 1_000
ATTEMPT_OF_FEW_PLACES = (8, 40)

REMEDY = "raise draws, bring a table with more places or years, or do without this model"


@dataclass(frozen=True)
class FullFit:
    """Draws of the fuller model's upper levels.

    Attributes
    ----------
    posterior : xarray.DataTree
        Group `posterior` with the upper levels of `build_full_model`, one chain of equally weighted draws.
    panel : MunicipalityPanel
    peaks : numpy.ndarray, shape (n_places, 2)
        Departure of each place's level from its group's, and its trend, at the peak of the upper levels.
    pareto_k : float
        Shape of the tail of the importance weights.
    effective_draws : float
        Effective size of the weighted sample.
    """

    posterior: xr.DataTree
    panel: MunicipalityPanel
    peaks: Floats
    pareto_k: float
    effective_draws: float

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.posterior["posterior"].sizes["draw"])

    def diagnostics(self) -> dict[str, float | int]:
        """The figures of the gate as plain data."""
        return {"draws": self.draws, "pareto_k": self.pareto_k, "effective_draws": self.effective_draws}


@dataclass(frozen=True)
class Spreads:
    """Deviations between the groups and between the years (log rate); zero between groups where there is one."""

    group: float
    year: float


class IntegratedDensity:
    """Log posterior density of the upper levels given the spreads of groups and years, places integrated out.

    A point holds the groups' log rates, contrasts of the year effects (orthonormal, so that the effects sum to zero),
    and the three deviations with either sign: the density is that of their absolute values, which leaves no edge at
    zero. Given the spreads all of these have normal priors, the overall rate integrated out.

    Parameters
    ----------
    panel : MunicipalityPanel
        Two years at least.
    priors : MunicipalityPriors
    """

    def __init__(self, panel: MunicipalityPanel, priors: MunicipalityPriors) -> None:
        self.counts = Counts.of(panel)
        self.priors = priors
        self.groups, self.years = len(panel.groups), len(panel.years)
        self.rule = nodes()
        self.peaks = np.zeros((len(panel.places), 2))
        self.distinct, self.number = np.unique(panel.homicides[panel.exposure > 0], return_counts=True)
        centre = np.log(priors.overall_rate_centre)
        self.prior_mean = np.concatenate([np.full(self.groups, centre), np.zeros(self.years - 1 + len(DEVIATIONS))])

    @cached_property
    def contrasts(self) -> Floats:
        """Orthonormal basis of effects that sum to zero, shape (n_years, n_years - 1)."""
        basis: Floats = linalg.helmert(self.years).T
        return basis

    def start(self) -> Floats:
        """A point to begin at: raw rates of the groups and years, usual deviations."""
        counts, exposure = self.counts.homicides, self.counts.exposure
        overall = (counts.sum() + 0.5) / exposure.sum()
        # A little of the overall rate keeps a group or a year without homicides finite.
        of_groups, person_years = (np.bincount(self.counts.group, each.sum(axis=1)) for each in (counts, exposure))
        groups = np.log((of_groups + overall) / (person_years + 1))
        years = np.log((counts.sum(axis=0) + overall) / (exposure.sum(axis=0) + 1) / overall)
        return np.concatenate([groups, self.contrasts.T @ years, START])

    def split(self, point: Floats) -> tuple[Floats, Floats, Floats]:
        """Groups' log rates, contrasts of the years, deviations (their absolute values)."""
        groups, years, deviations = np.split(point, [self.groups, self.groups + self.years - 1])
        return groups, years, np.maximum(np.abs(deviations), SMALLEST_DEVIATION)

    def upper(self, point: Floats) -> UpperLevels:
        """Upper levels at a point."""
        groups, years, deviations = self.split(point)
        return UpperLevels(groups, self.contrasts @ years, *(float(value) for value in deviations))

    def log_likelihood(self, point: Floats) -> float:
        """Log density of the counts at a point; peaks are looked for from those last kept."""
        upper = self.upper(point)
        integrated, _, _ = integrate_places(self.counts, upper, self.peaks, self.rule)
        return integrated + self._gammas(upper.extra_variation)

    def with_slope(self, point: Floats, spreads: Spreads, *, keep_peaks: bool = False) -> "tuple[float, Floats]":
        """Log density given the spreads, up to a constant, and its derivatives."""
        upper = self.upper(point)
        integrated, peaks, slope = integrate_places(self.counts, upper, self.peaks, self.rule, slope=True)
        if keep_peaks:
            self.peaks = peaks
        pull = self.prior_precision(spreads) @ (point - self.prior_mean)
        prior = -0.5 * (point - self.prior_mean) @ pull
        density = integrated + self._gammas(upper.extra_variation) + float(prior)
        return density, self._slope(slope, upper, point) - pull

    def prior_precision(self, spreads: Spreads) -> Floats:
        """Precision of the normal prior of a point, given the spreads."""
        scale = np.array([self.priors.place_scale, TREND_SCALE, EXTRA_VARIATION_SCALE])
        of_groups = spreads.group**2 * np.eye(self.groups) + self.priors.overall_scale**2
        of_years = np.full(self.years - 1, spreads.year**-2)
        precision: Floats = linalg.block_diag(np.linalg.inv(of_groups), np.diag(of_years), np.diag(scale**-2))
        return precision

    def log_prior(self, point: Floats, spreads: Spreads) -> float:
        """Log density of the priors, the spreads' own in their logs, up to a constant."""
        precision = self.prior_precision(spreads)
        away = point - self.prior_mean
        return float(0.5 * np.linalg.slogdet(precision)[1] - 0.5 * away @ precision @ away) + self.log_prior_of(spreads)

    def log_prior_of(self, spreads: Spreads) -> float:
        """Log density of the spreads in their logs, up to a constant."""
        of_year = -0.5 * (spreads.year / self.priors.year_scale) ** 2 + np.log(spreads.year)
        if self.groups == 1:
            return float(of_year)
        return float(of_year - 0.5 * (spreads.group / self.priors.group_scale) ** 2 + np.log(spreads.group))

    def _gammas(self, extra_variation: float) -> float:
        """Gamma functions of the negative binomial distribution, once for each distinct count."""
        shape = extra_variation**-2
        counts = self.distinct
        terms = special.gammaln(counts + shape) - special.gammaln(shape) - counts * np.log(shape)
        return float(self.number @ terms)

    def _slope(self, slope: Slope, upper: UpperLevels, point: Floats) -> Floats:
        shape = upper.extra_variation**-2
        counts = self.distinct
        of_gammas = self.number @ (special.digamma(counts + shape) - special.digamma(shape) - counts / shape)
        by_extra = (slope.shape + of_gammas) * -2 * shape / upper.extra_variation
        deviations = np.array([slope.place_deviation, slope.trend_deviation, by_extra]) * np.sign(point[-3:])
        return np.concatenate([slope.log_group_rate, self.contrasts.T @ slope.year_effect, deviations])


class Proposal:
    """What upper levels are drawn from: the spreads from a grid, the rest from a normal distribution given them.

    The likelihood is replaced by the normal density that has its peak and curvature. With it, and normal priors given
    the spreads, the posterior of the spreads and that of everything else given them are known.

    Parameters
    ----------
    density : IntegratedDensity
    pool : ThreadPoolExecutor
        For the derivatives.

    References
    ----------
    Rue, Martino and Chopin (2009), Journal of the Royal Statistical Society B 71(2), for the construction.
    """

    def __init__(self, density: IntegratedDensity, pool: ThreadPoolExecutor) -> None:
        self.density = density
        peak, curvature, at = _find_peak(density, pool)
        prior = density.prior_precision(at)
        self.likelihood_precision = _positive(curvature - prior)
        self.likelihood_pull = self.likelihood_precision @ peak + prior @ (peak - density.prior_mean)
        # At the peak the slopes of likelihood and prior cancel.
        self.group_grid = SPREADS if density.groups > 1 else np.zeros(1)
        terms = np.array([[self._log_marginal(Spreads(g, y)) for y in SPREADS] for g in self.group_grid])
        self.log_weights = terms - special.logsumexp(terms)

    def draw(
        self, number: int, degrees_of_freedom: float, generator: np.random.Generator
    ) -> "tuple[Floats, list[Spreads], Floats]":
        """Points, spreads, and the log density from which they were drawn, deviations folded to absolute values.

        Parameters
        ----------
        number : int
        degrees_of_freedom : float
            Of the multivariate t distribution that takes the normal's place.
        generator : numpy.random.Generator

        Returns
        -------
        points : numpy.ndarray, shape (number, n_dimensions)
        spreads : list of Spreads
        log_density : numpy.ndarray, shape (number,)
        """
        spreads, log_density = self._draw_spreads(number, generator)
        points = np.empty((number, len(self.density.prior_mean)))
        for position, each in enumerate(spreads):
            points[position], given = self._draw_given(each, degrees_of_freedom, generator)
            log_density[position] += given
        return points, spreads, log_density

    def _moments(self, spreads: Spreads) -> tuple[Floats, Floats]:
        """Precision and mean of a point, given the spreads."""
        prior = self.density.prior_precision(spreads)
        precision = self.likelihood_precision + prior
        mean = np.linalg.solve(precision, self.likelihood_pull + prior @ self.density.prior_mean)
        return precision, mean

    def _draw_given(
        self, spreads: Spreads, degrees_of_freedom: float, generator: np.random.Generator
    ) -> "tuple[Floats, float]":
        """A point from the multivariate t distribution given the spreads, and its folded log density."""
        precision, mean = self._moments(spreads)
        root, size = linalg.cholesky(precision, lower=True), len(mean)
        tail = np.sqrt(generator.chisquare(degrees_of_freedom) / degrees_of_freedom)
        point = mean + linalg.solve_triangular(root, generator.standard_normal(size), trans="T", lower=True) / tail
        point[-len(DEVIATIONS) :] = np.abs(point[-len(DEVIATIONS) :])
        away = ((_flipped(point) - mean) @ root) ** 2
        kernel = -0.5 * (degrees_of_freedom + size) * np.log1p(away.sum(axis=1) / degrees_of_freedom)
        return point, float(special.logsumexp(kernel) + np.log(np.diag(root)).sum())

    def _log_marginal(self, spreads: Spreads) -> float:
        """Log posterior density of the spreads in their logs, the normal likelihood taken for the true one."""
        precision, mean = self._moments(spreads)
        prior = self.density.prior_precision(spreads)
        determinants = np.linalg.slogdet(prior)[1] - np.linalg.slogdet(precision)[1]
        quadratic = mean @ precision @ mean - self.density.prior_mean @ prior @ self.density.prior_mean
        return float(0.5 * (determinants + quadratic)) + self.density.log_prior_of(spreads)

    def _draw_spreads(self, number: int, generator: np.random.Generator) -> "tuple[list[Spreads], Floats]":
        """Cells of the grid by their weights, and spreads evenly (in logs) within the cells."""
        # A tenth from all cells alike: the grid's weights are those of an approximation.
        weights = (1 - EVEN_SHARE) * np.exp(self.log_weights.ravel()) + EVEN_SHARE / self.log_weights.size
        cells = generator.choice(len(weights), size=number, p=weights / weights.sum())
        group, year = np.unravel_index(cells, self.log_weights.shape)
        step = np.log(SPREADS[1] / SPREADS[0])
        moved = np.exp(step * (generator.random((2, number)) - 0.5))
        spreads = zip(self.group_grid[group] * moved[0], SPREADS[year] * moved[1], strict=True)
        return [Spreads(float(g), float(y)) for g, y in spreads], np.log(weights[cells])


def _flipped(point: Floats) -> Floats:
    """A point with every choice of signs of its deviations, shape (8, n_dimensions)."""
    signs = np.array(np.meshgrid(*[[1.0, -1.0]] * len(DEVIATIONS))).reshape(len(DEVIATIONS), -1).T
    flipped = np.tile(point, (len(signs), 1))
    flipped[:, -len(DEVIATIONS) :] *= signs
    return flipped


def _positive(matrix: Floats) -> Floats:
    """The nearest matrix without negative eigenvalues: a likelihood that hardly speaks of something says nothing."""
    values, vectors = linalg.eigh((matrix + matrix.T) / 2)
    nearest: Floats = (vectors * np.maximum(values, 0)) @ vectors.T
    return nearest


def _find_peak(density: IntegratedDensity, pool: ThreadPoolExecutor) -> "tuple[Floats, Floats, Spreads]":
    """Peak of the density given spreads taken from the raw rates, its negative curvature there, and those spreads."""
    start = density.start()
    groups, years, _ = density.split(start)
    of_groups = 0.0 if len(groups) == 1 else float(np.clip(groups.std(ddof=1), 0.1, 1.0))
    spreads = Spreads(of_groups, float(np.clip(np.sqrt((years**2).mean()), 0.05, 0.5)))

    def negative(point: Floats) -> "tuple[float, Floats]":
        value, slope = density.with_slope(point, spreads, keep_peaks=True)
        return -value, -slope

    search = optimize.minimize(negative, start, jac=True, method="BFGS", options={"gtol": 0.1})
    peak = np.append(search.x[:-3], np.abs(search.x[-3:]))
    steps = 0.3 * np.clip(np.sqrt(np.diag(search.hess_inv)), 1e-3, 0.3)

    def column(position: int) -> Floats:
        step = np.zeros(len(peak))
        step[position] = steps[position]
        apart = density.with_slope(peak + step, spreads)[1] - density.with_slope(peak - step, spreads)[1]
        slope: Floats = apart / (2 * steps[position])
        return slope

    return peak, -np.stack(list(pool.map(column, range(len(peak))))), spreads


def fit_full_at_scale(
    name: str, panel: MunicipalityPanel, priors: MunicipalityPriors, *, draws: int, seed: int, effort: Effort
) -> FullFit:
    """Draw the upper levels of the fuller model by importance sampling, places integrated out.

    Parameters
    ----------
    name : str
        Name of the fit, for messages.
    panel : MunicipalityPanel
        Two years at least.
    priors : MunicipalityPriors
        `place_scale` is that of the places' log rates here.
    draws : int
        Equally weighted draws kept.
    seed : int
    effort : Effort
        Decides the effective size that the weighted sample must have.

    Returns
    -------
    FullFit

    Raises
    ------
    NotConverged
        If the importance weights cannot be trusted, as with a handful of places, whose posterior is far from normal.
    """
    density = IntegratedDensity(panel, priors)
    generator = np.random.default_rng(seed)
    with ThreadPoolExecutor(SAMPLER_CORES) as pool:
        sample, spreads = _sample(density, draws, MINIMUM_EFFECTIVE_SAMPLE[effort], generator, pool)
    if failures := list(sample.problems(MINIMUM_EFFECTIVE_SAMPLE[effort], REMEDY)):
        raise NotConverged(name, failures)
    kept = resampled(sample.weights, draws, generator)
    posterior = _posterior(density, sample.points[kept], [spreads[each] for each in kept], panel, generator)
    return FullFit(posterior, panel, density.peaks, sample.pareto_k, sample.effective_draws)


def full_place_risks(fit: FullFit, credible_level: float, seed: int) -> pd.DataFrame:
    """Risk and trend of each place by the fuller model.

    Parameters
    ----------
    fit : FullFit
    credible_level : float
        Probability of the intervals.
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each place in the order of the panel
        `rate`, `lower`, `upper` (over the years that the table has, per 100,000 person-years); `trend`, `trend_lower`,
        `trend_upper` (own change in log rate from the first to the last year, beyond the years' effects), and
        `probability_fell`, that the risk was lower in the last year than in the first, years' effects included.
    """
    tails = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2]
    parts = []
    for rate, trend, change in draw_full_places(fit, seed):
        lower, middle, upper = np.quantile(rate, tails, axis=0)
        trend_lower, trend_middle, trend_upper = np.quantile(trend, tails, axis=0)
        parts.append(
            pd.DataFrame(
                {
                    "rate": middle,
                    "lower": lower,
                    "upper": upper,
                    "trend": trend_middle,
                    "trend_lower": trend_lower,
                    "trend_upper": trend_upper,
                    "probability_fell": (change < 0).mean(axis=0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def draw_full_places(fit: FullFit, seed: int) -> "Iterator[tuple[Floats, Floats, Floats]]":
    """Draw rate, trend and change of all places given each draw of the upper levels, some places at a time.

    Parameters
    ----------
    fit : FullFit
    seed : int

    Yields
    ------
    rate, trend, change : numpy.ndarray, shape (n_draws, n_places)
        Of the next places: rate over the years that the table has (per 100,000 person-years), own trend, and change in
        log risk from the first to the last year, years' effects included.
    """
    every = _upper_draws(fit)
    counts = Counts.of(fit.panel)
    seeds = iter(np.random.SeedSequence(seed).spawn(-(-len(counts.group) // PLACES_AT_A_TIME)))
    for start in range(0, len(counts.group), PLACES_AT_A_TIME):
        part = counts.part(start, start + PLACES_AT_A_TIME)
        peaks = fit.peaks[start : start + PLACES_AT_A_TIME]
        generators = [np.random.default_rng(each) for each in next(seeds).spawn(len(every))]

        def one(
            upper: UpperLevels, generator: np.random.Generator, part: Counts = part, peaks: Floats = peaks
        ) -> tuple[Floats, Floats, Floats]:
            departure, trend = draw_places_given(part, upper, peaks, generator).T
            yearly = np.exp(trend[:, np.newaxis] * part.time + upper.year_effect)
            level = np.exp(upper.log_group_rate[part.group] + departure)
            rate = level * (part.exposure * yearly).sum(axis=1) / part.exposure.sum(axis=1)
            return rate, trend, trend + upper.year_effect[-1] - upper.year_effect[0]

        with ThreadPoolExecutor(SAMPLER_CORES) as pool:
            rate, trend, change = zip(*pool.map(one, every, generators), strict=True)
        yield np.stack(rate), np.stack(trend), np.stack(change)


def _sample(
    density: IntegratedDensity,
    draws: int,
    minimum_effective: float,
    generator: np.random.Generator,
    pool: ThreadPoolExecutor,
) -> "tuple[WeightedSample, list[Spreads]]":
    """Draw about the peak, with heavier tails and more draws at each attempt, until the weights can be trusted."""
    proposal = Proposal(density, pool)
    few = len(density.counts.group) <= FEW_PLACES
    for degrees_of_freedom, times in (*ATTEMPTS, *[ATTEMPT_OF_FEW_PLACES] * few):
        points, spreads, drawn_from = proposal.draw(times * draws, degrees_of_freedom, generator)
        likelihood = np.array(list(pool.map(density.log_likelihood, points)))
        prior = np.array([density.log_prior(*pair) for pair in zip(points, spreads, strict=True)])
        sample = weigh(points, likelihood + prior - drawn_from)
        if not list(sample.problems(minimum_effective, REMEDY)):
            break
    return sample, spreads


def _posterior(
    density: IntegratedDensity,
    points: Floats,
    spreads: list[Spreads],
    panel: MunicipalityPanel,
    generator: np.random.Generator,
) -> xr.DataTree:
    """Draws of all upper levels; the overall rate is drawn given the groups."""
    uppers = [density.upper(point) for point in points]
    groups = points[:, : density.groups]
    between = np.array([each.group for each in spreads])
    drawn = {
        "log_group_rate": (("group",), groups),
        "year_effect": (("year",), np.stack([upper.year_effect for upper in uppers])),
        "year_deviation": ((), np.array([each.year for each in spreads])),
        "overall_log_rate": ((), _draw_overall(density, groups, between, generator)),
    }
    drawn |= {name: ((), np.array([getattr(upper, name) for upper in uppers])) for name in DEVIATIONS}
    if density.groups > 1:
        drawn["group_deviation"] = ((), between)
    variables = {name: (("chain", "draw", *dims), values[np.newaxis]) for name, (dims, values) in drawn.items()}
    coordinates = {"group": list(panel.groups), "year": list(panel.years)}
    return xr.DataTree.from_dict({"posterior": xr.Dataset(variables, coords=coordinates)})


def _draw_overall(
    density: IntegratedDensity, groups: Floats, between: Floats, generator: np.random.Generator
) -> Floats:
    if density.groups == 1:
        return groups[:, 0]
    of_groups, of_prior = density.groups / between**2, density.priors.overall_scale**-2
    pull = of_groups * groups.mean(axis=1) + of_prior * np.log(density.priors.overall_rate_centre)
    noise = generator.standard_normal(len(groups)) / np.sqrt(of_groups + of_prior)
    overall: Floats = pull / (of_groups + of_prior) + noise
    return overall


def _upper_draws(fit: FullFit) -> list[UpperLevels]:
    draws = fit.posterior["posterior"].to_dataset().isel(chain=0)
    arrays = [draws[name].to_numpy() for name in ("log_group_rate", "year_effect", *DEVIATIONS)]
    return [
        UpperLevels(group, year, float(place), float(trend), float(extra))
        for group, year, place, trend, extra in zip(*arrays, strict=True)
    ]
