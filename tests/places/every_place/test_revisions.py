"""Revisions between releases, beside the exact interval of the count."""

import pytest
from scipy import stats

from citizen_security.places.every_place.revisions import revision_table


def test_a_revision_is_the_change_of_a_rate_and_beyond_chance_outside_the_exact_interval(rows):
    table = revision_table(rows, 0.95).set_index(["key", "year"])
    chile = table.loc[("CHL", 2021)]
    assert chile["revision_percent"] == pytest.approx(100 * (4.6566 / 3.6320 - 1))
    assert chile["outside"]
    honduras = table.loc[("HND", 2018)]
    lower, upper = stats.chi2.ppf([0.025, 0.975], [2 * 3709, 2 * 3710]) / 2
    assert honduras["chance_percent"] == pytest.approx(100 * (upper - lower) / 2 / 3709)
    assert not honduras["outside"]
    assert table["outside"].mean() < 0.1


def test_places_without_another_release_have_no_revision(rows):
    assert revision_table(rows[rows["kind"] == "city"], 0.95).empty
