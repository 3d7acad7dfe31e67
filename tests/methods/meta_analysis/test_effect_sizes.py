"""Conversions of what studies print: second implementations, and the numbers that they were made from come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gamma
from scipy.stats import norm, t
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.rates import confint_poisson_2indep

from citizen_security.methods.meta_analysis.effect_sizes import (
    EffectSize,
    difference_of_log_odds_ratio,
    difference_of_regression,
    hedges_g,
    log_odds_ratio,
    log_odds_ratio_of_difference,
    log_rate_ratio,
    log_ratio_of_percent,
    log_risk_ratio,
    ratio_of_regression,
    risk_ratio_of_odds_ratio,
    size_from_interval,
    small_sample_correction,
    standard_error_from_p,
    standardised_mean_difference,
)

FINITE = st.floats(-3, 3, allow_nan=False)


def test_ratios_of_a_table_are_those_of_statsmodels():
    odds, risk = log_odds_ratio(15, 85, 30, 70), log_risk_ratio(15, 85, 30, 70)
    other = Table2x2([[15, 85], [30, 70]])
    assert (odds.effect, odds.standard_error) == pytest.approx((other.log_oddsratio, other.log_oddsratio_se))
    assert (risk.effect, risk.standard_error) == pytest.approx((other.log_riskratio, other.log_riskratio_se))


def test_a_rate_ratio_has_the_interval_that_statsmodels_gives_on_the_log_scale():
    ours = log_rate_ratio(20, 1_000, 45, 1_500)
    lower, upper = confint_poisson_2indep(20, 1_000, 45, 1_500, method="waldcc", compare="ratio")
    plain = np.exp(ours.effect + np.array([-1, 1]) * norm.isf(0.025) * ours.standard_error)
    # statsmodels adds a half to each count there; the interval is the same to that.
    assert plain == pytest.approx([lower, upper], rel=0.03)
    assert ours.effect == pytest.approx(np.log(0.02 / 0.03))
    assert ours.standard_error == pytest.approx(np.sqrt(1 / 20 + 1 / 45))


def test_hedges_g_is_that_of_statsmodels():
    raw = standardised_mean_difference(10.0, 12.0, 4.0, 5.0, 20, 30)
    effect, variance = effectsize_smd(10.0, 4.0, 20, 12.0, 5.0, 30)
    approximate = hedges_g(raw, 48, exact=False)
    assert approximate.effect == pytest.approx(effect, rel=1e-10)
    # statsmodels takes another approximation of the variance: g²/(2(n − 3.94)), and no J² on the whole.
    assert approximate.standard_error**2 == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("degrees", [2, 5, 10, 50])
def test_the_small_sample_correction_is_the_ratio_of_gammas_and_its_approximation_near(degrees):
    exact = gamma(degrees / 2) / (np.sqrt(degrees / 2) * gamma((degrees - 1) / 2))
    assert small_sample_correction(degrees) == pytest.approx(exact, rel=1e-12)
    assert small_sample_correction(degrees, exact=False) == pytest.approx(exact, abs=0.008 if degrees < 5 else 1.5e-3)


def test_the_correction_removes_the_bias_of_small_trials():
    generator = np.random.default_rng(2)
    treated, control = generator.normal(0.5, 1, (40_000, 6)), generator.normal(0, 1, (40_000, 6))
    pooled = np.sqrt((treated.var(axis=1, ddof=1) + control.var(axis=1, ddof=1)) / 2)
    raw = ((treated.mean(axis=1) - control.mean(axis=1)) / pooled).mean()
    # 40,000 trials: a standard error of 0.003.
    assert raw > 0.53
    assert raw * small_sample_correction(10) == pytest.approx(0.5, abs=0.012)


@given(FINITE, st.floats(0.01, 2))
def test_differences_and_log_odds_ratios_are_converted_there_and_back(effect, standard_error):
    there = log_odds_ratio_of_difference(EffectSize(effect, standard_error))
    back = difference_of_log_odds_ratio(there)
    assert (back.effect, back.standard_error) == pytest.approx((effect, standard_error))
    assert there.effect == pytest.approx(effect * 1.8138, rel=1e-4)


def test_an_odds_ratio_at_a_known_risk_is_the_risk_ratio_of_the_table():
    # 15 of 100 against 30 of 100.
    odds = np.exp(log_odds_ratio(15, 85, 30, 70).effect)
    assert risk_ratio_of_odds_ratio(odds, 0.3) == pytest.approx(0.5)
    assert risk_ratio_of_odds_ratio(odds, 0.0) == pytest.approx(odds)


def test_regression_coefficients_are_scaled_to_the_treatment():
    assert difference_of_regression(-2.0, 0.5, 4.0) == EffectSize(-0.5, 0.125)
    assert ratio_of_regression(-0.003, 0.001, -70) == EffectSize(pytest.approx(0.21), pytest.approx(0.07))


@given(FINITE, st.floats(0.01, 2), st.floats(0.5, 0.99))
def test_an_interval_gives_back_the_error_that_it_was_made_from(effect, standard_error, level):
    half = norm.isf((1 - level) / 2) * standard_error
    found = size_from_interval(effect, effect - half, effect + half, level)
    assert found.standard_error == pytest.approx(standard_error)
    assert found.asymmetry == pytest.approx(0, abs=1e-9)


def test_an_interval_that_is_lopsided_on_its_scale_says_so():
    # Halves of 1 and 2: they differ by 1, a mean half is 1.5.
    assert size_from_interval(0.0, -1.0, 2.0, 0.95).asymmetry == pytest.approx(2 / 3)
    assert size_from_interval(0.0, -1.0, 2.0, 0.95, rounding=1.0).asymmetry == 0


@given(FINITE.filter(lambda effect: abs(effect) > 1e-3), st.floats(0.01, 2))
def test_a_p_value_gives_back_the_error_that_it_was_made_from(effect, ratio):
    p_value = 2 * t.sf(abs(ratio), 12)
    assert standard_error_from_p(effect, p_value, 12) == pytest.approx(abs(effect) / ratio, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: log_odds_ratio(0, 10, 3, 7), "above zero"),
        (lambda: log_rate_ratio(3, 0, 3, 7), "above zero"),
        (lambda: log_ratio_of_percent(-100), "no logarithm"),
        (lambda: standard_error_from_p(0.0, 0.5), "no standard error"),
        (lambda: standard_error_from_p(0.3, 0.0), "no standard error"),
        (lambda: size_from_interval(0.5, 0.6, 0.9, 0.95), "does not contain"),
        (lambda: size_from_interval(0.5, 0.1, 0.9, 95), "between 0 and 1"),
        (lambda: small_sample_correction(1), "more than 1"),
        (lambda: risk_ratio_of_odds_ratio(2, 1.0), "between 0 and 1"),
        (lambda: standardised_mean_difference(1, 2, 0, 0, 5, 5), "both standard deviations"),
        (lambda: standardised_mean_difference(1, 2, 1, 1, 1, 5), "two members"),
    ],
)
def test_what_has_no_effect_size_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: standardised_mean_difference(np.nan, 2, 1, 1, 5, 5), "treated_mean"),
        (lambda: standardised_mean_difference(1, np.inf, 1, 1, 5, 5), "control_mean"),
        (lambda: risk_ratio_of_odds_ratio(2, -0.2), "between 0 and 1"),
        (lambda: log_ratio_of_percent(-100.5), "no logarithm"),
    ],
)
def test_what_is_missing_or_no_share_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_percent_p_values_and_ends_of_intervals_are_worked_out_by_hand():
    # A fall by a half is −ln 2, a rise to three times ln 3.
    assert (log_ratio_of_percent(-50), log_ratio_of_percent(200)) == pytest.approx((-np.log(2), np.log(3)))
    # p = 0.05 is z = 1.96; with five degrees of freedom t = 2.5706. A negative effect has a positive error.
    assert standard_error_from_p(-0.4, 0.05) == pytest.approx(0.4 / 1.959964)
    assert standard_error_from_p(0.4, 0.05, 5) == pytest.approx(0.4 / 2.570582)
    # An estimate may lie at an end of its interval, as one that is rounded does.
    assert size_from_interval(0.2, 0.2, 0.6, 0.9).standard_error == pytest.approx(0.4 / (2 * 1.644854))
    assert size_from_interval(0.6, 0.2, 0.6, 0.9).asymmetry == pytest.approx(2)
