"""Periods and starts of the units, counted by hand from the table."""

import numpy as np

from citizen_security.programmes.pacification import unit_panel
from citizen_security.programmes.pacification.parameters import Pacification


def test_quarters_sum_the_months_and_begin_with_the_installation(table):
    panel = unit_panel.unit_panel(table, Pacification())
    place = panel.units.index("Santa Marta")
    rows = table[(table["pacification_unit"] == "Santa Marta") & (table["year"] == 2008) & table["month"].between(4, 6)]
    assert panel.counts[place, 5] == rows["homicides"].sum() + rows["killings_by_police"].sum()
    # Installed in December 2008, the eighth quarter of the table.
    assert panel.starts[place] == 7
    assert panel.outcomes.shape == (38, 32)
    assert not panel.never.any()


def test_a_unit_after_the_last_month_is_not_treated(table):
    panel = unit_panel.unit_panel(table, Pacification(last_month="2013-12"), "homicides")
    assert {name for name, never in zip(panel.units, panel.never, strict=True) if never} == {
        "Mangueirinha",
        "Vila Kennedy",
    }


def test_starts_move_ahead_and_units_are_left_out(table):
    first = unit_panel.unit_panel(table, Pacification(left_out=["Rocinha"]))
    moved = unit_panel.unit_panel(table, Pacification(left_out=["Rocinha"], months_earlier=6))
    assert "Rocinha" not in first.units
    np.testing.assert_array_equal(first.starts - 2, moved.starts)


def test_series_counts_units_at_the_end_of_each_year(table):
    series = unit_panel.installed_over_time(table, Pacification()).set_index("year")
    assert series.loc[[2007, 2008, 2021], "units"].tolist() == [0, 1, 38]
    assert series["homicides"].sum() == table["homicides"].sum()


def test_units_are_listed_by_date_with_deaths_a_month(table):
    units = unit_panel.units_table(table)
    assert units["pacification_unit"].iloc[[0, -1]].tolist() == ["Santa Marta", "Vila Kennedy"]
    own = table[table["pacification_unit"] == "Santa Marta"]
    early = own[(own["year"] < 2008) | ((own["year"] == 2008) & (own["month"] < 12))]
    expected = (early["homicides"] + early["killings_by_police"]).mean()
    assert units["deaths_before"].iloc[0] == expected
