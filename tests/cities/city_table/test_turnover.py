"""How much of a list is new a year later, and how much chance alone renews."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.cities.city_table.published_counts import with_rates, years_in_all
from citizen_security.cities.city_table.turnover import (
    consecutive,
    summarise_turnover,
    top_cities,
    turnover,
    turnover_by_year,
)


def test_top_cities_are_the_highest_and_exactly_so_many():
    np.testing.assert_array_equal(
        top_cities([[3, 1, 2, 2], [0, 0, 0, 0]], 2), [[True, False, True, False], [True, True, False, False]]
    )


def test_turnover_is_the_share_that_was_not_there():
    before, after = np.array([True, True, True, False, False]), np.array([True, False, True, True, False])
    assert turnover(before, after) == pytest.approx(1 / 3)
    assert turnover(before, before) == 0


def test_years_that_do_not_follow_each_other_are_not_compared(panel):
    years = years_in_all(panel, ("BRA", "MEX"), 2017, 2024)
    assert years == [2017, 2018, 2019, 2021]
    assert consecutive(years) == [(2017, 2018), (2018, 2019)]


def simulated_panel(generator, wandering):
    """A country of 200 cities in two years whose risks are the same, or move."""
    risks = generator.gamma(4, 30, 200) + 5
    later = risks * np.exp(wandering * generator.standard_normal(200))
    years = [
        pd.DataFrame({"iso3": "BRA", "city_code": [f"{i:05}" for i in range(200)], "year": year,
                      "homicides": generator.poisson(mean), "population": 400_000})
        for year, mean in ((2010, risks), (2011, later))
    ]  # fmt: skip
    return with_rates(pd.concat(years, ignore_index=True))


def test_constant_risk_renews_a_list_as_often_as_chance_is_said_to():
    generator = np.random.default_rng(11)
    drawn = [turnover_by_year(simulated_panel(generator, 0.0), [(2010, 2011)], 30, 100, seed) for seed in range(20)]
    observed = np.array([each["observed"].iloc[0] for each in drawn])
    chance = np.array([each["chance"].mean() for each in drawn])
    # A turnover of 30 cities deviates by about 0.05, so the mean of 20 by 0.011; three of these.
    assert observed.mean() == pytest.approx(chance.mean(), abs=0.034)
    within = [
        (row["chance_lower"] <= row["observed"]) & (row["observed"] <= row["chance_upper"])
        for row in (summarise_turnover(each, 0.95).iloc[0] for each in drawn)
    ]
    assert np.mean(within) >= 0.8  # 95% less three standard errors of 20 trials


def test_wandering_risk_renews_more_than_chance():
    drawn = turnover_by_year(simulated_panel(np.random.default_rng(5), 0.6), [(2010, 2011)], 30, 300, 1)
    summary = summarise_turnover(drawn, 0.95).iloc[0]
    assert summary["observed"] > summary["chance_upper"]
