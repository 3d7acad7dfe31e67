"""Before and after from the series: windows off by a month, or the wrong counts, would be a made-up press release."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.programme_series import (
    ecuador,
    morelia,
    plateros,
    programme_changes,
    rio,
    rio_windows,
)
from citizen_security.tables import catalog

TABLES = ("mexico_city_sector_month", "morelia_year", "ecuador_province_month", "rio_pacification_month")


@pytest.fixture(scope="module")
def tables():
    return {name: catalog.load(name) for name in TABLES}


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


def test_the_sums_are_those_of_the_tables(tables):
    sector = plateros(tables["mexico_city_sector_month"])
    assert (sector.counts, sector.other_counts) == ((56, 27), (1203, 714))
    assert "highest" in sector.note
    deaths, files = morelia(tables["morelia_year"])
    assert (deaths.counts, files.counts) == ((150, 123), (152, 74))
    country = ecuador(tables["ecuador_province_month"], 12)
    total = tables["ecuador_province_month"]
    assert country.counts[1] == total.loc[total["year"] == 2024, "homicides"].sum()


def test_the_window_of_ecuador_ends_with_the_table(tables):
    frame = tables["ecuador_province_month"]
    short = frame[(frame["year"] < 2024) | (frame["month"] <= 4)]
    assert ecuador(short, 12).windows == "4 months"


def test_each_series_has_a_change_and_only_those_with_others_a_relative_one(tables):
    found = programme_changes(tables, months=12, level=0.95, resamples=200, seed=1)
    assert (found["lower"] <= found["change"]).all()
    assert (found["change"] <= found["upper"]).all()
    assert (found["relative_change"].notna() == (found["others"] != "")).all()
    assert found.loc[0, "change"] == pytest.approx(100 * (27 / 56 - 1))
    assert found.loc[0, "relative_change"] == pytest.approx(100 * (27 / 56 * 1203 / 714 - 1))
