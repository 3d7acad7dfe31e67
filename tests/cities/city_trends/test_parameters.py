"""Parameters that contradict each other are refused."""

import pytest

from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"countries": []}, "countries"),
        ({"countries": ["BRA", "BRA"]}, "more than once"),
        ({"countries": ["ARG"]}, "ARG"),
        ({"since_year": 2000, "first_year": 2005}, "since_year = 2000"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(values, sentence):
    with pytest.raises(ParameterError, match=sentence):
        CityTrends.from_values(values)
