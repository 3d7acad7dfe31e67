"""Dependence of residuals: by hand, against plm, and its size and power."""

import math

import numpy as np
import pandas as pd
import pytest
from methods.panel_simulations import autoregression, dynamic_panel, factor_panel, firms, panel, table
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from citizen_security.methods.panel import dependence
from citizen_security.methods.panel.dependence import correlations, cross_section_dependence, serial_correlation
from citizen_security.methods.panel.fixed_effects import PanelEstimate, fit_effects, two_way
from citizen_security.methods.panel.mean_groups import mean_group
from citizen_security.methods.panel.wide import change, lag
from citizen_security.methods.regression.least_squares import NotEstimable

NAN = np.nan


def test_the_statistic_by_hand_on_shared_periods():
    residuals = np.array([[1.0, 2.0, 3.0, NAN, 5.0], [2.0, 1.0, NAN, 4.0, 6.0], [NAN, 3.0, 1.0, 2.0, 0.0]])
    pairs = [((1, 2, 5), (2, 1, 6)), ((2, 3, 5), (3, 1, 0)), ((1, 4, 6), (3, 2, 0))]
    r = np.array([np.corrcoef(first, second)[0, 1] for first, second in pairs])
    statistic, mean, absolute, count = correlations(residuals[None], least=3)
    assert count[0] == 3
    assert statistic[0] == pytest.approx(np.sqrt(2 / (3 * 2)) * np.sqrt(3) * r.sum(), rel=1e-12)
    assert mean[0] == pytest.approx(r.mean(), rel=1e-12)
    assert absolute[0] == pytest.approx(np.abs(r).mean(), rel=1e-12)


def test_unequal_numbers_of_shared_periods_weigh_by_their_roots():
    residuals = np.array([[1.0, -2.0, 3.0, 1.0], [2.0, 1.0, -1.0, 4.0], [NAN, 3.0, 1.0, 2.5]])
    shared = [residuals[[0, 1]], residuals[[0, 2]][:, 1:], residuals[[1, 2]][:, 1:]]
    expected = sum(np.sqrt(part.shape[1]) * np.corrcoef(part)[0, 1] for part in shared) / np.sqrt(3)
    assert correlations(residuals[None], least=3)[0][0] == pytest.approx(expected, rel=1e-12)
    assert correlations(residuals[None], least=4)[3][0] == 1


def test_the_statistics_of_grunfeld_are_those_of_plm():
    # Croissant and Millo (2008), Journal of Statistical Software 27(2), section 6.3: separate regressions of ten
    # firms z = 5.3401, firm effects z = 4.6612. The data of statsmodels differ from plm's in no figure.
    data = firms()
    names = ["invest", "value", "capital"]
    outcome, value, capital = (table(data, name, "firm", "year") for name in names)
    separate = np.stack(
        [
            OLS(y, add_constant(np.column_stack([v, c]))).fit().resid
            for y, v, c in zip(outcome, value, capital, strict=True)
        ]
    )
    assert correlations(separate[None])[0][0] == pytest.approx(5.3401, abs=6e-5)
    departures = [values - values.mean(axis=1, keepdims=True) for values in (outcome, value, capital)]
    slopes = np.linalg.lstsq(
        np.column_stack([departures[1].ravel(), departures[2].ravel()]), departures[0].ravel(), rcond=None
    )[0]
    within = departures[0] - slopes[0] * departures[1] - slopes[1] * departures[2]
    assert correlations(within[None])[0][0] == pytest.approx(4.6612, abs=6e-5)


def _independent(seed, persistence=0.5):
    random = np.random.default_rng(seed)
    spread = random.uniform(0.3, 3, (20, 1))
    gaps = random.random((20, 25)) < 0.1
    return panel(*(spread * autoregression(random, persistence, (20, 25)) for _ in range(2)), gaps)


def test_independent_errors_keep_the_size_after_period_effects_that_ruin_the_statistic():
    found = [cross_section_dependence(two_way(_independent(seed)), draws=99, seed=seed) for seed in range(60)]
    simulated = np.array([one.simulated_p for one in found])
    # Sixty tests at 20% reject 12 ± 3.1.
    assert 4 <= (simulated < 0.2).sum() <= 21
    assert np.mean([one.mean_absolute - one.expected_absolute for one in found]) == pytest.approx(0, abs=0.01)
    # Residuals that sum to nearly zero in every year correlate negatively on average: −1 / (N − 1) = −0.053 for 20
    # units of one variance, less far for these.
    assert -0.053 < np.mean([one.mean for one in found]) < -0.01


def test_a_factor_is_found_and_gone_once_units_answer_to_it_in_their_own_way():
    data = factor_panel(3, units=20)
    before, after = (cross_section_dependence(one) for one in (two_way(data), mean_group(data, common=True)))
    assert before.simulated_p == 1 / 200
    assert after.simulated_p > 0.05
    assert after.mean_absolute < before.mean_absolute / 1.5


def test_no_shared_periods_are_refused():
    estimate = two_way(_independent(1))
    with pytest.raises(NotEstimable, match="share 5 periods"):
        cross_section_dependence(type(estimate)(estimate.effects, estimate.residuals[:, :4], estimate.basis))


