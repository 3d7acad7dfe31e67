"""The natural spline over income, its slope and bands, and the two lines."""

from dataclasses import replace

import numpy as np
import pandas as pd
import patsy
import pytest
import statsmodels.api as sm
from paradox.income_panels import INCOME_ALONE, panel_of
from scipy.stats import norm

from citizen_security.methods.regression.errors import clustered_covariance
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.answers import fit_splines
from citizen_security.paradox.income_turning_point.curves import fit_curve
from citizen_security.paradox.income_turning_point.spline import (
    curve_bands,
    highest_points,
    income_grid,
    knots_at_quantiles,
    natural_spline,
    partial_points,
    shape_in_words,
    sign_regions,
    simultaneous_critical_value,
    slope_bands,
)
from citizen_security.paradox.income_turning_point.two_lines import two_lines
from citizen_security.paradox.panel.sample import estimation_sample


def test_the_basis_is_that_of_patsy():
    # patsy's cr() is a second implementation of the cardinal natural spline (Wood 2017).
    random = np.random.default_rng(4)
    income = np.sort(random.uniform(-1, 2, 200))
    knots = knots_at_quantiles(income, 5)
    reference = np.asarray(patsy.dmatrix("cr(x, knots=k) - 1", {"x": income, "k": knots[1:-1]}))
    np.testing.assert_allclose(natural_spline(knots)(income, 0), reference[:, 1:], atol=1e-10)


def test_the_fitted_spline_is_that_of_statsmodels_on_patsys_basis(sample):
    frame = sample.frame
    knots = knots_at_quantiles(frame["log_gdp_per_capita"].to_numpy(), 5)
    ours = fit_curve(sample, INCOME_ALONE, "pooled", natural_spline(knots))
    design = patsy.dmatrix("cr(x, knots=k) - 1", {"x": frame["log_gdp_per_capita"], "k": knots[1:-1]})
    reference = sm.OLS(frame["rate"].to_numpy(), np.asarray(design)).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["iso3"])[0]}
    )
    fitted = frame["rate"].to_numpy() - ours.fit.residuals
    # One function space, two parametrisations: fits agree to rounding.
    np.testing.assert_allclose(fitted, reference.fittedvalues, rtol=1e-8)
    grid = income_grid(ours)
    # statsmodels has CRV1, so the band is drawn with it.
    size = len(ours.covariance)
    table = curve_bands(replace(ours, covariance=clustered_covariance(ours.fit)[:size, :size]), grid, 0.95).table
    rows = np.asarray(patsy.build_design_matrices([design.design_info], {"x": grid, "k": knots[1:-1]})[0])
    rows = rows - np.asarray(design).mean(axis=0)
    np.testing.assert_allclose(table["estimate"], rows @ reference.params, rtol=1e-6, atol=1e-8)
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, reference.cov_params(), rows))
    np.testing.assert_allclose(table["standard_error"], error, rtol=1e-5)


def test_slopes_are_the_derivative_of_the_curve_and_the_ends_go_on_as_lines():
    curve = natural_spline(np.array([-1.0, 0.0, 0.4, 2.0]))
    places = np.array([-1.6, -0.7, 0.2, 1.1, 2.5])
    step = 1e-6
    difference = (curve(places + step, 0) - curve(places - step, 0)) / (2 * step)
    # Central differences err by step² and by rounding over step.
    np.testing.assert_allclose(curve(places, 1), difference, atol=1e-8)
    np.testing.assert_allclose(curve(np.array([3.0, 5.0]), 1), curve(np.array([2.0, 2.0]), 1), atol=1e-12)


def test_the_simultaneous_value_is_sidaks_for_independent_combinations():
    # Ten independent statistics: the quantile of the largest is that of one at level 0.95^(1/10). With 20,000 draws
    # its Monte Carlo error is about 0.012; four are allowed.
    found = simultaneous_critical_value(np.eye(10), np.eye(10), 1e9, 0.95, 1)
    assert found == pytest.approx(norm.ppf((1 + 0.95**0.1) / 2), abs=0.05)
    one = simultaneous_critical_value(np.eye(1), np.eye(1), 1e9, 0.95, 1)
    assert one == pytest.approx(1.96, abs=0.05)


def test_a_hump_is_seen_as_a_rise_and_then_a_fall_in_every_comparison(sample):
    for comparison, fitted in fit_splines(sample, INCOME_ALONE, 5).items():
        bands = slope_bands(fitted, income_grid(fitted), 0.95)
        assert (bands.table["band_lower"] <= bands.table["lower"]).all()
        words = shape_in_words(sign_regions(bands.table))
        # Between countries the top is blurred by the spread of each country's years, but it is there.
        assert words == "a rise and then a fall: an inverted U", comparison


def test_a_line_is_no_hump():
    sample = estimation_sample(panel_of(lambda income: 3 * income), INCOME_ALONE)
    fitted = fit_splines(sample, INCOME_ALONE, 5)["within"]
    table = slope_bands(fitted, income_grid(fitted), 0.95).table
    assert shape_in_words(sign_regions(table)) == "a rise, and no fall"
    assert not two_lines(sample, INCOME_ALONE, fitted).holds
    # The slope of the truth lies in the band over the whole curve.
    assert ((table["band_lower"] <= 3) & (table["band_upper"] >= 3)).all()


def test_regions_and_words_follow_the_band():
    table = pd.DataFrame(
        {
            "comparison": "within",
            "income": [1.0, 2, 3, 4, 5, 6],
            "band_lower": [1.0, 2, -1, -3, -3, -3],
            "band_upper": [3.0, 4, 1, -1, -1, 1],
        }
    )
    regions = sign_regions(table)
    assert regions["sign"].tolist() == ["rises", "cannot be told", "falls", "cannot be told"]
    assert regions["from_income"].tolist() == [1, 3, 4, 6]
    assert regions["to_income"].tolist() == [2, 3, 5, 6]
    assert shape_in_words(regions).endswith("inverted U")
    assert shape_in_words(regions.iloc[[1]]) == "neither a rise nor a fall anywhere"
    assert shape_in_words(regions.iloc[[2, 1, 0, 1, 2]]) == "more than one turn"


def test_the_highest_point_is_found_where_it_is_and_at_an_end_where_the_curve_only_rises(sample):
    fitted = fit_splines(sample, INCOME_ALONE, 5)["within"]
    draws = highest_points(fitted, income_grid(fitted), 199)
    assert draws["inside"].all()
    # The top is at 0.1; the draws' spread is about 0.1.
    assert np.log(draws["income"].median() / 15_000) == pytest.approx(0.1, abs=0.15)
    rising = estimation_sample(panel_of(lambda income: 5 * income), INCOME_ALONE)
    fitted = fit_splines(rising, INCOME_ALONE, 4)["within"]
    draws = highest_points(fitted, income_grid(fitted), 199)
    assert draws["inside"].mean() < 0.3


def test_points_are_the_curve_plus_what_it_leaves(sample):
    fitted = fit_splines(sample, INCOME_ALONE, 5)["pooled"]
    points = partial_points(fitted)
    rate = sample.frame["rate"]
    # Pooled and without controls nothing is taken out but the mean.
    np.testing.assert_allclose(points["outcome"], rate - rate.mean(), atol=1e-8)


def test_knots_need_incomes_that_differ(sample):
    frame = sample.frame.assign(log_gdp_per_capita=np.where(sample.frame["year"] % 3, 0.0, 1.0))
    with pytest.raises(NotEstimable, match="too much alike"):
        fit_splines(estimation_sample(frame, INCOME_ALONE), INCOME_ALONE, 5)
