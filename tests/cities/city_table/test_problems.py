"""Why parameters leave nothing to examine, in words."""

import re

import pytest
from cities.city_table.conftest import parameters

from citizen_security.cities.city_table.problems import list_problems
from citizen_security.tables import catalog


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"countries": ["SLV", "HND"]}, "Add one of BRA, COL, MEX"),
        ({"countries": ["COL"]}, "at least 3 are needed"),
        ({"first_year": 2019, "last_year": 2021}, "no two successive years"),
        ({"label_year": 2020}, "Brazil lacks 2020"),
        ({"panel_minimum_population": 1_500_000}, "Lower it"),
    ],
)
def test_too_little_is_said_with_the_remedy(values, message, panel):
    problems = list(list_problems(catalog.load("city_table"), panel, parameters(**values)))
    assert any(message in problem for problem in problems)


def test_a_city_that_is_not_in_the_register_is_named_with_its_row(panel):
    # without its published count a printed rate would silently not be held against anything
    table = catalog.load("city_table")
    table.loc[table["city"] == "Acapulco de Juarez", "city"] = "Acapulco of the Kings"
    (problem,) = list_problems(table, panel, parameters())
    assert problem.startswith(
        "city_table: no single city of MEX in city_year is called 'Acapulco of the Kings' (rank 2)."
    )


def test_a_table_of_other_cities_is_refused_and_breaks_nothing(panel):
    table = catalog.load("city_table").assign(city=[f"Place {rank}" for rank in range(50)])
    problems = list(list_problems(table, panel, parameters()))
    told = [problem for problem in problems if problem.startswith("city_table: no single city of ")]
    assert len(told) == 3
    # All of them, since whoever mends the table needs all.
    lost = re.findall(r"'Place (\d+)' \(rank (\d+)\)", "".join(told))
    assert len(lost) == 33
    assert all(int(rank) == int(place) + 1 for place, rank in lost)


@pytest.mark.parametrize("values", [{}, {"countries": "lac"}, {"countries": ["MEX", "HND"]}, {"label_year": 2015}])
def test_enough_leaves_nothing_to_say(values, panel):
    assert not list(list_problems(catalog.load("city_table"), panel, parameters(**values)))
