"""Sentences of the register follow its rows, also where little is known."""

import pandas as pd
import pytest

from citizen_security.evidence.programme_register import sentences as said
from citizen_security.evidence.programme_register.register import Register

COLUMNS = [
    "name", "iso3", "studies", "start_year", "end_year", "budget", "budget_currency", "budget_year", "budget_covers",
]  # fmt: skip
ROWS = pd.DataFrame(
    [
        ("One", "BRA;COL", "a;b", 2002.0, None, 8e6, "BRL", 2011.0, "one year"),
        ("Two", "COL", "b", 1999.0, 2004.0, 5e5, "USD", 2000.0, "in all"),
        ("Three", "MEX", None, None, None, None, None, None, None),
    ],
    columns=COLUMNS,
)


def of(rows):
    return Register(rows, pd.DataFrame({"study_id": ["a", "b", "c"]}))


def test_what_the_register_holds_is_counted_without_repeats():
    text = "The register holds three programmes in three countries, behind two studies."
    assert said.register_sentence(of(ROWS)) == text


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (ROWS, "2 of 3 programmes have a first year, from 1999 (Two) to 2002 (One). An end was read of one."),
        (ROWS.iloc[:1], "The one programme has a first year, in 2002 (One). No end was read."),
        (ROWS.iloc[2:], "No first year was read."),
    ],
)
def test_when_programmes_began(rows, text):
    assert said.timeline_sentence(of(rows)) == text


def test_budgets_of_two_currencies_are_not_added():
    found = said.budget_sentence(of(ROWS))
    assert found.startswith(
        "2 of 3 programmes have a published budget: One, 8,000,000 BRL (2011; one year); Two, 500,000"
    )
    assert found.endswith("They are in different currencies and are not added.")
    assert "not added" not in said.budget_sentence(of(ROWS.iloc[:1]))
    assert said.budget_sentence(of(ROWS.iloc[2:])) == "No budget was read."


def test_what_is_missing_is_said_for_every_fact():
    coverage = pd.DataFrame({"fact": ["first year", "budget"], "known": [2, 0], "missing": [1, 3], "programmes": 3})
    assert said.missing_sentence(coverage) == (
        "Of three programmes was read: first year of two and budget of none. The rest is blank, and not guessed."
    )


def test_a_document_with_two_counts_has_both_told():
    beside = pd.DataFrame(
        [("programmes", 1200, 1300, 44), ("evaluations", 85, 85, 20)],
        columns=["counted", "document_low", "document_high", "here"],
    )
    assert said.beside_sentence(beside) == (
        "The document counts and what can be found here: programmes 1,200 or 1,300, here 44; evaluations 85, here 20."
    )


def test_themes_are_told_in_their_order():
    themes = pd.DataFrame({"theme": ["Mediation", "Hard-line"], "programmes": [2, 1]})
    assert said.theme_sentence(themes) == "Programmes by theme: mediation 2 and hard-line 1."


def test_evaluations_without_a_programme_are_named_up_to_a_number():
    without = pd.DataFrame({"what_was_done": [f"thing {number}" for number in range(8)]})
    found = said.unregistered_sentence(without, 9)
    assert found.startswith("8 of 9 evaluations of the region stand behind no programme: thing 0, ")
    assert found.endswith(" and others.")
    single = said.unregistered_sentence(without.iloc[:1], 9)
    assert single == "1 of 9 evaluations of the region stands behind no programme: thing 0."
    assert said.unregistered_sentence(without.iloc[:0], 9).startswith("Every evaluation of the region")
