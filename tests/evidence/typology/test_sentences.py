"""Sentences of the figure follow its tables, also where there is nothing."""

import pandas as pd
import pytest

from citizen_security.evidence.typology import sentences as said
from citizen_security.evidence.typology.cells import Placed

PARTS = pd.DataFrame(
    [
        ("state_crime", "threat", "State crime and corruption", "our_reading"),
        ("petty_crime", "threat", "Petty crime", "text"),
        ("social_prevention", "strategy", "Social prevention", "our_reading"),
    ],
    columns=["part", "kind", "label", "side_from"],
)
ROWS = pd.DataFrame(
    [
        ("state_crime", "social_prevention", "Oversight", None, "text", None),
        ("petty_crime", "social_prevention", "Welfare", "cash_transfers", "text", "our_reading"),
    ],
    columns=["threat", "strategy", "measure", "intervention", "threat_from", "intervention_from"],
)
STUDIES = pd.DataFrame(
    {
        "study_id": ["a", "b", "c"],
        "interventions": [("cash_transfers",), ("cash_transfers",), ("cctv",)],
        "in_lac": [True, False, True],
        "in_elsewhere": [False, True, False],
        "direction": ["beneficial", "harmful", "not_stated"],
    }
)
PLACED = Placed(ROWS, PARTS, STUDIES, 0)


def boxes(*rows):
    return pd.DataFrame(rows, columns=["label", "studies", "region", "strong"])


@pytest.mark.parametrize(
    ("rows", "start", "end"),
    [
        ([("One", 3, 2, 0), ("Two", 0, 0, 0)], "1 of 2 strategies in the figure has a", "stands behind “two”."),
        ([("One", 3, 2, 0), ("Two", 1, 0, 0)], "1 of 2 strategies", "Each has a study somewhere."),
        ([("One", 0, 0, 0), ("Two", 0, 0, 0)], "None of the 2 strategies in the figure has", "“one” or “two”."),
        ([("One", 1, 1, 0), *[("More", 0, 0, 0)] * 5], "1 of 6", "5 of 6 strategies have no study, here or elsewhere."),
        ([("One", 1, 1, 0), ("Two", 1, 1, 0)], "All 2 strategies in the figure have", "somewhere."),
    ],
)
def test_strategies_without_a_study_are_named(rows, start, end):
    found = said.strategies_sentence(boxes(*rows))
    assert found.startswith(start)
    assert found.endswith(end)


@pytest.mark.parametrize(
    ("studies", "region", "text"),
    [
        (0, 0, "Of three studies none evaluates such a measure: this side of the figure is empty."),
        (1, 1, "Of three studies one evaluates such a measure, one of them in the region."),
        (2, 0, "Of three studies two evaluate such a measure, none of them in the region."),
    ],
)
def test_the_empty_side_is_said_plainly_and_only_while_it_is_empty(studies, region, text):
    threats = pd.DataFrame([("state_crime", studies, region)], columns=["threat", "studies", "region"])
    found = said.empty_side_sentence(threats, PLACED)
    assert found.startswith("Against crime by the state and corruption the document names “oversight”.")
    assert found.endswith(text)


def test_a_side_without_a_placement_says_so():
    threats = pd.DataFrame([("state_crime", 0, 0)], columns=["threat", "studies", "region"])
    nothing = Placed(ROWS.iloc[1:], PARTS, STUDIES, 1)
    assert (
        said.empty_side_sentence(threats, nothing) == "Nothing that is placed here is set against crime by the state."
    )


def test_threats_are_ranked_and_double_counts_told():
    threats = pd.DataFrame([("One", 1), ("Two", 2)], columns=["label", "region"])
    assert said.threats_sentence(threats, PLACED) == (
        "One study of the region is in the figure: two on two and one on one. A study of a measure against several "
        "threats counts with each."
    )
    single = threats.assign(region=[0, 1])
    assert said.threats_sentence(single, PLACED).endswith("one on two and none on one.")
    assert "several threats" not in said.threats_sentence(single, PLACED)
    empty = Placed(ROWS, PARTS, STUDIES.iloc[1:], 0)
    assert said.threats_sentence(threats, empty) == "No study of the region has a place in the figure."


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([("One", 3, 2, 1), ("Two", 2, 2, 0)], "have one of level 4 or 5. Without such a design: “two”."),
        ([("One", 3, 2, 1)], "The one strategy with a study of the region has one of level 4 or 5."),
        ([("One", 3, 0, 0)], "No strategy has a study of the region, strong or weak."),
    ],
)
def test_strategies_without_a_strong_design_are_named(rows, text):
    found = said.strength_sentence(boxes(*rows))
    assert found.endswith(text.replace("have one", "has one") if "Without" in text else text)


