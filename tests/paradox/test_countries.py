"""The countries that parameters choose."""

import pytest

from citizen_security.paradox.countries import chosen_countries
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


def test_lac_is_the_states_of_the_panel_and_with_territories_more(country_year, countries):
    states = chosen_countries(countries, "lac")
    assert states == sorted(country_year["iso3"].unique())
    assert set(states) < set(chosen_countries(countries, "lac", territories=True))
    assert chosen_countries(countries, ["MEX", "BRA"]) == ["BRA", "MEX"]
