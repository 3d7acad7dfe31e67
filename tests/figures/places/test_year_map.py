"""The map by year: the colour of a class for a rate, hatching for what is missing, circles for counts."""

import json
import re

import pytest

from citizen_security.figures.places.shapes import read_shape
from citizen_security.figures.places.year_map import Level, Shown, class_of, summary, year_map

WEST = read_shape("MULTIPOLYGON (((0 0,10 0,10 10,0 10,0 0)))")
EAST = read_shape("MULTIPOLYGON (((10 0,20 0,20 10,10 10,10 0)))")


def level(west, east, **options):
    places = {
        "w": Shown(name="West <b>", address="w.html", values=west, polygons=WEST),
        "e": Shown(name="East", address="e.html", values=east, polygons=EAST),
    }
    return Level(label="Places </script>", places=places, **options)


RATES = level({2000: 3.0, 2002: 60.0}, {2000: 12.0, 2001: 0.0})


def data(picture):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', picture)[1])


@pytest.mark.parametrize(
    ("rate", "name"),
    [
        (None, "missing"),
        (0.0, "rate-0"),
        (4.9, "rate-0"),
        (5.0, "rate-1"),
        (29.9, "rate-3"),
        (50.0, "rate-5"),
        (200.0, "rate-5"),
    ],
)
def test_a_rate_has_its_class_and_nothing_is_not_zero(rate, name):
    assert class_of(rate) == name


def test_the_map_opens_on_the_last_year_with_enough_figures():
    assert RATES.first_shown == 2000
    assert level({2000: 1.0, 2001: 1.0}, {2001: 2.0}).first_shown == 2001
    # With gaps everywhere, the year with most.
    assert level({2000: 1.0}, {2001: 2.0, 2002: 1.0}).first_shown == 2002


def test_the_first_picture_is_there_without_scripts():
    picture = year_map({"region": RATES})
    assert re.search(r'<path data-place="w" class="rate-0"', picture)
    assert re.search(r'<path data-place="e" class="rate-2"', picture)
    assert "Homicides per 100,000 people, 2000" in picture


def test_what_is_missing_is_hatched():
    picture = year_map({"region": level({2000: 3.0}, {2001: 1.0, 2002: 2.0})})
    assert re.search(r'<path data-place="w" class="missing"', picture)
    assert '<pattern id="hatch"' in picture


def test_values_of_all_years_are_beside_the_picture():
    found = data(year_map({"region": RATES}))["levels"]["region"]
    assert (found["first"], found["last"], found["year"]) == (2000, 2002, 2000)
    assert found["places"]["w"] == ["West <b>", "w.html", [3.0, None, 60.0]]


def test_counts_are_circles_with_areas_as_the_counts():
    picture = year_map({"x": level({2000: 100.0}, {2000: 25.0}, counts=True)})
    radii = {
        key: float(it) for key, it in re.findall(r'<circle data-place="(\w)" class="count"[^>]* r="([\d.]+)"', picture)
    }
    assert radii["w"] == pytest.approx(2 * radii["e"], abs=0.1)
    assert "rate-0" not in picture.split("<ul")[0]


def test_only_the_first_level_is_shown_at_first():
    picture = year_map({"one": RATES, "two": RATES})
    assert '<g data-level="one">' in picture
    assert '<g data-level="two" hidden>' in picture
    assert picture.count("<option") == 2


def test_names_and_labels_are_text():
    picture = year_map({"region": RATES})
    assert "West <b>" not in picture
    assert picture.count("</script>") == 1


def test_a_year_in_words_names_the_highest_and_the_lowest():
    assert summary(RATES, 2000) == "2000: figures for 2 of 2; highest East, 12; lowest West <b>, 3.0."
    assert summary(RATES, 1999) == "1999: no figure."


def test_a_map_of_no_level_is_refused():
    with pytest.raises(ValueError, match="no level"):
        year_map({})
