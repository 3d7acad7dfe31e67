"""The joint test of a curve: exact where its null holds, and equal to the same test done the slow way."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
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
from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    build_multiverse,
    locate_samples,
    prepare_grid,
)
from citizen_security.paradox.specification_curve.permuted_fits import draw_cells, fit_assignments
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def grid():
    country_year = catalog.load("country_year")
    return prepare_grid(country_year, sorted(country_year["iso3"].unique()))


@pytest.fixture(scope="module")
def multiverse(grid):
    return build_multiverse(grid, catalog.load("specification_choices"), "growth", ["estimator=pooled"])


@pytest.fixture(scope="module")
def curve(grid, multiverse):
    return fit_curve(grid, multiverse)


def simulated(seed, effect=0.0, countries=20, years=16):
    """Panel with trends in common, walks of their own, gaps, and eight specifications of a driver."""
    generator = np.random.default_rng(seed)
    shape = (countries, years)
    trend = np.linspace(0, 3, years)
    driver = generator.normal(size=shape).cumsum(axis=1) - trend
    other = generator.normal(size=shape).cumsum(axis=1)
    rate = 30 + effect * driver + 0.3 * other + generator.normal(size=shape).cumsum(axis=1) + trend
    driver = np.where(generator.random(shape) < 0.8, driver, np.nan)
    columns = {
        "homicide_rate": rate, "homicide_rate_release_2024": rate, "gini": driver, "other": other,
        "population": np.ones(shape) * 2e6,
    }  # fmt: skip
    names = tuple(f"C{number:02d}" for number in range(countries))
    grid = Grid(names, tuple(range(2000, 2000 + years)), columns, {})
    levels = [["rate"], ["2025"], ["within", "first_differences"], ["yes", "no"], ["0"], ["2000-2015"], ["all"],
              ["none"], ["none", "other"], ["gini"], [False]]  # fmt: skip
    columns_of = ["outcome", "release", "estimator", "year_effects", "lag", "period", "sample", "weights", "controls",
                  "measure", "main"]  # fmt: skip
    table = pd.MultiIndex.from_product(levels, names=columns_of).to_frame(index=False)
    located, masks = locate_samples(grid, table, {"other": "other"})
    return grid, Multiverse("inequality", located, masks, {"other": "other"}, pd.DataFrame())


def permuted_slowly(grid, multiverse, order):
    """The curve of one assignment, with its samples found anew and one regression at a time."""
    columns = {name: grid.columns[name][order] for name in multiverse.specifications["measure"].unique()}
    shuffled = replace(grid, columns=grid.columns | columns)
    table = multiverse.specifications.drop(columns="sample_id")
    located, masks = locate_samples(shuffled, table, multiverse.fields)
    return fit_curve(shuffled, replace(multiverse, specifications=located, masks=masks)).estimates


def fitted(grid, multiverse, assignments):
    """Effects, t statistics and p-values by specification."""
    found = np.full((3, len(multiverse.specifications), len(assignments)), np.nan)
    for cell in fit_assignments(grid, multiverse, assignments):
        found[:, cell.positions] = cell.effects, cell.t_statistics, cell.p_values
    return found


@pytest.mark.parametrize("driver", ["poverty", "growth"])
def test_every_assignment_is_fitted_as_the_curve_itself_would_be(grid, driver):
    multiverse = build_multiverse(grid, catalog.load("specification_choices"), driver)
    # Every estimator, effect, lag, period, sample and weight of the table is among them.
    part = draw_cells(multiverse, 250, seed=4)
    for choice in ("estimator", "year_effects", "lag", "period", "sample", "weights", "outcome", "release"):
        assert set(part.specifications[choice]) == set(multiverse.specifications[choice])
    generator = np.random.default_rng(8)
    drawn = draw_assignments(grid, exchangeable_countries(grid, part), 2, generator)
    assignments = np.vstack([np.arange(len(grid.countries)), drawn])
    found = fitted(grid, part, assignments)
    for number, order in enumerate(assignments):
        slow = permuted_slowly(grid, part, order)
        estimated = np.isfinite(found[0, :, number])
        assert estimated.sum() == len(slow)
        for row, name in enumerate(("effect", "t_statistic", "p_value")):
            # Normal equations of columns that correlate at 0.999 lose six digits of sixteen.
            np.testing.assert_allclose(found[row, estimated, number], slow[name], rtol=1e-7, atol=1e-9)


def test_a_panel_in_two_pieces_is_fitted_in_both():
    # No country is seen in both halves, so the year effects of one half say nothing of those of the other.
    grid, multiverse = simulated(seed=3, countries=24)
    rate = grid.columns["homicide_rate"].copy()
    rate[:12, 8:], rate[12:, :8] = np.nan, np.nan
    split = replace(grid, columns=grid.columns | {"homicide_rate": rate})
    order = np.arange(len(grid.countries))
    slow = permuted_slowly(split, multiverse, order)
    effects = fitted(split, multiverse, order[None])[0, :, 0]
    np.testing.assert_allclose(effects[np.isfinite(effects)], slow["effect"], rtol=1e-7)
    assert len(slow) == len(multiverse.specifications)


def test_an_assignment_that_leaves_too_little_has_no_estimate():
    grid, multiverse = simulated(seed=5)
    # The driver is known in nine countries; handed to those without a homicide rate it leaves fewer than eight.
    driver, rate = grid.columns["gini"].copy(), grid.columns["homicide_rate"].copy()
    driver[9:], rate[12:] = np.nan, np.nan
    poor = replace(grid, columns=grid.columns | {"gini": driver, "homicide_rate": rate})
    away = np.roll(np.arange(len(grid.countries)), 9)
    effects = fitted(poor, multiverse, np.vstack([np.arange(len(grid.countries)), away]))[0]
    assert np.isfinite(effects[:, 0]).all()
    assert np.isnan(effects[:, 1]).all()


def test_a_control_that_repeats_the_driver_leaves_no_estimate():
    grid, multiverse = simulated(seed=6)
    same = replace(grid, columns=grid.columns | {"other": 2 * grid.columns["gini"] + 1})
    effects = fitted(same, multiverse, np.arange(len(grid.countries))[None])[0, :, 0]
    repeated = (multiverse.specifications["controls"] == "other").to_numpy()
    assert np.isnan(effects[repeated]).all()
    assert np.isfinite(effects[~repeated]).all()


def test_cells_are_drawn_from_all_over_the_curve(multiverse):
    part = draw_cells(multiverse, 600, seed=1)
    assert 550 <= len(part.specifications) <= 650
    assert len(part.specifications.merge(multiverse.specifications, how="inner")) == len(part.specifications)
    samples = multiverse.specifications["sample_id"].nunique()
    assert part.specifications["sample_id"].nunique() > min(150, samples / 3)
    assert draw_cells(multiverse, len(multiverse.specifications), seed=1) is multiverse


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
