"""Over which exposure the cities are analysed."""

import numpy as np
import pytest

from citizen_security.cities.samples import add_exposure
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def table():
    return catalog.load("city_table")


def test_the_exposure_gives_back_the_printed_rate(table):
    # Populations are rounded to whole persons: a rate of 100 in 250,000 moves by 0.0002 at most.
    exposed = add_exposure(table)
    np.testing.assert_allclose(exposed["raw_rate"], table["homicide_rate"], atol=1e-3)
    np.testing.assert_allclose(exposed["person_years"], table["homicides"] / table["homicide_rate"] * 1e5, rtol=1e-5)
