"""Event times beside the methods, and departures of trends."""

import numpy as np
import pytest

from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.programmes.pacification import event_studies
from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.unit_panel import unit_panel


@pytest.mark.parametrize("scale", ["ratio", "counts"])
def test_times_run_from_placebos_to_effects(table, scale):
    parameters = Pacification(scale=scale)
    study = event_studies.event_study(unit_panel(table, parameters), parameters)
    assert study["event_time"].tolist() == list(range(-4, 8))
    assert study["months"].tolist() == list(range(-12, 24, 3))
    assert study["before"].tolist() == [True] * 4 + [False] * 8
    assert ((study["lower"] < study["effect"]) & (study["effect"] < study["upper"])).all()


def test_effects_are_those_of_imputation(table):
    parameters = Pacification(scale="counts")
    panel = unit_panel(table, parameters)
    study = event_studies.event_study(panel, parameters)
    direct = imputation(panel, "event_time", "event_time", 8).effects.estimate
    np.testing.assert_allclose(study.loc[~study["before"], "effect"], direct)


def test_changes_are_against_the_period_before(table):
    parameters = Pacification(scale="counts")
    panel = unit_panel(table, parameters)
    study = event_studies.event_study(panel, parameters).set_index("event_time")["effect"]
    found = event_studies.against_the_period_before(panel, parameters)
    times = found.labels["event_time"].to_numpy()
    assert times.tolist() == [-4, -3, -2, *range(8)]
    np.testing.assert_allclose(found.estimate, study.loc[times] - study.loc[-1])


def test_the_sign_holds_up_to_the_breakdown(table):
    parameters = Pacification()
    panel = unit_panel(table, parameters)
    _, breakdown, broken = event_studies.violations(panel, parameters, (0.0,))
    rows, *_ = event_studies.violations(panel, parameters, (0.0, 0.98 * breakdown, 1.02 * breakdown))
    assert (rows["identified_upper"] < 0).tolist() == [True, True, False]
    # With its error it breaks before it does without.
    ends, *_ = event_studies.violations(panel, parameters, (0.95 * broken, 1.01 * broken))
    assert 0 < broken < breakdown
    assert (ends["upper"] < 0).tolist() == [True, False]
    assert rows["identified_lower"].iloc[0] == pytest.approx(rows["estimate"].iloc[0])


def test_a_trend_that_goes_on_is_taken_off_and_bends_up_to_a_breakdown(table):
    parameters = Pacification(scale="counts")
    panel = unit_panel(table, parameters)
    straight, bend = event_studies.bends(panel, parameters)
    effects = event_studies.against_the_period_before(panel, parameters)
    # A line through what was seen before the start, by generalised least squares.
    time = effects.labels["event_time"].to_numpy() + 1.0
    design = np.column_stack([time, np.eye(len(time))[:, time > 0]])
    inverse = np.linalg.inv(effects.covariance)
    found = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ effects.estimate)
    assert straight.centre == pytest.approx(found[1:].mean())
    assert (bend == 0) == (straight.lower <= 0 <= straight.upper)


def test_too_few_units_leave_an_empty_table(table):
    parameters = Pacification(left_out=sorted(set(table["pacification_unit"]))[13:])
    rows, breakdown, broken = event_studies.violations(unit_panel(table, parameters), parameters)
    assert rows.empty == bool(np.isnan(breakdown)) == bool(np.isnan(broken))
    assert rows.empty == (event_studies.bends(unit_panel(table, parameters), parameters) is None)


def test_leads_are_tested_together(table):
    parameters = Pacification()
    assert 0 < event_studies.lead_p_value(unit_panel(table, parameters), parameters) < 1
