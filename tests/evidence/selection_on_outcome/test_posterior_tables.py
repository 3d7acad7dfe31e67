"""Tables of posteriors: a filter that is dropped would leave out a story."""

import numpy as np

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs
from citizen_security.evidence.selection_on_outcome.filters import (
    counts_of,
    filters,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import fit
from citizen_security.evidence.selection_on_outcome.posterior_tables import (
    density_table,
    posteriors_by_counts,
    summaries_by_counts,
    summarise,
)

DEFAULTS = SelectionOnOutcome.from_values({})


BELIEFS = Beliefs.of(DEFAULTS)


STORIES = {story.name: story for story in filters(DEFAULTS)}


def test_tables_keep_every_filter_and_add_up():
    found = [fit(counts_of(DEFAULTS)["formal"], story, BELIEFS) for story in STORIES.values()]
    summary = summarise(found, credible_level=0.9, threshold=0.5)
    assert list(summary["filter"]) == list(STORIES)
    # The one that was not positive cannot have come through a full rule.
    assert list(summary["total"]) == [18, 18, 18, 17]
    bars = density_table(found, bins=20).groupby("filter")[["density", "prior"]].sum() / 20
    np.testing.assert_allclose(bars, 1, atol=1e-9)


def test_sets_without_an_evaluation_are_left_out():
    nothing_formal = SelectionOnOutcome.from_values({"formal": 0, "formal_positive": 0})
    posteriors = posteriors_by_counts(nothing_formal)
    assert list(posteriors) == ["all"]
    assert [posterior.filter.name for posterior in posteriors["all"]] == list(STORIES)


def test_summaries_are_at_the_credible_level_asked_for():
    narrow = SelectionOnOutcome.from_values({"credible_level": 0.5})
    posteriors = posteriors_by_counts(narrow)
    summary = summaries_by_counts(posteriors, narrow)["formal"]
    assert (summary["lower"].iloc[0], summary["upper"].iloc[0]) == posteriors["formal"][0].interval(0.5)
