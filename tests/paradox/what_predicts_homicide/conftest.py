"""The panel and its rows, which the tests of the predictions share."""

import pytest
from paradox.prediction_settings import QUICK

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.what_predicts_homicide.rows import next_year_rows, unseen_country_rows, world_means
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


@pytest.fixture(scope="session")
def unseen(panel):
    world = world_means(catalog.load("world_homicide"), sorted(panel["iso3"].unique()), "log_rate")
    return unseen_country_rows(panel, QUICK, world)


@pytest.fixture(scope="session")
def forecasts(panel):
    return next_year_rows(panel, QUICK)
