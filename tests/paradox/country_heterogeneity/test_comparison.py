"""Predictive densities are those of the multivariate normal, and find the model that made the data."""

import numpy as np
import pytest
from paradox.slope_panels import covariance
from scipy import stats

from citizen_security.paradox.country_heterogeneity import comparison
from citizen_security.paradox.country_heterogeneity.comparison import compare_countries, compare_years
from citizen_security.paradox.country_heterogeneity.positions import SPREAD_CENTRE, SPREAD_SCALE
from citizen_security.paradox.country_heterogeneity.residuals import fitted_means, thinned_draws


def test_a_year_given_all_others_has_the_density_of_the_multivariate_normal(fits, sample):
    fit = fits["varying slopes"]
    thinned = thinned_draws(fit)
    ours = comparison._year_densities(fit)[5]
    mean, persistence = fitted_means(fit, thinned)[5], fit.draws("persistence")[thinned][5]
    for row in (0, 3, sample.rows - 1):
        c = sample.country_index[row]
        rows = np.flatnonzero(sample.country_index == c)
        matrix = covariance(sample, rows, persistence, np.exp(fit.draws("log_spread")[thinned][5, c]))
        errors, own, rest = (sample.outcome - mean)[rows], rows == row, rows != row
        pull = np.linalg.solve(matrix[np.ix_(rest, rest)], matrix[rest][:, own]).ravel()
        variance = matrix[own][:, own][0, 0] - pull @ matrix[rest][:, own].ravel()
        expected = stats.norm.logpdf(errors[own][0], pull @ errors[rest], np.sqrt(variance))
        assert ours[row] == pytest.approx(expected - np.log(sample.outcome_scale), rel=1e-8)


@pytest.mark.parametrize(
    "name", ["varying slopes", "complete pooling", "no pooling", "independent errors, common spread"]
)
def test_a_country_never_seen_has_the_density_of_all_its_years_together(name, fits, sample):
    fit, c, draw = fits[name], 2, 7
    thinned = thinned_draws(fit)
    at = {key: fit.draws(key)[thinned][draw] for key in fit.posterior["posterior"].data_vars}
    rows = np.flatnonzero(sample.country_index == c)
    x = sample.driver_values[rows]
    mean = at["level"] + at["year_effect"][sample.year_index[rows]] + x @ at["average_slope"]
    shared = at["level_deviation"] ** 2 + (x * at["slope_deviation"] ** 2) @ x.T
    by_country = fit.design.spread == "by_country"
    nodes = np.linspace(SPREAD_CENTRE - 6, SPREAD_CENTRE + 6, 500) if by_country else at["log_spread"][[c]]
    likelihood = [
        stats.multivariate_normal.pdf(
            sample.outcome[rows], mean, shared + covariance(sample, rows, at["persistence"], np.exp(node))
        )
        for node in nodes
    ]
    weights = stats.norm.pdf(nodes, SPREAD_CENTRE, SPREAD_SCALE) if by_country else np.ones(1)
    total = np.trapezoid(np.array(likelihood) * weights, nodes) if by_country else likelihood[0]
    expected = np.log(total) - len(rows) * np.log(sample.outcome_scale)
    # Two grids over the spread, each far finer than the integrand is wide.
    assert comparison._country_densities(fit)[draw, c] == pytest.approx(expected, abs=1e-3)


def test_prediction_finds_the_model_that_made_the_data(fits):
    years = compare_years(fits).set_index("fit")
    # Slopes that differ by 0.4 and errors with persistence 0.7 were put in.
    assert years.loc["varying slopes", "elpd"] > years.loc["varying intercepts", "elpd"] + 2
    assert years.loc["varying slopes", "elpd"] > years.loc["independent errors, common spread", "elpd"] + 10
    countries = compare_countries(fits)
    assert (countries["cases"] == 9).all()
    assert (countries["difference"] <= 0).all()
    assert countries["difference"].iloc[0] == 0
    assert np.isfinite(countries["elpd"]).all()
