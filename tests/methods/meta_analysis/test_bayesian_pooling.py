"""Quadrature, written-out integrals and the sampler tell the same of the mean effect and of what differs about it."""

import arviz as az
import numpy as np
import pytest
from methods.meta_analysis_data import drawn, schools
from scipy.integrate import quad
from scipy.stats import halfcauchy, halfnorm, norm

from citizen_security.methods.meta_analysis.bayesian_pooling import (
    MuPrior,
    NormalMixture,
    TauPrior,
    pool_bayesian,
    sample_pooled,
)
from citizen_security.methods.meta_analysis.between_study_variance import log_likelihood
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.methods.meta_analysis.study_sets import one_set
from citizen_security.methods.sampling import Gate, Settings

HALF_NORMAL = TauPrior("half_normal", 0.5)
VAGUE = MuPrior("normal", 0.0, 1.0)


@pytest.mark.parametrize(
    ("tau_prior", "density"),
    [
        (HALF_NORMAL, halfnorm(scale=0.5).pdf),
        (TauPrior("half_cauchy", 0.3), halfcauchy(scale=0.3).pdf),
        (TauPrior("uniform", 2.0), lambda tau: 0.5 * (tau <= 2.0)),
    ],
)
def test_the_evidence_and_means_are_those_of_a_double_integral(tau_prior, density):
    effect, variance = drawn(5, 1)
    # Midpoints of small squares; beyond τ = 30 the half-Cauchy holds less than a millionth.
    end = 2.0 if tau_prior.family == "uniform" else 30.0
    edges = np.concatenate([np.linspace(0, 2, 1_001), np.geomspace(2, end, 401)[1:] if end > 2 else []])
    tau, widths = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    mu = np.linspace(-4, 4, 801)[:, None]
    joint = density(tau) * norm.pdf(mu) * widths * (mu[1] - mu[0])
    for one, sampling in zip(effect, variance, strict=True):
        joint = joint * norm.pdf(one, mu, np.sqrt(sampling + tau**2))
    evidence = joint.sum()
    found = pool_bayesian(effect, variance, tau_prior, VAGUE)
    # Squares of 0.01 by 0.002 are good to about a millionth.
    assert found.log_evidence == pytest.approx(np.log(evidence), abs=1e-5)
    assert found.mu().mean == pytest.approx((mu * joint).sum() / evidence, rel=1e-4)
    assert found.tau_summary().mean == pytest.approx((tau * joint).sum() / evidence, rel=1e-4)


@pytest.mark.parametrize("family", ["half_normal", "half_cauchy", "uniform"])
def test_quantiles_of_tau_are_where_its_density_says(family):
    effect, variance = drawn(9, 2)
    prior = TauPrior(family, 1.0)
    found = pool_bayesian(effect, variance, prior)
    single = one_set(effect, variance)

    def height(tau):
        # A flat mean integrates out to the restricted likelihood.
        return np.exp(
            prior.log_density(np.array([tau]))[0] + log_likelihood(single, np.array([tau**2]), restricted=True)[0]
        )

    end = 1.0 if family == "uniform" else np.inf
    whole = quad(height, 0, end)[0]
    for probability in (0.025, 0.5, 0.975):
        assert quad(height, 0, found.tau_quantile(probability))[0] / whole == pytest.approx(probability, abs=1e-6)


def test_a_prior_that_forbids_differences_gives_the_equal_effects_mean():
    effect, variance = drawn(9, 2)
    found = pool_bayesian(effect, variance, TauPrior("half_normal", 1e-7))
    fixed = pool(effect, variance, estimator="equal_effects", test="normal")
    mu = found.mu()
    assert (mu.mean, mu.standard_deviation) == pytest.approx((fixed.effect, fixed.standard_error), rel=1e-6)
    assert mu.central == pytest.approx(fixed.interval, rel=1e-6)
    assert found.shrinkage()["shrinkage"].to_numpy() == pytest.approx(np.ones(9), rel=1e-6)


def test_many_studies_bury_the_prior():
    effect, variance = drawn(600, 3)
    found = pool_bayesian(effect, variance, HALF_NORMAL, VAGUE)
    fit = pool(effect, variance, test="normal")
    assert found.mu().mean == pytest.approx(fit.effect, abs=0.1 * fit.standard_error)
    assert found.tau_summary().median == pytest.approx(np.sqrt(fit.tau_squared), rel=0.02)


def test_a_mixture_of_one_normal_is_that_normal():
    one = NormalMixture(np.array([1.0]), np.array([2.0]), np.array([3.0])).summary(0.9)
    assert (one.mean, one.standard_deviation, one.median) == pytest.approx((2, 3, 2))
    assert one.central == pytest.approx(norm.interval(0.9, 2, 3), rel=1e-8)
    # The shortest interval of a symmetric posterior is the central one; a search ends where the width is flat.
    assert one.shortest == pytest.approx(one.central, abs=1e-2)
    assert one.below_zero == pytest.approx(norm.cdf(0, 2, 3))


