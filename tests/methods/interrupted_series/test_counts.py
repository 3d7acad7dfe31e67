"""Segmented regression of counts: against a second package, and what it does with what has no rate."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from citizen_security.methods.interrupted_series.counts import NotConverged, fit_count_segments

TIME = np.arange(60)
EXPOSURE = np.linspace(9e5, 1.1e6, 60)


def counts_of(seed, effect=-0.3, spread=0.1):
    generator = np.random.default_rng(seed)
    rate = 4e-5 * np.exp(0.01 * TIME + effect * (TIME >= 40) + 0.2 * np.sin(2 * np.pi * TIME / 12))
    return generator.poisson(EXPOSURE * rate * generator.gamma(1 / spread, spread, 60))


@pytest.mark.parametrize("lags", [0, 3])
def test_coefficients_and_errors_are_those_of_a_second_package(lags):
    counts = counts_of(1)
    fit = fit_count_segments(counts, EXPOSURE, 40, season=12, lags=lags)
    model = sm.GLM(counts, fit.design, family=sm.families.Poisson(), offset=np.log(EXPOSURE))
    other = model.fit(tol=1e-12, cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    assert fit.coefficients == pytest.approx(other.params, rel=1e-6)
    assert fit.covariance == pytest.approx(other.cov_params(), rel=1e-5)
    assert fit.dispersion == pytest.approx(other.pearson_chi2 / other.df_resid)
    half = stats.t.ppf(0.9, 54) * fit.standard_error
    assert fit.interval(0.8) == pytest.approx((fit.effect - half, fit.effect + half))
    assert fit.p_value() == pytest.approx(2 * stats.t.cdf(-abs(fit.effect / fit.standard_error), 54))


def test_the_effect_is_found_and_the_expected_counts_are_those_of_before():
    found = [fit_count_segments(counts_of(seed), EXPOSURE, 40, season=12) for seed in range(60)]
    effects = np.array([fit.effect for fit in found])
    assert effects.mean() == pytest.approx(-0.3, abs=4 * effects.std() / np.sqrt(60))
    assert np.mean([fit.interval(0.9)[0] <= -0.3 <= fit.interval(0.9)[1] for fit in found]) > 0.75
    fit = found[0]
    before = fit.design[:, [0, 1, 4, 5]] @ fit.coefficients[[0, 1, 4, 5]]
    assert fit.expected == pytest.approx(EXPOSURE * np.exp(before))


def test_a_segment_without_events_has_no_rate():
    counts = counts_of(2)
    counts[40:] = 0
    with pytest.raises(NotConverged, match="too few events"):
        fit_count_segments(counts, EXPOSURE, 40)


def test_what_is_no_count_is_refused():
    with pytest.raises(ValueError, match="whole numbers"):
        fit_count_segments(counts_of(3) + 0.5, EXPOSURE, 40)
    with pytest.raises(ValueError, match="above 0"):
        fit_count_segments(counts_of(3), 0 * EXPOSURE, 40)
