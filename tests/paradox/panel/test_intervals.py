"""Intervals of fitted specifications keep what they are of."""

import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.quoted import QUOTED
from citizen_security.paradox.panel import intervals
from citizen_security.paradox.panel.fixed_effects import fixed_effects_regression
from citizen_security.paradox.panel.intervals import intervals_side_by_side
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


def test_intervals_of_fits_keep_their_level_and_outcome():
    panel = simulated(12)
    fit = fixed_effects_regression(estimation_sample(panel, DRIVER), DRIVER, 0.8)
    table = intervals_side_by_side([fit], draws=199).set_index("method")
    assert set(table["confidence_level"]) == {0.8}
    assert table.loc[QUOTED, "lower"] == pytest.approx(fit.coefficients.loc[0, "lower"], rel=1e-12)


@pytest.mark.parametrize(("above", "trusted"), [(0.1, False), (-0.1, True)])
def test_the_quoted_interval_alone_is_marked_where_degrees_of_freedom_are_few(monkeypatch, above, trusted):
    fit = fixed_effects_regression(estimation_sample(simulated(12), DRIVER), DRIVER, 0.8)
    monkeypatch.setattr(intervals, "TRUSTED_DEGREES", fit.coefficients.loc[0, "degrees_of_freedom"] + above)
    table = intervals_side_by_side([fit], draws=199).set_index("method")
    assert table.loc[QUOTED, "trusted"] == trusted
    assert table.drop(QUOTED)["trusted"].all()
