"""Which country an estimate hangs on, against refitting."""

import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements.influence import influence
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_influence_names_the_country_that_moves_the_estimate_most():
    panel = simulated(3)
    odd = panel["iso3"] == "C05"
    panel.loc[odd, "rate"] += 3 * panel.loc[odd, "driver"]
    fit = taken_apart(panel, BOTH)
    table = influence(fit, "driver")
    assert table["iso3"].iloc[0] == "C05"
    rest = taken_apart(panel[~odd], BOTH).estimates[0]
    assert table["estimate"].iloc[0] == pytest.approx(rest, rel=1e-8)
    error = quoted(fit)["standard_error"].iloc[0]
    assert table["in_standard_errors"].iloc[0] == pytest.approx((rest - fit.estimates[0]) / error, rel=1e-8)
