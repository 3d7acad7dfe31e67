"""The parameters of the map say what they take, and refuse the rest in words that help."""

import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import select
from citizen_security.evidence.studies import coding
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

# Words that no row uses yet and that a row may well use: a null is easily written so.
SPARE = {"intervention_category": ["pacification"], "outcome_category": [], "effect_direction": ["null"]}


def test_no_family_is_without_an_intervention():
    assert {intervention.family for intervention in coding.INTERVENTIONS.values()} == set(coding.FAMILIES)


def test_every_choice_is_the_code_of_some_row_so_no_row_of_the_map_is_invented():
    studies = catalog.load("studies")
    coded = coded_studies(studies, catalog.load("countries"))
    assert {code for codes in coded["interventions"] for code in codes} == set(coding.INTERVENTIONS)
    assert {code for codes in coded["outcomes"] for code in codes} == set(coding.OUTCOMES)


def test_no_word_of_the_scheme_is_unused():
    studies, effects = catalog.load("studies"), catalog.load("effects")
    used = {
        "intervention_category": studies["intervention_category"],
        "outcome_category": pd.concat([studies["outcome_category"], effects["outcome_category"]]),
        "effect_direction": studies["effect_direction"],
    }
    for column, cells in used.items():
        words = set(cells.dropna()) | {term for cell in cells.dropna() for term in coding.split(cell)}
        assert [term for term in coding.scheme().known_terms(column) if term not in words] in ([], SPARE[column])


def test_the_defaults_leave_out_no_study():
    coded = coded_studies(catalog.load("studies"), catalog.load("countries"))
    selection = select(coded, EvidenceGapMap.from_values({}))
    assert len(selection.mapped) + len(selection.reviews) == len(coded)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first_year": 2010, "last_year": 2000}, "first_year = 2010 is after last_year = 2000"),
        ({"interventions": []}, "interventions is an empty list; name at least one, or give all"),
        ({"outcomes": []}, "outcomes is an empty list"),
        ({"kinds": []}, "kinds is an empty list; name at least one"),
        ({"kinds": ["review"]}, "add evaluation or pooled_trial"),
        ({"outcomes": ["trust", "trust"]}, "outcomes names trust more than once"),
        ({"region": "LAC"}, "did you mean 'lac'"),
        ({"minimum_maryland_level": 6}, "from 0 to 5"),
        ({"minimum_maryland_level": "4"}, "integer from 0 to 5"),
        ({"interventions": "cctv"}, "interventions"),
        ({"interventions": ["hot_spot_policing"]}, "hot_spot"),
        ({"countries": []}, "countries is an empty list; name at least one, or give all"),
        ({"target": ["people", "people"]}, "target names people more than once"),
        ({"target": ["persons"]}, "people"),
        ({"colour": "effect"}, "colour"),
        ({"burden_first_year": 2020, "burden_last_year": 2019}, "burden_first_year = 2020 is after burden_last_year"),
        ({"burden_last_year": 2024}, "from 1990 to 2023"),
        ({"regions": "lac"}, "did you mean 'region'"),
    ],
)
def test_what_it_does_not_take_is_refused_with_what_it_takes(given, said):
    with pytest.raises(ParameterError) as refused:
        EvidenceGapMap.from_values(given)
    assert said in str(refused.value)


def test_two_contradictions_are_told_at_once():
    with pytest.raises(ParameterError, match=r"empty list.*after last_year"):
        EvidenceGapMap.from_values({"outcomes": [], "first_year": 2010, "last_year": 2000})
