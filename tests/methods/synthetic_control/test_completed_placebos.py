"""Matrix completion of all placebos at once is that of each alone."""

from dataclasses import replace

import numpy as np
import pytest
from methods.synthetic_panels import factor_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control import completed_placebos as module
from citizen_security.methods.synthetic_control.completed_placebos import completed_gaps
from citizen_security.methods.synthetic_control.matrix_completion import NotConverged, matrix_completion
from citizen_security.methods.synthetic_control.placebos import placebo_panels


@pytest.mark.parametrize(
    ("treated", "units", "penalty"), [(1, 14, None), (2, 14, 0.1), (1, 30, 0.02), (1, 14, 50.0), (1, 6, 0.1)]
)
def test_each_placebo_is_completed_as_if_it_were_alone(treated, units, penalty):
    panel = factor_panel(21, treated=treated, units=units, periods=16, before=11, effect=-4.0)
    completed = matrix_completion(panel, penalty)
    found = completed_gaps(completed)
    alone = [matrix_completion(one, completed.penalty).gaps for one in placebo_panels(panel)]
    # Losses are known to 1e-8 of themselves, so that cells are known to about its root.
    assert found[1:] == pytest.approx(np.array(alone), abs=2e-3)
    assert found[0] == pytest.approx(completed.gaps)


def test_a_placebo_does_not_look_at_the_treated_unit():
    panel = factor_panel(3, units=12, periods=14, before=9)
    moved = panel.outcomes.copy()
    moved[0] = moved[0, ::-1] * 3
    found, other = (completed_gaps(matrix_completion(one, 0.1)) for one in (panel, replace(panel, outcomes=moved)))
    assert found[1:] == pytest.approx(other[1:], abs=2e-3)
    assert found[0] != pytest.approx(other[0], abs=1.0)


def test_the_outcome_after_the_start_moves_its_own_gap_alone():
    panel = factor_panel(4, units=12, periods=14, before=9)
    moved = panel.outcomes.copy()
    moved[3, 9:] += 20
    found, other = (completed_gaps(matrix_completion(one, 0.1)) for one in (panel, replace(panel, outcomes=moved)))
    assert other[3, 9:] - found[3, 9:] == pytest.approx(20, abs=2e-3)
    assert other[3, :9] == pytest.approx(found[3, :9], abs=2e-3)


def test_outcomes_that_effects_fit_leave_no_gap():
    panel = factor_panel(4, units=12, periods=14, before=9)
    table = np.arange(12.0)[:, None] + np.arange(14.0)
    assert completed_gaps(matrix_completion(replace(panel, outcomes=table), 0.1)) == pytest.approx(0, abs=1e-6)


def test_too_few_donors_are_refused():
    panel = factor_panel(4, units=3, periods=14, before=9)
    with pytest.raises(NotAPanel, match="widen the pool"):
        completed_gaps(matrix_completion(panel, 0.1))


def test_placebos_that_have_not_converged_are_named(monkeypatch):
    completed = matrix_completion(factor_panel(4, units=12, periods=14, before=9), 0.1)
    monkeypatch.setattr(module, "STEPS", 10)
    monkeypatch.setattr(module, "FINE", 0.0)
    with pytest.raises(NotConverged, match="larger penalty"):
        completed_gaps(completed)
