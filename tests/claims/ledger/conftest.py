"""The tables that the ledger measures with, and its claims measured once."""

import pytest

from citizen_security import compendium
from citizen_security.claims.ledger.judged_claims import measure_claims
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def tables():
    return {name: catalog.load(name) for name in compendium.NOTEBOOKS["claims/ledger"].tables}


@pytest.fixture(scope="session")
def found(tables):
    return measure_claims(tables, 0.95, tables["claims"]["claim_id"])
