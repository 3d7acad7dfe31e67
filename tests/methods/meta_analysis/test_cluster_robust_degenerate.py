"""Effects that happen to be alike, or follow from each other, give no error of nothing."""

from dataclasses import replace

import numpy as np
import pytest
from methods.meta_analysis_data import nested
from scipy.stats import t

from citizen_security.methods.meta_analysis.block_covariance import correlated_blocks
from citizen_security.methods.meta_analysis.cluster_robust import cluster_robust, wald_test
from citizen_security.methods.meta_analysis.multilevel import three_level
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies

STUDY = [0, 0, 1, 2, 3]


@pytest.mark.parametrize("correction", ["CR0", "CR1", "CR2"])
def test_equal_effects_have_no_robust_error_and_say_so(correction):
    blocks = correlated_blocks([0.0036] * 5, STUDY, correlation=0.6)
    with pytest.raises(NotEnoughStudies, match="4 clusters follow the design exactly"):
        cluster_robust([-0.15] * 5, STUDY, blocks, correction=correction)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_equal_effects_have_the_interval_of_the_model(level):
    variance = [0.0036, 0.0025, 0.01, 0.0049, 0.0016]
    model = three_level([-0.15] * 5, variance, STUDY, correlation=0.6, confidence_level=level)
    fit = cluster_robust(
        [-0.15] * 5, STUDY, model.working_covariance, no_narrower_than=model.fixed, confidence_level=level
    )
    error = np.linalg.inv(model.working_covariance.dense()).sum() ** -0.5
    assert fit.from_model.tolist() == [True]
    assert fit.standard_errors == pytest.approx([error])
    assert fit.upper - fit.lower == pytest.approx([2 * t.ppf((1 + level) / 2, 4) * error])
    assert fit.statistic == pytest.approx([-0.15 / error])
    assert fit.p_values == pytest.approx([2 * t.sf(0.15 / error, 4)])
    with pytest.raises(NotEnoughStudies, match="follow the design exactly"):
        wald_test(fit, [1.0])


def test_each_coefficient_keeps_the_wider_of_its_two_intervals_and_the_larger_p():
    effect, variance, study = nested(studies=7, seed=3)
    design = np.column_stack([np.ones(len(effect)), np.linspace(-1, 1, len(effect))])
    model = three_level(effect, variance, study, design=design, correlation=0.4, confidence_level=0.9).fixed
    alone = cluster_robust(effect, study, variance + 0.2, design=design, confidence_level=0.9)
    # One of the model's errors is far larger than the robust one, the other far smaller.
    scale = np.array([4.0, 0.25]) * alone.standard_errors / model.standard_errors
    half = scale * (model.upper - model.lower) / 2
    turned = replace(model, standard_errors=scale * model.standard_errors, p_values=np.array([0.71, 1e-9]))
    turned = replace(turned, lower=model.coefficients - half, upper=model.coefficients + half)
    both = cluster_robust(effect, study, variance + 0.2, design=design, no_narrower_than=turned, confidence_level=0.9)
    alone = cluster_robust(effect, study, variance + 0.2, design=design, confidence_level=0.9)
    np.testing.assert_array_equal(both.own_degrees, alone.degrees_of_freedom)
    assert both.from_model.tolist() == [True, False]
    assert both.upper - both.coefficients == pytest.approx([half[0], (alone.upper - alone.coefficients)[1]])
    assert both.degrees_of_freedom == pytest.approx([model.degrees_of_freedom[0], alone.degrees_of_freedom[1]])
    assert both.p_values == pytest.approx([0.71, alone.p_values[1]])
    assert both.covariance == pytest.approx(alone.covariance)
    for wrong, said in (
        ({"confidence_level": 0.8}, "has 2 coefficients at 0.9, for 2 at 0.8; give the same coefficients at the same"),
        ({"design": design[:, :1], "confidence_level": 0.9}, "has 2 coefficients at 0.9, for 1 at 0.9"),
    ):
        with pytest.raises(ValueError, match=said):
            cluster_robust(effect, study, variance + 0.2, **{"design": design, **wrong}, no_narrower_than=turned)


def test_a_coefficient_that_one_study_alone_decides_has_no_error_at_all():
    effect, _, study = nested(studies=7, seed=2)
    design = np.column_stack([study != 3, study == 3]).astype(float)
    fit = cluster_robust(effect, study, np.full(len(effect), 0.1), design=design)
    assert np.isnan([fit.standard_errors[1], fit.lower[1], fit.upper[1], fit.p_values[1]]).all()
    assert fit.standard_errors[0] > 0.01


@pytest.mark.parametrize("correction", ["CR1", "CR2"])
@pytest.mark.parametrize("seed", range(4))
def test_a_coefficient_is_decided_alone_where_there_is_none_without_one_study(seed, correction):
    effect, variance, study = nested(studies=9, seed=seed)
    generator = np.random.default_rng(seed)
    # The second and third studies differ from the others and, by the fourth column, from each other.
    pair = np.isin(study, [2, 3])
    columns = [np.ones(len(effect)), pair, study == 3, generator.normal(size=len(effect)), 5 + study % 4]
    design = np.column_stack(columns).astype(float)
    design = design @ generator.normal(size=(5, 5)) if seed == 3 else design
    blocks = correlated_blocks(variance, study, correlation=0.5, between_studies=0.1)
    fit = cluster_robust(effect, study, blocks, design=design, correction=correction)
    expected = np.zeros(5, bool)
    for key in np.unique(study):
        left = design[study != key]
        rank = np.linalg.matrix_rank(left)
        # A coefficient is told by rows that its own column adds to.
        expected |= [np.linalg.matrix_rank(np.vstack([left, row])) > rank for row in np.eye(5)]
    assert fit.decided_alone.tolist() == expected.tolist()
    assert expected.tolist() == ([True] * 5 if seed == 3 else [False, True, True, False, False])


@pytest.mark.parametrize("correlation", [1.0, 1 - 1e-12])
@pytest.mark.parametrize("between", [0.0, 0.1])
def test_a_covariance_whose_effects_follow_from_each_other_is_refused(correlation, between):
    errors = np.sqrt([0.21, 0.21, 0.36, 0.19, 0.37])
    same = np.equal.outer(STUDY, STUDY)
    covariance = same * (between + correlation * np.outer(errors, errors))
    np.fill_diagonal(covariance, between + errors**2)
    with pytest.raises(ValueError, match="near to singular"):
        cluster_robust([-0.1, -0.2, -0.15, -0.1, -0.2], STUDY, covariance)
    fine = covariance + 0.01 * np.eye(5)
    assert cluster_robust([-0.1, -0.2, -0.15, -0.1, -0.2], STUDY, fine).coefficients == pytest.approx(-0.14, abs=0.02)


@pytest.mark.parametrize("constraints", [np.empty((0, 1)), []])
def test_no_constraint_is_no_test(constraints):
    fit = cluster_robust([-0.1, -0.3, -0.15, -0.1, -0.2], STUDY, [0.01] * 5)
    with pytest.raises(ValueError, match="one or more"):
        wald_test(fit, constraints)
