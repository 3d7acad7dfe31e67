"""Specifications under exchanged paths, equal to the same fits done the slow way."""

from dataclasses import replace

import numpy as np
import pytest
from paradox.simulated_curves import simulated

from citizen_security.paradox.specification_curve.fast_fits import fit_curve
from citizen_security.paradox.specification_curve.joint_test import (
    draw_assignments,
    exchangeable_countries,
)
from citizen_security.paradox.specification_curve.multiverse import (
    build_multiverse,
    locate_samples,
)
from citizen_security.paradox.specification_curve.permuted_fits import draw_cells, fit_assignments
from citizen_security.tables import catalog


def permuted_slowly(grid, multiverse, order):
    """The curve of one assignment, with its samples found anew and one regression at a time."""
    columns = {name: grid.columns[name][order] for name in multiverse.specifications["measure"].unique()}
    draws = {name: values[:, order] for name, values in grid.draws.items()}
    shuffled = replace(grid, columns=grid.columns | columns, draws=draws)
    table = multiverse.specifications.drop(columns="sample_id")
    located, masks = locate_samples(shuffled, table, multiverse.fields)
    return fit_curve(shuffled, replace(multiverse, specifications=located, masks=masks)).estimates


def fitted(grid, multiverse, assignments):
    """Effects, t statistics and p-values by specification."""
    found = np.full((3, len(multiverse.specifications), len(assignments)), np.nan)
    for cell in fit_assignments(grid, multiverse, assignments):
        found[:, cell.positions] = cell.effects, cell.t_statistics, cell.p_values
    return found


@pytest.mark.slow
@pytest.mark.parametrize("driver", ["poverty", "growth"])
def test_every_assignment_is_fitted_as_the_curve_itself_would_be(grid, driver):
    multiverse = build_multiverse(grid, catalog.load("specification_choices"), driver)
    # Every estimator, effect, lag, period, sample and weight of the table is among them.
    part = draw_cells(multiverse, 250, seed=4)
    for choice in (
        "estimator",
        "year_effects",
        "lag",
        "period",
        "sample",
        "weights",
        "outcome",
        "release",
        "trends",
        "dynamics",
    ):
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
