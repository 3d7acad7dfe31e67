"""The parameters of the map say what they take, and refuse the rest in words that help."""

import pytest

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies
from citizen_security.parameters import ParameterError


def test_the_defaults_leave_out_no_study(coded):
    kept = filter_studies(coded, EvidenceGapMap.from_values({}))
    assert len(kept.studies) + len(kept.reviews) == len(coded)


def test_quick_effort_draws_fewer_bootstrap_samples():
    assert EvidenceGapMap.from_values({}).bootstrap_draws == 4000
    assert EvidenceGapMap.from_values({"effort": "quick"}).bootstrap_draws == 400


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first_year": 2010, "last_year": 2000}, "first_year = 2010 is after last_year = 2000"),
        ({"interventions": []}, "interventions is an empty list. Allowed: all or a list of at least 1"),
        ({"outcomes": []}, "outcomes is an empty list"),
        ({"kinds": []}, "kinds is an empty list. Allowed: a list of at least 1"),
        ({"kinds": ["review"]}, "add evaluation or pooled_trial"),
        ({"outcomes": ["trust", "trust"]}, "outcomes names trust more than once"),
        ({"region": "LAC"}, "did you mean 'lac'"),
        ({"minimum_maryland_level": 6}, "from 0 to 5"),
        ({"minimum_maryland_level": "4"}, "integer from 0 to 5"),
        ({"interventions": "cctv"}, "interventions"),
        ({"interventions": ["hot_spot_policing"]}, "hot_spot"),
        ({"countries": []}, "countries is an empty list. Allowed: all or a list of at least 1"),
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
