"""Simulated cities of streets: what share of them must hold all homicides."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.concentration.gamma_risk import (
    gamma_gini,
    gamma_place_share,
    scatter_events,
    shape_from_occupied,
    simulate_gamma_places,
)
from citizen_security.methods.concentration.measures import lorenz_curve

if TYPE_CHECKING:
    from citizen_security.cities.concentration.parameters import Concentration

# What the published count of streets of Bogotá is of: all homicides of these months.
STREETS_OF = "11001"
FIRST_MONTH = "2012-01"
LAST_MONTH = "2015-09"


def counts_behind_the_streets(city_year: pd.DataFrame) -> pd.DataFrame:
    """Homicides of Bogotá in the years of the published count of streets, with the months that it used of each.

    Parameters
    ----------
    city_year : pandas.DataFrame
        The table `city_year`.

    Returns
    -------
    pandas.DataFrame, one row for each year
        `city`, `year`, `homicides` (of the whole year) and `months_used`.
    """
    months = pd.Series(pd.period_range(FIRST_MONTH, LAST_MONTH, freq="M").year).value_counts()
    rows = city_year[(city_year["city_code"] == STREETS_OF) & city_year["year"].isin(months.index)]
    return rows[["city", "year", "homicides"]].assign(months_used=rows["year"].map(months))


def implied_shape(parameters: "Concentration") -> float:
    """Shape of gamma risk that fits the published number of streets, if every homicide was located.

    Parameters
    ----------
    parameters : Concentration

    Returns
    -------
    float
        Infinity if equal risk leaves no more streets with a homicide than were published.
    """
    return shape_from_occupied(parameters.streets, parameters.street_homicides, parameters.streets_with_homicide)


def street_risks(parameters: "Concentration") -> dict[str, float]:
    """Kinds of risk that cities of streets are simulated with: equal, those asked for, and the one that fits.

    Parameters
    ----------
    parameters : Concentration

    Returns
    -------
    dict of str to float
        Shape of the gamma distribution of risk, by what it is called; infinity is equal risk.
    """
    shapes = {"equal risk": math.inf, **{f"gamma, shape {shape:g}": shape for shape in parameters.street_shapes}}
    implied = implied_shape(parameters)
    if math.isfinite(implied):
        shapes[f"gamma, shape {implied:.2g}: fits the published count"] = implied
    return shapes


def simulate_cities_of_streets(parameters: "Concentration", shapes: Mapping[str, float]) -> pd.DataFrame:
    """Concentration in simulated cities of streets, for each kind of risk.

    Parameters
    ----------
    parameters : Concentration
        `streets`, `street_homicides`, `share_of_homicides`, the simulated cities of this effort and `seed`.
    shapes : mapping of str to float
        As of `street_risks`.

    Returns
    -------
    pandas.DataFrame, one row for each kind of risk, indexed by what it is called
        Means over the cities: `gini`, `generalised_gini`, `place_share` and `with_homicide` (shares of streets).
    """
    simulated = {
        name: simulate_gamma_places(
            parameters.streets,
            parameters.street_homicides,
            shape,
            share=parameters.share_of_homicides,
            draws=parameters.simulated_cities_at_effort,
            seed=parameters.seed,
        )
        for name, shape in shapes.items()
    }
    means = pd.DataFrame({name: cities.mean() for name, cities in simulated.items()}).T
    return means.rename(columns={"with_event": "with_homicide"})


def add_concentration_of_risk(means: pd.DataFrame, shapes: Mapping[str, float], share: float) -> pd.DataFrame:
    """The simulated cities beside the exact concentration of the risk behind them.

    Parameters
    ----------
    means : pandas.DataFrame
        Of `simulate_cities_of_streets`.
    shapes : mapping of str to float
        As of `street_risks`, in the order of the rows.
    share : float
        Of the risk.

    Returns
    -------
    pandas.DataFrame
        With `gini_of_risk` and `streets_with_share_of_risk`.
    """
    return means.assign(
        gini_of_risk=[float(gamma_gini(shape)) for shape in shapes.values()],
        streets_with_share_of_risk=[gamma_place_share(shape, share) for shape in shapes.values()],
    )


def street_curves(parameters: "Concentration", shapes: Mapping[str, float]) -> pd.DataFrame:
    """Share of homicides over the share of streets, in one simulated city for each kind of risk.

    Parameters
    ----------
    parameters : Concentration
        `streets`, `street_homicides` and `seed`.
    shapes : mapping of str to float
        Shape of the distribution of risk, by name.

    Returns
    -------
    pandas.DataFrame
        `risk` (name), `streets` and `homicides` (shares).
    """
    grid = np.geomspace(1 / parameters.streets, 1, 200)
    frames = []
    for name, shape in shapes.items():
        generator = np.random.default_rng(parameters.seed)
        curve = lorenz_curve(scatter_events(parameters.streets, parameters.street_homicides, shape, generator))
        frames.append(pd.DataFrame({"risk": name, "streets": grid, "homicides": np.interp(grid, *curve)}))
    return pd.concat(frames, ignore_index=True)
