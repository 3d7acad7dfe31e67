"""Later collections: counted otherwise than the table says, they would test nothing."""

import pytest

from citizen_security.evidence.selection_on_outcome.later_collections import (
    directions_by_year,
    later_counts,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.tables import catalog

DEFAULTS = SelectionOnOutcome.from_values({})


@pytest.fixture(scope="module")
def coded():
    return coded_studies(catalog.load("studies"), catalog.load("countries"))


def test_later_evaluations_are_those_of_the_table(coded):
    found = later_counts(coded, DEFAULTS)
    own = list(found.values())[1]
    table = directions_by_year(coded, DEFAULTS.later_from)
    column = table[f"from {DEFAULTS.later_from}"]
    assert own.positive == column["beneficial"]
    assert own.total == column["all"] - column.get("not_stated", 0)
