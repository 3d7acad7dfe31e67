"""A grade is where it starts less the steps down, and no lower than very low."""

import pandas as pd
import pytest
from evidence.bodies_by_hand import DEFAULTS, NO_JUDGEMENTS, effects_frame, one_body

from citizen_security.evidence.certainty import grades
from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.domains import DOMAINS, Step
from citizen_security.evidence.certainty.parameters import Certainty

HERE = [("one", -0.40, 0.1, True), ("two", -0.42, 0.1, True), ("three", -0.38, 0.1, True)]
SOUND = dict.fromkeys(("one", "two", "three"), "low")


def graded(rows=HERE, risks=SOUND, parameters=DEFAULTS, judgements=NO_JUDGEMENTS, **constant):
    (grade,) = grades.grade_bodies([one_body(rows, parameters, **constant)], risks, judgements, parameters)
    return grade


def lowered(start, *steps):
    return grades.Grade(one_body(HERE), start, tuple(Step("imprecision", step, "", step) for step in steps))


@pytest.mark.parametrize(
    ("start", "steps", "certainty", "balance"),
    [
        (3, (0, 0), "high", 3),
        (3, (1,), "moderate", 2),
        (3, (1, 1), "low", 1),
        (1, (0,), "low", 1),
        (1, (2, 1), "very low", -2),
    ],
)
def test_steps_go_down_from_the_start(start, steps, certainty, balance):
    grade = lowered(start, *steps)
    assert (grade.certainty, grade.balance) == (certainty, balance)
    assert len(grade.lowered) == sum(step > 0 for step in steps)


@pytest.mark.parametrize(("level", "start", "certainty"), [(5, "low", "high"), (4, "low", "low"), (4, "high", "high")])
def test_randomised_studies_start_high_and_others_where_the_parameter_says(level, start, certainty):
    grade = graded(parameters=Certainty.from_values({"non_randomised_start": start}), maryland_level=level)
    assert grade.certainty == certainty


def test_a_page_leads_with_the_outcome_of_most_studies_and_on_it_with_the_most_certain():
    frame = pd.concat(
        [
            effects_frame(HERE[:1], outcome="homicide", maryland_level=5),
            effects_frame(HERE[1:], outcome="victimisation", maryland_level=5),
            effects_frame([*HERE[:2], ("four", -0.4, 0.1, True)], outcome="victimisation"),
        ],
        ignore_index=True,
    )
    normal = Certainty.from_values({"test": "normal"})
    every = grades.grade_bodies(bodies_of_evidence(frame, normal), SOUND | {"four": "low"}, NO_JUDGEMENTS, normal)
    assert [(it.body.outcome, it.certainty) for it in every] == [
        ("homicide", "moderate"), ("victimisation", "moderate"), ("victimisation", "low"),
    ]  # fmt: skip
    (first,) = grades.leading(every).values()
    # Not homicide, which is as certain and has one study.
    assert (first.body.outcome, first.body.is_randomised) == ("victimisation", True)


def test_of_equal_answers_the_first_leads():
    both = pd.concat([effects_frame(HERE, outcome="victimisation"), effects_frame(HERE, outcome="homicide")])
    every = grades.grade_bodies(bodies_of_evidence(both, DEFAULTS), SOUND, NO_JUDGEMENTS, DEFAULTS)
    assert [grade.body.outcome for grade in grades.leading(every).values()] == ["homicide"]


def test_the_summary_says_effect_certainty_and_every_reason():
    (row,) = grades.summary_of_findings([graded(maryland_level=5)]).to_dict("records")
    assert row["Studies"] == "three studies with random assignment"
    assert row["Effect"].startswith("rate 33% lower (95% interval: ")
    assert (row["Certainty"], row["Starts at"]) == ("high", "high")
    assert row.pop("Publication bias") == "not assessed, no step: three studies are too few to test (from 10 on)"
    assert all(row[label].startswith("0: ") for domain, label in DOMAINS.items() if domain != "publication_bias")
    (few,) = grades.summary_of_findings([graded(HERE[:2])]).to_dict("records")
    assert few["Imprecision"].startswith("−")


def test_the_summary_names_the_publications_where_one_holds_several_studies():
    (row,) = grades.summary_of_findings([graded(label="Shapland (2008)")]).to_dict("records")
    assert row["Studies"] == "three studies from one publication without random assignment"


def test_a_judgement_is_listed_with_what_the_rule_would_have_given():
    judged = NO_JUDGEMENTS.copy()
    judged.loc[0] = ["gang_truce", "homicide", "indirectness", 1, "the window ends early", "a reader", "the abstract"]
    grade = graded(judgements=judged)
    assert grade.certainty == "very low"
    (row,) = grades.judged_otherwise([grade]).to_dict("records")
    assert (row["By the rule"], row["As judged"], row["Judged by"]) == (0, 1, "a reader")
    assert grades.judged_otherwise([graded()]).empty
    steps = grades.steps_table([grade]).set_index("domain")
    assert steps.loc["indirectness", ["by_rule", "steps"]].tolist() == [0, 1]


def test_the_picture_has_a_row_a_body_and_domain():
    rows = grades.picture_rows([graded(), graded(maryland_level=5)])
    assert len(rows) == 2 * len(DOMAINS)
    assert rows["question"].nunique() == 2
    assert rows["question"].iloc[-1].endswith("homicide and violent death, randomised")


@pytest.mark.parametrize("start", ["low", "high"])
def test_the_printed_rules_have_the_numbers_of_the_run(start):
    chosen = {
        "smallest_change": 17.0,
        "fewest_events": 123,
        "high_i_squared": 66.0,
        "tested_from": 22,
        "grave_share": 0.4,
    }
    rules = grades.printed_rules(Certainty.from_values({"non_randomised_start": start, **chosen}))
    assert list(rules["Domain"]) == list(DOMAINS.values())
    text = " ".join(map(str, rules.to_numpy().ravel()))
    for number in ("17%", "123 events", "66%", "22 studies", "40%"):
        assert number in text
    assert ("moderate risk or worse" in text) == (start == "high")
