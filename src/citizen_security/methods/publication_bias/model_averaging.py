"""Bayesian averaging over models with and without an effect, heterogeneity and selection, in the manner of RoBMA.

Each model has its own marginal likelihood, and Bayes factors for an effect, for heterogeneity and for selection follow.
The integrals have one to five dimensions and are done by Gauss–Legendre quadrature on boxes that hold all but a
negligible part of the integrand, so that the same data always give the same digits.

References
----------
Maier, Bartoš and Wagenmakers (2023), Psychological Methods 28(1); Bartoš, Maier, Wagenmakers, Doucouliagos and Stanley
(2023), Research Synthesis Methods 14(1); weights of reporting: Vevea and Hedges (1995), Psychometrika 60(3).
"""

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.interpolate import CubicHermiteSpline
from scipy.special import logsumexp

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies
from citizen_security.methods.publication_bias.selection_models import (
    PValueSteps,
    interval_probabilities,
    p_value_steps,
)

type Floats = npt.NDArray[np.float64]
type Kind = Literal["none", "weights", "pet", "peese"]
type Ensemble = Literal["one_sided_step", "two_sided_steps", "steps_and_regressions"]

FEWEST = 3

# What lies this far below the peak on the log scale adds less than a millionth to an integral.
DEPTH = 20.0

# So many shares of reporting are multiplied before a logarithm is taken; their product cannot underflow.
GROUP = 8

# Points at which the posterior of the effect is laid out.
GRID = 2001

# Numbers in one chunk of an integrand: a chunk stays in the cache of a core.
CHUNK = 2_000_000


@dataclass(frozen=True)
class Priors:
    """Prior distributions of the alternatives, on the scale of the effects; frozen distributions of scipy.stats.

    Attributes
    ----------
    effect, heterogeneity : distribution
        Of μ and of τ where they are not zero.
    pet, peese : distribution
        Of the slope of the effect on the standard error and on the variance, towards the favoured sign.
    """

    effect: Any
    heterogeneity: Any
    pet: Any
    peese: Any


@dataclass(frozen=True)
class Selection:
    """A way in which results are selected.

    Attributes
    ----------
    label : str
    kind : str
    prior_probability : float
    cut_points : tuple of float
        Of the p-values at which the weight of reporting steps down.
    both_tails : bool
        Whether p-values are two-sided, or one-sided in the favoured direction.
    """

    label: str
    kind: Kind
    prior_probability: float
    cut_points: tuple[float, ...] = ()
    both_tails: bool = False


@dataclass(frozen=True)
class Resolution:
    """Nodes of the quadrature in the effect, in τ, in a slope, and in each weight (by their number)."""

    effect: int
    heterogeneity: int
    slope: int
    weights: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Averaged:
    """What the models say together.

    Attributes
    ----------
    models : pandas.DataFrame
        A row for each: `effect`, `heterogeneity` (whether in the model), `selection` (label), `prior_probability`,
        `log_marginal`, `posterior_probability`, `effect_mean`.
    inclusion : pandas.DataFrame
        `component` (effect, heterogeneity, selection), `prior_probability`, `posterior_probability`, `bayes_factor`.
    mean, median, lower, upper : float
        Of the effect over all models, those that set it to zero included; equal-tailed interval.
    conditional_mean, conditional_lower, conditional_upper : float
        Of the effect over the models that have one.
    grid, density : numpy.ndarray
        Posterior density of the effect over all models where it is not zero; it integrates to the rest of
        `zero_probability`.
    zero_probability : float
    """

    models: pd.DataFrame
    inclusion: pd.DataFrame
    mean: float
    median: float
    lower: float
    upper: float
    conditional_mean: float
    conditional_lower: float
    conditional_upper: float
    grid: Floats
    density: Floats
    zero_probability: float


NO_SELECTION = Selection("none", "none", 0.5)

# Bartoš and others (2023), table 1: half of the prior on no selection, a quarter each on weights and on regressions.
_STEPS: tuple[tuple[tuple[float, ...], bool], ...] = (
    ((0.05,), True),
    ((0.05, 0.1), True),
    ((0.05,), False),
    ((0.025, 0.05), False),
    ((0.05, 0.5), False),
    ((0.025, 0.05, 0.5), False),
)


def _weights(cut_points: tuple[float, ...], both_tails: bool, prior_probability: float) -> Selection:
    sides = "two" if both_tails else "one"
    label = f"weights, {sides}-sided p: {', '.join(f'{cut:g}' for cut in cut_points)}"
    return Selection(label, "weights", prior_probability, cut_points, both_tails)


