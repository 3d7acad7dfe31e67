"""Conformal inference: residuals by another algorithm, the size of the test, and intervals by the test itself."""

import numpy as np
import pytest
from methods.synthetic_panels import by_projected_gradient, factor_panel

from citizen_security.methods.synthetic_control import conformal
from citizen_security.methods.synthetic_control.conformal import conformal_interval, conformal_test, pointwise_intervals

PANEL = factor_panel(51, units=12, before=20, periods=25, effect=-5.0)


@pytest.mark.parametrize("effect", [0.0, -5.0])
def test_residuals_are_those_of_weights_fitted_to_all_periods_with_the_effect_taken_out(effect):
    target = PANEL.target - effect * (np.arange(25) >= 20)
    weights = by_projected_gradient(PANEL.donor_outcomes - target)
    residuals = target - weights @ PANEL.donor_outcomes
    found = conformal_test(PANEL, effect)
    assert found.residuals == pytest.approx(residuals, abs=1e-5)
    sizes = np.abs(residuals)
    assert found.statistic == pytest.approx(np.sqrt(5) * sizes[20:].mean(), abs=1e-5)
    windows = [np.concatenate([sizes, sizes])[start : start + 5].mean() for start in range(25)]
    assert found.p_value == np.mean(np.array(windows) >= sizes[20:].mean() - 1e-9)


def test_the_floor_is_one_over_the_shifts_and_is_reached():
    found = conformal_test(factor_panel(51, units=12, before=20, periods=25, effect=-80.0))
    assert found.p_value == found.floor == 1 / 25
    assert found.floor_reading == "with 25 permutations no p-value is below 0.04"


def test_any_order_has_many_more_permutations():
    panel = factor_panel(51, units=12, before=20, periods=25, effect=-30.0)
    found = conformal_test(panel, permutations="any_order", draws=999)
    assert found.floor == 1 / 1000
    assert found.p_value < 0.02
    assert found.p_value == conformal_test(panel, permutations="any_order", draws=999).p_value
    true = conformal_test(PANEL, -5.0, permutations="any_order", draws=999)
    assert true.p_value > 0.02


@pytest.mark.slow
@pytest.mark.parametrize("permutations", ["shifts", "any_order"])
def test_a_true_null_is_rejected_as_often_as_the_level_says(permutations):
    p_values = np.array(
        [
            conformal_test(
                factor_panel(seed, units=10, before=15, periods=20, effect=2.0, walks=False),
                2.0,
                permutations=permutations,
                draws=99,
            ).p_value
            for seed in range(300)
        ]
    )
    # Periods are drawn alike, so that the test is exact; four binomial standard errors over 300.
    for level, room in ((0.05, 0.05), (0.10, 0.07), (0.5, 0.115)):
        assert (p_values <= level + 1e-9).mean() == pytest.approx(level, abs=room)


@pytest.mark.parametrize("estimator", ["matched", "demeaned", "difference_in_differences"])
def test_the_interval_ends_where_the_test_begins_to_reject(estimator):
    found = conformal_interval(PANEL, estimator, confidence_level=0.8)
    assert found.lower < found.upper
    step = found.candidates[1] - found.candidates[0]
    assert conformal_test(PANEL, found.lower, estimator).p_value <= 0.2 + 1e-9
    assert conformal_test(PANEL, found.lower + step, estimator).p_value > 0.2 + 1e-9
    assert conformal_test(PANEL, found.upper, estimator).p_value <= 0.2 + 1e-9
    assert conformal_test(PANEL, found.upper - step, estimator).p_value > 0.2 + 1e-9
    kept = np.flatnonzero(found.p_values > 0.2 + 1e-9)
    assert found.is_connected == (len(kept) == kept[-1] - kept[0] + 1)
    place = 40
    assert found.p_values[place] == conformal_test(PANEL, found.candidates[place], estimator).p_value


def test_a_level_below_the_floor_leaves_the_whole_line():
    found = conformal_interval(PANEL, confidence_level=0.97)
    assert (found.lower, found.upper, found.floor) == (-np.inf, np.inf, 1 / 25)


def test_a_far_effect_that_comes_back_is_told(monkeypatch):
    def by_distance(sizes, after, tie):
        return np.where(np.isin(np.arange(len(sizes)) % 161, [60, 61, 80, 81]), 0.5, 0.01), 0.01

    monkeypatch.setattr(conformal, "_by_shifts", by_distance)
    found = conformal_interval(PANEL, confidence_level=0.9)
    assert not found.is_connected
    assert found.lower == pytest.approx(found.candidates[59])
    assert found.upper == pytest.approx(found.candidates[82])


def test_effects_that_never_fit_leave_nothing(monkeypatch):
    monkeypatch.setattr(conformal, "_by_shifts", lambda sizes, after, tie: (np.zeros(len(sizes)), 0.01))
    found = conformal_interval(PANEL, confidence_level=0.9)
    assert np.isnan([found.lower, found.upper]).all()


def test_a_narrow_grid_is_widened_until_it_holds_both_ends():
    # A fit without noise before the start gives no scale, and the effect is as large as the series.
    panel = factor_panel(8, units=12, before=20, periods=25, noise=1e-6, effect=-500.0)
    found = conformal_interval(panel, confidence_level=0.9)
    assert np.isfinite([found.lower, found.upper]).all()
    assert found.lower < -500 < found.upper


def test_each_period_has_an_interval_from_those_before_and_itself():
    found = pointwise_intervals(PANEL, confidence_level=0.8)
    assert found["period"].tolist() == [20, 21, 22, 23, 24]
    assert (found["floor"] == 1 / 21).all()
    assert (found["lower"] < found["upper"]).all()
    # Periods have an effect of −5 and noise of one: most intervals hold it, and none is of another order.
    assert ((found["lower"] < -5) & (found["upper"] > -5)).sum() >= 3
    assert found["lower"].between(-15, -2).all()
    last = factor_panel(51, units=12, before=20, periods=25, effect=-5.0)
    shorter = conformal.TreatedPanel(last.units, last.periods[:21], last.outcomes[:, :21], 1, 20)
    alone = conformal_interval(shorter, confidence_level=0.8)
    assert found.loc[0, ["lower", "upper"]].tolist() == [alone.lower, alone.upper]


@pytest.mark.parametrize("effect", [np.nan, np.inf])
def test_an_effect_that_is_no_number_is_refused(effect):
    with pytest.raises(ValueError, match="effect has"):
        conformal_test(PANEL, effect)
