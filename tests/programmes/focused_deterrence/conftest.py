"""The table and the panel of the default run."""

import pytest

from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import sector_panel
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def table():
    return catalog.load("mexico_city_sector_month")


@pytest.fixture(scope="module")
def panel(table):
    return sector_panel(table, FocusedDeterrence())
