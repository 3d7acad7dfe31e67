"""A sample that cannot answer is refused in words."""

import pytest

from citizen_security.cities.city_homicide.checks import check
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.parameters import ParameterError


def parameters(**values):
    return CityHomicide.from_values(values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": ["BRZ", "MEX", "SLV"]}, "did you mean 'BRA'"),
        ({"countries": ["bra", "MEX", "SLV"]}, "did you mean 'BRA'"),
        ({"countries": ["CHL", "BRA", "MEX"]}, "'CHL' in countries has no city in the table"),
        ({"countries": ["JAM"]}, "leave 1 city; at least 2 are needed"),
        ({"minimum_population": 5_000_000}, "leave no cities"),
        ({"compared_cities": ["Cali", "Acapulco de Juares"]}, "did you mean 'Acapulco de Juarez'"),
        (
            {"compared_cities": ["Cali", "Baltimore"], "countries": "lac"},
            "'Baltimore' in compared_cities is not",
        ),
        ({"countries": ["SLV", "GTM", "COL"], "top_places": 7}, "not below the number of cities, 7"),
    ],
)
def test_a_sample_that_cannot_answer_is_refused(values, message):
    with pytest.raises(ParameterError, match=r"llowed|needed") as refusal:
        check(parameters(**values))
    assert message in str(refusal.value)


def test_one_country_and_two_cities_are_enough():
    check(parameters(countries=["BRA"]))
    check(parameters(countries=["JAM", "PRI"], top_places=1))


def test_all_unknown_countries_are_named_at_once():
    with pytest.raises(ParameterError) as refusal:
        check(parameters(countries=["BRZ", "CHL", "MEX"]))
    assert len(refusal.value.problems) == 2
