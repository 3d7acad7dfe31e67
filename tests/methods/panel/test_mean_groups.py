"""Averages of units' own regressions: against the R package plm, statsmodels, and known slopes."""

import numpy as np
import pytest
from methods.panel_simulations import dynamic_panel, factor_panel, panel, states, table
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from citizen_security.methods.panel.fixed_effects import LONG_RUN, SAME_PERIOD, two_way
from citizen_security.methods.panel.mean_groups import (
    common_averages,
    mean_group,
    pooled_common_effects,
    pooled_regression,
    unit_regressions,
)
from citizen_security.methods.panel.wide import lag
from citizen_security.methods.regression.least_squares import NotEstimable

# Output of Munnell's states under plm 2.6 (inst/tests/test_pcce.Rout.save): common correlated effects, mean group with
# standard errors, and pooled.
PRODUCTION = ("p_cap", "pc", "emp", "unemp")
MEAN_GROUP = (0.0899850, 0.0335784, 0.6258657, -0.0031178)
MEAN_GROUP_ERRORS = (0.1176042, 0.0423362, 0.1071720, 0.0014389)
POOLED = (0.0432375, 0.0363922, 0.8209631, -0.0020925)


def production():
    data = states().assign(**{name: np.log(states()[name]) for name in ("gsp", "p_cap", "pc", "emp")})
    outcome, *regressors = (table(data, name, "state", "yr") for name in ("gsp", *PRODUCTION))
    return outcome, regressors, [values.mean(axis=0) for values in (outcome, *regressors)]


def test_common_correlated_effects_are_those_of_plm():
    found = unit_regressions(*production()).coefficients
    np.testing.assert_allclose(found.mean(axis=0), MEAN_GROUP, atol=5e-7)
    np.testing.assert_allclose(found.std(axis=0, ddof=1) / np.sqrt(48), MEAN_GROUP_ERRORS, atol=5e-7)


def test_pooled_common_effects_are_those_of_plm():
    outcome, regressors, averages = production()
    units = tuple(f"{place:02d}" for place in range(48))
    found = pooled_regression(units, outcome, dict(zip(PRODUCTION, regressors, strict=True)), averages).effects
    np.testing.assert_allclose(found["estimate"], POOLED, atol=5e-7)


def test_a_mean_group_is_the_mean_of_statsmodels_own_regressions():
    data = factor_panel(1, share_of_gaps=0.1)
    slopes = [
        OLS(y[np.isfinite(y)], add_constant(x[np.isfinite(y)])).fit().params[1]
        for y, x in zip(data.outcome, data.driver, strict=True)
    ]
    found = mean_group(data, 0.9).effects.iloc[0]
    assert found["estimate"] == pytest.approx(np.mean(slopes), rel=1e-9)
    assert found["standard_error"] == pytest.approx(np.std(slopes, ddof=1) / np.sqrt(30), rel=1e-9)
    assert found["degrees_of_freedom"] == 29
    # 1.699 is the 95% point of t with 29 degrees of freedom.
    assert found["upper"] - found["estimate"] == pytest.approx(1.699 * found["standard_error"], rel=3e-4)


def test_common_effects_find_the_slope_that_fixed_effects_miss():
    true = 0.5
    fixed, pooled, grouped, held = [], [], [], []
    for seed in range(20):
        data = factor_panel(seed, effect=true, share_of_gaps=0.05)
        fixed.append(two_way(data).effects["estimate"].iloc[0])
        pooled.append(pooled_common_effects(data).effects["estimate"].iloc[0])
        found = mean_group(data, common=True).effects.iloc[0]
        grouped.append(found["estimate"])
        held.append(found["lower"] < true < found["upper"])
    assert np.mean(fixed) - true > 0.3
    # One estimate has an error of about 0.07, from slopes that differ; the mean of twenty 0.016. Averages over thirty
    # units hold the factor with some noise.
    assert abs(np.mean(pooled) - true) < 0.06
    assert abs(np.mean(grouped) - true) < 0.06
    assert sum(held) >= 16


