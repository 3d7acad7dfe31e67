"""What evaluations teach that were let in by their result: a Bayesian model, exact up to quadrature.

A programme is effective with probability θ. Its evaluation comes out positive with probability a (power) if it is and
f (false positive: chance, a falling trend, an error of the sign) if it is not, so a share q = θ a + (1 − θ) f of all
evaluations is positive. A non-positive one is let into the collection r times as often as a positive one. Of those let
in,

    ρ = q / (q + r (1 − q))

are positive. With r = 1 the collection shows q. With r = 0 it shows 1 whatever q is, and so says nothing of θ.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit, roots_jacobi

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Array = NDArray[np.float64]

THETA_NODES = 501
ERROR_NODES = 16
RATIO_NODES = 128

# Log odds of q at which the likelihood is computed before it is interpolated; far beyond, q rounds to 0 or 1.
LOG_ODDS = np.linspace(-18.0, 18.0, 1801)

# Prior probabilities down to 1e-11 on both sides: counts can pull the posterior far into a tail of the prior.
QUANTILE_REACH = 25.0


@dataclass(frozen=True)
class BetaPrior:
    """A beta distribution by its mean and by the number of observations that it is worth.

    Attributes
    ----------
    mean : float
        Between 0 and 1.
    weight : float
        Sum of the two shape parameters.
    """

    mean: float
    weight: float

    @property
    def shapes(self) -> tuple[float, float]:
        """Shape parameters, of the share and of what is left."""
        return self.mean * self.weight, (1 - self.mean) * self.weight

    def nodes(self, number: int) -> "tuple[Array, Array]":
        """Points and weights of Gauss–Jacobi quadrature; the weights add to one.

        Parameters
        ----------
        number : int

        Returns
        -------
        points, weights : numpy.ndarray, shape (number,)
        """
        first, second = self.shapes
        points, weights = roots_jacobi(number, second - 1, first - 1)
        return (1 + points) / 2, weights / weights.sum()

    def even_log_odds(self, number: int) -> "tuple[Array, Array]":
        """Quantiles whose probabilities have evenly spaced log odds, so that both tails are reached, and their weights.

        Parameters
        ----------
        number : int

        Returns
        -------
        points, weights : numpy.ndarray, shape (number,)
        """
        log_odds = np.linspace(-QUANTILE_REACH, QUANTILE_REACH, number)
        below = stats.beta.ppf(expit(log_odds), *self.shapes)
        points = np.where(log_odds < 0, below, stats.beta.isf(expit(-log_odds), *self.shapes))
        weights = expit(log_odds) * expit(-log_odds)
        return points, weights / weights.sum()


@dataclass(frozen=True)
class Beliefs:
    """What is believed before the counts: of θ, and of the errors of evaluations.

    Attributes
    ----------
    effective, power, false_positive : BetaPrior
    """

    effective: BetaPrior
    power: BetaPrior
    false_positive: BetaPrior

    @classmethod
    def of(cls, parameters: SelectionOnOutcome) -> "Beliefs":
        """The priors that the parameters name."""
        return cls(
            BetaPrior(parameters.prior_effective, parameters.prior_effective_weight),
            BetaPrior(parameters.power, parameters.error_weight),
            BetaPrior(parameters.false_positive, parameters.error_weight),
        )


@dataclass(frozen=True)
class Filter:
    """How non-positive evaluations are let in, compared with positive ones.

    Attributes
    ----------
    name, label : str
    ratio : BetaPrior or float
        Prior of r, or its known value.
    """

    name: str
    label: str
    ratio: BetaPrior | float

    def nodes(self, number: int = RATIO_NODES) -> "tuple[Array, Array]":
        """Values of r and their prior weights."""
        if isinstance(self.ratio, BetaPrior):
            return self.ratio.nodes(number)
        return np.array([self.ratio]), np.ones(1)


def filters(parameters: SelectionOnOutcome) -> tuple[Filter, ...]:
    """Four stories of how the evaluations came to be counted, from the most to the least trusting.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    tuple of Filter
        `ignored` (r = 1), `publication`, `leaky_rule` (the rule with rare exceptions), `full_rule` (r = 0).
    """
    return (
        Filter("ignored", "filter ignored", 1.0),
        Filter(
            "publication", "publication only", BetaPrior(parameters.publication_ratio, parameters.publication_weight)
        ),
        Filter("leaky_rule", "rule with exceptions", BetaPrior(parameters.leak_ratio, parameters.leak_weight)),
        Filter("full_rule", "rule without exception", 0.0),
    )


@dataclass(frozen=True)
class Counts:
    """Evaluations that were counted.

    Attributes
    ----------
    positive, total : int
    """

    positive: int
    total: int


@dataclass(frozen=True)
class Posterior:
    """Posterior of the share effective, on nodes.

    Attributes
    ----------
    theta, prior, weights : numpy.ndarray, shape (n_theta,)
        Share effective, and its prior and posterior weights, which add to one.
    joint : numpy.ndarray, shape (n_theta, n_power, n_false)
        Posterior weights of θ with the two errors.
    positive_share : numpy.ndarray, shape (n_theta, n_power, n_false)
        q at the same nodes.
    counts : Counts
        As the filter saw them.
    filter : Filter
    """

    theta: "Array"
    prior: "Array"
    weights: "Array"
    joint: "Array"
    positive_share: "Array"
    counts: Counts
    filter: Filter

    @property
    def mean(self) -> float:
        """Posterior mean of the share effective."""
        return float(self.theta @ self.weights)

    @cached_property
    def _cumulated(self) -> "Array":
        """Probability up to the middle of each node."""
        cumulated: Array = np.cumsum(self.weights) - self.weights / 2
        return cumulated

    def quantile(self, probability: float) -> float:
        """Quantile of the share effective."""
        return float(np.interp(probability, self._cumulated, self.theta))

    def interval(self, level: float) -> tuple[float, float]:
        """Interval that leaves the same probability on both sides."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def above(self, threshold: float) -> float:
        """Probability that the share effective is above a threshold."""
        return 1 - float(np.interp(threshold, self.theta, self._cumulated, left=0.0, right=1.0))

    def draw(self, number: int, rng: np.random.Generator) -> "tuple[Array, Array]":
        """Joint draws of q and r.

        Parameters
        ----------
        number : int
        rng : numpy.random.Generator

        Returns
        -------
        positive_share, ratio : numpy.ndarray, shape (number,)
        """
        flat = self.joint.ravel()
        chosen = self.positive_share.ravel()[rng.choice(flat.size, size=number, p=flat)]
        return chosen, _draw_ratio(chosen, self.counts, self.filter, rng)


