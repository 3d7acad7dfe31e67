"""The panel and its curves, which the tests of the income curve share."""

import pytest
from paradox.income_panels import INCOME_ALONE, hump, panel_of

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.income_turning_point.answers import (
    fit_parabolas,
)
from citizen_security.paradox.income_turning_point.curves import income_specification
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.panel.sample import estimation_sample, prepare_panel
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


@pytest.fixture(scope="session")
def fitted(panel):
    specification = income_specification(IncomeTurningPoint())
    sample = estimation_sample(panel, specification)
    return sample, specification, fit_parabolas(sample, specification)


@pytest.fixture(scope="session")
def sample():
    return estimation_sample(panel_of(hump), INCOME_ALONE)
