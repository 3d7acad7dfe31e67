"""Drivers fitted alone, those without figures among them."""

from dataclasses import replace

import numpy as np
import pytest
from paradox.panels import simulated

from citizen_security.paradox.literature_statements.further_drivers import drivers_alone, shown
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


BOTH_LINE = replace(BOTH, regressors=("driver",))


def test_drivers_stand_alone_and_those_without_figures_say_so():
    panel = simulated(9).assign(absent=np.nan)
    table = drivers_alone(panel, BOTH, ["driver", "control", "absent"]).set_index("regressor")
    assert table.loc["driver", "estimate"] == pytest.approx(taken_apart(panel, BOTH_LINE).estimates[0])
    assert "no country has the homicide rate and absent" in table.loc["absent", "problem"]
    spread = np.sqrt((taken_apart(panel, BOTH_LINE).design[:, 0] ** 2).mean())
    assert table.loc["driver", "per_standard_deviation"] == pytest.approx(table.loc["driver", "estimate"] * spread)


def test_drivers_of_which_none_has_figures_are_a_table_of_reasons():
    table = drivers_alone(simulated(9).assign(absent=np.nan), BOTH, ["absent"])
    assert table[["estimate", "p_value", "holm_p_value"]].isna().all(axis=None)
    assert table.loc[0, "problem"]


def test_a_driver_with_too_few_degrees_of_freedom_carries_a_dagger_and_no_other():
    table = drivers_alone(simulated(9).assign(absent=np.nan), BOTH, ["driver", "control", "absent"])
    read = shown(table.assign(trusted=[False, True, np.nan]))
    assert read["regressor"].tolist() == ["driver †", "control", "absent"]
    assert read["degrees_of_freedom"].notna().tolist() == [True, True, False]
