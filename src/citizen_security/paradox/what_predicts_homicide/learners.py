"""The three models, fitted on the training rows of every fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import ElasticNetCV
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from citizen_security.paradox.what_predicts_homicide.folds import Fold
from citizen_security.paradox.what_predicts_homicide.parameters import Learner, WhatPredictsHomicide

if TYPE_CHECKING:
    from numpy.typing import NDArray


MODELS: tuple[Learner, ...] = ("elastic_net", "random_forest", "gradient_boosting")


@dataclass(frozen=True)
class Learning:
    """How long the models learn.

    Attributes
    ----------
    trees : int
        Trees of the random forest.
    rounds : int
        Rounds of boosting.
    seed : int
    """

    trees: int = 40
    rounds: int = 60
    seed: int = 0


@dataclass(frozen=True)
class FittedFold:
    """A model fitted on one fold's training rows.

    Attributes
    ----------
    fold : Fold
    columns : tuple of str
        Predictors.
    pipeline : sklearn.pipeline.Pipeline
    offset : str or None
        Column added to the pipeline's predictions: forecasts are of the change from the last value.
    """

    fold: Fold
    columns: tuple[str, ...]
    pipeline: Pipeline
    offset: str | None

    def predict(self, rows: pd.DataFrame) -> "NDArray[np.float64]":
        """Predictions of `target`, in its units, shape (rows,)."""
        predicted: NDArray[np.float64] = self.pipeline.predict(rows[list(self.columns)])
        return predicted if self.offset is None else predicted + rows[self.offset].to_numpy(dtype=float)


def learning(parameters: WhatPredictsHomicide) -> Learning:
    """How long the models learn at the chosen effort."""
    if parameters.effort == "full":
        return Learning(seed=parameters.seed)
    return Learning(trees=25, rounds=30, seed=parameters.seed)


def build_pipeline(model: Learner, countries: "NDArray[Any]", settings: Learning) -> Pipeline:
    """Imputation, scaling and a model in one, so that nothing is learnt from rows that are held out.

    Gaps are filled with the training median and marked by an indicator. The elastic net's penalty is chosen by
    cross-validation over whole countries.

    Parameters
    ----------
    model : {"elastic_net", "random_forest", "gradient_boosting"}
    countries : numpy.ndarray, shape (training rows,)
        Country of each training row.
    settings : Learning

    Returns
    -------
    sklearn.pipeline.Pipeline
    """
    filled = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    if model == "random_forest":
        forest = RandomForestRegressor(
            settings.trees, min_samples_leaf=5, max_features=1 / 3, n_jobs=1, random_state=settings.seed
        )
        return make_pipeline(filled, forest)
    if model == "gradient_boosting":
        boosting = HistGradientBoostingRegressor(
            learning_rate=0.08,
            max_iter=settings.rounds,
            max_leaf_nodes=8,
            min_samples_leaf=15,
            early_stopping=False,
            random_state=settings.seed,
        )
        return make_pipeline(filled, boosting)
    return make_pipeline(filled, StandardScaler(), _elastic_net(countries))


def fit_folds(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    columns: Sequence[str],
    model: Learner,
    settings: Learning,
    *,
    offset: str | None = None,
) -> list[FittedFold]:
    """A model fitted on the training rows of each fold.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3, target, and the predictors.
    folds : sequence of Fold
    columns : sequence of str
        Predictors.
    model : {"elastic_net", "random_forest", "gradient_boosting"}
    settings : Learning
    offset : str, optional
        Column from which the change is predicted, such as the last value.

    Returns
    -------
    list of FittedFold
    """
    target = rows["target"] if offset is None else rows["target"] - rows[offset]
    countries = rows["iso3"].to_numpy()
    fitted = []
    for fold in folds:
        pipeline = build_pipeline(model, countries[fold.train], settings)
        pipeline.fit(rows[list(columns)].iloc[fold.train], target.iloc[fold.train])
        fitted.append(FittedFold(fold, tuple(columns), pipeline, offset))
    return fitted


def held_out(rows: pd.DataFrame, fitted: Sequence[FittedFold]) -> "pd.Series[float]":
    """Prediction of each held-out row by the model that has not seen it; missing for rows never held out."""
    predicted = np.full(len(rows), np.nan)
    for one in fitted:
        predicted[one.fold.test] = one.predict(rows.iloc[one.fold.test])
    return pd.Series(predicted, index=rows.index)


def _elastic_net(countries: "NDArray[Any]") -> ElasticNetCV:
    """Elastic net whose penalty is chosen over whole countries left out; over rows where there is one country."""
    groups = len(np.unique(countries))
    folds: Callable[..., Any] = GroupKFold(min(5, groups)).split
    splits = list(folds(countries, groups=countries)) if groups > 1 else 5
    return ElasticNetCV(l1_ratio=0.5, alphas=20, cv=splits, max_iter=20_000)
