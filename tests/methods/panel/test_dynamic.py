"""The outcome's own past: against written-out regressions, and what the jackknife takes off its bias."""

import numpy as np
import pytest
from linearmodels.panel import PanelOLS
from methods.panel_simulations import dynamic_panel, panel

from citizen_security.methods.panel.dynamic import error_correction, half_panels, lagged_outcome
from citizen_security.methods.panel.fixed_effects import LONG_RUN, SAME_PERIOD, fit_effects
from citizen_security.methods.panel.wide import lag
from citizen_security.methods.regression.bias_reduced import bias_reduced_covariance
from citizen_security.methods.regression.least_squares import NotEstimable


def by_effect(found):
    return found.effects.set_index("effect")


def _long(data):
    import pandas as pd

    before, driver_before = lag(data.outcome), lag(data.driver)
    unit, period = np.nonzero(np.isfinite(before) & np.isfinite(data.outcome))
    columns = {"y": data.outcome, "x": data.driver, "past": before, "x_before": driver_before}
    frame = pd.DataFrame({"unit": unit, "period": period} | {k: v[unit, period] for k, v in columns.items()})
    return frame.assign(dy=frame["y"] - frame["past"], dx=frame["x"] - frame["x_before"]).set_index(["unit", "period"])


def test_a_lagged_outcome_is_that_of_linearmodels_and_its_long_run_that_of_the_delta_method():
    data = dynamic_panel(1, share_of_gaps=0.1)
    frame = _long(data)
    theirs = PanelOLS(frame["y"], frame[["x", "past"]], entity_effects=True, time_effects=True).fit()
    found = by_effect(lagged_outcome(data, 0.9))
    assert found.loc[SAME_PERIOD, "estimate"] == pytest.approx(theirs.params["x"], rel=1e-9)
    assert found.loc["persistence", "estimate"] == pytest.approx(theirs.params["past"], rel=1e-9)
    effect, kept = theirs.params["x"], theirs.params["past"]
    assert found.loc[LONG_RUN, "estimate"] == pytest.approx(effect / (1 - kept), rel=1e-9)
    fit = fit_effects(data.units, data.outcome, {"x": data.driver, "past": lag(data.outcome)}).fit
    slope = np.array([1 / (1 - kept), effect / (1 - kept) ** 2])
    error = np.sqrt(slope @ bias_reduced_covariance(fit) @ slope)
    # CR2 of a combination adjusts the combination itself; that of the pair of coefficients differs little.
    assert found.loc[LONG_RUN, "standard_error"] == pytest.approx(error, rel=1e-6)
    middle = (found["lower"] + found["upper"]) / 2
    np.testing.assert_allclose(middle, found["estimate"], rtol=1e-9)


def test_error_correction_is_that_of_linearmodels_and_agrees_with_the_lagged_form_where_both_hold():
    data = dynamic_panel(2, share_of_gaps=0.1)
    frame = _long(data)
    names = ["dx", "past", "x_before"]
    theirs = PanelOLS(frame["dy"], frame[names], entity_effects=True, time_effects=True).fit().params
    found = by_effect(error_correction(data))
    assert found.loc[SAME_PERIOD, "estimate"] == pytest.approx(theirs["dx"], rel=1e-9)
    assert found.loc["adjustment", "estimate"] == pytest.approx(-theirs["past"], rel=1e-9)
    assert found.loc[LONG_RUN, "estimate"] == pytest.approx(-theirs["x_before"] / theirs["past"], rel=1e-9)
    assert found.loc[LONG_RUN, "lower"] < 0.5 / 0.4 < found.loc[LONG_RUN, "upper"]


