"""Rows to be predicted: countries never seen, and the next years of known countries."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from citizen_security.paradox.parameters import Outcome
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictors import known_predictors


def world_means(world: pd.DataFrame, countries: Sequence[str], outcome: Outcome) -> "pd.Series[float]":
    """Mean outcome of the countries outside the panel, by year.

    Parameters
    ----------
    world : pandas.DataFrame
        The table `world_homicide`.
    countries : sequence of str
        ISO codes of the panel, which are left out: a country to be predicted must not help to predict itself.
    outcome : {"rate", "log_rate"}

    Returns
    -------
    pandas.Series
        Indexed by year; of positive rates where the outcome is their logarithm.
    """
    others = world[~world["iso3"].isin(list(countries))].dropna(subset=["homicide_rate"])
    if outcome == "log_rate":
        others = others[others["homicide_rate"] > 0].assign(homicide_rate=lambda rows: np.log(rows["homicide_rate"]))
    return others.groupby("year")["homicide_rate"].mean()


def unseen_country_rows(
    panel: pd.DataFrame, parameters: WhatPredictsHomicide, world: "pd.Series[float]"
) -> pd.DataFrame:
    """Country-years to be predicted from the same year's predictors, nothing being known of the country's homicide.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide
    world : pandas.Series
        From `world_means`.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, world_mean and the predictors; one row for each country-year with an outcome
        and, unless `require_poverty` is off, a figure of poverty.
    """
    known = known_predictors(panel, parameters)
    rows = known[known["usable"] & known[parameters.outcome].notna()]
    return rows.assign(
        target_year=rows["year"], target=rows[parameters.outcome], world_mean=rows["year"].map(world)
    ).reset_index(drop=True)


def next_year_rows(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Forecasts to be made: what is known of a country in a year, and its outcome `horizon` years later.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        iso3, year (the origin), target_year, target, last_value, mean_to_date, latest_change and the predictors; one
        row for each origin with an outcome then and `horizon` years later.
    """
    known = known_predictors(panel, parameters)
    outcome = known.groupby("iso3")[parameters.outcome]
    before = outcome.ffill().groupby(known["iso3"]).shift()
    to_date = outcome.expanding().mean().reset_index(level=0, drop=True)
    origins = known.assign(
        last_value=known[parameters.outcome],
        mean_to_date=to_date,
        latest_change=known[parameters.outcome] - before,
        target_year=known["year"] + parameters.horizon,
    )
    later = known[["iso3", "year", parameters.outcome]].set_axis(["iso3", "target_year", "target"], axis=1)
    rows = origins.merge(later, on=["iso3", "target_year"], how="left", validate="one_to_one")
    return rows[rows["usable"] & rows["last_value"].notna() & rows["target"].notna()].reset_index(drop=True)
