"""Why parameters leave nothing to examine, in words."""

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


@pytest.mark.parametrize("values", [{}, {"countries": "lac"}, {"countries": ["MEX", "HND"]}, {"label_year": 2015}])
def test_enough_leaves_nothing_to_say(values, panel):
    assert not list(list_problems(catalog.load("city_table"), panel, parameters(**values)))
