"""Bayesian normal–normal meta-analysis: exact up to quadrature over the between-study standard deviation.

Given τ everything is normal, so the posterior is a mixture of normals with a weight for each node of τ. The same model
written out in PyMC (`sample_pooled`) draws from the same posterior, and a test compares the two.

References
----------
Gelman (2006), Bayesian Analysis 1(3), for the priors; Röver (2020), Journal of Statistical Software 93(6), for the
mixture.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm

from .. import require
from ..arrays import Floats
from .pooling import HALVINGS
from .study_sets import NotEnoughStudies, one_set

if TYPE_CHECKING:
    import xarray as xr

    from ..sampling import Gate, Settings

type TauFamily = Literal["half_normal", "half_cauchy", "uniform"]
type MuFamily = Literal["flat", "normal"]

# Gauss–Legendre nodes in each panel of the unit interval that τ = scale · x / (1 − x) is folded into.
PANELS, NODES = 400, 6

# Quantiles are sought this many standard deviations beyond the outermost component.
REACH = 12.0

# And found to this share of the narrowest component, whatever the unit of the effects.
CLOSE = 1e-10


@dataclass(frozen=True)
class TauPrior:
    """Prior of the between-study standard deviation τ.

    Attributes
    ----------
    family : str
        `half_normal` and `half_cauchy` with a scale; `uniform` from zero to the scale, which may be infinite (then it
        is improper, and needs three studies or more).
    scale : float
        In the units of the effects.
    """

    family: TauFamily
    scale: float = float("inf")

    def __post_init__(self) -> None:
        require.one_of("family", self.family, TauFamily)
        if not self.scale > 0 or (np.isinf(self.scale) and self.family != "uniform"):
            raise ValueError(f"a {self.family} prior of scale {self.scale}; give a finite scale above zero.")

    def log_density(self, tau: Floats) -> Floats:
        """Log density, up to a constant where it is improper."""
        if self.family == "uniform":
            height = 0.0 if np.isinf(self.scale) else -np.log(self.scale)
            return np.where(tau <= self.scale, height, -np.inf)
        ratio = tau / self.scale
        if self.family == "half_normal":
            return np.asarray(np.log(2 / self.scale) + norm.logpdf(ratio))
        return np.asarray(np.log(2 / (np.pi * self.scale)) - np.log1p(ratio**2))


@dataclass(frozen=True)
class MuPrior:
    """Prior of the mean effect μ.

    Attributes
    ----------
    family : str
        `flat` (improper) or `normal`.
    mean, standard_deviation : float
        Of the normal.
    """

    family: MuFamily = "flat"
    mean: float = 0.0
    standard_deviation: float = float("inf")

    def __post_init__(self) -> None:
        require.one_of("family", self.family, MuFamily)
        if self.family == "normal" and not (0 < self.standard_deviation < np.inf and np.isfinite(self.mean)):
            raise ValueError(
                f"a normal prior of mean {self.mean} and standard deviation {self.standard_deviation}; give finite "
                "values, the second above zero."
            )

    @property
    def precision(self) -> float:
        """Inverse variance; zero if flat."""
        return 1 / self.standard_deviation**2 if self.family == "normal" else 0.0


@dataclass(frozen=True)
class Posterior:
    """Summary of one quantity.

    Attributes
    ----------
    mean, standard_deviation, median : float
        The first two are infinite or not a number where the posterior has no such moment.
    central, shortest : tuple of float
        Intervals that hold `credible_level`: with equal tails, and as short as possible.
    credible_level : float
    below_zero : float
        Posterior probability of a value below zero.
    """

    mean: float
    standard_deviation: float
    median: float
    central: tuple[float, float]
    shortest: tuple[float, float]
    credible_level: float
    below_zero: float


@dataclass(frozen=True, eq=False)
class NormalMixture:
    """A finite mixture of normals; shape (nodes,) each."""

    weights: Floats
    means: Floats
    deviations: Floats

    def cumulative(self, value: float) -> float:
        """Probability of a smaller value."""
        return float(self.weights @ norm.cdf(value, self.means, self.deviations))

    def density(self, values: npt.ArrayLike) -> Floats:
        """Density at values, of their shape."""
        grid = np.asarray(values, float)
        return np.asarray(norm.pdf(grid[..., None], self.means, self.deviations) @ self.weights)

    def quantile(self, probability: float) -> float:
        """The value that has a probability below it."""
        used = self.weights > 0
        means, deviations = self.means[used], self.deviations[used]
        lower, upper = (means - REACH * deviations).min(), (means + REACH * deviations).max()
        near = CLOSE * float(deviations.min())
        return float(brentq(lambda x: self.cumulative(x) - probability, lower, upper, xtol=near, maxiter=HALVINGS))

    @property
    def mean(self) -> float:
        """Mean of the mixture."""
        return float(self.weights @ self.means)

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the mixture."""
        return float(np.sqrt(self.weights @ (self.deviations**2 + (self.means - self.mean) ** 2)))

    def summary(self, credible_level: float) -> Posterior:
        """Mean, standard deviation, median and intervals."""
        return _summary(self.quantile, self.mean, self.standard_deviation, credible_level, self.cumulative(0.0))


