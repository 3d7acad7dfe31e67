"""Errors kept unit by unit: intervals, bands that hold all effects at once, and joint tests."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.methods.staggered_adoption.effects import Effects, one

RANDOM = np.random.default_rng(8)
SCORES = RANDOM.normal(size=(60, 3)) @ np.array([[1.0, 0.5, 0.0], [0, 1.0, 0.2], [0, 0, 2.0]]) / 10
FOUND = Effects(pd.DataFrame({"event_time": [-1, 0, 1]}), np.array([0.1, 2.0, -1.0]), SCORES)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95])
def test_intervals_are_normal_at_the_level_asked_for(level):
    table = FOUND.table(level)
    assert table["standard_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(SCORES.T @ SCORES)))
    lower, upper = stats.norm.interval(level, FOUND.estimate, FOUND.standard_error)
    assert table["lower"].to_numpy() == pytest.approx(lower)
    assert table["upper"].to_numpy() == pytest.approx(upper)
    assert table["p_value"].to_numpy() == pytest.approx(
        2 * stats.norm.sf(np.abs(FOUND.estimate) / FOUND.standard_error)
    )
    assert table["event_time"].tolist() == [-1, 0, 1]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_band_is_that_of_the_largest_of_normal_variates(level):
    correlation = FOUND.covariance / np.outer(FOUND.standard_error, FOUND.standard_error)
    drawn = np.abs(np.random.default_rng(1).multivariate_normal(np.zeros(3), correlation, size=200_000)).max(axis=1)
    # Of 60 units the weighted sum is nearly normal; the quantile of 9,999 draws errs by about 0.02.
    assert FOUND.critical_value(level) == pytest.approx(np.quantile(drawn, level), abs=0.06)
    band = FOUND.band(level)
    half = FOUND.critical_value(level) * FOUND.standard_error
    assert (band["upper"] - band["estimate"]).to_numpy() == pytest.approx(half)
    assert (band["lower"] <= FOUND.table(level)["lower"]).all()


def test_a_band_of_one_effect_is_no_narrower_than_its_interval():
    single = FOUND.only(np.array([False, True, False]))
    assert single.critical_value(0.9, draws=99) >= stats.norm.ppf(0.95)
    nothing = one(1.0, np.zeros(5), "none")
    assert nothing.critical_value(0.9) == pytest.approx(stats.norm.ppf(0.95))


def test_combinations_carry_their_covariance():
    weights = np.array([[1.0, -1.0, 0.0], [0.0, 0.5, 0.5]])
    both = FOUND.combined(weights)
    assert both.estimate == pytest.approx(weights @ FOUND.estimate)
    assert both.covariance == pytest.approx(weights @ FOUND.covariance @ weights.T)
    with pytest.raises(ValueError, match="2 weights for 3 effects"):
        FOUND.combined([1.0, 2.0])


def test_the_joint_test_is_walds():
    test = FOUND.joint_test()
    wald = FOUND.estimate @ np.linalg.inv(FOUND.covariance) @ FOUND.estimate
    assert (test.statistic, test.degrees) == (pytest.approx(wald), 3)
    assert test.p_value == pytest.approx(stats.chi2.sf(wald, 3))


def test_of_fewer_units_than_effects_the_joint_test_has_fewer_degrees():
    few = Effects(FOUND.labels, FOUND.estimate, SCORES[:2])
    assert few.joint_test().degrees == 2
    none = Effects(FOUND.labels, FOUND.estimate, 0 * SCORES)
    assert none.joint_test().degrees == 0
    assert np.isnan(none.joint_test().p_value)


def test_levels_and_draws_that_are_none_are_refused():
    with pytest.raises(ValueError, match="confidence_level = 95"):
        FOUND.table(95)
    with pytest.raises(ValueError, match=r"98 draws\. Allowed: at least 99"):
        FOUND.band(draws=98)
