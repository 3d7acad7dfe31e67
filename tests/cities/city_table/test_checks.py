"""Parameters that leave nothing to examine are refused before a kernel starts."""

import pytest
from cities.city_table.conftest import parameters

from citizen_security.cities.city_table.checks import check
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": ["BRZ"]}, "did you mean 'BRA'"),
        ({"countries": ["ARG"]}, "has no city in the table"),
        ({"label_year": 2020}, "Brazil lacks 2020"),
    ],
)
def test_parameters_that_leave_nothing_to_examine_are_refused_in_words(values, message):
    with pytest.raises(ParameterError, match=message):
        check(parameters(**values))


def test_parameters_that_leave_enough_are_taken():
    check(parameters())
