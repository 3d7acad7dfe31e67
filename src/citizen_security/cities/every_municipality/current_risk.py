"""The risk of every municipality in the last year and the next, by a model in which risks drift and come in waves.

The panel of counts goes to `methods.count_panels`; what comes back is drawn for all places together, so that ranks,
chances of the top and movements can be read from the same draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.count_panels.covariances import Deviations
from citizen_security.methods.count_panels.deviation_draws import DeviationSample, sample_deviations
from citizen_security.methods.count_panels.deviations import START, MostLikely, most_likely
from citizen_security.methods.count_panels.paths import Paths, paths_of
from citizen_security.methods.count_panels.propagation import CountPanel
from citizen_security.methods.importance import resampled

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality

# The fewer places, the less is known of the deviations. Beyond so many a test finds forecasts the same with the
# most likely ones alone.
FEW_PLACES = 150
INDEPENDENT_DRAWS = 100


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
        sample = self.sample
        quality = {"effective_sample": sample.effective, "pareto_k": sample.pareto_k, "r_hat": sample.r_hat}
        return {
            "evaluations": self.at.evaluations,
            "sweeps": self.at.state.sweeps,
            "points": len(sample.points),
            **{name: value for name, value in quality.items() if value is not None and np.isfinite(value)},
            **{f"most_likely_{name}": value for name, value in self.at.deviations.named().items()},
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
        panel.neighbours,
    )


def independent_draws(places: int) -> int:
    """Draws that those of the deviations are to be worth; none, the most likely ones, where there are many places.

    Parameters
    ----------
    places : int

    Returns
    -------
    int
    """
    return INDEPENDENT_DRAWS if places <= FEW_PLACES else 0


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
    sample = sample_deviations(counts, at, independent_draws(len(panel.places)), parameters.seed)
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
    rates, noises = [], []
    for paths, noise, times in shared_out(counts, sample, asked, draws, generator):
        rates.append(paths.draw(times, generator))
        noises.append(np.broadcast_to(noise, (times, len(noise))))
    return np.concatenate(rates), np.concatenate(noises)


def shared_out(
    counts: CountPanel, sample: DeviationSample, asked: Floats, draws: int, generator: np.random.Generator
) -> Iterator[tuple[Paths, Floats, int]]:
    """Share draws out among the deviations of a sample, by their weights.

    Parameters
    ----------
    counts : CountPanel
    sample : DeviationSample
    asked : numpy.ndarray, shape (n_asked,)
    draws : int
    generator : numpy.random.Generator

    Yields
    ------
    paths : Paths
        To draw log rates from at the years asked for.
    noise : numpy.ndarray, shape (n_places,)
        Deviation of the noise of a single year.
    times : int
        How often to draw.
    """
    number = len(sample.points)
    chosen = resampled(sample.weights, draws, generator) if number > 1 else np.zeros(draws, int)
    for deviations, sites, times in zip(
        sample.points, sample.sites, np.bincount(chosen, minlength=number), strict=True
    ):
        if times:
            noise = deviations.noise * np.exp(-deviations.size_exponent * counts.size)
            yield paths_of(counts, deviations, sites, asked), noise, int(times)
