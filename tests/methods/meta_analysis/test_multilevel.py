"""Several effects of one study count as what they are: less than as many studies."""

import numpy as np
import pytest
from methods.meta_analysis_data import bcg, drawn
from scipy.optimize import minimize
from scipy.stats import chi2
from statsmodels.regression.linear_model import WLS
from statsmodels.regression.mixed_linear_model import MixedLM

from citizen_security.methods.meta_analysis.multilevel import cluster_robust, three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool


def nested(studies=15, seed=1, between=0.2, within=0.1):
    """Effects of studies that have one to five each."""
    generator = np.random.default_rng(seed)
    study = np.repeat(np.arange(studies), generator.integers(1, 6, studies))
    variance = generator.uniform(0.02, 0.1, len(study))
    effect = (
        -0.3
        + generator.normal(0, np.sqrt(between), studies)[study]
        + generator.normal(0, np.sqrt(within + variance), len(study))
    )
    return effect, variance, study


def minus_log_likelihood(variances, effect, variance, study, design, restricted):
    """Written out with whole matrices."""
    covariance = np.diag(variance + variances[1]) + variances[0] * (study[:, None] == study)
    weights = np.linalg.inv(covariance)
    gram = design.T @ weights @ design
    residual = effect - design @ np.linalg.solve(gram, design.T @ weights @ effect)
    height = np.linalg.slogdet(covariance)[1] + residual @ weights @ residual
    return 0.5 * (height + (np.linalg.slogdet(gram)[1] if restricted else 0))


