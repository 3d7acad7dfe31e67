"""Means by publication and the moderators' test are what another program, written from the papers, makes of them."""

import numpy as np
import pytest
from methods.whole_matrices import correlated_and_hierarchical, cr2, htz

from citizen_security.evidence.meta_analysis.dependence import CORRELATIONS, by_other_correlations, by_publication
from citizen_security.evidence.meta_analysis.moderator_tests import robust_test
from citizen_security.evidence.meta_analysis.moderators import design_matrix
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention, whatever_the_level

EQUAL = 1e-8


def parts(sample):
    """Effects, variances and clusters of publications, numbered."""
    effects = sample.effects
    clusters = np.unique(effects["cluster"].to_numpy(str), return_inverse=True)[1]
    return effects["effect"].to_numpy(float), effects["standard_error"].to_numpy(float) ** 2, clusters


def recomputed(sample, rho, level):
    """The mean with its interval and degrees of freedom: the wider of the robust one and the model's."""
    effect, variance, clusters = parts(sample)
    design = np.ones((len(effect), 1))
    model = correlated_and_hierarchical(effect, variance, clusters, design, rho)
    robust = cr2(effect, clusters, design, model.covariance)
    return model, robust, robust.wider_interval(level, len(effect))


@pytest.mark.parametrize(
    ("intervention", "level"),
    [
        # What the notebook shows of its own accord.
        ("cognitive_behavioural_therapy", 0.95),
        ("cognitive_behavioural_therapy", 0.8),
        ("restorative_justice", 0.9),
        ("alcohol_restriction", 0.8),
    ],
)
def test_means_by_publication_are_those_of_whole_matrices(harmonised, intervention, level):
    sample = sample_of_intervention(harmonised, intervention)
    if intervention == "alcohol_restriction":
        sample = whatever_the_level(sample)
    parameters = MetaAnalysis.from_values({"intervention": intervention, "confidence_level": level})
    found = by_publication(sample, parameters)
    model, robust, interval = recomputed(sample, parameters.working_correlation, level)
    assert (found.correlated.between_studies, found.correlated.within_studies) == pytest.approx(
        (model.between, model.within), abs=EQUAL
    )
    assert found.robust.coefficients == pytest.approx(robust.coefficients, abs=EQUAL)
    assert found.robust.own_degrees == pytest.approx(robust.degrees, rel=EQUAL)
    assert (found.robust.lower[0], found.robust.upper[0]) == pytest.approx(interval, abs=EQUAL)
    table = by_other_correlations(sample, parameters).set_index("correlation")
    for rho in CORRELATIONS:
        model, robust, interval = recomputed(sample, rho, level)
        row = table.loc[rho]
        assert (row["between"] ** 2, row["within"] ** 2) == pytest.approx((model.between, model.within), abs=EQUAL)
        assert row["effect"] == pytest.approx(robust.coefficients[0], abs=EQUAL)
        assert row["degrees_of_freedom"] == pytest.approx(robust.degrees[0], rel=EQUAL)
        assert (row["lower"], row["upper"]) == pytest.approx(interval, abs=EQUAL)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("moderators", [["maryland_level"], ["year"], ["maryland_level", "year"]])
def test_moderators_together_are_tested_as_by_whole_matrices(harmonised, moderators, rho):
    sample = sample_of_intervention(harmonised, MetaAnalysis.from_values({}).intervention)
    effect, variance, clusters = parts(sample)
    design, _ = design_matrix(sample.effects, *moderators)
    model = correlated_and_hierarchical(effect, variance, clusters, design, rho)
    expected = htz(cr2(effect, clusters, design, model.covariance), np.eye(design.shape[1])[1:])
    found = robust_test(sample, moderators, rho)
    assert (found.statistic, found.denominator_degrees, found.p_value) == pytest.approx(expected, rel=EQUAL)
