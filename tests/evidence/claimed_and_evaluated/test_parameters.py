"""What the parameters do not take is refused in words that help."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.parameters import ParameterError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"countries": []}, "countries is an empty list"),
        ({"countries": ["BRA", "BRA"]}, "BRA more than once"),
        ({"first_year": 2015, "last_year": 2019}, "fewer than 10 years"),
        ({"rule": "highest"}, "rule"),
    ],
)
def test_contradictions_are_refused_in_words(given, said):
    with pytest.raises(ParameterError, match=said):
        ClaimedAndEvaluated.from_values(given)


@pytest.mark.parametrize(
    ("old", "value", "now"), [("interval_level", 0.9, "confidence_level"), ("resamples", 100, "city_resamples")]
)
def test_old_names_are_refused_with_the_new_one(old, value, now):
    with pytest.raises(ParameterError, match=f"{old} is now called {now}"):
        ClaimedAndEvaluated.from_values({old: value})


def test_quick_effort_simulates_and_resamples_less():
    full, quick = ClaimedAndEvaluated(), ClaimedAndEvaluated.from_values({"effort": "quick"})
    assert (full.places_at_effort, full.places_for_a_resample, full.city_resamples_at_effort) == (100_000, 5_000, 200)
    assert (quick.places_at_effort, quick.places_for_a_resample, quick.city_resamples_at_effort) == (10_000, 5_000, 50)
    assert (full.observed_resamples, quick.observed_resamples) == (50, 20)


def test_the_sizes_compared_are_a_quarter_and_four_times_the_one_asked_for():
    assert ClaimedAndEvaluated().populations == [75_000, 300_000, 1_200_000]
    assert ClaimedAndEvaluated.from_values({"population": 5_000}).populations == [5_000, 20_000]
