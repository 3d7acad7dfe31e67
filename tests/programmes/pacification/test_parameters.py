"""What is refused before a fit."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.pacification.checks import check
from citizen_security.programmes.pacification.parameters import Pacification


def test_all_that_is_wrong_is_told_at_once():
    given = {"last_month": "2020-05", "months_after": 8, "months_before": 4, "months_earlier": 1}
    with pytest.raises(ParameterError) as refusal:
        Pacification.from_cell(given)
    told = str(refusal.value)
    assert "last_month = 2020-05. Allowed: 2012-12 to 2019-12" in told
    assert "does not end a quarter" in told
    for name in ("months_after = 8", "months_before = 4", "months_earlier = 1"):
        assert f"{name} is no multiple of 3" in told
    assert "less than two periods" in told


def test_units_that_are_unknown_or_too_few_are_refused(table):
    with pytest.raises(ParameterError, match="left_out has Copacabana, no unit of the table"):
        check(Pacification(left_out=["Copacabana"]))
    names = list(dict.fromkeys(table["pacification_unit"]))
    with pytest.raises(ParameterError, match="left_out leaves 8 units"):
        check(Pacification(left_out=names[:30]))


def test_periods_are_counted_in_months():
    found = Pacification(period="month", last_month="2013-05", months_after=12, months_before=6)
    assert (found.number, found.months, found.after, found.before, found.last_year) == (77, 1, 12, 6, 2012)
    assert Pacification().last_year == 2014


def test_quick_effort_deals_fewer_dates():
    full, quick = Pacification(), Pacification(effort="quick")
    assert quick.draws_at_effort < full.draws_at_effort
    assert quick.draws_each_at_effort < full.draws_each_at_effort
