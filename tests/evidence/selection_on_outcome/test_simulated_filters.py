"""Simulated filters: they show what the formula says, or one of them is wrong."""

import numpy as np

from citizen_security.evidence.selection_on_outcome.filters import filters
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.simulated_filters import mean_ratios, simulate_filter

DEFAULTS = SelectionOnOutcome.from_values({})


def test_simulated_filters_agree_with_the_formula_and_hide_the_truth():
    found = simulate_filter(DEFAULTS, {"none": 1.0, "publication": 0.34, "rule": 0.02, "full": 0.0}, 400)
    # 400 collections of about 60 to 260 evaluations: the mean is known to half a percent.
    np.testing.assert_allclose(found["shown"], found["expected"], atol=0.01)
    slope = found.groupby("label", sort=False)["expected"].agg(np.ptp)
    assert list(slope) == sorted(slope, reverse=True)
    assert slope["full"] == 0


def test_a_filter_that_lets_nothing_in_shows_nothing():
    rare = SelectionOnOutcome.from_values(
        {
            "interventions": 1,
            "evaluations": 1,
            "evaluations_positive": 1,
            "formal": 1,
            "formal_positive": 1,
            "evaluated_share": 0.02,
        }
    )
    found = simulate_filter(rare, {"full": 0.0}, 1)
    assert found["shown"].isna().any()


def test_each_filter_is_simulated_at_its_mean_ratio():
    assert mean_ratios(filters(DEFAULTS)) == {
        "filter ignored": 1.0,
        "publication only": 0.34,
        "rule with exceptions": 0.02,
        "rule without exception": 0.0,
    }