@dataclass(frozen=True, eq=False)
class BayesianPooled:
    """Posterior of a normal–normal model.

    Attributes
    ----------
    tau, tau_weights : numpy.ndarray, shape (nodes,)
        Nodes of τ and the posterior probability at each.
    tau_edges, tau_cumulative : numpy.ndarray, shape (panels + 1,)
        Bounds of the panels and the posterior probability below each.
    mu_given_tau : NormalMixture
        Its weights are `tau_weights`.
    effect, variance : numpy.ndarray, shape (k,)
    tau_prior : TauPrior
    mu_prior : MuPrior
    log_evidence : float
        Log marginal likelihood; without meaning (`nan`) under an improper prior.
    """

    tau: Floats
    tau_weights: Floats
    tau_edges: Floats
    tau_cumulative: Floats
    mu_given_tau: NormalMixture
    effect: Floats
    variance: Floats
    tau_prior: TauPrior
    mu_prior: MuPrior
    log_evidence: float

    def mu(self, credible_level: float = 0.95) -> Posterior:
        """The mean effect."""
        return self.mu_given_tau.summary(credible_level)

    def tau_summary(self, credible_level: float = 0.95) -> Posterior:
        """The between-study standard deviation."""
        mean = float(self.tau_weights @ self.tau)
        deviation = float(np.sqrt(self.tau_weights @ (self.tau - mean) ** 2))
        return _summary(self.tau_quantile, mean, deviation, credible_level, 0.0)

    def tau_quantile(self, probability: float) -> float:
        """The τ that has a probability below it."""
        if probability <= 0:
            return 0.0
        near, last = CLOSE * float(self.tau_edges[1]), float(self.tau_edges[-1])
        return float(brentq(lambda tau: self._tau_below(tau) - probability, 0.0, last, xtol=near, maxiter=HALVINGS))

    def predictive(self, credible_level: float = 0.95) -> Posterior:
        """The true effect of a new study of the same kind."""
        given = self.mu_given_tau
        return NormalMixture(given.weights, given.means, np.hypot(given.deviations, self.tau)).summary(credible_level)

    def shrinkage(self, credible_level: float = 0.95) -> pd.DataFrame:
        """The true effect of each study, drawn towards the mean by what the others say.

        Returns
        -------
        pandas.DataFrame
            One row per study: mean, standard_deviation, median, lower, upper (central interval), and `shrinkage`, the
            posterior mean share of the way from the study's own effect to μ.

        Raises
        ------
        ValueError
            If the level is no probability.
        """
        require.level("credible_level", credible_level)
        return pd.DataFrame([self._shrunken(position, credible_level) for position in range(len(self.effect))])

    def _shrunken(self, position: int, credible_level: float) -> dict[str, float]:
        variance, given = self.variance[position], self.mu_given_tau
        share = variance / (variance + self.tau**2)
        mixture = NormalMixture(
            given.weights,
            (1 - share) * self.effect[position] + share * given.means,
            np.sqrt((1 - share) * variance + (share * given.deviations) ** 2),
        )
        return {
            "mean": mixture.mean,
            "standard_deviation": mixture.standard_deviation,
            "median": mixture.quantile(0.5),
            "lower": mixture.quantile((1 - credible_level) / 2),
            "upper": mixture.quantile((1 + credible_level) / 2),
            "shrinkage": float(given.weights @ share),
        }

    @cached_property
    def _tau_below(self) -> PchipInterpolator:
        return PchipInterpolator(self.tau_edges, self.tau_cumulative)


def pool_bayesian(
    effect: npt.ArrayLike, variance: npt.ArrayLike, tau_prior: TauPrior, mu_prior: MuPrior | None = None
) -> BayesianPooled:
    """Posterior of the mean effect and of the between-study standard deviation, by quadrature.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
        Effects and their sampling variances.
    tau_prior : TauPrior
    mu_prior : MuPrior, optional
        Flat by default.

    Returns
    -------
    BayesianPooled

    Raises
    ------
    NotEnoughStudies
        With fewer than two studies, or fewer than three under a prior of τ without an end, whose posterior would be
        improper.
    ValueError
        As `pool`.
    """
    single = one_set(effect, variance)
    effects, variances = single.effect[0], single.variance[0]
    mean_prior = mu_prior or MuPrior()
    if np.isinf(tau_prior.scale) and len(effects) < 3:
        raise NotEnoughStudies(
            f"{len(effects)} studies under a uniform prior without an end; a proper posterior needs at least 3."
        )
    tau, measure, edges = _nodes(effects, variances, tau_prior)
    precision = 1 / (variances + tau[:, None] ** 2)
    total = precision.sum(axis=1) + mean_prior.precision
    mean = (precision @ effects + mean_prior.precision * mean_prior.mean) / total
    height = tau_prior.log_density(tau) + _log_likelihood(effects, precision, mean, total, mean_prior)
    top = height.max()
    masses = np.exp(height - top) * measure
    shares = masses / masses.sum()
    improper = mean_prior.family == "flat" or np.isinf(tau_prior.scale)
    return BayesianPooled(
        tau=tau,
        tau_weights=shares,
        tau_edges=edges,
        tau_cumulative=np.concatenate([[0.0], np.cumsum(shares.reshape(-1, NODES).sum(axis=1))]),
        mu_given_tau=NormalMixture(shares, mean, 1 / np.sqrt(total)),
        effect=effects,
        variance=variances,
        tau_prior=tau_prior,
        mu_prior=mean_prior,
        log_evidence=float("nan") if improper else float(top + np.log(masses.sum())),
    )


