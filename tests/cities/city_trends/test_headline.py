"""What the notebook records of cities over years."""

import numpy as np
import pandas as pd
import pytest
from cities.city_panels import made_fit

from citizen_security.cities.city_trends import headline
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.reversion import Reversion
from citizen_security.cities.city_trends.skill import Comparison


def by_name(values):
    return {value.name: value for value in values}


def test_each_country_is_said_with_how_long_its_waves_last():
    medians = pd.DataFrame(
        {"passing_deviation": [0.05, 0.21], "persistence": [0.97, 0.5]}, index=["Brazil", "Colombia"]
    )
    assert headline.say_deviations(medians) == (
        "Beyond chance, what passes within a year has a deviation of 0.05 in Brazil and 0.21 in Colombia on the log "
        "scale. Half of a wave is gone after 23 years in Brazil and 1.0 years in Colombia."
    )
    alone = headline.say_deviations(medians.head(1).assign(persistence=0.999))
    assert "half of a wave is gone after more than 100 years in Brazil." in alone.lower().replace("brazil", "Brazil")


def test_the_variance_is_said_of_its_parts_and_of_chance():
    rates = np.log(100) + np.array([[0.1, 0.1], [-0.1, -0.1]])
    split = pd.DataFrame(
        [dict.fromkeys(("country", "city", "year", "remainder"), share) for share in (0.25, 0.5, 0.75)]
    )
    values = by_name(headline.variance_values([made_fit([rates])], split, 0.5))
    assert (values["variance_share_city"].value, values["variance_share_city"].interval) == (0.5, (0.375, 0.625))
    assert values["variance_share_chance"].value == pytest.approx(0.5, abs=0.01)
    assert values["variance_share_year"].n == 2


def test_sure_falls_and_sure_rises_are_counted_apart():
    falls = pd.DataFrame({"probability_fell": [0.99, 0.96, 0.5, 0.01]})
    values = by_name(headline.fall_values(falls, np.array([0.4, 0.5, 0.6]), CityTrends()))
    assert (values["surely_fallen_cities"].value, values["surely_risen_cities"].value) == (2, 1)
    assert values["falling_cities_share"].value == 0.5
    assert "from 2010" in values["falling_cities_share"].label


def test_falls_and_rises_are_said_with_the_years_compared_and_the_probability():
    falls = pd.DataFrame(
        {
            "iso3": ["BRA", "BRA", "COL"],
            "first_window": "2010–2012",
            "last_window": ["2018, 2019, 2021"] * 2 + ["2022–2024"],
            "probability_fell": [0.99, 0.5, 0.01],
        }
    )
    assert headline.falls_value(falls, {"BRA": "Brazil", "COL": "Colombia"}).value == (
        "Of 3 large cities of Brazil and Colombia, 1 became less violent and 1 more, each with a probability above "
        "95%. Years are compared within a country: 2010–2012 with 2018, 2019, 2021 in Brazil; 2010–2012 with "
        "2022–2024 in Colombia."
    )


def test_gains_are_said_as_changes_of_the_error_and_of_the_density():
    said = headline.say_gains({"crps": Comparison(0.03, (-0.46, 0.6)), "log_score": Comparison(-0.5, (-0.7, 0.1))})
    assert "changes by −0.03 (−0.60 to +0.46) when the last value gives way to the pool. " in said
    # e^−0.5, e^−0.7 and e^0.1.
    assert said.endswith("changes by −39% (−50% to +11%).")


