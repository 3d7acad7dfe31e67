"""The tables, read once for the room, and a few places whose draws are given."""

import numpy as np
import pytest
from places.simulated import simulated_rows

from citizen_security.places.every_place.fitting import PlaceFit, place_panels
from citizen_security.places.every_place.observed import TABLES, observed_places
from citizen_security.places.every_place.parameters import EveryPlace
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def tables():
    return {name: catalog.load(name) for name in TABLES}


@pytest.fixture(scope="session")
def rows(tables):
    return observed_places(tables, EveryPlace())


@pytest.fixture(scope="session")
def made():
    """Rows of three places in three years of four, and a fit whose 200 draws are known.

    The second place has no figure in the last year, and the third none in the first.
    """
    rows, _ = simulated_rows(np.random.default_rng(1), places=3, years=np.array([2001, 2002, 2004]))
    known = rows[~((rows["key"] == "NOW-001") & (rows["year"] == 2004))]
    known = known[~((known["key"] == "NOW-002") & (known["year"] == 2001))].reset_index(drop=True)
    (panel,) = place_panels(known)
    draws = np.random.default_rng(2).normal(0, 0.1, (200, 3, 5)) + np.log([[10.0], [20.0], [40.0]])
    # The first place rose from the first year to the last one in every draw.
    draws[:, 0, 0] -= 2
    return known, PlaceFit(panel, (2001, 2002, 2003, 2004, 2005), draws, None)
