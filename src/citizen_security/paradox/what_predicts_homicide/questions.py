"""The two questions, asked of the same models: which rows, which baselines, and tables of both side by side."""

from collections.abc import Mapping, Sequence

import pandas as pd

from citizen_security.paradox.what_predicts_homicide.folds import Fold, country_folds, forward_folds
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import (
    LAST_VALUE_BASELINE,
    OWN_MEAN,
    TRAINING_MEAN,
    WORLD_MEAN,
)

UNSEEN = "A country never seen"
NEXT = "Next years of known countries"

# What each question's models are held against; the first is the one to beat.
BASELINES = {UNSEEN: (TRAINING_MEAN, WORLD_MEAN), NEXT: (LAST_VALUE_BASELINE, OWN_MEAN)}


def question_folds(rows: Mapping[str, pd.DataFrame], parameters: WhatPredictsHomicide) -> dict[str, list[Fold]]:
    """Folds of both questions at the chosen effort.

    Parameters
    ----------
    rows : mapping
        Question → rows, from `unseen_country_rows` and `next_year_rows`.
    parameters : WhatPredictsHomicide

    Returns
    -------
    dict
        Question → folds.
    """
    return {
        UNSEEN: country_folds(rows[UNSEEN], parameters.folds_at_effort, parameters.seed),
        NEXT: forward_folds(rows[NEXT], parameters.first_origin, step=parameters.origin_step),
    }


def describe_rows(rows: Mapping[str, pd.DataFrame], folds: Mapping[str, Sequence[Fold]]) -> dict[str, str]:
    """How many country-years, countries and folds each question has, in words."""
    return {
        question: f"{len(table)} country-years, {table['iso3'].nunique()} countries, {len(folds[question])} folds"
        for question, table in rows.items()
    }


def by_question(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Tables of several questions in one, whose first column, question, tells them apart."""
    parts = [table.drop(columns="question", errors="ignore").assign(question=name) for name, table in tables.items()]
    joined = pd.concat(parts, ignore_index=True)
    return joined[["question", *(name for name in joined.columns if name != "question")]]
