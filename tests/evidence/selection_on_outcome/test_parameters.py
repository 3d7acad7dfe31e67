"""The parameters say what the tables state, and refuse counts that cannot be."""

import re

import pytest

from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog

DEFAULTS = SelectionOnOutcome.from_values({})


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


def test_the_old_name_of_the_level_is_refused_with_the_new_one():
    with pytest.raises(ParameterError, match="interval_level is now called credible_level"):
        SelectionOnOutcome.from_values({"interval_level": 0.9})


def test_quick_effort_draws_less_and_keeps_enough_collections_for_a_band():
    quick = SelectionOnOutcome.from_values({"effort": "quick"})
    assert (DEFAULTS.draws_at_effort, DEFAULTS.simulated_collections) == (4000, 400)
    assert (quick.draws_at_effort, quick.simulated_collections) == (500, 50)
