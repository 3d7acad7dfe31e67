"""Marginal likelihoods against brute force: a wrong integral would move every probability."""

from dataclasses import replace

import numpy as np
import pytest
from methods.publication_bias_data import ALONE, PRIORS, STEP, log_marginal, studies
from scipy import stats
from scipy.integrate import quad, simpson
from scipy.special import ndtr

from citizen_security.methods.publication_bias import marginal_likelihoods
from citizen_security.methods.publication_bias.ensembles import (
    ENSEMBLES,
    NO_SELECTION,
    EffectPriors,
    SelectionMechanism,
)
from citizen_security.methods.publication_bias.marginal_likelihoods import FULL, QUICK, Resolution
from citizen_security.methods.publication_bias.model_averaging import average_models


def test_without_heterogeneity_the_marginal_likelihood_is_a_normal_density():
    effect, variance = studies("power_pose")
    found = average_models(effect, variance, priors=PRIORS, selections=ALONE, favoured="positive")
    spread = PRIORS.effect.std()
    covariance = np.diag(variance) + spread**2
    closed = stats.multivariate_normal(np.zeros(len(effect)), covariance).logpdf(effect)
    assert log_marginal(found, effect=True, heterogeneity=False) == pytest.approx(closed, abs=1e-7)
    null = stats.norm.logpdf(effect, 0, np.sqrt(variance)).sum()
    assert log_marginal(found, effect=False, heterogeneity=False) == pytest.approx(null, abs=1e-10)


def brute_force(log_integrand, *axes):
    """Simpson's rule on even grids, of which every one ends where nothing is left."""
    grids = np.meshgrid(*axes, indexing="ij", sparse=True)
    values = np.exp(log_integrand(*[grid[..., None] for grid in grids]))
    for axis in reversed(axes):
        values = simpson(values, x=axis, axis=-1)
    return float(np.log(values))


def normal(effect, mean, variance):
    return (-0.5 * np.log(2 * np.pi * variance) - 0.5 * (effect - mean) ** 2 / variance).sum(axis=-1)


def test_with_heterogeneity_it_is_the_brute_force_integral_over_effect_and_tau():
    effect, variance = studies("power_pose")
    found = average_models(effect, variance, priors=PRIORS, selections=ALONE, favoured="positive")

    def log_integrand(mean, tau):
        prior = PRIORS.effect.logpdf(mean) + PRIORS.heterogeneity.logpdf(tau)
        return normal(effect, mean, variance + tau**2) + prior[..., 0]

    theirs = brute_force(log_integrand, np.linspace(-2, 2.5, 901), np.linspace(0, 2.5, 801))
    assert log_marginal(found, effect=True, heterogeneity=True) == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("kind", ["pet", "peese"])
def test_the_slope_of_a_regression_is_integrated_as_by_brute_force(kind):
    effect, variance = studies("magnesium")
    selections = (SelectionMechanism(kind, kind, 1.0),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="negative")
    predictor = np.sqrt(variance) if kind == "pet" else variance
    prior = PRIORS.pet if kind == "pet" else PRIORS.peese

    def log_integrand(slope, tau):
        priors = prior.logpdf(slope) + PRIORS.heterogeneity.logpdf(tau)
        return normal(-effect, slope * predictor, variance + tau**2) + priors[..., 0]

    theirs = brute_force(log_integrand, np.linspace(0, 12, 1201), np.linspace(0, 2.5, 801))
    assert log_marginal(found, effect=False, heterogeneity=True) == pytest.approx(theirs, abs=1e-5)


def log_reported(turned, critical, mean, spread, weight, both_tails=False):
    """Logarithm of the product of the shares reported, with one step."""
    share = ndtr((mean - critical) / spread) + (ndtr((-critical - mean) / spread) if both_tails else 0)
    return np.log(share + weight * (1 - share)).sum(axis=-1)


@pytest.mark.parametrize("both_tails", [False, True])
def test_weights_are_integrated_as_by_brute_force(both_tails):
    effect, variance = studies("magnesium")
    selections = (SelectionMechanism("step", "weights", 1.0, (0.05,), both_tails),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="negative")
    turned, critical = -effect, np.sqrt(variance) * stats.norm.isf(0.025 if both_tails else 0.05)
    below = int(np.sum((np.abs(turned) if both_tails else turned) < critical))

    def log_integrand(weight, tau):
        total = variance + tau**2
        value = normal(turned, 0, total) + (below * np.log(weight) + PRIORS.heterogeneity.logpdf(tau))[..., 0]
        return value - log_reported(turned, critical, 0, np.sqrt(total), weight, both_tails)

    theirs = brute_force(log_integrand, np.linspace(1e-9, 1, 501), np.linspace(0, 2.5, 501))
    assert log_marginal(found, effect=False, heterogeneity=True) == pytest.approx(theirs, abs=1e-5)


