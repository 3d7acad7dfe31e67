"""Parameters that leave no slopes are refused."""

import pytest

from citizen_security.paradox.country_heterogeneity.checks import check
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.parameters import ParameterError

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "two countries": ({"countries": ["BRA", "MEX"]}, "need 8"),
    "few years": ({"first_year": 2022}, "in at least two years"),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_slopes_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(CountryHeterogeneity.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_pass():
    check(CountryHeterogeneity())
