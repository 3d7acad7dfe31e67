"""Constant effects that placebos do not reject: the closed form against taking each effect out and ranking again."""

from dataclasses import replace

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel

from citizen_security.methods.synthetic_control.confidence_sets import constant_effect_set
from citizen_security.methods.synthetic_control.placebos import placebos_in_space

PANEL = factor_panel(41, units=20, before=12, periods=18, effect=-5.0)


def without(panel, effect):
    table = panel.outcomes.copy()
    table[0, panel.before :] -= effect
    return replace(panel, outcomes=table)


@pytest.mark.parametrize("level", [0.9, 0.8])
@pytest.mark.parametrize("statistic", ["rmspe_ratio", "mean_gap"])
def test_an_effect_is_in_the_set_if_and_only_if_its_rank_does_not_reject_it(statistic, level):
    found = constant_effect_set(PANEL, statistic=statistic, confidence_level=level)
    assert found.lower < found.effect < found.upper
    assert found.floor == 1 / 20
    for end, outward in ((found.lower, -1), (found.upper, 1)):
        inside = placebos_in_space(without(PANEL, end - outward * 1e-4), statistic=statistic).p_value
        beyond = placebos_in_space(without(PANEL, end + outward * 1e-4), statistic=statistic).p_value
        assert beyond <= 1 - level + 1e-9 < inside


def test_too_few_placebos_reject_nothing():
    found = constant_effect_set(PANEL, confidence_level=0.96)
    assert (found.lower, found.upper) == (-np.inf, np.inf)
    assert not found.is_empty


def test_an_effect_that_is_far_from_constant_leaves_none():
    table = PANEL.outcomes.copy()
    table[0, 12:] += np.linspace(-300, 300, 6)
    found = constant_effect_set(replace(PANEL, outcomes=table), confidence_level=0.9)
    assert found.is_empty
    assert np.isnan([found.lower, found.upper]).all()


def test_sets_hold_the_true_effect_as_often_as_they_say():
    held = []
    for seed in range(150):
        found = constant_effect_set(
            factor_panel(seed + 900, units=20, before=12, periods=16, effect=3.0), confidence_level=0.8
        )
        held.append(found.lower <= 3.0 <= found.upper)
    # Four binomial standard errors of 0.8 over 150.
    assert np.mean(held) == pytest.approx(0.8, abs=0.13)
