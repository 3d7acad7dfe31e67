"""A gain is found where there is one, with an interval that says how sure it is."""

import numpy as np
import pytest
from paradox.prediction_rows import BLOCKS, simulated_rows
from paradox.prediction_settings import QUICK, SMALL

from citizen_security.methods.resampling import clustered_ratio
from citizen_security.paradox.what_predicts_homicide.folds import country_folds, forward_folds
from citizen_security.paradox.what_predicts_homicide.gains import (
    Gain,
    block_gains,
    poverty_gain_table,
    read_gain,
    relative_gain,
)
from citizen_security.paradox.what_predicts_homicide.predictions import (
    predict_all,
)


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
