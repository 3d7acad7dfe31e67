"""A pooled effect, its interval and its prediction interval are those that a textbook would compute."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.meta_analysis_data import bcg, bcg_trials, drawn
from pymare import Dataset
from pymare.estimators import DerSimonianLaird, Hedges, VarianceBasedLikelihoodEstimator
from scipy.stats import chi2, t
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects

from citizen_security.methods.meta_analysis.pooling import (
    NotEnoughStudies,
    UnknownTest,
    pool,
    pool_sets,
    q_profile_interval,
)
from citizen_security.methods.meta_analysis.study_sets import StudySets

# statsmodels ends when Q is this near to its expectation; asked for less, rounding may take Q below it, and it gives 0.
STOPS = 1e-6


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("ours", "theirs"), [("dersimonian_laird", "chi2"), ("paule_mandel", "iterated")])
def test_effect_errors_and_heterogeneity_are_those_of_statsmodels(seed, ours, theirs):
    effect, variance = drawn(12, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = combine_effects(effect, variance, method_re=theirs, use_t=True, atol=STOPS)
        intervals = other.conf_int()
    plain = pool(effect, variance, estimator=ours, test="normal")
    adjusted = pool(effect, variance, estimator=ours, test="knapp_hartung_unfloored")
    # Q within a millionth leaves τ² within about as much.
    assert plain.effect == pytest.approx(other.mean_effect_re, rel=1e-6)
    assert plain.standard_error == pytest.approx(other.sd_eff_w_re, rel=1e-6)
    assert adjusted.standard_error == pytest.approx(other.sd_eff_w_re_hksj, rel=1e-6)
    # The fourth of its intervals is the random effect's with the rescaled variance and t of k − 1.
    assert adjusted.interval == pytest.approx(intervals[3], rel=1e-6)
    assert plain.q == pytest.approx(other.q, rel=1e-10)
    # statsmodels takes I² from Q; for DerSimonian and Laird's τ² that is the same number.
    if ours == "dersimonian_laird":
        assert plain.i_squared == pytest.approx(100 * max(other.i2, 0), rel=1e-8)
        assert plain.h_squared == pytest.approx(max(other.h2, 1), rel=1e-8)


def test_a_meta_regression_is_weighted_least_squares_at_its_between_study_variance():
    effect, variance = bcg()
    design = np.column_stack([np.ones(13), bcg_trials()["absolute_latitude"], bcg_trials()["year"] - 1960.0])
    ours = pool(effect, variance, design=design, test="knapp_hartung_unfloored")
    other = WLS(effect, design, weights=1 / (variance + ours.tau_squared)).fit()
    # The usual scale of weighted least squares is Knapp and Hartung's.
    assert ours.coefficients == pytest.approx(other.params, rel=1e-9)
    assert ours.standard_errors == pytest.approx(other.bse, rel=1e-9)
    assert ours.p_values == pytest.approx(other.pvalues, rel=1e-9)
    assert np.column_stack([ours.lower, ours.upper]) == pytest.approx(other.conf_int(), rel=1e-9)


def test_three_equally_precise_studies_are_worked_out_by_hand():
    # Effects 0, 3, 6 with variance 1: their variance is 9, so τ² = 8; the effect 3 has variance 9 / 3; Q = 18 on 2.
    fit = pool([0.0, 3.0, 6.0], [1.0, 1.0, 1.0])
    assert (fit.effect, fit.standard_error, fit.tau_squared) == pytest.approx((3, 3**0.5, 8), rel=1e-7)
    assert fit.interval == pytest.approx((3 - t.ppf(0.975, 2) * 3**0.5, 3 + t.ppf(0.975, 2) * 3**0.5), rel=1e-7)
    assert (fit.q, fit.q_degrees_of_freedom, fit.q_p_value) == pytest.approx((18, 2, chi2.sf(18, 2)))
    # A typical study's sampling variance is 1: I² = 8 / 9, H² = 9; each study weighs a third.
    assert (fit.i_squared, fit.h_squared) == pytest.approx((800 / 9, 9), rel=1e-7)
    assert fit.weights == pytest.approx([1 / 3] * 3)
    # A new study: t with k − 2 = 1 degree of freedom times √(8 + 3).
    half = t.ppf(0.975, 1) * 11**0.5
    assert fit.prediction_interval() == pytest.approx((3 - half, 3 + half), rel=1e-7)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.99])
@pytest.mark.parametrize(("method", "degrees"), [("higgins", 3), ("as_test", 4)])
def test_a_prediction_interval_has_its_own_level_or_that_of_the_fit(level, method, degrees):
    effect, variance = drawn(5, 3)
    fit = pool(effect, variance, confidence_level=level)
    half = t.isf((1 - level) / 2, degrees) * np.sqrt(fit.tau_squared + fit.standard_error**2)
    expected = fit.effect - half, fit.effect + half
    assert fit.prediction_interval(method=method) == pytest.approx(expected, rel=1e-12)
    assert pool(effect, variance).prediction_interval(level, method) == pytest.approx(expected, rel=1e-12)


def test_three_studies_are_enough_for_a_prediction_and_for_its_one_degree_of_freedom():
    fit = pool([0.1, 0.4, -0.3], [0.05, 0.1, 0.02], confidence_level=0.9)
    half = np.tan(np.pi * 0.45) * np.sqrt(fit.tau_squared + fit.standard_error**2)
    assert fit.prediction_interval()[1] == pytest.approx(fit.effect + half, rel=1e-9)


@pytest.mark.parametrize("moderated", [False, True])
def test_i_squared_of_equal_effects_is_the_excess_of_q(moderated):
    # 1 - df / Q of Higgins and Thompson (2002), formulas 7 and 10; H² = Q / df.
    effect, variance = bcg()
    design = np.column_stack([np.ones(13), bcg_trials()["absolute_latitude"]])[:, : 1 + moderated]
    fit = pool(effect, variance, design=design, estimator="equal_effects")
    residual = effect - design @ WLS(effect, design, weights=1 / variance).fit().params
    q, degrees = (residual**2 / variance).sum(), 12 - moderated
    assert (fit.q, fit.q_degrees_of_freedom) == pytest.approx((q, degrees), rel=1e-9)
    assert fit.i_squared == pytest.approx(100 * (q - degrees) / q, rel=1e-9)
    assert fit.h_squared == pytest.approx(q / degrees, rel=1e-9)
    assert 50 < fit.i_squared < 95


def test_the_prediction_interval_of_a_normal_test_may_be_that_of_metafor():
    fit = pool([0.0, 3.0, 6.0], [1.0, 1.0, 1.0], test="normal")
    assert fit.prediction_interval(method="as_test")[1] == pytest.approx(3 + 1.959964 * 11**0.5, rel=1e-6)


@pytest.mark.parametrize("estimator", ["equal_effects", "dersimonian_laird", "restricted_maximum_likelihood"])
def test_effects_that_are_all_equal_have_no_heterogeneity(estimator):
    fit = pool([0.4] * 5, [0.1, 0.2, 0.1, 0.3, 0.1], estimator=estimator, test="normal")
    assert (fit.tau_squared, fit.i_squared, fit.h_squared) == (0, 0, 1)
    assert fit.effect == pytest.approx(0.4)
    assert fit.converged


def test_the_q_profile_bounds_are_where_the_generalised_q_is_a_quantile():
    effect, variance = bcg()
    for bound, tail in zip(q_profile_interval(effect, variance), (0.025, 0.975), strict=True):
        weights = 1 / (variance + bound)
        mean = weights @ effect / weights.sum()
        assert weights @ (effect - mean) ** 2 == pytest.approx(chi2.isf(tail, 12), rel=1e-9)


def test_the_q_profile_interval_of_agreeing_studies_is_zero_at_both_ends():
    assert q_profile_interval([0.1, 0.1, 0.1], [1.0, 1.0, 1.0]) == (0.0, 0.0)


def test_the_q_profile_interval_covers_at_its_level():
    generator = np.random.default_rng(8)
    variance = generator.uniform(0.05, 0.3, 8)
    covered = 0
    for _ in range(250):
        lower, upper = q_profile_interval(generator.normal(0, np.sqrt(variance + 0.1)), variance)
        covered += lower <= 0.1 <= upper
    # It is exact: 250 draws of 0.95 have a standard deviation of 0.014.
    assert covered / 250 == pytest.approx(0.95, abs=0.045)


def test_knapp_and_hartung_cover_where_the_normal_test_does_not():
    # Six studies: the normal interval ignores that τ² is estimated. 4,000 data sets: standard error 0.003.
    generator = np.random.default_rng(9)
    variance = generator.uniform(0.02, 0.2, 6)
    effect = generator.normal(0.3, np.sqrt(variance + 0.1), (4_000, 6))
    sets = StudySets(effect, variance[None], np.ones((6, 1)), np.ones((1, 6)))
    shares = {}
    for test in ("normal", "knapp_hartung", "knapp_hartung_unfloored"):
        lower, upper = pool_sets(sets, test=test).intervals()
        shares[test] = ((lower <= 0.3) & (upper >= 0.3)).mean()
    assert shares["normal"] < 0.93
    assert shares["knapp_hartung_unfloored"] == pytest.approx(0.95, abs=0.015)
    # The floor errs to the side of width: it binds in some of these sets, and never makes an interval shorter.
    assert 0.96 < shares["knapp_hartung"] < 0.99


def floored_by_hand(effect, variance, tau_squared, level):
    """Röver and others (2015): the larger of the model's standard error and Knapp and Hartung's, with t of k − 1."""
    weights = 1 / (variance + tau_squared)
    mean = (weights * effect).sum() / weights.sum()
    rescaled = (weights * (effect - mean) ** 2).sum() / ((len(effect) - 1) * weights.sum())
    error = max(rescaled, 1 / weights.sum()) ** 0.5
    half = t.ppf((1 + level) / 2, len(effect) - 1) * error
    return mean - half, mean + half, error, rescaled**0.5


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("seed", range(10))
def test_the_larger_of_the_two_errors_is_taken(seed, level):
    generator = np.random.default_rng(seed)
    variance = generator.uniform(0.01, 0.3, 5)
    effect = generator.normal(0.2, np.sqrt(variance) * (0.4 if seed % 2 else 4))
    fit = pool(effect, variance, estimator="dersimonian_laird", confidence_level=level)
    lower, upper, error, rescaled = floored_by_hand(effect, variance, fit.tau_squared, level)
    assert (*fit.interval, fit.standard_error) == pytest.approx((lower, upper, error), rel=1e-12)
    as_published = pool(effect, variance, estimator="dersimonian_laird", test="knapp_hartung_unfloored")
    assert as_published.standard_error == pytest.approx(rescaled, rel=1e-12)
    # Where effects are alike the floor binds; where there is heterogeneity it may.
    if seed % 2:
        assert fit.standard_error > 1.01 * as_published.standard_error


@pytest.mark.parametrize(
    ("effect", "variance"),
    [
        ([-0.15] * 3, [0.0036] * 3),
        ([-0.15, -0.15], [0.0036, 0.01]),
        ([-0.150823, -0.139262], [0.00387, 0.00378]),
        ([0.2, 0.2001, 0.1999, 0.2], [0.1, 0.02, 0.3, 0.001]),
    ],
)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_effects_that_happen_to_be_alike_are_no_more_certain_than_their_errors(effect, variance, level):
    fit, normal = (pool(effect, variance, test=test, confidence_level=level) for test in ("knapp_hartung", "normal"))
    assert fit.interval[0] <= normal.interval[0]
    assert fit.interval[1] >= normal.interval[1]
    assert fit.p_value >= normal.p_value
    # One test and one interval: p is below what the level leaves exactly where the interval excludes zero.
    assert (fit.p_value < 1 - level) == (fit.interval[0] > 0 or fit.interval[1] < 0)
    as_published = pool(effect, variance, test="knapp_hartung_unfloored", confidence_level=level)
    assert as_published.standard_error < 0.2 * normal.standard_error


def test_moderators_that_leave_no_residual_have_the_error_of_the_model():
    design = np.column_stack([np.ones(5), [0.0, 1.0, 2.0, 3.0, 5.0]])
    variance = np.array([0.04, 0.01, 0.09, 0.02, 0.05])
    fit, normal = (
        pool(design @ [0.1, -0.2], variance, design=design, test=test) for test in ("knapp_hartung", "normal")
    )
    assert fit.covariance == pytest.approx(normal.covariance, rel=1e-9)
    assert fit.degrees_of_freedom == 3
    assert (fit.upper - fit.lower) / (normal.upper - normal.lower) == pytest.approx(
        t.isf(0.025, 3) / 1.959964, rel=1e-6
    )


@given(
    st.lists(st.tuples(st.integers(-200, 200), st.floats(0.01, 1.0)), min_size=3, max_size=10),
    st.sampled_from(["normal", "knapp_hartung", "knapp_hartung_unfloored"]),
    st.floats(0.1, 50),
)
@settings(max_examples=40, deadline=None)
def test_sign_unit_and_order_of_the_effects_do_not_change_the_evidence(studies, test, unit):
    effect = np.array([whole / 100 for whole, _ in studies])
    variance = np.array([value for _, value in studies])
    plain = pool(effect, variance, test=test)
    mirrored = pool(-unit * effect[::-1], unit**2 * variance[::-1], test=test)
    # Iterations stop within a billionth of τ² plus a study's variance, wherever they began.
    near = {"rel": 1e-5, "abs": 1e-7}
    assert mirrored.effect / unit == pytest.approx(-plain.effect, **near)
    assert mirrored.standard_error / unit == pytest.approx(plain.standard_error, **near)
    assert mirrored.interval[0] / unit == pytest.approx(-plain.interval[1], **near)
    assert mirrored.i_squared == pytest.approx(plain.i_squared, rel=1e-5, abs=1e-4)
    assert effect.min() - 1e-9 <= plain.effect <= effect.max() + 1e-9


def test_too_few_studies_for_a_prediction_are_refused():
    with pytest.raises(NotEnoughStudies, match="at least 3"):
        pool([0.1, 0.2], [0.1, 0.1]).prediction_interval()


def test_a_level_in_per_cent_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        pool([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], confidence_level=95)


def test_the_effect_of_a_meta_regression_is_refused_as_there_are_several():
    fit = pool([0.1, 0.2, 0.4, 0.3], [0.1] * 4, design=[[1, 0], [1, 1], [1, 2], [1, 4]])
    with pytest.raises(ValueError, match="2 coefficients"):
        _ = fit.effect


@pytest.mark.parametrize(
    ("estimator", "peer"),
    [
        ("dersimonian_laird", DerSimonianLaird()),
        ("hedges_olkin", Hedges()),
        ("maximum_likelihood", VarianceBasedLikelihoodEstimator(method="ML")),
        ("restricted_maximum_likelihood", VarianceBasedLikelihoodEstimator(method="REML")),
    ],
)
@pytest.mark.parametrize("moderated", [False, True])
def test_another_package_finds_the_same_variance_and_coefficients(estimator, peer, moderated):
    generator = np.random.default_rng(4)
    variance = generator.uniform(0.01, 0.2, 40)
    design = np.column_stack([np.ones(40), generator.standard_normal(40)])[:, : 1 + moderated]
    effect = design @ np.array([-0.3, 0.2])[: 1 + moderated] + generator.normal(0, np.sqrt(0.1 + variance))
    theirs = peer.fit_dataset(Dataset(y=effect[:, None], v=variance[:, None], X=design, add_intercept=False)).summary()
    ours = pool(effect, variance, design=design, estimator=estimator)
    # PyMARE's likelihoods are maximised by a general search, which ends at about four digits.
    assert ours.tau_squared == pytest.approx(float(np.ravel(theirs.tau2)[0]), rel=2e-3)
    assert ours.coefficients == pytest.approx(theirs.get_fe_stats()["est"].ravel(), abs=1e-4)


def test_a_test_that_is_none_is_refused_and_not_taken_for_the_normal_one():
    with pytest.raises(UnknownTest, match=r"'hartung' is no test.*knapp_hartung, knapp_hartung_unfloored, normal"):
        pool([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], test="hartung")
