"""The curve's answer for a reader: its shares are those of the effects, and chance is said either way."""

from types import SimpleNamespace

import pandas as pd
import pytest

from citizen_security.paradox.specification_curve import readings


def answer(effects: list[float], p_value: float, *, exchanges: int = 99, tested: int = 99) -> str:
    curve = SimpleNamespace(estimates=pd.DataFrame({"effect": effects}), multiverse=SimpleNamespace(driver="poverty"))
    p_values = pd.DataFrame({"statistic": ["mean_t", "median_effect"], "p_value": [0.5, p_value]}).assign(
        lower=p_value - 0.01, upper=p_value + 0.01
    )
    test = SimpleNamespace(p_values=p_values, permuted=range(exchanges), specifications=tested)
    return readings.answer_sentence(curve, test, 0.95)


def test_shares_are_those_of_the_effects():
    said = answer([0.1, 0.2, 0.3, -0.1], 0.4)
    assert said.startswith(
        "Of 4 defensible ways to ask, 75% find that homicide rises with poverty and 25% that it falls."
    )


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.05, "they differ from what chance would draw (p = 0.050, 0.040 to 0.060)."),
        (0.06, "they are not told from what chance would draw (p = 0.060, 0.050 to 0.070)."),
    ],
)
def test_chance_is_said_either_way(p_value, said):
    assert said in answer([0.1, -0.1], p_value)


def test_too_few_exchanges_tell_nothing():
    assert "no p-value can be below 0.1" in answer([0.1], 0.2, exchanges=9)
    assert "chance would draw" not in answer([0.1], 0.2, exchanges=9)


def test_a_part_that_was_tested_is_named_as_a_part_with_its_own_median():
    assert "Taken together 2 drawn from them are not told" in answer([0.1, -0.1, 0.2], 0.4, tested=2)
    curve = SimpleNamespace(estimates=pd.DataFrame({"effect": [-0.2, -0.023, 0.1]}))

    def said(specifications):
        test = SimpleNamespace(specifications=specifications, observed={"median_effect": -0.0061})
        return readings.medians_sentence(SimpleNamespace(curve=curve, test=test))

    assert said(2).endswith(
        "2 ways from all over it are tested: their median effect is −0.006, that of all ways −0.023."
    )
    assert said(3) == "The whole curve is tested."
