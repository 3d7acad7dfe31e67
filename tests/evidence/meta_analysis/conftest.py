"""Samples that the tests of the room share."""

import pytest

from citizen_security.evidence.meta_analysis.intervention_summaries import summarise
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention, whatever_the_level
from citizen_security.tables import catalog


@pytest.fixture(scope="session")
def data():
    return {name: catalog.load(name) for name in ("effects", "studies", "countries")}


@pytest.fixture(scope="session")
def harmonised(data):
    return harmonised_effects(data["effects"], data["studies"])


@pytest.fixture(scope="session")
def coded(data):
    return coded_studies(data["studies"], data["countries"])


@pytest.fixture(scope="session")
def summaries(coded, harmonised):
    found = summarise(coded, harmonised, MetaAnalysis.from_values({}))
    return {summary.intervention: summary for summary in found}


@pytest.fixture(scope="session")
def therapy(harmonised):
    return whatever_the_level(sample_of_intervention(harmonised, "cognitive_behavioural_therapy"))


@pytest.fixture(scope="session")
def alcohol(harmonised):
    return whatever_the_level(sample_of_intervention(harmonised, "alcohol_restriction"))
