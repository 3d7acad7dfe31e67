"""What chance finds: the fast tests against plain ones, and the rates of false findings."""

import numpy as np
import pytest
from methods.panel_simulations import autoregression, dynamic_panel, panel

from citizen_security.methods.panel.fixed_effects import first_differences, fit_effects, two_way
from citizen_security.methods.panel.persistence import autoregressions
from citizen_security.methods.panel.placebo import ERRORS, many_tests, placebo, simulated_drivers
from citizen_security.methods.panel.wide import change, complete_cells
from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.least_squares import NotEstimable


@pytest.mark.parametrize("unit_effects", [True, False])
def test_many_tests_at_once_are_the_tests_one_by_one(unit_effects):
    data = dynamic_panel(1, units=12, periods=15, share_of_gaps=0.25)
    random = np.random.default_rng(2)
    # One driver moves in one unit most of all, so that its share of the residual maker is far from the identity.
    drivers = random.standard_normal((3, 12, 15)).cumsum(axis=-1)
    drivers[2, 4] *= 6
    outcome = data.outcome if unit_effects else change(data.outcome)
    cells = complete_cells([outcome])
    found = many_tests(outcome[cells], drivers[:, cells].T, cells, unit_effects=unit_effects)
    for place, driver in enumerate(drivers):
        driver = np.where(cells, driver, np.nan)
        fit = fit_effects(data.units, outcome, {"x": driver}, unit_effects=unit_effects).fit
        usual, reduced = clustered(fit).iloc[0], bias_reduced(fit).iloc[0]
        assert found.estimates[place] == pytest.approx(usual["estimate"], rel=1e-9)
        assert found.clustered[place] == pytest.approx(usual["estimate"] / usual["standard_error"], rel=1e-9)
        assert found.bias_reduced[place] == pytest.approx(reduced["estimate"] / reduced["standard_error"], rel=1e-6)
        assert found.degrees[place] == pytest.approx(reduced["degrees_of_freedom"], rel=1e-6)
        assert found.p_values()["CRV1"][place] == pytest.approx(usual["p_value"], rel=1e-9)
        assert found.p_values()["CR2"][place] == pytest.approx(reduced["p_value"], rel=1e-5)
        variance = (fit.residuals**2).sum() / (fit.observations - fit.effects)
        independent = usual["estimate"] / np.sqrt(variance * fit.inverse[0, 0])
        assert found.independent[place] == pytest.approx(independent, rel=1e-9)


def test_simulated_drivers_are_as_persistent_and_variable_as_each_unit_s_own():
    random = np.random.default_rng(3)
    driver = np.vstack(
        [5 * autoregression(random, 0.2, (1, 40)), autoregression(random, 0.8, (1, 40)), np.full((1, 40), np.nan)]
    )
    paths = simulated_drivers(driver, "autoregression", 3000, 4)
    own = autoregressions(driver)
    for unit in range(2):
        kept, spread = own["persistence"].iloc[unit], own["innovation"].iloc[unit]
        series = paths[:, unit]
        assert np.corrcoef(series[:, 19], series[:, 20])[0, 1] == pytest.approx(kept, abs=0.04)
        assert series[:, 0].std() == pytest.approx(spread / np.sqrt(1 - kept**2), rel=0.04)
        assert series[:, 39].std() == pytest.approx(spread / np.sqrt(1 - kept**2), rel=0.04)
    assert np.corrcoef(paths[:, 2, 19], paths[:, 2, 20])[0, 1] == pytest.approx(own["persistence"].median(), abs=0.04)
    walks = simulated_drivers(driver, "random walk", 3000, 4)[:, 1]
    assert (walks[:, 39] - walks[:, 38]).std() == pytest.approx(own["innovation"].iloc[1], rel=0.04)
    assert walks[:, 39].std() > 5 * own["innovation"].iloc[1]
    # A walk starts with its first step; what a stationary path starts with is none of its later news.
    assert walks[:, 0].std() == pytest.approx(own["innovation"].iloc[1], rel=0.04)
    assert np.corrcoef(walks[:, 0], walks[:, 39] - walks[:, 38])[0, 1] == pytest.approx(0, abs=0.08)
    assert np.corrcoef(paths[:, 1, 0], paths[:, 1, 1])[0, 1] == pytest.approx(own["persistence"].iloc[1], abs=0.04)


def _drifting(seed):
    random = np.random.default_rng(seed)
    outcome, driver = random.standard_normal((2, 20, 30)).cumsum(axis=-1)
    return panel(outcome, driver, random.random((20, 30)) < 0.1)


def test_errors_taken_for_independent_find_much_by_chance_in_levels_and_little_in_changes():
    levels, changes = (placebo(_drifting(5), draws=500, seed=6, form=form) for form in ("levels", "changes"))
    found = levels.false_findings()
    assert found["independent"] > 0.35
    assert found["CRV1"] < 0.15
    assert found["CR2"] < 0.08
    # Changes of walks are white noise: 5% ± 1%.
    assert levels.false_findings()["independent"] > 5 * changes.false_findings()["independent"]
    assert changes.false_findings()["CR2"] == pytest.approx(0.05, abs=0.03)
    assert list(found) == list(ERRORS)


def test_the_observed_driver_is_ranked_among_the_simulated():
    chance = placebo(_drifting(7), 0.9, draws=199, seed=8)
    assert chance.p_value() == pytest.approx(
        (1 + (chance.simulated.p_values()["CR2"] <= chance.observed.p_values()["CR2"][0]).sum()) / 200
    )
    assert (np.abs(chance.simulated.bias_reduced) > chance.reached_by_chance()).mean() == pytest.approx(0.1, abs=0.006)
    real = placebo(dynamic_panel(9), draws=199, seed=8)
    assert real.p_value() == 1 / 200
    assert real.simulated.estimates.shape == (199,)


@pytest.mark.slow
def test_the_rank_among_placebos_keeps_its_size_between_drifting_series():
    p_values = [placebo(_drifting(100 + seed), draws=99, seed=seed).p_value() for seed in range(60)]
    # Sixty tests at 20% reject 12 ± 3.1.
    assert 4 <= (np.array(p_values) < 0.2).sum() <= 21


def test_a_panel_that_cannot_carry_it_is_refused():
    with pytest.raises(NotEstimable, match="fewer than 8 units"):
        placebo(dynamic_panel(10, units=7), draws=9)
    with pytest.raises(NotEstimable, match="no unit has enough consecutive periods"):
        placebo(dynamic_panel(10, periods=5), draws=9)


def test_the_driver_s_own_test_is_the_two_way_regression_or_that_of_changes():
    data = _drifting(11)
    for form, regression in (("levels", two_way), ("changes", first_differences)):
        own, effects = placebo(data, draws=1, form=form).observed, regression(data).effects.iloc[0]
        assert own.estimates == pytest.approx([effects["estimate"]], rel=1e-9)
        assert own.p_values()["CR2"] == pytest.approx([effects["p_value"]], rel=1e-5)
