"""Programmes of a place are those that name it, and the book's evaluations stand where their places lie."""

from types import SimpleNamespace

import pytest
from support import ROOT

from citizen_security.book.places.programmes import EVALUATED, evaluations_of, programmes_at
from citizen_security.book.places.records import table_rows
from citizen_security.tables import catalog

PLACES = {
    key: SimpleNamespace(key=key, iso3=key[:3], kind=kind, name=name, parent=parent)
    for key, kind, name, parent in (
        ("BRA", "country", "Brazil", ""),
        ("BRA-SP", "state", "São Paulo", "BRA"),
        ("BRA-RJ", "state", "Rio de Janeiro", "BRA"),
        ("BRA-3304557", "city", "Rio de Janeiro", "BRA-RJ"),
        ("BRA-3550308", "city", "São Paulo", "BRA-SP"),
        ("SLV", "country", "El Salvador", ""),
    )
}
PROGRAMME = {
    **{"name": "One", "place": "Rio de Janeiro", "iso3": "BRA"},
    **{"start_year": 2008, "end_year": None, "studies": ""},
}


@pytest.mark.parametrize(
    ("key", "pages"),
    [
        ("SLV", ["did_the_state_of_exception_do_it"]),
        ("BRA", ["did_sao_paulos_policies_work", "did_pacification_bring_peace"]),
        ("BRA-SP", ["did_sao_paulos_policies_work"]),
        ("BRA-RJ", ["did_pacification_bring_peace"]),
        ("BRA-3304557", ["did_pacification_bring_peace"]),
    ],
)
def test_an_evaluation_stands_at_its_place_and_at_all_that_it_lies_in(key, pages):
    assert evaluations_of(PLACES[key], PLACES) == pages


def test_every_evaluation_is_a_page_of_the_book_and_every_place_of_it_is_in_a_table():
    pages = {path.stem for path in (ROOT / "book" / "programmes").glob("*.md")} - {"overview"}
    # What is of no one place: designs, also on invented programmes, and an analyst's own.
    assert pages - set(EVALUATED) == {"what_would_chance_have_shown", "did_my_programme_work", "designs_method"}
    assert set(EVALUATED) <= pages
    countries = set(catalog.load("countries")["iso3"])
    states = {f"{it['iso3']}-{it['state_code']}" for it in table_rows(catalog.load("state_year"))}
    cities = {f"{it['iso3']}-{it['city_code']}" for it in table_rows(catalog.load("city_year"))}
    assert {key for keys in EVALUATED.values() for key in keys} <= countries | states | cities


@pytest.mark.parametrize(
    ("row", "key", "found"),
    [
        ({}, "BRA-3304557", True),
        ({}, "BRA-SP", False),
        ({}, "BRA", True),
        ({"place": "São Paulo state"}, "BRA-SP", True),
        ({"place": "São Paulo state"}, "BRA-3550308", False),
        ({"place": "schools of three countries", "iso3": "SLV;HND"}, "SLV", True),
        ({"iso3": "SLV;HND"}, "BRA", False),
        ({"place": None}, "BRA", True),
    ],
)
def test_a_place_has_the_programmes_that_name_it(row, key, found):
    assert bool(programmes_at(PLACES[key], [], [{**PROGRAMME, **row}])) == found


def test_a_state_has_the_programmes_of_its_cities():
    assert programmes_at(PLACES["BRA-SP"], [PLACES["BRA-3304557"]], [PROGRAMME])


def test_years_and_studies_are_told_and_an_unknown_year_stands_last():
    rows = [
        {**PROGRAMME, "name": "Last", "start_year": None},
        {**PROGRAMME, "name": "Second", "start_year": 2010, "end_year": 2012, "studies": "a2010;b2011"},
        PROGRAMME,
    ]
    found = programmes_at(PLACES["BRA"], [], rows)
    assert [(it.name, it.years, it.studies) for it in found] == [
        ("One", "from 2008", 0),
        ("Second", "2010 to 2012", 2),
        ("Last", "first year not found", 0),
    ]