def test_directions_are_shares_of_the_studies_that_state_one():
    found = said.direction_sentence(PLACED, 0.95)
    assert "in the region 1 of 1, 100%" in found
    assert "elsewhere 0 of 1, 0%" in found
    silent = Placed(ROWS, PARTS, STUDIES.assign(direction="not_stated"), 0)
    assert said.direction_sentence(silent, 0.95) == "No study in the figure states a direction."


@pytest.mark.parametrize(("level", "low", "told"), [(0.95, "21%", "95%"), (0.5, "69%", "50%"), (0.995, "11%", "99.5%")])
def test_intervals_of_directions_have_the_level_that_is_asked_for(level, low, told):
    found = said.direction_sentence(PLACED, level)
    assert f"in the region 1 of 1, 100% ({low} to 100%)" in found
    assert f"The {told} intervals are those of a random sample" in found


def test_interventions_without_a_place_are_named_with_their_studies():
    without = pd.DataFrame({"intervention": ["cctv"], "label": ["Surveillance cameras (CCTV)"]})
    assert said.without_place_sentence(without, PLACED) == (
        "One intervention with one study has no place in the figure. Situational prevention: surveillance cameras "
        "(CCTV). The study is of the region."
    )
    assert said.without_place_sentence(without.iloc[:0], PLACED) == (
        "Every intervention with a study has a place in the figure."
    )


def test_whose_placements_they_are_is_counted():
    assert said.placement_sentence(PLACED) == (
        "The document's text states 1 of 2 placements wholly: threat and intervention. It says where in the figure 1 "
        "of 3 threats and strategies stand."
    )
    fewer = Placed(ROWS.iloc[:1], PARTS, STUDIES, 1)
    assert said.placement_sentence(fewer).endswith("One placement that the text does not state is left out.")


def test_without_an_average_that_is_said():
    assert said.averages_sentence([], 0.95) == "Of no intervention in the figure none has studies to average."


@pytest.mark.parametrize(
    ("studies", "text"),
    [
        (STUDIES.iloc[2:], "The study is of the region."),
        (STUDIES.assign(interventions=[("cctv",)] * 3), "Two of these studies are of the region."),
        (STUDIES.assign(interventions=[("cctv",)] * 3, in_lac=True), "All of these studies are of the region."),
        (STUDIES.assign(interventions=[("cctv",)] * 3, in_lac=False), "None of these studies is of the region."),
        (STUDIES.iloc[1:2].assign(interventions=[("cctv",)]), "The study is from elsewhere."),
    ],
)
def test_how_many_of_what_has_no_place_are_of_the_region(studies, text):
    without = pd.DataFrame({"intervention": ["cctv"], "label": ["Surveillance cameras (CCTV)"]})
    assert said.without_place_sentence(without, Placed(ROWS, PARTS, studies, 0)).endswith(text)


def test_measures_without_a_study_are_named_while_they_are_few():
    assert said.measures_sentence(PLACED) == "1 of 2 measures that the document names has no study: “oversight”."
    assert said.measures_sentence(Placed(ROWS.iloc[1:], PARTS, STUDIES, 1)) == (
        "The one measure that the document names has a study."
    )
    alone = Placed(ROWS.iloc[:1], PARTS, STUDIES, 1)
    assert said.measures_sentence(alone) == "The one measure that the document names has no study."
    both = Placed(ROWS.assign(intervention="cash_transfers"), PARTS, STUDIES, 0)
    assert said.measures_sentence(both) == "Each of two measures that the document names has a study."
    rows = pd.concat([ROWS.iloc[:1].assign(measure=f"Measure {number}") for number in range(said.NAMED + 1)])
    assert said.measures_sentence(Placed(rows, PARTS, STUDIES, 0)) == (
        "All 9 measures that the document names have no study."
    )
