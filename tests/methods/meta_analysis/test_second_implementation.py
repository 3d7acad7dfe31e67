"""Correlated and hierarchical effects with robust errors are what another program makes of them, and clubSandwich."""

import numpy as np
import pytest
from methods.meta_analysis_data import coaching, recidivism
from methods.whole_matrices import correlated_and_hierarchical, cr2, htz

from citizen_security.methods.meta_analysis.block_covariance import correlated_blocks
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust, wald_test
from citizen_security.methods.meta_analysis.multilevel import three_level

# Both sides in double precision: inverses of whole matrices lose some six digits of sixteen.
EQUAL = 1e-8

CORRELATIONS = (0.0, 0.3, 0.6, 0.9)


def simulated(seed, rho):
    """Effects of 14 studies that have one to nine, in no order, with moderators of studies and of effects."""
    generator = np.random.default_rng([seed, int(10 * rho)])
    study = np.repeat(np.arange(14), [1, 1, 2, 9, 3, 1, 5, 2, 7, 1, 4, 2, 6, 3])
    generator.shuffle(study)
    k, same = len(study), np.equal.outer(study, study)
    errors = np.sqrt(generator.uniform(0.01, 0.12, k))
    sampling = np.where(np.eye(k) == 1, 1, same * rho) * np.outer(errors, errors)
    design = np.column_stack(
        [np.ones(k), generator.normal(size=14)[study], generator.normal(size=k), (generator.random(k) < 0.4)]
    )
    covariance = sampling + 0.08 * same + 0.05 * np.eye(k)
    effect = design @ [-0.2, 0.3, 0.0, -0.1] + np.linalg.cholesky(covariance) @ generator.normal(size=k)
    return effect, errors**2, study, design


@pytest.mark.parametrize("rho", CORRELATIONS)
@pytest.mark.parametrize(("seed", "columns"), [(1, 1), (2, 2), (3, 3), (4, 4)])
def test_model_robust_errors_degrees_and_test_are_those_of_whole_matrices(seed, columns, rho):
    effect, variance, study, design = simulated(seed, rho)
    design = design[:, :columns]
    model = correlated_and_hierarchical(effect, variance, study, design, rho)
    fit = three_level(effect, variance, study, design=design, correlation=rho, confidence_level=0.9)
    assert (fit.between_studies, fit.within_studies) == pytest.approx((model.between, model.within), abs=EQUAL)
    expected = cr2(effect, study, design, model.covariance)
    robust = cluster_robust(effect, study, fit.working_covariance, design=design, confidence_level=0.9)
    assert fit.fixed.coefficients == pytest.approx(expected.coefficients, abs=EQUAL)
    assert fit.fixed.standard_errors == pytest.approx(expected.model_errors, abs=EQUAL)
    assert robust.coefficients == pytest.approx(expected.coefficients, abs=EQUAL)
    assert robust.covariance == pytest.approx(expected.covariance, abs=EQUAL)
    assert robust.degrees_of_freedom == pytest.approx(expected.degrees, rel=EQUAL)
    assert robust.p_values == pytest.approx(expected.p_values, abs=EQUAL)
    assert (robust.lower, robust.upper) == tuple(pytest.approx(it, abs=EQUAL) for it in expected.interval(0.9))
    # The intercept against another value is no test of the moderators; all but it, and their differences, are.
    for constraints in (np.eye(columns)[-2:], np.eye(columns) - np.eye(columns, k=1)):
        found = wald_test(robust, constraints)
        statistic, degrees, p_value = htz(expected, constraints)
        assert found.statistic == pytest.approx(statistic, rel=EQUAL)
        assert found.denominator_degrees == pytest.approx(degrees, rel=EQUAL)
        assert found.p_value == pytest.approx(p_value, abs=EQUAL)


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_errors_of_a_moderator_that_one_study_alone_has_are_those_of_whole_matrices(rho):
    effect, variance, study, design = simulated(5, rho)
    design = np.column_stack([design[:, :3], study == 8])
    blocks = correlated_blocks(variance, study, correlation=rho, between_studies=0.1, within_studies=0.04)
    expected = cr2(effect, study, design, blocks.dense())
    robust = cluster_robust(effect, study, blocks, design=design)
    assert robust.covariance == pytest.approx(expected.covariance, abs=EQUAL)
    assert robust.degrees_of_freedom == pytest.approx(expected.degrees, rel=EQUAL)
    assert robust.decided_alone.tolist() == [False, False, False, True]
    for constraints in (np.eye(4)[1:3], np.eye(4)[1:]):
        found, (statistic, degrees, _) = wald_test(robust, constraints), htz(expected, constraints)
        assert (found.statistic, found.denominator_degrees) == pytest.approx((statistic, degrees), rel=EQUAL)


