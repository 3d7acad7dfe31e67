"""Leads: a regression by another library, size and power, and starts moved to earlier dates."""

import numpy as np
import pyfixest as pf
import pytest
from methods.staggered_panels import NAN, as_rows, count_panel, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts, lead_test

PANEL = linear_panel(1, effect=lambda time, start: 5.0)


@pytest.mark.filterwarnings("ignore")
def test_leads_are_those_of_a_regression_on_untreated_cells():
    rows = as_rows(PANEL)
    untreated = rows[rows["treated"] == 0]
    dummies = {f"lead{lead}": (untreated["event"] == -lead).astype(int) for lead in (1, 2, 3)}
    fit = pf.feols(
        "outcome ~ lead3 + lead2 + lead1 | unit + period", untreated.assign(**dummies), vcov={"CRV1": "unit"},
        ssc=pf.ssc(k_adj=False, G_adj=False), fixef_tol=1e-12,
    ).tidy()  # fmt: skip
    found = lead_test(PANEL, 3).effects
    assert found.labels["event_time"].tolist() == [-3, -2, -1]
    assert found.estimate == pytest.approx(fit["Estimate"].to_numpy(), abs=1e-9)
    assert found.standard_error == pytest.approx(fit["Std. Error"].to_numpy(), abs=1e-7)


def test_parallel_trends_are_rejected_as_often_as_the_level_says_and_others_more_often():
    p_values, parted = [], []
    for seed in range(300):
        panel = linear_panel(seed, units=120, periods=9, groups=(5, 7, NAN), memory=0.5)
        p_values.append(lead_test(panel, 2).test.p_value)
        early = np.where((panel.event_time >= -2) & ~panel.never[:, None], 0.5, 0.0)
        parted.append(
            lead_test(type(panel)(panel.units, panel.periods, panel.outcomes + early, panel.starts), 2).test.p_value
        )
    for level in (0.05, 0.10):
        # Four binomial standard errors over 300, and what 120 units leave of the chi-squared distribution.
        room = 4 * np.sqrt(level * (1 - level) / 300) + 0.02
        assert np.mean(np.array(p_values) <= level) == pytest.approx(level, abs=room)
    assert np.mean(np.array(parted) <= 0.05) > 0.7


def test_leads_that_leave_nothing_to_compare_with_are_refused():
    with pytest.raises(NotAPanel, match="leads = 9: unit and period effects leave nothing of one of them"):
        lead_test(linear_panel(1, groups=(4, 6, 9)), 9)
    with pytest.raises(ValueError, match="leads has 0"):
        lead_test(PANEL, 0)


def test_moved_starts_leave_never_treated_units_and_drop_those_without_a_period_before():
    panel = count_panel(1, groups=(3, 15, NAN))
    moved = earlier_starts(panel, 3)
    assert set(moved.starts) == {12, 40}
    assert moved.never.sum() == panel.never.sum()
    assert moved.counts.shape == moved.exposure.shape == moved.outcomes.shape
    with pytest.raises(NotAPanel, match="earlier = 15: every treated unit would be treated in the first period"):
        earlier_starts(panel, 15)
    with pytest.raises(ValueError, match="earlier has 0"):
        earlier_starts(panel, 0)


def test_a_departure_before_the_start_is_what_a_moved_start_finds():
    panel = linear_panel(2, noise=0.0, effect=lambda time, start: 9.0)
    dip = panel.outcomes - np.where(np.isin(panel.event_time, (-2, -1)) & ~panel.never[:, None], 1.0, 0.0)
    bent = type(panel)(panel.units, panel.periods, dip, panel.starts)
    found = imputation(earlier_starts(bent, 2), horizon=2)
    assert found.effects.estimate[0] == pytest.approx(-1)