@pytest.mark.parametrize("method", ["restricted_maximum_likelihood", "maximum_likelihood"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_variances_are_where_a_search_of_the_written_out_likelihood_ends(method, seed):
    effect, variance, study = nested(seed=seed)
    restricted = method == "restricted_maximum_likelihood"
    fit = three_level(effect, variance, study, method=method)
    arguments = (effect, variance, study, np.ones((len(effect), 1)), restricted)
    found = minimize(
        lambda roots: minus_log_likelihood(roots**2, *arguments),
        [0.4, 0.3],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 2_000},
    )
    # A search by height is good to the root of the rounding error.
    assert (fit.between_studies, fit.within_studies) == pytest.approx(tuple(found.x**2), rel=1e-4, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-9)
    assert fit.converged


def test_equal_sampling_variances_give_the_mixed_model_of_statsmodels():
    # With one sampling variance the effects are a plain mixed model, whose residual variance is the sum of the two.
    effect, _, study = nested(studies=30, seed=4)
    fit = three_level(effect, np.full(len(effect), 0.05), study)
    other = MixedLM(effect, np.ones((len(effect), 1)), groups=study).fit(reml=True)
    # Its optimiser stops earlier than ours.
    assert fit.within_studies + 0.05 == pytest.approx(other.scale, rel=1e-3)
    assert fit.between_studies == pytest.approx(float(np.squeeze(other.cov_re)), rel=1e-3)
    assert fit.fixed.coefficients[0] == pytest.approx(other.fe_params[0], rel=1e-4)
    assert fit.fixed.standard_errors[0] == pytest.approx(other.bse_fe[0], rel=1e-3)


def test_profile_bounds_are_where_the_likelihood_ratio_test_turns():
    effect, variance, study = nested(seed=2)
    fit = three_level(effect, variance, study)
    design = np.ones((len(effect), 1))

    def profile(value, which):
        def loss(root):
            pair = [value, root[0] ** 2] if which == 0 else [root[0] ** 2, value]
            return minus_log_likelihood(np.array(pair), effect, variance, study, design, True)

        return min(minimize(loss, [start], method="Nelder-Mead", options={"fatol": 1e-12}).fun for start in (0.05, 0.5))

    for which, interval in ((0, fit.between_interval), (1, fit.within_interval)):
        for bound in interval:
            if bound > 0:
                drop = profile(bound, which) + fit.log_likelihood
                assert 2 * drop == pytest.approx(chi2.ppf(0.95, 1), abs=1e-3)
    assert fit.between_interval[0] <= fit.between_studies <= fit.between_interval[1]


def test_shares_of_the_levels_and_of_sampling_make_a_hundred():
    effect, variance, study = nested()
    fit = three_level(effect, variance, study)
    typical = (len(effect) - 1) / (np.sum(1 / variance) - np.sum(1 / variance**2) / np.sum(1 / variance))
    total = fit.between_studies + fit.within_studies + typical
    assert fit.i_squared_between == pytest.approx(100 * fit.between_studies / total)
    assert fit.i_squared_within == pytest.approx(100 * fit.within_studies / total)


def test_the_variances_that_effects_were_drawn_with_are_found():
    found = [three_level(*nested(studies=60, seed=seed)) for seed in range(8)]
    # The spread over seeds is about 0.05 and 0.02; the mean of eight is good to a third of that.
    assert np.mean([fit.between_studies for fit in found]) == pytest.approx(0.2, abs=0.05)
    assert np.mean([fit.within_studies for fit in found]) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_no_variance_at_a_level_is_zero_and_converged(seed):
    effect, variance, study = nested(seed=seed, between=0.0, within=0.0)
    fit = three_level(effect, variance, study)
    assert fit.converged
    assert min(fit.between_studies, fit.within_studies) >= 0
    assert fit.between_interval[0] == 0


def test_sign_and_order_of_the_effects_do_not_matter():
    effect, variance, study = nested()
    plain = three_level(effect, variance, study)
    order = np.random.default_rng(1).permutation(len(effect))
    mirrored = three_level(-effect[order], variance[order], study[order].astype(str))
    assert mirrored.between_studies == pytest.approx(plain.between_studies, rel=1e-5, abs=1e-8)
    assert mirrored.fixed.coefficients[0] == pytest.approx(-plain.fixed.coefficients[0], rel=1e-6)
    assert mirrored.between_interval == pytest.approx(plain.between_interval, rel=1e-4, abs=1e-7)


def test_uncorrected_robust_errors_are_those_of_statsmodels():
    effect, variance, study = nested()
    design = np.column_stack([np.ones(len(effect)), np.linspace(-1, 1, len(effect))])
    ours = cluster_robust(effect, study, variance, design=design, correction="CR0")
    fit = WLS(effect, design, weights=1 / variance)
    other = fit.fit(cov_type="cluster", cov_kwds={"groups": study, "use_correction": False})
    assert ours.covariance == pytest.approx(other.cov_params(), rel=1e-9)


def test_cr2_of_single_effects_is_the_hc2_error():
    # Unweighted, each effect its own cluster: Bell and McCaffrey's correction is that of MacKinnon and White's HC2.
    effect, _ = drawn(12, 3)
    design = np.column_stack([np.ones(12), np.arange(12.0) ** 2])
    ours = cluster_robust(effect, np.arange(12), np.ones(12), design=design)
    other = WLS(effect, design).fit(cov_type="HC2")
    assert ours.covariance == pytest.approx(other.cov_params(), rel=1e-9)


def test_cr2_of_a_mean_of_equal_studies_is_the_t_test_of_their_means():
    # Balanced clusters: the robust variance of the mean is the variance of the cluster means over m, m − 1 degrees.
    effect, _ = drawn(20, 3)
    study = np.repeat(np.arange(5), 4)
    means = effect.reshape(5, 4).mean(axis=1)
    ours = cluster_robust(effect, study, np.ones(20))
    assert ours.covariance[0, 0] == pytest.approx(means.var(ddof=1) / 5, rel=1e-9)
    assert ours.degrees_of_freedom[0] == pytest.approx(4, rel=1e-9)


def test_cr2_is_unbiased_and_its_degrees_are_those_of_its_own_variance():
    # Effects drawn with the working covariance: the mean of the robust variance is the true one, and twice its squared
    # mean over its variance is Satterthwaite's number. 1,500 draws: a standard error of 2 % and 7 %.
    _, variance, study = nested(studies=8, seed=5)
    covariance = np.diag(variance) + 0.2 * (study[:, None] == study)
    generator = np.random.default_rng(6)
    draws = generator.multivariate_normal(np.zeros(len(study)), covariance, 1_500)
    fits = [cluster_robust(effect, study, covariance) for effect in draws]
    robust = np.array([fit.covariance[0, 0] for fit in fits])
    truth = 1 / np.linalg.inv(covariance).sum()
    assert robust.mean() == pytest.approx(truth, rel=0.06)
    assert fits[0].degrees_of_freedom[0] == pytest.approx(2 * robust.mean() ** 2 / robust.var(), rel=0.25)


def test_robust_errors_of_the_vaccine_trials_agree_with_the_models():
    effect, variance = bcg()
    fit = pool(effect, variance, test="normal")
    robust = cluster_robust(effect, np.arange(13), variance + fit.tau_squared)
    assert robust.coefficients[0] == pytest.approx(fit.effect)
    assert robust.standard_errors[0] == pytest.approx(fit.standard_error, rel=0.02)
    assert 10 < robust.degrees_of_freedom[0] < 12


def test_effects_of_as_many_studies_are_refused():
    with pytest.raises(NotEnoughStudies, match="one with two effects"):
        three_level([0.1, 0.2, 0.3], [0.1] * 3, ["a", "b", "c"])


def test_one_cluster_is_refused():
    with pytest.raises(NotEnoughStudies, match="at least 2"):
        cluster_robust([0.1, 0.2], ["a", "a"], [0.1, 0.1])


def test_a_working_covariance_between_clusters_is_refused():
    with pytest.raises(ValueError, match="between clusters"):
        cluster_robust([0.1, 0.2, 0.3], ["a", "a", "b"], np.eye(3) + 0.1)
