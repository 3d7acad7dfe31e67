"""What the notebook records: a value under another name, or of another row, would be printed on every page."""

import pandas as pd
import pytest

from citizen_security.evidence.selection_on_outcome.headline import (
    bounds_values,
    drawer_values,
    later_values,
    overturning_values,
    posterior_values,
    simulation_values,
)
from citizen_security.evidence.selection_on_outcome.overturning import Overturn
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.worst_case_bounds import worst_case_bounds
from citizen_security.values import Missing, Value

PARAMETERS = SelectionOnOutcome.from_values({"confidence_level": 0.9, "credible_level": 0.8})


def by_name(values):
    found = {value.name: value for value in values}
    assert len(found) == len(values)
    return found


def summary(**columns):
    row = {"filter": "ignored", "label": "filter ignored", "total": 85, "lower": 0.5, "median": 0.75, "upper": 0.875}
    return pd.DataFrame([{**row, "above": 0.25, **columns}])


def test_shares_reported_have_a_confidence_interval_and_posteriors_a_credible_one():
    found = by_name(posterior_values(summary(), PARAMETERS))
    reported = found["positive_share_reported"]
    assert reported.value == pytest.approx(100 * 84 / 85)
    assert "Wilson 90% confidence interval" in reported.label
    posterior = found["posterior_true_positive_share_ignored"]
    assert (posterior.value, posterior.interval, posterior.n) == (75, (50, 87.5), 85)
    assert "80% credible interval" in posterior.label


def test_the_filters_of_the_parameters_are_recorded():
    chosen = SelectionOnOutcome.from_values({"publication_ratio": 0.5, "leak_ratio": 0.1, "threshold": 0.3})
    found = by_name(posterior_values(summary(), chosen))
    assert (found["publication_ratio"].value, found["leak_ratio"].value, found["threshold"].value) == (0.5, 0.1, 0.3)


def test_a_rule_that_no_drawer_overturns_says_so():
    found = by_name(overturning_values(Overturn(83, None, 20, 1215), PARAMETERS))
    assert found["null_studies_to_overturn"].value == 20
    assert found["null_studies_to_overturn_interval_rule"].value == "more than 1215"
    assert found["null_studies_to_overturn_share_rule"].value == 83
    assert found["interventions_not_evaluated"].value == 1215


def test_the_binomial_test_is_that_of_all_evaluations_at_the_threshold():
    assert by_name(overturning_values(Overturn(83, 60, 20, 1215), PARAMETERS))["binomial_p"].value == "less than 0.001"
    few = SelectionOnOutcome.from_values(
        {"evaluations": 3, "evaluations_positive": 2, "formal": 1, "formal_positive": 1, "threshold": 0.4}
    )
    # Two or three of three, at 0.4 each: 3 · 0.16 · 0.6 + 0.064.
    assert by_name(overturning_values(Overturn(1, 1, 1, 9), few))["binomial_p"].value == "0.35"


def test_the_bounds_that_pages_quote_are_named_by_population_and_assumption():
    found = by_name(bounds_values(worst_case_bounds(PARAMETERS)))
    assert found["bounds_interventions_all_results"].value == "6.5% to 99.9%"
    assert found["bounds_evaluations_formal_results"].n == 85
    assert len(found) == 2


def test_bounds_that_are_one_number_are_printed_once():
    one = {"evaluations": 1, "evaluations_positive": 1, "formal": 1, "formal_positive": 1}
    found = by_name(bounds_values(worst_case_bounds(SelectionOnOutcome.from_values(one))))
    assert found["bounds_evaluations_formal_results"].value == "100.0%"


def test_the_drawer_and_the_simulation_take_their_own_row():
    drawers = pd.DataFrame({"lower": [1.0], "median": [2.0], "upper": [5.0], "room": [9]}, index=["publication"])
    found = by_name(drawer_values(drawers, PARAMETERS))["drawer_publication"]
    assert (found.value, found.interval) == (2, (1, 5))
    simulated = pd.DataFrame({"ratio": [1.0, 0.02, 0.02], "effective": [0, 0, 1], "expected": [0.2, 0.5, 0.9]})
    assert by_name(simulation_values(simulated, PARAMETERS))["shown_share_if_nothing_works"].value == 50


def test_each_later_collection_has_its_sentence():
    rows = pd.concat(
        [
            summary(total=24).assign(collection="a review", observed=0.625),
            summary(total=30).assign(collection="own studies", observed=0.4),
        ]
    )
    found = by_name(later_values(rows))
    assert found["later_review_sentence"].value.startswith("Of a review 62% are positive. That is within")
    assert "lower than whoever ignores the filter had to expect (50% to 88%)" in found["later_studies_sentence"].value


def test_a_compendium_without_later_studies_says_so():
    values = later_values(summary().assign(collection="a review", observed=0.9))
    assert [type(value) for value in values] == [Value, Missing]
    assert values[1].names == "later_studies_sentence"
