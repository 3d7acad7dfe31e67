"""Whose the figures of a place are, and what is known against them."""

import pytest

from citizen_security.book.places.caveats import OF_COUNTRIES, PUBLISHERS, caveats, publishers


def test_every_publisher_is_one_that_a_table_names(context):
    titles = [it["title"] for table in context.descriptions.values() for it in table["sources"]]
    for beginning in [*OF_COUNTRIES, *(it for them in PUBLISHERS.values() for it in them)]:
        assert any(title.startswith(beginning) for title in titles), beginning


@pytest.mark.parametrize(
    ("key", "beginnings"),
    [
        ("HND", ["United Nations Office on Drugs and Crime", "United Nations, World Population Prospects"]),
        ("BRA-SP", ["IPEA"]),
        ("COL-76001", ["Policía Nacional", "DANE"]),
        ("ECU-guayas", ["Ministerio del Interior"]),
    ],
)
def test_a_place_names_its_own_publishers_alone(context, places, key, beginnings):
    found = publishers(places[key], context.descriptions)
    assert len(found) == len(beginnings)
    for source, beginning in zip(found, beginnings, strict=True):
        assert source.title.startswith(beginning)
        assert source.address.startswith("https://")


def test_a_table_without_the_publisher_names_all_of_its_own(places):
    table = {"sources": [{"title": "Somebody"}]}
    assert [it.title for it in publishers(places["BRA-SP"], {"state_year": table})] == ["Somebody"]


def test_notes_on_the_country_or_the_city_are_told_and_no_others(places):
    table = {
        "sources": [],
        "notes": ["COL: one.", "MEX: two.", "Cali and others are doubted.", "Calima is not Cali's."],
    }
    assert caveats(places["COL-76001"], table) == ["One.", "Cali and others are doubted.", "Calima is not Cali's."]
    assert caveats(places["COL-76109"], table) == ["One."]


def test_doubts_of_single_years_are_told_once_with_their_years(places):
    table = {"sources": [], "notes": ["HND: a note."]}
    assert caveats(places["SLV"], table) == [
        "2015: doubted by specialists.",
        "2015: differs between releases.",
        # The table's note on countries that begins with the code and the year.
        "2022: official counts under the state of exception exclude killings by security forces and deaths in prison"
        " (see claim C064).",
    ]
    assert caveats(places["HND"], table) == []
