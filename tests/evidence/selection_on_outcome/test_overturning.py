"""Hidden studies: a number too large would reassure, one too small alarm."""

import pytest
from scipy import stats

from citizen_security.evidence.selection_on_outcome.overturning import Overturn, overturning_curve, studies_to_overturn
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome

DEFAULTS = SelectionOnOutcome.from_values({})


def test_bisection_finds_what_a_search_one_by_one_finds():
    small = SelectionOnOutcome.from_values(
        {"interventions": 60, "evaluations": 12, "evaluations_positive": 11, "formal": 4, "formal_positive": 3}
    )
    found = studies_to_overturn(small)
    curve = overturning_curve(small, 48)
    assert len(curve) == 49
    assert found.share == 10  # 11 of 22 is no longer more than half
    assert found.interval == int(curve.loc[curve["interval"] <= 0.5, "hidden"].min())
    assert found.posterior == int(curve.loc[curve["posterior"] < 0.95, "hidden"].min())


def test_the_number_for_the_share_and_the_interval_of_the_review_by_hand():
    found = studies_to_overturn(DEFAULTS)
    assert found.share == 83
    ends = [stats.beta.ppf(0.025, 84, total - 84 + 1) for total in (85 + found.interval - 1, 85 + found.interval)]
    assert ends[0] > 0.5 >= ends[1]


def test_a_conclusion_that_no_drawer_can_overturn_is_said_to_be_one():
    full = SelectionOnOutcome.from_values({"interventions": 90})
    assert studies_to_overturn(full).share is None
    lost = SelectionOnOutcome.from_values({"evaluations_positive": 20, "formal_positive": 5})
    assert studies_to_overturn(lost).share == 0


@pytest.mark.parametrize(
    ("share", "most", "furthest"), [(83, 1215, 166), (3, 1215, 20), (None, 30, 30), (83, 100, 100), (0, 0, 1)]
)
def test_a_curve_reaches_twice_as_far_as_the_last_rule_and_no_further_than_there_is_room(share, most, furthest):
    assert Overturn(share, None, None, most).furthest_shown == furthest
