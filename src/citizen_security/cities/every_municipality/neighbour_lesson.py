"""Where neighbours help a forecast and where they do not: states of two countries, and maps of which all is known.

On every map the model is fitted twice, with and without neighbours, to the years before one that is held out. A state
counts hundreds of homicides a year and needs no neighbour to be known. The drawn maps differ in how alike neighbours
are, and in how much is counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.every_municipality import forecasts
from citizen_security.cities.every_municipality.forecasts import MODEL, WITHOUT, Verdict
from citizen_security.cities.every_municipality.table import MunicipalityPanel, build_panel
from citizen_security.methods.count_panels.covariances import Deviations, covariances
from citizen_security.methods.count_panels.deviations import START
from citizen_security.methods.count_panels.neighbours import Field, Neighbours
from citizen_security.methods.forecasting.scores import poisson_log_score

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
    from citizen_security.methods.arrays import Floats, Integers

STATES = "states of Brazil and Mexico"
ALIKE, MANY, UNLIKE = "neighbours alike, few homicides", "neighbours alike, many homicides", "neighbours not alike"
# Before it, the population of Mexico's states is that of the census of 2000, with a step to that of 2010.
FIRST_YEAR = 2011

# Draws of a rate, over all places: where hundreds are counted few of them are near what came, and more are needed.
DRAWS = 600_000

# The drawn maps: places in rows and columns, and years of which the last are held out.
ROWS, COLUMNS, YEARS = 20, 30, 6
# Share of neighbours of each, and homicides of a middling place and year.
MAPS: Mapping[str, tuple[float, float]] = {ALIKE: (0.95, 4.0), MANY: (0.95, 400.0), UNLIKE: (0.0, 4.0)}
# Of those that differ in the share alone, which can be seen.
SEEN = (ALIKE, UNLIKE)
# Places are spread over sizes as much as municipalities are.
SIZES = 1.0
DRAWN = Deviations(
    place=0.7, place_drift=0.05, wave=0.2, wave_length=2.5, noise=0.1, size_exponent=0.1, group=1e-6, group_drift=1e-6,
    nation_drift=0.1,
)  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """What neighbours add on one map.

    Attributes
    ----------
    panel : MunicipalityPanel
    years : tuple of int
        Held out.
    mixing : float
        Share of the variance of the lasting levels that neighbours have in common, most likely, without the last year.
    alike : float
        Correlation that this makes between the levels of a middling pair of neighbours.
    verdict : Verdict
    """

    panel: MunicipalityPanel
    years: tuple[int, ...]
    mixing: float
    alike: float
    verdict: Verdict


def lessons(states: pd.DataFrame, borders: pd.DataFrame, parameters: "EveryMunicipality") -> dict[str, Lesson]:
    """Fit all maps with and without neighbours.

    Parameters
    ----------
    states : pandas.DataFrame
        The table `state_year`.
    borders : pandas.DataFrame
        The table `state_neighbours`.
    parameters : EveryMunicipality
        `origins`, `credible_level`, `overall_rate_centre`, `effort` and `seed`.

    Returns
    -------
    dict
        By the name of the map.
    """
    panels = {STATES: state_panel(states, borders)}
    panels |= {name: drawn_panel(mixing, homicides, parameters.seed) for name, (mixing, homicides) in MAPS.items()}
    return {name: lesson(panel, parameters) for name, panel in panels.items()}


def state_panel(states: pd.DataFrame, borders: pd.DataFrame) -> MunicipalityPanel:
    """States as places, their countries as groups.

    Parameters
    ----------
    states : pandas.DataFrame
        `iso3`, `state_code`, `year`, `homicides`, `population`.
    borders : pandas.DataFrame
        `iso3`, `state_code`, `neighbour_code`.

    Returns
    -------
    MunicipalityPanel
        Of the countries whose borders are there, from `FIRST_YEAR` on.
    """
    there = states[states["iso3"].isin(borders["iso3"].unique()) & (states["year"] >= FIRST_YEAR)]
    named = there.rename(columns={"state_code": "place", "iso3": "group"})
    table = named[["place", "group", "year", "homicides", "population"]].reset_index(drop=True)
    order = pd.MultiIndex.from_frame(build_panel(table).places[["group", "place"]])
    ends = [
        order.get_indexer(pd.MultiIndex.from_frame(borders[["iso3", code]]))
        for code in ("state_code", "neighbour_code")
    ]
    return build_panel(table, np.stack(ends, axis=1))


def drawn_panel(mixing: float, homicides: float, seed: int) -> MunicipalityPanel:
    """Counts drawn from the model itself on a map of rows and columns.

    Parameters
    ----------
    mixing : float
        Share of the variance of the levels that neighbours have in common.
    homicides : float
        Of a middling place and year.
    seed : int

    Returns
    -------
    MunicipalityPanel
    """
    generator = np.random.default_rng([seed, ROWS, COLUMNS])
    places, years = ROWS * COLUMNS, np.arange(YEARS, dtype=np.float64)
    neighbours = Neighbours.of(chessboard(ROWS, COLUMNS), places)
    size = SIZES * generator.standard_normal(places)
    shaped = covariances(DRAWN._replace(mixing=mixing), years, size)
    shared = np.empty((places, 1))
    shared[neighbours.order] = Field.of(neighbours, np.zeros(places)).drawn(1, generator)
    own, passing, nation = (
        generator.multivariate_normal(np.zeros(YEARS), covariance, number)
        for covariance, number in ((shaped.stable, places), (shaped.passing, places), (shaped.nation, 1))
    )
    log_rates = nation + own + np.sqrt(shaped.scale)[:, np.newaxis] * passing + np.sqrt(shaped.shared) * shared
    rate = np.exp(log_rates)
    exposure = np.broadcast_to(np.exp(size)[:, np.newaxis] * homicides / rate.mean(), rate.shape)
    names = pd.DataFrame({"place": [f"Place {number:03}" for number in range(places)], "group": "Map"})
    return MunicipalityPanel(
        names, ("Map",), np.zeros(places, np.int64), tuple(range(FIRST_YEAR, FIRST_YEAR + YEARS)),
        generator.poisson(exposure * rate), np.array(exposure), neighbours,
    )  # fmt: skip


def chessboard(rows: int, columns: int) -> "Integers":
    """Pairs of the places of a map of rows and columns that share a side, shape (n_pairs, 2)."""
    number = np.arange(rows * columns).reshape(rows, columns)
    beside = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    below = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    return np.concatenate([beside, below])


def lesson(panel: MunicipalityPanel, parameters: "EveryMunicipality") -> Lesson:
    """Hold out the last years of one map, each in turn, and forecast them with neighbours and without.

    Parameters
    ----------
    panel : MunicipalityPanel
        With neighbours.
    parameters : EveryMunicipality

    Returns
    -------
    Lesson
        At the most likely deviations: what is not known of them hardly moves the difference of two forecasts.
    """
    starts = dict.fromkeys((MODEL, WITHOUT), START)
    mixing, parts = [], []
    targets = forecasts.held_out_years(panel, parameters.origins_at_effort)
    for target in targets:
        there = (panel.exposure[:, target] > 0) & (panel.exposure[:, :target] > 0).any(axis=1)
        for name, known in forecasts.models(panel).items():
            generator = np.random.default_rng([parameters.seed, target])
            expected, starts[name] = forecasts.expected_counts(
                known,
                target,
                parameters,
                starts[name],
                generator,
                draws=DRAWS // len(panel.places),
                deviations_drawn=False,
            )
            scores = poisson_log_score(expected[:, there], panel.homicides[there, target])
            labels = {"year": panel.years[target], "place": np.flatnonzero(there), "group": panel.group_index[there]}
            parts.append(pd.DataFrame({"forecaster": name, **labels, "log_score": scores}))
        mixing.append(starts[MODEL].mixing)
    verdict = forecasts.gain_over(pd.concat(parts), MODEL, WITHOUT, parameters.credible_level, parameters.seed)
    years = tuple(sorted(panel.years[target] for target in targets))
    return Lesson(panel, years, mixing[0], alike(panel, mixing[0]), verdict)


def alike(panel: MunicipalityPanel, mixing: float) -> float:
    """Correlation of the lasting levels of a middling pair of neighbours; not a number where there are none.

    Parameters
    ----------
    panel : MunicipalityPanel
    mixing : float

    Returns
    -------
    float
    """
    pairs = np.zeros(0) if panel.neighbours is None else panel.neighbours.alike
    return float(mixing * np.median(pairs)) if len(pairs) else np.nan


def drawn_maps(found: Mapping[str, Lesson]) -> "dict[str, Floats]":
    """Rates of the places of two drawn maps over all years, in their rows and columns.

    Parameters
    ----------
    found : mapping
        Of `lessons`.

    Returns
    -------
    dict
        By the name of the map, shape (`ROWS`, `COLUMNS`), per 100,000 person-years.
    """
    panels = {name: found[name].panel for name in SEEN}
    return {
        name: (panel.place_homicides / panel.place_exposure).reshape(ROWS, COLUMNS) for name, panel in panels.items()
    }


def lesson_table(found: Mapping[str, Lesson]) -> pd.DataFrame:
    """The lessons as a table.

    Parameters
    ----------
    found : mapping
        Of `lessons`.

    Returns
    -------
    pandas.DataFrame, one row for each map
        `map`, `places`, `homicides` (median of a place and year), `years` held out, `mixing`, `alike`, and `gain`,
        `lower`, `upper`: by how much percent more probability neighbours gave to what came.
    """
    return pd.DataFrame(
        {
            "map": name,
            "places": len(each.panel.places),
            "homicides": float(np.median(each.panel.homicides[each.panel.exposure > 0])),
            "years": len(each.years),
            "mixing": each.mixing,
            "alike": each.alike,
            "gain": 100 * np.expm1(each.verdict.gain),
            "lower": 100 * np.expm1(each.verdict.interval[0]),
            "upper": 100 * np.expm1(each.verdict.interval[1]),
        }
        for name, each in found.items()
    )
