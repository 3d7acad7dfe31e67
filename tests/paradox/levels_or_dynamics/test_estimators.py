"""Estimators side by side, and whether their errors pass the checks."""

import numpy as np
import pytest
from paradox.drifting_panels import drifting_panel, parameters

from citizen_security.methods.panel.dynamic import lagged_outcome
from citizen_security.methods.panel.fixed_effects import LONG_RUN, SAME_PERIOD
from citizen_security.paradox.levels_or_dynamics.estimators import (
    DYNAMICS,
    LEVELS,
    estimate_all,
    of_the_driver,
    tabulate_checks,
    tabulate_effects,
    tabulate_responses,
)
from citizen_security.paradox.levels_or_dynamics.series import driver_panels


@pytest.fixture(scope="module")
def run():
    given = parameters(confidence_level=0.9)
    panels = driver_panels(drifting_panel(), given)
    estimates = estimate_all(panels, given)
    return panels, tabulate_effects(estimates, given), tabulate_checks(estimates, given)


def test_every_driver_has_every_estimator(run):
    _, effects, checks = run
    names = [*LEVELS, *DYNAMICS]
    for driver in ("unemployment_youth", "gdp_growth"):
        assert list(dict.fromkeys(effects[effects["regressor"] == driver]["estimator"])) == names
        assert list(checks[checks["regressor"] == driver]["estimator"]) == names
    assert set(effects[effects["estimator"].isin(LEVELS)]["kind"]) == {"levels"}


def test_an_effect_is_the_method_s_own_at_the_level_of_the_parameters(run):
    panels, effects, _ = run
    own = lagged_outcome(panels["unemployment_youth"], 0.9, jackknife=True).effects.set_index("effect")
    rows = effects[
        (effects["regressor"] == "unemployment_youth") & (effects["estimator"] == "jackknifed lagged outcome")
    ].set_index("effect")
    for column in ("estimate", "lower", "upper", "p_value"):
        np.testing.assert_allclose(rows[column], own[column])
    assert (rows["confidence_level"] == 0.9).all()


def test_dynamics_find_the_effect_and_pass_the_check_and_levels_do_not(run):
    _, effects, checks = run
    rows = effects[effects["regressor"] == "unemployment_youth"].set_index(["estimator", "effect"])
    same = rows.loc[("lagged outcome", SAME_PERIOD)]
    assert same["lower"] < 0.4 < same["upper"]
    kept = rows.loc[("lagged outcome", "persistence"), "estimate"]
    assert kept == pytest.approx(0.7, abs=0.2)
    assert rows.loc[("lagged outcome", LONG_RUN), "estimate"] == pytest.approx(same["estimate"] / (1 - kept))
    passed = checks[(checks["regressor"] == "unemployment_youth") & checks["white"]]["estimator"]
    assert "two-way effects" not in set(passed)
    assert {"lagged outcome", "error correction"} <= set(passed)
    level = checks.set_index(["regressor", "estimator"]).loc[("unemployment_youth", "two-way effects")]
    assert level["serial"] > level["serial_without"] == -0.5
    assert level["expected_absolute"] > 0.1


def test_names_tell_the_long_run_and_leave_out_the_outcome_s_own_past(run):
    _, effects, _ = run
    chosen = of_the_driver(effects)
    assert "lagged outcome in the long run" in set(chosen["name"])
    assert "two-way effects" in set(chosen["name"])
    assert set(chosen["effect"]) == {SAME_PERIOD, LONG_RUN}
    assert set(effects["effect"]) > {"persistence", "adjustment"}


def test_an_estimator_that_the_sample_cannot_carry_has_a_reason_and_no_number():
    given = parameters()
    panel = drifting_panel()
    panels = driver_panels(panel[panel["year"] % 2 == 0], given)
    estimates = estimate_all(panels, given)
    effects, checks = tabulate_effects(estimates, given), tabulate_checks(estimates, given)
    row = effects[effects["estimator"] == "lagged outcome"].iloc[0]
    assert np.isnan(row["estimate"])
    assert "only 0 units" in row["problem"]
    assert not checks[checks["estimator"] == "lagged outcome"]["white"].any()
    level = checks[checks["estimator"] == "two-way effects"].iloc[0]
    assert "fewer than three units" in level["problem"]
    assert not level["white"]
    assert tabulate_responses(panels, given)["problem"].str.contains("only 0 units").all()


def test_responses_follow_every_driver(run):
    panels, *_ = run
    found = tabulate_responses(panels, parameters())
    assert found.groupby("regressor", sort=False)["horizon"].max().to_dict() == {
        "unemployment_youth": 3,
        "gdp_growth": 3,
    }
    assert found["estimate"].iloc[0] == pytest.approx(0.4, abs=0.15)
