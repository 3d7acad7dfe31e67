"""Gamma–Poisson risks: published fits, two other implementations, known parameters, and tables with little in them."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, stats
from statsmodels.discrete.discrete_model import NegativeBinomial
from support import ROOT

from citizen_security.methods.empirical_bayes import GammaPoisson, equal_risk, fit_gamma_poisson, last_value

# Red mites on 150 apple leaves: leaves with none, one, two and so on (Bliss and Fisher 1953, table 1).
MITES = np.repeat(np.arange(8), [70, 38, 17, 10, 9, 3, 2, 1])

# Failures of ten pumps of a nuclear plant, and thousands of hours that each was watched (Gaver and O'Muircheartaigh
# 1987), rounded as the BUGS examples have them.
FAILURES = np.array([5, 1, 5, 14, 3, 19, 1, 1, 4, 22])
HOURS = np.array([94.3, 15.7, 62.9, 126, 5.24, 31.4, 1.05, 1.05, 2.1, 10.5])


@pytest.fixture(scope="module")
def lip_cancer():
    return pd.read_csv(ROOT / "tests" / "methods" / "reference" / "lip_cancer_scotland.csv")


def group_of(fit, counts, exposure):
    """Shape and mean of the one group that was fitted, from its posterior."""
    shape, rate = fit.shape - counts, fit.rate - exposure
    assert np.ptp(shape) < 1e-9 * shape[0]
    return shape[0], shape[0] / rate[0]


def simulated(generator, places, shape, mean):
    exposure = generator.lognormal(9.5, 1.2, places)
    risk = generator.gamma(shape, mean / shape, places)
    return generator.poisson(risk * exposure), exposure, risk


# --- published --------------------------------------------------------------------------------------------------------


def test_mites_on_leaves_have_the_shape_that_bliss_and_fisher_printed():
    shape, mean = group_of(fit_gamma_poisson(MITES, np.ones(150)), MITES, np.ones(150))
    # By maximum likelihood; moments give 1.17.
    assert shape == pytest.approx(1.02459, abs=6e-6)
    assert mean == pytest.approx(172 / 150, rel=1e-6)


def test_pumps_watched_for_unlike_times_have_the_published_estimates():
    shape, mean = group_of(fit_gamma_poisson(FAILURES, HOURS), FAILURES, HOURS)
    # Maximum likelihood as the tests of the R package nimble (test-mcem.R) state it, to the two digits printed there.
    assert shape == pytest.approx(0.82, abs=0.005)
    assert shape / mean == pytest.approx(1.26, abs=0.005)


def test_lip_cancer_in_scotland_solves_the_equations_of_clayton_and_kaldor(lip_cancer):
    # What their table prints could not be read; statsmodels and a plain search give the same estimates (below).
    observed, expected = lip_cancer["observed"].to_numpy(), lip_cancer["expected"].to_numpy()
    fit = fit_gamma_poisson(observed, expected)
    shape, mean = group_of(fit, observed, expected)
    # Their first equation: the mean of the estimates is the mean of the distribution, which no crude ratio has (1.00
    # for all cases by all expected, 1.52 for the mean of ratios).
    assert fit.mean.mean() == pytest.approx(mean, rel=1e-6)
    # A district's estimate is a mean of its own ratio and the group's, weighted by its expected cases.
    weight = expected / (expected + shape / mean)
    np.testing.assert_allclose(fit.mean, weight * observed / expected + (1 - weight) * mean, rtol=1e-10)
    # Skye and Lochalsh, 9 cases for 1.4 expected, falls furthest; the two districts without a case are not at zero.
    assert np.argmax(observed / expected - fit.mean) == 0
    assert (fit.mean[observed == 0] > 0.3).all()


# --- second implementations -------------------------------------------------------------------------------------------


def test_lip_cancer_has_the_estimates_of_statsmodels_and_of_a_plain_search(lip_cancer):
    observed, expected = lip_cancer["observed"].to_numpy(), lip_cancer["expected"].to_numpy()
    shape, mean = group_of(fit_gamma_poisson(observed, expected), observed, expected)
    model = NegativeBinomial(observed, np.ones(len(observed)), offset=np.log(expected))
    log_mean, dispersion = model.fit(disp=False, maxiter=200).params
    # Four digits: what the other optimiser converges to.
    assert shape == pytest.approx(1 / dispersion, rel=1e-4)
    assert mean == pytest.approx(np.exp(log_mean), rel=1e-4)

    def loss(at):
        size, level = np.exp(at)
        return -stats.nbinom.logpmf(observed, size, size / (size + expected * level)).sum()

    found = optimize.minimize(loss, [0, 0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    np.testing.assert_allclose([shape, mean], np.exp(found.x), rtol=1e-5)


def test_each_group_is_fitted_as_if_alone():
    generator = np.random.default_rng(2)
    first, second = simulated(generator, 40, 1.2, 3e-4), simulated(generator, 60, 6.0, 1e-4)
    order = generator.permutation(100)
    counts, exposure = (np.concatenate([first[i], second[i]])[order] for i in (0, 1))
    together = fit_gamma_poisson(counts, exposure, np.repeat(["b", "a"], [40, 60])[order])
    alone = np.concatenate([fit_gamma_poisson(*first[:2]).mean, fit_gamma_poisson(*second[:2]).mean])[order]
    # Sums in another order: the optimiser stops a little elsewhere, on another processor elsewhere again.
    np.testing.assert_allclose(together.mean, alone, rtol=1e-6)
    assert not np.allclose(together.mean, fit_gamma_poisson(counts, exposure).mean, rtol=1e-2)


def test_forecasts_are_the_integrals_over_risks():
    fit = last_value([3, 0, 12], [2.0, 1.5, 4.0])
    counts, exposure = np.array([2, 1, 9]), np.array([1.0, 3.0, 2.5])
    for place, score in enumerate(fit.predictive_log_score(counts, exposure)):
        posterior = stats.gamma(fit.shape[place], scale=1 / fit.rate[place])

        def joint(risk, place=place, posterior=posterior):
            return posterior.pdf(risk) * stats.poisson.pmf(counts[place], risk * exposure[place])

        assert score == pytest.approx(np.log(integrate.quad(joint, 0, np.inf)[0]), abs=1e-6)


def test_intervals_are_quantiles_of_the_gamma_distribution():
    fit = last_value([3, 0, 12], [2.0, 1.5, 4.0])
    for level in (0.5, 0.9):
        limits = stats.gamma.interval(level, fit.shape, scale=1 / fit.rate)
        np.testing.assert_allclose(fit.interval(level), np.stack(limits, axis=-1), rtol=1e-10)


def test_draws_have_the_distribution_of_the_forecast():
    fit = last_value([3, 0, 12], [2.0, 1.5, 4.0])
    exposure, draws = np.array([1.0, 3.0, 2.5]), 40_000
    drawn = fit.draw_counts(exposure, draws, np.random.default_rng(3))
    for place in range(3):
        shares = np.bincount(drawn[:, place], minlength=20)[:20] / draws
        counts = np.full((20, 3), 0)
        counts[:, place] = np.arange(20)
        chances = np.exp([fit.predictive_log_score(row, exposure)[place] for row in counts])
        # Four standard errors of a share; a Poisson count of the mean risk differs by more than ten of them.
        assert np.abs(shares - chances).max() < 4 * 0.5 / np.sqrt(draws)


# --- known parameters -------------------------------------------------------------------------------------------------


# Three standard errors, of 60 simulations of the shape: 0.032 and 0.066 of it; those of the mean are smaller.
@pytest.mark.parametrize(("shape", "mean", "tolerance"), [(0.7, 3e-4, 0.1), (5.0, 1e-4, 0.2)])
def test_shape_and_mean_are_recovered_and_intervals_hold_as_often_as_stated(shape, mean, tolerance):
    counts, exposure, risk = simulated(np.random.default_rng(5), 3_000, shape, mean)
    fit = fit_gamma_poisson(counts, exposure)
    found = group_of(fit, counts, exposure)
    np.testing.assert_allclose(found, [shape, mean], rtol=tolerance)
    for level in (0.5, 0.9):
        lower, upper = fit.interval(level).T
        inside = np.mean((lower <= risk) & (risk <= upper))
        assert inside == pytest.approx(level, abs=3.5 * np.sqrt(level * (1 - level) / 3_000))


def test_the_next_year_is_forecast_better_than_by_own_or_group_counts_alone():
    generator = np.random.default_rng(8)
    counts, exposure, risk = simulated(generator, 400, 2.0, 2e-4)
    later = generator.poisson(risk * exposure)
    score = {
        name: forecast.predictive_log_score(later, exposure)
        for name, forecast in {
            "both": fit_gamma_poisson(counts, exposure),
            "own": last_value(counts, exposure),
            "group": equal_risk(counts, exposure),
            "truth": GammaPoisson(np.full(400, np.inf), np.full(400, np.inf), risk),
        }.items()
    }
    for worse, better in (("own", "both"), ("group", "own"), ("both", "truth")):
        difference = score[better] - score[worse]
        assert difference.mean() > 2 * difference.std() / 20


# --- little to learn from ---------------------------------------------------------------------------------------------


def test_counts_that_differ_no_more_than_chance_have_one_risk_and_poisson_forecasts():
    fit = fit_gamma_poisson([4, 5, 4, 5, 6, 3], [2.0] * 6)
    assert np.isinf([fit.shape, fit.rate]).all()
    np.testing.assert_allclose(fit.interval(0.8), 27 / 12)
    exposure = np.array([2.0, 1, 3, 2, 2, 0])
    counts = np.array([1, 2, 7, 0, 3, 0])
    np.testing.assert_allclose(
        fit.predictive_log_score(counts, exposure), stats.poisson.logpmf(counts, 27 / 12 * exposure), rtol=1e-12
    )
    drawn = fit.draw_counts(exposure, 4_000, np.random.default_rng(1))
    # Mean and variance of a Poisson count, within four standard errors.
    np.testing.assert_allclose(drawn.mean(axis=0), 27 / 12 * exposure, atol=0.17)
    np.testing.assert_allclose(drawn.var(axis=0), 27 / 12 * exposure, atol=0.65)


def test_a_group_without_differences_keeps_its_mean_and_takes_the_shape_of_all():
    generator = np.random.default_rng(4)
    varied = simulated(generator, 60, 1.5, 3e-4)
    counts = np.concatenate([varied[0], np.full(10, 4)])
    exposure = np.concatenate([varied[1], np.full(10, 8e4)])
    fit = fit_gamma_poisson(counts, exposure, np.repeat([1, 2], [60, 10]))
    all_shape, all_mean = group_of(fit_gamma_poisson(counts, exposure), counts, exposure)
    shape, mean = group_of(GammaPoisson(fit.shape[60:], fit.rate[60:], fit.mean[60:]), counts[60:], exposure[60:])
    assert shape == pytest.approx(all_shape, rel=1e-9)
    assert mean == pytest.approx(5e-5, rel=1e-9)
    assert all_mean > 2 * mean


@pytest.mark.parametrize(("least", "own"), [(4, True), (5, False)])
def test_a_group_of_few_places_takes_the_distribution_of_all(least, own):
    counts = np.array([3, 8, 1, 15, 6, 2, 40, 55, 20, 90])
    exposure = np.full(10, 4.0)
    fit = fit_gamma_poisson(counts, exposure, list("aaaaaabbbb"), least_places=least)
    all_shape, all_mean = group_of(fit_gamma_poisson(counts, exposure), counts, exposure)
    of_all = (counts + all_shape) / (exposure + all_shape / all_mean)
    assert np.allclose(fit.mean[6:], of_all[6:], rtol=1e-9) != own
    assert not np.allclose(fit.mean[:6], of_all[:6], rtol=1e-3)


def test_five_places_have_a_distribution_of_their_own_by_default_and_four_have_not():
    counts, exposure = np.array([3, 8, 1, 15, 40, 55, 20, 90, 70]), np.full(9, 4.0)
    fit = fit_gamma_poisson(counts, exposure, list("aaaabbbbb"))
    np.testing.assert_allclose(fit.mean[:4], fit_gamma_poisson(counts, exposure).mean[:4], rtol=1e-9)
    np.testing.assert_allclose(fit.mean[4:], fit_gamma_poisson(counts[4:], exposure[4:]).mean, rtol=1e-9)


def test_a_place_without_exposure_keeps_its_groups_distribution_and_changes_no_other():
    counts, exposure = np.array([3, 8, 1, 15, 6, 2]), np.array([2.0, 3, 1, 4, 2, 5])
    without = fit_gamma_poisson(counts, exposure)
    fit = fit_gamma_poisson(np.append(counts, 0), np.append(exposure, 0.0))
    np.testing.assert_allclose(fit.mean[:-1], without.mean, rtol=1e-12)
    shape, mean = group_of(without, counts, exposure)
    np.testing.assert_allclose([fit.shape[-1], fit.mean[-1]], [shape, mean], rtol=1e-9)


def test_no_event_anywhere_is_half_an_event_for_all():
    fit = fit_gamma_poisson([0] * 6, [2.0] * 6, list("aaabbb"), least_places=3)
    np.testing.assert_allclose(fit.mean, 0.5 / np.repeat([6.0, 6.0], 3))
    assert fit.predictive_log_score([0, 0, 0, 0, 0, 1], [2.0] * 6)[-1] == pytest.approx(stats.poisson.logpmf(1, 1 / 6))


def test_one_place_alone_is_forecast_by_its_own_rate():
    fit = fit_gamma_poisson([7], [2.0])
    assert fit.mean == pytest.approx([3.5])
    assert fit.predictive_log_score([4], [1.0]) == pytest.approx(stats.poisson.logpmf([4], 3.5))


@pytest.mark.parametrize("group", [None, list("aabbb")])
def test_own_counts_and_equal_risk_are_posteriors_of_jeffreys(group):
    counts, exposure = np.array([0, 3, 5, 2, 9]), np.array([1.0, 2, 0.5, 4, 3])
    own, one = last_value(counts, exposure), equal_risk(counts, exposure, group)
    np.testing.assert_allclose(own.mean, (counts + 0.5) / exposure)
    totals = [19.5 / 10.5] * 5 if group is None else [3.5 / 3] * 2 + [16.5 / 7.5] * 3
    np.testing.assert_allclose(one.mean, totals)
    np.testing.assert_allclose(one.shape / one.rate, one.mean)


@pytest.mark.parametrize("scale", [1e-6, 1e3])
def test_units_of_exposure_change_nothing_but_units(scale):
    counts, exposure, _ = simulated(np.random.default_rng(6), 50, 2.0, 2e-4)
    fit, scaled = fit_gamma_poisson(counts, exposure), fit_gamma_poisson(counts, exposure * scale)
    np.testing.assert_allclose(scaled.mean * scale, fit.mean, rtol=1e-6)


def test_large_counts_in_few_places_and_one_outlier_are_fitted():
    for counts in ([0] * 9 + [500], [990, 1010] * 5 + [0], [100_000] * 5 + [300_000]):
        exposure = np.full(len(counts), 10.0)
        fit = fit_gamma_poisson(counts, exposure)
        assert np.isfinite(fit.shape).all()
        assert np.isfinite(fit.predictive_log_score(counts, exposure)).all()
        np.testing.assert_allclose(fit.mean.mean(), np.mean(counts) / 10, rtol=1e-4)


def test_every_municipality_of_a_country_is_fitted_at_once():
    generator = np.random.default_rng(9)
    counts, exposure, _ = simulated(generator, 5_570, 2.0, 2e-4)
    group = generator.integers(0, 27, 5_570)
    fit = fit_gamma_poisson(counts, exposure, group)
    assert fit.shape.shape == (5_570,)
    # All groups were drawn from one distribution, with 206 places in each; a count adds itself to the shape.
    assert np.median(fit.shape - counts) == pytest.approx(2.0, rel=0.15)
