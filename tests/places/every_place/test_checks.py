"""Parameters that no table can answer are refused in words."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.places.every_place.checks import check
from citizen_security.places.every_place.parameters import EveryPlace


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"place": "HNX"}, "unknown place 'HNX'.*did you mean 'HND'"),
        ({"kinds": ["city"]}, "unknown place 'HND' in place, with kinds = city"),
        ({"since": 2022}, "since = 2022 is not before the last year of states of Brazil .last year 2021"),
        ({"kinds": ["country"], "since": 2023}, "Allowed with these kinds: 1990 to 2022"),
    ],
)
def test_a_place_without_a_table_and_a_year_without_a_later_one_are_refused(changed, words):
    with pytest.raises(ParameterError, match=words):
        check(EveryPlace.from_values(changed))


def test_all_problems_are_told_at_once():
    with pytest.raises(ParameterError) as refusal:
        check(EveryPlace(place="nowhere", since=2023))
    assert len(refusal.value.problems) == 2


@pytest.mark.parametrize("changed", [{}, {"kinds": ["state"], "place": "ECU-los-rios", "since": 2020}])
def test_what_the_tables_have_is_let_pass(changed):
    check(EveryPlace.from_values(changed))
