"""Poverty between surveys: where it is drawn, and what the draws know."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.paradox.specification_curve.imputation import (
    DRAWS,
    POVERTY_LINES,
    between_surveys,
    with_imputed_poverty,
)
from citizen_security.paradox.specification_curve.multiverse import prepare_grid
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def panel():
    country_year = catalog.load("country_year")
    return prepare_grid(country_year, sorted(country_year["iso3"].unique()))


def test_gaps_lie_between_the_first_and_the_last_of_at_least_three_surveys():
    nan = np.nan
    share = np.array([[nan, 9, nan, 8, 7, nan], [5, nan, nan, 4, nan, nan], [6, nan, 3, 5, 6, 2]], dtype=float)
    wanted = between_surveys(share)
    # The second country has two surveys; no country has more after the last column's only one.
    assert wanted.tolist() == [
        [False, False, True, False, False, False],
        [False] * 6,
        [False, True, False, False, False, False],
    ]


def test_surveys_stay_and_draws_are_shares_that_differ(panel, grid):
    for line in POVERTY_LINES:
        drawn, seen = grid.draws[f"{line}_imputed"], np.isfinite(panel.columns[line])
        assert len(drawn) == DRAWS
        assert (drawn[:, seen] == panel.columns[line][seen]).all()
        gaps = between_surveys(panel.columns[line])
        assert ((drawn[:, gaps] > 0) & (drawn[:, gaps] < 100)).all()
        assert (drawn[:, gaps].std(axis=0) > 0).all()
        assert np.isnan(drawn[:, ~gaps & ~seen]).all()
        assert (grid.columns[f"{line}_imputed"] == drawn[0])[gaps].all()


def test_draws_are_the_same_for_a_seed_and_others_for_another(panel):
    first, again, other = (with_imputed_poverty(panel, seed=seed).draws["poverty_685_imputed"] for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other, equal_nan=True)


def test_paths_that_are_exchanged_know_nothing_but_poverty(panel):
    generator = np.random.default_rng(6)
    mixed = {
        name: generator.permutation(panel.columns[name])
        for name in ("homicide_rate", "log_gdp_per_capita", "gini", "unemployment_youth")
    }
    others = replace(panel, columns=panel.columns | mixed)
    own = [with_imputed_poverty(grid, seed=4, own_paths_only=True) for grid in (panel, others)]
    np.testing.assert_array_equal(*(grid.draws["poverty_365_imputed"] for grid in own))
    knowing = [with_imputed_poverty(grid, seed=4) for grid in (panel, others)]
    assert not np.array_equal(*(grid.draws["poverty_365_imputed"] for grid in knowing), equal_nan=True)


def test_surveys_too_few_to_draw_from_stay_as_they_are(panel):
    few = np.full(panel.shape, np.nan)
    few[3, [4, 6, 9]] = 12.0, 14.0, 11.0
    grid = with_imputed_poverty(replace(panel, columns=panel.columns | {"poverty_300": few}), seed=4, draws=2)
    np.testing.assert_array_equal(grid.draws["poverty_300_imputed"], np.stack([few, few]))
