"""The calendar has every month, the nation every homicide."""

import pandas as pd

from citizen_security.programmes.internal_armed_conflict import months


def test_no_homicide_is_lost_and_months_without_one_are_zero(table, nation, wide):
    assert nation["homicides"].sum() == table["homicides"].sum()
    assert len(nation) == len(wide) == 131
    assert months.NO_PROVINCE not in wide.columns
    assert wide["Galápagos"].sum() == table.loc[table["province"] == "Galápagos", "homicides"].sum()
    assert (wide["Galápagos"] == 0).sum() == 131 - (table["province"] == "Galápagos").sum()


def test_days_are_those_of_the_month(nation):
    assert nation.loc[nation["date"] == "2024-02-01", "days"].item() == 29
    assert nation.loc[nation["date"] == "2023-02-01", "days"].item() == 28


def test_the_window_and_what_comes_before(nation, parameters):
    few = parameters.model_copy(update={"first_month": 2, "last_month": 9})
    own = nation[months.window(pd.DatetimeIndex(nation["date"]), 2022, few).to_numpy()]
    assert list(own["month"]) == list(range(2, 10))
    assert set(own["year"]) == {2022}
    rows, before = months.upto(nation, 2020, few)
    assert (rows["date"].iloc[0], rows["date"].iloc[before]) == (pd.Timestamp(2020, 1, 1), pd.Timestamp(2024, 2, 1))
    assert rows["date"].iloc[-1] == pd.Timestamp(2024, 9, 1)
