"""What is said follows the flow and the grades, in whole sentences."""

from dataclasses import replace

import pandas as pd
import pytest
from evidence.bodies_by_hand import DEFAULTS, NO_JUDGEMENTS, effects_frame, one_body

from citizen_security.evidence.certainty import grades, sentences
from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.domains import SMALLER_MORE

ROWS = [("one", -0.40, 0.1, True), ("two", -0.42, 0.1, True), ("three", -0.38, 0.1, True)]
SOUND = dict.fromkeys(("one", "two", "three"), "low")


def graded(*frames, risks=SOUND):
    bodies = bodies_of_evidence(pd.concat(frames, ignore_index=True), DEFAULTS)
    return grades.grade_bodies(bodies, risks, NO_JUDGEMENTS, DEFAULTS)


def test_the_flow_is_told_step_by_step():
    stages = pd.DataFrame(
        {"stage": ["found", "on_map", "with_effect", "usable", "pooled"], "collection": [90, 80, 60, 40, 30]}
    )
    assert sentences.flow_sentence(stages) == (
        "Of 90 rows in the table 80 are studies on the map, 60 have a figure of an effect, 40 have one "
        "with its error, and 30 can be pooled with another."
    )


def test_where_the_pooled_come_from_is_counted():
    coded = pd.DataFrame({"study_id": ["a", "b", "c"], "group": ["pooled_trial", "evaluation", "pooled_trial"]})
    said = sentences.origin_sentence(coded, {"a", "b", "c"})
    assert said == "2 of 3 studies that can be pooled are here because a review had printed them."
    assert sentences.origin_sentence(coded, set()) == "No study can be pooled with another."


def test_what_was_read_names_the_most_first_and_what_is_not_told():
    table = pd.DataFrame(
        [("Where", "News", 1), ("Where", "Page of a journal", 4), ("What", "Abstract", 3), ("What", "Not told", 2)],
        columns=["question", "answer", "region"],
    )
    assert sentences.reading_sentence(table) == (
        "Of five studies with a site in the region the facts were read at: page of a journal (4) and news (1). "
        "What was read of them: abstract (3); not told for 2."
    )
    assert "not told" not in sentences.reading_sentence(table.iloc[:3])
    assert sentences.reading_sentence(table.assign(region=0)) == "No study of the region was read."


def test_the_verdict_counts_levels_from_the_highest_and_says_when_all_are_alike():
    mixed = graded(effects_frame(ROWS, maryland_level=5), effects_frame(ROWS, intervention="cctv"))
    assert sentences.certainty_verdict(mixed, 7) == (
        "2 of 7 interventions with a study have an effect that can be graded. "
        "Certainty that it holds for violence in the region is high for one and low for one."
    )
    alike = graded(effects_frame(ROWS), effects_frame(ROWS, intervention="cctv"))
    assert sentences.certainty_verdict(alike, 7).endswith("in the region is low for each of them.")
    assert sentences.certainty_verdict([], 7) == "None of the 7 interventions with a study can be graded."


def test_the_region_is_told_by_its_own_studies_alone():
    elsewhere = [(name, effect, error, False) for name, effect, error, _ in ROWS]
    found = graded(
        effects_frame(elsewhere, maryland_level=5),
        effects_frame(ROWS, intervention="cctv"),
        effects_frame(ROWS[:1], intervention="urban_upgrading"),
    )
    assert sentences.region_certainty_sentence(found) == (
        "Two graded answers rest on studies of the region, one of them on one study each. "
        "The most certain is of low certainty: surveillance cameras (CCTV) on homicide and violent death."
    )
    alone = [found[-1]]
    assert sentences.region_certainty_sentence(alone).startswith("One graded answer rests on studies of the region, on")
    assert "Two graded answers rest on studies of the region, each on one study. " in (
        sentences.region_certainty_sentence(alone * 2)
    )
    assert sentences.region_certainty_sentence(found[:1]) == "No graded answer rests on studies of the region."
    # In the order of the scheme the answer from elsewhere is the first.
    assert found[0].body.intervention == "gang_truce"


def test_reasons_are_counted_by_answer():
    found = graded(effects_frame(ROWS), effects_frame(ROWS[:1], intervention="cctv"), risks=SOUND | {"one": "serious"})
    assert sentences.steps_sentence(found) == (
        "Of two answers, so many are lowered for each reason: risk of bias 1 and imprecision 1."
    )
    assert sentences.steps_sentence(graded(effects_frame(ROWS))) == "No answer is lowered for any reason."


def test_a_page_says_certainty_studies_effect_and_why():
    (grade,) = graded(effects_frame(ROWS[:1]), risks={"one": "critical"})
    said = sentences.certainty_sentence(grade)
    assert said.startswith(
        "Very low certainty on homicide and violent death, from one study without random assignment: rate "
    )
    assert said.endswith("It starts at low and goes down for risk of bias (two steps) and imprecision (one step).")
    (sound,) = graded(effects_frame(ROWS, maryland_level=5))
    assert sentences.certainty_sentence(sound).endswith("It starts at high and nothing lowers it.")
    assert sentences.certainty_sentence(None).startswith("No certainty can be given: none of the studies")


