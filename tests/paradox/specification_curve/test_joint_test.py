"""The joint test of a curve: exact where its null holds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from paradox.simulated_curves import simulated
from scipy.stats import binom

from citizen_security.paradox.specification_curve.fast_fits import Curve, fit_curve
from citizen_security.paradox.specification_curve.joint_test import (
    NotTestable,
    curve_statistics,
    draw_assignments,
    exchangeable_countries,
    median_interval,
    multiplier_test,
    permutation_test,
)


def test_paths_move_whole_and_only_within_their_group(grid):
    groups = (("ARG", "BRA", "CHL"), ("MEX", "PER"))
    drawn = draw_assignments(grid, groups, 50, np.random.default_rng(4))
    assert (np.sort(drawn, axis=1) == np.arange(len(grid.countries))).all()
    for column, iso3 in enumerate(grid.countries):
        group = next((group for group in groups if iso3 in group), (iso3,))
        assert {grid.countries[row] for row in drawn[:, column]} == set(group)


@pytest.mark.slow
def test_the_joint_test_has_its_nominal_size_where_the_null_holds():
    # Shared trends of opposite sign and random walks: single regressions reject far too often here.
    panels = 60
    p_values, single = [], []
    for seed in range(panels):
        grid, multiverse = simulated(seed)
        test = permutation_test(grid, multiverse, permutations=19, seed=seed)
        p_values.append(test.p_values.set_index("statistic")["p_value"])
        single.append((fit_curve(grid, multiverse).estimates["p_value"] < 0.05).mean())
    rejected = (pd.DataFrame(p_values) <= 0.1).sum()
    # 99.8% of binomial counts lie inside; three statistics share them.
    low, high = binom.ppf([0.001, 0.999], panels, 0.1)
    assert rejected.between(low, high).all(), rejected
    assert np.mean(single) > 0.1  # what the joint test corrects


def test_the_joint_test_finds_an_effect_that_is_there():
    grid, multiverse = simulated(seed=1, effect=1.0)
    test = permutation_test(grid, multiverse, permutations=39, seed=1)
    assert (test.p_values["p_value"] == 1 / 40).all()


@pytest.mark.slow
def test_the_multiplier_test_of_one_specification_is_that_of_its_own_error(curve):
    # Large t statistics have small probabilities, by the same influences that make the standard error.
    near = int(np.argmin(np.abs(curve.estimates["t_statistic"].to_numpy() - 2.0)))
    alone = replace(
        curve, estimates=curve.estimates.iloc[[near]].reset_index(drop=True), influence=curve.influence[[near]]
    )
    # 0.046 for a normal error at t = 2; that of few weighted countries is a little different.
    assert 0.02 < multiplier_test(alone, seed=1) < 0.08


def test_countries_exchange_with_those_that_have_as_many_figures(grid, multiverse):
    few, many = exchangeable_countries(grid, multiverse)
    figures = dict(zip(grid.countries, np.isfinite(grid.columns["gdp_growth"]).sum(axis=1), strict=True))
    assert max(figures[iso3] for iso3 in few) <= min(figures[iso3] for iso3 in many) + 1
    assert not set(few) & set(many)


def test_too_few_paths_are_refused():
    grid, multiverse = simulated(seed=2, countries=7)
    with pytest.raises(NotTestable, match="fewer than 8"):
        permutation_test(grid, multiverse, permutations=19)


def test_statistics_of_a_curve_by_hand():
    table = pd.DataFrame(
        {"effect": [-0.1, 0.1, 0.2, 0.4], "p_value": [0.01, 0.5, 0.01, 0.02], "t_statistic": [-3, 1, 3, 3]}
    )
    found = curve_statistics(table)
    assert found == {
        "median_effect": pytest.approx(0.15),
        "share_significant": 0.5,
        "mean_t": 1.0,
        "share_positive": 0.75,
    }


def test_a_single_specification_has_the_interval_of_its_own_standard_error(curve):
    one = Curve(curve.multiverse, curve.estimates.iloc[:1], curve.influence[:1], curve.not_estimated, 0.95)
    low, high = median_interval(one, draws=20_000, seed=1)
    error = float(np.sqrt((curve.influence[0] ** 2).sum()))
    # Six-point weights over thirty countries are near normal, and 20,000 draws leave about 2% in a quantile.
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.08)


def test_the_median_lies_in_its_interval_and_a_higher_level_widens_it(curve):
    low, high = median_interval(curve)
    wider = median_interval(replace(curve, confidence_level=0.99))
    assert wider[0] < low < curve.estimates["effect"].median() < high < wider[1]