def counts_of(parameters: SelectionOnOutcome) -> dict[str, Counts]:
    """The two sets of evaluations that a reader could count.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    dict of str to Counts
        `all` and `formal`.
    """
    return {
        "all": Counts(parameters.evaluations_positive, parameters.evaluations),
        "formal": Counts(parameters.formal_positive, parameters.formal),
    }


def shown_share(positive_share: "Array | float", ratio: "Array | float") -> "Array":
    """Share positive among those let in, ρ = q / (q + r (1 − q)).

    Parameters
    ----------
    positive_share : array_like
        q, above 0.
    ratio : array_like
        r, from 0 to 1.

    Returns
    -------
    numpy.ndarray
    """
    share: Array = np.asarray(positive_share / (positive_share + ratio * (1 - np.asarray(positive_share))))
    return share


def log_likelihood(log_odds: "Array", counts: Counts, chosen: Filter, ratio_nodes: int = RATIO_NODES) -> "Array":
    """Log of the probability of the counts at given log odds of q, averaged over the prior of r.

    Under a rule without exception nothing but positive evaluations can be counted. The others cannot have come through
    it and are set aside; the probability that all counted ones are positive is one, whatever q is.

    Parameters
    ----------
    log_odds : numpy.ndarray, shape (n,)
    counts : Counts
    chosen : Filter
    ratio_nodes : int

    Returns
    -------
    numpy.ndarray, shape (n,)
        Up to a constant.
    """
    if chosen.ratio == 0.0:
        return np.zeros(len(log_odds))
    ratios, weights = chosen.nodes(ratio_nodes)
    # With o the odds of q: log ρ = −log(1 + r / o) and log(1 − ρ) = log(r / o) − log(1 + r / o).
    relative = np.log(ratios)[None] - log_odds[:, None]
    terms = (counts.total - counts.positive) * relative - counts.total * np.logaddexp(0.0, relative)
    largest = terms.max(axis=1, keepdims=True)
    averaged: Array = largest[:, 0] + np.log(np.exp(terms - largest) @ weights)
    return averaged


