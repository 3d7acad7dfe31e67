"""Hidden non-positive evaluations that would overturn a conclusion."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs
from citizen_security.evidence.selection_on_outcome.filters import Counts, Filter
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import fit

CURVE_POINTS = 60


@dataclass(frozen=True)
class Overturn:
    """Hidden non-positive evaluations that would overturn a conclusion, by each rule; None if even the most do not.

    Attributes
    ----------
    share : int or None
        The share positive is no longer above the threshold.
    interval : int or None
        The lower end of its exact (Clopper–Pearson) interval is not.
    posterior : int or None
        The model that ignores the filter gives less than the credible level to a share effective above the threshold.
    most : int
        The largest number tried: every intervention that is not among the evaluations.
    """

    share: int | None
    interval: int | None
    posterior: int | None
    most: int

    @property
    def by_rule(self) -> dict[str, int | None]:
        """The numbers by the name of the rule."""
        return {"share": self.share, "interval": self.interval, "posterior": self.posterior}

    @property
    def furthest_shown(self) -> int:
        """How many hidden evaluations a curve should reach, so that every rule is seen to tip."""
        furthest = max((number for number in self.by_rule.values() if number is not None), default=self.most)
        return min(max(2 * furthest, 20), max(self.most, 1))


def studies_to_overturn(parameters: SelectionOnOutcome) -> Overturn:
    """Smallest number of hidden non-positive evaluations that overturns `more than the threshold`.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    Overturn
    """
    most = parameters.interventions - parameters.evaluations
    measures = _measures(parameters)
    limits = {"share": parameters.threshold, "interval": parameters.threshold, "posterior": parameters.credible_level}
    return Overturn(
        **{name: _smallest(measure, limits[name], most) for name, measure in measures.items()},
        most=most,
    )


def overturning_curve(parameters: SelectionOnOutcome, furthest: int) -> pd.DataFrame:
    """What is left of the conclusion as hidden non-positive evaluations are added.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    furthest : int
        Largest number of hidden evaluations.

    Returns
    -------
    pandas.DataFrame
        hidden, share, interval (lower end), posterior (probability of a share effective above the threshold).
    """
    hidden = np.unique(np.linspace(0, furthest, CURVE_POINTS).round().astype(int))
    measures = _measures(parameters)
    return pd.DataFrame(
        {"hidden": hidden, **{name: [measure(int(number)) for number in hidden] for name, measure in measures.items()}}
    )


def _measures(parameters: SelectionOnOutcome) -> dict[str, Callable[[int], float]]:
    """Three answers to "is it more than the threshold", each falling in the number of hidden evaluations."""
    positive, total = parameters.evaluations_positive, parameters.evaluations
    beliefs, ignored = Beliefs.of(parameters), Filter("ignored", "filter ignored", 1.0)

    def lower_end(hidden: int) -> float:
        interval = stats.binomtest(positive, total + hidden).proportion_ci(parameters.confidence_level, method="exact")
        return float(interval.low)

    def above(hidden: int) -> float:
        return fit(Counts(positive, total + hidden), ignored, beliefs).above(parameters.threshold)

    return {"share": lambda hidden: positive / (total + hidden), "interval": lower_end, "posterior": above}


def _smallest(measure: Callable[[int], float], limit: float, most: int) -> int | None:
    """Smallest number at which a falling measure is no longer above the limit, by bisection."""
    if measure(0) <= limit:
        return 0
    if measure(most) > limit:
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if measure(middle) <= limit else (middle, high)
    return high
