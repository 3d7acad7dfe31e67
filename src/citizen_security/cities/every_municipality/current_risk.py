"""The risk of every municipality in the last year and the next, by a model in which risks drift and come in waves.

The panel of counts goes to `methods.count_panels`; what comes back is drawn for all places together, so that ranks,
chances of the top and movements can be read from the same draws.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.count_panels.covariances import Deviations
from citizen_security.methods.count_panels.deviation_draws import DeviationSample, sample_deviations
from citizen_security.methods.count_panels.deviations import (
    OF_GROUPS,
    OF_NATION,
    START,
    MostLikely,
    absent_deviations,
    most_likely,
)
from citizen_security.methods.count_panels.paths import Paths, paths_of
from citizen_security.methods.count_panels.propagation import CountPanel
from citizen_security.methods.importance import resampled
from citizen_security.words import counted

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality

# A deviation is known by what differs with it: places, groups, years. Of fewer places or counts than these what is not
# known of all deviations moves the ends of intervals: of 300 places in nine years by a twentieth of a deviation on
# average, and by half of one where a place's last count is odd, since waves are hardly told from noise. From so many
# groups, or steps from year to year, on the tail of a Student distribution with as many degrees of freedom makes an
# interval a tenth longer than the most likely value does.
FEW_PLACES, FEW_COUNTS = 150, 4_500
FEW_GROUPS = FEW_STEPS = 10
# Of all deviations, and of those of few groups or years where places are many and each draw is dear.
INDEPENDENT_DRAWS, DRAWS_OF_MANY_PLACES = 200, 100


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
    drawn, absent : mapping of str to str
        Deviations that are drawn, with what knows too little of them, and those that the table cannot tell, with the
        reason; the others are taken at their most likely values.
    """

    years: tuple[int, int, int]
    log_rates: Floats
    noise: Floats
    sample: DeviationSample
    at: MostLikely
    drawn: Mapping[str, str]
    absent: Mapping[str, str]

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


def unknown_deviations(counts: CountPanel) -> dict[str, str]:
    """Deviations that too little differs with to take them at their most likely values.

    Parameters
    ----------
    counts : CountPanel

    Returns
    -------
    dict
        What there is too little of, by name. All where places or counts are few; those of groups where groups are, and
        that of the nation where years are. Places and years are those that the table has.
    """
    seen = counts.exposure > 0
    places, years = int(seen.any(axis=1).sum()), int(seen.any(axis=0).sum())
    if places <= FEW_PLACES:
        return dict.fromkeys(Deviations._fields, counted(places, "place"))
    if seen.sum() <= FEW_COUNTS:
        return dict.fromkeys(Deviations._fields, f"{counted(places, 'place')} in {counted(years, 'year')}")
    few_groups, few_steps = 1 < counts.groups < FEW_GROUPS, 1 < years <= FEW_STEPS
    return {
        **dict.fromkeys(OF_GROUPS if few_groups else (), counted(counts.groups, "group")),
        **dict.fromkeys(OF_NATION if few_steps else (), counted(years, "year")),
    }


def sampled(counts: CountPanel, at: MostLikely, seed: int, *, share: float = 1.0) -> DeviationSample:
    """Draw the deviations that are not known; the others stay at their most likely values.

    Parameters
    ----------
    counts : CountPanel
    at : MostLikely
    seed : int
    share : float
        Of the draws that a fit is worth.

    Returns
    -------
    DeviationSample
        Of the most likely deviations alone where all are known.
    """
    unknown = unknown_deviations(counts)
    worth = INDEPENDENT_DRAWS if len(unknown) == len(Deviations._fields) else DRAWS_OF_MANY_PLACES if unknown else 0
    return sample_deviations(counts, at, int(share * worth), seed, tuple(unknown))


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
    sample = sampled(counts, at, parameters.seed)
    last = panel.years[-1]
    years = (max(last - parameters.compared_years, panel.years[0]), last, last + 1)
    asked = np.array(years, dtype=np.float64)
    log_rates, noise = drawn(counts, sample, asked, parameters.draws_at_effort, generator)
    absent = absent_deviations(counts)
    unknown = {name: few for name, few in unknown_deviations(counts).items() if name not in absent}
    return CurrentRisk(years, log_rates, noise, sample, at, unknown, absent)


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
    counts: CountPanel,
    sample: DeviationSample,
    asked: Floats,
    draws: int,
    generator: np.random.Generator,
    alike: int = 1,
) -> Iterator[tuple[Paths, Floats, int]]:
    """Share draws out among the deviations of a sample, by their weights.

    Parameters
    ----------
    counts : CountPanel
    sample : DeviationSample
    asked : numpy.ndarray, shape (n_asked,)
    draws : int
    generator : numpy.random.Generator
    alike : int
        Draws that have the same deviations, since a change of these costs more than a draw.

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
    shares = -(-draws // alike)
    chosen = resampled(sample.weights, shares, generator) if number > 1 else np.zeros(shares, int)
    # The last share may be a smaller one.
    each = np.bincount(np.repeat(chosen, alike)[:draws], minlength=number)
    for deviations, sites, times in zip(sample.points, sample.sites, each, strict=True):
        if times:
            noise = deviations.noise * np.exp(-deviations.size_exponent * counts.size)
            yield paths_of(counts, deviations, sites, asked), noise, int(times)
