"""Selection by p-value: a wrong likelihood would correct an effect that is sound, or leave one that is not."""

import numpy as np
import pytest
from methods.publication_bias_data import studies
from scipy.integrate import quad
from scipy.optimize import check_grad, minimize
from scipy.stats import chi2, norm

from citizen_security.methods.meta_analysis.between_study_variance import between_study_variance
from citizen_security.methods.meta_analysis.pooling import pool
from citizen_security.methods.publication_bias.selection_models import (
    NotIdentified,
    _log_likelihood,
    fit_step_selection,
    interval_probabilities,
    p_value_steps,
    weight_intervals,
)

STEPS = (0.05, 0.1, 0.5)


def selected(rng, size, effect=0.0, tau=0.2, reported=0.1):
    """Studies of which a result that is not significant in the positive direction is often not reported."""
    error = rng.uniform(0.1, 0.4, 20 * size)
    drawn = rng.normal(effect, np.hypot(error, tau))
    kept = (drawn / error > norm.isf(0.025)) | (rng.random(len(error)) < reported)
    return drawn[kept][:size], error[kept][:size] ** 2


def test_the_passive_smoking_studies_give_the_published_step_model():
    # metafor, tests/testthat/test_misc_selmodel.r: printed to six digits, fitted by another optimiser, so that the last
    # of them may differ.
    found = fit_step_selection(*studies("passive_smoking"), cut_points=STEPS, favoured="positive")
    assert found.weights == pytest.approx([1, 2.422079, 0.977543, 0.396713], rel=1e-5)
    assert found.weight_standard_errors[1:] == pytest.approx([1.66085, 0.820387, 0.469235], rel=1e-5)
    assert found.tau_squared == pytest.approx(0.03071325, rel=1e-5)
    assert found.statistic == pytest.approx(7.066137, abs=1e-6)
    assert list(found.counts) == [7, 8, 16, 6]
    # Three weights are free: with two degrees of freedom the tail of 7.066 would be 0.0292, with four 0.1325.
    assert (found.degrees_of_freedom, found.p_value) == (3, pytest.approx(0.0698, abs=5e-5))
    assert not found.at_boundary


def test_the_passive_smoking_studies_give_the_published_profile_intervals():
    found = weight_intervals(*studies("passive_smoking"), cut_points=STEPS, favoured="positive")
    published = [[0.000224, 0.135284], [0.665133, 9.915798], [0.209558, 5.386044], [0.040198, 4.119681]]
    # Roots of a flat profile, found to a tolerance there: the bound of τ² near zero moves most, by 1e-5.
    assert found == pytest.approx(np.array(published), rel=1e-3, abs=2e-5)


def test_without_a_step_the_model_is_maximum_likelihood_random_effects():
    effect, variance = studies("red_and_attraction")
    found = fit_step_selection(effect, variance, favoured="positive")
    plain = pool(effect, variance, estimator="maximum_likelihood", test="normal")
    assert found.unselected_effect == pytest.approx(plain.effect, abs=1e-6)


@pytest.mark.parametrize("favoured", ["negative", "positive", "either"])
def test_the_density_after_selection_integrates_to_one(favoured):
    cuts, weights = (0.025, 0.3), np.array([1.0, 0.5, 0.2])
    error, mean, tau_squared = 0.3, 0.2, 0.05
    sign = -1 if favoured == "negative" else 1

    def unscaled(value):
        """As Vevea and Hedges write it: the normal density times the weight of the value's own p."""
        z = value / error
        p = 2 * norm.sf(abs(z)) if favoured == "either" else norm.sf(sign * z)
        weight = weights[0] if p < cuts[0] else weights[1] if p < cuts[1] else weights[2]
        return weight * norm.pdf(value, mean, np.sqrt(error**2 + tau_squared))

    # Where the density steps, the quadrature is told.
    steps = sorted({s * error * norm.isf(c / (2 if favoured == "either" else 1)) for c in cuts for s in (-1, 1)})
    reported = quad(unscaled, -3, 3, points=steps, limit=200)[0]
    parameters = np.array([sign * mean, tau_squared, *np.log(weights[1:])])
    for value in (-0.9, -0.5, -0.2, 0.1, 0.4, 0.8):
        at = p_value_steps([value], [error**2], cuts, favoured)
        assert interval_probabilities(at, [sign * mean], tau_squared)[0] @ weights == pytest.approx(reported, abs=1e-8)
        assert np.exp(_log_likelihood(at, parameters)[0]) == pytest.approx(unscaled(value) / reported, rel=1e-7)


