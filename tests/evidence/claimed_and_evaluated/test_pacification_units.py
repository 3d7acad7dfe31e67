"""Pacification units: a window off by a month would count the month of installation as success or failure."""

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.pacification_units import rio, rio_windows


def units(dates, counts):
    """Monthly counts from January 2008, one list for each unit."""
    frames = []
    for number, (installed, series) in enumerate(zip(dates, counts, strict=True)):
        months = pd.period_range("2008-01", periods=len(series), freq="M")
        columns = {"year": months.year, "month": months.month, "homicides": series}
        frames.append(
            pd.DataFrame({"pacification_unit": f"U{number}", "installed_on": pd.Timestamp(installed), **columns})
        )
    return pd.concat(frames, ignore_index=True)


def test_the_month_of_installation_is_in_neither_window():
    series = [5, 3, 1, 99, 2, 4, 7]
    found = rio_windows(units(["2008-04-15"], [series]), 3)
    assert found[0, :2].tolist() == [9, 13]
    assert np.isnan(found[0, 2:]).all()


def test_units_installed_later_are_counted_in_the_same_months():
    found = rio_windows(units(["2008-03-01", "2008-08-01"], [[1] * 10, [0, 2, 0, 5, 0, 0, 0, 0, 0, 0]]), 2)
    assert found[0].tolist() == [2, 2, 2, 5]
    assert np.isnan(found[1, 2:]).all()


def test_a_unit_whose_window_the_table_does_not_hold_is_left_out():
    assert rio_windows(units(["2008-02-01"], [[1] * 6]), 3).shape == (0, 4)
    assert rio(units(["2008-02-01"], [[1] * 6]), 3, 0.95, 50, 0) == []
