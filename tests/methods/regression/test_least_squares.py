"""Least squares from arrays alone: against the library, with clusters and periods of any name."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as statsmodels

from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.least_squares import (
    NotEstimable,
    generalized_inverse,
    rank,
    replace_regressor,
    solve,
    within_groups,
)
from citizen_security.methods.regression.or_problem import each_or_problem


@pytest.fixture
def data():
    random = np.random.default_rng(1)
    clusters, periods = np.repeat(list("dcba"), 12), np.tile(np.arange(12), 4)
    driver = random.normal(size=48)
    outcome = 0.5 * driver + random.normal(size=48)
    return np.column_stack([driver, np.ones(48)]), outcome, clusters, periods


def test_arrays_alone_give_the_library_s_estimates_and_clustered_errors(data):
    design, outcome, clusters, periods = data
    fit = solve(("driver",), design, outcome, clusters=clusters, periods=periods)
    codes = pd.factorize(clusters)[0]
    other = statsmodels.OLS(outcome, design).fit(cov_type="cluster", cov_kwds={"groups": codes})
    assert fit.estimates[0] == pytest.approx(other.params[0], rel=1e-10)
    assert clustered(fit)["standard_error"].iloc[0] == pytest.approx(other.bse[0], rel=1e-8)


def test_labels_are_sorted_and_each_row_knows_its_cluster(data):
    design, outcome, clusters, periods = data
    fit = solve(("driver",), design, outcome, clusters=clusters, periods=periods)
    assert fit.labels.tolist() == list("abcd")
    assert fit.labels[fit.cluster].tolist() == clusters.tolist()
    np.testing.assert_allclose(fit.by_cluster(np.ones(48)), np.full(4, 12))


def test_a_regressor_replaced_by_itself_changes_nothing(data):
    design, outcome, clusters, periods = data
    fit = solve(("driver",), design, outcome, clusters=clusters, periods=periods)
    same = replace_regressor(fit, "driver", design[:, 0])
    np.testing.assert_allclose(same.coefficients, fit.coefficients, rtol=1e-12)


def test_a_column_that_others_determine_adds_no_rank(data):
    design = data[0]
    assert rank(np.column_stack([design, design.sum(axis=1)])) == 2
    assert rank(design * [1e-9, 1.0]) == 2


def refuse():
    raise NotEstimable("too few rows")


def test_an_estimate_that_cannot_be_had_leaves_what_is_known_and_the_reason():
    estimates = {"one": lambda: pd.DataFrame({"regressor": ["x"], "estimate": [1.0]}), "two": refuse}
    table = each_or_problem(estimates, "method", pd.DataFrame({"regressor": ["x"]}))
    assert table.index.tolist() == [0, 1]
    table = table.set_index("method")
    assert table["problem"].tolist() == ["", "too few rows"]
    assert table.loc["two", "regressor"] == "x"
    assert np.isnan(table.loc["two", "estimate"])


def test_departures_from_group_means_are_weighted():
    columns, group = np.array([[1.0, 10.0], [3.0, 20.0], [7.0, 5.0]]), np.array([4, 4, 9])
    plain = np.array([[-1.0, -5.0], [1.0, 5.0], [0.0, 0.0]])
    weighted = np.array([[-1.5, -7.5], [0.5, 2.5], [0.0, 0.0]])
    np.testing.assert_allclose(within_groups(columns, group), plain)
    np.testing.assert_allclose(within_groups(columns, group, np.array([1.0, 3.0, 2.0])), weighted)


@pytest.mark.parametrize("absorbed", [0, 4])
def test_effects_that_were_taken_out_count_once_each_and_once_in_all_for_the_correction(data, absorbed):
    design, outcome, clusters, periods = data
    fit = solve(("driver",), design[:, :1], outcome, clusters=clusters, periods=periods, absorbed=absorbed)
    assert fit.rank == 1
    assert (fit.parameters, fit.effects) == ((2, 5) if absorbed else (1, 1))


def test_the_inverse_and_the_rank_do_not_depend_on_units(data):
    # A column of 1e-12 beside one of ones is a column.
    units = np.array([1e-12, 1.0])
    gram = data[0].T @ data[0]
    found = generalized_inverse(gram * np.outer(units, units)) * np.outer(units, units)
    np.testing.assert_allclose(found, np.linalg.inv(gram), rtol=1e-8)
    assert rank(data[0] * units) == 2


def test_a_regressor_of_a_weighted_fit_is_replaced_with_its_weights(data):
    design, outcome, clusters, periods = data
    weight = np.random.default_rng(3).uniform(0.5, 4, 48)
    root, others = np.sqrt(weight)[:, None], np.column_stack([design[:, 0] ** 2, np.ones(48)])
    given = {"clusters": clusters, "periods": periods, "weight": weight}
    fit, expected = (solve(("driver",), columns * root, outcome * root[:, 0], **given) for columns in (design, others))
    replaced = replace_regressor(fit, "driver", others[:, 0])
    np.testing.assert_allclose(replaced.coefficients, expected.coefficients, rtol=1e-9)
    np.testing.assert_allclose(replaced.residuals, expected.residuals, rtol=1e-9)