@pytest.mark.parametrize("both_tails", [False, True])
def test_a_peak_that_selection_has_moved_far_from_the_naive_mean_is_found(both_tails):
    # Thirty results just significant and six that are not: the naive mean is 2.1 with an error of 0.17, and selection
    # leaves an effect far below it, where a search about that mean alone would find nothing.
    effect = np.concatenate([np.linspace(1.97, 2.77, 30), np.linspace(0.2, 1.5, 6)])
    variance, critical = np.ones(36), np.full(36, stats.norm.isf(0.025))
    selections = (SelectionMechanism("step", "weights", 1.0, (0.05 if both_tails else 0.025,), both_tails),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="positive")

    def log_integrand(mean, log_weight):
        # Six studies carry the weight, and dw = w d(log w).
        prior = PRIORS.effect.logpdf(mean) + 7 * log_weight
        reported = log_reported(effect, critical, mean, 1.0, np.exp(log_weight), both_tails)
        return normal(effect, mean, variance) + prior[..., 0] - reported

    theirs = brute_force(log_integrand, np.linspace(-6, 5, 441), np.linspace(-40, 0, 801))
    # The tolerance of the nodes of the weight; half of the peak left out would be 0.7.
    assert log_marginal(found, effect=True, heterogeneity=False) == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize("silent", [0, 2])
@pytest.mark.parametrize(("resolution", "tolerance"), [(FULL, 1e-3), (QUICK, 1e-2)])
def test_strong_selection_gets_as_many_nodes_as_its_narrow_weights_need(silent, resolution, tolerance):
    # Of 80 results all but two at the most are just significant: the weight is so near zero that nodes laid evenly
    # over it erred by several units of log likelihood.
    critical = np.full(80, stats.norm.isf(0.025))
    effect = np.concatenate([np.linspace(1.97, 2.6, 80 - silent), np.linspace(0.1, 0.3, silent)])
    selections = (SelectionMechanism("step", "weights", 1.0, (0.025,)),)
    settings = {"priors": PRIORS, "favoured": "positive", "selections": selections, "resolution": resolution}
    found = average_models(effect, np.ones(80), **settings)

    def log_integrand(mean, log_weight):
        prior = PRIORS.effect.logpdf(mean) + (1 + silent) * log_weight
        return normal(effect, mean, 1.0) + prior[..., 0] - log_reported(effect, critical, mean, 1.0, np.exp(log_weight))

    theirs = brute_force(log_integrand, np.linspace(-9, 4, 401), np.linspace(-50, 0, 801))
    assert log_marginal(found, effect=True, heterogeneity=False) == pytest.approx(theirs, abs=tolerance)


def test_selection_that_no_rule_integrates_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(marginal_likelihoods, "MOST_NODES", 20)
    effect = np.linspace(1.97, 2.3, 80)
    selections = (SelectionMechanism("step", "weights", 1.0, (0.025,)),)
    with pytest.raises(marginal_likelihoods.NotIntegrated, match="nodes of each of 1 weights would be needed"):
        average_models(effect, np.ones(80), priors=PRIORS, favoured="positive", selections=selections, resolution=QUICK)


@pytest.mark.parametrize("kind", ["pet", "peese"])
@pytest.mark.parametrize("apart", [0.0, 1e-7])
def test_studies_of_one_size_leave_the_slope_to_the_priors(kind, apart):
    # Effect and slope are then told apart by the prior of the effect alone; a division by nothing was here.
    effect, variance = np.array([0.1, 0.5, 0.3, 0.6]), 0.04 + apart * np.arange(4)
    selections = (SelectionMechanism(kind, kind, 1.0),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="positive")
    predictor = np.sqrt(variance) if kind == "pet" else variance
    prior = PRIORS.pet if kind == "pet" else PRIORS.peese

    def log_integrand(mean, log_slope):
        slope = np.exp(log_slope)
        priors = PRIORS.effect.logpdf(mean) + prior.logpdf(slope) + log_slope
        return normal(effect, mean + slope * predictor, variance) + priors[..., 0]

    theirs = brute_force(log_integrand, np.linspace(-5, 2, 351), np.linspace(-15, 8, 601))
    assert log_marginal(found, effect=True, heterogeneity=False) == pytest.approx(theirs, abs=1e-3)


