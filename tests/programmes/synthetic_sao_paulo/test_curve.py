"""Every cell of the curve is a fit of its own, and what the verdict counts is counted so."""

import pandas as pd
import pytest

from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.matrix_completion import matrix_completion
from citizen_security.methods.synthetic_control.placebos import placebo_gaps, placebos_in_space
from citizen_security.methods.synthetic_control.predictors import fit_with_predictors
from citizen_security.programmes.estimator_names import COMPLETED, WITH_PREDICTORS
from citizen_security.programmes.synthetic_sao_paulo import curve as curves
from citizen_security.programmes.synthetic_sao_paulo.estimators import BY_OUTCOMES, EstimatorFit
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel


@pytest.fixture(scope="module")
def asked():
    return SyntheticSaoPaulo.from_values({"start": 2000, "curve_starts": [2000]})


@pytest.fixture(scope="module")
def curve(states, asked):
    return curves.specification_curve(states, asked)


def test_it_goes_through_every_combination_once(curve):
    assert len(curve) == 8 * 1 * 3 * 2
    assert not curve.duplicated(list(curves.CHOICES)).any()
    assert curve["averted"].is_monotonic_increasing


@pytest.mark.parametrize("estimator", BY_OUTCOMES)
@pytest.mark.parametrize("place", [0, 5])
def test_a_cell_is_the_fit_of_its_choices(estimator, place, curve, states, asked):
    row = curve[curve["estimator"] == estimator].iloc[place]
    cell = state_panel(states, asked, start=row["start"], donors=row["donors"], outcome=row["outcome"])
    fit = synthetic_control(cell.panel, estimator)
    assert row["averted"] == pytest.approx(cell.averted(fit.counterfactual))
    assert row["p_value"] == placebos_in_space(cell.panel, estimator).p_value
    assert row["found"] == (row["averted"] > 0 and row["p_value"] <= 0.05)


def test_completed_cells_are_those_of_matrix_completion(curve, states, asked):
    for _, row in curve[curve["estimator"] == COMPLETED].iterrows():
        cell = state_panel(states, asked, start=row["start"], donors=row["donors"], outcome=row["outcome"])
        fit = matrix_completion(cell.panel, seed=asked.seed)
        assert row["averted"] == pytest.approx(cell.averted(cell.panel.target - fit.gaps))


def test_cells_with_predictors_fit_nearly_as_well_as_a_full_search(curve, states, asked):
    # The sum of deaths moves with weights that fit alike: these are within what near-optimal weights allow.
    for _, row in curve[curve["estimator"] == WITH_PREDICTORS].iterrows():
        cell = state_panel(states, asked, start=row["start"], donors=row["donors"], outcome=row["outcome"])
        full = fit_with_predictors(cell.panel, cell.predictors, cell.names, tolerance=0.5, seed=asked.seed)
        averted = [cell.averted(cell.panel.target - gaps) for gaps in full.gaps]
        assert min(averted) - 3_000 <= row["averted"] <= max(averted) + 3_000


def test_the_runs_own_cells_are_those_of_the_table(states, asked):
    found = state_panel(states, asked)
    test = placebos_in_space(found.panel)
    gaps = 2 * placebo_gaps(found.panel)
    fit = EstimatorFit("matched", found.panel.target - gaps[0], gaps, test)
    table = curves.specification_curve(states, asked, [fit])
    own = (table["start"] == asked.start) & (table["donors"] == asked.donors) & (table["outcome"] == asked.outcome)
    assert table[own]["estimator"].tolist() == ["matched"]
    assert table[own]["averted"].iloc[0] == pytest.approx(found.averted(fit.counterfactual))


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
