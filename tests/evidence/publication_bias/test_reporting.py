"""P-values and weights: turned the wrong way, they would favour the results that are suppressed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from evidence.analysed_sets import ENOUGH, analysed

from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.reporting import (
    copas_table,
    expected_p_curves,
    one_sided_p_values,
    posterior_density,
    reporting_weights,
    selection_probabilities,
)
from citizen_security.methods.publication_bias.selection_models import weight_intervals
from citizen_security.methods.publication_bias.significance_counts import p_curve_shares


@pytest.fixture(scope="module")
def enough():
    return analysed(ENOUGH)


def test_p_values_are_small_on_the_favoured_side(enough):
    for suppressed, sign in (("harmful", -1), ("beneficial", 1)):
        parameters = PublicationBias.from_values({"suppressed": suppressed})
        small = one_sided_p_values(enough[0], parameters) < 0.5
        assert np.array_equal(small, np.sign(enough[0].effect) == sign)


def test_the_density_and_the_curves_are_those_that_the_methods_give(enough):
    averaged = enough[1].averaged
    density = posterior_density(averaged)
    # The grid has two thousand steps; what is left is the probability of no effect.
    assert np.trapezoid(density["density"], density["effect"]) == pytest.approx(1 - averaged.zero_probability, abs=1e-4)
    curves = expected_p_curves()
    assert curves["no_effect"].to_numpy() == pytest.approx(0.2)
    assert curves["low_power"].is_monotonic_decreasing


def test_the_probabilities_of_selection_add_up_over_the_models(enough):
    found = selection_probabilities(enough[1].averaged)
    assert found["prior_probability"].sum() == pytest.approx(1)
    assert found["posterior_probability"].sum() == pytest.approx(1)


def test_the_table_of_copas_says_why_there_is_none(enough):
    assert copas_table(replace(enough[1], copas="why not"))["note"].tolist() == ["why not"]
    assert copas_table(enough[1]) is enough[1].copas


def test_p_values_are_those_of_the_normal_on_either_side(enough):
    z = enough[0].studies["effect"] / enough[0].studies["standard_error"]
    for suppressed, sign in (("harmful", 1), ("beneficial", -1)):
        found = one_sided_p_values(enough[0], PublicationBias.from_values({"suppressed": suppressed}))
        assert found == pytest.approx([(1 + math.erf(sign * one / math.sqrt(2))) / 2 for one in z])


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_weights_stand_between_their_cut_points_with_intervals_of_the_run_s_level(enough, level):
    sample, analysis = enough
    parameters = PublicationBias.from_values({"confidence_level": level})
    found, fit = reporting_weights(sample, analysis, parameters), analysis.selection_model
    assert found["start"].tolist() == [0, *fit.cut_points]
    assert found["end"].tolist() == [*fit.cut_points, 1]
    expected = weight_intervals(
        sample.effect, sample.variance, cut_points=fit.cut_points, favoured="negative", confidence_level=level
    )
    np.testing.assert_allclose(found[["lower", "upper"]].iloc[1:], expected[1:])
    assert reporting_weights(sample, replace(analysis, selection_model="why not"), parameters).empty


def test_no_effect_leaves_a_fortieth_of_the_results_significant_on_the_favoured_side():
    curves = expected_p_curves()
    np.testing.assert_allclose(curves["low_power"], p_curve_shares(1 / 3))
    assert curves["no_effect"].sum() == pytest.approx(1)
