"""The persistence of short series, which least squares understates."""

import numpy as np
import pytest
from methods.panel_simulations import autoregression

from citizen_security.methods.panel.persistence import autoregressions


def test_one_series_by_hand():
    series = np.array([[1.0, 2.0, 2.0, 3.0, np.nan, 5.0, 2.0, 4.0, 2.0]])
    before, now = np.array([1.0, 2, 2, 5, 2, 4]), np.array([2.0, 2, 3, 2, 4, 2])
    slope = np.cov(before, now)[0, 1] / np.var(before, ddof=1)
    found = autoregressions(series).iloc[0]
    assert found["pairs"] == 6
    assert found["estimate"] == pytest.approx(slope, rel=1e-12)
    corrected = (6 * slope + 1) / 3
    assert found["persistence"] == pytest.approx(corrected, rel=1e-12)
    left = (now - now.mean()) - corrected * (before - before.mean())
    assert found["innovation"] == pytest.approx(np.sqrt((left**2).sum() / 4), rel=1e-12)


@pytest.mark.parametrize("persistence", [0.3, 0.7])
def test_the_correction_takes_out_most_of_the_bias(persistence):
    # A thousand series of 25: the mean of least squares has a Monte Carlo error of about 0.006.
    paths = autoregression(np.random.default_rng(1), persistence, (1000, 25)) * 3 + 7
    found = autoregressions(paths)
    shortfall = persistence - found["estimate"].mean()
    assert shortfall == pytest.approx((1 + 3 * persistence) / 24, abs=0.025)
    assert abs(persistence - found["persistence"].mean()) < shortfall / 3
    assert found["innovation"].mean() == pytest.approx(3, rel=0.04)


def test_a_random_walk_is_called_one_where_the_correction_goes_beyond():
    walks = np.random.default_rng(2).standard_normal((200, 25)).cumsum(axis=1)
    found = autoregressions(walks)
    assert found["persistence"].max() == 1
    assert (found["persistence"] == 1).mean() > 0.3
    assert found["estimate"].median() < 0.9


def test_a_short_or_constant_series_has_no_number():
    series = np.vstack([np.r_[1.0, 2, 4, 3, 5, np.full(4, np.nan)], np.full(9, 3.0), np.arange(9.0) ** 2])
    found = autoregressions(series)
    assert found["persistence"].isna().tolist() == [True, True, False]
    assert found["pairs"].tolist() == [4, 8, 8]
    assert autoregressions(series, least=4)["persistence"].notna().tolist() == [True, False, True]
    five, six = (autoregressions(np.arange(pairs + 1.0)[None] ** 2)["persistence"].iloc[0] for pairs in (5, 6))
    assert np.isnan(five)
    assert six > 0.9


def test_a_series_that_swings_is_kept_from_swinging_ever_wider():
    swing = np.array([[1.0, -1.0, 1.1, -0.9, 1.2, -1.1, 1.0]])
    found = autoregressions(swing).iloc[0]
    assert (6 * found["estimate"] + 1) / 3 < -1.5
    assert found["persistence"] == -0.95
