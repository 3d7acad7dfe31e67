"""The printed list and the published counts, read once for the room."""

import pytest

from citizen_security.cities.city_table.listed_rows import listed_rows
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.cities.city_table.published_counts import eligible_cities, match_cities
from citizen_security.tables import catalog


def parameters(**values):
    return CityTable.from_values(values)


@pytest.fixture(scope="session")
def panel():
    return catalog.load("city_year")


@pytest.fixture(scope="session")
def rows():
    return listed_rows(catalog.load("city_table"), parameters())


@pytest.fixture(scope="session")
def matched(rows, panel):
    return match_cities(rows, panel, 2016)


@pytest.fixture(scope="session")
def eligible(panel):
    return eligible_cities(panel, ("BRA", "COL", "MEX"), 250_000)
