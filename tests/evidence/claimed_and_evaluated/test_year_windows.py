"""Windows: a year in the wrong one would compare a place with itself, or choose it by what came later."""

import numpy as np
import pytest

from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.evidence.claimed_and_evaluated.year_windows import window_weights, windows_of


def test_the_years_before_are_chosen_by_and_those_after_are_not():
    weights = window_weights("high_level", before=1, after=2, past=3)
    assert weights.before.tolist() == weights.select.tolist() == [0, 0, 0, 1, 0, 0]
    assert weights.after.tolist() == [0, 0, 0, 0, 0.5, 0.5]


def test_a_spike_is_the_level_over_its_own_past():
    weights = window_weights("spike", before=2, after=1, past=2)
    assert weights.select.tolist() == [-0.5, -0.5, 0.5, 0.5, 0]


def test_at_random_nothing_is_chosen_by():
    assert not window_weights("at_random", before=1, after=1, past=1).select.any()


@pytest.mark.parametrize("rule", ["high_level", "spike", "at_random"])
def test_the_parameters_name_the_lengths(rule):
    asked = ClaimedAndEvaluated.from_values({"years_before": 2, "years_after": 3, "years_past": 4})
    np.testing.assert_array_equal(
        windows_of(asked, rule).select, window_weights(rule, before=2, after=3, past=4).select
    )
