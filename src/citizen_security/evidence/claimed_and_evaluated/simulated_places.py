"""Places that no programme touches: their counts are simulated, and the high ones chosen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.evidence.claimed_and_evaluated.city_variance import HALF
from citizen_security.evidence.claimed_and_evaluated.year_windows import Windows
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.reversion import YearVariance, simulate_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ChosenPlaces:
    """Simulated places that were chosen, without any programme.

    Attributes
    ----------
    changes : numpy.ndarray, shape (n_chosen,)
        Change of the count's level in percent; places without a homicide before cannot change by a percentage and are
        left out.
    mean_fall : float
        Fall of all of them together in percent, positive for a fall: their homicides after over those before.
    """

    changes: Floats
    mean_fall: float

    @property
    def median_fall(self) -> float:
        """Fall of the median chosen place in percent, positive for a fall."""
        return -float(np.median(self.changes))

    def as_deep(self, change: float) -> float:
        """Share of the places that fell at least as far as a change in percent."""
        return float((self.changes <= change).mean())


def simulate_counts(
    variance: YearVariance, years: int, *, population: float, rate: float, places: int, seed: int
) -> "NDArray[np.int64]":
    """Homicides of places that no programme touches.

    Parameters
    ----------
    variance : YearVariance
    years : int
    population : float
        Persons in each place.
    rate : float
        Homicides per 100,000 in the typical (median) place.
    places : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (places, years)
    """
    rng = np.random.default_rng(seed)
    relative_risks = np.exp(simulate_levels(variance, places, years, rng))
    return rng.poisson(population * rate / PERSON_YEARS_OF_A_RATE * relative_risks)


def choose_places(counts: "NDArray[np.int64]", weights: Windows, quantile: float) -> ChosenPlaces:
    """Choose the places above a quantile of what the rule selects on, and see how they change.

    Parameters
    ----------
    counts : numpy.ndarray, shape (places, n_years)
        Of places of one size.
    weights : Windows
    quantile : float
        A rule that selects at random keeps all places.

    Returns
    -------
    ChosenPlaces
    """
    scores = np.log(counts + HALF) @ weights.select
    kept = counts[scores >= np.quantile(scores, quantile)] if weights.select.any() else counts
    before, after = kept @ weights.before, kept @ weights.after
    return ChosenPlaces(
        100 * (after[before > 0] / before[before > 0] - 1), float(100 * (1 - after.sum() / before.sum()))
    )
