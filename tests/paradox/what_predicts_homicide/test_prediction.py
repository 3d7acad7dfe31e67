"""Held-out predictions: nothing leaks, folds keep countries and years apart, and a gain is found where there is one."""

import numpy as np
import pandas as pd
import pytest
from paradox.prediction_rows import BLOCKS, simulated_rows
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from citizen_security.methods.resampling import clustered_ratio
from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.what_predicts_homicide.checks import check
from citizen_security.paradox.what_predicts_homicide.folds import country_folds, forward_folds
from citizen_security.paradox.what_predicts_homicide.gains import (
    Gain,
    block_gains,
    poverty_gain_table,
    read_gain,
    relative_gain,
    skill_table,
)
from citizen_security.paradox.what_predicts_homicide.learners import MODELS, Learning, fit_folds, held_out
from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.paradox.what_predicts_homicide.predictions import (
    TRAINING_MEAN,
    WORLD_MEAN,
    baselines,
    predict_all,
)
from citizen_security.paradox.what_predicts_homicide.predictors import (
    LAST_VALUE,
    block_columns,
    columns_of,
    known_predictors,
    with_history,
)
from citizen_security.paradox.what_predicts_homicide.problems import prediction_problems
from citizen_security.paradox.what_predicts_homicide.rows import next_year_rows, unseen_country_rows, world_means
from citizen_security.paradox.what_predicts_homicide.scores import prediction_scores
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

QUICK = WhatPredictsHomicide.from_values({"effort": "quick"})
SMALL = Learning(trees=10, rounds=15, seed=1)

CONTRADICTIONS = {
    "poverty left out": ({"blocks": ["income", "work"]}, "blocks leaves out poverty"),
    "a block twice": ({"blocks": ["poverty", "poverty"]}, "more than once"),
    "no year to forecast": ({"first_origin": 2022, "horizon": 3}, "no later than 2020"),
    "nothing to learn from": ({"first_year": 2010, "first_origin": 2010}, "after first_year = 2010"),
    "a release that has ended": ({"release": "2024", "first_origin": 2021}, "no later than 2020"),
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a misspelt model": ({"main_model": "random_florest"}, "did you mean 'random_forest'?"),
    "too far ahead": ({"horizon": 6}, "horizon = 6 is not allowed"),
}

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "one country": ({"countries": ["BRA"]}, "only 1 countries (BRA)"),
    "countries without surveys": ({"countries": ["CUB", "KNA", "DMA", "VCT", "ATG", "BHS"]}, "has no figure"),
    "hardly a year to forecast": ({"first_origin": 2021}, "forecasts can be made in 2 years"),
    "hardly a year to learn from": ({"first_year": 2003, "first_origin": 2005}, "are needed. Move first_origin later"),
}


@pytest.fixture(scope="module")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


@pytest.fixture(scope="module")
def unseen(panel):
    world = world_means(catalog.load("world_homicide"), sorted(panel["iso3"].unique()), "log_rate")
    return unseen_country_rows(panel, QUICK, world)


