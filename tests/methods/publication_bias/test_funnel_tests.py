"""Tests of the funnel: a wrong one would call reported studies complete, or honest ones suppressed."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.publication_bias_data import studies
from scipy.stats import kendalltau, t

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies
from citizen_security.methods.publication_bias.funnel_tests import (
    egger_classical,
    egger_mixed,
    peese,
    pet_peese,
    rank_correlation,
)

# Sums of a few dozen doubles, and a solver of normal equations on the other side.
ROUNDING = 1e-8


def simulated(rng, size=20, tau=0.2, slope=0.0):
    error = rng.uniform(0.1, 0.8, size)
    return rng.normal(0.3 + slope * error, np.hypot(error, tau)), error**2


def test_egger_mixed_prints_the_published_z_of_the_magnesium_trials():
    # metafor's test suite prints four decimals of regtest(dat.egger2001).
    assert egger_mixed(*studies("magnesium"), test="normal").statistic == pytest.approx(-4.6686, abs=5e-5)


def test_begg_prints_the_published_tau_and_exact_p_of_the_magnesium_trials():
    found = rank_correlation(*studies("magnesium"))
    assert (found.tau, found.exact) == (pytest.approx(0.15), True)
    assert found.p_value == pytest.approx(0.4503, abs=5e-5)


@pytest.mark.parametrize("name", ["passive_smoking", "magnesium", "red_and_attraction", "irritable_bowel"])
def test_egger_classical_is_statsmodels_weighted_regression(name):
    effect, variance = studies(name)
    theirs = sm.WLS(effect, sm.add_constant(np.sqrt(variance)), weights=1 / variance).fit()
    ours = egger_classical(effect, variance)
    assert [ours.limit, ours.slope] == pytest.approx(theirs.params, rel=ROUNDING)
    assert [ours.limit_p_value, ours.p_value] == pytest.approx(theirs.pvalues, rel=1e-6)
    interval = [ours.limit_lower, ours.limit_upper, ours.slope_lower, ours.slope_upper]
    assert interval == pytest.approx(theirs.conf_int().ravel(), rel=1e-6)


def test_egger_classical_is_the_regression_of_the_paper_written_the_other_way_round():
    effect, variance = studies("passive_smoking")
    error = np.sqrt(variance)
    theirs = sm.OLS(effect / error, sm.add_constant(1 / error)).fit()
    ours = egger_classical(effect, variance)
    assert [ours.slope, ours.limit] == pytest.approx(theirs.params, rel=ROUNDING)
    assert ours.statistic == pytest.approx(theirs.tvalues[0], rel=ROUNDING)


def test_peese_is_statsmodels_regression_on_the_variance():
    effect, variance = studies("red_and_attraction")
    theirs = sm.WLS(effect, sm.add_constant(variance), weights=1 / variance).fit()
    ours = peese(effect, variance)
    assert [ours.limit, ours.slope] == pytest.approx(theirs.params, rel=ROUNDING)


def test_pet_peese_takes_peese_only_where_pet_finds_an_effect():
    effect, variance = studies("passive_smoking")
    found = pet_peese(effect, variance, significance=found_p(effect, variance) * 1.01)
    other = pet_peese(effect, variance, significance=found_p(effect, variance) * 0.99)
    assert (found.taken, found.result) == ("peese", found.peese)
    assert (other.taken, other.result) == ("pet", other.pet)


def found_p(effect, variance):
    return egger_classical(effect, variance).limit_p_value


@pytest.mark.parametrize("size", [4, 5, 9, 30])
def test_begg_is_scipys_kendall_exact_without_ties(size):
    effect, variance = simulated(np.random.default_rng(size), size)
    assert_kendall(effect, variance, "exact")


def test_begg_is_scipys_kendall_with_the_variance_for_ties():
    rng = np.random.default_rng(7)
    effect, variance = simulated(rng, 25)
    assert_kendall(effect, np.round(variance, 1) + 0.05, "asymptotic")


def assert_kendall(effect, variance, method):
    weights = 1 / variance
    mean = weights @ effect / weights.sum()
    deviates = (effect - mean) / np.sqrt(variance - 1 / weights.sum())
    theirs = kendalltau(deviates, variance, method=method)
    ours = rank_correlation(effect, variance)
    assert ours.exact == (method == "exact")
    assert (ours.tau, ours.p_value) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue, rel=1e-9))


def test_egger_rejects_a_symmetric_funnel_as_often_as_it_says():
    rng = np.random.default_rng(1997)
    sets = 600
    rejected = np.mean([egger_mixed(*simulated(rng)).p_value < 0.05 for _ in range(sets)])
    # Two-and-a-half standard errors of a share of 0.05 in 600; Knapp and Hartung's test holds its level.
    assert rejected == pytest.approx(0.05, abs=2.5 * np.sqrt(0.05 * 0.95 / sets))


def test_egger_finds_a_slope_that_is_there():
    rng = np.random.default_rng(3)
    slopes = [egger_mixed(*simulated(rng, 40, slope=-1.5)).slope for _ in range(200)]
    # Three standard errors of the mean of 200 slopes.
    assert np.mean(slopes) == pytest.approx(-1.5, abs=3 * np.std(slopes) / np.sqrt(200))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_sign_turns_the_slope_and_leaves_the_p_value(seed):
    effect, variance = simulated(np.random.default_rng(seed), 8)
    there, back = egger_classical(effect, variance), egger_classical(-effect, variance)
    assert (back.slope, back.p_value) == (pytest.approx(-there.slope), pytest.approx(there.p_value))
    ranks, turned = rank_correlation(effect, variance), rank_correlation(-effect, variance)
    assert (turned.statistic, turned.p_value) == (-ranks.statistic, pytest.approx(ranks.p_value))


def test_three_studies_have_no_funnel():
    with pytest.raises(NotEnoughStudies, match="3 studies; a test of the funnel's asymmetry needs at least 4"):
        egger_classical([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])
    with pytest.raises(NotEnoughStudies, match="at least 4"):
        rank_correlation([0.1, 0.2, 0.3], [0.1, 0.2, 0.3])


def test_studies_of_one_size_have_no_small_ones():
    with pytest.raises(ValueError, match="none is smaller"):
        egger_mixed([0.1, 0.2, 0.3, 0.5], [0.1] * 4)
    with pytest.raises(ValueError, match="no order to compare"):
        rank_correlation([0.1, 0.2, 0.3, 0.5], [0.1] * 4)


@pytest.mark.parametrize("level", [None, 0.6, 0.99])
def test_every_regression_has_two_degrees_of_freedom_less_and_intervals_at_its_level(level):
    effect, variance = studies("passive_smoking")
    named = {} if level is None else {"confidence_level": level}
    both = pet_peese(effect, variance, **named)
    fits = [test(effect, variance, **named) for test in (egger_classical, egger_mixed, peese)]
    for fit in (*fits, both.pet, both.peese):
        assert fit.degrees_of_freedom == len(effect) - 2 == 35
        # The level that nobody names is 95%.
        quantile = t.isf((1 - (level or 0.95)) / 2, 35)
        ends = [fit.slope - quantile * fit.slope_standard_error, fit.slope + quantile * fit.slope_standard_error]
        ends += [fit.limit - quantile * fit.limit_standard_error, fit.limit + quantile * fit.limit_standard_error]
        assert [fit.slope_lower, fit.slope_upper, fit.limit_lower, fit.limit_upper] == pytest.approx(ends)
        assert fit.p_value == pytest.approx(2 * t.sf(abs(fit.slope / fit.slope_standard_error), 35))


def test_begg_allows_for_ties_in_both_orders():
    effect, variance = simulated(np.random.default_rng(12), 12)
    # Studies that are there two and three times tie with themselves in either order.
    held = np.repeat(np.arange(12), [1, 2, 1, 3, 1, 1, 2, 1, 1, 3, 1, 2])
    assert_kendall(effect[held], variance[held], "asymptotic")
