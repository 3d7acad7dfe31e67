"""What the notebook records of cities over years."""

import numpy as np
import pandas as pd
import pytest
from cities.city_panels import made_fit

from citizen_security.cities.city_trends import headline
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.reversion import Reversion


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


def test_reversion_is_said_in_per_cent():
    cities = pd.DataFrame({"change": [-1.0, 0.0], "expected_lower": [-0.5, -0.5]})
    fall = np.log(0.5)
    values = by_name(headline.reversion_values(Reversion(cities, 1, fall, fall, (np.log(0.25), 0.0), 0.0), 0.9))
    assert values["highest_change"].value == pytest.approx(-50)
    assert values["highest_change_by_reversion"].interval == pytest.approx((-75, 0))
    assert values["beyond_reversion"].value == 0.5
    assert values["beyond_reversion_by_chance"].value == pytest.approx(0.05)


def test_each_rule_has_its_skill_and_its_interval():
    names = ("model", "last value", "rolling mean")
    scores = pd.DataFrame(
        [
            {"forecast": name, "iso3": "BRA", "label": label, "origin": 2018, "covered_90": label == "A"}
            for name in names
            for label in ("A", "B", "C", "D")
        ]
    )
    skills = {"last value": (0.1, (0.0, 0.2)), "rolling mean": (0.3, (0.2, 0.4))}
    origins = pd.DataFrame({"forecast": ["model", "model", "last value"], "skill_over_last_value": [0.1, -0.1, 0.0]})
    values = by_name(headline.forecast_values(scores, skills, origins, CityTrends()))
    assert values["forecast_coverage_90"].value == 0.25
    assert values["crps_skill_over_last_value"].interval == (0.0, 0.2)
    assert (values["crps_skill_over_rolling_mean"].value, values["crps_skill_over_rolling_mean"].n) == (0.3, 4)
    assert (values["origins_better_than_last_value"].value, values["origins_better_than_last_value"].n) == (1, 2)
