"""What is believed before the counts: beta priors of the share effective and of the errors of evaluations."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit, roots_jacobi

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.methods.arrays import Floats

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

    def nodes(self, number: int) -> tuple[Floats, Floats]:
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

    def even_log_odds(self, number: int) -> tuple[Floats, Floats]:
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
