"""Parameters that leave no place are refused in words."""

import pytest

from citizen_security.cities.concentration.checks import check
from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first_year": 2000, "last_year": 2002}, "Cities, Colombia has no places"),
        ({"first_year": 1990, "last_year": 1999, "scales": ["countries", "states"], "headline_scale": "states"}, "Mex"),
        ({"first_year": 2003, "last_year": 2012}, "Police sectors, Mexico City has no places"),
        ({"window_months": [1, 109]}, "integer from 1 to 108"),
        ({"window_months": [0]}, "integer from 1 to 108"),
    ],
)
def test_years_without_places_and_windows_without_months_are_refused(changed, words):
    with pytest.raises(ParameterError, match=words):
        check(Concentration.from_values(changed))
