"""Parameters that leave no curve are refused."""

import pytest

from citizen_security.paradox.income_turning_point.checks import check
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.parameters import ParameterError

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "two countries": ({"countries": ["BRA", "MEX"]}, "errors clustered by country need 8"),
    "too few for the knots": (
        {"countries": ["ARG", "BOL", "BRA", "CHL", "COL", "ECU", "PER", "PRY", "URY"], "knots": 8},
        "between countries 9 means leave 1 degrees of freedom",
    ),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_the_curves_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(IncomeTurningPoint.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_and_a_subset_pass():
    check(IncomeTurningPoint())
    check(
        IncomeTurningPoint.from_values(
            {"countries": ["ARG", "BOL", "BRA", "CHL", "COL", "ECU", "PER", "PRY", "URY", "MEX"], "knots": 4}
        )
    )
