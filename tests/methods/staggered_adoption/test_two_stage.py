"""Two stages: estimates and errors of another library, and leads that are no placebos."""

import numpy as np
import pyfixest as pf
import pytest
from methods.staggered_panels import as_rows, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.two_stage import two_stage

PANEL = linear_panel(1, effect=lambda time, start: 0.3 * (time + 1))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("second", ["~i(treated, ref=0)", "~i(event, ref=-1000)"])
def test_estimates_and_errors_are_those_of_pyfixest(second):
    fit = pf.did2s(
        as_rows(PANEL), yname="outcome", first_stage="~0|unit+period", second_stage=second, treatment="treated",
        cluster="unit",
    ).tidy()  # fmt: skip
    ours = two_stage(PANEL) if "treated" in second else two_stage(PANEL, "event_time", leads=9)
    assert ours.estimate == pytest.approx(fit["Estimate"].to_numpy(), abs=1e-8)
    assert ours.standard_error == pytest.approx(fit["Std. Error"].to_numpy(), abs=1e-8)


@pytest.mark.parametrize("by", ["overall", "event_time", "start", "period"])
def test_estimates_are_those_of_imputation(by):
    assert two_stage(PANEL, by).estimate == pytest.approx(imputation(PANEL, by).effects.estimate, abs=1e-10)


def test_a_trend_that_parts_before_the_start_shows_less_in_leads_than_in_effects():
    panel = linear_panel(3, noise=0.1, effect=lambda time, start: 0.0)
    bent = panel.outcomes + np.where(panel.never[:, None], 0.0, 1.0) * panel.periods
    found = two_stage(panel.of_units(np.ones(40, bool)), "event_time", leads=3)
    parted = two_stage(type(panel)(panel.units, panel.periods, bent, panel.starts), "event_time", leads=3)
    moved = parted.estimate - found.estimate
    # Units part by one a period: from the mean period before the start, by two to five; leads show a third of it.
    assert moved[-1] > 3
    assert np.abs(moved[:3]).max() < 0.4 * moved[-1]


def test_leads_that_nobody_has_or_that_have_no_place_are_refused():
    with pytest.raises(NotAPanel, match="leads = 10, and no unit is seen so long"):
        two_stage(PANEL, "event_time", leads=10)
    with pytest.raises(ValueError, match="leads = 2 with by = 'overall'"):
        two_stage(PANEL, leads=2)
