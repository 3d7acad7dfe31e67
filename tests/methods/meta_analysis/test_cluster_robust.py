"""Errors of several effects of one study hold whatever their dependence; published output and whole matrices say so."""

import tracemalloc

import numpy as np
import pytest
from methods.meta_analysis_data import bcg, drawn, nested, recidivism
from scipy.stats import f, t
from statsmodels.regression.linear_model import WLS

from citizen_security.methods.meta_analysis.block_covariance import correlated_blocks
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust, t_tested, wald_test
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool

# Two outcomes of five trials of treatments of periodontal disease: Berkey and others (1998), Statistics in Medicine
# 17(22); `dat.berkey1998` of the R package metadat. Effects on probing depth and attachment level; their covariance.
PERIODONTAL = [0.47, -0.32, 0.20, -0.60, 0.40, -0.12, 0.26, -0.31, 0.56, -0.39]
SAMPLING = [
    (0.0075, 0.0030, 0.0077),
    (0.0057, 0.0009, 0.0008),
    (0.0021, 0.0007, 0.0014),
    (0.0029, 0.0009, 0.0015),
    (0.0148, 0.0072, 0.0304),
]


def periodontal():
    """Effects, trials, covariance under the model that metafor's manual prints, and a design without intercept."""
    covariance = np.zeros((10, 10))
    # τ² of each outcome and the correlation of the true effects.
    depth, level, correlation = 0.0117, 0.0327, 0.6088
    shared = correlation * np.sqrt(depth * level)
    for trial, (first, both, second) in enumerate(SAMPLING):
        own = slice(2 * trial, 2 * trial + 2)
        covariance[own, own] = [[first + depth, both + shared], [both + shared, second + level]]
    return np.array(PERIODONTAL), np.repeat(np.arange(5), 2), covariance, np.tile([[0.0, 1.0], [1.0, 0.0]], (5, 1))


def with_whole_matrices(effect, cluster, covariance, design, constraints):
    """CR2 and HTZ as defined, no algebra saved: covariance, Satterthwaite's degrees, F and its degrees of freedom."""
    weights = np.linalg.inv(covariance)
    bread = np.linalg.inv(design.T @ weights @ design)
    maker = np.eye(len(effect)) - design @ bread @ design.T @ weights
    parts = []
    for key in np.unique(cluster):
        own = cluster == key
        root = np.linalg.cholesky(covariance[np.ix_(own, own)]).T
        values, vectors = np.linalg.eigh(root @ (maker @ covariance @ maker.T)[np.ix_(own, own)] @ root.T)
        halves = np.where(values > 1e-9 * values.max(), np.abs(values) ** -0.5, 0)
        adjustment = root.T @ vectors @ np.diag(halves) @ vectors.T @ root
        parts.append(bread @ (design.T @ weights)[:, own] @ adjustment @ maker[own])
    robust = sum(np.outer(part @ effect, part @ effect) for part in parts)
    pairs = np.array([[one @ covariance @ other.T for other in parts] for one in parts])
    diagonal = np.einsum("ijpp->pij", pairs)
    degrees = np.trace(diagonal, axis1=1, axis2=2) ** 2 / (diagonal**2).sum(axis=(1, 2))
    tested = constraints @ pairs @ constraints.T
    values, vectors = np.linalg.eigh(np.einsum("iiab->ab", tested))
    half = vectors @ np.diag(values**-0.5) @ vectors.T
    scaled = half @ tested @ half
    q = len(constraints)
    spread = sum(
        (scaled[..., a, b] * scaled[..., b, a] + scaled[..., a, a] * scaled[..., b, b]).sum()
        for a in range(q)
        for b in range(q)
    )
    eta = q * (q + 1) / spread
    found = constraints @ bread @ design.T @ weights @ effect
    wald = found @ np.linalg.solve(constraints @ robust @ constraints.T, found)
    return robust, degrees, (eta - q + 1) / (eta * q) * wald, eta - q + 1


@pytest.mark.parametrize(
    ("correlation", "estimate", "error", "statistic", "degrees", "p_value", "interval"),
    [
        # robust(rma.mv(...), cluster, clubSandwich = TRUE) of dat.assink2016, in metadat's manual.
        (0.0, 0.4268, 0.1186, 3.5971, 15.45, 0.0025, (0.1745, 0.6791)),
        (0.6, 0.3678, 0.0970, 3.7924, 14.53, 0.0019, (0.1605, 0.5750)),
    ],
)
def test_correlated_and_hierarchical_effects_are_those_that_metafor_and_clubsandwich_print(
    correlation, estimate, error, statistic, degrees, p_value, interval
):
    effect, variance, study, _ = recidivism()
    nested_fit = three_level(effect, variance, study, correlation=correlation)
    fit = cluster_robust(effect, study, nested_fit.working_covariance)
    assert fit.coefficients == pytest.approx([estimate], abs=6e-5)
    assert fit.standard_errors == pytest.approx([error], abs=6e-5)
    assert fit.statistic == pytest.approx([statistic], abs=6e-5)
    assert fit.degrees_of_freedom == pytest.approx([degrees], abs=6e-3)
    assert fit.p_values == pytest.approx([p_value], abs=6e-5)
    assert (fit.lower[0], fit.upper[0]) == pytest.approx(interval, abs=6e-5)


