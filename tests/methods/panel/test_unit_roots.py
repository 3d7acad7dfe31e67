"""Tests of unit roots: against the R package plm, the published table, and panels whose roots are known."""

import numpy as np
import pytest
from methods.panel_simulations import autoregression, states, table
from statsmodels.regression.linear_model import OLS
from statsmodels.tsa.stattools import adfuller

from citizen_security.methods.panel.unit_roots import (
    BOUNDS,
    SIZES,
    cadf_statistics,
    cips,
    published_critical,
    single_unit_tests,
)
from citizen_security.methods.regression.least_squares import NotEstimable

# CIPS of gross state product, two lags, by plm 2.4 (its own test, inst/tests/test_cipstest.Rout.save): as it stands
# and truncated, printed to five digits.
OF_PLM = {"trend": (-0.58228, -0.61357), "constant": (-0.59924, -0.59924)}


@pytest.mark.parametrize("deterministic", OF_PLM)
def test_the_statistic_is_that_of_plm(deterministic):
    product = table(states(), "gsp", "state", "yr")
    found = cadf_statistics(product[None], 2, deterministic)
    plain, truncated = OF_PLM[deterministic]
    assert found.shape == (1, 48)
    assert found.mean() == pytest.approx(plain, abs=6e-6)
    assert found.clip(*BOUNDS[deterministic]).mean() == pytest.approx(truncated, abs=6e-6)


@pytest.mark.parametrize("deterministic", ["constant", "trend"])
def test_with_gaps_each_unit_s_t_is_that_of_its_own_regression(deterministic):
    random = np.random.default_rng(3)
    values = random.standard_normal((12, 30)).cumsum(axis=1)
    values[random.random(values.shape) < 0.08] = np.nan
    values[4, :18] = np.nan
    found = cadf_statistics(values[None], 1, deterministic)[0]
    expected = [t for unit in range(12) if (t := _slow_t(values, unit, deterministic)) is not None]
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert len(found) == 11


def _slow_t(values, unit, deterministic):
    own = values - np.nanmean(values, axis=1, keepdims=True)
    rows, outcome = [], []
    for year in range(2, values.shape[1]):
        now, before, earlier = values[unit, year], values[unit, year - 1], values[unit, year - 2]
        if np.isnan([now, before, earlier]).any():
            continue
        change_now = np.nanmean(values[:, year] - values[:, year - 1])
        change_before = np.nanmean(values[:, year - 1] - values[:, year - 2])
        trend = [year] if deterministic == "trend" else []
        level = np.nanmean(own[:, year - 1])
        rows.append([before, before - earlier, level, change_now, change_before, 1.0, *trend])
        outcome.append(now - before)
    return OLS(outcome, rows).fit().tvalues[0] if len(rows) >= 6 + len(trend) + 4 else None


# Points of Pesaran (2007), tables II(b) and II(c), and one between them by hand.
PUBLISHED = [
    ("constant", 10, 10, -2.52),
    ("constant", 20, 30, -2.20),
    ("constant", 30, 20, -2.15),
    ("trend", 15, 20, -2.78),
    ("trend", 200, 100, -2.55),
    ("constant", 200, 200, -2.07),
    ("constant", 25, 25, -(2.21 + 2.15 + 2.20 + 2.15) / 4),
]


@pytest.mark.parametrize(("deterministic", "units", "periods", "point"), PUBLISHED)
def test_the_table_is_the_published_one(deterministic, units, periods, point):
    assert published_critical(units, periods, deterministic) == pytest.approx(point, abs=1e-9)


def test_outside_the_table_there_is_no_published_point():
    assert np.isnan(published_critical(9, 30, "constant"))
    assert np.isnan(published_critical(30, 9, "trend"))


@pytest.mark.parametrize(("deterministic", "units", "periods"), [("constant", 10, 20), ("trend", 20, 30)])
def test_our_own_simulation_gives_the_published_points(deterministic, units, periods):
    # The table's lag is none and its T that of the regression, one fewer than the levels. Its points are rounded to
    # 0.01; the error of a 5% point from 1,500 draws is about 0.015.
    values = np.random.default_rng(4).standard_normal((units, periods + 1)).cumsum(axis=1)
    found = cips(values, lags=0, deterministic=deterministic, draws=1500, seed=5)
    assert found.mean_periods == periods
    assert found.critical == pytest.approx(published_critical(units, periods, deterministic), abs=0.04)


