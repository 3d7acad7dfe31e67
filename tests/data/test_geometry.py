"""Shapes and places of cities: every one is where it is, so that no map marks another."""

import itertools
import re
from math import cos, hypot, radians

import pytest
from support import ROOT

from citizen_security.figures.places.shapes import contains, equal_area, neighbours, read_shape
from citizen_security.tables import catalog

SHAPES = {row.place: read_shape(row.shape) for row in catalog.load("place_shapes", ROOT).itertuples()}
KILOMETRES_A_DEGREE = 111.2
EARTH_SQUARE_KILOMETRES = 6371.0**2
# Coasts are simplified: the dot of a port may lie in the sea, and a suburb across a border that was made straight.
OFF_SHORE = 8.0

# A town of each unit, mostly its capital, that is far enough from a border to tell it from its neighbours.
TOWNS = {
    "BRA-AC": (-9.97, -67.81), "BRA-AP": (0.5, -52.0), "BRA-DF": (-15.79, -47.88), "BRA-TO": (-10.18, -48.33),
    "BRA-SE": (-10.68, -37.43), "BRA-RR": (2.82, -60.67), "COL-05": (6.25, -75.57), "COL-11": (4.6, -74.1),
    "COL-17": (5.07, -75.51), "COL-66": (4.84, -75.68), "COL-63": (4.54, -75.67), "COL-85": (5.35, -72.4),
    "COL-94": (3.7, -68.2), "COL-97": (1.25, -70.4), "COL-99": (5.5, -68.5), "MEX-01": (21.88, -102.28),
    "MEX-17": (18.93, -99.23), "MEX-29": (19.32, -98.24), "MEX-22": (20.59, -100.39), "MEX-06": (19.24, -103.72),
    "ECU-azuay": (-2.9, -79.0), "ECU-bolivar": (-1.59, -79.0), "ECU-canar": (-2.6, -78.95), "ECU-carchi": (0.75, -77.9),
    "ECU-chimborazo": (-1.8, -78.7), "ECU-cotopaxi": (-0.9, -78.65), "ECU-el-oro": (-3.5, -79.85),
    "ECU-esmeraldas": (0.7, -79.3), "ECU-galapagos": (-0.7, -91.1), "ECU-guayas": (-2.1, -80.0),
    "ECU-imbabura": (0.35, -78.3), "ECU-loja": (-3.99, -79.3), "ECU-los-rios": (-1.5, -79.5),
    "ECU-manabi": (-1.05, -80.3), "ECU-morona-santiago": (-2.4, -77.9), "ECU-napo": (-0.99, -77.81),
    "ECU-orellana": (-0.7, -76.8), "ECU-pastaza": (-1.8, -77.2), "ECU-pichincha": (-0.1, -78.5),
    "ECU-santa-elena": (-2.1, -80.6), "ECU-santo-domingo-de-los-tsachilas": (-0.3, -79.2),
    "ECU-sucumbios": (0.1, -76.6), "ECU-tungurahua": (-1.27, -78.58), "ECU-zamora-chinchipe": (-4.2, -78.9),
}  # fmt: skip

# Square kilometres as statistical offices print them.
AREAS = {
    "BRA": 8_515_767, "MEX": 1_964_375, "ARG": 2_780_400, "CHL": 756_102, "SLV": 21_041, "HND": 112_492, "JAM": 10_991,
    "BRA-SP": 248_219, "BRA-DF": 5_761, "COL-05": 63_612, "COL-97": 54_135, "MEX-08": 247_455, "MEX-29": 3_991,
    "ECU-napo": 12_543, "ECU-tungurahua": 3_386, "ECU-pastaza": 29_641,
}  # fmt: skip


def kilometres(place, point):
    """From a point to the nearest stretch of a place's border."""
    x, y = point[0] * cos(radians(point[1])), point[1]
    found = []
    for polygon in SHAPES[place]:
        for ring in polygon:
            flat = [(across * cos(radians(point[1])), up) for across, up in ring]
            found += [_away(*pair, (x, y)) for pair in itertools.pairwise(flat)]
    return KILOMETRES_A_DEGREE * min(found)