def test_the_adjustment_of_the_second_implementation_is_the_one_that_the_papers_define():
    # A R A = Φ, with R the covariance of the residuals of a study; of symmetric positive matrices one does it.
    effect, variance, study, design = simulated(6, 0.6)
    model = correlated_and_hierarchical(effect, variance, study, design, 0.6)
    for adjustment, residuals, working in cr2(effect, study, design, model.covariance).adjustments:
        assert adjustment == pytest.approx(adjustment.T, abs=1e-10)
        assert np.linalg.eigvalsh(adjustment)[0] > 0
        assert adjustment @ residuals @ adjustment == pytest.approx(working, abs=1e-10)


# vcovCR and Wald_test of dat.assink2016 in clubSandwich's manual of `vcovCR.rma.mv`: mods = ~ year + deltype, of which
# hidden delinquency is the first level; random = ~ 1 | study/esid.
PRINTED_COVARIANCE = [
    [0.015081059, -0.0020131555, -0.0036579995, -0.007130740],
    [-0.002013156, 0.0007603265, -0.0002607379, 0.000218784],
    [-0.003658000, -0.0002607379, 0.0042972555, 0.004769307],
    [-0.007130740, 0.0002187840, 0.0047693066, 0.010075586],
]


def test_several_moderators_of_recidivism_are_what_clubsandwich_prints():
    effect, variance, study, columns = recidivism()
    general = 1 - columns["hidden"] - columns["overt"]
    design = np.column_stack([np.ones(len(effect)), columns["year"], general, columns["overt"]])
    fit = three_level(effect, variance, study, design=design)
    robust = cluster_robust(effect, study, fit.working_covariance, design=design)
    test = wald_test(robust, np.eye(4)[2:])
    assert robust.covariance == pytest.approx(np.array(PRINTED_COVARIANCE), rel=1e-4)
    assert robust.coefficients == pytest.approx([-0.244, -0.038, 0.709, 0.505], abs=6e-4)
    assert robust.statistic == pytest.approx([-1.99, -1.38, 10.82, 5.03], abs=6e-3)
    assert robust.degrees_of_freedom == pytest.approx([5.35, 7.22, 2.25, 2.03], abs=6e-3)
    assert robust.p_values == pytest.approx([0.10015, 0.20977, 0.00555, 0.03614], abs=6e-6)
    assert (test.statistic, test.numerator_degrees) == pytest.approx((30.6, 2), abs=6e-2)
    assert test.denominator_degrees == pytest.approx(0.842, abs=6e-4)
    assert test.p_value == pytest.approx(0.164, abs=6e-4)
    # Hidden delinquency is in one of the studies alone, whose own effects are all that tells it from other kinds.
    assert robust.decided_alone.tolist() == [True, False, True, True]


def test_coaching_with_a_constant_correlation_is_what_clubsandwich_prints():
    # conf_int(rma.mv(d ~ 0 + test, V), vcov = "CR2") in clubSandwich's manual of `impute_covariance_matrix`, r = 0.66.
    effect, variance, study, tests = coaching()
    blocks = correlated_blocks(variance, study, correlation=0.66)
    fit = cluster_robust(effect, study, blocks, design=tests)
    assert fit.coefficients == pytest.approx([0.132, 0.122], abs=6e-4)
    assert fit.standard_errors == pytest.approx([0.0376, 0.0250], abs=6e-5)
    assert fit.degrees_of_freedom == pytest.approx([13.2, 16.9], abs=6e-2)
    assert fit.lower == pytest.approx([0.0506, 0.0686], abs=6e-5)
    assert fit.upper == pytest.approx([0.213, 0.174], abs=6e-4)
