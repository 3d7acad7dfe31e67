"""Marginal likelihood and posterior of the effect under one model of effect, heterogeneity and selection.

The integrals have one to five dimensions and are done by Gauss–Legendre quadrature on boxes that hold all but a
negligible part of the integrand, so that the same data always give the same digits. Strong selection crowds the weights
near zero: they get more nodes until that changes the likelihood by less than the tolerance.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import logsumexp

from ..arrays import Floats
from .ensembles import EffectPriors, SelectionMechanism
from .quadrature import legendre_rule
from .selection_models import (
    PValueSteps,
    interval_probabilities,
    p_value_steps,
)

# What lies this far below the peak on the log scale adds less than a millionth to an integral.
DEPTH = 20.0

# So many shares of reporting are multiplied before a logarithm is taken; their product cannot underflow.
GROUP = 8

# Numbers in one chunk of an integrand: a chunk stays in the cache of a core.
CHUNK = 2_000_000


# Whether more nodes of the weights would change a model is asked at these quantiles of τ, and so many effects at each.
ASKED_TAU = np.array([0.1, 0.5, 0.9])
ASKED_EFFECTS = 9

# By so much the nodes of a weight grow, up to so many of all weights together.
FINER = 1.4
MOST_NODES = 200_000


class NotIntegrated(ValueError):
    """A likelihood that the largest rule of weights does not integrate to the tolerance."""


@dataclass(frozen=True)
class Resolution:
    """Nodes of the quadrature.

    Attributes
    ----------
    effect, heterogeneity, slope : int
        In the effect, in τ, in a slope.
    weights : tuple of int
        In each weight, by their number, to begin with.
    tolerance : float
        More nodes of the weights would change the marginal likelihood by no more than this share.
    """

    effect: int
    heterogeneity: int
    slope: int
    weights: tuple[int, int, int]
    tolerance: float = 1e-3


FULL = Resolution(effect=40, heterogeneity=24, slope=40, weights=(28, 16, 10))
QUICK = Resolution(effect=24, heterogeneity=14, slope=24, weights=(14, 9, 6), tolerance=1e-2)
COARSE = Resolution(effect=14, heterogeneity=25, slope=12, weights=(6, 5, 4))


@dataclass(frozen=True, eq=False)
class ModelPosterior:
    """What one model says of the effect.

    Attributes
    ----------
    has_effect, is_mixed : bool
        Whether the model has an effect, and heterogeneity.
    selection : SelectionMechanism
    log_marginal : float
        Logarithm of the marginal likelihood.
    nodes, shares : numpy.ndarray, shape (n_rows, n_nodes)
        Values of the effect, a Legendre rule in each row, and their shares of the posterior.
    """

    has_effect: bool
    is_mixed: bool
    selection: SelectionMechanism
    log_marginal: float
    nodes: Floats
    shares: Floats

    @property
    def mean(self) -> float:
        """Posterior mean of the effect."""
        return float(np.sum(self.shares * self.nodes))


@dataclass(frozen=True, eq=False)
class _Model:
    """Data and priors of one model, turned so that selection favours positive effects."""

    effect: Floats
    variance: Floats
    priors: EffectPriors
    selection: SelectionMechanism
    has_effect: bool
    steps: PValueSteps | None

    @property
    def predictor(self) -> Floats | None:
        """What a slope multiplies."""
        return {"pet": np.sqrt(self.variance), "peese": self.variance}.get(self.selection.kind)

    @property
    def slope_prior(self) -> Any:
        return self.priors.pet if self.selection.kind == "pet" else self.priors.peese


def model_posterior(
    effect: Floats,
    variance: Floats,
    priors: EffectPriors,
    selection: SelectionMechanism,
    *,
    has_effect: bool,
    is_mixed: bool,
    resolution: Resolution,
) -> ModelPosterior:
    """Integrate one model over its parameters.

    Parameters
    ----------
    effect, variance : numpy.ndarray, shape (k,)
        Turned so that selection favours positive effects.
    priors : EffectPriors
    selection : SelectionMechanism
    has_effect, is_mixed : bool
        Whether the model has an effect, and heterogeneity.
    resolution : Resolution

    Returns
    -------
    ModelPosterior

    Raises
    ------
    NotIntegrated
        If the weights of reporting have too narrow a peak for the largest rule.
    """
    model = _Model(effect, variance, priors, selection, has_effect, _steps(effect, variance, selection))
    taus = [*_heterogeneity_nodes(model, is_mixed, resolution)]
    while True:
        given = [_given_heterogeneity(model, tau, resolution) for tau, _ in taus]
        values = np.concatenate([nodes for nodes, _ in given])
        log_mass = np.concatenate([log + log_weight for (_, log), (_, log_weight) in zip(given, taus, strict=True)])
        log_marginal = float(logsumexp(log_mass))
        shares = np.exp(log_mass - log_marginal)
        if model.steps is None:
            break
        finer = _with_finer_weights(resolution, model.steps.thresholds.shape[1])
        squares = np.array([tau**2 for tau, _ in taus])
        if _weights_are_settled(model.steps, values, log_mass, squares, resolution, finer):
            break
        resolution = _allowed(finer, model.steps.thresholds.shape[1])
    return ModelPosterior(has_effect, is_mixed, selection, log_marginal, values, shares)


def _with_finer_weights(resolution: Resolution, steps: int) -> Resolution:
    """More nodes of so many weights."""
    nodes = [*resolution.weights]
    nodes[steps - 1] = math.ceil(FINER * nodes[steps - 1])
    return replace(resolution, weights=(nodes[0], nodes[1], nodes[2]))


def _allowed(resolution: Resolution, steps: int) -> Resolution:
    """The same, where it has no more nodes than can be waited for."""
    nodes = resolution.weights[steps - 1]
    if nodes**steps > MOST_NODES:
        raise NotIntegrated(
            f"selection among these studies is so strong that {nodes:,} nodes of each of {steps} weights would be "
            "needed to integrate it; leave out the mechanism with the most steps."
        )
    return resolution


def _weights_are_settled(
    steps: PValueSteps, values: Floats, log_mass: Floats, squares: Floats, resolution: Resolution, finer: Resolution
) -> bool:
    """Whether more nodes of the weights would change nothing in the posterior of one model.

    It is asked over all that was integrated: where too few nodes miss the peak of the weights, mass is missing too.
    """
    by_tau = logsumexp(log_mass, axis=1)
    below = np.exp(by_tau - logsumexp(by_tau)).cumsum()
    rows = np.unique(np.minimum(np.searchsorted(below, ASKED_TAU), len(below) - 1))
    columns = np.unique(np.linspace(0, values.shape[1] - 1, ASKED_EFFECTS).astype(int))
    which, before, after = steps.thresholds.shape[1] - 1, [], []
    for row in rows:
        old, new = (
            _log_selection(steps, values[row, columns], float(squares[row]), rule.weights[which])
            for rule in (resolution, finer)
        )
        before.append(log_mass[row, columns])
        after.append(log_mass[row, columns] + new - old)
    top = np.max(after)
    masses = np.exp(np.array([before, after]) - top)
    return bool(np.abs(masses[1] - masses[0]).sum() <= resolution.tolerance * masses[1].sum())


def _steps(effect: Floats, variance: Floats, selection: SelectionMechanism) -> PValueSteps | None:
    """Where each study stands among the cut points of a mechanism with weights."""
    if selection.kind != "weights":
        return None
    return p_value_steps(effect, variance, selection.cut_points, "either" if selection.both_tails else "positive")


def _heterogeneity_nodes(model: _Model, is_mixed: bool, resolution: Resolution) -> Iterator[tuple[float, float]]:
    """Nodes of τ with the logarithms of weight times prior; zero alone without heterogeneity.

    τ = s (eˣ − 1), with s a typical standard error: even steps near zero, and even factors far out.
    """
    if not is_mixed:
        yield 0.0, 0.0
        return
    scale = float(np.sqrt(np.median(model.variance)))
    widest = 50 * float(np.ptp(model.effect) + np.sqrt(model.variance.max()))
    prior = model.priors.heterogeneity
    furthest = math.log1p(min(float(prior.isf(1e-10)), widest) / scale)

    def log_weight(x: float) -> float:
        return float(prior.logpdf(scale * math.expm1(x))) + math.log(scale) + x

    coarse = np.linspace(0, furthest, COARSE.heterogeneity + 1)[1:]
    heights = [
        log_weight(x) + float(logsumexp(_given_heterogeneity(model, scale * math.expm1(x), COARSE)[1])) for x in coarse
    ]
    high = np.flatnonzero(np.array(heights) >= max(heights) - DEPTH)
    step = coarse[0]
    ends = max(0.0, coarse[high[0]] - step), min(furthest, coarse[high[-1]] + step)
    for x, weight in zip(*legendre_rule(resolution.heterogeneity, *ends), strict=True):
        yield scale * math.expm1(x), math.log(weight) + log_weight(x)


def _given_heterogeneity(model: _Model, tau: float, resolution: Resolution) -> tuple[Floats, Floats]:
    """Rows of nodes of the effect, and the logarithms of likelihood × priors × quadrature weights, at one τ."""
    if model.steps is not None:
        return _with_weights(model, model.steps, tau, resolution)
    if model.predictor is not None:
        return _with_slope(model, model.predictor, tau, resolution)
    total = model.variance + tau**2
    mean, spread = _gaussian(model.effect, total)
    nodes, log_weights = _effect_nodes(model, mean, spread, resolution.effect)
    log_mass = log_weights + _normal_log_likelihood(model.effect, total, nodes)
    return nodes[None, :], log_mass[None, :]


def _with_slope(model: _Model, predictor: Floats, tau: float, resolution: Resolution) -> tuple[Floats, Floats]:
    """Given τ the likelihood is normal in effect and slope: nodes of the slope, and for each nodes of the effect."""
    total = model.variance + tau**2
    weights = 1 / total
    predicted, left, pulled = predictor, model.effect, 0.0
    if model.has_effect:
        # Where studies are of one size the prior of the effect alone tells it from a slope.
        prior_mean, prior_precision = float(model.priors.effect.mean()), 1 / float(model.priors.effect.var())
        left = left - prior_mean
        share = float(weights @ predictor) / (weights.sum() + prior_precision)
        predicted, pulled = predictor - share, prior_precision * share**2
    precision = float(weights @ predicted**2) + pulled
    centre = float(weights @ (predicted * left)) / precision
    ends = _ends(centre, precision**-0.5, *model.slope_prior.support())
    slopes, shares = legendre_rule(resolution.slope, *ends)
    log_shares = np.log(shares) + model.slope_prior.logpdf(slopes)
    nodes, logs = [], []
    for slope, log_share in zip(slopes, log_shares, strict=True):
        left = model.effect - slope * predictor
        mean, spread = _gaussian(left, total)
        values, log_weights = _effect_nodes(model, mean, spread, resolution.effect)
        nodes.append(values)
        logs.append(log_share + log_weights + _normal_log_likelihood(left, total, values))
    return np.array(nodes), np.array(logs)


def _with_weights(model: _Model, steps: PValueSteps, tau: float, resolution: Resolution) -> tuple[Floats, Floats]:
    """Nodes of the effect where the likelihood, weights integrated out, is not negligible."""
    total = model.variance + tau**2
    mean, spread = _gaussian(model.effect, total)
    number = steps.thresholds.shape[1]

    def log_height(values: Floats, nodes_of_weights: int) -> Floats:
        return _normal_log_likelihood(model.effect, total, values) + _log_selection(
            steps, values, tau**2, nodes_of_weights
        )

    final = resolution.weights[number - 1]
    if not model.has_effect:
        nodes = np.zeros(1)
        return nodes[None, :], log_height(nodes, final)[None, :]
    ends = _ends(mean, spread, *model.priors.effect.support())
    # Selection can only have pushed the effects outwards, so the peak lies at the mean or towards (and beyond) zero.
    furthest = -abs(ends[1]) - 10 * spread if not steps.both_tails else min(ends[0], -abs(ends[1]))
    # Many results that are all just significant leave the prior alone to say how far beyond.
    end = max(float(model.priors.effect.support()[0]), float(model.priors.effect.ppf(1e-30)))
    lowest = max(furthest, end)
    coarse = np.unique(
        np.concatenate([np.linspace(end, lowest, 13), np.linspace(lowest, ends[1], 31), np.linspace(*ends, 21)])
    )
    heights = log_height(coarse, math.ceil(final / 2)) + model.priors.effect.logpdf(coarse)
    high = np.flatnonzero(heights >= heights.max() - DEPTH)
    lower, upper = coarse[max(0, high[0] - 1)], coarse[min(len(coarse) - 1, high[-1] + 1)]
    nodes, shares = legendre_rule(resolution.effect, float(lower), float(upper))
    log_mass = np.log(shares) + model.priors.effect.logpdf(nodes) + log_height(nodes, final)
    return nodes[None, :], log_mass[None, :]


def _log_selection(steps: PValueSteps, values: Floats, tau_squared: float, nodes_of_weights: int) -> Floats:
    """Logarithm of what selection does to the likelihood, averaged over the prior of the weights; shape of `values`."""
    weights, log_shares = _weight_nodes(steps.thresholds.shape[1], nodes_of_weights)
    log_shares = log_shares + steps.counts @ np.log(weights)
    size = len(steps.effect)
    chunk = max(1, CHUNK // (size * weights.shape[1]))
    out = np.empty(len(values))
    for start in range(0, len(values), chunk):
        part = values[start : start + chunk]
        reported = interval_probabilities(steps, part[:, None], tau_squared) @ weights
        edges = np.arange(0, size, GROUP)
        products = np.multiply.reduceat(reported, edges, axis=1)
        out[start : start + chunk] = logsumexp(log_shares[None, :] - np.log(products).sum(axis=1), axis=1)
    return out


def _weight_nodes(steps: int, nodes: int) -> tuple[Floats, Floats]:
    """Weights of all intervals at the nodes, shape (steps + 1, nodes), and logarithms of quadrature weight times prior.

    The prior is that of cumulated Dirichlet shares, all parameters one: weights fall with p, and every falling
    sequence is as likely. Each is written as a share of the one before, whose square root is evenly spread: strong
    selection leaves a peak near zero.
    """
    roots, even = legendre_rule(nodes, 0.0, 1.0)
    points, weights = roots**2, 2 * roots * even
    grids = np.meshgrid(*[points] * steps, indexing="ij")
    shares = np.stack([grid.ravel() for grid in grids])
    products = np.cumprod(shares, axis=0)
    quadrature = np.stack([grid.ravel() for grid in np.meshgrid(*[weights] * steps, indexing="ij")])
    powers = np.arange(steps - 1, -1, -1)[:, None]
    log_shares = np.log(quadrature).sum(axis=0) + (powers * np.log(shares)).sum(axis=0) + math.lgamma(steps + 1)
    return np.vstack([np.ones((1, products.shape[1])), products]), np.asarray(log_shares)


def _effect_nodes(model: _Model, mean: float, spread: float, number: int) -> tuple[Floats, Floats]:
    """Nodes of the effect and logarithms of weight times prior, for a likelihood that is normal; zero without one."""
    if not model.has_effect:
        return np.zeros(1), np.zeros(1)
    nodes, shares = legendre_rule(number, *_ends(mean, spread, *model.priors.effect.support()))
    return nodes, np.log(shares) + model.priors.effect.logpdf(nodes)


def _ends(mean: float, spread: float, lowest: float, highest: float) -> tuple[float, float]:
    """Where a normal curve, cut off at the ends of a prior, has fallen so deep below its peak that nothing is left."""
    peak = min(max(mean, lowest), highest)
    reach = math.sqrt((peak - mean) ** 2 + 2 * DEPTH * spread**2)
    return max(lowest, mean - reach), min(highest, mean + reach)


def _gaussian(effect: Floats, total: Floats) -> tuple[float, float]:
    weights = 1 / total
    return float(weights @ effect / weights.sum()), float(weights.sum() ** -0.5)


def _normal_log_likelihood(effect: Floats, total: Floats, values: Floats) -> Floats:
    mean, spread = _gaussian(effect, total)
    at_mean = -0.5 * float(np.sum(np.log(2 * np.pi * total) + (effect - mean) ** 2 / total))
    return np.asarray(at_mean - 0.5 * ((values - mean) / spread) ** 2)
