"""Bounds, hidden studies and simulated filters: what the counts say when nothing is assumed, and when they tip."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from citizen_security.evidence.selection_on_outcome.checks import check
from citizen_security.evidence.selection_on_outcome.outcome_bounds import (
    directions_by_year,
    last_year_with_direction,
    later_counts,
    overturning_curve,
    simulate_filter,
    studies_to_overturn,
    worst_case_bounds,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

DEFAULTS = SelectionOnOutcome.from_values({})


@pytest.fixture(scope="module")
def coded():
    return coded_studies(catalog.load("studies"), catalog.load("countries"))


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


def test_the_defaults_are_what_the_tables_state():
    claims = catalog.load("claims").set_index("claim_id")["value"]
    stated = {"interventions": "C047", "evaluations": "C048", "formal": "C049", "formal_positive": "C051"}
    for name, claim in stated.items():
        assert getattr(DEFAULTS, name) == claims[claim]
    words = catalog.load("studies").set_index("study_id").loc["kopittke2021", "sample_size_text"]
    work, promising, undefined, not_working = (
        int(re.search(rf"(\d+) {word}", words).group(1)) for word in ("work", "promising", "undefined", "do not")
    )
    assert DEFAULTS.later_positive == work + promising
    assert DEFAULTS.later_total == work + promising + undefined + not_working


def test_later_evaluations_are_those_of_the_table(coded):
    found = later_counts(coded, DEFAULTS)
    own = list(found.values())[1]
    table = directions_by_year(coded, DEFAULTS.later_from)
    column = table[f"from {DEFAULTS.later_from}"]
    assert own.positive == column["beneficial"]
    assert own.total == column["all"] - column.get("not_stated", 0)


def test_years_without_an_evaluation_are_refused_with_the_last_that_has_one(coded):
    latest = last_year_with_direction(coded)
    check(SelectionOnOutcome.from_values({"later_from": latest}))
    with pytest.raises(ParameterError, match=f"Allowed: up to {latest}"):
        check(SelectionOnOutcome.from_values({"later_from": latest + 1}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"evaluations": 2000}, "evaluations = 2000 is more than interventions = 1300"),
        ({"formal_positive": 19}, "formal_positive = 19 is more than formal = 18"),
        ({"evaluations_positive": 10}, "formal_positive = 17 cannot be"),
        ({"formal_positive": 3}, "give from 17 to 18"),
        ({"power": 0.2, "false_positive": 0.5}, "false_positive = 0.5 is not below power = 0.2"),
        ({"later_positive": 30}, "later_positive = 30 is more than later_total = 24"),
    ],
)
def test_counts_that_cannot_be_are_refused_in_words(given, said):
    with pytest.raises(ParameterError, match=said):
        SelectionOnOutcome.from_values(given)
