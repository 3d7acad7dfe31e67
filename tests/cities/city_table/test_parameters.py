"""The parameters of the printed list that contradict each other."""

import pytest

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.parameters import ParameterError


def parameters(**values):
    return CityTable.from_values(values)


def test_years_in_the_wrong_order_are_refused_before_any_table_is_read():
    with pytest.raises(ParameterError, match="not before last_year"):
        parameters(first_year=2015, last_year=2015)
