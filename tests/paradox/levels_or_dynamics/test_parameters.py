"""Parameters of levels or dynamics."""

import pytest

from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics
from citizen_security.parameters import ParameterError


def test_quick_effort_makes_fewer_draws_and_never_more():
    assert LevelsOrDynamics.from_values({"effort": "quick"}).draws_at_effort == 199
    assert LevelsOrDynamics.from_values({"effort": "quick", "placebo_draws": 99}).draws_at_effort == 99
    assert LevelsOrDynamics.from_values({}).draws_at_effort == 999


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"drivers": ["gini", "log_gdp_per_capita_squared"]}, "says nothing without its linear term"),
        ({"first_year": 2010, "last_year": 2005}, "is not before last_year"),
        ({"release": "2024", "first_year": 2021}, "release 2024 ends in 2021"),
        ({"drivers": []}, "drivers"),
    ],
)
def test_what_contradicts_itself_is_refused(given, message):
    with pytest.raises(ParameterError, match=message):
        LevelsOrDynamics.from_values(given)