@pytest.mark.parametrize("favoured", ["negative", "either"])
def test_the_slope_of_the_likelihood_is_that_of_its_differences(favoured):
    at = p_value_steps(*studies("red_and_attraction"), (0.025, 0.5), favoured)
    point = np.array([0.1, 0.08, -0.3, -0.9])
    error = check_grad(lambda p: _log_likelihood(at, p)[0], lambda p: _log_likelihood(at, p)[1], point)
    # Differences over 1e-8 of a log likelihood of about 50, of a slope of about 100.
    assert error < 1e-3


def test_another_parameterisation_and_optimiser_find_the_same_maximum():
    effect, variance = studies("red_and_attraction")
    error = np.sqrt(variance)

    def loss(parameters):
        mean, log_tau, logit = parameters
        weight = 3 / (1 + np.exp(-logit))
        spread = np.sqrt(variance + np.exp(2 * log_tau))
        critical = error * norm.isf(0.025)
        share = norm.sf((critical - mean) / spread)
        one = norm.logpdf(effect, mean, spread) + np.where(effect >= critical, 0, np.log(weight))
        return -np.sum(one - np.log(share + weight * (1 - share)))

    theirs = minimize(loss, [0.2, -1.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10})
    ours = fit_step_selection(effect, variance, favoured="positive")
    assert ours.log_likelihood == pytest.approx(-theirs.fun, abs=1e-8)
    # Nelder and Mead's simplex stops at a millionth.
    assert ours.effect == pytest.approx(theirs.x[0], abs=1e-5)
    assert ours.tau_squared == pytest.approx(np.exp(2 * theirs.x[1]), abs=1e-5)
    assert ours.weights[1] == pytest.approx(3 / (1 + np.exp(-theirs.x[2])), abs=1e-4)


def test_turning_the_sign_and_the_favour_turns_the_effect():
    effect, variance = studies("red_and_attraction")
    there = fit_step_selection(effect, variance, favoured="positive", interval="wald")
    back = fit_step_selection(-effect, variance, favoured="negative", interval="wald")
    assert (back.effect, back.lower, back.upper) == pytest.approx((-there.effect, -there.upper, -there.lower))


@pytest.mark.slow
def test_the_three_parameter_model_recovers_an_effect_that_selection_made_up():
    rng = np.random.default_rng(1995)
    fits, naive = [], []
    for _ in range(60):
        effect, variance = selected(rng, 120)
        fits.append(fit_step_selection(effect, variance, favoured="positive", interval="wald"))
        naive.append(pool(effect, variance).effect)
    # The true effect is zero. The naive mean is off by many times its error; the model's is not.
    assert np.mean(naive) > 0.2
    effects = np.array([fit.effect for fit in fits])
    assert np.mean(effects) == pytest.approx(0, abs=3 * effects.std() / np.sqrt(60) + 0.02)
    assert np.exp(np.mean([np.log(fit.weights[1]) for fit in fits])) == pytest.approx(0.1, rel=0.25)
    covered = np.mean([fit.lower <= 0 <= fit.upper for fit in fits])
    # Three standard errors of a share of 0.95 in 60.
    assert covered > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 60)


