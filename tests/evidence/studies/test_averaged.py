"""One rule says which effects are averaged, and the map, the means, the grades and the flow all follow it."""

import pandas as pd
import pytest

from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.evidence_gap_map import cell_effects
from citizen_security.evidence.meta_analysis.intervention_summaries import main_outcomes
from citizen_security.evidence.studies.averaged import averaged, enters_a_mean, level_of_effect
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention, whatever_the_level
from citizen_security.evidence.studies.region_evidence import poolable_sizes
from citizen_security.tables import catalog


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.mark.parametrize(
    ("study", "derivation", "level", "enters"),
    [
        (5, "as_published", 5, True),
        (3, "as_published", 3, True),
        (2, "as_published", 2, False),
        (1, "as_published", 1, False),
        (5, "before_after", 2, False),
        (3, "before_after", 2, False),
        (1, "before_after", 1, False),
        (pd.NA, "as_published", 0, False),
        (None, "before_after", 0, False),
    ],
)
def test_a_place_s_own_change_has_level_two_whatever_the_study(study, derivation, level, enters):
    assert level_of_effect(study, derivation) == level
    assert enters_a_mean(study, derivation) is enters


@pytest.mark.parametrize(
    ("studies", "enters", "kept"),
    [
        (["a", "b"], [True, False], [0]),
        (["a", "b"], [True, True], [0, 1]),
        # Two that may not enter are no mean, one alone is none either and is kept as what it is.
        (["a", "b"], [False, False], []),
        (["a", "a"], [False, False], [0, 1]),
        (["a", "a"], [False, True], [1]),
    ],
)
def test_what_enters_a_mean_is_averaged_and_a_study_alone_stays(studies, enters, kept):
    rows = pd.DataFrame({"study_id": studies, "enters_a_mean": enters, "question": "one"}, index=range(len(studies)))
    assert averaged(rows, ["question"]).index.tolist() == kept


def test_questions_are_kept_apart():
    rows = pd.DataFrame({"study_id": ["a", "b"], "enters_a_mean": [True, False], "question": ["one", "other"]})
    assert len(averaged(rows, ["question"])) == 2


def test_a_before_after_figure_is_in_no_mean_of_any_page(harmonised):
    sample = sample_of_intervention(harmonised, "alcohol_restriction", "homicide")
    assert "lima2012" not in set(sample.studies["study_id"])
    assert set(sample.not_averaged["study_id"]) == {"lima2012"}
    assert set(whatever_the_level(sample).studies["study_id"]) == {*sample.studies["study_id"], "lima2012"}
    cells = cell_effects.on_one_scale(cell_effects.study_effects(harmonised)).set_index(["study_id", "outcome"])
    assert not cells.loc[("lima2012", "homicide"), "is_averaged"]
    assert cells.loc[("sanchez2011", "homicide"), "is_averaged"]
    sizes = poolable_sizes(harmonised)
    assert sizes[("alcohol_restriction", "homicide", "log_ratio", "rate_ratio")] == 1


def test_the_same_studies_are_averaged_by_the_map_the_means_and_the_grades(harmonised):
    cells = cell_effects.on_one_scale(cell_effects.study_effects(harmonised))
    cells = cells[cells["is_averaged"]]
    bodies = bodies_of_evidence(harmonised, Certainty.from_values({}))
    for intervention, outcome in main_outcomes(harmonised).items():
        mean = set(sample_of_intervention(harmonised, intervention, outcome).studies["study_id"])
        of_cell = cells[(cells["intervention"] == intervention) & (cells["outcome"] == outcome)]
        graded = [it.sample for it in bodies if (it.intervention, it.outcome) == (intervention, outcome)]
        assert set(of_cell["study_id"]) == mean
        assert set().union(*(it.studies["study_id"] for it in graded)) == mean, intervention
