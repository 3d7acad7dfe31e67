"""What is said of a selection's concentration and of meta-analyses turns with the selection."""

from dataclasses import replace

import pytest
from evidence.hand_counted import HAND

from citizen_security.evidence.evidence_gap_map import evidence_spread, map_cells
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.evidence_gap_map.sentences import (
    burden_sentence,
    concentration_sentence,
    elsewhere_sentence,
    most_studied_sentence,
    selection_sentence,
)
from citizen_security.evidence.evidence_gap_map.study_filter import filter_studies
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
        "On a scale from 0, where every state has as many, to 1, where one has all, 54 studies are spread at "
        f"{gini:.2f} (the Gini coefficient). Chance alone would give about"
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
    few = replace(selection, studies=HAND.assign(group=["evaluation", "pooled_trial", "pooled_trial"]))
    names = INTERVENTIONS["cctv"].label, INTERVENTIONS["cash_transfers"].label
    said = most_studied_sentence(few)
    assert said == (
        f"The interventions with most studies are {names[0]} and {names[1]}, with 100% of those on the map; 2 of 3 "
        "studies are here because a review printed them."
    )
    one = replace(few, studies=few.studies.iloc[[0]])
    assert most_studied_sentence(one).startswith(f"The intervention with most studies is {names[0]}, with 100%")
    assert elsewhere_sentence(few) == "1 of 1 studies with a site elsewhere are here because a review printed them."
    assert elsewhere_sentence(one) == "The selection holds no study with a site elsewhere."


def test_a_study_in_both_panels_is_counted_in_each_and_named(selection):
    both = replace(selection, studies=HAND.assign(in_elsewhere=[False, True, True]))
    assert elsewhere_sentence(both).endswith("One study with sites here and there is in both panels.")
    assert "both panels" not in elsewhere_sentence(replace(both, region="elsewhere"))
    assert elsewhere_sentence(replace(both, region="lac")).startswith("The selection keeps to studies with a site in")
    panel = map_cells.panels(selection, "all").query("region == 'elsewhere'")
    held = {study for ids in panel["study_ids"] for study in ids}
    assert f"of {len(held)} studies with a site elsewhere" in elsewhere_sentence(selection)


@pytest.mark.parametrize(
    ("region", "said"),
    [
        (
            "all",
            "The selection holds three studies, two of them with a site in Latin America and the Caribbean: 67% (21%",
        ),
        (
            "lac",
            "The selection keeps to studies with a site in Latin America and the Caribbean, and holds three studies.",
        ),
        (
            "elsewhere",
            "The selection keeps to studies with a site elsewhere, and holds three studies; two of them with a site in",
        ),
    ],
)
def test_what_the_selection_holds_is_told_of_its_region(selection, region, said):
    found = selection_sentence(replace(selection, studies=HAND, region=region))
    assert found.startswith(said.format(place="Latin America and the Caribbean"))


def test_the_map_and_every_count_are_of_the_same_studies(coded):
    asked = EvidenceGapMap.from_values({"region": "lac", "minimum_maryland_level": 5})
    kept = filter_studies(coded, asked)
    assert kept.studies["in_lac"].all()
    panel = map_cells.panels(kept, "lac")
    assert {study for ids in panel["study_ids"] for study in ids} == set(kept.studies["study_id"])


def test_few_studies_or_states_say_nothing_of_concentration(selection, gaps):
    brazil = gaps[gaps["iso3"] == "BRA"]
    found = evidence_spread.spreads(selection, brazil, QUICK)
    assert concentration_sentence(found) == (
        f"How concentrated the studies are is not told of {found.states.n} studies over one state; that takes 10 "
        "studies over 5 states."
    )
    assert found.table()["Gini coefficient (95% interval)"].iloc[0].startswith("not told of fewer than 10 studies")
    few = replace(selection, studies=selection.studies[selection.studies["in_lac"]].head(9))
    assert "not told of nine studies over 33 states" in concentration_sentence(
        evidence_spread.spreads(few, gaps, QUICK)
    )


def test_the_burden_is_of_the_states_asked_for(gaps):
    every = burden_sentence(gaps, len(gaps))
    assert "of the region's homicides" in every
    assert every.startswith(f"{(gaps['studies'] == 0).sum()} of {len(gaps)} states are in no study, and with them ")
    brazil = burden_sentence(gaps[gaps["iso3"] == "BRA"], len(gaps))
    assert brazil.startswith("Every state asked for is in a study; of the homicides of the states asked for ")
    without = gaps[gaps["studies"] == 0].head(2)
    said = burden_sentence(without, len(gaps))
    assert said.startswith("All 2 states asked for are in no study, and with them 100% of the homicides of the states")
