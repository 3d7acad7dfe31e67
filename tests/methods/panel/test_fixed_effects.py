"""Effects with units, periods and trends held constant: against linearmodels and written-out dummies."""

import numpy as np
import pandas as pd
import pytest
from linearmodels.panel import FirstDifferenceOLS, PanelOLS
from methods.panel_simulations import autoregression, dynamic_panel, firms, panel, table

from citizen_security.methods.panel.fixed_effects import first_differences, fit_effects, two_way
from citizen_security.methods.panel.wide import WidePanel, change
from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.least_squares import NotEstimable, solve


def rows(data: WidePanel) -> pd.DataFrame:
    unit, period = np.nonzero(np.isfinite(data.outcome))
    frame = pd.DataFrame(
        {"unit": unit, "period": period, "y": data.outcome[unit, period], "x": data.driver[unit, period]}
    )
    return frame.set_index(["unit", "period"])


def test_two_way_effects_are_those_of_linearmodels():
    data = dynamic_panel(1, share_of_gaps=0.2)
    frame = rows(data)
    theirs = PanelOLS(frame["y"], frame[["x"]], entity_effects=True, time_effects=True).fit()
    ours = two_way(data)
    assert ours.effects["estimate"].iloc[0] == pytest.approx(theirs.params["x"], rel=1e-9)
    assert ours.observations == len(frame)
    np.testing.assert_allclose(ours.residuals[np.isfinite(data.outcome)], theirs.resids, atol=1e-9)


def test_first_differences_are_those_of_linearmodels():
    # Changes of year dummies and a constant span the same as dummies of the changes' own years.
    data = firms()
    wide = [table(data, name, "firm", "year") for name in ("invest", "value")]
    ours = first_differences(WidePanel(tuple(f"{place}" for place in range(10)), np.arange(20), *wide))
    frame = data.set_index(["firm", "year"])
    years = pd.get_dummies(frame.index.get_level_values("year"), dtype=float).set_index(frame.index).iloc[:, 1:]
    years.columns = [f"year {column}" for column in years.columns]
    theirs = FirstDifferenceOLS(frame["invest"], pd.concat([frame[["value"]], years], axis=1)).fit()
    assert ours.effects["estimate"].iloc[0] == pytest.approx(theirs.params["value"], rel=1e-9)
    assert ours.of_changes
    assert ours.observations == 190


def test_trends_and_intervals_are_those_of_written_out_dummies():
    data = dynamic_panel(2, units=12, share_of_gaps=0.15)
    frame = rows(data).reset_index()
    units = pd.get_dummies(frame["unit"], dtype=float).to_numpy()
    periods = pd.get_dummies(frame["period"], dtype=float).to_numpy()[:, 1:]
    trends = units * (frame["period"].to_numpy()[:, None] - 10)
    for with_trends in (False, True):
        others = np.hstack([units, periods, *([trends[:, 1:]] if with_trends else [])])
        design = np.column_stack([frame["x"], others])
        fit = solve(("x",), design, frame["y"].to_numpy(), clusters=frame["unit"], periods=frame["period"])
        expected = bias_reduced(fit, 0.9).iloc[0]
        found = two_way(data, 0.9, trends=with_trends).effects.iloc[0]
        for column in ("estimate", "standard_error", "lower", "upper", "degrees_of_freedom"):
            assert found[column] == pytest.approx(expected[column], rel=1e-6), column


def test_the_basis_projects_on_all_that_was_fitted():
    data = dynamic_panel(3, units=10, share_of_gaps=0.1)
    for found in (two_way(data), two_way(data, trends=True), first_differences(data)):
        assert np.abs(found.basis.T @ found.basis - np.eye(found.basis.shape[1])).max() < 1e-9
        outcome = (change(data.outcome) if found.of_changes else data.outcome)[found.cells]
        left = outcome - found.basis @ (found.basis.T @ outcome)
        np.testing.assert_allclose(left, found.residuals[found.cells], atol=1e-9)


def test_trends_recover_an_effect_that_levels_miss():
    random = np.random.default_rng(4)
    slopes = random.normal(size=(25, 1))
    years = np.arange(25)
    driver = slopes * years * 0.5 + random.standard_normal((25, 25))
    outcome = 0.5 * driver + slopes * years + autoregression(random, 0.3, (25, 25))
    data = panel(outcome, driver)
    assert two_way(data).effects["lower"].iloc[0] > 1
    found = two_way(data, trends=True).effects.iloc[0]
    assert found["lower"] < 0.5 < found["upper"] < 0.75


def test_samples_that_cannot_carry_it_are_refused():
    data = dynamic_panel(5, units=7)
    with pytest.raises(NotEstimable, match="only 7 units"):
        two_way(data)
    short = dynamic_panel(5, units=20, periods=2)
    with pytest.raises(NotEstimable, match="leave 18 degrees of freedom"):
        two_way(short)
    fixed = panel(dynamic_panel(6).outcome, np.ones((30, 1)) * np.arange(25.0))
    with pytest.raises(NotEstimable, match="leave nothing of the regressor of the same year"):
        two_way(fixed)


def test_eight_units_and_twenty_degrees_of_freedom_are_just_enough():
    # Of 2n cells go one slope, one period and n units: 22 units leave 20, and 21 units 19.
    assert two_way(dynamic_panel(5, units=22, periods=2)).observations == 44
    with pytest.raises(NotEstimable, match="leave 19 degrees of freedom"):
        two_way(dynamic_panel(5, units=21, periods=2))
    assert two_way(dynamic_panel(5, units=8, periods=10)).observations == 80
    with pytest.raises(NotEstimable, match="only 7 units"):
        two_way(dynamic_panel(5, units=7, periods=10))


def test_only_cells_among_those_allowed_are_used():
    data = dynamic_panel(7)
    early = np.zeros(data.outcome.shape, dtype=bool)
    early[:, :10] = True
    part = fit_effects(data.units, data.outcome, {"x": data.driver}, among=early)
    alone = WidePanel(data.units, data.periods[:10], data.outcome[:, :10], data.driver[:, :10])
    assert part.fit.estimates[0] == pytest.approx(two_way(alone).effects["estimate"].iloc[0], rel=1e-12)


@pytest.mark.parametrize("unit", [1e-20, 1e12])
def test_the_unit_of_the_driver_does_not_matter(unit):
    data = dynamic_panel(8, units=12)
    rescaled = panel(data.outcome, data.driver * unit)
    one, other = two_way(data), two_way(rescaled)
    np.testing.assert_allclose(other.basis @ other.basis.T, one.basis @ one.basis.T, atol=1e-8)
    own, found = (each.effects.iloc[0] for each in (one, other))
    for column in ("estimate", "standard_error", "lower", "upper"):
        assert found[column] * unit == pytest.approx(own[column], rel=1e-8), column
    assert found["p_value"] == pytest.approx(own["p_value"], rel=1e-8)
