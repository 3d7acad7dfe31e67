"""The two questions side by side."""

from itertools import pairwise

import pandas as pd
from paradox.prediction_settings import QUICK

from citizen_security.paradox.what_predicts_homicide.predictions import baselines
from citizen_security.paradox.what_predicts_homicide.questions import (
    BASELINES,
    NEXT,
    UNSEEN,
    by_question,
    describe_rows,
    question_folds,
)


def test_each_question_has_its_folds_and_says_how_many(unseen, forecasts):
    rows = {UNSEEN: unseen, NEXT: forecasts}
    folds = question_folds(rows, QUICK)
    assert len(folds[UNSEEN]) == 5
    years = [int(fold.name) for fold in folds[NEXT]]
    assert {later - earlier for earlier, later in pairwise(years)} == {3}
    assert describe_rows(rows, folds)[UNSEEN].endswith(f"{unseen['iso3'].nunique()} countries, 5 folds")


def test_the_baselines_named_are_those_that_are_computed(unseen, forecasts):
    rows = {UNSEEN: unseen, NEXT: forecasts}
    folds = question_folds(rows, QUICK)
    for question, names in BASELINES.items():
        assert tuple(baselines(rows[question], folds[question])) == names


def test_tables_are_told_apart_by_their_question():
    table = by_question({"a": pd.DataFrame({"x": [1]}), "b": pd.DataFrame({"x": [2], "question": ["?"]})})
    assert list(table) == ["question", "x"]
    assert table["question"].tolist() == ["a", "b"]
