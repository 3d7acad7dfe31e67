"""Share of an error that goes when one prediction takes the place of another, with an interval over countries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from citizen_security.methods.resampling import clustered_ratio
from citizen_security.paradox.what_predicts_homicide.folds import Fold
from citizen_security.paradox.what_predicts_homicide.learners import MODELS, Learning, fit_folds, held_out, learning
from citizen_security.paradox.what_predicts_homicide.parameters import Learner, WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import TRAINING_MEAN, without_poverty
from citizen_security.paradox.what_predicts_homicide.predictors import HISTORY, LAST_VALUE, columns_of, with_history

if TYPE_CHECKING:
    from numpy.typing import NDArray


Reading = Literal[
    "helps by more than the smallest gain of interest",
    "helps, though perhaps by less than would matter",
    "does not help by as much as would matter",
    "makes predictions worse",
    "undecided",
]


@dataclass(frozen=True)
class Gain:
    """Share of an error that goes when one prediction takes the place of another.

    Attributes
    ----------
    estimate, lower, upper : float
        Per cent of the mean absolute error; negative where the error grows.
    observations, clusters : int
    """

    estimate: float
    lower: float
    upper: float
    observations: int
    clusters: int


def relative_gain(
    before: "NDArray[np.float64]",
    after: "NDArray[np.float64]",
    clusters: "NDArray[Any]",
    confidence_level: float,
    resamples: int,
    seed: int,
) -> Gain:
    """Per cent of the mean absolute error that goes when one prediction takes the place of another.

    Both errors of a row stay together (the comparison is paired) and all rows of a cluster are drawn together. The
    models are those that were fitted: the interval is about which clusters there are to predict, not about what the
    models would have learnt from other ones.

    Parameters
    ----------
    before, after : numpy.ndarray, shape (rows,)
        Absolute errors without and with what is judged.
    clusters : numpy.ndarray, shape (rows,)
        Country (or year) of each row.
    confidence_level : float
        Of the percentile interval.
    resamples : int
    seed : int

    Returns
    -------
    Gain

    Raises
    ------
    ValueError
        If the error before is zero everywhere: no share of nothing can go.
    """
    if not before.sum() > 0:
        raise ValueError("the error to be reduced is zero, so no share of it can go; compare with another prediction")
    left, *ends = clustered_ratio(after, before, clusters, confidence_level, resamples, seed)
    lower, upper = (100 * (1 - end) for end in reversed(ends))
    return Gain(100 * (1 - left), lower, upper, len(before), len(np.unique(clusters)))


def compare(
    predictions: pd.DataFrame, before: str, after: str, parameters: WhatPredictsHomicide, cluster: str = "iso3"
) -> Gain:
    """Gain of one column of predictions over another, on the rows that both predict.

    Parameters
    ----------
    predictions : pandas.DataFrame
        target, the two columns, and the clusters.
    before, after : str
    parameters : WhatPredictsHomicide
        confidence_level, country_resamples, seed, effort.
    cluster : str
        Column whose levels are drawn with replacement.

    Returns
    -------
    Gain
    """
    rows = predictions.dropna(subset=[before, after])
    errors = [(rows["target"] - rows[name]).abs().to_numpy(dtype=float) for name in (before, after)]
    return relative_gain(
        errors[0],
        errors[1],
        rows[cluster].to_numpy(),
        parameters.confidence_level,
        parameters.resamples_at_effort,
        parameters.seed,
    )


def skill_table(predictions: pd.DataFrame, references: Sequence[str], parameters: WhatPredictsHomicide) -> pd.DataFrame:
    """Gain of each model over each baseline.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `predict_all`.
    references : sequence of str
        Baselines.
    parameters : WhatPredictsHomicide

    Returns
    -------
    pandas.DataFrame
        model, baseline, and the fields of `Gain`.
    """
    return pd.DataFrame(
        [
            {"model": model, "baseline": reference, **vars(compare(predictions, reference, model, parameters))}
            for model in MODELS
            for reference in references
        ]
    )


def poverty_gain_table(
    predictions: pd.DataFrame, parameters: WhatPredictsHomicide, clusters: Sequence[str] = ("iso3",)
) -> pd.DataFrame:
    """What the poverty block takes off the error of each model, and how that reads.

    Parameters
    ----------
    predictions : pandas.DataFrame
        From `predict_all`.
    parameters : WhatPredictsHomicide
    clusters : sequence of str
        Columns whose levels are drawn with replacement, each in turn.

    Returns
    -------
    pandas.DataFrame
        model, drawn, the fields of `Gain`, reading.
    """
    compared = [
        (model, cluster, compare(predictions, without_poverty(model), model, parameters, cluster))
        for model in MODELS
        for cluster in clusters
    ]
    return pd.DataFrame(
        [
            {"model": model, "drawn": cluster, **vars(gain), "reading": read_gain(gain, parameters.smallest_gain)}
            for model, cluster, gain in compared
        ]
    )


def read_gain(gain: Gain, smallest: float) -> Reading:
    """What an interval of a gain says, held against the smallest gain that would matter.

    Parameters
    ----------
    gain : Gain
    smallest : float
        Per cent of the mean absolute error.

    Returns
    -------
    str
    """
    if gain.lower > smallest:
        return "helps by more than the smallest gain of interest"
    if gain.upper < 0:
        return "makes predictions worse"
    if gain.upper < smallest:
        return "does not help by as much as would matter"
    return "helps, though perhaps by less than would matter" if gain.lower > 0 else "undecided"


def block_gains(
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    blocks: dict[str, tuple[str, ...]],
    predictions: pd.DataFrame,
    parameters: WhatPredictsHomicide,
    model: Learner = "elastic_net",
) -> pd.DataFrame:
    """What each block adds to all others, and what it gives alone, with one model.

    Alone, a block is held against the mean of the training countries, or beside the history of homicide against that
    history alone.

    Parameters
    ----------
    rows : pandas.DataFrame
    folds : sequence of Fold
    blocks : dict
        From `block_columns`.
    predictions : pandas.DataFrame
        From `predict_all`, for the model with every block.
    parameters : WhatPredictsHomicide
    model : {"elastic_net", "random_forest", "gradient_boosting"}

    Returns
    -------
    pandas.DataFrame
        block, comparison (`added to the others` or `alone`), and the fields of `Gain`.
    """
    every = with_history(rows, blocks)
    history = {name: every[name] for name in every if name == HISTORY}
    settings = learning(parameters)

    def tried(columns: Sequence[str]) -> "NDArray[np.float64]":
        return _held_out_from(rows, folds, columns, model, settings)

    tried_on = predictions.assign(nothing=tried(columns_of(history)) if history else predictions[TRAINING_MEAN])
    gains = []
    for block in blocks:
        tried_on = tried_on.assign(
            less=tried(columns_of(every, without=block)), alone=tried(columns_of(history | {block: blocks[block]}))
        )
        comparisons = (("added to the others", "less", model), ("alone", "nothing", "alone"))
        gains += [
            {"block": block, "comparison": comparison, **vars(compare(tried_on, before, after, parameters))}
            for comparison, before, after in comparisons
        ]
    return pd.DataFrame(gains)


def _held_out_from(
    rows: pd.DataFrame, folds: Sequence[Fold], columns: Sequence[str], model: Learner, settings: Learning
) -> "NDArray[np.float64]":
    """Predictions from some columns, for the held-out rows in their order."""
    offset = LAST_VALUE if LAST_VALUE in rows else None
    fitted = fit_folds(rows, folds, columns, model, settings, offset=offset)
    tested = np.sort(np.concatenate([fold.test for fold in folds]))
    return np.asarray(held_out(rows, fitted).iloc[tested], dtype=float)
