"""Provinces: by hand, and on made-up ones whose slope is known."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes.internal_armed_conflict import provinces


def made_up(slope, noise, seed=5, units=60):
    """Provinces of steady years, a height in 2023, and a change in 2024 that follows it by a slope."""
    generator = np.random.default_rng(seed)
    dates = pd.date_range("2014-01-01", "2024-11-01", freq="MS")
    level = np.log(generator.uniform(5, 15, units))
    height = generator.normal(0.5, 0.5, units) if slope is not None else np.zeros(units)
    logs = np.tile(level, (len(dates), 1))
    # Years before those that the height of 2023 is measured against differ, so that earlier slopes are defined.
    for year in range(2014, 2020):
        logs[dates.year == year] += generator.normal(0, 0.1, units)
    logs[dates.year == 2023] += height
    logs[dates.year == 2024] += height * (1 + (slope or 0.0))
    counts = generator.poisson(np.exp(logs)) if noise else np.round(1000 * np.exp(logs))
    return pd.DataFrame(counts, index=dates, columns=[f"p{place}" for place in range(units)])


def test_provinces_are_chosen_by_all_years(wide, parameters):
    names = provinces.kept(wide, parameters)
    assert names[0] == "Guayas"
    assert "Galápagos" not in names
    a_year = wide[names].sum() / (131 / 12)
    assert (a_year >= parameters.least_homicides).all()


def test_changes_by_hand(wide, parameters):
    found = provinces.changes(wide, parameters).set_index("province").loc["Esmeraldas"]
    own = wide["Esmeraldas"]
    before, after = own.loc["2023-01":"2023-11"].sum(), own.loc["2024-01":"2024-11"].sum()
    assert (found["before"], found["after"]) == (before, after)
    assert found["change"] == pytest.approx(100 * (after / 335 / (before / 334) - 1))


@pytest.mark.parametrize("slope", [-1.0, -0.5, 0.0, 0.4])
def test_a_known_slope_is_found(slope, parameters):
    found = provinces.slopes(made_up(slope, noise=False), parameters).iloc[-1]
    assert found["slope"] == pytest.approx(slope, abs=0.01)
    assert found["agreement"] > 0.99


def test_chance_alone_tilts_the_plain_slope_and_gives_no_other(parameters):
    found = provinces.slopes(made_up(None, noise=True), parameters).iloc[-1]
    assert found["plain"] < -0.5
    assert found["agreement"] < provinces.AGREEMENT
    assert np.isnan(found["slope"])


def test_noise_is_taken_off(parameters):
    slopes = [provinces.slopes(made_up(0.0, noise=True, seed=seed), parameters).iloc[-1] for seed in range(12)]
    assert abs(np.mean([row["slope"] for row in slopes])) < 0.05
    assert np.mean([row["lower"] <= 0 <= row["upper"] for row in slopes]) >= 0.7


def test_records_are_followed(parameters):
    dates = pd.date_range("2014-01-01", "2024-11-01", freq="MS")
    level = {2014: 10, 2015: 9, 2016: 9, 2017: 20, 2018: 10, 2019: 9, 2020: 9, 2021: 9, 2022: 9, 2023: 40, 2024: 20}
    wide = pd.DataFrame({"p": [level[year] for year in dates.year]}, index=dates)
    found = provinces.after_records(wide, parameters)
    assert list(found["year"]) == [2018, 2024]
    assert list(found["change"]) == pytest.approx([-50, -50], abs=0.5)


def test_months_of_provinces_in_rows(wide, parameters):
    found = provinces.monthly(wide, parameters)
    assert list(found.columns) == ["date", "province", "homicides"]
    assert len(found) == 131 * len(provinces.kept(wide, parameters))
    assert found.loc[found["province"] == "Guayas", "homicides"].sum() == wide["Guayas"].sum()