def fit(
    counts: Counts,
    chosen: Filter,
    beliefs: Beliefs,
    *,
    theta_nodes: int = THETA_NODES,
    error_nodes: int = ERROR_NODES,
    ratio_nodes: int = RATIO_NODES,
) -> Posterior:
    """Posterior of the share effective under one filter.

    The errors of evaluations and r are integrated out by Gauss–Jacobi quadrature, and θ by the trapezoidal rule over
    the log odds of its prior probability; a test doubles all of them, and another compares with a sampler.

    Parameters
    ----------
    counts : Counts
    chosen : Filter
    beliefs : Beliefs
    theta_nodes, error_nodes, ratio_nodes : int

    Returns
    -------
    Posterior
    """
    theta, prior = beliefs.effective.even_log_odds(theta_nodes)
    power, power_weights = beliefs.power.nodes(error_nodes)
    false, false_weights = beliefs.false_positive.nodes(error_nodes)
    share = theta[:, None, None] * power[None, :, None] + (1 - theta[:, None, None]) * false[None, None, :]
    curve = CubicSpline(LOG_ODDS, log_likelihood(LOG_ODDS, counts, chosen, ratio_nodes))
    log_weight = curve(np.clip(logit(share), LOG_ODDS[0], LOG_ODDS[-1]))
    of_errors = power_weights[:, None] * false_weights[None, :]
    joint = np.exp(log_weight - log_weight.max()) * prior[:, None, None] * of_errors
    joint /= joint.sum()
    counted = counts if chosen.ratio != 0.0 else Counts(counts.positive, counts.positive)
    return Posterior(theta, prior, joint.sum(axis=(1, 2)), joint, share, counted, chosen)


def summarise(posteriors: Iterable[Posterior], *, level: float, threshold: float) -> pd.DataFrame:
    """One row for each posterior.

    Parameters
    ----------
    posteriors : iterable of Posterior
    level : float
    threshold : float

    Returns
    -------
    pandas.DataFrame
        filter, label, positive, total (as counted), median, lower, upper, above (probability of more than the
        threshold).
    """
    rows = []
    for found in posteriors:
        lower, upper = found.interval(level)
        shape = {"median": found.quantile(0.5), "lower": lower, "upper": upper, "above": found.above(threshold)}
        counted = {"positive": found.counts.positive, "total": found.counts.total}
        rows.append({"filter": found.filter.name, "label": found.filter.label, **counted, **shape})
    return pd.DataFrame(rows)


def density_table(posteriors: Iterable[Posterior], bins: int = 25) -> pd.DataFrame:
    """Posterior densities of the share effective, as averages over bins of equal width.

    Parameters
    ----------
    posteriors : iterable of Posterior
    bins : int

    Returns
    -------
    pandas.DataFrame
        filter, label, theta (middle of the bin), density, prior.
    """
    edges = np.linspace(0, 1, bins + 1)
    frames = []
    for found in posteriors:
        columns = {
            name: bins * np.diff(np.interp(edges, found.theta, np.cumsum(weights) - weights / 2, left=0, right=1))
            for name, weights in (("density", found.weights), ("prior", found.prior))
        }
        labels = {"filter": found.filter.name, "label": found.filter.label}
        frames.append(pd.DataFrame({**labels, "theta": (edges[1:] + edges[:-1]) / 2, **columns}))
    return pd.concat(frames, ignore_index=True)


def prior_sensitivity(parameters: SelectionOnOutcome, counts: Counts) -> pd.DataFrame:
    """The posterior under other priors, one change at a time, for each filter.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    counts : Counts

    Returns
    -------
    pandas.DataFrame
        prior (which one was changed, and to what), and the columns of `summarise`.
    """
    frames = []
    for words, beliefs in other_beliefs(Beliefs.of(parameters)).items():
        found = [fit(counts, chosen, beliefs) for chosen in filters(parameters)]
        summary = summarise(found, level=parameters.interval_level, threshold=parameters.threshold)
        frames.append(summary.assign(prior=words))
    return pd.concat(frames, ignore_index=True)


def other_beliefs(base: Beliefs) -> dict[str, Beliefs]:
    """The given priors, and priors that sceptics and enthusiasts might hold instead.

    Parameters
    ----------
    base : Beliefs

    Returns
    -------
    dict of str to Beliefs
    """
    weight = base.power.weight
    return {
        "as given": base,
        "sceptic: 20% effective": Beliefs(BetaPrior(0.2, 10), base.power, base.false_positive),
        "optimist: 80% effective": Beliefs(BetaPrior(0.8, 10), base.power, base.false_positive),
        "weak power: 30%": Beliefs(base.effective, BetaPrior(0.3, weight), BetaPrior(0.05, weight)),
        "careful: 5% false positives": Beliefs(base.effective, base.power, BetaPrior(0.05, weight)),
        "careless: 50% false positives": Beliefs(base.effective, BetaPrior(0.9, weight), BetaPrior(0.5, weight)),
    }


