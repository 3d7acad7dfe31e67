"""Which places a page names beside its own."""

from dataclasses import replace

import pytest

from citizen_security.book.places.page import page


def keys(found):
    return [place.key for place in found]


def test_places_like_one_are_nearest_in_risk_and_of_its_country(context, places):
    assert keys(context.alike(places["COL-76001"])) == ["COL-76520", "COL-76109", "COL-76834", "COL-05001"]
    assert keys(context.alike(places["BRA-3550308"])) == []
    assert len(context.alike(places["HND"])) == 5


def test_a_place_is_not_among_its_peers(context, places):
    assert keys(context.peers(places["ECU-guayas"])) == ["ECU-napo"]
    assert "HND" not in keys(context.peers(places["HND"]))


def test_what_lies_in_a_place_is_in_the_order_of_names(context, places):
    assert keys(context.within(places["COL"])) == ["COL-05", "COL-76"]
    assert keys(context.within(places["COL-76001"])) == []


def test_a_state_and_the_city_that_fills_it_are_counted_twice_and_say_so(context, places):
    # Two lists, two models: a reader who opens both pages meets two forecasts of one series.
    city, state = places["COL-05001"], places["COL-05"]
    same = replace(state, years=city.years)
    twice = replace(context, places={**places, "COL-05": same})
    assert twice.twin(city) == same
    assert twice.twin(same) == city
    for one, other in ((city, same), (same, city)):
        assert f'The same deaths are those of <a href="{other.address}.html">' in page(one, twice).body
    # Other counts, and several cities of a state.
    assert [context.twin(places[key]) for key in ("COL-05001", "COL-05", "COL-76001", "COL-76", "COL")] == [None] * 5


def test_the_last_year_is_that_of_the_peers(context, places):
    assert context.last_year(places["SLV"]) == 2023
    assert context.last_year(places["COL-76834"]) == 2024


@pytest.mark.parametrize(("key", "marked"), [("HND", 34), ("BRA-SP", 27), ("ECU-guayas", 24), ("COL-76001", 1)])
def test_a_map_has_the_like_of_a_place_and_a_city_its_state_alone(context, places, key, marked):
    assert len(context.map_with(places[key]).outlines) == marked


def test_borders_are_those_of_countries_and_of_states_among_their_own(context):
    assert "SLV" in context.borders["HND"]
    assert all(it.startswith("BRA-") for it in context.borders["BRA-SP"])
    assert "BRA-RJ" in context.borders["BRA-SP"]