def test_serial_correlation_by_hand():
    estimate = two_way(_independent(5))
    found = serial_correlation(estimate)
    pairs = []
    for unit, row in enumerate(np.diff(estimate.residuals, axis=1)):
        pairs += [(unit, row[at - 1], row[at]) for at in range(1, len(row)) if np.isfinite(row[at - 1 : at + 1]).all()]
    unit, before, now = (np.array(column) for column in zip(*pairs, strict=True))
    model = OLS(now, before).fit(cov_type="cluster", cov_kwds={"groups": unit, "use_correction": True})
    assert found.coefficient == pytest.approx(model.params[0], rel=1e-12)
    assert found.statistic == pytest.approx((model.params[0] + 0.5) / model.bse[0], rel=1e-9)
    assert found.observations == len(pairs)


@pytest.mark.parametrize("persistence", [0.6, 0.95])
def test_serial_correlation_of_levels_is_found_however_strong(persistence):
    assert serial_correlation(two_way(_independent(6, persistence))).p_value < 0.01


def _without_intervals(outcome, driver, of_changes=False, **more):
    """Residuals of a regression with period effects, without the cost of its intervals."""
    fitted = fit_effects(
        tuple(map(str, range(len(outcome)))), outcome, {"x": driver, **more}, unit_effects=not of_changes
    )
    return PanelEstimate(pd.DataFrame(), fitted.residuals, np.empty((fitted.fit.observations, 0)), of_changes)


def test_white_noise_keeps_the_size_in_levels_in_changes_and_beside_the_outcome_s_past():
    found = {"levels": [], "changes": [], "past": []}
    for seed in range(80):
        noise, walk, dynamic = _independent(seed, 0.0), _independent(seed, 1.0), dynamic_panel(seed)
        past = _without_intervals(dynamic.outcome, dynamic.driver, past=lag(dynamic.outcome))
        found["levels"].append(serial_correlation(_without_intervals(noise.outcome, noise.driver)).p_value)
        changes = _without_intervals(change(walk.outcome), change(walk.driver), of_changes=True)
        found["changes"].append(serial_correlation(changes).p_value)
        found["past"].append(serial_correlation(past).p_value)
    rejected = {name: (np.array(p_values) < 0.1).sum() for name, p_values in found.items()}
    # Eighty tests at 10% reject 8 ± 2.7; with the estimated persistence of the outcome other numbers of them.
    assert 2 <= rejected["levels"] <= 15
    assert 2 <= rejected["changes"] <= 15
    assert rejected["past"] <= 20


def test_the_p_values_are_those_of_the_normal_and_of_t_with_one_degree_fewer_than_units():
    estimate = two_way(_independent(5, 0.0))
    crossed, serial = cross_section_dependence(estimate, draws=9), serial_correlation(estimate)
    assert crossed.p_value == pytest.approx(math.erfc(abs(crossed.statistic) / math.sqrt(2)), rel=1e-9)
    assert serial.p_value == pytest.approx(2 * (1 - student.cdf(abs(serial.statistic), 19)), rel=1e-6)
    assert crossed.p_value < 0.9
    assert serial.p_value > 0.01


def test_a_unit_whose_residuals_do_not_move_correlates_with_none():
    residuals = np.array([[1.0, 2.0, 4.0], [2.0, 1.0, 6.0], [3.0, 3.0, 3.0]])
    r = np.corrcoef(residuals[:2])[0, 1]
    statistic, mean, absolute, pairs = correlations(residuals[None], least=3)
    assert (pairs[0], mean[0], absolute[0]) == pytest.approx((3, r / 3, r / 3))
    assert statistic[0] == pytest.approx(np.sqrt(3) * r / np.sqrt(3))


def test_three_units_are_enough_for_serial_correlation_and_two_are_not():
    residuals = np.random.default_rng(8).standard_normal((3, 9))
    three, two = (PanelEstimate(pd.DataFrame(), residuals[:units], np.empty((9 * units, 0))) for units in (3, 2))
    assert serial_correlation(three).observations == 3 * 7
    with pytest.raises(NotEstimable, match="fewer than three units"):
        serial_correlation(two)


def test_the_panels_of_chance_are_as_variable_and_persistent_as_the_residuals():
    random = np.random.default_rng(9)
    residuals = np.array([[0.5], [1.0], [3.0]]) * autoregression(random, 0.8, (3, 60)) * 0.6
    estimate = PanelEstimate(pd.DataFrame(), residuals, np.empty((180, 0)))
    drawn = dependence._independent(estimate, 6_000, 1)
    spread = np.sqrt((residuals**2).mean(axis=1))
    kept = dependence._persistence(residuals, np.isfinite(residuals))
    assert 0.6 < kept < 0.95
    # The standard errors of a spread and of a correlation of 6,000 draws are below 1.3%; four of them.
    for period in (0, 1, 59):
        np.testing.assert_allclose(drawn[:, :, period].std(axis=0), spread, rtol=0.05)
    for now in (1, 59):
        found = [np.corrcoef(drawn[:, unit, now], drawn[:, unit, now - 1])[0, 1] for unit in range(3)]
        np.testing.assert_allclose(found, kept, atol=0.05)
