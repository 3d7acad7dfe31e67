"""What evaluations teach that were let in by their result: a Bayesian model, exact up to quadrature.

A programme is effective with probability θ. Its evaluation comes out positive with probability a (power) if it is and
f (false positive: chance, a falling trend, an error of the sign) if it is not, so a share q = θ a + (1 − θ) f of all
evaluations is positive. A non-positive one is let into the collection r times as often as a positive one. Of those let
in,

    ρ = q / (q + r (1 − q))

are positive. With r = 1 the collection shows q. With r = 0 it shows 1 whatever q is, and so says nothing of θ.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.special import logit

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs, BetaPrior
from citizen_security.evidence.selection_on_outcome.filters import RATIO_NODES, Counts, Filter
from citizen_security.methods.arrays import Floats

THETA_NODES = 501
ERROR_NODES = 16

# Log odds of q at which the likelihood is computed before it is interpolated; far beyond, q rounds to 0 or 1.
LOG_ODDS = np.linspace(-18.0, 18.0, 1801)


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

    theta: Floats
    prior: Floats
    weights: Floats
    joint: Floats
    positive_share: Floats
    counts: Counts
    filter: Filter

    @property
    def mean(self) -> float:
        """Posterior mean of the share effective."""
        return float(self.theta @ self.weights)

    @cached_property
    def _cumulated(self) -> Floats:
        """Probability up to the middle of each node."""
        cumulated: Floats = np.cumsum(self.weights) - self.weights / 2
        return cumulated

    def quantile(self, probability: float) -> float:
        """Quantile of the share effective."""
        return float(np.interp(probability, self._cumulated, self.theta))

    def interval(self, credible_level: float) -> tuple[float, float]:
        """Interval that leaves the same probability on both sides."""
        return self.quantile((1 - credible_level) / 2), self.quantile((1 + credible_level) / 2)

    def above(self, threshold: float) -> float:
        """Probability that the share effective is above a threshold."""
        return 1 - float(np.interp(threshold, self.theta, self._cumulated, left=0.0, right=1.0))

    def draw(self, number: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
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
        drawn = self.positive_share.ravel()[rng.choice(flat.size, size=number, p=flat)]
        return drawn, _draw_ratio(drawn, self.counts, self.filter, rng)


def log_likelihood(log_odds: Floats, counts: Counts, outcome_filter: Filter, ratio_nodes: int = RATIO_NODES) -> Floats:
    """Log of the probability of the counts at given log odds of q, averaged over the prior of r.

    Under a rule without exception nothing but positive evaluations can be counted. The others cannot have come through
    it and are set aside; the probability that all counted ones are positive is one, whatever q is.

    Parameters
    ----------
    log_odds : numpy.ndarray, shape (n,)
    counts : Counts
    outcome_filter : Filter
    ratio_nodes : int

    Returns
    -------
    numpy.ndarray, shape (n,)
        Up to a constant.
    """
    if outcome_filter.ratio == 0.0:
        return np.zeros(len(log_odds))
    ratios, weights = outcome_filter.nodes(ratio_nodes)
    # With o the odds of q: log ρ = −log(1 + r / o) and log(1 − ρ) = log(r / o) − log(1 + r / o).
    relative = np.log(ratios)[None] - log_odds[:, None]
    terms = (counts.total - counts.positive) * relative - counts.total * np.logaddexp(0.0, relative)
    largest = terms.max(axis=1, keepdims=True)
    averaged: Floats = largest[:, 0] + np.log(np.exp(terms - largest) @ weights)
    return averaged


def fit(
    counts: Counts,
    outcome_filter: Filter,
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
    outcome_filter : Filter
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
    curve = CubicSpline(LOG_ODDS, log_likelihood(LOG_ODDS, counts, outcome_filter, ratio_nodes))
    log_weight = curve(np.clip(logit(share), LOG_ODDS[0], LOG_ODDS[-1]))
    of_errors = power_weights[:, None] * false_weights[None, :]
    joint = np.exp(log_weight - log_weight.max()) * prior[:, None, None] * of_errors
    joint /= joint.sum()
    counted = counts if outcome_filter.ratio != 0.0 else Counts(counts.positive, counts.positive)
    return Posterior(theta, prior, joint.sum(axis=(1, 2)), joint, share, counted, outcome_filter)


def _draw_ratio(share: Floats, counts: Counts, outcome_filter: Filter, rng: np.random.Generator) -> Floats:
    """One r for each q, from its distribution given q and the counts: inverse of the cumulated weights."""
    if not isinstance(outcome_filter.ratio, BetaPrior):
        return np.full(len(share), outcome_filter.ratio)
    ratios, weights = outcome_filter.nodes()
    relative = np.log(ratios)[None] - logit(share)[:, None]
    terms = (counts.total - counts.positive) * relative - counts.total * np.logaddexp(0.0, relative) + np.log(weights)
    cumulated = np.exp(terms - terms.max(axis=1, keepdims=True)).cumsum(axis=1)
    position = (cumulated < rng.random(len(share))[:, None] * cumulated[:, -1:]).sum(axis=1)
    drawn: Floats = ratios[position]
    return drawn
