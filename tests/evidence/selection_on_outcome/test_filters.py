"""The formula of the filter: a share shown that is none would mislead every page."""

import pytest

from citizen_security.evidence.selection_on_outcome.filters import (
    Counts,
    filters,
    reported_odds,
    shown_share,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome


def test_the_formula_by_hand():
    # Half of all positive, one in 84 of the others let in: 84 of 85 are positive.
    assert float(shown_share(0.5, 1 / 84)) == pytest.approx(84 / 85)
    assert float(shown_share(0.3, 1.0)) == pytest.approx(0.3)
    assert float(shown_share(0.01, 0.0)) == 1.0
    assert reported_odds(1 / 84, 0.5) == pytest.approx(84 / 85)


def test_the_share_and_the_mean_ratio_are_those_of_the_counts_and_the_prior():
    assert Counts(3, 4).share == 0.75
    assert [story.mean_ratio for story in filters(SelectionOnOutcome())] == [1.0, 0.34, 0.02, 0.0]
