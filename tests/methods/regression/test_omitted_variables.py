"""Robustness against omitted variables: the published example, the definition, and least squares with dummies."""

import numpy as np
import pytest
import statsmodels.formula.api as formulas
from paradox.panels import simulated

from citizen_security.methods.regression.omitted_variables import (
    adjusted_estimate,
    benchmark_bounds,
    classical_errors,
    robustness,
    robustness_table,
)
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_the_darfur_example_has_the_published_robustness():
    # Cinelli and Hazlett (2020), table 1: estimate 0.097, standard error 0.023, 783 degrees of freedom.
    found = robustness(0.097, 0.023, 783)
    # They print one decimal of a per cent, from an estimate and error that they print with two digits.
    assert found.robustness_value == pytest.approx(0.139, abs=0.002)
    assert found.robustness_value_significance == pytest.approx(0.076, abs=0.002)
    assert found.partial_r_squared == pytest.approx(0.0219, abs=0.0005)


def test_the_darfur_bound_of_one_time_female_is_the_published_one():
    # Partial R² of 0.00916 and 0.125 leave 0.0752 with an error of 0.0219 (sensemakr's documentation).
    estimate, error = adjusted_estimate(0.0973158, 0.0232565, 783, 0.00916429, 0.12464)
    assert estimate == pytest.approx(0.0752, abs=5e-5)
    assert error == pytest.approx(0.0219, abs=5e-5)


def test_a_variable_as_strong_as_the_robustness_value_brings_the_estimate_to_zero():
    # That is its definition.
    value = robustness(0.3, 0.1, 200).robustness_value
    assert adjusted_estimate(0.3, 0.1, 200, value, value)[0] == pytest.approx(0, abs=1e-12)
    assert adjusted_estimate(-0.3, 0.1, 200, value, value)[0] == pytest.approx(0, abs=1e-12)


def test_an_estimate_that_is_not_significant_needs_no_omitted_variable():
    assert robustness(0.1, 0.1, 200).robustness_value_significance == 0
    # Nor one whose clustered error is so much larger than the classical.
    assert robustness(0.3, 0.1, 200).robustness_value_significance > 0
    assert robustness(0.3, 0.1, 200, design_effect=2).robustness_value_significance == 0


def test_the_classical_error_is_that_of_least_squares_with_dummies():
    frame = estimation_sample(simulated(1), BOTH).frame
    other = formulas.ols("rate ~ driver + control + C(iso3) + C(year)", frame).fit()
    fit = taken_apart(simulated(1), BOTH)
    np.testing.assert_allclose(classical_errors(fit), other.bse[["driver", "control"]], rtol=1e-8)
    table = robustness_table(fit).set_index("regressor")
    expected = other.tvalues["driver"] ** 2 / (other.tvalues["driver"] ** 2 + other.df_resid)
    assert table.loc["driver", "partial_r_squared"] == pytest.approx(expected, rel=1e-8)


def test_a_variable_once_as_strong_as_a_control_is_bounded_by_what_leaving_it_out_did():
    fit = taken_apart(simulated(2), BOTH)
    bounds = benchmark_bounds(fit, "driver").set_index("multiple")
    frame = estimation_sample(simulated(2), BOTH).frame
    of_driver = formulas.ols("driver ~ control + C(iso3) + C(year)", frame).fit()
    of_outcome = formulas.ols("rate ~ driver + control + C(iso3) + C(year)", frame).fit()
    share = {
        name: model.tvalues["control"] ** 2 / (model.tvalues["control"] ** 2 + model.df_resid)
        for name, model in (("driver", of_driver), ("outcome", of_outcome))
    }
    # sensemakr's ovb_partial_r2_bound, written out for a multiple of one.
    assert bounds.loc[1.0, "with_driver"] == pytest.approx(share["driver"] / (1 - share["driver"]), rel=1e-6)
    eta = share["driver"] ** 2 / (1 - share["driver"]) ** 2
    outcome = ((1 + np.sqrt(eta)) / np.sqrt(1 - eta)) ** 2 * share["outcome"] / (1 - share["outcome"])
    assert bounds.loc[1.0, "with_outcome"] == pytest.approx(outcome, rel=1e-6)
    assert bounds.loc[2.0, "adjusted_estimate"] < bounds.loc[1.0, "adjusted_estimate"] < fit.estimates[0]
