"""Later collections are said to be as low or high as they are, and a wide prediction is praised only where it holds."""

import pandas as pd
import pytest

from citizen_security.evidence.selection_on_outcome.later_sentences import later_sentences

ENDS = {"ignored": (0.8, 1.0), "publication": (0.6, 0.95), "leaky_rule": (0.3, 0.9), "full_rule": (0.2, 0.95)}


def predictions(observed):
    rows = [
        {"collection": "24 later programmes", "filter": name, "observed": observed, "lower": low, "upper": high}
        for name, (low, high) in ENDS.items()
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("observed", "ignored", "publication"),
    [(0.55, "lower than", "lower than"), (0.7, "lower than", "within what"), (0.98, "within what", "higher than")],
)
def test_a_share_is_held_against_both_predictions(observed, ignored, publication):
    said = later_sentences(predictions(observed), "24 later programmes")
    assert said.startswith(f"Of 24 later programmes {observed:.0%} are positive. ")
    assert f"That is {ignored} whoever ignores the filter had to expect (80% to 100%)." in said
    assert f"That is {publication} whoever knows of publication alone had to expect (60% to 95%)." in said


def test_a_wide_prediction_that_fails_is_not_said_to_be_unable_to():
    both = "a rule with exceptions and whoever believes in a rule without exception are right with a range so wide"
    assert both in later_sentences(predictions(0.7), "24 later programmes")
    assert "range" not in later_sentences(predictions(0.98), "24 later programmes")
    assert "Whoever believes in a rule without exception is right" in later_sentences(
        predictions(0.25), "24 later programmes"
    )
