"""Contradictory parameters are refused."""

import pytest

from citizen_security.cities.concentration.parameters import Concentration
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first_year": 2010, "last_year": 2009}, "after last_year"),
        ({"scales": ["states"]}, "not in scales"),
        ({"scales": []}, "scales"),
        ({"countries": ["BRA", "BRA"]}, "more than once"),
        ({"countries": ["ARG"]}, "countries"),
        ({"streets_with_homicide": 4_881}, "cannot hold"),
        ({"streets": 2_970}, "cannot hold"),
        ({"street_shapes": [0.0]}, "number from 0.001 to 1000"),
        ({"share_of_homicides": 1.0}, "share_of_homicides"),
    ],
)
def test_contradictory_parameters_are_refused(changed, words):
    with pytest.raises(ParameterError, match=words):
        Concentration.from_values(changed)


@pytest.mark.parametrize(("old", "new"), [("interval_level", "credible_level"), ("draws", "simulated_years")])
def test_a_former_name_is_told_its_new_one(old, new):
    with pytest.raises(ParameterError, match=f"{old} is now called {new}"):
        Concentration.from_values({old: 0.9})


def test_a_quick_run_simulates_less_and_measures_every_fifth_year():
    full, quick = Concentration(), Concentration(effort="quick")
    assert (full.simulated_years_at_effort, full.simulated_years_of_the_series, full.series_step) == (1_000, 250, 1)
    assert (quick.simulated_years_at_effort, quick.simulated_years_of_the_series, quick.series_step) == (200, 50, 5)
    assert (full.simulated_cities_at_effort, quick.simulated_cities_at_effort) == (40, 5)
