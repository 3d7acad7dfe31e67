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
)
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.simulated_places import ChosenPlaces
from citizen_security.values import Missing, Value

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


def test_programmes_are_counted_and_a_median_that_is_not_there_is_missing():
    compared = pd.DataFrame({"missing": ["", "", "claim without a number"], "claimed": -50.0, "evaluated": -20.0})
    median = Median(value=2.3, bootstrap=(1.4, 2.6), extremes=(1.3, 2.6), coverage=0.875, n=4)
    values = claim_values(compared, {"ratio": median, "log_ratio_difference": None}, PARAMETERS)
    found = by_name([value for value in values if isinstance(value, Value)])
    assert (found["programmes_total"].value, found["programmes_without_ratio"].value) == (3, 1)
    assert found["claimed_over_evaluated_median"].interval == (1.4, 2.6)
    assert "bootstrap 90% confidence interval" in found["claimed_over_evaluated_median"].label
    assert found["claimed_over_evaluated_extremes"].value == "1.3 to 2.6"
    assert found["claimed_over_evaluated_coverage"].value == 87.5
    assert [value.names for value in values if isinstance(value, Missing)] == ["claimed_log_difference_*"]


def test_an_interval_from_resamples_is_stretched_to_hold_its_value():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))["regression_to_the_mean_fall_percent"]
    assert (found.value, found.interval, found.n) == (20.0, (20.0, 25.0), 100)
    assert "places chosen for a level above the 90% quantile, 300,000 persons, rate 25" in found.label


def test_the_panel_s_fall_is_that_of_high_levels_at_ninety_percent():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))
    observed = found["regression_observed_fall_percent"]
    assert (observed.value, observed.interval, observed.n) == (15.0, (12.0, 18.0), 100)
    assert found["regression_closed_form_fall_percent"].value == 22.0


def test_the_range_of_chosen_places_is_that_of_their_changes():
    found = by_name(chance_values(FALL, PLACES, OBSERVED, PARAMETERS))["chosen_place_change_percent"]
    assert found.value == pytest.approx(0)
    assert found.interval == pytest.approx((-90, 90))


def test_correlations_are_of_the_first_and_the_last_lag():
    table = {"lag": [1, 2], "correlation": [0.8, 0.5], "lower": [0.7, 0.2], "upper": [0.9, 0.8]}
    found = by_name(persistence_values(pd.DataFrame(table | {"pairs": [20, 10]}), 0.9))
    next_year = found["correlation_next_year"]
    assert (next_year.value, next_year.interval) == (0.8, (0.7, 0.9))
    assert next_year.label.endswith("90% jackknife interval over cities")
    assert (found["correlation_longest_lag"].value, found["correlation_longest_lag"].n) == (0.5, 10)


def test_claims_among_chosen_places_are_told_in_a_sentence():
    marks = pd.DataFrame({"label": ["Alto al Fuego, Plateros"], "claimed": [-50.0], "as_deep_percent": [3.5]})
    (depth,) = depth_values(marks)
    assert depth.value.endswith("with no programme: 3.5% (Alto al Fuego, Plateros).")
