"""What a control takes out of an effect: the formula of omitted variables, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.literature_statements.attenuation import attenuation
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_what_a_control_takes_away_is_the_omitted_variable_formula():
    panel = simulated(5, gaps=0.1)
    result = attenuation(panel, Specification("", ()), "driver", "control", draws=499)
    fit = taken_apart(panel, BOTH)
    on_driver = taken_apart(panel.assign(rate=panel["control"].where(panel["rate"].notna())), BOTH_LINE)
    # short = long + effect of the control × slope of the control on the driver, on the same rows.
    assert result.change == pytest.approx(fit.estimates[1] * on_driver.estimates[0], rel=1e-8)
    assert result.lower < result.change < result.upper
    assert result.observations == fit.observations
    assert result.opposite < 0.05


BOTH_LINE = replace(BOTH, regressors=("driver",))


def test_a_control_unrelated_to_the_driver_takes_nothing_away():
    panel = simulated(6).assign(noise=lambda rows: np.random.default_rng(6).normal(size=len(rows)))
    result = attenuation(panel, Specification("", ()), "driver", "noise", draws=499)
    assert result.lower < 0 < result.upper


def test_both_effects_are_of_the_same_country_years():
    panel = simulated(7)
    panel.loc[panel["year"] < 2010, "control"] = np.nan
    result = attenuation(panel, Specification("", ()), "driver", "control", draws=99)
    assert result.observations == taken_apart(panel, BOTH).observations
    without = result.coefficients.set_index("model").loc["without", "estimate"]
    same_rows = panel[panel["year"] >= 2010]
    assert without == pytest.approx(taken_apart(same_rows, BOTH_LINE).estimates[0], rel=1e-8)


def test_a_control_that_one_country_alone_moves_is_refused():
    panel = simulated(8)
    panel["control"] = np.where(panel["iso3"] == "C01", panel["year"] % 3, 0.0)
    # Without year effects nothing else moves it, and a third of the draws do not hold the country.
    with pytest.raises(NotEstimable, match="cannot tell driver from control"):
        attenuation(panel, Specification("", (), fixed_effects="country"), "driver", "control", draws=199)
