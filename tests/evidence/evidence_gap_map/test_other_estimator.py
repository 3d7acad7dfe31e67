"""Whoever meets two means of one intervention is told both and why they differ."""

import numpy as np
import pytest

from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_filter
from citizen_security.evidence.evidence_gap_map.other_estimator import other_estimator_sentence
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import ends_in_words, sample_of_intervention, without_subject
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.fixture(scope="module")
def effects(harmonised):
    return cell_effects.on_one_scale(cell_effects.study_effects(harmonised))


@pytest.fixture(scope="module")
def cells(effects):
    coded = coded_studies.coded_studies(catalog.load("studies"), catalog.load("countries"))
    on_map = study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))
    return cell_effects.cell_effects(map_cells.panels(on_map, "all"), effects)


def test_both_means_of_every_pooled_cell_are_told_as_map_and_meta_analysis_have_them(cells, effects, harmonised):
    said = other_estimator_sentence(cells, effects)
    pooled = cells[cells["reason"] == ""]
    assert len(pooled) == 3
    assert "In three cells with a mean, here and there: " in said
    for cell in pooled.to_dict("records"):
        sample = sample_of_intervention(harmonised, cell["intervention"], cell["outcome"])
        both = [pool(sample.effect, sample.variance, estimator=name, test="knapp_hartung") for name in
                ("dersimonian_laird", "restricted_maximum_likelihood")]  # fmt: skip
        first, other = (
            f"{without_subject(it.effect, sample.measure)} ({ends_in_words(*it.interval, sample.measure)})"
            for it in both
        )
        told = f"{first} in both" if first == other else f"{first} and {other}"
        assert f"{cell['intervention_label']}, {told}" in said


def test_means_that_agree_are_told_once(cells, effects):
    alike = effects.assign(effect=-0.2 * np.ones(len(effects)))
    pooled = cells[cells["reason"] == ""]
    again = cell_effects.cell_effects(pooled[["intervention", "outcome", "intervention_label", "study_ids"]], alike)
    said = other_estimator_sentence(again, alike)
    assert said.count(" in both") == 3


def test_a_map_without_a_mean_says_so(cells, effects):
    said = other_estimator_sentence(cells[cells["reason"] != ""], effects)
    assert said == "No cell has a pooled effect, so that no other page has another mean of it."
