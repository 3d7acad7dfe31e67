"""Sentences follow the numbers, those of other runs too."""

import pandas as pd
import pytest

from citizen_security.programmes.synthetic_morelia import sentences as said
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia

PARAMETERS = SyntheticMorelia()


def curve(found, floor=0.01):
    return pd.DataFrame({"change": [-30.0, -20.0], "found": found, "floor": floor, "last": [2017, 2018]})


@pytest.mark.parametrize(
    ("found", "part"),
    [
        ([False, False], "is not shown: 100% of combinations"),
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
    assert part in said.curve_sentence(curve(found))
