"""The region's evidence is counted once, and the sentence that every page quotes follows the count."""

import pandas as pd
import pytest
from evidence.bodies_by_hand import effects_frame

from citizen_security.evidence.studies.region_evidence import (
    RegionEvidence,
    poolable_sizes,
    region_evidence,
    region_evidence_sentence,
    region_value,
)

ROWS = [("one", -0.4, 0.1, True), ("two", -0.1, 0.2, True), ("three", -0.3, 0.15, False)]


def coded(*studies, group="evaluation", in_lac=True):
    return pd.DataFrame({"study_id": studies, "group": group, "in_lac": in_lac})


def test_only_studies_of_the_region_count_and_reviews_do_not():
    given = pd.concat([coded("one", "two", "four"), coded("five", group="review"), coded("three", in_lac=False)])
    found = region_evidence(given, effects_frame(ROWS))
    assert found == RegionEvidence(studies=3, usable=2, pooled={"gang_truce": 2})


@pytest.mark.parametrize(
    "apart",
    [
        {"outcome": "victimisation"},
        {"measure": "odds_ratio"},
        {"scale": "standardised_mean_difference"},
        {"intervention": "cctv"},
    ],
)
def test_effects_that_answer_two_questions_are_not_pooled(apart):
    both = pd.concat([effects_frame(ROWS[:1]), effects_frame(ROWS[1:2], **apart)])
    assert region_evidence(coded("one", "two"), both).pooled == {}


def test_effects_on_no_outcome_or_on_a_scale_of_their_own_are_averaged_with_nothing():
    blank = effects_frame(ROWS, outcome="")
    dose = effects_frame(ROWS, scale="log_ratio_per_percentage_point_of_coverage")
    assert poolable_sizes(pd.concat([blank, dose])).empty
    assert region_evidence(coded("one", "two"), dose).usable == 2


def test_an_intervention_is_told_by_the_outcome_of_most_studies():
    both = pd.concat([effects_frame(ROWS[:2]), effects_frame([*ROWS[:2], ("four", -0.2, 0.1, True)], outcome="trust")])
    assert region_evidence(coded("one", "two", "four"), both).pooled == {"gang_truce": 3}


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (
            RegionEvidence(54, 7, {"alcohol_restriction": 2}),
            "Of 54 studies with a site in Latin America and the Caribbean, seven printed an effect "
            "together with its margin of error where it was read, and one intervention has two or more "
            "of them that can be averaged: two of alcohol sale hours.",
        ),
        (
            RegionEvidence(30, 1, {}),
            "Of 30 studies with a site in Latin America and the Caribbean, one printed an effect "
            "together with its margin of error where it was read, and no intervention has two of them that can "
            "be averaged.",
        ),
        (
            RegionEvidence(60, 14, {"cctv": 4, "alcohol_restriction": 3}),
            "Of 60 studies with a site in Latin America and the Caribbean, 14 printed an effect "
            "together with its margin of error where it was read, and two interventions have two or more of them "
            "that can be averaged: four of surveillance cameras (CCTV) and three of "
            "alcohol sale hours.",
        ),
        (RegionEvidence(0, 0, {}), "This collection has no study with a site in Latin America and the Caribbean."),
    ],
)
def test_the_sentence_follows_the_count(evidence, said):
    assert region_evidence_sentence(evidence) == said


def test_every_notebook_records_it_under_one_name():
    value = region_value(coded("one", "two"), effects_frame(ROWS))
    assert value.name == "region_evidence_sentence"
    assert value.value.startswith("Of two studies with a site in Latin America")