def test_with_the_outcome_s_past_the_long_run_is_that_of_the_mean_coefficients():
    data = dynamic_panel(3, units=60, periods=40)
    found = mean_group(data, common=True, dynamic=True, lags=1)
    effects = found.effects.set_index("effect")
    averages = common_averages(data, 1)
    own = unit_regressions(data.outcome, [data.driver, lag(data.outcome)], averages).coefficients
    effect, kept = own.mean(axis=0)
    assert effects.loc[LONG_RUN, "estimate"] == pytest.approx(effect / (1 - kept), rel=1e-9)
    slope = np.array([1 / (1 - kept), effect / (1 - kept) ** 2])
    error = np.sqrt(slope @ np.cov(own, rowvar=False) @ slope / 60)
    assert effects.loc[LONG_RUN, "standard_error"] == pytest.approx(error, rel=1e-9)
    # In 40 periods units' own regressions find too little persistence, by about (1 + 3 × 0.6) / 40 = 0.07, and give to
    # the persistent driver what they take from the past.
    assert effects.loc["persistence", "estimate"] == pytest.approx(0.6 - 0.07, abs=0.05)
    assert effects.loc[SAME_PERIOD, "estimate"] == pytest.approx(0.5 + 0.05, abs=0.05)
    assert effects.loc[LONG_RUN, "lower"] < 1.25 < effects.loc[LONG_RUN, "upper"]
    assert found.observations == 60 * 39


def test_averages_do_not_move_with_who_is_observed():
    outcome = np.arange(8.0)[:, None] * 100 + np.tile([0.0, 1.0, -1.0, 0.0], (8, 1))
    gaps = np.zeros(outcome.shape, dtype=bool)
    gaps[5:, 0] = True
    gaps[:3, 3] = True
    average, *_ = common_averages(panel(outcome, outcome, gaps), 0)
    assert np.abs(average - [0, 1, -1, 0]).max() < 0.4
    np.testing.assert_array_equal(common_averages(panel(outcome, outcome), 1)[1], lag(average * 0 + [0, 1, -1, 0]))


def test_a_unit_whose_driver_does_not_move_has_no_regression():
    data = factor_panel(5)
    driver = data.driver.copy()
    driver[3] = 7.0
    found = unit_regressions(data.outcome, [driver], [])
    assert len(found.coefficients) == 29
    assert np.isnan(found.residuals[3]).all()
    assert found.basis.shape == (29 * 25, 29 * 2)


def test_too_few_units_are_refused():
    with pytest.raises(NotEstimable, match="only 0 units have enough consecutive periods"):
        mean_group(dynamic_panel(6, periods=8), common=True, dynamic=True)
    with pytest.raises(NotEstimable, match="only 7 units"):
        mean_group(dynamic_panel(6, units=7))


def test_an_outcome_that_does_not_return_on_average_has_no_long_run_but_a_reason():
    random = np.random.default_rng(7)
    driver = random.standard_normal((12, 20))
    explosive = np.exp(0.15 * np.arange(20)) * random.uniform(1, 2, (12, 1)) + 0.01 * driver
    found = mean_group(panel(explosive, driver), dynamic=True).effects.set_index("effect")
    assert 1 < found.loc["persistence", "estimate"] < 2
    assert np.isnan(found.loc[LONG_RUN, "estimate"])
    assert "does not return" in found.loc[LONG_RUN, "problem"]
    assert found.loc[SAME_PERIOD, "problem"] == ""


def test_a_period_in_which_nobody_is_observed_has_no_average():
    gaps = np.zeros((4, 5), dtype=bool)
    gaps[:, 2] = True
    values = np.arange(20.0).reshape(4, 5) ** 2
    for average in common_averages(panel(values, -values, gaps), 0):
        assert np.isnan(average).tolist() == [False, False, True, False, False]