def _away(start, end, point):
    across, up = end[0] - start[0], end[1] - start[1]
    length = across**2 + up**2
    share = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - start[0] - share * across, point[1] - start[1] - share * up)


def square_kilometres(polygons):
    middle = polygons[0][0][0]
    project = equal_area(middle)
    total = 0.0
    for polygon in polygons:
        for number, ring in enumerate(polygon):
            points = [project(point) for point in ring]
            doubled = abs(sum(x * v - u * y for (x, y), (u, v) in itertools.pairwise(points)))
            total += doubled / 2 if number == 0 else -doubled / 2
    return EARTH_SQUARE_KILOMETRES * total


@pytest.mark.parametrize("place", TOWNS)
def test_a_unit_is_where_its_town_is(place):
    # The publisher had two provinces of Ecuador the wrong way round.
    up, across = TOWNS[place]
    assert contains(SHAPES[place], (across, up))


@pytest.mark.parametrize("place", AREAS)
def test_a_shape_has_the_area_that_is_printed(place):
    # Simplified coasts and lakes: what is wrong by name is wrong by far more.
    assert square_kilometres(SHAPES[place]) == pytest.approx(AREAS[place], rel=0.09)


def test_every_ring_is_closed_and_encloses_something():
    for place, polygons in SHAPES.items():
        for ring in (ring for polygon in polygons for ring in polygon):
            assert ring[0] == ring[-1], place
            assert len(set(ring)) > 2, place


def test_every_city_lies_in_its_state_or_off_its_shore():
    years = catalog.load("city_year", ROOT).drop_duplicates(["iso3", "city_code"])
    codes = catalog.load("state_year", ROOT).drop_duplicates(["iso3", "state_code"])
    states = dict(
        zip(zip(codes["iso3"], codes["state"], strict=True), codes["iso3"] + "-" + codes["state_code"], strict=True)
    )
    places = catalog.load("city_places", ROOT).merge(years[["iso3", "city_code", "state"]], on=["iso3", "city_code"])
    assert len(places) == 309
    for row in places.itertuples():
        state, point = states[row.iso3, row.state], (row.longitude, row.latitude)
        assert contains(SHAPES[state], point) or kilometres(state, point) < OFF_SHORE, f"{row.city}, {row.state}"


def test_every_country_state_and_province_has_a_shape():
    panel = catalog.load("countries", ROOT).query("in_panel")["iso3"]
    rows = catalog.load("state_year", ROOT).drop_duplicates(["iso3", "state_code"])
    provinces = set(catalog.load("ecuador_province_month", ROOT)["province"]) - {"Zona no delimitada"}
    shapes = catalog.load("place_shapes", ROOT)
    assert set(panel) <= set(SHAPES)
    assert set(rows["iso3"] + "-" + rows["state_code"]) <= set(SHAPES)
    assert provinces == set(shapes.loc[shapes["iso3"].eq("ECU") & shapes["kind"].eq("state"), "name"])


def test_names_are_those_of_the_tables_of_figures():
    shapes = catalog.load("place_shapes", ROOT).set_index("place")["name"]
    years = catalog.load("state_year", ROOT).query("iso3 != 'BRA'").drop_duplicates(["iso3", "state_code"])
    for row in years.itertuples():
        assert shapes[f"{row.iso3}-{row.state_code}"] == row.state
    names = catalog.load("countries", ROOT).set_index("iso3")["name"]
    assert [place for place in SHAPES if re.fullmatch("[A-Z]{3}", place) and shapes[place] != names[place]] == []


def test_neighbours_share_the_points_of_their_border():
    # Otherwise a map would show cracks between them.
    found = neighbours({place: shape for place, shape in SHAPES.items() if "-" not in place})
    assert found["HND"] == ["GTM", "NIC", "SLV"]
    assert found["HTI"] == ["DOM"]
    assert found["JAM"] == []
