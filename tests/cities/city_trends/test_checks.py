"""A panel that is too small is refused with the remedy."""

import pytest

from citizen_security.cities.city_trends.checks import check
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"minimum_population": 2_000_000}, "at least 8 are needed"),
        ({"first_year": 2010, "held_out_years": 6}, "years of BRA to learn from"),
        ({"since_year": 2019}, "Allowed: a since_year of at most 2016"),
    ],
)
def test_a_panel_that_is_too_small_is_refused_with_the_remedy(values, sentence):
    with pytest.raises(ParameterError, match=sentence):
        check(CityTrends(**values))
