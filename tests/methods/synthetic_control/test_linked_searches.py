"""Searches that begin where others ended find no worse than these did, for the treated unit and for placebos."""

from dataclasses import replace

import numpy as np
import pytest
from methods.synthetic_control.test_predictors import COLUMNS, FOUND, PANEL

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.linked_searches import LinkedSearches


def losses(gaps):
    return (gaps[:, : PANEL.before] ** 2).mean(axis=1)


def test_what_a_full_search_found_is_not_lost():
    searches = LinkedSearches()
    searches.learn(FOUND)
    assert losses(searches.gaps(PANEL, COLUMNS))[0] <= FOUND.losses[0] * (1 + 1e-9)


def test_a_unit_is_never_fitted_worse_than_before():
    searches = LinkedSearches()
    first, second = (losses(searches.gaps(PANEL, COLUMNS)) for _ in range(2))
    assert (second <= first * (1 + 1e-9)).all()
    assert second.sum() < first.sum()


def test_a_placebo_has_neither_the_treated_unit_nor_itself_as_donor():
    moved = PANEL.outcomes.copy()
    moved[0] += 100
    columns = COLUMNS.copy()
    columns[0] += 5
    here, there = LinkedSearches(), LinkedSearches()
    found, other = here.gaps(PANEL, COLUMNS), there.gaps(replace(PANEL, outcomes=moved), columns)
    # The first placebo has no point to begin from but that of the treated unit; that is no donor.
    assert other.shape == found.shape == (len(PANEL.units), len(PANEL.periods))
    assert other[0] != pytest.approx(found[0])
    assert np.abs(other[1:]).max() < 50
    assert np.abs(found[1:, : PANEL.before]).max(axis=1).min() > 0


def test_the_same_seed_gives_the_same_gaps():
    one, other = (LinkedSearches(seed=3).gaps(PANEL, COLUMNS) for _ in range(2))
    assert np.array_equal(one, other)


def test_predictors_that_are_missing_are_refused():
    columns = COLUMNS.copy()
    columns[2, 1] = np.nan
    with pytest.raises(NotAPanel, match="missing or infinite"):
        LinkedSearches().gaps(PANEL, columns)
