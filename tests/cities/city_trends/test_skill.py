"""Means, differences and the verdict are those of the scores."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.cities.city_trends import skill
from citizen_security.cities.city_trends.forecasts import FORECASTS
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.skill import Comparison

FACTORS = {"pool": 0.5, "model": 1.0, "last value": 2.0, "rolling mean": 1.5, "exponential smoothing": 3.0,
           "ridge on lags": 2.5}  # fmt: skip


@pytest.fixture
def scores():
    rows = [
        (forecast, city, country, factor * size, -0.1 * factor * size, factor * size < 3)
        for forecast, factor in FACTORS.items()
        for city, country, size in (("A", "BRA", 1), ("B", "BRA", 2), ("C", "MEX", 3))
    ]
    frame = pd.DataFrame(rows, columns=["forecast", "label", "iso3", "crps", "log_score", "covered_90"])
    return frame.assign(origin=2018, year=2019)


def test_skill_is_the_share_by_which_the_score_is_lower(scores):
    table = skill.summarize_scores(scores).set_index("forecast")
    assert table.loc["model", "skill_over_last_value"] == pytest.approx(0.5)
    assert table.loc["rolling mean", "skill_over_last_value"] == pytest.approx(0.25)
    split = skill.scores_by_country(scores).set_index(["iso3", "forecast"])
    assert split.loc[("MEX", "pool"), "skill_over_last_value"] == pytest.approx(0.75)
    assert split.loc[("all", "model"), "log_score"] == pytest.approx(-0.2)
    assert split.loc[("BRA", "last value"), "coverage_90"] == 0.5


def test_a_gain_is_above_zero_where_the_forecast_is_better_by_either_score(scores):
    gains = skill.gains_over_last_value(scores, CityTrends())
    assert set(gains) == set(FORECASTS) - {"last value"}
    assert gains["pool"]["crps"].mean == pytest.approx(3)
    assert gains["pool"]["log_score"].mean == pytest.approx(0.3)
    assert gains["exponential smoothing"]["crps"].mean == pytest.approx(-2)
    # Cities A and B are drawn again: from 1.5 + 1.5 to 3 + 3 of Brazil, and 4.5 of Mexico.
    assert gains["pool"]["crps"].interval == pytest.approx((2.5, 3.5))
    assert (gains["pool"]["crps"].sign, gains["exponential smoothing"]["log_score"].sign) == (1, -1)


def test_an_origin_that_went_otherwise_widens_the_interval_and_the_same_one_again_does_not(scores):
    one = scores[scores["label"] == "C"]
    otherwise = one.assign(origin=2015, year=2016, crps=lambda rows: 12 - rows["crps"])
    parameters = CityTrends(credible_level=0.95)
    again, mixed = (
        skill.gains_over_last_value(pd.concat([one, other]), parameters)["pool"]["crps"]
        for other in (one.assign(origin=2015, year=2016), otherwise)
    )
    assert (again.mean, *again.interval) == pytest.approx((4.5, 4.5, 4.5))
    # One origin has a gain of 4.5, the other a loss as large: both are samples that can be drawn.
    assert (mixed.mean, *mixed.interval) == pytest.approx((0, -4.5, 4.5))
    assert mixed.sign == 0


def test_coverage_is_that_of_each_forecast(scores):
    found = skill.coverages(scores, CityTrends())
    assert found["pool"].mean == pytest.approx(1)
    assert found["model"].mean == pytest.approx(2 / 3)
    assert found["last value"].mean == pytest.approx(1 / 3)


BETTER, UNSURE, WORSE = (Comparison(mean, (mean - 1, mean + 1)) for mean in (2.0, 0.5, -2.0))


@pytest.mark.parametrize(
    ("crps", "log_score", "coverage", "judged"),
    [
        (BETTER, BETTER, 0.89, 1),
        (BETTER, UNSURE, 0.89, 0),
        (UNSURE, BETTER, 0.89, 0),
        (BETTER, BETTER, 0.87, 0),
        (BETTER, BETTER, 0.93, 0),
        (WORSE, WORSE, 0.89, -1),
        (WORSE, BETTER, 0.89, 0),
    ],
)
def test_a_pool_is_better_by_both_scores_and_its_coverage_or_undecided(crps, log_score, coverage, judged):
    gains = {"pool": {"crps": crps, "log_score": log_score}, "model": {"crps": WORSE, "log_score": BETTER}}
    held = {"pool": Comparison(coverage, (0.8, 0.95))}
    assert skill.judge(gains, held) == judged
    assert skill.say_verdict(gains, held).startswith(
        {1: "An average of forecasts (the pool) does b", 0: "Whether", -1: "An average of forecasts (the pool) does w"}[
            judged
        ]
    )


def test_a_bootstrap_is_one_of_cities_and_origins():
    generator = np.random.default_rng(2)
    rows = pd.DataFrame(
        [("BRA", city, origin) for city in "ABCDEFGH" for origin in (2010, 2013, 2016)],
        columns=["iso3", "label", "origin"],
    )
    shock = rows["origin"].map({2010: -1.0, 2013: 0.2, 2016: 0.9})
    values = shock + generator.normal(0, 0.1, len(rows))
    found = skill._compared(values, rows, CityTrends())
    # Rows drawn one by one would give an interval of a half.
    assert found.interval[1] - found.interval[0] > 1