def predict(
    found: Posterior, later: Filter | None, total: int, draws: int, rng: np.random.Generator
) -> "NDArray[np.int64]":
    """Positive evaluations in another collection, if the posterior were right.

    Parameters
    ----------
    found : Posterior
    later : Filter or None
        Filter of the other collection, its r drawn from the prior; None if it has none.
    total : int
        Evaluations in it.
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    positive_share, _ = found.draw(draws, rng)
    ratio: Array | float = 1.0 if later is None else _prior_ratio(later, draws, rng)
    return rng.binomial(total, shown_share(positive_share, ratio))


def prediction_table(
    posteriors: Iterable[Posterior],
    observed: dict[str, Counts],
    later: Filter,
    *,
    level: float,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Later counts beside what each posterior predicts of them.

    Parameters
    ----------
    posteriors : iterable of Posterior
        Who ignores the filter of the first collection ignores that of the later one, too.
    observed : dict of str to Counts
        Later collections.
    later : Filter
        Filter that the later collections are thought to have passed by everybody else.
    level : float
    draws : int
    seed : int

    Returns
    -------
    pandas.DataFrame
        collection, filter, label, observed, total, median, lower, upper (shares), as_low (probability of a count as
        low as the observed one or lower), log_density (log probability of exactly that count).
    """
    rng = np.random.default_rng(seed)
    rows = []
    for collection, counts in observed.items():
        for found in posteriors:
            passed = None if found.filter.name == "ignored" else later
            drawn = predict(found, passed, counts.total, draws, rng)
            lower, median, upper = np.quantile(drawn, ((1 - level) / 2, 0.5, (1 + level) / 2)) / counts.total
            rows.append(
                {
                    "collection": collection,
                    "filter": found.filter.name,
                    "label": found.filter.label,
                    "observed": counts.positive / counts.total,
                    "total": counts.total,
                    "median": median,
                    "lower": lower,
                    "upper": upper,
                    "as_low": float((drawn <= counts.positive).mean()),
                }
            )
    return pd.DataFrame(rows)


def drawer(found: Posterior, draws: int, rng: np.random.Generator) -> "NDArray[np.int64]":
    """Non-positive evaluations that were left out, if every positive one was let in.

    Evaluations are a Poisson process of unknown intensity Λ with the prior 1 / Λ: given the n that were let in, Λ is
    gamma distributed with shape n and rate q + r (1 − q), and those left out are Poisson with mean Λ (1 − r)(1 − q).

    Parameters
    ----------
    found : Posterior
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws,)
    """
    share, ratio = found.draw(draws, rng)
    intensity = rng.gamma(found.counts.total, 1 / (share + ratio * (1 - share)))
    return rng.poisson(intensity * (1 - ratio) * (1 - share))


def _prior_ratio(chosen: Filter, number: int, rng: np.random.Generator) -> "Array | float":
    if isinstance(chosen.ratio, BetaPrior):
        return rng.beta(*chosen.ratio.shapes, size=number)
    return chosen.ratio


def _draw_ratio(share: "Array", counts: Counts, chosen: Filter, rng: np.random.Generator) -> "Array":
    """One r for each q, from its distribution given q and the counts: inverse of the cumulated weights."""
    if not isinstance(chosen.ratio, BetaPrior):
        return np.full(len(share), chosen.ratio)
    ratios, weights = chosen.nodes()
    relative = np.log(ratios)[None] - logit(share)[:, None]
    terms = (counts.total - counts.positive) * relative - counts.total * np.logaddexp(0.0, relative) + np.log(weights)
    cumulated = np.exp(terms - terms.max(axis=1, keepdims=True)).cumsum(axis=1)
    position = (cumulated < rng.random(len(share))[:, None] * cumulated[:, -1:]).sum(axis=1)
    drawn: Array = ratios[position]
    return drawn


def reported_odds(ratio: float, threshold: float) -> float:
    """Share positive among those let in where the share of all that is positive just equals the threshold.

    Parameters
    ----------
    ratio, threshold : float

    Returns
    -------
    float
    """
    return float(expit(logit(threshold) - np.log(ratio)))
