"""Counts of significant results: a wrong one would reassure readers about drawers, or accuse honest studies."""

import itertools

import numpy as np
import pandas as pd
import pytest
from methods.publication_bias_data import REFERENCE, studies
from scipy.stats import combine_pvalues, kstest, norm

from citizen_security.methods.publication_bias.significance_counts import (
    NothingSignificant,
    excess_significance,
    orwin_fail_safe,
    p_curve,
    p_curve_shares,
    rosenberg_fail_safe,
    rosenthal_fail_safe,
)

EXPECTANCY = pd.read_csv(REFERENCE / "teacher_expectancy_studies.csv")
PUBLISHED = pd.read_csv(REFERENCE / "meta_analysis_reference.csv").set_index(["case_id", "quantity"])


def test_fail_safe_numbers_of_the_teacher_expectancy_studies_are_the_published_ones():
    effect, variance = EXPECTANCY["effect"].to_numpy(), EXPECTANCY["variance"].to_numpy()
    published = PUBLISHED.loc["raudenbush_fsn", "published_value"]
    assert rosenthal_fail_safe(effect, variance) == published["Rosenthal_failsafe_N"]
    assert orwin_fail_safe(effect, 0.05) == published["Orwin_unweighted_target_0.05"]
    # metafor, tests/testthat/test_misc_fsn.r.
    assert orwin_fail_safe(effect, 0.05, variance) == 4
    assert rosenberg_fail_safe(effect, variance) == 0


def test_fail_safe_numbers_of_the_passive_smoking_studies_are_the_published_ones():
    effect, variance = studies("passive_smoking")
    # metafor, tests/testthat/test_misc_fsn.r, after Becker (2005).
    assert rosenthal_fail_safe(effect, variance) == 393
    assert orwin_fail_safe(effect, 0.049) == 186
    assert orwin_fail_safe(effect, 0.049, variance) == 104
    assert rosenberg_fail_safe(effect, variance) == 202


def test_the_fail_safe_number_is_the_first_that_overturns():
    effect, variance = studies("passive_smoking")
    number = rosenthal_fail_safe(effect, variance)
    z = effect / np.sqrt(variance)

    def combined(missing):
        return norm.sf(z.sum() / np.sqrt(len(z) + missing))

    assert combined(number) >= 0.05 > combined(number - 1)
    # Stouffer's method of scipy on the studies with that many of z = 0 among them.
    p_values = np.concatenate([norm.sf(z), np.full(number, 0.5)])
    assert combine_pvalues(p_values, method="stouffer").pvalue == pytest.approx(combined(number))


def test_a_result_that_is_not_significant_needs_no_study_to_overturn_it():
    assert rosenthal_fail_safe([0.1, -0.1, 0.05], [1, 1, 1]) == 0
    assert rosenberg_fail_safe([0.1, -0.1, 0.05], [1, 1, 1]) == 0
    assert orwin_fail_safe([0.02, 0.01], 0.1) == 0


def test_orwins_target_of_zero_is_refused():
    with pytest.raises(ValueError, match="target = 0; no number of studies"):
        orwin_fail_safe([0.5], 0)


def test_excess_significance_of_the_irritable_bowel_trials_is_the_published_one():
    effect, variance = studies("irritable_bowel")
    mean = (effect / variance).sum() / (1 / variance).sum()
    found = excess_significance(effect, variance, true_effect=mean)
    # metafor, tests/testthat/test_misc_tes.r, to its printed digits.
    assert found.observed == 10
    assert found.expected == pytest.approx(4.923333, abs=1e-6)
    assert found.statistic == pytest.approx(7.065648, abs=1e-6)
    assert found.chi_squared_p_value == pytest.approx(0.003928794, abs=1e-9)
    # Its binomial test takes the mean power, printed to eight digits; a rounding of that is left.
    assert found.binomial_p_value == pytest.approx(0.01159554, abs=1e-8)
    assert found.exact_p_value == pytest.approx(0.007778529, abs=1e-9)


def test_the_exact_test_is_a_sum_over_all_outcomes():
    effect, variance = np.array([0.5, 0.2, -0.1, 0.9]), np.array([0.04, 0.09, 0.05, 0.2])
    found = excess_significance(effect, variance, true_effect=0.4, tau_squared=0.02)
    by_hand = sum(
        np.prod([power if hit else 1 - power for power, hit in zip(found.power, hits, strict=True)])
        for hits in itertools.product((True, False), repeat=4)
        if sum(hits) >= found.observed
    )
    assert found.exact_p_value == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(
    ("effects", "true_effect", "direction", "observed", "expected", "p_value"),
    [
        # Every study is sure to be significant, and is.
        ([-4.0, -5.0, -6.0], -5.0, "negative", 3, 3, 1.0),
        ([-4.0, 0.01, -6.0], -50.0, "either", 2, 3, 1.0),
        # None can be significant in the direction that counts, and one is.
        ([-4.0, 0.0, 0.1], 50.0, "negative", 1, 0, 0.0),
        ([0.4, 0.0, 0.1], 50.0, "negative", 0, 0, 1.0),
    ],
)
def test_a_power_of_one_or_of_nothing_leaves_a_test(effects, true_effect, direction, observed, expected, p_value):
    found = excess_significance(effects, [0.04] * 3, true_effect=true_effect, direction=direction)
    assert (found.observed, found.expected) == (observed, pytest.approx(expected, abs=1e-12))
    assert (found.binomial_p_value, found.exact_p_value) == pytest.approx((p_value, p_value), abs=1e-9)
    assert found.chi_squared_p_value == pytest.approx(p_value if observed != expected else 0.5, abs=1e-9)


