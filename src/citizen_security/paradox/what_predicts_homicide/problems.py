"""Reasons why nothing can be learnt or tried on a panel."""

from collections.abc import Iterator

import pandas as pd

from citizen_security.paradox.panel.sample import countries_have
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.paradox.what_predicts_homicide.folds import forward_folds
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictors import block_columns, columns_of, known_predictors
from citizen_security.paradox.what_predicts_homicide.rows import next_year_rows, unseen_country_rows

MINIMUM_TRAINING_ROWS = 50


MINIMUM_ORIGINS = 5


def prediction_problems(panel: pd.DataFrame, parameters: WhatPredictsHomicide) -> list[str]:
    """Reasons why nothing can be learnt or tried on a panel; empty where it can.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `prepare_panel`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    list of str
        Sentences that say what is missing and what to do.
    """
    blocks = block_columns(parameters)
    known = known_predictors(panel, parameters)
    empty = [column for column in columns_of(blocks) if known[column].notna().sum() == 0]
    if empty:
        return [
            f"{', '.join(empty)} has no figure in the chosen countries and years, so it predicts nothing. Leave its "
            "block out of blocks (or the measure out of poverty_measures), add countries or lengthen the period."
        ]
    seen = unseen_country_rows(panel, parameters, pd.Series(dtype=float))
    return [*_country_problems(seen), *_origin_problems(next_year_rows(panel, parameters), parameters)]


def _country_problems(rows: pd.DataFrame) -> Iterator[str]:
    countries = sorted(rows["iso3"].unique())
    if len(countries) < MINIMUM_COUNTRIES:
        yield (
            f"{countries_have(countries)} figures of homicide and poverty; "
            f"to learn from some, predict others and say how uncertain that is takes {MINIMUM_COUNTRIES}. Add "
            "countries, lengthen the period, raise carry_forward, or set require_poverty to false."
        )


def _origin_problems(rows: pd.DataFrame, parameters: WhatPredictsHomicide) -> Iterator[str]:
    folds = forward_folds(rows, parameters.first_origin)
    if len(folds) < MINIMUM_ORIGINS:
        yield (
            f"forecasts can be made in {len(folds)} years from first_origin = {parameters.first_origin}; "
            f"{MINIMUM_ORIGINS} are needed. Begin earlier, lengthen the period, or shorten the horizon."
        )
    elif len(folds[0].train) < MINIMUM_TRAINING_ROWS:
        yield (
            f"by {folds[0].name}, the first origin, {len(folds[0].train)} country-years are known to learn from; "
            f"{MINIMUM_TRAINING_ROWS} are needed. Move first_origin later, begin with an earlier first_year, or add "
            "countries."
        )
