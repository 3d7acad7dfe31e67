"""The places of every scale, read once for the room."""

import pytest

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.cities.concentration.places import annual_places
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def tables():
    names = ("countries", "country_year", "state_year", "city_year", "mexico_city_sector_month")
    return {name: catalog.load(name) for name in names}


@pytest.fixture(scope="session")
def places(tables):
    return annual_places(tables, Concentration())
