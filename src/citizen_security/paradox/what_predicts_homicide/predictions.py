"""Does poverty help to predict homicide? Held-out predictions, the baselines beside them, and what a block gains.

Two questions are kept apart. In a country never seen, whole countries are left out and nothing of their homicide is
known. In the next years of known countries, each forecast is made from the years up to its origin alone, and the
models predict the change from the last value, which is the baseline to beat.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from citizen_security.paradox.what_predicts_homicide.folds import Fold
from citizen_security.paradox.what_predicts_homicide.learners import (
    MODELS,
    FittedFold,
    Learning,
    fit_folds,
    held_out,
)
from citizen_security.paradox.what_predicts_homicide.parameters import Learner
from citizen_security.paradox.what_predicts_homicide.predictors import (
    COUNTRY_MEAN,
    LAST_VALUE,
    columns_of,
    with_history,
)

# Columns of predictions that say which row it is, and what was to be predicted.
IDENTITY = ("iso3", "year", "target_year", "target")
NO_POVERTY = ", no poverty"

TRAINING_MEAN = "mean of the training countries"
WORLD_MEAN = "mean of the rest of the world"
LAST_VALUE_BASELINE = "last value"
OWN_MEAN = "mean of the country's years"


def training_means(rows: pd.DataFrame, folds: Sequence[Fold]) -> "pd.Series[float]":
    """Baseline for a country never seen: the mean of the training countries, each counting once."""
    predicted = pd.Series(np.nan, index=rows.index)
    for fold in folds:
        train = rows.iloc[fold.train]
        predicted.iloc[fold.test] = train.groupby("iso3")["target"].mean().mean()
    return predicted


def baselines(rows: pd.DataFrame, folds: Sequence[Fold]) -> dict[str, "pd.Series[float]"]:
    """Predictions that need no model: means for countries never seen, the last value and the mean for known ones."""
    if LAST_VALUE in rows:
        return {LAST_VALUE_BASELINE: rows[LAST_VALUE], OWN_MEAN: rows[COUNTRY_MEAN]}
    return {TRAINING_MEAN: training_means(rows, folds), WORLD_MEAN: rows["world_mean"]}


def predict_all(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    blocks: dict[str, tuple[str, ...]],
    settings: Learning,
    fitted: dict[Learner, list[FittedFold]] | None = None,
) -> pd.DataFrame:
    """Held-out predictions of the baselines, and of every model with and without the poverty block.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `unseen_country_rows` or `next_year_rows`.
    folds : sequence of Fold
    blocks : dict
        From `block_columns`; the history of homicide is added where the rows have it.
    settings : Learning
    fitted : dict, optional
        Filled with the models that use every block, by name.

    Returns
    -------
    pandas.DataFrame
        iso3, year, target_year, target, one column for each baseline, one for each model, and one for each model
        without poverty, named `<model>, no poverty`; held-out rows only.
    """
    offset = LAST_VALUE if LAST_VALUE in rows else None
    blocks = with_history(rows, blocks)
    columns: dict[str, pd.Series[float]] = baselines(rows, folds)
    for model in MODELS:
        models = fit_folds(rows, folds, columns_of(blocks), model, settings, offset=offset)
        bare = fit_folds(rows, folds, columns_of(blocks, without="poverty"), model, settings, offset=offset)
        columns |= {model: held_out(rows, models), without_poverty(model): held_out(rows, bare)}
        if fitted is not None:
            fitted[model] = models
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    return rows[list(IDENTITY)].assign(**columns).iloc[tested].reset_index(drop=True)


def without_poverty(model: str) -> str:
    """Column of `predict_all` for a model that does without the poverty block."""
    return f"{model}{NO_POVERTY}"
