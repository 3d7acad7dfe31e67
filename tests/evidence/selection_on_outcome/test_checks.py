"""Years that leave nothing to compare are refused before a kernel starts."""

import pytest

from citizen_security.evidence.selection_on_outcome.checks import check
from citizen_security.evidence.selection_on_outcome.later_collections import (
    last_year_with_direction,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def coded():
    return coded_studies(catalog.load("studies"), catalog.load("countries"))


def test_years_without_an_evaluation_are_refused_with_the_last_that_has_one(coded):
    latest = last_year_with_direction(coded)
    check(SelectionOnOutcome.from_values({"later_from": latest}))
    with pytest.raises(ParameterError, match=f"Allowed: up to {latest}"):
        check(SelectionOnOutcome.from_values({"later_from": latest + 1}))
