"""A judgement of certainty is of an answer that there is, or it is refused with its row."""

import pytest

from citizen_security import compendium
from citizen_security.evidence.certainty.judgement_checks import findings_of_tables
from citizen_security.tables import catalog


@pytest.fixture
def tables():
    return {name: catalog.load(name).copy() for name in ("certainty_judgements", "effects", "studies")}


def test_shipped_judgements_are_of_answers_and_the_command_looks(tables):
    assert findings_of_tables(tables) == []
    assert set(tables) in [set(names) for names, _ in compendium.row_checks()]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("outcome", "robbery", "'gang_truce on robbery'"),
        ("intervention", "street_lighting", "street_lighting on homicide"),
        ("intervention", "gang_truces", "did you mean 'gang_truce on homicide'"),
    ],
)
def test_a_judgement_of_no_answer_is_refused_with_its_row(tables, column, value, said):
    judgements = tables["certainty_judgements"]
    judgements.loc[judgements["intervention"] == "gang_truce", column] = value
    (error,) = findings_of_tables(tables)
    assert (error.table, error.is_error) == ("certainty_judgements", True)
    assert error.sentence.startswith("row 3 (intervention=")
    assert said in error.sentence


def test_a_judgement_lapses_with_the_effects_that_it_was_of(tables):
    effects, studies = tables["effects"], tables["studies"]
    truce = studies.loc[studies["intervention_category"].str.contains("truce"), "study_id"]
    tables["effects"] = effects[~effects["study_id"].isin(truce)]
    assert [it.key for it in findings_of_tables(tables)] == ["gang_truce"]
    # Of effects that are refused themselves nothing is said twice.
    tables["effects"] = effects.assign(standard_error=0.0)
    assert findings_of_tables(tables) == []
