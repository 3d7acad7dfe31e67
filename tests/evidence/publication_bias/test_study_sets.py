"""Sets of studies: one that is too small would be corrected for what nobody can know."""

import pytest

from citizen_security.evidence.publication_bias.study_sets import sets_of_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


def test_sets_with_enough_studies_are_offered_with_the_most_first(harmonised):
    sets = sets_of_studies(harmonised)
    assert sets["studies"].is_monotonic_decreasing
    assert sets.iloc[0]["intervention"] == "cognitive_behavioural_therapy"
    assert (sets["studies"] >= 5).all()