def test_effect_tau_and_weight_together_are_integrated_as_by_brute_force():
    effect, variance = studies("power_pose")
    found = average_models(effect, variance, priors=PRIORS, selections=STEP, favoured="positive")
    critical = np.sqrt(variance) * stats.norm.isf(0.025)
    below = int(np.sum(effect < critical))

    def log_integrand(mean, tau, weight):
        total = variance + tau**2
        prior = PRIORS.effect.logpdf(mean) + PRIORS.heterogeneity.logpdf(tau) + below * np.log(weight)
        return (
            normal(effect, mean, total) + prior[..., 0] - log_reported(effect, critical, mean, np.sqrt(total), weight)
        )

    axes = np.linspace(-2, 2, 121), np.linspace(0, 2.5, 121), np.linspace(1e-9, 1, 61)
    # The grids of a hundred steps each are good to a few in ten thousand.
    assert log_marginal(found, effect=True, heterogeneity=True) == pytest.approx(
        brute_force(log_integrand, *axes), abs=1e-3
    )


def test_three_falling_weights_have_the_prior_of_cumulated_dirichlet_shares():
    # One study, far out: its likelihood is 1 over the share reported, averaged over falling weights drawn at random.
    effect, variance = np.array([3.0, 2.9, 3.1]), np.array([1.0, 1.1, 0.9])
    cuts = (0.025, 0.05, 0.5)
    selections = (SelectionMechanism("three steps", "weights", 1.0, cuts),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="positive")
    rng = np.random.default_rng(6)
    shares = rng.dirichlet(np.ones(4), 400_000)
    weights = np.cumsum(shares, axis=1)[:, ::-1]
    probabilities = np.diff([0, *cuts, 1])
    drawn = np.mean(1 / (weights @ probabilities) ** 3)
    null = stats.norm.logpdf(effect, 0, np.sqrt(variance)).sum()
    ours = np.exp(log_marginal(found, effect=False, heterogeneity=False) - null)
    # The draws have a relative error of about 0.003.
    assert ours == pytest.approx(drawn, rel=0.01)


@pytest.mark.slow
def test_finer_quadrature_changes_nothing_that_is_printed():
    effect, variance = studies("magnesium")
    everything = ENSEMBLES["steps_and_regressions"]
    few = (NO_SELECTION, *(replace(everything[place], prior_probability=1 / 4) for place in (5, 7)))
    settings = {"priors": PRIORS, "favoured": "negative", "selections": few}
    fine = Resolution(effect=56, heterogeneity=34, slope=56, weights=(40, 24, 14))
    ours = average_models(effect, variance, **settings)
    finer = average_models(effect, variance, **settings, resolution=fine)
    assert ours.models["log_marginal"].to_numpy() == pytest.approx(finer.models["log_marginal"].to_numpy(), abs=1e-3)
    assert (ours.mean, ours.lower, ours.upper) == pytest.approx((finer.mean, finer.lower, finer.upper), abs=1e-4)
    quick = average_models(effect, variance, **settings, resolution=QUICK)
    assert (quick.mean, quick.lower) == pytest.approx((finer.mean, finer.lower), abs=5e-3)


def test_an_integral_by_hand_of_a_half_cauchy_tail_is_not_cut_off():
    # Three studies of little weight leave the tail of the prior of τ in the posterior; scipy integrates to infinity.
    effect, variance = np.array([0.1, -0.2, 0.3]), np.full(3, 0.5)
    priors = EffectPriors(stats.norm(0, 1), stats.halfcauchy(0, 0.5), None, None)
    found = average_models(effect, variance, priors=priors, selections=ALONE, favoured="positive")

    def integrand(tau):
        return np.exp(stats.norm.logpdf(effect, 0, np.sqrt(variance + tau**2)).sum() + priors.heterogeneity.logpdf(tau))

    theirs = quad(integrand, 0, np.inf, epsabs=0, epsrel=1e-10)[0]
    assert log_marginal(found, effect=False, heterogeneity=True) == pytest.approx(np.log(theirs), abs=1e-5)