def sample_pooled(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    tau_prior: TauPrior,
    mu_prior: MuPrior | None = None,
    *,
    settings: "Settings",
    gate: "Gate",
) -> "xr.DataTree":
    """Draw from the same posterior with the No-U-Turn sampler.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    tau_prior : TauPrior
    mu_prior : MuPrior, optional
    settings : Settings
    gate : Gate
        Bounds that the fit must keep.

    Returns
    -------
    xarray.DataTree
        With `mu`, `tau` and `study_effect` in its group `posterior`.

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    from ..sampling import check_convergence, compile_model, sample_posterior

    posterior = sample_posterior(
        compile_model(_written_out(effect, variance, tau_prior, mu_prior or MuPrior())), settings
    )
    check_convergence("the pooled effect", posterior, gate)
    return posterior


def _written_out(effect: npt.ArrayLike, variance: npt.ArrayLike, tau_prior: TauPrior, mu_prior: MuPrior):  # type: ignore[no-untyped-def]
    """The model in PyMC; study effects are standardised, as a small τ would make a funnel of them."""
    import pymc as pm

    single = one_set(effect, variance)
    with pm.Model() as model:
        mu = pm.Flat("mu") if mu_prior.family == "flat" else pm.Normal("mu", mu_prior.mean, mu_prior.standard_deviation)
        if tau_prior.family == "half_normal":
            tau = pm.HalfNormal("tau", tau_prior.scale)
        elif tau_prior.family == "half_cauchy":
            tau = pm.HalfCauchy("tau", tau_prior.scale)
        else:
            tau = pm.HalfFlat("tau") if np.isinf(tau_prior.scale) else pm.Uniform("tau", 0, tau_prior.scale)
        standardised = pm.Normal("standardised", 0, 1, shape=single.effect.shape[1])
        true = pm.Deterministic("study_effect", mu + tau * standardised)
        pm.Normal("observed", true, np.sqrt(single.variance[0]), observed=single.effect[0])
    return model


def _nodes(effect: Floats, variance: Floats, prior: TauPrior) -> tuple[Floats, Floats, Floats]:
    """Nodes of τ, their measures, and the bounds of the panels; τ is folded so that its long tail has nodes too."""
    scale = float(np.sqrt(np.median(variance) + effect.var()))
    end = 1.0 if np.isinf(prior.scale) or prior.family != "uniform" else prior.scale / (prior.scale + scale)
    roots, shares = np.polynomial.legendre.leggauss(NODES)
    bounds = np.linspace(0.0, end, PANELS + 1)
    half = np.diff(bounds) / 2
    folded = (bounds[:-1, None] + half[:, None] * (1 + roots)).ravel()
    measure = (half[:, None] * shares).ravel() * scale / (1 - folded) ** 2
    # The last bound of an endless prior is the last node's: what lies beyond it has no probability that matters.
    finite = np.where(bounds < 1, bounds, 0.5 * (1 + folded[-1]))
    return scale * folded / (1 - folded), measure, scale * finite / (1 - finite)


def _log_likelihood(effect: Floats, precision: Floats, mean: Floats, total: Floats, prior: MuPrior) -> Floats:
    """Log likelihood of each τ with μ integrated out."""
    spread = (precision * (effect - mean[:, None]) ** 2).sum(axis=1) + prior.precision * (mean - prior.mean) ** 2
    constant = -0.5 * len(effect) * np.log(2 * np.pi)
    if prior.family == "normal":
        constant += 0.5 * np.log(prior.precision)
    return np.asarray(constant + 0.5 * (np.log(precision).sum(axis=1) - np.log(total) - spread))


def _summary(quantile, mean: float, deviation: float, credible_level: float, below_zero: float) -> Posterior:  # type: ignore[no-untyped-def]
    require.level("credible_level", credible_level)
    outside = 1 - credible_level

    def width(tail: float) -> float:
        return float(quantile(tail + credible_level) - quantile(tail))

    # The shortest interval of τ may begin at zero, that is at a tail of nothing.
    best = minimize_scalar(width, bounds=(0.0, outside), method="bounded", options={"xatol": 1e-7})
    edge = 1e-9
    tail = edge if width(edge) < best.fun else float(best.x)
    return Posterior(
        mean=mean,
        standard_deviation=float(deviation),
        median=quantile(0.5),
        central=(quantile(outside / 2), quantile(1 - outside / 2)),
        shortest=(quantile(tail), quantile(tail + credible_level)),
        credible_level=credible_level,
        below_zero=below_zero,
    )
