"""A country and the countries it is set against: those with a figure for every year, in rates or their logarithms."""

from collections.abc import Collection, Sequence
from typing import get_args

import numpy as np
import pandas as pd

from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.names import Estimator, Statistic
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes.estimator_names import ESTIMATOR_NAMES
from citizen_security.programmes.parameters import Outcome

# Countries whose figure of a single year moves by dozens of percent by chance are no donors.
LEAST_POPULATION = 500_000

# By number of countries no estimator has a lower placebo p.
ESTIMATORS: tuple[Estimator, ...] = get_args(Estimator)


def country_series(table: pd.DataFrame, iso3: str, first: int) -> pd.DataFrame:
    """One country's homicides, people and rate by year, those with a figure that specialists do not doubt.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    iso3 : str
    first : int
        First year.

    Returns
    -------
    pandas.DataFrame
        year, homicides, population, rate.
    """
    rows = table[(table["iso3"] == iso3) & table["homicide_rate"].notna() & (table["year"] >= first)]
    return pd.DataFrame(
        {
            "year": rows["year"].to_numpy(int),
            "homicides": rows["homicide_count"].to_numpy(float),
            "population": rows["population"].to_numpy(float),
            "rate": rows["homicide_rate"].to_numpy(float),
        }
    )


def whole_rates(
    world: pd.DataFrame, years: Sequence[int], *, among: Collection[str] | None = None, left_out: Collection[str] = ()
) -> pd.DataFrame:
    """Homicide rates of the countries that have one above zero and enough people in every year.

    Parameters
    ----------
    world : pandas.DataFrame
        `world_homicide`.
    years : sequence of int
    among : collection of str, optional
        Codes of the countries that are looked at; all by default.
    left_out : collection of str
        Codes of countries that are not.

    Returns
    -------
    pandas.DataFrame
        One row a country, one column a year.
    """
    rows = world[world["year"].isin(list(years)) & ~world["iso3"].isin(list(left_out))]
    if among is not None:
        rows = rows[rows["iso3"].isin(list(among))]
    rates = rows.pivot(index="iso3", columns="year", values="homicide_rate")
    people = rows.pivot(index="iso3", columns="year", values="population")
    return rates[(rates.notna() & (rates > 0)).all(axis=1) & (people >= LEAST_POPULATION).all(axis=1)]


def country_panel(rates: pd.DataFrame, treated: str, start: int, outcome: Outcome = "log") -> TreatedPanel:
    """A panel of rates or their logarithms, with one country that is treated.

    Parameters
    ----------
    rates : pandas.DataFrame
        From `whole_rates`.
    treated : str
        Code of the country.
    start : int
        First year that counts as treated.
    outcome : {"log", "level"}

    Returns
    -------
    TreatedPanel

    Raises
    ------
    NotAPanel
        If the country lacks a year, or donors or years before the start are too few.
    """
    units, calendar = (index.to_numpy() for index in (rates.index, rates.columns))
    values = rates.to_numpy(float)
    return TreatedPanel.of(
        np.repeat(units, len(calendar)),
        np.tile(calendar, len(units)),
        (np.log(values) if outcome == "log" else values).ravel(),
        treated=treated,
        start=start,
    )


def by_estimator(panel: TreatedPanel, statistic: Statistic) -> pd.DataFrame:
    """The mean gap by every estimator, with its place among countries where nothing was done.

    Parameters
    ----------
    panel : TreatedPanel
    statistic : {"rmspe_ratio", "mean_gap"}

    Returns
    -------
    pandas.DataFrame
        estimator, estimator_name, effect (in units of the panel), p_value, floor, rmspe_before, donors.
    """
    rows = []
    for estimator in ESTIMATORS:
        fit = synthetic_control(panel, estimator)
        test = placebos_in_space(panel, estimator, statistic)
        rows.append(
            {
                "estimator": estimator,
                "estimator_name": ESTIMATOR_NAMES[estimator],
                "effect": fit.effect,
                "p_value": test.p_value,
                "floor": test.floor,
                "rmspe_before": fit.rmspe_before,
                "donors": len(panel.donors),
            }
        )
    return pd.DataFrame(rows)
