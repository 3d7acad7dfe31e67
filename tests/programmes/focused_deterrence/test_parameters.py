"""Contradictions are refused together, before anything is fitted."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.focused_deterrence.checks import check
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.parameters import month_number


def test_months_count_from_the_year_0():
    assert month_number("2020-01") - month_number("2019-12") == 1
    assert month_number("0001-01") == 12


def test_starts_too_near_the_ends_are_refused_together():
    with pytest.raises(ParameterError) as wrong:
        FocusedDeterrence.from_cell({"first": "2018-01", "start": "2020-06", "starts": ["2021-06", "2023-06"]})
    told = str(wrong.value)
    assert "start = 2020-06, with first = 2018-01 and last = 2023-12. Allowed: a start from 2021-01 to 2023-01" in told
    assert "starts = 2023-06, with first" in told
    assert "2021-06" not in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sector": "POLANCO"}, "sector = POLANCO is no police sector of the table. Give one of ABASTO-REFORMA"),
        ({"first": "2013-01"}, "first = 2013-01 is no month of the FGJ investigation files. Give one from 2016-01"),
        ({"least_homicides": 40.0}, "leaves as few as 2 other sectors before 2020-01, 2019-01"),
    ],
)
def test_what_the_table_lacks_is_refused(given, said):
    with pytest.raises(ParameterError, match=said):
        check(FocusedDeterrence.from_cell(given))


def test_the_default_is_served():
    check(FocusedDeterrence())
