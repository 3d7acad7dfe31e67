"""The parameters of the map say what they take, and refuse the rest in words that help."""

import json
from typing import get_args

import pytest

from citizen_security import catalog, project
from citizen_security.evidence import coding
from citizen_security.evidence.gap_map import coded_studies, select
from citizen_security.evidence.parameters import EvidenceGapMap
from citizen_security.parameters import ParameterError


def printed(field):
    package = json.loads((project.root() / "data" / "datapackage.json").read_text(encoding="utf-8"))
    studies = next(resource for resource in package["resources"] if resource["name"] == "studies")
    return next(entry for entry in studies["schema"]["fields"] if entry["name"] == field)["constraints"]["enum"]


def test_the_choices_are_the_codes_of_the_scheme():
    assert get_args(coding.InterventionCode) == tuple(coding.INTERVENTIONS)
    assert get_args(coding.OutcomeCode) == tuple(coding.OUTCOMES)
    assert {intervention.family for intervention in coding.INTERVENTIONS.values()} == set(coding.FAMILIES)


def test_every_choice_is_the_code_of_some_row_so_no_row_of_the_map_is_invented():
    studies = catalog.load("studies")
    coded = coded_studies(studies, catalog.load("countries"))
    assert {code for codes in coded["interventions"] for code in codes} == set(coding.INTERVENTIONS)
    assert {code for codes in coded["outcomes"] for code in codes} == set(coding.OUTCOMES)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("intervention_category", coding.intervention_codes),
        ("outcome_category", coding.outcome_codes),
        ("effect_direction", coding.direction_code),
    ],
)
def test_every_word_that_the_table_allows_has_a_code(field, code):
    for words in printed(field):
        code(words)  # a KeyError would lose the studies that use it


def test_no_word_of_the_scheme_is_unused_or_has_two_codes():
    for field, scheme in (("intervention_category", coding.INTERVENTIONS), ("outcome_category", coding.OUTCOMES)):
        terms = [term for entry in scheme.values() for term in entry.terms]
        assert len(terms) == len(set(terms))
        text = " | ".join(printed(field))
        assert [term for term in terms if term not in text] == []


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
