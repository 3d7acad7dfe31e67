"""Two-way fixed effects: another library's coefficient, and the comparisons of which it is the weighted mean."""

import pyfixest as pf
import pytest
from methods.staggered_panels import NAN, as_rows, linear_panel

from citizen_security.methods.staggered_adoption.two_way import KINDS, two_way_fixed_effects

PANEL = linear_panel(1, effect=lambda time, start: 0.3 * (time + 1))


@pytest.mark.filterwarnings("ignore")
def test_coefficient_and_error_are_those_of_pyfixest():
    fit = pf.feols(
        "outcome ~ treated | unit + period", as_rows(PANEL), vcov={"CRV1": "unit"}, ssc=pf.ssc(k_adj=False, G_adj=False)
    ).tidy()  # fmt: skip
    found = two_way_fixed_effects(PANEL).effect
    assert found.estimate == pytest.approx(fit["Estimate"].to_numpy(), abs=1e-9)
    assert found.standard_error == pytest.approx(fit["Std. Error"].to_numpy(), abs=1e-9)


@pytest.mark.parametrize("groups", [(4, 6, 9, NAN), (4, 6, 9), (2, 3, 5, 8, 11, NAN, NAN)])
def test_the_weighted_comparisons_sum_to_the_coefficient(groups):
    found = two_way_fixed_effects(linear_panel(5, units=41, groups=groups))
    table = found.comparisons
    assert table["weight"].sum() == pytest.approx(1)
    assert (table["weight"] > 0).all()
    assert (table["weight"] * table["estimate"]).sum() == pytest.approx(found.effect.estimate[0], abs=1e-10)
    kinds = found.by_kind
    assert (kinds["weight"] * kinds["estimate"]).sum() == pytest.approx(found.effect.estimate[0], abs=1e-10)
    treated = len([start for start in groups if start == start])
    assert len(table) == treated * (treated - 1) + treated * (len(set(groups)) > treated or NAN in groups)


@pytest.mark.filterwarnings("ignore")
def test_a_comparison_is_a_two_by_two_regression():
    found = two_way_fixed_effects(PANEL).comparisons.set_index(["kind", "treated"])
    rows = as_rows(PANEL)
    pair = rows[rows["start"].isin([4, 9]) & (rows["period"] >= 4)]
    fit = pf.feols("outcome ~ treated | unit + period", pair)
    late = found.loc[(KINDS[2], 9)]
    assert late[late["control"] == 4]["estimate"].iloc[0] == pytest.approx(fit.coef().iloc[0], abs=1e-9)


def test_growing_effects_turn_comparisons_with_already_treated_units_round():
    panel = linear_panel(1, noise=0.0, effect=lambda time, start: float(time + 1))
    kinds = two_way_fixed_effects(panel).by_kind.set_index("kind")["estimate"]
    assert kinds[KINDS[0]] > 0
    assert kinds[KINDS[2]] < 0
