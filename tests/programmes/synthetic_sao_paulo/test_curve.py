"""Every cell of the curve is a fit of its own, and what the verdict counts is counted so."""

import pandas as pd
import pytest

from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes.synthetic_sao_paulo import curve as curves
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel


@pytest.fixture(scope="module")
def asked():
    return SyntheticSaoPaulo.from_values({"start": 2000, "curve_starts": [2000]})


@pytest.fixture(scope="module")
def curve(states, asked):
    return curves.specification_curve(states, asked)


def test_it_goes_through_every_combination_once(curve):
    assert len(curve) == 6 * 1 * 3 * 2
    assert not curve.duplicated(list(curves.CHOICES)).any()
    assert curve["averted"].is_monotonic_increasing


@pytest.mark.parametrize("place", [0, 17, 35])
def test_a_cell_is_the_fit_of_its_choices(place, curve, states, asked):
    row = curve.iloc[place]
    cell = state_panel(states, asked, start=row["start"], donors=row["donors"], outcome=row["outcome"])
    fit = synthetic_control(cell.panel, row["estimator"])
    assert row["averted"] == pytest.approx(cell.averted(fit.counterfactual))
    assert row["p_value"] == placebos_in_space(cell.panel, row["estimator"]).p_value
    assert row["found"] == (row["averted"] > 0 and row["p_value"] <= 0.05)


def test_the_curve_has_the_runs_own_start_once():
    asked = SyntheticSaoPaulo.from_values({"start": 1995, "curve_starts": [1999, 2000]})
    assert asked.starts_at_effort == [1995, 1999, 2000]
    assert SyntheticSaoPaulo.from_values({}).starts_at_effort == [1999, 2000, 1998, 2001]


def test_small_is_one_less_the_level_without_rounding():
    assert curves.small(0.95) == 0.05
    assert curves.small(0.9) == 0.1


def test_options_are_counted_for_each_choice():
    rows = [("matched", 1999, "all", "level", True), ("matched", 1999, "all", "log", False)]
    rows += [("demeaned", 1999, "all", "level", True), ("demeaned", 1999, "all", "log", False)]
    table = pd.DataFrame(rows, columns=[*curves.CHOICES, "found"]).assign(percent=10.0, p_value=0.04)
    options = curves.by_option(table)
    assert options.set_index("option").loc["level", ["cells", "found", "median_percent"]].tolist() == [2, 2, 10]