def test_one_study_alone_is_tested_by_its_own_power():
    found = excess_significance([0.5], [0.04], true_effect=0.3)
    power = norm.sf(1.959964 - 1.5) + norm.cdf(-1.959964 - 1.5)
    assert (found.observed, found.expected, found.k) == (1, pytest.approx(power, rel=1e-6), 1)
    assert (found.exact_p_value, found.binomial_p_value) == pytest.approx((power, power), rel=1e-6)
    assert found.statistic == pytest.approx((1 - power) / power, rel=1e-6)


def test_power_over_a_distribution_of_effects_is_the_share_of_draws():
    rng = np.random.default_rng(4)
    found = excess_significance([0.3], [0.04], true_effect=0.3, tau_squared=0.09, direction="positive")
    draws = rng.normal(rng.normal(0.3, 0.3, 400_000), 0.2)
    # Three standard errors of a share of 400,000 draws.
    assert found.power[0] == pytest.approx(np.mean(draws / 0.2 > norm.isf(0.025)), abs=3 * 0.5 / np.sqrt(400_000))


def test_without_an_effect_the_p_curve_is_uniform_in_its_p_value():
    rng = np.random.default_rng(14)
    p_values = []
    for _ in range(200):
        z = rng.normal(size=1500)
        kept = z[z < -norm.isf(0.025)][:12]
        p_values.append(p_curve(kept, np.ones(len(kept))).right_skew)
    # Kolmogorov's test of 200 p-values of the test itself.
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_the_p_curve_recovers_the_power_of_the_studies():
    rng = np.random.default_rng(15)
    z = rng.normal(-(norm.isf(0.025) - norm.isf(0.6)), 1, 60_000)
    found = p_curve(z, np.ones(len(z)))
    # Tens of thousands of significant results fix the power to a percent; the far tail adds almost nothing.
    assert found.power == pytest.approx(0.6, abs=0.01)
    assert found.evidential_value
    assert not found.inadequate


def test_the_curve_of_low_power_studies_is_flat_at_one_third_by_definition():
    rng = np.random.default_rng(16)
    shift = norm.isf(0.025) - norm.isf(1 / 3)
    tests = []
    for _ in range(150):
        z = rng.normal(shift, 1, 400)
        tests.append(p_curve(z[z > norm.isf(0.025)][:30], np.ones(30), favoured="positive").flatness)
    assert kstest(tests, "uniform").pvalue > 0.01


def test_shares_of_the_p_curve_are_even_without_an_effect_and_those_of_draws_with_one():
    assert p_curve_shares(0.025) == pytest.approx([0.2] * 5)
    rng = np.random.default_rng(17)
    z = rng.normal(norm.isf(0.025) - norm.isf(1 / 3), 1, 600_000)
    p_values = 2 * norm.sf(z[z > norm.isf(0.025)])
    drawn = np.histogram(p_values, np.linspace(0, 0.05, 6))[0] / len(p_values)
    # Three standard errors of shares of 200,000.
    assert p_curve_shares(1 / 3) == pytest.approx(drawn, abs=0.004)


def test_the_p_curve_leaves_out_the_wrong_direction_and_says_so():
    found = p_curve([-3.0, -2.5, 3.0, 0.1], np.ones(4))
    assert (found.significant, found.opposite) == (2, 1)
    with pytest.raises(NothingSignificant, match="no result is significant in the favoured direction"):
        p_curve([3.0, 0.1], np.ones(2))


def test_an_empty_half_of_the_p_curve_decides_nothing():
    found = p_curve([-2.0, -2.1], np.ones(2))
    assert found.below_half == 0
    assert np.isnan(found.right_skew_half)
    assert not found.evidential_value


@pytest.mark.parametrize("significance", [0.01, 0.2])
def test_the_fail_safe_number_follows_the_significance(significance):
    effect, variance = studies("passive_smoking")
    number = rosenthal_fail_safe(effect, variance, significance=significance)
    sums, size = (effect / np.sqrt(variance)).sum(), len(effect)
    assert norm.sf(sums / np.sqrt(size + number)) >= significance > norm.sf(sums / np.sqrt(size + number - 1))


def test_a_p_curve_is_worked_out_by_hand():
    # One-sided z of 2.1, 2.5 and 3: two-sided p by the normal; two of them below 0.025.
    found = p_curve([2.1, 2.5, 3.0], np.ones(3), favoured="positive")
    p_values = np.array([0.0357288, 0.0124193, 0.0026998])
    assert found.p_values == pytest.approx(p_values, rel=1e-4)
    assert (found.significant, found.below_half) == (3, 2)
    # Without an effect p / 0.05 is uniform, and p / 0.025 in the half; Stouffer's sum of their normal scores.
    whole, half = norm.ppf(p_values / 0.05), norm.ppf(p_values[1:] / 0.025)
    assert found.right_skew == pytest.approx(norm.cdf(whole.sum() / 3**0.5), rel=1e-4)
    assert found.right_skew_half == pytest.approx(norm.cdf(half.sum() / 2**0.5), rel=1e-4)
