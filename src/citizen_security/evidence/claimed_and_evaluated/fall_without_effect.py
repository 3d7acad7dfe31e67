"""The fall that places chosen by the rule in the parameters have without any programme, and claims beside it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.chance_falls import (
    expected_log_change,
    falls_of_resamples,
    percent,
)
from citizen_security.evidence.claimed_and_evaluated.city_variance import CityDeviations
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces, simulate_counts
from citizen_security.evidence.claimed_and_evaluated.year_windows import windows_of
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.reversion import YearVariance

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class FallWithoutEffect:
    """How far places fall that were chosen for being high; percent, positive for a fall.

    Attributes
    ----------
    typical : float
        Fall of the median chosen place.
    interval : tuple of float
        Of that, from variances of resampled cities.
    together : float
        Fall of all chosen places together.
    closed_form : float
        Fall of normal places with the same noise of counts.
    cities : int
        Cities that the variances are from.
    """

    typical: float
    interval: tuple[float, float]
    together: float
    closed_form: float
    cities: int

    def table(self) -> pd.DataFrame:
        """The same, for readers: `value` by what it is."""
        values = {
            "fall of the typical chosen place (%)": self.typical,
            "from resampled cities, lower": self.interval[0],
            "from resampled cities, upper": self.interval[1],
            "fall of all chosen places together (%)": self.together,
            "closed form for normal places (%)": self.closed_form,
        }
        return pd.Series(values).to_frame("value")


def simulated_homicides(variance: YearVariance, parameters: ClaimedAndEvaluated) -> "NDArray[np.int64]":
    """Homicides, year by year, of places of the size and rate in the parameters.

    Parameters
    ----------
    variance : YearVariance
    parameters : ClaimedAndEvaluated

    Returns
    -------
    numpy.ndarray, shape (places, n_years)
    """
    return simulate_counts(
        variance,
        parameters.years_past + parameters.years_before + parameters.years_after,
        population=parameters.population,
        rate=parameters.rate,
        places=parameters.places_at_effort,
        seed=parameters.seed,
    )


def fall_without_effect(
    chosen_places: ChosenPlaces, variance: YearVariance, deviations: CityDeviations, parameters: ClaimedAndEvaluated
) -> FallWithoutEffect:
    """The fall of chosen places, how sure it is, and what the closed form gives.

    Parameters
    ----------
    chosen_places : ChosenPlaces
        Of `simulated_homicides`, by the rule in the parameters.
    variance : YearVariance
    deviations : CityDeviations
        That the variance was estimated from.
    parameters : ClaimedAndEvaluated

    Returns
    -------
    FallWithoutEffect
    """
    resampled_falls = falls_of_resamples(
        deviations,
        parameters,
        places=parameters.places_for_a_resample,
        city_resamples=parameters.city_resamples_at_effort,
    )
    tails = (1 - parameters.confidence_level) / 2, (1 + parameters.confidence_level) / 2
    lower, upper = np.quantile(resampled_falls, tails)
    return FallWithoutEffect(
        typical=chosen_places.median_fall,
        interval=(float(lower), float(upper)),
        together=chosen_places.mean_fall,
        closed_form=closed_form_fall(variance, parameters),
        cities=len(deviations.values),
    )


def closed_form_fall(variance: YearVariance, parameters: ClaimedAndEvaluated) -> float:
    """Fall of normal places that all have the noise of the typical one, in percent."""
    weights = windows_of(parameters, parameters.rule)
    noise = PERSON_YEARS_OF_A_RATE / (parameters.population * parameters.rate)
    covariance = variance.covariance(len(weights.select), noise)
    return -percent(expected_log_change(covariance, weights, parameters.selection_quantile))


def claims_in_chance(compared: pd.DataFrame, chosen_places: ChosenPlaces) -> pd.DataFrame:
    """Claims about homicide in one place, and how many chosen places fall as far without any programme.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compared_claims`.
    chosen_places : ChosenPlaces

    Returns
    -------
    pandas.DataFrame
        label, claimed, evaluated, as_deep_percent.
    """
    marks = compared[compared["one_place_homicide"] & compared["claimed"].notna()][["label", "claimed", "evaluated"]]
    return marks.assign(as_deep_percent=[100 * chosen_places.as_deep(claim) for claim in marks["claimed"]])
