"""Counts spread by past errors: probabilities sum to one, and draws are of them."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.methods.forecasting.error_spread import spread_by_errors


def test_every_count_has_its_share_of_one():
    spread = spread_by_errors(np.random.default_rng(2).normal(0, 0.3, 200), centred=False)
    counts = np.arange(400.0)
    scores = spread.log_score(np.full(400, np.log(25 / 1e5)), np.full(400, 1e5), counts)
    # Nothing is left over: not a count below zero, nor one beyond sixteen times the centre.
    assert np.exp(scores).sum() == pytest.approx(1, abs=1e-6)


def test_draws_are_of_the_probabilities():
    spread = spread_by_errors(np.random.default_rng(3).normal(0.2, 0.5, 60), centred=False)
    drawn = spread.draw_counts([np.log(4 / 1e5)], [1e5], 40_000, np.random.default_rng(1))[:, 0]
    counts = np.arange(12.0)
    expected = np.exp(spread.log_score(np.full(12, np.log(4 / 1e5)), np.full(12, 1e5), counts))
    # Half an event was added before the logarithm: what is drawn rounds to the count.
    found = [(np.floor(drawn + 0.5) == count).mean() for count in counts]
    np.testing.assert_allclose(found, expected, atol=0.01)


def test_centred_errors_have_their_drift_taken_off_and_keep_their_spread():
    errors = np.array([[0.3, 0.5, np.nan], [0.9, 0.1, 0.7]])
    drifting, centred = (spread_by_errors(errors, centred=centred) for centred in (False, True))
    assert drifting.errors.tolist() == [0.3, 0.5, 0.9, 0.1, 0.7]
    np.testing.assert_allclose(centred.errors, [-0.2, 0, 0.4, -0.4, 0.2], atol=1e-12)
    deviation = np.std([0.3, 0.5, 0.9, 0.1, 0.7])
    assert centred.bandwidth == pytest.approx(0.9 * deviation * 5**-0.2)
    assert drifting.bandwidth == pytest.approx(centred.bandwidth)


def test_the_score_is_the_mixture_of_normal_cells():
    spread = spread_by_errors([-0.4, 0.1, 0.6], centred=False)
    mixture = [stats.norm(np.log(8 / 1e5) + error, spread.bandwidth) for error in (-0.4, 0.1, 0.6)]
    cell = np.mean([normal.cdf(np.log(12 / 1e5)) - normal.cdf(np.log(11 / 1e5)) for normal in mixture])
    assert spread.log_score([np.log(8 / 1e5)], [1e5], [11])[0] == pytest.approx(np.log(cell))
