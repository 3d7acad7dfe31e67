"""The risk of every municipality in the last year and the next, by a model in which risks drift and come in waves.

The panel of counts goes to `methods.count_panels`; what comes back is drawn for all places together, so that ranks,
chances of the top and movements can be read from the same draws.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.count_panels.covariances import Deviations
from citizen_security.methods.count_panels.deviations import (
    START,
    DeviationSample,
    MostLikely,
    most_likely,
    sample_deviations,
)
from citizen_security.methods.count_panels.paths import draw_paths
from citizen_security.methods.count_panels.propagation import CountPanel

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality

# The fewer places, the less is known of the deviations. Beyond so many a test finds forecasts the same with the
# most likely ones alone.
FEW_PLACES = 150
DEVIATION_DRAWS = 60


@dataclass(frozen=True)
class CurrentRisk:
    """Draws of the risk of every place.

    Attributes
    ----------
    years : tuple of int
        Year compared with, last year of the table, and the next.
    log_rates : numpy.ndarray, shape (n_draws, n_places, 3)
        Of these years, per 100,000 person-years, without the noise of single years.
    noise : numpy.ndarray, shape (n_draws, n_places)
        Deviation of the noise of a single year.
    sample : DeviationSample
    at : MostLikely
    """

    years: tuple[int, int, int]
    log_rates: Floats
    noise: Floats
    sample: DeviationSample
    at: MostLikely

    def diagnostics(self) -> dict[str, float | int | str]:
        """Plain numbers for the run's manifest."""
        several = len(self.sample.points) > 1
        return {
            "evaluations": self.at.evaluations,
            "sweeps": self.at.state.sweeps,
            "points": len(self.sample.points),
            **({"effective_sample": self.sample.effective, "r_hat": self.sample.r_hat} if several else {}),
            **{f"most_likely_{name}": value for name, value in self.at.deviations._asdict().items()},
        }


def count_panel(panel: MunicipalityPanel, rate_centre: float) -> CountPanel:
    """A panel of municipalities as the method reads it.

    Parameters
    ----------
    panel : MunicipalityPanel
    rate_centre : float
        Prior median of the rate, per 100,000 person-years.

    Returns
    -------
    CountPanel
    """
    return CountPanel(
        panel.homicides.astype(np.float64),
        panel.exposure,
        panel.group_index,
        len(panel.groups),
        np.array(panel.years, dtype=np.float64),
        float(np.log(rate_centre)),
    )


def deviation_draws(places: int) -> int:
    """Draws of the deviations, of each chain; none, the most likely ones, where there are many places.

    Parameters
    ----------
    places : int

    Returns
    -------
    int
    """
    return DEVIATION_DRAWS if places <= FEW_PLACES else 0


def fit_current(panel: MunicipalityPanel, parameters: "EveryMunicipality", start: Deviations = START) -> CurrentRisk:
    """Fit the model and draw the risks.

    Parameters
    ----------
    panel : MunicipalityPanel
    parameters : EveryMunicipality
        `overall_rate_centre`, `compared_years`, `risk_draws`, `effort` and `seed`.
    start : Deviations
        To climb from.

    Returns
    -------
    CurrentRisk

    Raises
    ------
    NoStandIns
        If the counts cannot be approximated.
    """
    generator = np.random.default_rng(parameters.seed)
    counts = count_panel(panel, parameters.overall_rate_centre)
    at = most_likely(counts, start)
    sample = sample_deviations(counts, at, deviation_draws(len(panel.places)), parameters.seed)
    last = panel.years[-1]
    years = (max(last - parameters.compared_years, panel.years[0]), last, last + 1)
    asked = np.array(years, dtype=np.float64)
    log_rates, noise = drawn(counts, sample, asked, parameters.draws_at_effort, generator)
    return CurrentRisk(years, log_rates, noise, sample, at)


def drawn(
    counts: CountPanel, sample: DeviationSample, asked: Floats, draws: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw log rates at years asked for, over all the deviations of a sample.

    Parameters
    ----------
    counts : CountPanel
    sample : DeviationSample
    asked : numpy.ndarray, shape (n_asked,)
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    log_rates : numpy.ndarray, shape (draws, n_places, n_asked)
    noise : numpy.ndarray, shape (draws, n_places)
        Deviation of the noise of a single year, which the log rates are without.
    """
    number = len(sample.points)
    # As even as can be; which points have one draw more is by chance.
    chosen = np.bincount(generator.permutation(number)[np.arange(draws) % number], minlength=number)
    rates, noises = [], []
    for deviations, sites, times in zip(sample.points, sample.sites, chosen, strict=True):
        if times:
            rates.append(draw_paths(counts, deviations, sites, asked, int(times), generator))
            noise = deviations.noise * np.exp(-deviations.size_exponent * counts.size)
            noises.append(np.broadcast_to(noise, (int(times), len(noise))))
    return np.concatenate(rates), np.concatenate(noises)
