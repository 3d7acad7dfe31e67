"""Tables, and runs that take little time."""

import pytest

from citizen_security.programmes.country_panels import country_series
from citizen_security.programmes.prevention_costa_rica.parameters import PreventionCostaRica
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def table():
    return catalog.load("country_year")


@pytest.fixture(scope="session")
def world():
    return catalog.load("world_homicide")


@pytest.fixture(scope="session")
def region(table):
    return table["iso3"].unique().tolist()


@pytest.fixture(scope="session")
def series(table):
    return country_series(table, "CRI", 1990)


@pytest.fixture(scope="session")
def parameters():
    return PreventionCostaRica()
