"""The fall that is announced on the page: of other places than the parameters name, it would be about nobody."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.city_variance import (
    city_deviations,
    panel_of_cities,
)
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import (
    FallWithoutEffect,
    claims_in_chance,
    closed_form_fall,
    fall_without_effect,
    simulated_homicides,
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces, choose_places
from citizen_security.evidence.claimed_and_evaluated.year_windows import windows_of
from citizen_security.methods.reversion import YearVariance
from citizen_security.tables import catalog

VARIANCE = YearVariance(between=0.15, within=0.3, persistence=0.8, noise=0.02)
PARAMETERS = ClaimedAndEvaluated.from_values({"places": 4_000, "city_resamples": 50})


def test_places_have_the_size_and_the_rate_that_the_parameters_name():
    counts = simulated_homicides(VARIANCE, PARAMETERS)
    assert counts.shape == (4_000, 6)
    # 300,000 persons at 25 per 100,000; a median of 4,000 places with a spread of 0.7 on the log scale.
    assert np.median(counts) == pytest.approx(75, rel=0.06)


def test_the_fall_is_about_that_of_the_closed_form():
    huge = PARAMETERS.model_copy(update={"population": 20_000_000, "places": 100_000})
    places = choose_places(simulated_homicides(VARIANCE, huge), windows_of(huge, "high_level"), 0.9)
    # Two years after are averaged before the logarithm is taken, which adds a point or two.
    assert closed_form_fall(VARIANCE, huge) == pytest.approx(places.median_fall, abs=2.5)


def test_the_interval_is_from_resampled_cities_of_the_panel():
    deviations = city_deviations(panel_of_cities(catalog.load("city_year"), PARAMETERS))
    places = ChosenPlaces(np.array([-30.0, -20.0, 10.0]), 12.0)
    found = fall_without_effect(places, VARIANCE, deviations, PARAMETERS)
    assert (found.typical, found.together, found.cities) == (20.0, 12.0, len(deviations.values))
    assert found.interval[0] < found.interval[1]


def test_the_table_says_everything_once():
    fall = FallWithoutEffect(typical=20.0, interval=(15.0, 25.0), together=12.0, closed_form=22.0, cities=100)
    assert fall.table()["value"].tolist() == [20.0, 15.0, 25.0, 12.0, 22.0]


def test_only_claims_on_homicide_in_one_place_are_set_beside_chance():
    compared = pd.DataFrame(
        {
            "label": ["A, x", "B, y", "C, z"],
            "claimed": [-25.0, -50.0, np.nan],
            "evaluated": [-10.0, -20.0, -5.0],
            "one_place_homicide": [True, False, True],
        }
    )
    found = claims_in_chance(compared, ChosenPlaces(np.array([-30.0, -20.0, 10.0, 0.0]), 12.0))
    assert found["label"].tolist() == ["A, x"]
    assert found["as_deep_percent"].tolist() == [25.0]