@pytest.mark.parametrize(
    ("correction", "errors", "degrees", "lower", "statistic", "denominator", "p_value"),
    [
        # robust(rma.mv(...), cluster) and with clubSandwich = TRUE, in metafor's manual of `robust`.
        ("CR1", (0.1010, 0.0675), (3, 3), (-0.6605, 0.1385), 41.6138, 3, 0.0065),
        ("CR2", (0.0892, 0.0582), (3.81, 3.79), (-0.5919, 0.1884), 40.7911, 2.76, 0.0089),
    ],
)
def test_two_outcomes_of_five_trials_are_tested_together_as_metafor_and_clubsandwich_print(
    correction, errors, degrees, lower, statistic, denominator, p_value
):
    effect, trial, covariance, design = periodontal()
    fit = cluster_robust(effect, trial, covariance, design=design, correction=correction)
    test = wald_test(fit, np.eye(2))
    # Variances of the true effects are printed with four digits, of which the smallest has three.
    assert fit.coefficients == pytest.approx([-0.3392, 0.3534], abs=2e-4)
    assert fit.standard_errors == pytest.approx(errors, abs=2e-4)
    assert fit.degrees_of_freedom == pytest.approx(degrees, abs=6e-3)
    assert fit.lower == pytest.approx(lower, abs=4e-4)
    assert (test.statistic, test.numerator_degrees) == pytest.approx((statistic, 2), rel=2e-3)
    assert test.denominator_degrees == pytest.approx(denominator, abs=6e-3)
    assert test.p_value == pytest.approx(p_value, abs=1e-4)


