"""What may predict: blocks of predictors as they stood in each year, and what is kept out."""

import numpy as np
import pandas as pd

from citizen_security.measures import PREDICTOR_BLOCKS
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide

HISTORY = "history"
HISTORY_COLUMNS = ("last_value", "mean_to_date", "latest_change")
LAST_VALUE = "last_value"
COUNTRY_MEAN = "mean_to_date"


# What would let homicide, or what is made of it, predict homicide.
LEFT_OUT = {
    "convictions per homicide, convicted persons": "homicide is in the denominator, or moves the cases that can be won",
    "homicide of men, of women, with firearms": "parts of the outcome",
    "life expectancy, human development index": "killings of young men lower them",
    "rule of law, government effectiveness": "rest in part on experts' opinion of violence",
    "trust in the police, robbery, kidnapping": "answers to violence or violence itself, for few country-years",
    "line-up of poverty": "interpolated between surveys, so it knows the next one; a choice of poverty_measures",
}


def block_columns(parameters: WhatPredictsHomicide) -> dict[str, tuple[str, ...]]:
    """Predictors of each chosen block."""
    columns = {block: PREDICTOR_BLOCKS[block].columns for block in parameters.blocks}
    return columns | {"poverty": tuple(parameters.poverty_measures)} if "poverty" in columns else columns


def columns_of(blocks: dict[str, tuple[str, ...]], *, without: str = "") -> tuple[str, ...]:
    """Predictors of all blocks but one."""
    return tuple(column for block, columns in blocks.items() if block != without for column in columns)


def known_predictors(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Predictors as they stood in each year: the last figure of the country, at most `carry_forward` years old.

    Nothing is taken from a later year, so a row is the same whatever follows it.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`: one row for each country and year.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        iso3, year, rate, log_rate, the predictors, and `usable` (whether poverty is known, or need not be), sorted by
        country and year.
    """
    columns = list(columns_of(block_columns(parameters)))
    ordered = panel.assign(log_population=np.log(panel["population"])).sort_values(["iso3", "year"], ignore_index=True)
    known = ordered[["iso3", "year", "rate", "log_rate", *columns]].astype(dict.fromkeys(columns, float))
    if parameters.carry_forward > 0:
        known[columns] = known.groupby("iso3")[columns].ffill(limit=parameters.carry_forward)
    poverty_known = known[list(parameters.poverty_measures)].notna().all(axis=1)
    return known.assign(usable=poverty_known | (not parameters.require_poverty))


def with_history(rows: pd.DataFrame, blocks: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The blocks, led by the history of homicide where the rows have it."""
    return {HISTORY: HISTORY_COLUMNS, **blocks} if LAST_VALUE in rows else dict(blocks)
