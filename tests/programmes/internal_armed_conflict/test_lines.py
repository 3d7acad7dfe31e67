"""Months against earlier years and lines: by hand and by second paths."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from citizen_security.methods.interrupted_series.structural import structural_series
from citizen_security.programmes.internal_armed_conflict import lines
from citizen_security.programmes.internal_armed_conflict.parameters import InternalArmedConflict


def test_the_same_months_by_hand(nation, parameters):
    years = lines.same_months(nation, parameters).set_index("year")
    assert (years.loc[2023, "homicides"], years.loc[2024, "homicides"]) == (7482, 6275)
    # 2024 has a day more than 2023 from January to November.
    assert years.loc[2023, "change"] == pytest.approx(100 * (6275 / 335 / (7482 / 334) - 1))
    assert years.loc[2024, "on_year_before"] == pytest.approx(years.loc[2023, "change"])
    assert years.loc[2023, "lower"] < years.loc[2023, "change"] < years.loc[2023, "upper"]
    assert np.isnan(years.loc[2014, "on_year_before"])


def test_within_the_year_by_hand(nation, parameters):
    found = lines.within_the_year(nation, parameters)
    own = nation[nation["year"] == 2024].set_index("month")
    first, last = own.loc[1:3], own.loc[9:11]
    ratio = last["homicides"].sum() / last["days"].sum() / (first["homicides"].sum() / first["days"].sum())
    assert found["change"] == pytest.approx(100 * (ratio - 1))


def test_the_line_of_counts_is_a_poisson_regression(nation, parameters):
    found = lines.against_line(nation, 2021, "counts", parameters)
    rows = nation[nation["year"] >= 2021].reset_index(drop=True)
    time, before = np.arange(len(rows)), 36
    after = (time >= before).astype(float)
    angle = 2 * np.pi * time / 12
    design = np.column_stack([np.ones_like(after), time, after, after * (time - before), np.sin(angle), np.cos(angle)])
    fit = sm.GLM(rows["homicides"], design, family=sm.families.Poisson(), offset=np.log(rows["days"])).fit()
    effect = fit.params.iloc[2] + 5 * fit.params.iloc[3]
    assert found["change"] == pytest.approx(100 * np.expm1(effect), rel=1e-6)


def test_a_straight_rise_that_ends_is_found_in_homicides_a_day(parameters):
    dates = pd.date_range("2019-01-01", "2024-11-01", freq="MS")
    noise = np.random.default_rng(3).normal(0, 0.01, len(dates))
    expected = 2 + 0.2 * np.arange(len(dates)) + noise
    a_day = np.where(dates >= pd.Timestamp(2024, 1, 1), expected / 2, expected)
    rows = pd.DataFrame({"date": dates, "a_day": a_day})
    found = lines.against_line(rows, 2019, "levels", parameters)
    assert found["change"] == pytest.approx(-50, abs=1)
    assert found["lower"] < found["change"] < found["upper"]


def test_nothing_after_the_decree_is_in_earlier_dates(nation, parameters):
    other = nation.assign(a_day=nation["a_day"].where(nation["year"] < 2024, 99.0))
    first, second = (lines.bounds(rows, parameters) for rows in (nation, other))
    np.testing.assert_allclose(first.dates.effects, second.dates.effects)
    dates = lines.earlier_dates(nation, first, parameters)
    assert dates["decree"].sum() == 1
    assert dates.loc[dates["decree"], "date"].item() == pd.Timestamp(2024, 1, 1)
    assert dates.loc[~dates["decree"], "date"].max() == pd.Timestamp(2023, 2, 1)


def test_levels_wander_from_the_same_months_on(nation, parameters):
    found = lines.wandering(nation, parameters)
    rows = nation[nation["date"].between(pd.Timestamp(2019, 1, 1), pd.Timestamp(2024, 11, 1))]
    direct = structural_series(np.log(rows["a_day"]), 60, season=12, harmonics=parameters.harmonics)
    assert found["level"].effect == pytest.approx(direct.effect)
    assert found["slope"].parts == ("noise", "level", "slope")


def test_every_line_is_tried(nation):
    few = InternalArmedConflict(lines_from=[2021, 2018], forms=["counts", "levels"])
    found = lines.by_line(nation, few)
    assert list(zip(found["form"], found["line_from"], strict=True)) == [
        ("counts", 2018), ("counts", 2021), ("levels", 2018), ("levels", 2021),
    ]  # fmt: skip


def test_the_path_has_the_line_from_its_first_year(nation, parameters):
    found = lines.path(nation, parameters)
    assert found["expected"].notna().sum() == 71
    assert found.loc[found["expected"].notna(), "date"].min() == pd.Timestamp(2019, 1, 1)
