"""Averaging over models: a wrong marginal likelihood would give the odds of an effect to the wrong side."""

from dataclasses import replace

import numpy as np
import pytest
from methods.publication_bias_data import ALONE, PRIORS, STEP, log_marginal, studies
from scipy import stats

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies
from citizen_security.methods.publication_bias.ensembles import ENSEMBLES, EffectPriors
from citizen_security.methods.publication_bias.marginal_likelihoods import QUICK
from citizen_security.methods.publication_bias.model_averaging import average_models


def power_pose(effect_prior):
    priors = EffectPriors(effect_prior, stats.invgamma(1, scale=0.15), None, None)
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


def test_each_component_is_in_half_of_the_prior():
    selections = ENSEMBLES["one_sided_step"]
    found = average_models(*studies("power_pose"), priors=PRIORS, selections=selections, resolution=QUICK)
    assert found.inclusion["prior_probability"].to_numpy() == pytest.approx([0.5] * 3)
    assert found.models["posterior_probability"].sum() == pytest.approx(1)


def test_a_posterior_probability_is_prior_times_marginal_likelihood_where_priors_differ():
    none, stepped = ENSEMBLES["one_sided_step"]
    selections = (replace(none, prior_probability=0.9), replace(stepped, prior_probability=0.1))
    found = average_models(*studies("power_pose"), priors=PRIORS, selections=selections, resolution=QUICK)
    models = found.models
    assert models["prior_probability"].tolist() == pytest.approx([0.225, 0.025] * 4)
    unscaled = models["prior_probability"] * np.exp(models["log_marginal"] - models["log_marginal"].max())
    assert models["posterior_probability"].to_numpy() == pytest.approx((unscaled / unscaled.sum()).to_numpy(), rel=1e-9)
    assert found.inclusion["prior_probability"].to_numpy() == pytest.approx([0.5, 0.5, 0.1])


def test_the_quantiles_of_the_lump_and_the_density_are_those_of_a_mixture():
    effect, variance = np.array([0.25, 0.3, 0.2, 0.35]), np.full(4, 0.04)
    found = average_models(effect, variance, priors=PRIORS, selections=ALONE, favoured="positive", credible_level=0.9)

    def below(value):
        inside = found.grid <= value
        return np.trapezoid(found.density[inside], found.grid[inside]) + found.zero_probability * (value >= 0)

    assert found.lower == 0.0
    # A step of the grid.
    assert below(found.upper) == pytest.approx(0.95, abs=2e-3)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_both_ends_of_the_averaged_effect_leave_as_much_outside_as_the_level_says(level):
    # Effects so far from zero that the lump there is small, and both ends lie in the density.
    effect, variance = np.array([0.75, 0.9, 0.7, 1.05]), np.full(4, 0.04)
    found = average_models(effect, variance, priors=PRIORS, selections=ALONE, favoured="positive", credible_level=level)
    assert found.zero_probability < (1 - level) / 2
    step = found.grid[1] - found.grid[0]
    below = np.concatenate([[0.0], np.cumsum((found.density[1:] + found.density[:-1]) / 2 * step)])
    inside = below + found.zero_probability * (found.grid >= 0)
    tails = (1 - level) / 2, (1 + level) / 2
    assert (found.lower, found.upper) == pytest.approx(np.interp(tails, inside, found.grid), abs=2 * step)
    ends = np.interp(tails, below / (1 - found.zero_probability), found.grid)
    assert (found.conditional_lower, found.conditional_upper) == pytest.approx(ends, abs=2 * step)


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


def test_two_studies_are_too_few_to_average_over():
    with pytest.raises(NotEnoughStudies, match="2 studies; averaging over models needs at least 3"):
        average_models([0.1, 0.2], [0.1, 0.1], priors=PRIORS)
