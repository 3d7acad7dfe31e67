"""Rubin's rules, worked out by hand."""

import numpy as np
import pytest
from scipy.stats import t

from citizen_security.methods.regression.multiple_imputation import rubin


def test_rubin_s_rules_are_worked_out_by_hand():
    pooled = rubin(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0]), complete_degrees=20)
    # Within (1 + 1 + 4) / 3 = 2; between 1; total 2 + 4/3.
    assert pooled.estimate == 2
    assert pooled.standard_error == pytest.approx(np.sqrt(10 / 3))
    assert pooled.between_share == pytest.approx(0.4)
    # Barnard and Rubin: 2 / 0.4² = 12.5 from the draws, 21/23 × 20 × 0.6 from the data, added as resistances.
    degrees = 1 / (1 / 12.5 + 23 / (21 * 20 * 0.6))
    assert pooled.degrees == pytest.approx(degrees)
    assert pooled.upper == pytest.approx(2 + t.ppf(0.975, degrees) * np.sqrt(10 / 3))


def test_draws_that_agree_leave_the_sample_s_own_error():
    pooled = rubin(np.full(5, 0.3), np.full(5, 0.1), complete_degrees=20)
    assert pooled.standard_error == pytest.approx(0.1)
    assert pooled.between_share == 0


def test_one_draw_is_refused():
    with pytest.raises(ValueError, match="give at least 2"):
        rubin(np.array([1.0]), np.array([1.0]), 20)


def test_two_draws_are_enough():
    pooled = rubin(np.array([1.0, 2.0]), np.array([1.0, 3.0]), complete_degrees=20, confidence_level=0.8)
    # Within (1 + 9) / 2 = 5; between 0.5; total 5 + 1.5 × 0.5.
    assert pooled.standard_error == pytest.approx(np.sqrt(5.75))
    half = t.ppf(0.9, pooled.degrees) * np.sqrt(5.75)
    assert (pooled.lower, pooled.upper) == pytest.approx((1.5 - half, 1.5 + half))
