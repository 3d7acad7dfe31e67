"""Which choices move a curve."""

import pandas as pd
import pytest

from citizen_security.paradox.specification_curve.importance import choice_importance, one_change_away


def test_the_choice_that_makes_the_effects_is_found():
    choices = pd.MultiIndex.from_product(
        [["0", "1"], ["none", "a", "b", "a+b"], ["x", "y"]], names=["lag", "controls", "period"]
    )
    table = choices.to_frame(index=False)
    effect = 2.0 * (table["lag"] == "1") + 1.0 * table["controls"].str.contains("a")
    found = choice_importance(table.assign(effect=effect)).set_index("choice")
    # Balanced and additive: variances 1 and 1/4.
    assert found.loc["lag", "share_of_variance"] == pytest.approx(0.8)
    assert found.loc["control: a", "share_of_variance"] == pytest.approx(0.2)
    assert found.loc["lag", "widest"] == pytest.approx(2.0)
    assert found.loc[["period", "control: b", "choices together"], "share_of_variance"].abs().max() < 1e-12


def test_effects_that_hang_on_combinations_are_said_to():
    table = pd.MultiIndex.from_product([["0", "1"], ["x", "y"]], names=["lag", "period"]).to_frame(index=False)
    crossed = (table["lag"] == "1") ^ (table["period"] == "y")
    found = choice_importance(table.assign(controls="none", effect=crossed.astype(float))).set_index("choice")
    assert found.loc["choices together", "share_of_variance"] == pytest.approx(1.0)


def test_one_choice_away_is_the_main_specification_and_single_changes(curve, multiverse):
    changes = one_change_away(curve.estimates)
    assert changes["changed"].tolist().count("main") == 1
    assert changes["changed"].is_unique
    assert {"lag=1", "outcome=log_rate", "controls=inequality", "growth_series=per_head"} <= set(changes["changed"])
    assert one_change_away(curve.estimates[~curve.estimates["main"]]).empty
