"""Curves in three comparisons, each as another library fits it."""

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as sm
from paradox.income_panels import INCOME_ALONE, cross_section

from citizen_security.methods.regression.bias_reduced import bias_reduced, bias_reduced_covariance
from citizen_security.methods.regression.errors import clustered_covariance
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.income_turning_point.curves import fit_curve, income_specification
from citizen_security.paradox.income_turning_point.parameters import IncomeTurningPoint
from citizen_security.paradox.income_turning_point.problems import income_problems
from citizen_security.paradox.income_turning_point.u_test import (
    turning_point,
    u_test,
)
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification


def test_between_countries_is_ols_on_means_with_hc3_as_statsmodels_has_it(fitted):
    sample, _, fits = fitted
    means = sample.frame.groupby("iso3")[["rate", "log_gdp_per_capita"]].mean()
    design = np.column_stack([means["log_gdp_per_capita"], means["log_gdp_per_capita"] ** 2, np.ones(len(means))])
    reference = sm.OLS(means["rate"].to_numpy(), design).fit(cov_type="HC3", use_t=True)
    ours = fits["between"]
    # Both solve the same normal equations in double precision.
    np.testing.assert_allclose(ours.coefficients, reference.params[:2], rtol=1e-8)
    np.testing.assert_allclose(ours.covariance, reference.cov_params()[:2, :2], rtol=1e-7)
    assert ours.degrees == reference.df_resid


def test_between_countries_weighted_by_population_is_weighted_least_squares(panel):
    specification = Specification("", ("log_gdp_per_capita",), weights="population")
    sample = estimation_sample(panel, specification)
    ours = fit_curve(sample, specification, "between")
    means = sample.frame.groupby("iso3")[["rate", "log_gdp_per_capita", "population"]].mean()
    design = np.column_stack([means["log_gdp_per_capita"], means["log_gdp_per_capita"] ** 2, np.ones(len(means))])
    reference = sm.WLS(means["rate"].to_numpy(), design, means["population"].to_numpy()).fit(cov_type="HC3")
    np.testing.assert_allclose(ours.coefficients, reference.params[:2], rtol=1e-8)
    np.testing.assert_allclose(ours.covariance, reference.cov_params()[:2, :2], rtol=1e-7)


@pytest.mark.parametrize(("comparison", "effects"), [("pooled", ""), ("within", " | iso3 + year")])
def test_pooled_and_within_are_those_of_pyfixest(fitted, comparison, effects):
    sample, _, fits = fitted
    frame = sample.frame.assign(square=sample.frame["log_gdp_per_capita"] ** 2)
    model = pyfixest.feols(f"rate ~ log_gdp_per_capita + square{effects}", frame, vcov={"CRV1": "iso3"})
    table = model.tidy().loc[["log_gdp_per_capita", "square"]]
    # Pyfixest's demeaning is iterative, with a tolerance of its own.
    np.testing.assert_allclose(fits[comparison].coefficients, table["Estimate"], rtol=1e-6)
    errors = np.sqrt(np.diag(clustered_covariance(fits[comparison].fit)))
    np.testing.assert_allclose(errors, table["Std. Error"], rtol=1e-5)


def test_all_comparisons_stand_on_one_sample(fitted):
    sample, _, fits = fitted
    assert {fits["pooled"].fit.observations, fits["within"].fit.observations} == {sample.observations}
    assert fits["between"].fit.observations == sample.countries
    assert fits["between"].log_income.mean() == pytest.approx(
        sample.frame.groupby("iso3")["log_gdp_per_capita"].mean().mean()
    )


def test_controls_are_held_constant_and_do_not_enter_the_parabola(panel):
    specification = income_specification(IncomeTurningPoint.from_values({"controls": ["gini"]}))
    sample = estimation_sample(panel, specification)
    fit = fit_curve(sample, specification, "within")
    assert fit.fit.regressors == ("income_curve_1", "income_curve_2", "gini")
    assert fit.covariance.shape == (2, 2)
    np.testing.assert_allclose(fit.covariance, bias_reduced_covariance(fit.fit)[:2, :2])
    degrees = bias_reduced(fit.fit)["degrees_of_freedom"]
    assert fit.degrees == degrees[:2].min()
    assert degrees[2] != fit.degrees


def test_known_parabolas_are_recovered_within_and_between():
    # Between countries homicide falls with income, within them it is an inverted U about 0.5: mixing the two up would
    # be the ecological fallacy that the notebook warns of.
    random = np.random.default_rng(5)
    countries, years = 40, 20
    level = random.uniform(-1, 1, countries).repeat(years)
    income = level + random.uniform(-0.6, 0.6, countries * years)
    within = -8 * (income - 0.5) ** 2
    frame = pd.DataFrame({"iso3": np.repeat([f"C{n:02d}" for n in range(countries)], years)})
    frame = frame.assign(year=np.tile(range(years), countries), log_gdp_per_capita=income, population=1.0)
    means = frame.assign(within=within).groupby("iso3")["within"].transform("mean").to_numpy()
    rate = within - means - 10 * level + random.normal(0, 0.5, len(frame))
    sample = estimation_sample(frame.assign(rate=rate), INCOME_ALONE)
    inside, outside = (fit_curve(sample, INCOME_ALONE, name) for name in ("within", "between"))
    # Standard errors are about 0.02 and 0.3.
    assert turning_point(*inside.coefficients) == pytest.approx(0.5, abs=0.08)
    assert u_test(inside.coefficients, inside.covariance, -1.5, 1.5, inside.degrees).p_value < 0.001
    assert outside.coefficients[0] == pytest.approx(-10, abs=1)
    assert outside.coefficients[1] == pytest.approx(0, abs=1)


def test_income_that_never_moves_or_is_never_known_or_known_once_is_refused(panel):
    parameters = IncomeTurningPoint()
    constant = panel.assign(log_gdp_per_capita=panel.groupby("iso3")["log_gdp_per_capita"].transform("mean"))
    assert "does not vary" in " ".join(income_problems(constant, parameters))
    one_year = panel[panel["year"] == 2010]
    assert "in at least two years" in " ".join(income_problems(one_year, parameters))
    missing = panel.assign(log_gdp_per_capita=np.nan)
    assert "no country has" in " ".join(income_problems(missing, parameters))


def test_controls_that_determine_each_other_are_refused(panel):
    parameters = IncomeTurningPoint.from_values({"controls": ["gini", "infant_mortality"]})
    collinear = panel.assign(infant_mortality=2 * panel["gini"])
    assert "exact combination" in " ".join(income_problems(collinear, parameters))


def test_countries_whose_means_are_alike_have_no_curve_between_them():
    frame = cross_section(np.random.default_rng(2))
    same = frame.assign(log_gdp_per_capita=np.where(frame["year"] == 2000, 0.5, -0.5))
    with pytest.raises(NotEstimable, match="determine each other"):
        fit_curve(estimation_sample(same, INCOME_ALONE), INCOME_ALONE, "between")


def test_a_country_that_the_curve_fits_exactly_is_named():
    frame = cross_section(np.random.default_rng(2))
    income = np.where(frame["iso3"] == "C00", 1.0, np.where(frame["iso3"] < "C20", -0.5, 0.2))
    with pytest.raises(NotEstimable, match="fits C00 exactly"):
        fit_curve(estimation_sample(frame.assign(log_gdp_per_capita=income), INCOME_ALONE), INCOME_ALONE, "between")
