"""Averaging over models: a wrong marginal likelihood would give the odds of an effect to the wrong side."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.integrate import quad, simpson
from scipy.special import ndtr

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies
from citizen_security.methods.publication_bias.model_averaging import (
    ENSEMBLES,
    NO_SELECTION,
    QUICK,
    Priors,
    Resolution,
    Selection,
    average_models,
    unit_information_priors,
)

STUDIES = pd.read_csv(Path(__file__).parents[1] / "reference" / "publication_bias_studies.csv")
ALONE = (Selection(NO_SELECTION.label, "none", 1.0),)
STEP = (Selection("one step", "weights", 1.0, (0.025,)),)
PRIORS = unit_information_priors(2**0.5)


def studies(name):
    rows = STUDIES[STUDIES["dataset"] == name]
    return rows["effect"].to_numpy(), rows["variance"].to_numpy()


def log_marginal(averaged, *, effect, heterogeneity, selection=None):
    models = averaged.models
    row = (models["effect"] == effect) & (models["heterogeneity"] == heterogeneity)
    if selection is not None:
        row &= models["selection"] == selection
    return float(models.loc[row, "log_marginal"].iloc[0])


def power_pose(effect_prior):
    priors = Priors(effect_prior, stats.invgamma(1, scale=0.15), None, None)
    return average_models(*studies("power_pose"), priors=priors, selections=ALONE, favoured="positive")


def test_the_power_pose_studies_give_the_published_bayes_factors():
    # Gronau and others (2017), as the tests of metaBMA print them, with a half-Cauchy prior of scale 1/√2.
    found = power_pose(stats.halfcauchy(0, 2**-0.5))
    fixed = log_marginal(found, effect=True, heterogeneity=False) - log_marginal(
        found, effect=False, heterogeneity=False
    )
    random = log_marginal(found, effect=True, heterogeneity=True) - log_marginal(
        found, effect=False, heterogeneity=True
    )
    # They are printed to three decimals and integrated to a relative tolerance of about 1e-4.
    assert np.exp(fixed) == pytest.approx(89.570, rel=2e-4)
    assert np.exp(random) == pytest.approx(9.374, rel=2e-4)
    inclusion = found.inclusion.set_index("component")
    assert inclusion.loc["effect", "bayes_factor"] == pytest.approx(33.136, rel=1e-4)


def test_the_power_pose_studies_give_the_published_effect():
    found = power_pose(stats.cauchy(0, 2**-0.5))
    # Published: 0.22, with a highest-density interval of 0.09 to 0.34; ours has equal tails.
    assert found.conditional_mean == pytest.approx(0.22, abs=0.005)
    assert (found.conditional_lower, found.conditional_upper) == pytest.approx((0.09, 0.34), abs=0.01)


@pytest.mark.slow
def test_thirty_six_models_of_red_and_attraction_agree_with_the_printed_sampler():
    # RoBMA 4's vignette on the same 81 studies and priors. Its probabilities are shares of draws of one long chain that
    # seldom changes its model, so they carry a sampling error of a few hundredths.
    found = average_models(*studies("red_and_attraction"), priors=PRIORS, favoured="positive", resolution=QUICK)
    inclusion = found.inclusion.set_index("component")["posterior_probability"]
    assert inclusion["effect"] == pytest.approx(0.175, abs=0.02)
    assert inclusion["heterogeneity"] == pytest.approx(1.0, abs=1e-6)
    assert inclusion["selection"] == pytest.approx(0.960, abs=0.01)
    ways = found.models.groupby("selection")["posterior_probability"].sum()
    assert ways["PET"] == pytest.approx(0.766, abs=0.05)
    assert ways["PEESE"] == pytest.approx(0.149, abs=0.05)
    assert ways["none"] == pytest.approx(0.040, abs=0.01)
    assert ways["weights, one-sided p: 0.025, 0.05, 0.5"] == pytest.approx(0.025, abs=0.01)
    assert (found.mean, found.lower, found.upper) == pytest.approx((0.012, -0.064, 0.203), abs=0.005)
    assert found.median == 0


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
    selections = (Selection(kind, kind, 1.0),)
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
    selections = (Selection("step", "weights", 1.0, (0.05,), both_tails),)
    found = average_models(effect, variance, priors=PRIORS, selections=selections, favoured="negative")
    turned, critical = -effect, np.sqrt(variance) * stats.norm.isf(0.025 if both_tails else 0.05)
    below = int(np.sum((np.abs(turned) if both_tails else turned) < critical))

    def log_integrand(weight, tau):
        total = variance + tau**2
        value = normal(turned, 0, total) + (below * np.log(weight) + PRIORS.heterogeneity.logpdf(tau))[..., 0]
        return value - log_reported(turned, critical, 0, np.sqrt(total), weight, both_tails)

    theirs = brute_force(log_integrand, np.linspace(1e-9, 1, 501), np.linspace(0, 2.5, 501))
    assert log_marginal(found, effect=False, heterogeneity=True) == pytest.approx(theirs, abs=1e-5)


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
    selections = (Selection("three steps", "weights", 1.0, cuts),)
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


def test_turning_the_sign_and_the_favour_turns_the_effect():
    effect, variance = studies("passive_smoking")
    selections = ENSEMBLES["one_sided_step"]
    there = average_models(effect, variance, priors=PRIORS, favoured="positive", selections=selections)
    back = average_models(-effect, variance, priors=PRIORS, favoured="negative", selections=selections)
    assert back.mean == pytest.approx(-there.mean)
    assert (back.lower, back.upper) == pytest.approx((-there.upper, -there.lower), abs=1e-12)
    assert back.inclusion["bayes_factor"].to_numpy() == pytest.approx(there.inclusion["bayes_factor"].to_numpy())


def test_the_density_and_the_probability_of_no_effect_make_one():
    selections = ENSEMBLES["one_sided_step"]
    found = average_models(*studies("passive_smoking"), priors=PRIORS, favoured="positive", selections=selections)
    area = np.trapezoid(found.density, found.grid)
    assert area + found.zero_probability == pytest.approx(1, abs=1e-4)
    assert np.trapezoid(found.density * found.grid, found.grid) == pytest.approx(found.mean, abs=1e-4)


@pytest.mark.parametrize("name", list(ENSEMBLES))
def test_prior_probabilities_of_an_ensemble_make_one_with_half_on_no_selection(name):
    ensemble = ENSEMBLES[name]
    assert 4 * len(ensemble) == {"one_sided_step": 8, "two_sided_steps": 12, "steps_and_regressions": 36}[name]
    assert sum(selection.prior_probability for selection in ensemble) == pytest.approx(1)
    assert ensemble[0] == NO_SELECTION
    assert NO_SELECTION.prior_probability == 0.5


def test_each_component_is_in_half_of_the_prior():
    selections = ENSEMBLES["one_sided_step"]
    found = average_models(*studies("power_pose"), priors=PRIORS, selections=selections, resolution=QUICK)
    assert found.inclusion["prior_probability"].to_numpy() == pytest.approx([0.5] * 3)
    assert found.models["posterior_probability"].sum() == pytest.approx(1)


def test_the_quantiles_of_the_lump_and_the_density_are_those_of_a_mixture():
    effect, variance = np.array([0.25, 0.3, 0.2, 0.35]), np.full(4, 0.04)
    found = average_models(effect, variance, priors=PRIORS, selections=ALONE, favoured="positive", level=0.9)

    def below(value):
        inside = found.grid <= value
        return np.trapezoid(found.density[inside], found.grid[inside]) + found.zero_probability * (value >= 0)

    assert found.lower == 0.0
    # A step of the grid.
    assert below(found.upper) == pytest.approx(0.95, abs=2e-3)


@pytest.mark.slow
def test_the_no_u_turn_sampler_finds_the_same_posterior_with_a_weight():
    import pymc as pm

    from citizen_security.methods.sampling import Gate, Settings, check_convergence, compile_model, sample_posterior

    effect, variance = studies("red_and_attraction")
    error, critical = np.sqrt(variance), np.sqrt(variance) * stats.norm.isf(0.025)
    found = average_models(effect, variance, priors=PRIORS, selections=STEP, favoured="positive")
    with pm.Model() as model:
        mean = pm.Normal("mean", 0, PRIORS.effect.std())
        tau = pm.HalfNormal("tau", 0.25 * 2**0.5)
        weight = pm.Uniform("weight", 0, 1)
        spread = pm.math.sqrt(error**2 + tau**2)
        share = 1 - pm.math.exp(pm.logcdf(pm.Normal.dist(mean, spread), critical))
        reported = pm.math.log(share + weight * (1 - share))
        stepped = pm.math.log(weight) * int(np.sum(effect < critical))
        pm.Potential("studies", pm.logp(pm.Normal.dist(mean, spread), effect).sum() + stepped - reported.sum())
    settings = Settings(draws=2000, tune=800, chains=2, target_acceptance=0.9, seed=4)
    posterior = sample_posterior(compile_model(model), settings)
    diagnostics = check_convergence("step", posterior, Gate.FULL)
    draws = posterior["posterior"]["mean"].to_numpy().ravel()
    model_row = found.models[found.models["effect"] & found.models["heterogeneity"]].iloc[0]
    # Four standard errors of a mean of so many effective draws.
    tolerance = 4 * draws.std() / np.sqrt(diagnostics.minimum_effective_sample)
    assert model_row["effect_mean"] == pytest.approx(draws.mean(), abs=tolerance)
    # Without heterogeneity the model has next to no weight, so the conditional interval is this model's.
    lower, upper = np.quantile(draws, [0.025, 0.975])
    assert (found.conditional_lower, found.conditional_upper) == pytest.approx((lower, upper), abs=3 * tolerance)


def test_selection_that_made_up_an_effect_is_found_out():
    rng = np.random.default_rng(2023)
    error = rng.uniform(0.1, 0.4, 3000)
    drawn = rng.normal(0, error)
    kept = (drawn / error > stats.norm.isf(0.025)) | (rng.random(3000) < 0.03)
    effect, variance = drawn[kept][:80], error[kept][:80] ** 2
    found = average_models(effect, variance, priors=PRIORS, selections=ENSEMBLES["one_sided_step"], favoured="positive")
    inclusion = found.inclusion.set_index("component")["bayes_factor"]
    assert effect.mean() > 0.2
    assert inclusion["selection"] > 100
    assert abs(found.mean) < 0.1


def test_an_integral_by_hand_of_a_half_cauchy_tail_is_not_cut_off():
    # Three studies of little weight leave the tail of the prior of τ in the posterior; scipy integrates to infinity.
    effect, variance = np.array([0.1, -0.2, 0.3]), np.full(3, 0.5)
    priors = Priors(stats.norm(0, 1), stats.halfcauchy(0, 0.5), None, None)
    found = average_models(effect, variance, priors=priors, selections=ALONE, favoured="positive")

    def integrand(tau):
        return np.exp(stats.norm.logpdf(effect, 0, np.sqrt(variance + tau**2)).sum() + priors.heterogeneity.logpdf(tau))

    theirs = quad(integrand, 0, np.inf, epsabs=0, epsrel=1e-10)[0]
    assert log_marginal(found, effect=False, heterogeneity=True) == pytest.approx(np.log(theirs), abs=1e-5)


def test_two_studies_are_too_few_to_average_over():
    with pytest.raises(NotEnoughStudies, match="2 studies; averaging over models needs at least 3"):
        average_models([0.1, 0.2], [0.1, 0.1], priors=PRIORS)
