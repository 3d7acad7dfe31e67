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


def test_the_variance_of_a_difference_is_worked_out_by_hand():
    # Deviations 3 and 5 of 11 and 21 persons: √((10 · 9 + 20 · 25) / 30) = 4.4347; d = −6 / 4.4347 = −1.35296.
    found = standardised_mean_difference(10.0, 16.0, 3.0, 5.0, 11, 21)
    assert found.effect == pytest.approx(-1.352963, abs=1e-6)
    assert found.standard_error**2 == pytest.approx(1 / 11 + 1 / 21 + 1.352963**2 / 64, abs=1e-6)
    # One deviation may be nothing.
    assert standardised_mean_difference(1.0, 3.0, 0.0, 2.0, 6, 6).effect == pytest.approx(-np.sqrt(2))
    assert standardised_mean_difference(1.0, 3.0, 1.0, 1.0, 2, 2).effect == -2


def test_a_group_in_which_everybody_has_the_event_still_has_a_risk():
    found = log_risk_ratio(10, 0, 6, 4)
    assert found.effect == pytest.approx(np.log(1 / 0.6))
    # 1/10 − 1/10 of the first group, 1/6 − 1/10 of the second.
    assert found.standard_error == pytest.approx(np.sqrt(1 / 6 - 1 / 10))
    assert log_risk_ratio(6, 4, 10, 0).standard_error == pytest.approx(found.standard_error)
    with pytest.raises(ValueError, match="everybody has the event in both groups"):
        log_risk_ratio(10, 0, 6, 0)
    for others in ((-1, 4), (1, -4)):
        with pytest.raises(ValueError, match="treated_others, control_others"):
            log_risk_ratio(10, others[0], 6, others[1])


def test_how_lopsided_an_interval_was_stays_through_every_conversion():
    lopsided = EffectSize(0.4, 0.2, 0.3)
    factor = small_sample_correction(8)
    assert hedges_g(lopsided, 8) == EffectSize(0.4 * factor, 0.2 * factor, 0.3)
    assert hedges_g(lopsided, 8, exact=False).effect == pytest.approx(0.4 * (1 - 3 / 31))
    assert log_odds_ratio_of_difference(lopsided).asymmetry == 0.3
    assert difference_of_log_odds_ratio(lopsided).asymmetry == 0.3
    # Halves of 1 and 2, of whose difference rounding explains a quarter.
    assert size_from_interval(0.0, -1.0, 2.0, 0.9, rounding=0.25).asymmetry == pytest.approx(0.75 / 1.5)
    assert size_from_interval(0.0, -1.0, 2.0, 0.9, rounding=1.25).asymmetry == 0


def test_a_treatment_of_several_units_scales_effect_and_error():
    assert difference_of_regression(-2.0, 0.5, 4.0, -3.0) == EffectSize(1.5, 0.375)
    assert ratio_of_regression(-0.2, 0.1) == EffectSize(-0.2, 0.1)
    for make in (lambda: difference_of_regression(1, 0.5, 4, 0), lambda: ratio_of_regression(1, 0.5, 0)):
        with pytest.raises(ValueError, match="above zero"):
            make()
    for make in (lambda: difference_of_regression(1, 0, 4), lambda: difference_of_regression(1, 1, 0)):
        with pytest.raises(ValueError, match="above zero"):
            make()


def test_very_many_degrees_of_freedom_are_corrected_for_as_by_hand():
    # The ratio of gammas loses its digits there; 1 − 3 / (4 · 4 · 10⁶ − 1), beside it 1 − 3 / (4 · 9 · 10⁵ − 1).
    assert 1 - small_sample_correction(4e6) == pytest.approx(1.875e-7, rel=1e-6)
    assert 1 - small_sample_correction(9e5) == pytest.approx(8.3333e-7, rel=2e-3)
    assert small_sample_correction(1.01) < 0.1


@pytest.mark.parametrize("size", [1e-50, 1e50])
def test_sizes_up_to_the_bounds_are_computed_with(size):
    assert log_rate_ratio(size, size, size, size).effect == pytest.approx(0, abs=1e-12)
    assert standard_error_from_p(size, 0.05) == pytest.approx(size / 1.959964, rel=1e-6)
    assert size_from_interval(0.0, -size / 2, size / 2, 0.95).standard_error == pytest.approx(size / 3.919928, rel=1e-6)


@pytest.mark.parametrize("size", [0.99e-50, 1.01e50])
def test_sizes_beyond_the_bounds_are_refused(size):
    for make in (
        lambda: log_rate_ratio(3, size, 4, 5),
        lambda: standard_error_from_p(size, 0.05),
        lambda: size_from_interval(0.0, -size / 2, size / 2, 0.95),
        lambda: standardised_mean_difference(0, 1, size, 1, 5, 5),
    ):
        with pytest.raises(ValueError, match="no effect can be computed from it"):
            make()


def test_what_is_only_added_may_be_nearly_nothing_and_not_endless():
    assert difference_of_regression(1e-60, 0.5, 4.0).effect == 2.5e-61
    assert standardised_mean_difference(1e-60, 0.0, 1.0, 1.0, 5, 5).effect == 1e-60
    for make in (
        lambda: difference_of_regression(1.01e50, 0.5, 4.0),
        lambda: ratio_of_regression(-1.01e50, 0.5),
        lambda: log_ratio_of_percent(1.01e50),
        lambda: standardised_mean_difference(1.01e50, 0.0, 1.0, 1.0, 5, 5),
        lambda: size_from_interval(1.01e50, 1e50, 1.02e50, 0.95),
    ):
        with pytest.raises(ValueError, match=r"Allowed: sizes up to 1e\+50"):
            make()


def test_a_p_value_of_no_t_is_refused():
    # With a hundredth of a degree of freedom t is beyond every number, with p of nearly one nothing.
    with pytest.raises(ValueError, match="is of no t that could be computed"):
        standard_error_from_p(0.3, 0.01, 0.01)
    with pytest.raises(ValueError, match="no standard error"):
        standard_error_from_p(0.3, 1.0)
    with pytest.raises(ValueError, match="degrees"):
        standard_error_from_p(0.3, 0.05, 0)


def test_an_odds_ratio_at_a_risk_between_none_and_all():
    # (0.4 / 0.6) / (0.2 / 0.8) = 8 / 3.
    assert risk_ratio_of_odds_ratio(8 / 3, 0.2) == pytest.approx(2)
    with pytest.raises(ValueError, match="above zero"):
        risk_ratio_of_odds_ratio(0, 0.2)


def test_an_interval_without_a_width_is_none():
    with pytest.raises(ValueError, match="does not contain"):
        size_from_interval(0.2, 0.2, 0.2, 0.95)
