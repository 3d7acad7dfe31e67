"""Counts of evaluations, and the filters that these may have passed on their result.

A non-positive evaluation is let into a collection r times as often as a positive one.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from citizen_security.evidence.selection_on_outcome.beliefs import BetaPrior
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.methods.arrays import Floats

RATIO_NODES = 128


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

    def nodes(self, number: int = RATIO_NODES) -> tuple[Floats, Floats]:
        """Values of r and their prior weights."""
        if isinstance(self.ratio, BetaPrior):
            return self.ratio.nodes(number)
        return np.array([self.ratio]), np.ones(1)

    @property
    def mean_ratio(self) -> float:
        """Prior mean of r, or its known value."""
        return self.ratio.mean if isinstance(self.ratio, BetaPrior) else self.ratio


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

    @property
    def share(self) -> float:
        """Share positive."""
        return self.positive / self.total


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


def shown_share(positive_share: "Floats | float", ratio: "Floats | float") -> Floats:
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
    share: Floats = np.asarray(positive_share / (positive_share + ratio * (1 - np.asarray(positive_share))))
    return share


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
