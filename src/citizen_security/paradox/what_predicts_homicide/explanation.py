"""What a fitted model uses: importance of blocks on held-out rows, and accumulated local effects.

Both describe the model, not the world: a predictor may matter to it as a stand-in for what nobody measured.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.paradox.what_predicts_homicide.gains import relative_gain
from citizen_security.paradox.what_predicts_homicide.learners import FittedFold

if TYPE_CHECKING:
    from numpy.typing import NDArray


def exchange_blocks(
    rows: pd.DataFrame, fitted: Sequence[FittedFold], blocks: dict[str, tuple[str, ...]], permutations: int, seed: int
) -> pd.DataFrame:
    """Absolute errors of held-out rows as they are, and with one block taken from other country-years.

    The columns of a block are exchanged together, so that correlated predictors within it cannot stand in for each
    other. Donors are all rows that the fold knows, not only the held-out ones: within one or two countries an exchange
    would leave what sets countries apart untouched.

    Parameters
    ----------
    rows : pandas.DataFrame
        iso3, year, target and the predictors.
    fitted : sequence of FittedFold
    blocks : dict
        Columns of each block.
    permutations : int
        Exchanges that are averaged.
    seed : int

    Returns
    -------
    pandas.DataFrame
        block, fold, iso3, year, error, exchanged_error.

    References
    ----------
    Breiman (2001), Machine Learning 45; grouped as in Au, Herbinger, Stachl, Bischl and Casalicchio (2022), Data Mining
    and Knowledge Discovery 36.
    """
    random = np.random.default_rng(seed)
    parts = []
    for one in fitted:
        donors = rows.iloc[np.concatenate([one.fold.train, one.fold.test])]
        tested = rows.iloc[one.fold.test]
        error = np.abs(one.predict(tested) - tested["target"].to_numpy(dtype=float))
        exchanged = _exchanged_errors(one, tested, donors, list(blocks.values()), permutations, random)
        for block, changed in zip(blocks, exchanged, strict=True):
            part = tested[["iso3", "year"]].assign(block=block, fold=one.fold.name)
            parts.append(part.assign(error=error, exchanged_error=changed))
    columns_in_order = ["block", "fold", "iso3", "year", "error", "exchanged_error"]
    return pd.concat(parts, ignore_index=True)[columns_in_order]


def importance_table(errors: pd.DataFrame, confidence_level: float, resamples: int, seed: int) -> pd.DataFrame:
    """By how much the error grows without a block's information, with the spread over countries.

    Parameters
    ----------
    errors : pandas.DataFrame
        From `exchange_blocks`.
    confidence_level : float
    resamples : int
        Of countries, with replacement.
    seed : int

    Returns
    -------
    pandas.DataFrame
        block, increase, lower, upper (per cent of the mean absolute error), observations, clusters; the largest first.
    """
    found = []
    for block, rows in errors.groupby("block", sort=False):
        before, after = (rows[name].to_numpy(dtype=float) for name in ("error", "exchanged_error"))
        gain = relative_gain(before, after, rows["iso3"].to_numpy(), confidence_level, resamples, seed)
        found.append(
            {
                "block": block,
                "increase": -gain.estimate,
                "lower": -gain.upper,
                "upper": -gain.lower,
                "observations": gain.observations,
                "clusters": gain.clusters,
            }
        )
    return pd.DataFrame(found).sort_values("increase", ascending=False, ignore_index=True)


def importance_by_fold(errors: pd.DataFrame) -> pd.DataFrame:
    """The increase of the error in each fold: block, fold, increase (per cent), observations."""
    sums = errors.groupby(["block", "fold"], sort=False)[["error", "exchanged_error"]].agg("sum")
    counts = errors.groupby(["block", "fold"], sort=False).size()
    increase = 100 * (sums["exchanged_error"] / sums["error"] - 1)
    return pd.DataFrame({"increase": increase, "observations": counts}).reset_index()


def quantile_edges(values: "pd.Series[float]", bins: int) -> "NDArray[np.float64]":
    """Edges of bins that hold about the same number of the known values; fewer where values repeat."""
    known = values.dropna().to_numpy(dtype=float)
    if not len(known):
        return np.empty(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)))


def accumulated_local_effects(
    predict: Callable[[pd.DataFrame], "NDArray[np.float64]"],
    rows: pd.DataFrame,
    column: str,
    edges: "NDArray[np.float64]",
) -> pd.DataFrame:
    """How a model's predictions move with one predictor, the others staying where they are seen.

    Within each bin, predictions at its two edges are compared for the rows that lie in it; the mean differences are
    added up from bin to bin and centred so that their mean over the rows is zero. Unlike a partial dependence, no
    row is moved to where such rows do not occur.

    Parameters
    ----------
    predict : callable
        From rows to predictions.
    rows : pandas.DataFrame
        Rows with every predictor; those that lack `column` are passed over.
    column : str
    edges : numpy.ndarray, shape (bins + 1,)
        Increasing.

    Returns
    -------
    pandas.DataFrame
        value (the edges), effect (units of the prediction); empty where there are fewer than two edges.

    References
    ----------
    Apley and Zhu (2020), Journal of the Royal Statistical Society: Series B 82(4).
    """
    known = rows[rows[column].notna()]
    if len(edges) < 2 or known.empty:
        return pd.DataFrame({"value": [], "effect": []}, dtype=float)
    within = np.clip(np.searchsorted(edges, known[column].to_numpy(dtype=float), side="left") - 1, 0, len(edges) - 2)
    change = predict(known.assign(**{column: edges[within + 1]})) - predict(known.assign(**{column: edges[within]}))
    counts = np.bincount(within, minlength=len(edges) - 1)
    steps = np.bincount(within, weights=change, minlength=len(edges) - 1) / np.maximum(counts, 1)
    effect = np.concatenate([[0.0], np.cumsum(steps)])
    centre = np.average((effect[:-1] + effect[1:]) / 2, weights=counts)
    return pd.DataFrame({"value": edges, "effect": effect - centre})


def effect_curves(rows: pd.DataFrame, fitted: Sequence[FittedFold], columns: Sequence[str], bins: int) -> pd.DataFrame:
    """Accumulated local effects of several predictors in the model of every fold.

    The rows and the edges are the same for each fold, so that the curves differ only by what each model has learnt.

    Parameters
    ----------
    rows : pandas.DataFrame
    fitted : sequence of FittedFold
    columns : sequence of str
    bins : int

    Returns
    -------
    pandas.DataFrame
        column, fold, value, effect.
    """
    curves = [
        accumulated_local_effects(one.predict, rows, column, quantile_edges(rows[column], bins)).assign(
            column=column, fold=one.fold.name
        )
        for column in columns
        for one in fitted
    ]
    return pd.concat(curves, ignore_index=True)[["column", "fold", "value", "effect"]]


def effect_spans(curves: pd.DataFrame) -> pd.DataFrame:
    """Prediction at a predictor's high end (90th percentile of the edges) less that at its low end (10th), over folds.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `effect_curves`.

    Returns
    -------
    pandas.DataFrame
        column, low_value, high_value, span (mean over folds), smallest, largest, folds.
    """
    found = []
    for column, every in curves.groupby("column", sort=False):
        low, high = np.quantile(every["value"].unique(), [0.1, 0.9])
        spans = [
            float(np.diff(np.interp([low, high], curve["value"], curve["effect"]))[0])
            for _, curve in every.groupby("fold", sort=False)
        ]
        found.append(
            {
                "column": column,
                "low_value": low,
                "high_value": high,
                "span": float(np.mean(spans)),
                "smallest": min(spans),
                "largest": max(spans),
                "folds": len(spans),
            }
        )
    return pd.DataFrame(found)


def _exchanged_errors(
    one: FittedFold,
    tested: pd.DataFrame,
    donors: pd.DataFrame,
    blocks: Sequence[Sequence[str]],
    permutations: int,
    random: np.random.Generator,
) -> "NDArray[np.float64]":
    """Mean absolute error of each held-out row over several exchanges, shape (blocks, rows).

    All exchanges are predicted at once: a forest takes about as long for one row as for a thousand.
    """
    changed = []
    for columns in blocks:
        repeated = pd.concat([tested] * permutations, ignore_index=True)
        taken = random.integers(len(donors), size=len(repeated))
        changed.append(repeated.assign(**{name: donors[name].to_numpy()[taken] for name in columns}))
    everything = pd.concat(changed, ignore_index=True)
    errors = np.abs(one.predict(everything) - everything["target"].to_numpy(dtype=float))
    mean: NDArray[np.float64] = errors.reshape(len(blocks), permutations, len(tested)).mean(axis=1)
    return mean
