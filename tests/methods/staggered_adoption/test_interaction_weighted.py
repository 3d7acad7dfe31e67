"""The interaction-weighted event study is that of a saturated regression, and of another library."""

import numpy as np
import pyfixest as pf
import pytest
from methods.staggered_panels import NAN, as_rows, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.interaction_weighted import interaction_weighted
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

PANEL = linear_panel(1, groups=(4, 6, 9, NAN), effect=lambda time, start: 0.3 * (time + 1))


@pytest.mark.filterwarnings("ignore")
def test_it_is_that_of_pyfixest_up_to_its_correction_for_few_units():
    rows = as_rows(PANEL)
    fit = pf.event_study(
        rows, yname="outcome", idname="unit", tname="period", gname="start", estimator="saturated", cluster="unit"
    )
    peer = fit.aggregate()
    ours = interaction_weighted(PANEL).effects.table()
    assert ours["event_time"].tolist() == [int(float(time)) for time in peer.index]
    assert ours["estimate"].to_numpy() == pytest.approx(peer["Estimate"].to_numpy(float), abs=1e-9)
    # It multiplies variances by G/(G−1) and (N−1)/(N−k), the 33 interactions, 12 periods and a constant being k.
    factor = np.sqrt(40 / 39 * 479 / (480 - fit._df_k))
    assert (ours["standard_error"] * factor).to_numpy() == pytest.approx(peer["Std. Error"].to_numpy(float), abs=1e-9)


def test_without_never_treated_units_the_last_group_is_compared_with_until_it_starts():
    panel = linear_panel(3, groups=(4, 6, 9))
    found = interaction_weighted(panel)
    assert set(found.by_group.labels["start"]) == {4, 6}
    assert found.by_group.labels["period"].max() == 8
    cut = StaggeredPanel.of_table(panel.outcomes[:, :9], np.where(panel.starts == 9, NAN, panel.starts))
    assert found.effects.estimate == pytest.approx(interaction_weighted(cut).effects.estimate)


def test_the_mean_is_of_event_times_from_the_start_on():
    found = interaction_weighted(PANEL)
    late = found.effects.labels["event_time"] >= 0
    assert found.overall.estimate[0] == pytest.approx(found.effects.estimate[late].mean())


def test_a_panel_in_which_nobody_starts_before_the_last_is_refused():
    panel = linear_panel(1, groups=(4, NAN))
    every = panel.with_starts(np.full(40, 4))
    with pytest.raises(NotAPanel, match="no group starts before the last one"):
        interaction_weighted(every)
