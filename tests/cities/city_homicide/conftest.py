"""Three cities of the sizes that the table has, and the printed list."""

import numpy as np
import pytest

from citizen_security.cities.city_homicide import list_cut_off, listed_cities
from citizen_security.cities.city_homicide.fitting import fit_cities
from citizen_security.cities.city_homicide.parameters import CityHomicide
from citizen_security.cities.city_homicide.sample import prepare_sample
from citizen_security.tables import catalog

PERSON_YEARS = np.array([240_000.0, 700_000, 4_000_000])


@pytest.fixture
def three():
    """Three cities of the sizes that the table has, in three countries, cut off at 42.4."""
    needed = list_cut_off.needed_homicides(PERSON_YEARS, 42.4)
    return listed_cities.ListedCities(np.array([105, 500, 2_400]), needed, PERSON_YEARS, np.arange(3), 3)


@pytest.fixture(scope="session")
def table_sample():
    return prepare_sample(catalog.load("city_table"), CityHomicide.from_values({}))


@pytest.fixture(scope="session")
def exact(small_sample, priors):
    return fit_cities(small_sample, priors, draws=20_000, seed=1)


@pytest.fixture(scope="session")
def listed(small_sample):
    return list_cut_off.list_cities(small_sample, 0)
