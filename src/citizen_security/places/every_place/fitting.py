"""The model behind every place: counts over time by expectation propagation, one fit for each kind and country.

The panel of counts goes to `methods.count_panels`. What comes back is drawn for all places and years of a fit together,
so that levels, ranks and changes are read from the same draws.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.methods.count_panels.deviations import ABSENT, MostLikely, most_likely
from citizen_security.methods.count_panels.paths import draw_paths
from citizen_security.methods.count_panels.propagation import CountPanel

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

# What a fit without any homicide is given, so that its centre has a logarithm.
HALF_AN_EVENT = 0.5


@dataclass(frozen=True)
class PlacePanel:
    """Counts of the places of a fit.

    Attributes
    ----------
    fit : str
    keys : tuple of str, length n_places
        In alphabetical order.
    groups : numpy.ndarray of str, shape (n_places,)
    counts : CountPanel
        A column for each year in which any place has a figure.
    """

    fit: str
    keys: tuple[str, ...]
    groups: "np.ndarray[tuple[int], np.dtype[np.str_]]"
    counts: CountPanel

    @property
    def seen(self) -> Flags:
        """Which places have a figure in which year, shape (n_places, n_years)."""
        there: Flags = self.counts.exposure > 0
        return there

    @property
    def years(self) -> Integers:
        """Years in which any place has a figure, shape (n_years,)."""
        return self.counts.times.astype(np.int64)

    def until(self, position: int) -> "PlacePanel":
        """The same places with the years before one of them.

        Parameters
        ----------
        position : int
            Of the first year that is left out.

        Returns
        -------
        PlacePanel
        """
        counts, exposure = self.counts.counts[:, :position], self.counts.exposure[:, :position]
        shorter = replace(
            self.counts,
            counts=counts,
            exposure=exposure,
            times=self.counts.times[:position],
            centre=_centre(counts, exposure),
        )
        return replace(self, counts=shorter)


@dataclass(frozen=True)
class PlaceFit:
    """Joint draws of the risks of the places of a fit.

    Attributes
    ----------
    panel : PlacePanel
    years : tuple of int, length n_asked
        Every year of the calendar from the first of the panel to the last, and the next.
    log_risks : numpy.ndarray, shape (n_draws, n_places, n_asked)
        Without the noise of single years: per 100,000 person-years, or per year where there is no population.
    at : MostLikely
    """

    panel: PlacePanel
    years: tuple[int, ...]
    log_risks: Floats
    at: MostLikely

    @property
    def name(self) -> str:
        """The fit as the run's manifest knows it, such as `cities_of_brazil`."""
        return self.panel.fit.replace(" ", "_").casefold()

    @property
    def last(self) -> int:
        """Position of the panel's last year among the years asked for."""
        return len(self.years) - 2

    def diagnostics(self) -> dict[str, float | int | str]:
        """Plain numbers for the run's manifest."""
        return {
            "places": len(self.panel.keys),
            "evaluations": self.at.evaluations,
            "sweeps": self.at.state.sweeps,
            **{f"most_likely_{name}": value for name, value in self.at.deviations._asdict().items()},
        }


def place_panels(rows: pd.DataFrame) -> Iterator[PlacePanel]:
    """Arrange the rows of each fit by place and year.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.

    Yields
    ------
    PlacePanel
        In the order of the rows.

    Raises
    ------
    ValueError
        If a place has two figures of one year, or a count is negative or has no exposure.
    """
    twice = rows.loc[rows.duplicated(["key", "year"]), ["key", "year"]]
    if len(twice):
        shown = ", ".join(f"{key} {year}" for key, year in twice.itertuples(index=False))
        raise ValueError(
            f"several figures of one place and year: {shown}. Allowed: one row for each; take the others out."
        )
    for fit, own in rows.groupby("fit", sort=False):
        wide = own.pivot(index="key", columns="year", values=["homicides", "exposure"])
        counts = wide["homicides"].fillna(0).to_numpy(np.float64)
        exposure = wide["exposure"].fillna(0).to_numpy(np.float64)
        labels = own.drop_duplicates("key").set_index("key")["group"].reindex(wide.index).to_numpy(str)
        group, names = pd.factorize(labels, sort=True)
        times = wide["exposure"].columns.to_numpy(np.float64)
        panel = CountPanel(counts, exposure, group.astype(np.int64), len(names), times, _centre(counts, exposure))
        yield PlacePanel(str(fit), tuple(wide.index), labels, panel)


def fit_places(panel: PlacePanel, parameters: "EveryPlace") -> PlaceFit:
    """Find the most likely deviations, and draw all risks given these.

    Parameters
    ----------
    panel : PlacePanel
    parameters : EveryPlace
        `draws`, `effort` and `seed`.

    Returns
    -------
    PlaceFit

    Raises
    ------
    NoStandIns
        If the counts cannot be approximated.
    """
    at = most_likely(panel.counts)
    years = range(int(panel.years[0]), int(panel.years[-1]) + 2)
    # Each fit has draws of its own, whichever others the run has.
    generator = np.random.default_rng([parameters.seed, *panel.fit.encode()])
    log_risks = draw_paths(
        panel.counts, at.deviations, at.state.sites, np.array(years, np.float64), parameters.draws_at_effort, generator
    )
    return PlaceFit(panel, tuple(years), log_risks, at)


def fit_all(rows: pd.DataFrame, parameters: "EveryPlace") -> list[PlaceFit]:
    """One fit for each kind and country.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `observed_places`.
    parameters : EveryPlace

    Returns
    -------
    list of PlaceFit
    """
    return [fit_places(panel, parameters) for panel in place_panels(rows)]


def deviation_table(fits: list[PlaceFit]) -> pd.DataFrame:
    """How strong each part of the model is, in each fit.

    Parameters
    ----------
    fits : list of PlaceFit

    Returns
    -------
    pandas.DataFrame, one row for each fit
        Standard deviations on the log scale: of levels, yearly steps of drifts, waves, single years, groups, and yearly
        steps of the whole; and the length of waves (years). A part that a fit cannot have is missing.
    """
    named = {
        "place": "Level",
        "place_drift": "Drift a year",
        "wave": "Waves",
        "wave_length": "Length of waves, years",
        "noise": "Single years",
        "group": "Groups",
        "group_drift": "Groups, drift a year",
        "nation_drift": "All, drift a year",
    }
    rows = [fit.at.deviations._asdict() for fit in fits]
    table = pd.DataFrame(rows)[list(named)].rename(columns=named)
    # Without groups their deviations are set to next to nothing.
    return table.where(table > 10 * ABSENT).assign(Places=[fit.panel.fit for fit in fits])[["Places", *named.values()]]


def _centre(counts: Floats, exposure: Floats) -> float:
    """Prior mean of the log rate, that of all places and years together; its deviation is 1, so it has little say."""
    return float(np.log(max(counts.sum(), HALF_AN_EVENT) / exposure.sum()))
