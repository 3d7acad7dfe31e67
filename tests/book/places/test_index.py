"""The front of the places: every place in the list, every country on the map."""

from citizen_security.book.places.index import find_place, index_parts, levels


def test_every_place_is_in_the_list_with_its_latest_figure(context, places):
    listed = index_parts(context)["place_list.html"]
    for place in places.values():
        assert listed.count(f'href="{place.address}.html"') == 1
    assert '>Cali</a> <span class="figure">41, 2024</span>' in listed
    assert '>Guayas</a> <span class="figure">3,800 victims, 2023</span>' in listed
    assert "<script" not in listed


def test_states_stand_with_their_cities_where_there_are_any(context):
    listed = index_parts(context)["place_list.html"]
    assert "<summary>Departments and cities of Colombia</summary>" in listed
    assert "<summary>Provinces of Ecuador</summary>" in listed


def test_levels_of_the_map_are_the_region_and_each_country_with_states(context):
    found = levels(context)
    assert [(name, it.label, it.counts) for name, it in found.items()] == [
        ("region", "Countries of the region", False),
        ("BRA", "States of Brazil", False),
        ("COL", "Departments of Colombia", False),
        ("ECU", "Provinces of Ecuador", True),
    ]
    assert found["region"].places["HND"].values[2023] == 31


def test_the_field_leads_on_where_scripts_are_off():
    assert '<a href="../places/index.html#all-places">' in find_place("../")
    assert '<a href="places/index.html#all-places">' in find_place("")


def test_names_on_the_front_pages_map_lead_to_the_pages_of_places(context):
    assert levels(context)["region"].places["HND"].address == "hnd.html"
    assert levels(context, "places/")["region"].places["HND"].address == "places/hnd.html"
    parts = index_parts(context)
    assert '"places/hnd.html"' in parts["place_map_front.html"]
    assert '"places/hnd.html"' not in parts["place_map.html"]
