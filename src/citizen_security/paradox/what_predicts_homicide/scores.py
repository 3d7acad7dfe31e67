"""Errors of several predictions of the same rows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from citizen_security.paradox.what_predicts_homicide.learners import MODELS
from citizen_security.paradox.what_predicts_homicide.predictions import IDENTITY, NO_POVERTY


def score_table(predictions: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Errors of several predictions of the same rows.

    Parameters
    ----------
    predictions : pandas.DataFrame
        target and one column for each name.
    names : sequence of str

    Returns
    -------
    pandas.DataFrame
        prediction, mean_absolute_error and root_mean_square_error (units of the target), r_squared (one minus the
        squared error over that of the mean of the held-out targets, which no forecaster knows), observations,
        countries.
    """
    return pd.DataFrame([{"prediction": name, **_scores(predictions.dropna(subset=[name]), name)} for name in names])


def prediction_scores(predictions: pd.DataFrame) -> pd.DataFrame:
    """Errors of every baseline and model of `predict_all`: the columns of `score_table`, and kind."""
    names = [str(name) for name in predictions.columns if name not in IDENTITY]
    kinds = ["model" if name.removesuffix(NO_POVERTY) in MODELS else "baseline" for name in names]
    return score_table(predictions, names).assign(kind=kinds)


def best_of(predictions: pd.DataFrame, names: Sequence[str]) -> str:
    """The one of several predictions with the smallest mean absolute error."""
    scores = score_table(predictions, names)
    return str(scores.sort_values("mean_absolute_error", kind="stable")["prediction"].iloc[0])


def _scores(rows: pd.DataFrame, name: str) -> dict[str, float]:
    error = (rows["target"] - rows[name]).to_numpy(dtype=float)
    spread = float(((rows["target"] - rows["target"].mean()) ** 2).sum())
    return {
        "mean_absolute_error": float(np.abs(error).mean()),
        "root_mean_square_error": float(np.sqrt((error**2).mean())),
        "r_squared": 1 - float((error**2).sum()) / spread if spread > 0 else float("nan"),
        "observations": len(rows),
        "countries": int(rows["iso3"].nunique()),
    }
