"""Intervals of shares: published digits, and coverage counted exactly over all counts."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.methods.proportions import wilson_interval


@pytest.mark.parametrize(
    ("count", "total", "ends"),
    # Newcombe (1998), table I, method 3.
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0.0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_the_ends_are_the_published_ones(count, total, ends):
    assert wilson_interval(count, total) == pytest.approx(ends, abs=5e-5)


def test_the_ends_solve_the_score_equation():
    lower, upper = wilson_interval(7, 30, 0.9)
    for end in (lower, upper):
        z = (7 / 30 - end) / np.sqrt(end * (1 - end) / 30)
        assert abs(z) == pytest.approx(stats.norm.isf(0.05))


def test_the_interval_holds_the_share_about_as_often_as_it_says():
    counts = np.arange(41)
    ends = np.array([wilson_interval(int(count), 40) for count in counts])
    shares = np.linspace(0.1, 0.9, 81)
    inside = (ends[:, :1] <= shares) & (shares <= ends[:, 1:])
    assert (stats.binom.pmf(counts[:, None], 40, shares) * inside).sum(axis=0).mean() == pytest.approx(0.95, abs=0.01)


def test_of_nothing_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize("count", [-1, 4])
def test_a_count_beyond_its_total_is_refused(count):
    with pytest.raises(ValueError, match=f"{count} of 3 cannot be; give a count from 0 to the total"):
        wilson_interval(count, 3)