def test_a_common_factor_does_not_pass_for_a_unit_root_and_walks_do():
    random = np.random.default_rng(6)
    factor = autoregression(random, 0.5, (1, 30)) * 3
    stationary = factor * random.normal(1, 0.3, (20, 1)) + autoregression(random, 0.3, (20, 30))
    walks = factor.cumsum(axis=1) + random.standard_normal((20, 30)).cumsum(axis=1)
    for values in (stationary, walks):
        values[random.random(values.shape) < 0.05] = np.nan
    assert cips(stationary, draws=199).p_value == 1 / 200
    assert cips(walks, draws=199).p_value > 0.1


@pytest.mark.slow
def test_the_test_keeps_its_size_with_gaps():
    random = np.random.default_rng(7)
    gaps = random.random((15, 25)) < 0.1
    p_values = []
    for _ in range(60):
        common = random.standard_normal((1, 25)).cumsum(axis=1)
        walks = common * random.normal(1, 0.5, (15, 1)) + random.standard_normal((15, 25)).cumsum(axis=1)
        p_values.append(cips(np.where(gaps, np.nan, walks), lags=0, draws=199, seed=8).p_value)
    # Sixty tests at 20% reject 12 ± 3.1.
    assert 4 <= (np.array(p_values) < 0.2).sum() <= 21


@pytest.mark.parametrize("quantile", [0.1, 0.3])
def test_the_critical_value_is_that_of_the_level(quantile):
    values = np.random.default_rng(4).standard_normal((12, 25)).cumsum(axis=1)
    observed = cips(values, draws=199)
    # At its own p-value a statistic is its own critical value, up to the spacing of the simulated ones.
    own = cips(values, draws=199, significance=observed.p_value)
    assert own.critical == pytest.approx(observed.truncated, abs=0.03)
    assert cips(values, draws=199, significance=quantile).critical > observed.critical + 0.05
    assert own.published == observed.published


def test_single_units_are_tested_on_their_longest_span():
    random = np.random.default_rng(9)
    noise, walk = random.standard_normal(34), random.standard_normal(34).cumsum()
    gap = noise.copy()
    gap[25] = np.nan
    found = single_unit_tests(np.vstack([noise, walk, gap, np.r_[noise[:10], np.full(24, np.nan)]]))
    assert found["span"].tolist() == [34, 34, 25, 10]
    assert found["dickey_fuller_p"].iloc[0] < 0.01 < 0.1 < found["dickey_fuller_p"].iloc[1]
    assert found["kpss_p"].iloc[1] < 0.05 < found["kpss_p"].iloc[0]
    np.testing.assert_allclose(
        found.iloc[2].to_numpy()[1:], single_unit_tests(gap[None, :25]).iloc[0].to_numpy()[1:], rtol=1e-12
    )
    assert found.iloc[3][["dickey_fuller_p", "kpss_p"]].isna().all()


def test_too_few_units_are_refused():
    with pytest.raises(NotEstimable, match="fewer than three units"):
        cips(np.random.default_rng(10).standard_normal((2, 30)))


@pytest.mark.parametrize("deterministic", ["constant", "trend"])
def test_no_point_of_the_table_is_out_of_line(deterministic):
    table = -np.array([[published_critical(n, t, deterministic) for t in SIZES] for n in SIZES])
    assert table.shape == (8, 8)
    # More units or periods move a point towards zero, but for the rounding and error of the published points.
    for axis in (0, 1):
        steps = np.diff(table, axis=axis)
        assert -{"constant": 0.2, "trend": 0.4}[deterministic] < steps.min()
        assert steps.max() < 0.025


def test_a_single_unit_is_tested_with_two_lags_at_most_and_fifteen_periods_at_least():
    random = np.random.default_rng(11)
    changes = random.standard_normal(43)
    # A change that answers to the third before it: more lags would be chosen if they were allowed.
    for year in range(3, 43):
        changes[year] += 0.8 * changes[year - 3]
    walk = changes.cumsum()
    found = single_unit_tests(walk[None]).iloc[0]
    two, three = (adfuller(walk, maxlag=lags, autolag="AIC", result_object=False)[0] for lags in (2, 3))
    assert abs(two - three) > 0.05
    assert found["dickey_fuller"] == pytest.approx(two, rel=1e-9)
    short = single_unit_tests(np.stack([walk[:15], np.r_[walk[:14], np.nan]]))["kpss_p"]
    assert short.isna().tolist() == [False, True]
