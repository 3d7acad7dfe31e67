"""What is refused before a fit."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.internal_armed_conflict import provinces
from citizen_security.programmes.internal_armed_conflict.checks import check
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict


def test_the_first_and_the_last_months_do_not_overlap():
    with pytest.raises(ParameterError, match="from month 3 to 7 there are 5 months; give at least 6"):
        InternalArmedConflict.from_cell({"first_month": 3, "last_month": 7})


def test_too_few_provinces_are_refused(monkeypatch):
    check(InternalArmedConflict())
    monkeypatch.setattr("citizen_security.programmes.internal_armed_conflict.checks.LEAST_PROVINCES", 30)
    with pytest.raises(ParameterError, match=r"least_homicides = 100 leaves [0-9]+ provinces"):
        check(InternalArmedConflict(least_homicides=100))


def test_the_highest_bound_leaves_enough_provinces_of_the_table():
    assert provinces.LEAST_PROVINCES == 5
    check(InternalArmedConflict(least_homicides=100))
