"""Baselines that need no model."""

import pandas as pd

from citizen_security.paradox.what_predicts_homicide.folds import country_folds
from citizen_security.paradox.what_predicts_homicide.predictions import (
    TRAINING_MEAN,
    WORLD_MEAN,
    baselines,
)


def test_the_baseline_lets_each_training_country_count_once():
    rows = pd.DataFrame({"iso3": ["A", "A", "A", "B", "C"], "target": [1.0, 1, 1, 4, 9], "world_mean": 0.5})
    folds = [fold for fold in country_folds(rows, 3, 1) if rows["iso3"].iloc[fold.test[0]] == "C"]
    found = baselines(rows, folds)
    assert found[TRAINING_MEAN].iloc[4] == 2.5
    assert found[WORLD_MEAN].iloc[4] == 0.5
