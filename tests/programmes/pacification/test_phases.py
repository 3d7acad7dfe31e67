"""Phases cover every reported month once."""

import pytest

from citizen_security.programmes.pacification.parameters import Pacification
from citizen_security.programmes.pacification.phases import phases


def test_every_reported_month_is_in_one_phase(table):
    found = phases(table, Pacification())
    own = found[found["outcome"] == "killings_by_police"].reset_index(drop=True)
    assert own["deaths"].sum() == table["killings_by_police"].sum()
    # All months of fifteen years but the three that no unit reports.
    assert own["months"].sum() == 15 * 12 - 3
    assert own["phase"].iloc[1] == "2008-12 to 2014-05"
    early = table[(table["year"] == 2007) | ((table["year"] == 2008) & (table["month"] < 12))]
    assert own["per_month"].iloc[0] == pytest.approx(early["killings_by_police"].sum() / 23)
    assert own["change"].iloc[1] == pytest.approx(100 * (own["per_month"].iloc[1] / own["per_month"].iloc[0] - 1))
    assert ((own["lower"] < own["per_month"]) & (own["per_month"] < own["upper"])).all()


def test_units_can_be_left_out(table):
    every, fewer = phases(table, Pacification()), phases(table, Pacification(left_out=["Rocinha"]))
    own = table[table["pacification_unit"] == "Rocinha"]["homicides"].sum()
    homicides = [found.loc[found["outcome"] == "homicides", "deaths"].sum() for found in (every, fewer)]
    assert homicides[0] - homicides[1] == own
