"""Where violence is without evidence: sums by hand, and bounds that bracket."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.evidence_gap_map import homicide_burden
from citizen_security.tables import catalog

PANEL = pd.DataFrame(
    {
        "iso3": ["AAA", "AAA", "BBB", "BBB", "CCC", "CCC"],
        "year": [2020, 2021, 2020, 2021, 2020, 2021],
        "homicide_count": [100, 300, 40, None, None, None],
        "population": [10_000, 10_000, 20_000, 20_000, 1_000, 1_000],
    }
)


BY_COUNTRY = pd.DataFrame(
    {"iso3": ["AAA", "BBB", "CCC"], "name": ["A", "B", "C"], "studies": [0, 4, 0], "strong_designs": [0, 0, 0]}
)


def test_burden_by_hand():
    table = homicide_burden.homicide_burden(PANEL, 2020, 2021).set_index("iso3")
    assert table.loc["AAA", ["homicides", "homicides_low", "homicides_high", "years_counted"]].tolist() == [
        200, 100, 300, 2,
    ]  # fmt: skip
    assert table.loc["AAA", "rate"] == pytest.approx(1e5 * 400 / 20_000)
    assert table.loc["BBB", ["homicides", "years_counted", "last_year_counted"]].tolist() == [40, 1, 2020]
    # A state without a count: none at best, at worst as violent as the worst state of these years (300 of 10,000).
    assert np.isnan(table.loc["CCC", "homicides"])
    assert table.loc["CCC", ["homicides_low", "homicides_high"]].tolist() == [0, 30]


def test_the_gap_by_hand_with_a_state_that_nobody_counted():
    table = homicide_burden.evidence_and_burden(BY_COUNTRY, homicide_burden.homicide_burden(PANEL, 2020, 2021))
    assert table["iso3"].tolist() == ["AAA", "BBB", "CCC"]
    assert table["homicides_per_study"].tolist()[:2] == [float("inf"), 10]
    found = homicide_burden.burden_without(table)
    assert found.value == pytest.approx(200 / 240)
    assert found.bounds == pytest.approx((100 / 140, 330 / 370))
    assert found.states == ("A", "C")
    assert homicide_burden.burden_without(table, "strong_designs").value == 1


def test_where_nobody_counted_at_all_the_share_is_unknown():
    silent = PANEL.assign(homicide_count=np.nan)
    table = homicide_burden.evidence_and_burden(BY_COUNTRY, homicide_burden.homicide_burden(silent, 2020, 2021))
    assert np.isnan(homicide_burden.burden_without(table).value)


def test_the_real_share_equals_a_sum_by_loops_and_lies_in_its_bounds(gaps):
    panel, total, without = catalog.load("country_year"), 0.0, 0.0
    for state, rows in panel[panel["year"].between(2018, 2023)].groupby("iso3"):
        mean = float(rows["homicide_count"].dropna().mean())
        total += mean
        without += mean * (gaps.set_index("iso3").loc[state, "studies"] == 0)
    found = homicide_burden.burden_without(gaps)
    assert found.value == pytest.approx(without / total)
    assert found.bounds[0] < found.value < found.bounds[1]
    assert homicide_burden.burden_without(gaps, "strong_designs").value >= found.value


def test_the_largest_gap_comes_first(gaps):
    unstudied = gaps[gaps["studies"] == 0]
    assert unstudied.index.tolist() == list(range(len(unstudied)))
    assert unstudied["homicides"].is_monotonic_decreasing
    assert gaps.loc[gaps["studies"] > 0, "homicides_per_study"].is_monotonic_decreasing
    assert gaps["rank"].tolist() == list(range(1, 34))
    assert gaps["share_of_homicides"].sum() == pytest.approx(1)
