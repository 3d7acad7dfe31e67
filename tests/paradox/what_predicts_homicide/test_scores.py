"""Errors of predictions."""

import pytest
from paradox.prediction_settings import QUICK, SMALL
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from citizen_security.paradox.what_predicts_homicide.folds import country_folds
from citizen_security.paradox.what_predicts_homicide.gains import (
    skill_table,
)
from citizen_security.paradox.what_predicts_homicide.predictions import (
    TRAINING_MEAN,
    predict_all,
)
from citizen_security.paradox.what_predicts_homicide.scores import prediction_scores


def test_scores_agree_with_scikit_learn(unseen):
    predictions = predict_all(
        unseen, country_folds(unseen, 3, 1), {"poverty": ("poverty_685",), "work": ("gini",)}, SMALL
    )
    scores = prediction_scores(predictions).set_index("prediction")
    assert scores["kind"].tolist() == ["baseline"] * 2 + ["model"] * 6
    for name, row in scores.iterrows():
        truth, predicted = predictions["target"], predictions[name]
        # The same sums in another order: only rounding differs.
        assert row["mean_absolute_error"] == pytest.approx(mean_absolute_error(truth, predicted), rel=1e-12)
        assert row["root_mean_square_error"] == pytest.approx(root_mean_squared_error(truth, predicted), rel=1e-12)
        assert row["r_squared"] == pytest.approx(r2_score(truth, predicted), rel=1e-9)
    skills = skill_table(predictions, (TRAINING_MEAN,), QUICK).set_index("model")
    errors = scores["mean_absolute_error"]
    expected = 100 * (1 - errors["elastic_net"] / errors[TRAINING_MEAN])
    assert skills.loc["elastic_net", "estimate"] == pytest.approx(expected)
