"""A small map marks the place that its page is about, and no other."""

import re

import pytest

from citizen_security.figures.places.place_map import city_map, draw, place_map
from citizen_security.figures.places.shapes import read_shape

WEST = read_shape("MULTIPOLYGON (((0 0,10 0,10 10,0 10,0 0)))")
EAST = read_shape("MULTIPOLYGON (((10 0,20 0,20 10,10 10,10 0)))")
ISLET = read_shape("MULTIPOLYGON (((25 5,25.1 5,25.1 5.1,25 5)))")
SHAPES = {"west": WEST, "east": EAST, "islet": ISLET}


def test_the_marked_place_is_drawn_apart_from_the_others():
    drawn = draw(SHAPES)
    picture = place_map(drawn, "east", "Words")
    (marked,) = re.findall(r'<path class="mark" d="([^"]+)"', picture)
    (land,) = re.findall(r'<path class="land" d="([^"]+)"', picture)
    assert marked == drawn.outlines["east"].path
    assert drawn.outlines["west"].path in land
    assert marked not in land


def test_a_marked_islet_is_seen():
    assert re.search(r'<circle class="mark" cx="\d+" cy="\d+" r="5"/>', place_map(draw(SHAPES), "islet", "Words"))
    assert '<circle class="mark"' not in place_map(draw(SHAPES), "west", "Words")


def test_a_city_stands_in_its_state_beside_the_others():
    drawn = draw({"west": WEST})
    picture = city_map(drawn, {"a": (2.0, 2.0), "b": (8.0, 8.0)}, "b", "Words")
    (own,) = re.findall(r'<circle class="mark" cx="(\d+)" cy="(\d+)"', picture)
    (other,) = re.findall(r'<circle class="town" cx="(\d+)" cy="(\d+)"', picture)
    assert int(own[0]) > int(other[0])
    assert int(own[1]) < int(other[1])


@pytest.mark.parametrize("missing", ["north", "WEST"])
def test_a_place_that_is_not_on_the_map_cannot_be_marked(missing):
    with pytest.raises(KeyError):
        place_map(draw(SHAPES), missing, "Words")


def test_words_of_a_map_are_text():
    assert "<script>" not in place_map(draw(SHAPES), "west", "<script>")