ENSEMBLES: dict[Ensemble, tuple[Selection, ...]] = {
    "one_sided_step": (NO_SELECTION, _weights((0.025,), False, 0.5)),
    "two_sided_steps": (NO_SELECTION, *(_weights(cuts, True, 0.25) for cuts in ((0.05,), (0.05, 0.1)))),
    "steps_and_regressions": (
        NO_SELECTION,
        *(_weights(cuts, both_tails, 1 / 24) for cuts, both_tails in _STEPS),
        Selection("PET", "pet", 1 / 8),
        Selection("PEESE", "peese", 1 / 8),
    ),
}

FULL = Resolution(effect=40, heterogeneity=24, slope=40, weights=(28, 16, 10))
QUICK = Resolution(effect=24, heterogeneity=14, slope=24, weights=(14, 9, 6))
COARSE = Resolution(effect=14, heterogeneity=25, slope=12, weights=(6, 5, 4))


def unit_information_priors(
    unit: float, *, effect: float = 0.5, heterogeneity: float = 0.25, pet: float = 1.0, peese: float = 5.0
) -> Priors:
    """Weakly informative priors in units of the information of one observation.

    Parameters
    ----------
    unit : float
        Standard error of an effect from one observation: 2 for log ratios, √2 for standardised mean differences.
    effect, heterogeneity : float
        Standard deviations of the normal prior of μ and of the half-normal one of τ, in units.
    pet, peese : float
        Scales of half-Cauchy priors: of the slope on the standard error, which has no unit, and of that on the variance
        for standardised mean differences.

    Returns
    -------
    Priors

    References
    ----------
    Röver, Bender, Dias and others (2021), Research Synthesis Methods 12(4); Bartoš and others (2023) for the slopes.
    """
    return Priors(
        effect=stats.norm(0, effect * unit),
        heterogeneity=stats.halfnorm(0, heterogeneity * unit),
        pet=stats.halfcauchy(0, pet),
        peese=stats.halfcauchy(0, peese * math.sqrt(2) / unit),
    )


def average_models(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    priors: Priors,
    selections: Sequence[Selection] = ENSEMBLES["steps_and_regressions"],
    favoured: Literal["negative", "positive"] = "negative",
    level: float = 0.95,
    resolution: Resolution = FULL,
) -> Averaged:
    """Average over effect or none, heterogeneity or none, and every way of selection.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    priors : Priors
        On the scale of `effect`, with μ positive in the favoured direction.
    selections : sequence of Selection
        With prior probabilities that add up to one.
    favoured : str
        Sign of the effects that are reported more readily.
    level : float
        Of the credible intervals.
    resolution : Resolution

    Returns
    -------
    Averaged

    Raises
    ------
    NotEnoughStudies
        With fewer than three studies.
    """
    sign = -1.0 if favoured == "negative" else 1.0
    turned = sign * np.asarray(effect, dtype=np.float64)
    if len(turned) < FEWEST:
        raise NotEnoughStudies(f"{len(turned)} studies; averaging over models needs at least {FEWEST}.")
    posteriors = [
        _posterior(turned, np.asarray(variance, dtype=np.float64), priors, selection, has_effect, is_mixed, resolution)
        for has_effect, is_mixed, selection in itertools.product((False, True), (False, True), selections)
    ]
    models = _model_table(posteriors, sign)
    return _averaged(models, posteriors, sign, level)


@dataclass(frozen=True, eq=False)
class _Posterior:
    """One model: its marginal likelihood, and rows of nodes of the effect with shares of the posterior."""

    has_effect: bool
    is_mixed: bool
    selection: Selection
    log_marginal: float
    nodes: Floats
    shares: Floats

    @property
    def mean(self) -> float:
        return float(np.sum(self.shares * self.nodes))


@dataclass(frozen=True, eq=False)
class _Model:
    """Data and priors of one model, turned so that selection favours positive effects."""

    effect: Floats
    variance: Floats
    priors: Priors
    selection: Selection
    has_effect: bool
    steps: PValueSteps | None

    @property
    def predictor(self) -> Floats | None:
        """What a slope multiplies."""
        return {"pet": np.sqrt(self.variance), "peese": self.variance}.get(self.selection.kind)

    @property
    def slope_prior(self) -> Any:
        return self.priors.pet if self.selection.kind == "pet" else self.priors.peese