@pytest.fixture(scope="module")
def forecasts(panel):
    return next_year_rows(panel, QUICK)


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        WhatPredictsHomicide.from_values(given)
    assert expected in str(refused.value)


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_carries_no_prediction_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(WhatPredictsHomicide.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_and_every_block_pass():
    check(WhatPredictsHomicide())
    check(WhatPredictsHomicide.from_values({"require_poverty": False, "horizon": 5, "outcome": "rate"}))


def test_a_predictor_without_any_figure_is_named(panel):
    assert "gini has no figure" in prediction_problems(panel.assign(gini=np.nan), QUICK)[0]


def test_no_predictor_is_made_of_homicide(panel):
    used = columns_of(block_columns(WhatPredictsHomicide()))
    made_of_homicide = ("homicide", "convict", "rate", "count", "rule_of_law", "life_expectancy", "human_development")
    assert not [name for name in used if name.startswith(made_of_homicide)]


def test_no_country_is_learnt_from_and_predicted_at_once(unseen):
    folds = country_folds(unseen, 7, 1)
    countries = unseen["iso3"].to_numpy()
    for fold in folds:
        assert not set(countries[fold.train]) & set(countries[fold.test])
    np.testing.assert_array_equal(np.sort(np.concatenate([fold.test for fold in folds])), np.arange(len(unseen)))
    assert len(country_folds(unseen, 99, 1)) == unseen["iso3"].nunique()


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_forecast_learns_only_from_outcomes_known_at_its_origin(panel, horizon):
    rows = next_year_rows(panel, WhatPredictsHomicide.from_values({"horizon": horizon}))
    for fold in forward_folds(rows, 2008):
        assert (rows["target_year"].iloc[fold.train] <= int(fold.name)).all()
        assert (rows["target_year"].iloc[fold.test] == int(fold.name) + horizon).all()
    rate = panel.set_index(["iso3", "year"])["log_rate"]
    for _, row in rows.sample(20, random_state=1).iterrows():
        assert row["target"] == rate[(row["iso3"], row["target_year"])]
        assert row["last_value"] == rate[(row["iso3"], row["year"])]
        so_far = rate[row["iso3"]].loc[: row["year"]].dropna()
        assert row["mean_to_date"] == pytest.approx(so_far.mean())
        if len(so_far) > 1:
            assert row["latest_change"] == pytest.approx(so_far.iloc[-1] - so_far.iloc[-2])


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


def test_a_figure_is_carried_forward_never_back_and_not_for_ever(panel):
    given = panel[panel["iso3"] == "BRA"].copy()
    given.loc[:, "gini"] = np.where(given["year"] == 2000, 55.0, np.nan)
    known = known_predictors(given, WhatPredictsHomicide.from_values({"carry_forward": 3})).set_index("year")["gini"]
    assert known.dropna().index.tolist() == [2000, 2001, 2002, 2003]
    alone = known_predictors(given, WhatPredictsHomicide.from_values({"carry_forward": 0})).set_index("year")["gini"]
    assert alone.dropna().index.tolist() == [2000]


def test_only_country_years_with_poverty_are_compared_unless_asked_otherwise(panel, unseen):
    assert unseen[list(QUICK.poverty_measures)].notna().all(axis=None)
    every = unseen_country_rows(
        panel, WhatPredictsHomicide.from_values({"require_poverty": False}), pd.Series(dtype=float)
    )
    assert len(every) == panel["log_rate"].notna().sum()


def test_the_rest_of_the_world_leaves_out_who_is_to_be_predicted():
    world = pd.DataFrame({"iso3": ["A", "B", "C", "A"], "year": [2000] * 3 + [2001], "homicide_rate": [9.0, 1, 4, 9]})
    assert world_means(world, ["A"], "rate").to_dict() == {2000: 2.5}
    assert world_means(world, ["A"], "log_rate")[2000] == pytest.approx(np.log(4) / 2)
    assert world_means(world.assign(homicide_rate=[9.0, 0, 4, 9]), ["A"], "log_rate")[2000] == pytest.approx(np.log(4))


def test_the_baseline_lets_each_training_country_count_once():
    rows = pd.DataFrame({"iso3": ["A", "A", "A", "B", "C"], "target": [1.0, 1, 1, 4, 9], "world_mean": 0.5})
    folds = [fold for fold in country_folds(rows, 3, 1) if rows["iso3"].iloc[fold.test[0]] == "C"]
    found = baselines(rows, folds)
    assert found[TRAINING_MEAN].iloc[4] == 2.5
    assert found[WORLD_MEAN].iloc[4] == 0.5


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


def test_a_gain_is_the_share_of_the_error_that_goes():
    gain = relative_gain(np.array([2.0, 2, 4]), np.array([1.0, 1, 4]), np.array(["A", "A", "B"]), 0.95, 2_000, 1)
    assert gain.estimate == pytest.approx(25)
    # Two clusters: both A, one of each, both B give 50, 25 and 0.
    assert (gain.lower, gain.upper) == (0, 50)
    assert (gain.observations, gain.clusters) == (3, 2)
    with pytest.raises(ValueError, match="the error to be reduced is zero"):
        relative_gain(np.zeros(3), np.ones(3), np.array(["A", "B", "C"]), 0.95, 99, 1)


def test_the_bootstrap_agrees_with_drawing_countries_one_by_one():
    random = np.random.default_rng(5)
    clusters = np.repeat(np.arange(15), random.integers(1, 9, 15))
    above, below = random.gamma(2, size=(2, len(clusters)))
    ratio, lower, upper = clustered_ratio(above, below, clusters, 0.9, 20_000, 1)
    drawn = []
    for _ in range(5_000):
        rows = np.concatenate([np.flatnonzero(clusters == one) for one in random.choice(15, 15)])
        drawn.append(above[rows].sum() / below[rows].sum())
    # Monte Carlo error of a 5% quantile of 5,000 draws is about 2% of their spread.
    tolerance = 0.1 * np.std(drawn)
    assert ratio == pytest.approx(above.sum() / below.sum())
    np.testing.assert_allclose([lower, upper], np.quantile(drawn, [0.05, 0.95]), atol=tolerance)


def test_the_interval_holds_the_true_gain_about_as_often_as_it_says():
    # 25 countries whose errors without and with the block share a country's part; the true gain is 10%.
    held = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        level = random.lognormal(0, 0.4, 25).repeat(10)
        before = level * random.gamma(4, 0.25, 250)
        after = 0.9 * level * random.gamma(4, 0.25, 250) * random.lognormal(-0.02, 0.2, 25).repeat(10)
        gain = relative_gain(before, after, np.arange(25).repeat(10), 0.95, 399, seed)
        held += gain.lower <= 10 <= gain.upper
    # Percentile intervals over 25 clusters fall a little short of 95%; the Monte Carlo error is 1.3 points.
    assert 0.88 <= held / 300 <= 0.98


@pytest.mark.parametrize("seed", [1, 2])
def test_poverty_that_predicts_is_found_to_help(seed):
    rows = simulated_rows(seed, effect=1.0)
    predictions = predict_all(rows, country_folds(rows, 5, seed), BLOCKS, SMALL)
    table = poverty_gain_table(predictions, QUICK)
    assert (table["lower"] > 0).all()
    assert table["reading"].str.startswith("helps").all()


@pytest.mark.parametrize("seed", [1, 2])
def test_poverty_that_predicts_nothing_is_not_found_to_help(seed):
    rows = simulated_rows(seed, effect=0.0)
    table = poverty_gain_table(predict_all(rows, country_folds(rows, 5, seed), BLOCKS, SMALL), QUICK)
    # Noise that is learnt costs a little; no interval may claim a gain.
    assert (table["lower"] <= 0).all()
    linear = table.set_index("model").loc["elastic_net"]
    assert linear["upper"] < QUICK.smallest_gain
    assert linear["reading"] == "does not help by as much as would matter"


def test_the_block_that_matters_is_told_from_the_others():
    rows = simulated_rows(3, effect=1.0)
    folds = country_folds(rows, 5, 3)
    table = block_gains(rows, folds, BLOCKS, predict_all(rows, folds, BLOCKS, SMALL), QUICK)
    found = table.set_index(["block", "comparison"])
    assert found.loc[("poverty", "added to the others"), "lower"] > 0
    assert found.loc[("poverty", "alone"), "lower"] > 0
    assert len(found) == 4


def test_a_gain_beside_the_history_is_held_against_the_history_alone(forecasts):
    folds = forward_folds(forecasts, 2015, step=3)
    blocks = {"poverty": ("poverty_685",), "income": ("log_gdp_per_capita",)}
    predictions = predict_all(forecasts, folds, blocks, SMALL)
    table = block_gains(forecasts, folds, blocks, predictions, QUICK)
    # Beside yesterday's homicide nothing else takes away much: a gain of 20% would mean a broken reference.
    assert table["estimate"].abs().max() < 20


READINGS = {
    (6, 9): "helps by more than the smallest gain of interest",
    (1, 9): "helps, though perhaps by less than would matter",
    (1, 4): "does not help by as much as would matter",
    (-1, 4): "does not help by as much as would matter",
    (-1, 9): "undecided",
    (-9, -1): "makes predictions worse",
}


@pytest.mark.parametrize(("ends", "reading"), READINGS.items())
def test_an_interval_that_holds_zero_is_not_read_as_nothing(ends, reading):
    assert read_gain(Gain(0, *ends, 10, 5), smallest=5) == reading


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
