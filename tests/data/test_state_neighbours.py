"""Who borders whom among the states of Brazil and Mexico: a map with a hole in it smooths towards the wrong places."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from citizen_security.tables import catalog

PAIRS = catalog.load("state_neighbours")
STATES = {"BRA": 27, "MEX": 32}

# Neighbours as anyone with an atlas counts them: from the most to the fewest, with the borders that are easily missed.
NEIGHBOURS = {
    ("BRA", "BA"): "AL ES GO MG PE PI SE TO",
    ("BRA", "MG"): "BA DF ES GO MS RJ SP",
    ("BRA", "AM"): "AC MT PA RO RR",
    ("BRA", "DF"): "GO MG",
    ("BRA", "AP"): "PA",
    ("BRA", "RS"): "SC",
    ("MEX", "15"): "09 12 13 16 17 21 22 29",
    ("MEX", "24"): "11 13 19 22 28 30 32",
    ("MEX", "32"): "01 05 10 11 14 18 24",
    ("MEX", "14"): "01 06 11 16 18 32",
    ("MEX", "09"): "15 17",
    ("MEX", "03"): "02",
}


def neighbours(country):
    """Neighbours of each state, whichever way round its pairs are written."""
    own = PAIRS.loc[PAIRS["iso3"] == country, ["state_code", "neighbour_code"]].to_numpy()
    found = {}
    for one, other in [*own, *own[:, ::-1]]:
        found.setdefault(one, set()).add(other)
    return found


@pytest.mark.parametrize("country", STATES)
def test_every_state_of_the_country_and_no_other_is_there_and_can_be_reached(country):
    map_of = neighbours(country)
    assert set(map_of) == set(catalog.load("state_year").query("iso3 == @country")["state_code"])
    assert len(map_of) == STATES[country]
    codes = sorted(map_of)
    touching = np.array([[other in map_of[one] for other in codes] for one in codes])
    assert connected_components(touching)[0] == 1


def test_a_pair_stands_once_in_the_order_of_its_codes():
    assert (PAIRS["state_code"] < PAIRS["neighbour_code"]).all()
    assert PAIRS["iso3"].value_counts().to_dict() == {"BRA": 51, "MEX": 66}


@pytest.mark.parametrize(("country", "state"), NEIGHBOURS, ids=lambda code: code)
def test_a_state_has_the_neighbours_of_the_atlas(country, state):
    assert " ".join(sorted(neighbours(country)[state])) == NEIGHBOURS[country, state]


def test_borders_that_are_short_or_doubted_say_so():
    noted = PAIRS[PAIRS["border_note"].notna()]
    assert noted[["state_code", "neighbour_code"]].to_numpy().tolist() == [["DF", "MG"], ["11", "32"]]
