"""Every set under each method: a set that is dropped would be one that nobody asks about."""

import pytest

from citizen_security.evidence.publication_bias.adjusted_effects import METHODS
from citizen_security.evidence.publication_bias.every_set import compare_sets
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.study_sets import sets_of_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


def test_each_set_has_a_row_for_each_method(harmonised):
    smallest = sets_of_studies(harmonised).iloc[-2:]["intervention"]
    two = harmonised[harmonised["intervention"].isin(smallest)]
    found = compare_sets(two, PublicationBias())
    assert found.groupby("intervention")["method"].apply(list).tolist() == [list(METHODS)] * 2
    assert found.groupby("intervention")[["egger_p", "scale"]].nunique().eq(1).all(axis=None)
    assert list(found.columns[:3]) == ["intervention", "scale", "egger_p"]
    assert found.index.tolist() == list(range(len(found)))
