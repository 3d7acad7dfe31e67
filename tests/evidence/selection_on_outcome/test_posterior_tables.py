"""Tables of posteriors: a filter that is dropped would leave out a story."""

import numpy as np

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs
from citizen_security.evidence.selection_on_outcome.filters import (
    counts_of,
    filters,
)
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import fit
from citizen_security.evidence.selection_on_outcome.posterior_tables import density_table, summarise

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