def test_the_shortest_interval_is_no_longer_than_the_central_one_and_holds_as_much():
    found = pool_bayesian(*schools(), TauPrior("half_cauchy", 25))
    tau = found.tau_summary(0.9)
    assert tau.shortest[1] - tau.shortest[0] < tau.central[1] - tau.central[0]
    below = [float(found._tau_below(bound)) for bound in tau.shortest]
    assert below[1] - below[0] == pytest.approx(0.9, abs=1e-6)


def test_a_new_study_is_less_certain_than_the_mean_and_centred_on_it():
    found = pool_bayesian(*schools(), TauPrior("half_cauchy", 25))
    mu, new = found.mu(), found.predictive()
    tau = found.tau_weights @ found.tau**2
    assert new.mean == pytest.approx(mu.mean)
    assert new.standard_deviation**2 == pytest.approx(mu.standard_deviation**2 + tau)


def test_sign_and_unit_of_the_effects_do_not_matter():
    effect, variance = drawn(7, 6)
    plain = pool_bayesian(effect, variance, HALF_NORMAL).mu()
    scaled = pool_bayesian(-10 * effect, 100 * variance, TauPrior("half_normal", 5.0)).mu()
    assert scaled.mean / 10 == pytest.approx(-plain.mean, rel=1e-9)
    assert scaled.central[0] / 10 == pytest.approx(-plain.central[1], rel=1e-7)
    assert scaled.below_zero == pytest.approx(1 - plain.below_zero, rel=1e-7)


@pytest.mark.slow
def test_the_sampler_draws_from_the_posterior_that_quadrature_gives():
    tau_prior, mu_prior = TauPrior("half_cauchy", 25), MuPrior("normal", 0, 50)
    effect, variance = schools()
    found = pool_bayesian(effect, variance, tau_prior, mu_prior)
    settings = Settings(draws=3_000, tune=1_000, chains=2, target_acceptance=0.98, seed=3)
    posterior = sample_pooled(effect, variance, tau_prior, mu_prior, settings=settings, gate=Gate.FULL)["posterior"]
    shrunken = found.shrinkage()
    for name, exact in (("mu", found.mu()), ("tau", found.tau_summary())):
        draws = posterior[name]
        # Five Monte Carlo standard errors of a mean and of a median, which a right sampler leaves once in a million.
        for draws_summary, truth, method in (
            (float(draws.mean()), exact.mean, "mean"),
            (float(draws.median()), exact.median, "median"),
        ):
            error = float(az.mcse(draws, method=method))
            assert abs(draws_summary - truth) < 5 * error
    error = az.mcse(posterior["study_effect"], method="mean").to_numpy()
    drift = np.abs(posterior["study_effect"].mean(("chain", "draw")).to_numpy() - shrunken["mean"].to_numpy())
    assert (drift < 5 * error).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TauPrior("half_normal", 0.0), "above zero"),
        (lambda: TauPrior("half_cauchy"), "finite"),
        (lambda: MuPrior("normal", 0.0), "finite"),
        (lambda: pool_bayesian([0.1, 0.2, 0.3], [0.1] * 3, HALF_NORMAL).mu(95), "between 0 and 1"),
    ],
)
def test_impossible_priors_and_probabilities_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_two_studies_under_a_prior_without_an_end_have_no_posterior():
    with pytest.raises(NotEnoughStudies, match="at least 3"):
        pool_bayesian([0.1, 0.2], [0.1, 0.1], TauPrior("uniform"))


def test_improper_priors_have_no_evidence():
    assert np.isnan(pool_bayesian(*schools(), TauPrior("half_cauchy", 25)).log_evidence)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_central_intervals_of_shrunken_effects_leave_half_of_the_rest_on_either_side(level):
    effect, variance = np.array([0.1, 0.5, -0.2, 0.3]), np.array([0.02, 0.05, 0.03, 0.01])
    found = pool_bayesian(effect, variance, TauPrior("half_normal", 0.3), MuPrior("normal", 0.2, 0.5))
    narrow = found.shrinkage(level)
    # τ and μ drawn from their posterior, and each study's effect from what they and the study say.
    generator = np.random.default_rng(1)
    draws = generator.choice(len(found.tau), 200_000, p=found.mu_given_tau.weights)
    mean = generator.normal(found.mu_given_tau.means[draws], found.mu_given_tau.deviations[draws])
    precision = 1 / variance[0] + 1 / found.tau[draws] ** 2
    drawn = generator.normal((effect[0] / variance[0] + mean / found.tau[draws] ** 2) / precision, precision**-0.5)
    # 200,000 draws: a quantile's error is about 0.0005.
    expected = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    assert narrow.loc[0, ["lower", "upper"]].astype(float).to_numpy() == pytest.approx(expected, abs=0.003)


def test_a_uniform_prior_forbids_what_lies_beyond_its_end():
    found = TauPrior("uniform", 2.0).log_density(np.array([0.5, 2.0, 2.1]))
    assert found.tolist() == [-np.log(2.0), -np.log(2.0), -np.inf]


def test_no_tau_lies_below_zero():
    found = pool_bayesian(*schools(), TauPrior("half_normal", 10.0))
    assert [found.tau_quantile(probability) for probability in (0.0, -0.1)] == [0.0, 0.0]
    assert 0 < found.tau_quantile(1e-3) < 0.1
