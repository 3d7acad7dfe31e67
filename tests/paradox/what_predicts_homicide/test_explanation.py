"""What a model uses: importances of what is used and of what is not, and effects against a derivation by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from paradox.prediction_rows import BLOCKS, simulated_rows

from citizen_security.paradox.what_predicts_homicide.explanation import (
    accumulated_local_effects,
    effect_curves,
    effect_spans,
    exchange_blocks,
    importance_by_fold,
    importance_table,
    quantile_edges,
)
from citizen_security.paradox.what_predicts_homicide.folds import Fold, country_folds
from citizen_security.paradox.what_predicts_homicide.learners import Learning, fit_folds
from citizen_security.paradox.what_predicts_homicide.predictors import columns_of

SMALL = Learning(trees=10, rounds=15, seed=1)


def fitted_by(predict, rows, columns):
    """A fold whose model is known: half of the rows are held out."""
    half = np.arange(len(rows)) < len(rows) // 2
    return SimpleNamespace(
        fold=Fold("1", np.flatnonzero(~half), np.flatnonzero(half)), columns=columns, predict=predict
    )


@pytest.fixture(scope="module")
def learnt():
    rows = simulated_rows(1, effect=1.0)
    folds = country_folds(rows, 5, 1)
    return rows, fit_folds(rows, folds, columns_of(BLOCKS), "gradient_boosting", SMALL)


def test_a_block_that_is_used_is_important_and_one_that_is_not_is_not():
    rows = simulated_rows(1, effect=1.0)
    rows["target"] = rows["poverty"]
    one = fitted_by(lambda frame: frame["poverty"].to_numpy() + 0.1, rows, ("poverty",))
    errors = exchange_blocks(rows, [one], BLOCKS, 20, 1)
    table = importance_table(errors, 0.95, 199, 1).set_index("block")
    assert table.loc["other", "increase"] == pytest.approx(0, abs=1e-9)
    assert table.index[0] == "poverty"
    # Two independent draws of a column differ by E|x - x'|, here over an error of 0.1 without the exchange.
    values = rows["poverty"].to_numpy()
    tested = values[one.fold.test]
    expected = 100 * (np.abs(values[None, :] + 0.1 - tested[:, None]).mean() / 0.1 - 1)
    # Monte Carlo error of 20 exchanges of 150 rows is about 2%.
    assert table.loc["poverty", "increase"] == pytest.approx(expected, rel=0.1)


def test_columns_of_a_block_are_exchanged_together():
    rows = simulated_rows(2, effect=1.0).assign(again=lambda frame: frame["poverty"], target=0.5)
    seen = []

    def watch(frame):
        seen.append(frame)
        return np.zeros(len(frame))

    exchange_blocks(rows, [fitted_by(watch, rows, ())], {"poverty": ("poverty", "again")}, 3, 1)
    exchanged = seen[-1]
    np.testing.assert_array_equal(exchanged["poverty"], exchanged["again"])
    assert set(exchanged["poverty"]) <= set(rows["poverty"])
    assert exchanged["iso3"].nunique() < rows["iso3"].nunique()


def test_the_importance_of_a_learnt_model_is_told_by_fold_and_over_folds(learnt):
    rows, fitted = learnt
    errors = exchange_blocks(rows, fitted, BLOCKS, 3, 1)
    assert len(errors) == 2 * len(rows)
    table = importance_table(errors, 0.95, 499, 1).set_index("block")
    assert (table["lower"] > 0).all()
    by_fold = importance_by_fold(errors)
    assert by_fold.groupby("block").size().tolist() == [5, 5]
    assert by_fold["observations"].sum() == 2 * len(rows)


def test_the_effect_in_a_line_is_the_line_centred():
    # f = 3 x + 5 z: every step is 3 times its width, whatever z goes with x; the mean over bins is taken out.
    random = np.random.default_rng(3)
    x = random.uniform(0, 10, 500)
    rows = pd.DataFrame({"x": x, "z": x + random.normal(size=500)})
    edges = quantile_edges(rows["x"], 5)
    curve = accumulated_local_effects(lambda frame: (3 * frame["x"] + 5 * frame["z"]).to_numpy(), rows, "x", edges)
    np.testing.assert_allclose(np.diff(curve["effect"]), 3 * np.diff(edges))
    middles = (edges[1:] + edges[:-1]) / 2
    # Quantile bins hold 100 rows each, so the centre is the plain mean of the middles.
    np.testing.assert_allclose(curve["effect"], 3 * (edges - middles.mean()))


def by_definition(predict, rows, column, edges):
    """Apley and Zhu's estimator, row by row."""
    known = rows.dropna(subset=[column])
    effects, counts = [0.0], []
    for low, high, first in zip(edges[:-1], edges[1:], [True] + [False] * len(edges), strict=False):
        inside = [row for _, row in known.iterrows() if low < row[column] <= high or (first and row[column] == low)]
        steps = []
        for row in inside:
            ends = pd.DataFrame([{**row, column: low}, {**row, column: high}])
            steps.append(np.diff(predict(ends))[0])
        effects.append(effects[-1] + (np.mean(steps) if steps else 0.0))
        counts.append(len(inside))
    total = sum(
        count * (before + after) / 2 for count, before, after in zip(counts, effects, effects[1:], strict=False)
    )
    return np.array(effects) - total / sum(counts)


def test_the_effect_agrees_with_the_definition_computed_row_by_row(learnt):
    rows, fitted = learnt
    few = rows.sample(60, random_state=1).reset_index(drop=True)
    few.loc[:4, "poverty"] = np.nan
    edges = quantile_edges(few["poverty"], 6)
    curve = accumulated_local_effects(fitted[0].predict, few, "poverty", edges)
    np.testing.assert_allclose(curve["effect"], by_definition(fitted[0].predict, few, "poverty", edges), atol=1e-12)


def test_a_predictor_that_the_model_ignores_has_no_effect_though_it_goes_with_one_that_is_used():
    # A partial dependence would be flat too; a plain regression of predictions on z would not.
    x = np.linspace(0, 1, 200)
    rows = pd.DataFrame({"x": x, "z": x})
    curve = accumulated_local_effects(lambda frame: frame["x"].to_numpy() ** 2, rows, "z", quantile_edges(rows["z"], 8))
    np.testing.assert_allclose(curve["effect"], 0, atol=1e-12)


@pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [np.nan] * 3])
def test_a_constant_or_missing_predictor_has_an_empty_curve(values):
    rows = pd.DataFrame({"x": values})
    edges = quantile_edges(rows["x"], 5)
    assert accumulated_local_effects(lambda frame: frame["x"].to_numpy(), rows, "x", edges).empty


def test_spans_run_from_low_to_high_over_folds(learnt):
    rows, fitted = learnt
    curves = effect_curves(rows, fitted, ["poverty", "towns"], 10)
    spans = effect_spans(curves).set_index("column")
    # Poverty has an effect of one per unit, towns none; boosting for few rounds shrinks the first.
    assert spans.loc["poverty", "smallest"] > 0.5
    assert abs(spans.loc["towns", "span"]) < 0.3
    assert (spans["smallest"] <= spans["span"]).all()
    assert (spans["folds"] == 5).all()
