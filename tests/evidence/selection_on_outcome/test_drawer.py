"""The drawer: draws off the posterior would invent hidden studies."""

import numpy as np
import pytest
from evidence.filter_posteriors import BELIEFS, DEFAULTS, REPORTED, STORIES, by_importance

from citizen_security.evidence.selection_on_outcome.drawer import drawer, drawer_table
from citizen_security.evidence.selection_on_outcome.posterior import fit


def test_draws_of_the_filter_and_of_the_drawer_follow_the_posterior():
    story = STORIES["publication"]
    found = fit(REPORTED, story, BELIEFS)
    rng = np.random.default_rng(1)
    share, ratio = found.draw(20_000, rng)
    _, shares, ratios, weights = by_importance(REPORTED, story)
    assert share.mean() == pytest.approx(shares @ weights, abs=0.005)
    assert ratio.mean() == pytest.approx(ratios @ weights, abs=0.005)
    expected = REPORTED.total * ((1 - ratios) * (1 - shares) / (shares + ratios * (1 - shares))) @ weights
    assert drawer(found, 20_000, rng).mean() == pytest.approx(expected, rel=0.05)


def test_who_ignores_the_filter_expects_an_empty_drawer():
    assert drawer(fit(REPORTED, STORIES["ignored"], BELIEFS), 100, np.random.default_rng(0)).sum() == 0


def test_the_table_has_a_row_for_each_filter_and_the_room_there_is():
    table = drawer_table([fit(REPORTED, story, BELIEFS) for story in STORIES.values()], DEFAULTS)
    assert list(table.index) == list(STORIES)
    assert (table["lower"] <= table["median"]).all()
    assert (table["median"] <= table["upper"]).all()
    assert (table["room"] == 1300 - 85).all()
