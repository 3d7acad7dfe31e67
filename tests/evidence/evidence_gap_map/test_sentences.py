"""What is said of a selection's concentration and of meta-analyses turns with the selection."""

from dataclasses import replace

import pytest
from evidence.hand_counted import HAND

from citizen_security.evidence.evidence_gap_map import evidence_spread
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.sentences import (
    concentration_sentence,
    elsewhere_sentence,
    most_studied_sentence,
)
from citizen_security.evidence.studies.coding import INTERVENTIONS

QUICK = EvidenceGapMap.from_values({"effort": "quick"})


@pytest.fixture(scope="module")
def spread(selection, gaps):
    return evidence_spread.spreads(selection, gaps, QUICK)


@pytest.mark.parametrize(
    ("gini", "said"),
    [(0.95, "more concentrated than"), (0.85, "about as concentrated as"), (0.5, "less concentrated than")],
)
def test_the_spread_is_held_against_that_of_the_homicides(spread, gini, said):
    followed = replace(spread.states_by_homicides, gini_expected=0.84, gini_by_chance=(0.79, 0.89))
    found = concentration_sentence(
        replace(spread, states=replace(spread.states, gini=gini, n=54), states_by_homicides=followed)
    )
    assert found.startswith(
        f"The Gini coefficient of 54 studies over states is {gini:.2f}. Chance alone would give about"
    )
    assert f"The studies are {said} the homicides are." in found
    assert "0.84 (0.79 to 0.89)" in found


def test_the_states_with_most_studies_are_as_many_as_there_are(spread):
    states = replace(spread.states, top=("BRA",), top_share=0.62)
    assert concentration_sentence(replace(spread, states=states)).endswith(
        "The one state with most studies has 62% of them."
    )


def test_where_no_study_is_of_any_state_the_spread_is_undefined(selection, gaps):
    found = evidence_spread.spreads(selection, gaps.assign(iso3="XXX"), QUICK)
    assert concentration_sentence(found).startswith("No study is in a state of the region")


def test_trials_that_a_review_printed_are_counted_among_the_most_studied_and_elsewhere(selection):
    few = replace(selection, mapped=HAND.assign(group=["evaluation", "pooled_trial", "pooled_trial"]))
    names = INTERVENTIONS["cctv"].label, INTERVENTIONS["cash_transfers"].label
    said = most_studied_sentence(few)
    assert said == (
        f"The interventions with most studies are {names[0]} and {names[1]}, with 100% of those on the map; 2 of 3 "
        "studies are here because a review printed its trials."
    )
    one = replace(few, mapped=few.mapped.iloc[[0]])
    assert most_studied_sentence(one).startswith(f"The intervention with most studies is {names[0]}, with 100%")
    assert elsewhere_sentence(few) == (
        "Of the studies from elsewhere 1 of 1 studies are here because a review printed its trials."
    )
    assert elsewhere_sentence(one) == "The selection holds no study from elsewhere."
