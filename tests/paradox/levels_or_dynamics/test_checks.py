"""Parameters of levels or dynamics that leave nothing to analyse are refused with the remedy."""

import pytest

from citizen_security.paradox.levels_or_dynamics.checks import check
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics
from citizen_security.parameters import ParameterError


def test_the_defaults_pass():
    check(LevelsOrDynamics())


REFUSED = {
    "an unknown country": ({"countries": ["BRZ", "MEX"]}, "did you mean 'BRA'?"),
    "three countries": ({"countries": ["ARG", "BRA", "CHL"]}, "errors clustered by country need 8"),
    "two years": ({"drivers": ["gini"], "first_year": 2022}, "gini in drivers cannot be analysed: 28 cells leave 12"),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_the_regression_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(LevelsOrDynamics.from_values(given))
    assert expected in str(refused.value)
