"""Parameters that contradict each other are refused in words."""

import pytest

from citizen_security.paradox.what_predicts_homicide.parameters import WhatPredictsHomicide
from citizen_security.parameters import ParameterError

CONTRADICTIONS = {
    "poverty left out": ({"blocks": ["income", "work"]}, "blocks leaves out poverty"),
    "a block twice": ({"blocks": ["poverty", "poverty"]}, "more than once"),
    "no year to forecast": ({"first_origin": 2022, "horizon": 3}, "no later than 2020"),
    "nothing to learn from": ({"first_year": 2010, "first_origin": 2010}, "after first_year = 2010"),
    "a release that has ended": ({"release": "2024", "first_origin": 2021}, "no later than 2020"),
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a misspelt model": ({"main_model": "random_florest"}, "did you mean 'random_forest'?"),
    "too far ahead": ({"horizon": 6}, "horizon = 6 is not allowed"),
}


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        WhatPredictsHomicide.from_values(given)
    assert expected in str(refused.value)


def test_whoever_gives_the_old_name_of_the_resamples_is_told_the_new_one():
    with pytest.raises(ParameterError, match="bootstrap_draws is now called country_resamples"):
        WhatPredictsHomicide.from_values({"bootstrap_draws": 999})


def test_quick_effort_computes_less_and_never_more_than_asked():
    full = WhatPredictsHomicide()
    assert (full.resamples_at_effort, full.permutations_at_effort, full.folds_at_effort) == (4_999, 10, 10)
    assert full.origin_step == 1
    quick = WhatPredictsHomicide.from_values({"effort": "quick", "permutations": 2})
    assert (quick.resamples_at_effort, quick.permutations_at_effort, quick.folds_at_effort) == (499, 2, 5)
    assert quick.origin_step == 3
