"""What the notebook records: a value under another name, or of another row, would be printed on every page."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.claimed_and_evaluated.announced_changes import Median
from citizen_security.evidence.claimed_and_evaluated.fall_without_effect import FallWithoutEffect
from citizen_security.evidence.claimed_and_evaluated.headline import (
    chance_values,
    claim_values,
    depth_values,
    persistence_values,
    programme_values,
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces

PARAMETERS = ClaimedAndEvaluated.from_values({"confidence_level": 0.9})
FALL = FallWithoutEffect(typical=20.0, interval=(21.0, 25.0), together=12.0, closed_form=22.0, cities=100)
PLACES = ChosenPlaces(np.linspace(-100.0, 100.0, 201), 12.0)
OBSERVED = pd.DataFrame(
    {
        "rule": ["high_level", "high_level", "spike"],
        "quantile": [0.5, 0.9, 0.9],
        "fall": [5.0, 15.0, 25.0],
        "lower": [4.0, 12.0, 20.0],
        "upper": [6.0, 18.0, 30.0],
        "choices": [500, 100, 90],
    }
)


def by_name(values):
    found = {value.name: value for value in values}
    assert len(found) == len(values)
    return found


def test_programmes_are_counted_and_a_median_that_is_not_there_is_left_out():
    compared = pd.DataFrame({"missing": ["", "", "claim without a number"]})
    median = Median(value=2.3, bootstrap=(1.4, 2.6), extremes=(1.3, 2.6), coverage=0.875, n=4)
    found = by_name(claim_values(compared, {"ratio": median, "log_ratio_difference": None}, PARAMETERS))
    assert (found["programmes_total"].value, found["programmes_without_ratio"].value) == (3, 1)
    assert found["claimed_over_evaluated_median"].interval == (1.4, 2.6)
    assert "bootstrap 90% confidence interval" in found["claimed_over_evaluated_median"].label
    assert found["claimed_over_evaluated_extremes"].value == "1.3 to 2.6"
    assert found["claimed_over_evaluated_coverage"].value == 87.5
    assert not any(name.startswith("claimed_log_difference") for name in found)


def test_an_interval_from_resamples_is_stretched_to_hold_its_value():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))["regression_to_the_mean_fall_percent"]
    assert (found.value, found.interval, found.n) == (20.0, (20.0, 25.0), 100)
    assert "rule high_level, above quantile 0.9, 300,000 persons, rate 25" in found.label


def test_the_panel_s_fall_is_that_of_high_levels_at_ninety_percent():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))
    observed = found["regression_observed_fall_percent"]
    assert (observed.value, observed.interval, observed.n) == (15.0, (12.0, 18.0), 100)
    assert found["regression_closed_form_fall_percent"].value == 22.0
    assert found["regression_together_fall_percent"].value == 12.0


def test_the_range_of_chosen_places_is_that_of_their_changes():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))["chosen_place_change_percent"]
    assert found.value == pytest.approx(0)
    assert found.interval == pytest.approx((-90, 90))


def test_correlations_are_of_the_first_and_the_last_lag():
    covariances = pd.DataFrame({"lag": [0, 1, 2], "covariance": [0.5, 0.4, 0.25], "pairs": [30, 20, 10]})
    found = by_name(persistence_values(covariances))
    assert found["correlation_next_year"].value == pytest.approx(0.8)
    assert (found["correlation_longest_lag"].value, found["correlation_longest_lag"].n) == (0.5, 10)


def test_a_claim_is_named_by_its_programme():
    marks = pd.DataFrame({"label": ["Alto al Fuego, Plateros"], "claimed": [-50.0], "as_deep_percent": [3.5]})
    assert by_name(depth_values(marks))["as_deep_alto_al_fuego"].value == 3.5


def test_falls_are_changes_turned_round_and_without_others_there_is_no_relative_one():
    row = {
        "programme": "P",
        "place": "Q",
        "counted": "files",
        "windows": "2019, 2023",
        "before": 50,
        "after": 40,
        "change": -20.0,
        "lower": -40.0,
        "upper": 10.0,
        "others": "elsewhere",
        "relative_change": -5.0,
        "relative_lower": -30.0,
        "relative_upper": 30.0,
    }
    alone = {**row, "others": "", "relative_change": np.nan, "relative_lower": np.nan, "relative_upper": np.nan}
    found = by_name(programme_values(pd.DataFrame([row, row, alone, row]), PARAMETERS))
    assert (found["plateros_fall"].value, found["plateros_fall"].interval) == (20.0, (-10.0, 40.0))
    assert found["plateros_fall"].n == 90
    assert found["plateros_relative_fall"].interval == (-30.0, 30.0)
    assert set(found) == {
        "plateros_fall",
        "plateros_relative_fall",
        "morelia_deaths_fall",
        "morelia_deaths_relative_fall",
        "morelia_files_fall",
    }
