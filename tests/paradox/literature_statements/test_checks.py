"""Parameters of the literature's statements that leave nothing to analyse are refused."""

import pytest

from citizen_security.paradox.literature_statements.checks import check
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.parameters import ParameterError

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "two countries": ({"countries": ["BRA", "MEX"]}, "errors clustered by country need 8"),
    "few years": ({"first_year": 2020}, "degrees of freedom"),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_the_statements_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(LiteratureStatements.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_pass():
    check(LiteratureStatements())
