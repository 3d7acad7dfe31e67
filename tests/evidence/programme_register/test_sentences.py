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


def of(rows, whole=None):
    return Register(rows, pd.DataFrame({"study_id": ["a", "b", "c"]}), rows if whole is None else whole)


def test_what_the_register_holds_is_counted_without_repeats():
    text = "The register holds three programmes in three countries, behind two studies."
    assert said.register_sentence(of(ROWS)) == text
    assert said.register_sentence(of(ROWS.iloc[:1], ROWS)) == (
        "Of three programmes in the register this run looks at 1 in two countries, behind two studies."
    )


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            ROWS,
            "The first year of 2 of 3 programmes was found, from 1999 (Two) to 2002 (One). The last year was found of "
            "one.",
        ),
        (ROWS.iloc[:1], "The first year of the one programme was found, in 2002 (One). No last year was found."),
        (ROWS.iloc[2:], "No first year was found."),
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
    assert said.budget_sentence(of(ROWS.iloc[2:])) == "No budget was found."


def test_what_is_missing_is_said_for_every_fact():
    coverage = pd.DataFrame({"fact": ["first year", "budget"], "known": [2, 0], "missing": [1, 3], "programmes": 3})
    assert said.missing_sentence(coverage) == (
        "What was found of three programmes: first year of two and budget of none. The rest is blank: neither the "
        "studies nor the sources that are named say it, and nothing is guessed."
    )
    single = coverage.assign(known=[1, 0], missing=[0, 1], programmes=1)
    assert said.missing_sentence(single) == "Found of the one programme: first year. Not found: budget."
    assert said.missing_sentence(single.assign(known=1)) == "Found of the one programme: first year and budget."
    assert said.missing_sentence(single.assign(known=0)).startswith("Of the one programme no fact was found. Not found")


@pytest.mark.parametrize(
    ("begun", "text"),
    [
        (
            {"iso3": ["BRA", "COL"], "2000": [0, 1], "2010": [2, 1], "undated": [0, 0]},
            "By 2000 programmes with a known first year had begun in one country and by 2010 in two.",
        ),
        (
            {"iso3": ["BRA"], "2010": [1], "undated": [0]},
            "By 2010 programmes with a known first year had begun in one country.",
        ),
        (
            {"iso3": ["BRA"], "undated": [1]},
            "No programme has a first year, and the map shows where they were and not when.",
        ),
    ],
)
def test_in_how_many_countries_programmes_had_begun(begun, text):
    assert said.map_sentence(pd.DataFrame(begun)) == text


def test_a_document_with_two_counts_has_both_told():
    beside = pd.DataFrame(
        [("programmes", 1200, 1300, 44), ("evaluations", 85, 85, 20)],
        columns=["counted", "document_low", "document_high", "here"],
    )
    assert said.beside_sentence(beside) == (
        "What the document counts, and what this collection holds: programmes 1,200 or 1,300, here 44; evaluations 85, "
        "here 20."
    )


def test_themes_are_told_in_their_order():
    themes = pd.DataFrame({"theme": ["Mediation", "Hard-line"], "programmes": [2, 1]})
    assert said.theme_sentence(themes) == "Programmes by theme: 2 of mediation; 1 of hard-line."


def test_evaluations_without_a_programme_are_named_by_what_they_evaluate():
    nine = Register(ROWS, pd.DataFrame({"study_id": list("abcdefghi")}), ROWS)
    codes = ["cctv", "kingpin_removal", "gang_truce", "cash_transfers", "body_worn_cameras", "gang_prevention"]
    without = pd.DataFrame({"interventions": [(code,) for code in [*codes, "hot_spots_policing", "cctv"]]})
    found = said.unregistered_sentence(without, nine)
    assert found.startswith(
        "Behind 8 of 9 evaluations of the region stands no programme: they are of surveillance cameras (CCTV), "
    )
    assert " and others. Such a study is of an operation" in found
    single = said.unregistered_sentence(without.iloc[1:2], nine)
    assert single.startswith("Behind 1 of 9 evaluations of the region stands no programme: it is of kingpin removal.")
    assert said.unregistered_sentence(without.iloc[:0], nine) == (
        "Behind every evaluation of the region stands a programme of the register."
    )
    some = Register(ROWS.iloc[:1], nine.evaluations, ROWS)
    assert said.unregistered_sentence(without, some).startswith(
        "In all countries and themes together, behind 8 of 9 evaluations of the region stands no programme: "
    )


def test_countries_without_a_programme_are_named():
    some = Register(ROWS.iloc[:1], pd.DataFrame({"study_id": ["a"]}), ROWS, ("Nicaragua", "Peru"))
    assert said.register_sentence(some).endswith(" No programme that it looks at is in Nicaragua or Peru.")


@pytest.mark.parametrize(
    ("region", "text"),
    [
        (("BRA", "CHL", "URY"), "The register has no programme of 2 of the region's 3 countries: Chile and Uruguay."),
        (("BRA", "COL"), "The register has a programme of each of the region's 2 countries."),
    ],
)
def test_countries_of_which_nothing_is_known_are_named(region, text):
    names = {"BRA": "Brazil", "CHL": "Chile", "COL": "Colombia", "URY": "Uruguay"}
    some = Register(ROWS.iloc[:1], ROWS.iloc[:0], ROWS, names=names, region=region)
    assert said.unknown_countries_sentence(some) == text
