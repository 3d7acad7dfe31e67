"""Bounds: too narrow ones would claim what the counts do not say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.worst_case_bounds import worst_case_bounds

DEFAULTS = SelectionOnOutcome.from_values({})


def rows(parameters):
    return worst_case_bounds(parameters).set_index(["population", "assumption"])


def test_the_bounds_by_hand():
    found = rows(DEFAULTS)
    listed = found.loc["interventions listed", "all results believed"]
    assert (listed["lower"], listed["upper"]) == pytest.approx((84 / 1300, 1299 / 1300))
    formal = found.loc["evaluations found", "formal results believed"]
    assert (formal["lower"], formal["upper"]) == pytest.approx((17 / 85, 84 / 85))
    ordered = found.loc["interventions listed", "evaluated work at least as often"]
    assert (ordered["lower"], ordered["upper"]) == pytest.approx((84 / 1300, 84 / 85))
    nothing = found.loc["interventions listed", "no result believed"]
    assert (nothing["lower"], nothing["upper"]) == (0, 1)


@settings(max_examples=40, deadline=None)  # a busy machine is no failure
@given(working=st.integers(0, 1215))
def test_whatever_the_others_do_the_truth_is_within_the_bounds(working):
    listed = rows(DEFAULTS).loc["interventions listed", "all results believed"]
    assert listed["lower"] <= (84 + working) / 1300 <= listed["upper"]


def test_a_review_without_formal_evaluations_has_no_row_for_them():
    found = worst_case_bounds(
        SelectionOnOutcome.from_values({"formal": 0, "formal_positive": 0, "evaluations_positive": 60})
    )
    assert "formal evaluations" not in set(found["population"])
