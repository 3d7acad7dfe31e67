"""What the pages quote is recorded, or said to be missing."""

from evidence.bodies_by_hand import DEFAULTS, NO_JUDGEMENTS, effects_frame

from citizen_security.evidence.certainty import headline
from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.domains import DOMAINS
from citizen_security.evidence.certainty.grades import grade_bodies, judged_otherwise
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.values import Missing

ROWS = [("one", -0.40, 0.1, True), ("two", -0.42, 0.1, True), ("three", -0.38, 0.1, True)]


def graded(code):
    return grade_bodies(
        bodies_of_evidence(effects_frame(ROWS, intervention=code), DEFAULTS), {}, NO_JUDGEMENTS, DEFAULTS
    )


def test_a_page_has_its_sentence_whether_or_not_it_can_be_graded():
    values = headline.page_values(graded("cash_transfers"))
    recorded = {value.name: value.value for value in values if not isinstance(value, Missing)}
    assert {f"{code}_certainty_sentence" for code in PAGES} <= set(recorded)
    assert recorded["hot_spots_policing_certainty_sentence"].startswith("No certainty can be given")
    assert recorded["cash_transfers_certainty_sentence"].startswith("Very low certainty on homicide")
    cells = {f"cash_transfers_{domain}_steps" for domain in DOMAINS}
    assert cells <= set(recorded)
    missing = {value.names for value in values if isinstance(value, Missing)}
    assert missing == {f"{code}_*" for code in PAGES if code != "cash_transfers"}


def test_the_answers_are_summed_up_in_sentences():
    found = graded("cash_transfers")
    values = {value.name: value.value for value in headline.certainty_values(found, judged_otherwise(found), 12)}
    assert values["certainty_verdict"].startswith("1 of 12 interventions with a study")
    assert values["judged_sentence"] == "The rules decide every step."
    assert set(values) == {
        "certainty_verdict",
        "region_certainty_sentence",
        "steps_sentence",
        "small_studies_sentence",
        "judged_sentence",
        "unjudged_sentence",
    }
