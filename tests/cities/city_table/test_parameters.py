"""The parameters of the printed list that contradict each other."""

import pytest

from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.parameters import ParameterError


def parameters(**values):
    return CityTable.from_values(values)


def test_years_in_the_wrong_order_are_refused_before_any_table_is_read():
    with pytest.raises(ParameterError, match="not before last_year"):
        parameters(first_year=2015, last_year=2015)


def test_a_former_name_is_told_its_new_one():
    with pytest.raises(ParameterError, match="draws is now called simulated_years"):
        parameters(draws=500)


def test_a_quick_run_simulates_less_and_compares_every_fourth_list():
    full, quick = parameters(), parameters(effort="quick")
    assert (full.simulated_years_at_effort, full.turnover_step) == (2_000, 1)
    assert (quick.simulated_years_at_effort, quick.turnover_step) == (500, 4)
