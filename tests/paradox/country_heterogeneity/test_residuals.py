"""Errors drawn from the stationary autoregression."""

import numpy as np
import pytest

from citizen_security.paradox.country_heterogeneity.residuals import simulate_errors


def test_simulated_errors_forget_as_the_years_go_by(sample):
    persistence, draws = np.full(4_000, 0.8), 4_000
    errors = simulate_errors(sample, persistence, np.ones((draws, len(sample.countries))), np.random.default_rng(1))
    # 4,000 draws: standard errors of some 0.01 for correlations and 2% for variances of 1 / (1 - 0.64).
    np.testing.assert_allclose(errors.var(axis=0), 1 / 0.36, rtol=0.12)
    for row in np.flatnonzero(~sample.first)[:20]:
        found = np.corrcoef(errors[:, row], errors[:, row - 1])[0, 1]
        assert found == pytest.approx(0.8 ** sample.gap[row], abs=0.05)
