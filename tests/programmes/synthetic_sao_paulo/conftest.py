"""The table of the states, what the study printed, and small searches for weights."""

import pytest

from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def states():
    return catalog.load("brazil_state_year")


@pytest.fixture(scope="session")
def printed_results():
    return catalog.load("published_results")


@pytest.fixture(scope="session")
def asked():
    return SyntheticSaoPaulo.from_values({"searches": 50})
