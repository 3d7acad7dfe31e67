"""Parameters that contradict each other are refused in words."""

import pytest

from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.parameters import ParameterError

CONTRADICTIONS = {
    "income as its own control": ({"controls": ["log_gdp_per_capita_squared"]}, "the income whose curve is sought"),
    "a control twice": ({"controls": ["gini", "gini"]}, "more than once"),
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a release that has ended": ({"release": "2024", "first_year": 2022}, "release 2024 ends"),
    "no fixed effects within countries": ({"fixed_effects": "none"}, "unknown value 'none' in fixed_effects"),
    "two knots": ({"knots": 2}, "knots = 2"),
}


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        IncomeTurningPoint.from_values(given)
    assert expected in str(refused.value)


def test_quick_effort_draws_less_and_never_more_than_asked():
    assert IncomeTurningPoint().draws_at_effort == 4_999
    assert IncomeTurningPoint.from_values({"effort": "quick"}).draws_at_effort == 499
    assert IncomeTurningPoint.from_values({"effort": "quick", "bootstrap_draws": 199}).draws_at_effort == 199
