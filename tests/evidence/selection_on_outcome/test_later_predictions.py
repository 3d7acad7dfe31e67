"""Predictions: a model that is not held to what came later could not fail."""

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs
from citizen_security.evidence.selection_on_outcome.filters import (
    Counts,
    filters,
)
from citizen_security.evidence.selection_on_outcome.later_predictions import prediction_table
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import fit

DEFAULTS = SelectionOnOutcome.from_values({})


BELIEFS = Beliefs.of(DEFAULTS)


STORIES = {story.name: story for story in filters(DEFAULTS)}


REPORTED = Counts(84, 85)


def test_predictions_of_the_posterior_hold_its_own_mean():
    found = [fit(REPORTED, story, BELIEFS) for story in STORIES.values()]
    table = prediction_table(
        found, {"later": Counts(15, 24)}, STORIES["publication"], credible_level=0.95, draws=4000, seed=2
    )
    assert (table["lower"] <= table["median"]).all()
    assert (table["median"] <= table["upper"]).all()
    ignored = table.set_index("filter").loc["ignored"]
    # 62% positive is not what 84 of 85 lead whoever ignores the filter to expect.
    assert ignored["as_low"] < 0.01
    assert table.set_index("filter").loc["full_rule", "as_low"] > 0.1