@pytest.mark.parametrize("columns", [2, 3, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_blocks_give_what_whole_matrices_give(columns, seed):
    effect, variance, study = nested(studies=12, seed=seed)
    generator = np.random.default_rng(seed)
    # The last column is of one study alone, so that a direction has no residual.
    design = np.column_stack([np.ones(len(effect)), generator.normal(size=(len(effect), 2)), study == 3])[:, :columns]
    blocks = correlated_blocks(variance, study, correlation=0.7, between_studies=0.1, within_studies=0.05)
    fit = cluster_robust(effect, study, blocks, design=design)
    constraints = np.eye(columns)[1:] if columns < 4 else np.array([[0, 1.0, -1.0, 0], [1.0, 0.5, 0, 0]])
    test = wald_test(fit, constraints)
    robust, degrees, statistic, denominator = with_whole_matrices(effect, study, blocks.dense(), design, constraints)
    seen = columns if columns < 4 else 3
    assert fit.covariance == pytest.approx(robust, rel=1e-7, abs=1e-12)
    assert fit.degrees_of_freedom[:seen] == pytest.approx(degrees[:seen], rel=1e-7)
    assert (test.statistic, test.denominator_degrees) == pytest.approx((statistic, denominator), rel=1e-7)
    assert test.p_value == pytest.approx(f.sf(statistic, len(constraints), denominator), rel=1e-7)


@pytest.mark.parametrize("level", [0.8, 0.9])
def test_one_coefficient_has_satterthwaite_s_interval_at_its_level_and_the_same_test(level):
    effect, variance, study = nested(studies=7, seed=3)
    design = np.column_stack([np.ones(len(effect)), np.linspace(-1, 1, len(effect))])
    fit = cluster_robust(effect, study, variance + 0.2, design=design, confidence_level=level)
    half = t.ppf((1 + level) / 2, fit.degrees_of_freedom) * fit.standard_errors
    assert fit.upper - fit.coefficients == pytest.approx(half)
    alone = wald_test(fit, [0.0, 1.0])
    assert alone.statistic == pytest.approx(fit.statistic[1] ** 2)
    assert alone.denominator_degrees == pytest.approx(fit.degrees_of_freedom[1])
    assert alone.p_value == pytest.approx(fit.p_values[1])


def test_several_coefficients_that_are_nothing_are_rejected_as_often_as_the_level_says():
    # Ten studies, two moderators, errors that the working model does not know. 3,000 draws of 0.05: a standard error of
    # 0.004; the χ² test rejects in more than 0.2.
    _, _, study = nested(studies=10, seed=8)
    generator = np.random.default_rng(9)
    design = np.column_stack([np.ones(len(study)), study % 2, study / 5])
    p_values, naive = [], []
    for _ in range(3_000):
        effect = generator.normal(0, 0.3, 10)[study] + generator.normal(0, 0.2, len(study))
        fit = cluster_robust(effect, study, np.full(len(study), 0.1), design=design)
        p_values.append(wald_test(fit, np.eye(3)[1:]).p_value)
        slopes = fit.coefficients[1:]
        naive.append(np.exp(-slopes @ np.linalg.solve(fit.covariance[1:, 1:], slopes) / 2))
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.062
    assert np.mean(np.array(naive) < 0.05) > 0.15


def test_errors_of_1_500_effects_need_no_matrix_of_them_all():
    generator = np.random.default_rng(1)
    study = np.repeat(np.arange(200), generator.integers(1, 15, 200))
    effect, design = generator.normal(size=len(study)), np.column_stack([np.ones(len(study)), study % 7, study % 3])
    blocks = correlated_blocks(np.full(len(study), 0.1), study, correlation=0.6, between_studies=0.1)
    assert len(study) > 1_500
    tracemalloc.start()
    try:
        wald_test(cluster_robust(effect, study, blocks, design=design), np.eye(3)[1:])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # One matrix of all effects by all effects.
    assert peak < len(study) ** 2 * 8


def singles(studies, columns, kind):
    """Studies of one effect each, with moderators that vary or that single one study out."""
    effect, variance = drawn(studies, 4)
    random = np.random.default_rng(5).normal(size=(studies, columns))
    return effect, variance, np.column_stack([np.ones(studies), np.eye(studies)[:, :columns] if kind else random])


@pytest.mark.parametrize(("studies", "columns", "kind"), [(6, 4, "each its own"), (6, 4, "")])
@pytest.mark.parametrize("correction", ["CR2", "CR1"])
def test_more_combinations_than_clusters_can_test_are_refused(studies, columns, kind, correction):
    effect, variance, design = singles(studies, columns, kind)
    fit = cluster_robust(effect, np.arange(studies), variance, design=design, correction=correction)
    if correction == "CR1" and not kind:
        assert wald_test(fit, np.eye(columns + 1)[1:]).denominator_degrees == 1
        return
    with pytest.raises(NotEnoughStudies, match=f"{studies} clusters are too few to test {columns}"):
        wald_test(fit, np.eye(columns + 1)[1:])


@pytest.mark.parametrize("constraints", [np.eye(3), [[0.0, 1.0], [0.0, 2.0]], [[0.0, np.nan]]])
def test_constraints_that_do_not_fit_or_repeat_are_refused(constraints):
    effect, variance, study = nested()
    design = np.column_stack([np.ones(len(effect)), study])
    with pytest.raises(ValueError, match=r"constraints"):
        wald_test(cluster_robust(effect, study, variance, design=design), constraints)


@pytest.mark.parametrize("working", [np.zeros(6), np.array([[0.1, 0.2], [0.2, 0.1]])])
def test_a_working_covariance_that_is_none_is_refused(working):
    cluster = np.arange(6) // 2 if working.ndim == 1 else np.repeat([0, 1, 2], 2)
    covariance = working if working.ndim == 1 else np.kron(np.eye(3), working)
    with pytest.raises(ValueError, match="not positive definite"):
        cluster_robust(np.arange(6.0), cluster, covariance)


def test_columns_that_follow_from_others_are_refused():
    effect, variance, study = nested()
    design = np.column_stack([np.ones(len(effect)), study, 2.0 * study])
    with pytest.raises(ValueError, match="collinear"):
        cluster_robust(effect, study, variance, design=design)


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


def test_one_cluster_is_refused():
    with pytest.raises(NotEnoughStudies, match="at least 2"):
        cluster_robust([0.1, 0.2], ["a", "a"], [0.1, 0.1])


def test_a_working_covariance_between_clusters_is_refused():
    with pytest.raises(ValueError, match="between clusters"):
        cluster_robust([0.1, 0.2, 0.3], ["a", "a", "b"], np.eye(3) + 0.1)


def test_a_variance_of_zero_among_others_is_refused():
    effect, variance, study = nested()
    with pytest.raises(ValueError, match="not positive definite"):
        cluster_robust(effect, study, np.where(np.arange(len(effect)) == 2, 0.0, variance))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_table_of_t_tests_refuses_a_level_that_is_none(level):
    with pytest.raises(ValueError, match="confidence_level"):
        t_tested(np.array([0.2]), np.array([[0.01]]), np.array([4.0]), level)