def test_halves_hold_every_cell_once_and_an_odd_cell_in_turns():
    cells = np.array([[True, True, False, True, True], [True, True, True, False, False]])
    (first, second), (third, fourth) = half_panels(cells)
    assert first.astype(int).tolist() == [[1, 1, 0, 0, 0], [1, 0, 0, 0, 0]]
    assert third.astype(int).tolist() == [[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]
    for early, late in ((first, second), (third, fourth)):
        np.testing.assert_array_equal(early ^ late, cells)


def test_the_jackknife_is_twice_the_whole_less_the_mean_of_the_halves():
    data = dynamic_panel(3, periods=21)
    halves = []
    # 20 cells a unit after the lag: the first half is periods 1 to 10.
    for among in (slice(1, 11), slice(11, 21)):
        flags = np.zeros(data.outcome.shape, dtype=bool)
        flags[:, among] = True
        part = fit_effects(data.units, data.outcome, {"x": data.driver, "past": lag(data.outcome)}, among=flags)
        halves.append(part.fit.estimates)
    whole, found = by_effect(lagged_outcome(data)), by_effect(lagged_outcome(data, jackknife=True))
    expected = 2 * whole.loc[[SAME_PERIOD, "persistence"], "estimate"].to_numpy() - np.mean(halves, axis=0)
    np.testing.assert_allclose(found.loc[[SAME_PERIOD, "persistence"], "estimate"], expected, rtol=1e-9)
    assert found["degrees_of_freedom"].tolist() == [29] * 3
    # 1.311 is the 80% point of t with 29 degrees of freedom.
    narrow = by_effect(lagged_outcome(data, 0.8, jackknife=True))
    np.testing.assert_allclose(narrow["upper"] - narrow["estimate"], 1.3114 * found["standard_error"], rtol=1e-4)
    without = [
        by_effect(lagged_outcome(_without_unit(data, unit), jackknife=True))["estimate"].to_numpy()
        for unit in range(30)
    ]
    spread = np.sqrt(29 / 30 * ((np.array(without) - found["estimate"].to_numpy()) ** 2).sum(axis=0))
    # The long run's error is of the linear approximation, those of the coefficients are exact.
    np.testing.assert_allclose(found["standard_error"].iloc[[0, 2]], spread[[0, 2]], rtol=1e-9)
    assert found["standard_error"].iloc[1] == pytest.approx(spread[1], rel=0.1)


def _without_unit(data, unit):
    kept = [place for place in range(len(data.units)) if place != unit]
    return panel(data.outcome[kept], data.driver[kept])


@pytest.mark.slow
def test_the_jackknife_takes_out_most_of_nickell_s_bias_and_its_intervals_hold():
    plain, corrected, held = [], [], []
    for seed in range(40):
        data = dynamic_panel(100 + seed, persistence=0.7, periods=20, share_of_gaps=0.05)
        plain.append(by_effect(lagged_outcome(data)).loc["persistence", "estimate"])
        found = by_effect(lagged_outcome(data, jackknife=True))
        corrected.append(found.loc["persistence", "estimate"])
        held.append(found["lower"].lt([0.5, 0.5 / 0.3, 0.7]) & found["upper"].gt([0.5, 0.5 / 0.3, 0.7]))
    # The mean of forty has an error of about 0.005.
    bias = 0.7 - np.mean(plain)
    assert 0.03 < bias < 0.12
    assert abs(0.7 - np.mean(corrected)) < bias / 3
    # Forty intervals of 95%: 38 ± 1.4; those of the usual clustered errors hold 32 to 35 times here.
    assert (np.sum(held, axis=0) >= 36).all()
    assert np.sum(held) < 3 * 40


def test_an_outcome_that_does_not_return_has_no_long_run_but_a_reason():
    random = np.random.default_rng(5)
    driver = random.standard_normal((20, 20))
    explosive = np.exp(0.15 * np.arange(20)) * random.uniform(1, 2, (20, 1)) + 0.01 * driver
    found = by_effect(lagged_outcome(panel(explosive, driver)))
    assert found.loc["persistence", "estimate"] > 1
    assert np.isnan(found.loc[LONG_RUN, "estimate"])
    assert "does not return" in found.loc[LONG_RUN, "problem"]
    assert found.loc[SAME_PERIOD, "problem"] == ""


def test_halves_that_are_too_short_are_refused():
    with pytest.raises(NotEstimable, match="a half of the panel is too short"):
        lagged_outcome(dynamic_panel(6, units=12, periods=6), jackknife=True)
