"""The real studies, coded and filtered, that the tests of the room share."""

import pytest

from citizen_security.evidence.evidence_gap_map import homicide_burden, study_counts
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def countries():
    return catalog.load("countries")


@pytest.fixture(scope="session")
def coded(countries):
    return coded_studies(catalog.load("studies"), countries)


@pytest.fixture(scope="session")
def selection(coded):
    return filter_studies(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="session")
def gaps(selection, countries):
    burden = homicide_burden.homicide_burden(catalog.load("country_year"), 2018, 2023)
    return homicide_burden.evidence_and_burden(study_counts.evidence_by_country(selection.studies, countries), burden)