def _posterior(
    effect: Floats,
    variance: Floats,
    priors: Priors,
    selection: Selection,
    has_effect: bool,
    is_mixed: bool,
    resolution: Resolution,
) -> _Posterior:
    steps = None
    if selection.kind == "weights":
        favoured: Literal["either", "positive"] = "either" if selection.both_tails else "positive"
        steps = p_value_steps(effect, variance, selection.cut_points, favoured)
    model = _Model(effect, variance, priors, selection, has_effect, steps)
    logs, nodes = [], []
    for tau, log_weight in _heterogeneity_nodes(model, is_mixed, resolution):
        values, log_mass = _given_heterogeneity(model, tau, resolution)
        nodes.append(values)
        logs.append(log_mass + log_weight)
    log_mass, values = np.concatenate(logs), np.concatenate(nodes)
    log_marginal = float(logsumexp(log_mass))
    shares = np.exp(log_mass - log_marginal)
    return _Posterior(has_effect, is_mixed, selection, log_marginal, values, shares)


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
    high = np.flatnonzero(np.array(heights) > max(heights) - DEPTH)
    step = coarse[0]
    ends = max(0.0, coarse[high[0]] - step), min(furthest, coarse[high[-1]] + step)
    for x, weight in zip(*_legendre(resolution.heterogeneity, *ends), strict=True):
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
    if model.has_effect:
        centred = predictor - float(weights @ predictor / weights.sum())
        precision = float(weights @ centred**2)
        centre = float(weights @ (centred * model.effect)) / precision
    else:
        precision = float(weights @ predictor**2)
        centre = float(weights @ (predictor * model.effect)) / precision
    ends = _ends(centre, precision**-0.5, *model.slope_prior.support())
    slopes, shares = _legendre(resolution.slope, *ends)
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
    lowest = max(furthest, float(model.priors.effect.support()[0]), float(model.priors.effect.ppf(1e-12)))
    coarse = np.unique(np.concatenate([np.linspace(lowest, ends[1], 31), np.linspace(*ends, 21)]))
    heights = log_height(coarse, COARSE.weights[number - 1]) + model.priors.effect.logpdf(coarse)
    high = np.flatnonzero(heights > heights.max() - DEPTH)
    lower, upper = coarse[max(0, high[0] - 1)], coarse[min(len(coarse) - 1, high[-1] + 1)]
    nodes, shares = _legendre(resolution.effect, float(lower), float(upper))
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
    sequence is as likely. Each is written as a share of the one before.
    """
    points, weights = _legendre(nodes, 0.0, 1.0)
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
    nodes, shares = _legendre(number, *_ends(mean, spread, *model.priors.effect.support()))
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


def _legendre(number: int, lower: float, upper: float) -> tuple[Floats, Floats]:
    points, weights = _unit_legendre(number)
    half = 0.5 * (upper - lower)
    return np.asarray(half * (points + 1) + lower), np.asarray(half * weights)


@functools.cache
def _unit_legendre(number: int) -> tuple[Floats, Floats]:
    # The nodes are the eigenvalues of a matrix, and asked for thousands of times.
    points, weights = np.polynomial.legendre.leggauss(number)
    return np.asarray(points, dtype=np.float64), np.asarray(weights, dtype=np.float64)


def _model_table(posteriors: Sequence[_Posterior], sign: float) -> pd.DataFrame:
    prior = np.array([0.25 * model.selection.prior_probability for model in posteriors])
    log_marginal = np.array([model.log_marginal for model in posteriors])
    logs = np.log(prior) + log_marginal
    return pd.DataFrame(
        {
            "effect": [model.has_effect for model in posteriors],
            "heterogeneity": [model.is_mixed for model in posteriors],
            "selection": [model.selection.label for model in posteriors],
            "prior_probability": prior,
            "log_marginal": log_marginal,
            "posterior_probability": np.exp(logs - logsumexp(logs)),
            # Minus times zero is a zero with a sign, which would be printed.
            "effect_mean": [sign * model.mean + 0.0 for model in posteriors],
        }
    )


def _inclusion(models: pd.DataFrame) -> pd.DataFrame:
    """Posterior against prior odds that a component is in the model; only components that some models have."""
    present = {
        "effect": models["effect"],
        "heterogeneity": models["heterogeneity"],
        "selection": models["selection"] != NO_SELECTION.label,
    }
    rows = []
    for component, here in present.items():
        if here.all() or not here.any():
            continue
        prior, posterior = (
            {side: float(models.loc[mask, column].sum()) for side, mask in (("in", here), ("out", ~here))}
            for column in ("prior_probability", "posterior_probability")
        )
        # The odds are taken of sums, since one minus a probability near one keeps no digits.
        factor = (posterior["in"] / posterior["out"] if posterior["out"] else math.inf) / (prior["in"] / prior["out"])
        rows.append((component, prior["in"], posterior["in"], factor))
    return pd.DataFrame(rows, columns=["component", "prior_probability", "posterior_probability", "bayes_factor"])


def _averaged(models: pd.DataFrame, posteriors: Sequence[_Posterior], sign: float, level: float) -> Averaged:
    shares = models["posterior_probability"].to_numpy()
    has_effect = models["effect"].to_numpy()
    zero = float(shares[~has_effect].sum())
    present = [(share, model) for share, model in zip(shares, posteriors, strict=True) if model.has_effect]
    grid = _grid(present)
    below, density = np.zeros((2, len(grid)))
    for share, model in present:
        more, higher = _distribution(model, grid)
        below, density = below + share * more, density + share * higher
    if sign < 0:
        grid, below, density = -grid[::-1], (1 - zero) - below[::-1], density[::-1]
    within = below / (1 - zero)
    tails = (1 - level) / 2, 0.5, (1 + level) / 2
    lower, median, upper = (_quantile(grid, below, zero, share) for share in tails)
    mean = sign * sum(share * model.mean for share, model in present)
    return Averaged(
        models=models,
        inclusion=_inclusion(models),
        mean=mean,
        median=median,
        lower=lower,
        upper=upper,
        conditional_mean=mean / (1 - zero),
        conditional_lower=_quantile(grid, within, 0.0, tails[0]),
        conditional_upper=_quantile(grid, within, 0.0, tails[2]),
        grid=grid,
        density=density,
        zero_probability=zero,
    )


def _grid(present: Sequence[tuple[float, _Posterior]]) -> Floats:
    """Even steps over all nodes that carry a posterior probability worth showing."""
    ends = [
        model.nodes[share * model.shares > 1e-7 * (share * model.shares).max()]
        for share, model in present
        if share > 1e-9
    ]
    nodes = np.concatenate(ends)
    return np.linspace(nodes.min(), nodes.max(), GRID)


def _distribution(model: _Posterior, grid: Floats) -> tuple[Floats, Floats]:
    """Distribution function and density of the effect of one model.

    Each row of nodes is a Legendre rule, so the density is integrated up to each node as exactly as over all of them,
    and between nodes both the function and its slope are known.
    """
    number = model.nodes.shape[1]
    points, weights = _unit_legendre(number)
    upto = _integrals_upto_nodes(number)
    below, density = np.zeros((2, len(grid)))
    for nodes, shares in zip(model.nodes, model.shares, strict=True):
        if shares.sum() < 1e-9:
            continue
        half = (nodes[-1] - nodes[0]) / (points[-1] - points[0])
        heights = shares / weights / half
        ends = np.array([nodes[0] - half * (1 + points[0]), nodes[-1] + half * (1 - points[-1])])
        spline = CubicHermiteSpline(
            np.concatenate([ends[:1], nodes, ends[1:]]),
            np.concatenate([[0.0], upto @ (shares / weights), [shares.sum()]]),
            np.concatenate([heights[:1], heights, heights[-1:]]),
        )
        inside = np.clip(grid, *ends)
        below += spline(inside)
        density += np.where(inside == grid, spline(inside, 1), 0.0)
    return below, density


@functools.cache
def _integrals_upto_nodes(number: int) -> Floats:
    """Matrix that turns values at Legendre nodes into the integrals from −1 up to each node."""
    points, weights = _unit_legendre(number)
    order = np.arange(number)
    legendre = np.polynomial.legendre.legvander(points, number)
    # The integral of P_n is (P_{n+1} − P_{n−1}) / (2n + 1), and that of P_0 is x + 1.
    integrals = np.empty((number, number))
    integrals[:, 0] = points + 1
    integrals[:, 1:] = (legendre[:, 2:] - legendre[:, :-2]) / (2 * order[1:] + 1)
    return np.asarray((integrals * (order + 0.5)) @ (legendre[:, :number] * weights[:, None]).T)


def _quantile(grid: Floats, below: Floats, zero: float, share: float) -> float:
    """Quantile of a distribution with a lump at zero."""
    before = float(np.interp(0.0, grid, below))
    if zero and before <= share <= before + zero:
        return 0.0
    return float(np.interp(share if share <= before else share - zero, below, grid))
