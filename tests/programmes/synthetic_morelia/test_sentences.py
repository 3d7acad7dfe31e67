"""Sentences follow the numbers, those of other runs too."""

import pandas as pd
import pytest

from citizen_security.programmes.synthetic_morelia import sentences as said
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia

PARAMETERS = SyntheticMorelia()


def curve(found, floor=0.01):
    return pd.DataFrame({"change": [-30.0, -20.0], "found": found, "floor": floor, "start": 2015, "last": [2017, 2018]})


@pytest.mark.parametrize(
    ("found", "part"),
    [
        ([False, False], "is not shown: all 2 combinations with donors enough for a small p find fewer"),
        ([True, False], "50% of combinations with enough donors find a fall beyond chance"),
        ([True, True], "Every combination with enough donors finds a fall"),
    ],
)
def test_the_verdict_counts_combinations(found, part):
    assert part in said.verdict(curve(found), PARAMETERS)


def test_too_few_donors_give_no_verdict():
    assert said.verdict(curve([True, True], floor=0.2), PARAMETERS).startswith("So few donors")


@pytest.mark.parametrize(("found", "part"), [([False, False], "none are"), ([True, False], "1 of them is")])
def test_the_curve_counts_falls(found, part):
    told = said.curve_sentence(curve(found))
    assert part in told
    assert told.startswith("Two combinations of start (2015), last year (2017 or 2018), donors and design run from")


def test_so_few_donors_are_not_told_as_a_negative():
    changes = pd.DataFrame({"what": ["deaths in Morelia"], "year": 2018, "change": 5.0, "lower": -3.0, "upper": 9.0})
    designs = pd.DataFrame({"change": [-5.0, -8.0], "floor": 0.14, "found": False})
    assert "So few donors cannot tell any of that" in said.answer_sentence(changes, designs, PARAMETERS)
    assert "None of that is beyond" in said.answer_sentence(changes, designs.assign(floor=0.01), PARAMETERS)
    found = said.answer_sentence(changes, designs.assign(floor=0.01, found=[True, False]), PARAMETERS)
    assert "1 of 2 designs is beyond what chance gives" in found
    assert "from 2015, the first year that counts as treated, to 2018" in found
