"""Parameters that leave nothing to examine are refused in words."""

import pytest

from citizen_security.cities.city_table.checks import check
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.parameters import ParameterError


def parameters(**values):
    return CityTable.from_values(values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": ["BRZ"]}, "did you mean 'BRA'"),
        ({"countries": ["ARG"]}, "has no city in the table"),
        ({"countries": ["SLV", "HND"]}, "Add one of BRA, COL, MEX"),
        ({"countries": ["COL"]}, "at least 3 are needed"),
        ({"first_year": 2019, "last_year": 2021}, "no two successive years"),
        ({"label_year": 2020}, "Brazil lacks 2020"),
        ({"panel_minimum_population": 1_500_000}, "Lower it"),
    ],
)
def test_parameters_that_leave_nothing_to_examine_are_refused_in_words(values, message):
    with pytest.raises(ParameterError, match=message):
        check(parameters(**values))


@pytest.mark.parametrize("values", [{}, {"countries": "lac"}, {"countries": ["MEX", "HND"]}, {"label_year": 2015}])
def test_parameters_that_leave_enough_are_taken(values):
    check(parameters(**values))
