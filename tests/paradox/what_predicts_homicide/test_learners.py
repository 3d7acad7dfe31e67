"""Nothing that is held out reaches a model."""

import numpy as np
import pandas as pd
import pytest
from paradox.prediction_rows import simulated_rows
from paradox.prediction_settings import QUICK, SMALL

from citizen_security.paradox.what_predicts_homicide.folds import country_folds, forward_folds
from citizen_security.paradox.what_predicts_homicide.learners import MODELS, fit_folds, held_out
from citizen_security.paradox.what_predicts_homicide.predictors import (
    LAST_VALUE,
    block_columns,
    columns_of,
    with_history,
)
from citizen_security.paradox.what_predicts_homicide.rows import next_year_rows


@pytest.mark.parametrize("model", MODELS)
def test_shuffling_all_later_years_changes_no_forecast(panel, model):
    # If any step looked ahead (imputation, scaling, carrying forward, the choice of penalty), this would move.
    random = np.random.default_rng(1)
    later = panel["year"] > 2012
    shuffled = panel.copy()
    for column in panel.columns.difference(["iso3", "year"]):
        values = panel.loc[later, column].to_numpy()
        shuffled.loc[later, column] = random.permutation(values)
    found = []
    for one in (panel, shuffled):
        rows = next_year_rows(one, QUICK)
        folds = [fold for fold in forward_folds(rows, 2010) if int(fold.name) <= 2011]
        columns = columns_of(with_history(rows, block_columns(QUICK)))
        fitted = fit_folds(rows, folds, columns, model, SMALL, offset=LAST_VALUE)
        found.append(
            rows.assign(predicted=held_out(rows, fitted)).dropna(subset=["predicted"]).set_index(["iso3", "year"])
        )
    assert len(found[0]) > 20
    pd.testing.assert_series_equal(found[0]["predicted"], found[1]["predicted"])


@pytest.mark.parametrize("model", MODELS)
def test_what_is_hidden_of_a_country_does_not_reach_the_model(unseen, model):
    folds = country_folds(unseen, 5, 1)[:1]
    columns = columns_of(block_columns(QUICK))
    hidden = folds[0].test
    changed = unseen.copy()
    changed.loc[hidden, "target"] = 99.0
    # All but one held-out row are made absurd: medians and scales taken from them would show in the row left.
    changed.loc[hidden[1:], list(columns)] = 1e6
    as_is, moved = (held_out(rows, fit_folds(rows, folds, columns, model, SMALL)) for rows in (unseen, changed))
    assert as_is.iloc[hidden[0]] == moved.iloc[hidden[0]]


@pytest.mark.parametrize("model", MODELS)
def test_constant_empty_and_repeated_predictors_do_no_harm(model):
    rows = simulated_rows(4, effect=1.0).assign(constant=3.0, empty=np.nan, again=lambda frame: frame["income"])
    folds = country_folds(rows, 5, 4)
    plain, padded = (
        held_out(rows, fit_folds(rows, folds, columns, model, SMALL))
        for columns in (("poverty", "income"), ("poverty", "income", "again", "constant", "empty"))
    )
    assert np.isfinite(padded).all()
    # The forest draws other columns; the predictions stay about the same.
    assert np.corrcoef(plain, padded)[0, 1] > 0.9
