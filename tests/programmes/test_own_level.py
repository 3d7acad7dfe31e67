"""Counts before the start stand for residents as a scale that is fitted would; the treated unit lends no weight."""

import numpy as np
import pytest

from citizen_security.methods.synthetic_control.counts import count_control
from citizen_security.programmes.own_level import against_others, changes_of_all

COUNTS = np.random.default_rng(7).poisson(np.array([40, 20, 30, 9, 15, 25])[:, None] * np.linspace(1, 1.5, 20))
BEFORE = 14


def test_counts_before_stand_for_residents_as_a_fitted_scale_would():
    own = against_others(COUNTS.astype(float), BEFORE, 0, "poisson")
    scaled = count_control(COUNTS, np.ones(COUNTS.shape), BEFORE, scaled=True)
    assert own.effect == pytest.approx(scaled.effect, abs=1e-6)
    assert own.expected[:BEFORE].sum() == pytest.approx(COUNTS[0, :BEFORE].sum())


@pytest.mark.parametrize("place", [1, 5])
def test_neither_the_treated_unit_nor_a_unit_itself_is_a_donor(place):
    fit = against_others(COUNTS.astype(float), BEFORE, place, "negative_binomial")
    assert fit.weights[0] == fit.weights[place] == 0
    assert fit.weights.sum() == pytest.approx(1)


def test_changes_of_all_are_those_of_each():
    changes, errors = changes_of_all(COUNTS.astype(float), BEFORE, "poisson")
    fit = against_others(COUNTS.astype(float), BEFORE, 2, "poisson")
    new, expected = COUNTS[2, BEFORE:].sum() + 0.5, fit.expected[BEFORE:].sum() + 0.5
    assert changes[2] == pytest.approx(np.log(new / expected))
    assert errors[2] == pytest.approx(np.sqrt(1 / new + 1 / expected))