def test_how_dangerous_cities_are_now_is_said_by_country():
    falls = pd.DataFrame(
        {
            "iso3": ["BRA", "BRA", "BRA", "COL"],
            "last_window": ["2018, 2019, 2021"] * 3 + ["2022–2024"],
            "risk": [20.0, 31.04, 50.0, 7.0],
            "probability_above": [0.0, 0.94, 0.95, 0.0],
            "rank_lower": [1, 2, 1, 1],
            "rank_upper": [3, 3, 3, 1],
        }
    )
    assert headline.now_value(falls, {"BRA": "Brazil", "COL": "Colombia"}).value == (
        "The middle city's risk in the last years with figures, in homicides per 100,000 person-years, was 31.0 in "
        "Brazil (2018, 2019, 2021) and 7.0 in Colombia (2022–2024). Surely above 30 were 1 of 3 in Brazil and 0 of 1 "
        "in Colombia. A city's rank in its country is known to within 2 of 3 places in Brazil and 0 of 1 in Colombia."
    )


def test_reversion_is_said_in_per_cent():
    cities = pd.DataFrame({"change": [-1.0, 0.0], "expected_lower": [-0.5, -0.5]})
    fall = np.log(0.5)
    values = by_name(headline.reversion_values(Reversion(cities, 1, fall, fall, (np.log(0.25), 0.0), 0.0), 0.9))
    assert values["highest_change"].value == pytest.approx(-50)
    assert values["highest_change_by_reversion"].interval == pytest.approx((-75, 0))
    assert values["beyond_reversion"].value == 0.5
    # Wilson's interval of one of two reaches z / (2 sqrt(2 + z²)) to either side of a half.
    half = 1.645 / (2 * np.sqrt(2 + 1.645**2))
    assert values["beyond_reversion"].interval == pytest.approx((0.5 - half, 0.5 + half), abs=1e-3)
    assert values["beyond_reversion_by_chance"].value == pytest.approx(0.05)


BETTER, UNSURE, WORSE = Comparison(0.4, (0.1, 0.7)), Comparison(0.2, (-0.3, 0.6)), Comparison(-0.5, (-0.9, -0.1))
GAINS = {
    "pool": {"crps": BETTER, "log_score": UNSURE},
    "model": {"crps": UNSURE, "log_score": WORSE},
    "ridge on lags": {"crps": BETTER, "log_score": UNSURE},
}


def test_the_pool_and_the_model_have_their_gains_coverage_and_verdict():
    scores = pd.DataFrame(
        [
            {"forecast": name, "iso3": iso3, "label": label, "origin": 2018, "crps": crps, "log_score": log_score}
            for name, crps, log_score in (("pool", 1.0, -2.0), ("model", 1.0, -3.0), ("last value", 1.5, -2.5))
            for iso3, label in (("BRA", "A"), ("BRA", "B"), ("MEX", "C"))
        ]
    )
    scores.loc[(scores["iso3"] == "MEX") & (scores["forecast"] == "pool"), "log_score"] = -2.6
    coverage = {"pool": Comparison(0.9, (0.85, 0.94)), "model": Comparison(0.8, (0.7, 0.9))}
    values = by_name(headline.forecast_values(scores, GAINS, coverage, CityTrends(credible_level=0.8)))
    assert values["forecast_verdict"].value == (
        "Whether an average of forecasts (the pool) does better than last year's rate is undecided."
    )
    # The error falls by what the score gains.
    assert "changes by −0.40 (−0.70 to −0.10) when the last value" in values["pool_scores_sentence"].value
    assert (values["pool_crps_gain"].value, values["pool_crps_gain"].interval) == (0.4, (0.1, 0.7))
    assert (values["model_log_score_gain"].value, values["model_log_score_gain"].n) == (-0.5, 3)
    assert "80%" in values["model_log_score_gain"].label
    assert (values["pool_coverage_90"].value, values["model_coverage_90"].interval) == (0.9, (0.7, 0.9))
    assert (values["origins_better_than_last_value"].value, values["origins_better_than_last_value"].n) == (1, 2)


def test_every_forecast_is_said_to_be_better_worse_or_neither():
    assert headline.say_rules(GAINS, 0.8) == (
        "Against the last value by the continuous ranked probability score, surely better: pool and ridge on lags; "
        "undecided: model. Against the last value by the log score, undecided: pool and ridge on lags; surely worse: "
        "model. What is sure is so at 80%."
    )
