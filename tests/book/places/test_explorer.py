"""What the comparison is made of: every series of the pages, and a choice for each measure."""

import json
import re

import pytest

from citizen_security.book.places.explorer import MEASURED, SHOWN_FIRST, explorer, explorer_data


@pytest.fixture(scope="module")
def compared(context):
    script = explorer_data(context)
    return json.loads(script.removeprefix("window.placesToCompare = ").removesuffix(";\n"))


def test_series_are_those_of_the_pages_with_gaps_as_gaps(compared):
    name, where, address, series = compared["places"]["COL-76001"]
    assert (name, where, address) == ("Cali", "city, Valle del Cauca, Colombia", "places/col-76001-cali.html")
    assert set(series) == {"rate", "risk", "homicides"}
    first, counts = series["homicides"]
    assert (first, len(counts), counts[0], counts[1]) == (2010, 15, 1600, None)


def test_a_count_has_no_rate_and_a_country_has_what_else_is_measured(compared):
    assert set(compared["places"]["ECU-guayas"][3]) == {"homicides"}
    assert {"poverty_685", "gini"} <= set(compared["places"]["HND"][3])


def test_every_measure_can_be_chosen_and_is_named(compared):
    assert set(compared["measures"]) == {it.name for it in MEASURED}
    assert set(re.findall(r'<option value="(\w+)">', explorer())) == {it.name for it in MEASURED}


def test_some_places_are_shown_at_first(compared):
    assert compared["first"] == list(SHOWN_FIRST)


def test_no_name_ends_the_script(context):
    assert "</script>" not in explorer_data(context)
