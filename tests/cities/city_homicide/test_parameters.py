"""Parameters of the city model that contradict each other are refused with a remedy."""

import pytest

from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": []}, "countries is an empty list"),
        ({"countries": ["BRA", "BRA"]}, "BRA more than once"),
        ({"compared_cities": ["Cali"]}, "names one city"),
        ({"compared_cities": ["Cali", "Cali"]}, "more than once"),
        ({"draws": 500}, "draws"),
        ({"city_scale": 0.0}, "city_scale"),
        ({"countries": "LAC"}, "countries"),
    ],
)
def test_a_contradiction_is_refused_with_what_is_allowed(values, message):
    with pytest.raises(ParameterError, match="llowed") as refusal:
        CityHomicide.from_values(values)
    assert message in str(refusal.value)