def test_a_step_for_what_nobody_judged_is_told_with_what_would_be_without_it():
    (grade,) = graded(effects_frame(ROWS, maryland_level=5), risks={})
    assert (grade.certainty, grade.certainty_without_unjudged) == ("moderate", "high")
    assert sentences.certainty_sentence(grade).endswith(
        "Nobody judged the studies for bias; if that were not counted, certainty would be high."
    )
    assert sentences.step_in_words(grade.steps[0]) == (
        "not judged, one step for what is unknown: all of the weight is in studies of a risk of bias that nobody judged"
    )
    said = sentences.unjudged_sentence([grade])
    assert said.startswith("One answer rests on three studies of which most were not judged")
    question = "gang truce and mediation (three studies with random assignment)"
    assert said.endswith(f"If that were not counted, certainty would be high for {question}.")
    (low,) = graded(effects_frame(ROWS[:1], maryland_level=2, intervention="cctv"), risks={})
    assert (low.certainty, low.certainty_without_unjudged) == ("very low", "very low")
    assert sentences.certainty_sentence(low).endswith("if that were not counted, certainty would still be very low.")
    assert sentences.unjudged_sentence([grade, low]).endswith(f"high for {question} and still very low for the other.")
    assert sentences.unjudged_sentence([low]).endswith("certainty would be still very low for each of them.")
    assert "risk of bias 1 (one of them for what nobody judged)" in sentences.steps_sentence([grade])
    (sound,) = graded(effects_frame(ROWS, maryland_level=5))
    assert sentences.unjudged_sentence([sound]) == "No answer is lowered for a risk of bias that nobody judged."


def test_publication_bias_that_was_not_tested_is_no_acquittal_and_small_studies_that_cost_nothing_are_explained():
    (untested,) = graded(effects_frame(ROWS))

    def said(*steps):
        bodies = [replace_step(untested, steps=number, reason=reason) for number, reason in steps]
        return sentences.small_studies_sentence([*bodies, untested])

    more, clear = f"{SMALLER_MORE} (Egger's test has p = 0.01), and so on", "undetected"
    asked = "answers; a dash stands for the others, and is no acquittal."
    assert said((0, clear)) == (
        f"Publication bias could be tested for 1 of 2 {asked} In none of them do small studies find more benefit by "
        "more than chance."
    )
    lead = (
        f"Publication bias could be tested for 2 of 3 {asked} In {{}} of them small studies find more benefit by more"
    )
    assert said((0, more), (0, clear)).startswith(f"{lead.format('one')} than chance, and that costs no step: ")
    assert said((0, more), (0, clear)).endswith("without significant benefit are missing, and it does not.")
    assert "costs one of them a step: " in said((0, more), (1, more))
    assert said((0, more), (1, more)).endswith(", and it does for one.")
    assert said((1, more), (0, clear)).endswith(", and it does.")
    assert sentences.small_studies_sentence([untested]).startswith(
        "Publication bias could be tested for no answer; a dash"
    )


def replace_step(grade, **changes):
    steps = [replace(step, **changes) if step.domain == "publication_bias" else step for step in grade.steps]
    return replace(grade, steps=tuple(steps))


def test_other_answers_of_an_intervention_are_told_apart():
    found = graded(
        effects_frame(ROWS), effects_frame(ROWS[:1], outcome="victimisation"), effects_frame(ROWS, intervention="cctv")
    )
    by_code = {(it.body.intervention, it.body.outcome): it for it in found}
    said = sentences.others_sentence(by_code["gang_truce", "homicide"], found)
    assert said.startswith(
        "Victimisation in surveys, one study without random assignment: very low certainty, rate 33% lower"
    )
    assert sentences.others_sentence(by_code["cctv", "homicide"], found) == "No other answer of it is graded."


def test_a_step_says_whose_judgement_it_is():
    judged = NO_JUDGEMENTS.copy()
    judged.loc[0] = ["gang_truce", "homicide", "indirectness", 2, "the window ends early", "a reader", "the abstract"]
    (grade,) = grades.grade_bodies([one_body(ROWS)], SOUND, judged, DEFAULTS)
    steps = {step.domain: step for step in grade.steps}
    assert sentences.step_in_words(steps["indirectness"]) == (
        "two steps: the window ends early (judged by a reader, from the abstract; the rule gives no step)"
    )
    assert sentences.step_in_words(steps["imprecision"]) == (
        "none: the interval lies on the side of a fall, on three studies; how many events they have is unknown, so the "
        "rule of the fewest events is not applied"
    )
    otherwise = grades.judged_otherwise([grade])
    assert sentences.judged_sentence(otherwise) == "One step is judged otherwise than by the rule, by a reader."
    assert sentences.judged_sentence(otherwise.iloc[:0]) == "The rules decide every step."


@pytest.mark.parametrize("outcome", ["homicide", "victimisation"])
def test_the_outcome_of_an_answer_is_named(outcome):
    (grade,) = graded(effects_frame(ROWS, outcome=outcome))
    assert sentences.OUTCOMES[outcome].label.lower() in sentences.certainty_sentence(grade)
