"""Sentences follow the numbers, those of other runs too."""

import pandas as pd
import pytest

from citizen_security.methods.measurement_bounds import turning_point
from citizen_security.programmes.state_of_exception import sentences as said
from citizen_security.programmes.state_of_exception.parameters import StateOfException

PARAMETERS = StateOfException()
FALL = {"peak_year": 2015, "peak": 100.0, "before": 20.0, "after": 8.0, "points": 0.87, "percent": 0.64,
        "last_begin": 2019, "lowest": 0.7, "highest": 0.9}  # fmt: skip


def tried(episode, p_values, floor=0.02):
    return pd.DataFrame(
        {"episode": episode, "change": [-50.0 + 10 * place for place in range(len(p_values))], "p_value": p_values,
         "floor": floor, "donors": round(1 / floor) - 1}
    )  # fmt: skip


@pytest.mark.parametrize(("lower", "upper", "word"), [(9, 20, "below"), (5, 7, "above"), (5, 20, "within")])
def test_the_answer_says_where_the_year_lies(lower, upper, word):
    tests = tried("state_of_exception", [0.02]), tried("x", [0.5])
    line = {"rate": 13, "lower": lower, "upper": upper}
    found = said.answer_sentence(FALL, line, *tests, StateOfException(confidence_level=0.9))
    assert f"lies {word} what the years before give" in found
    assert found.startswith("Most of El Salvador's fall came before the state of exception: 87% of that from 100")
    assert "90%" in found
    late = said.answer_sentence(FALL | {"points": 0.3}, line, *tests, PARAMETERS)
    assert late.startswith("Less than half of El Salvador's fall came before")


@pytest.mark.parametrize(
    ("own", "early", "end"),
    [
        ([0.02], [0.02, 0.3], "Beside other countries 2021 stands out as well, when nothing was done yet."),
        ([0.02, 0.3], [0.4], "Beside other countries the year stands out, and 2021 does not."),
        ([0.2], [0.02], "Beside other countries it does not stand out."),
    ],
)
def test_the_answer_says_whether_the_year_can_be_told_from_the_fall(own, early, end):
    line = {"rate": 13, "lower": 9, "upper": 20}
    found = said.answer_sentence(FALL, line, tried("state_of_exception", own), tried("x", early), PARAMETERS)
    assert found.lower().endswith(end.lower())
    few = tried("state_of_exception", [0.1], floor=0.1)
    assert "cannot tell the year from chance" in said.answer_sentence(FALL, line, few, few, PARAMETERS)
    assert said.answer_sentence(FALL, line, tried("truce", [0.1]), few, PARAMETERS).endswith("(95%: 9.0 to 20.0).")


def test_the_share_is_counted_from_other_years_than_the_highest_too():
    assert "from 2015 to 2019 in turn, the share in rates runs from 70% to 90%" in said.scale_sentence(FALL)
    assert "in turn" not in said.scale_sentence(FALL | {"last_begin": 2015})


@pytest.mark.parametrize(
    ("own", "early", "part"),
    [
        ([0.02, 0.02], [0.02, 0.3], "one of them does so for 2021 already. The design sees a fall that was under way"),
        ([0.02, 0.3], [0.4, 0.3], "1 of 2 estimators sets 2022 apart from other countries, and none 2021"),
        ([0.2, 0.3], [0.4, 0.3], "None of the 2 estimators set 2022 apart from other countries: other countries"),
    ],
)
def test_the_verdict_is_held_to_the_year_before(own, early, part):
    assert part in said.verdict(tried("state_of_exception", own), tried("x", early), PARAMETERS)


def test_too_few_countries_and_other_episodes_say_so():
    few = tried("state_of_exception", [0.1], floor=0.1)
    assert "so few countries" in said.verdict(few, few, PARAMETERS).lower()
    assert "not set against" in said.verdict(tried("truce", [0.1]), few, PARAMETERS)


def test_a_p_that_no_estimator_can_give_is_not_said_to_be_missed():
    few = tried("truce", [0.2, 0.3], floor=0.1)
    for found in (said.countries_sentence(few, PARAMETERS), said.year_before_sentence(few, PARAMETERS)):
        assert "and so few countries cannot give a placebo p of 0.05" in found
        assert "none of them" not in found
    assert "and one of them a placebo p of at most 0.05" in said.year_before_sentence(
        tried("x", [0.02, 0.3]), PARAMETERS
    )


def test_none_is_said_in_words():
    assert "and none of them" in said.countries_sentence(tried("truce", [0.5, 0.6]), PARAMETERS)


def test_deaths_that_turn_the_fall():
    turning = {"since_before": turning_point(500, 1000), "below_line": turning_point(500, 800, (600, 1200))}
    assert said.turning_sentence(turning) == (
        "500 homicides would have to be uncounted in 2022, 50% of all there then were, for the rate to equal that of "
        "2021. For it to lie on its line, 300 (100 to 700)."
    )
    items = pd.DataFrame({"year": [2022, 2022], "deaths": [400, 200]})
    assert "120% of the number" in said.uncounted_sentence(items, turning)
    assert "more than it would take" in said.uncounted_sentence(items, turning)
    rise = {"since_before": turning_point(1200, 1000), "below_line": turning_point(1200, 800)}
    assert "no fall to turn" in said.turning_sentence(rise)
    assert said.uncounted_sentence(items, rise) == "Others counted 600 deaths of 2022 that records leave out."