@pytest.mark.slow
def test_without_selection_the_likelihood_ratio_test_keeps_its_level():
    rng = np.random.default_rng(5)
    rejected = []
    for _ in range(200):
        effect, variance = selected(rng, 60, effect=0.25, reported=1)
        rejected.append(fit_step_selection(effect, variance, favoured="positive", interval="wald").p_value < 0.2)
    # Three standard errors of 0.2 in 200. With one degree of freedom more 7% would be rejected, with none 100%.
    assert np.mean(rejected) == pytest.approx(0.2, abs=0.085)


def test_a_weight_at_the_edge_of_what_is_searched_is_marked():
    # Thirty results just significant and one far from it: without selection such a heap is next to impossible.
    effect = np.append(np.linspace(1.97, 2.05, 30), -0.3)
    found = fit_step_selection(effect, np.ones(31), favoured="positive", interval="wald")
    assert found.weights[1] == pytest.approx(np.exp(-8), rel=1e-3)
    assert found.at_boundary
    assert not fit_step_selection(*studies("red_and_attraction"), favoured="positive", interval="wald").at_boundary


@pytest.mark.parametrize("level", [0.6, 0.9])
def test_wald_s_interval_is_the_normal_one_at_its_level(level):
    effect, variance = studies("red_and_attraction")
    found = fit_step_selection(effect, variance, favoured="positive", interval="wald", confidence_level=level)
    half = norm.isf((1 - level) / 2) * found.standard_error
    assert (found.lower, found.upper) == pytest.approx((found.effect - half, found.effect + half))


@pytest.mark.parametrize("level", [0.95, 0.7])
def test_the_profile_interval_holds_where_the_likelihood_has_fallen_by_the_quantile(level):
    effect, variance = studies("red_and_attraction")
    found = fit_step_selection(effect, variance, favoured="positive", confidence_level=level)
    at = p_value_steps(effect, variance, (0.025,), "positive")

    def profile(mean):
        start = [found.tau_squared, np.log(found.weights[1])]
        return minimize(lambda p: -_log_likelihood(at, np.array([mean, max(p[0], 0), p[1]]))[0], start, tol=1e-9).fun

    for end in (found.lower, found.upper):
        assert 2 * (profile(end) + found.log_likelihood) == pytest.approx(chi2.ppf(level, 1), abs=1e-3)

    def profile_of_tau(tau_squared):
        start = [found.effect, np.log(found.weights[1])]
        loss = lambda p: -_log_likelihood(at, np.array([p[0], tau_squared, p[1]]))[0]  # noqa: E731
        return minimize(loss, start, tol=1e-9).fun

    tau = weight_intervals(effect, variance, favoured="positive", confidence_level=level)[0]
    for end in tau[tau > 0]:
        assert 2 * (profile_of_tau(end) + found.log_likelihood) == pytest.approx(chi2.ppf(level, 1), abs=1e-3)
    assert tau[1] > found.tau_squared


def test_an_interval_without_a_study_is_refused_by_name():
    with pytest.raises(NotIdentified, match=r"no study has a p-value from 0 to 0\.025, so its weight"):
        fit_step_selection([0.1, -0.1, 0.2, 0.05, 0.0], np.ones(5))
    with pytest.raises(NotIdentified, match="3 studies for 3 parameters; at least 4 are needed"):
        fit_step_selection([-3, 0.1, 0.2], np.ones(3))


def test_cut_points_out_of_order_are_refused():
    for cuts in ((0.5, 0.025), (0.0, 0.5), (0.5, 1.0), (0.3, 0.3)):
        with pytest.raises(ValueError, match="they increase, and lie between 0 and 1"):
            p_value_steps([0.1], [1.0], cuts, "positive")


def test_equal_effects_leave_no_variance_between_studies():
    rng = np.random.default_rng(8)
    effect, variance = selected(rng, 80, effect=0.2, tau=0.0, reported=1)
    found = fit_step_selection(effect, variance, favoured="positive", interval="wald")
    assert found.tau_squared <= between_study_variance(effect, variance).tau_squared + 0.02
    assert np.isfinite(found.standard_error)
