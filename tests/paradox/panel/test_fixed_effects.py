"""The fixed-effects regressions: published results, two other libraries, and recovery of a known effect."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.formula.api as formulas
from linearmodels.panel import PanelOLS
from paradox.panels import coefficient_rows
from scipy.stats import t
from statsmodels.datasets import grunfeld

from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel.fixed_effects import (
    drop_repeated_slopes,
    fit_specifications,
    fixed_effects_regression,
    partial_residuals,
    tabulate_coefficients,
    tabulate_left_out,
)
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification(name="alone", regressors=("driver",))

COUNTRIES = [f"C{number:02d}" for number in range(40)]


def simulate_panel(seed, *, effect=0.5, countries=20, years=25, gaps=0.25):
    """A panel with country and year effects, errors that persist within a country, and missing figures.

    The driver shares the country and year effects of the outcome, so that a regression which does not hold them
    constant is biased.
    """
    random = np.random.default_rng(seed)
    frame = pd.MultiIndex.from_product([COUNTRIES[:countries], range(2000, 2000 + years)], names=["iso3", "year"])
    frame = frame.to_frame(index=False)
    country, year = random.normal(0, 5, countries), random.normal(0, 3, years)
    shared = country.repeat(years) + np.tile(year, countries)
    driver = 0.7 * shared + _persistent(random, countries, years)
    frame["driver"] = driver
    frame["rate"] = effect * driver + shared + 2 * _persistent(random, countries, years)
    frame["population"] = random.lognormal(15, 1, countries).repeat(years)
    frame.loc[random.random(len(frame)) < gaps, "rate"] = np.nan
    frame.loc[random.random(len(frame)) < gaps / 2, "driver"] = np.nan
    return frame


def _persistent(random, countries, years, persistence=0.6):
    noise = random.normal(size=(countries, years))
    series = np.zeros_like(noise)
    series[:, 0] = noise[:, 0] / np.sqrt(1 - persistence**2)
    for year in range(1, years):
        series[:, year] = persistence * series[:, year - 1] + noise[:, year]
    return series.ravel()


@pytest.fixture(scope="module")
def panel():
    return simulate_panel(seed=7)


def fit(panel, specification, level=0.95):
    return fixed_effects_regression(estimation_sample(panel, specification), specification, level)


def investment():
    """Grunfeld's ten firms, 1935–1954, in the panel's columns; the eleventh firm was added to the data later."""
    data = grunfeld.load_pandas().data
    data = data[data["firm"] != "American Steel"].astype({"firm": str, "year": int})
    return data.rename(columns={"firm": "iso3", "invest": "rate"}).assign(population=1.0)


@pytest.mark.parametrize(
    ("fixed_effects", "value", "capital"),
    # Baltagi, Econometric Analysis of Panel Data, tables 2.1 and 3.1: within, two-way within, pooled.
    [("country", 0.1101, 0.3101), ("two_way", 0.1177, 0.3579), ("none", 0.1156, 0.2307)],
)
def test_grunfeld_coefficients_are_the_published_ones(fixed_effects, value, capital):
    # The reader would lose the assurance that the estimator is the textbook's.
    fitted = fit(investment(), Specification("", ("value", "capital"), fixed_effects=fixed_effects))
    # The books print four decimals.
    np.testing.assert_allclose(fitted.coefficients["estimate"], [value, capital], atol=5e-5)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "year", "none"])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_statsmodels_with_dummies_gives_the_same(panel, fixed_effects, weights):
    specification = replace(DRIVER, fixed_effects=fixed_effects, weights=weights)
    fitted = fit(panel, specification)
    frame = fitted.sample.frame
    dummies = "".join(f" + C({column})" for column in specification.effect_columns)
    weight = frame["population"] if weights == "population" else np.ones(len(frame))
    other = formulas.wls(f"rate ~ driver{dummies}", frame, weights=weight).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(frame["iso3"])[0]}
    )
    assert fitted.coefficients.loc[0, "estimate"] == pytest.approx(other.params["driver"], abs=1e-8)
    # Dummies spend a degree of freedom on every country; ours, nested in the clusters, spend none but the first.
    nested = fitted.sample.countries - 1 if "iso3" in specification.effect_columns else 0
    theirs, ours = len(frame) - len(other.params), len(frame) - len(other.params) + nested
    expected = other.bse["driver"] * np.sqrt(theirs / ours)
    # Both solve the same equations.
    assert clustered(fitted.parts).loc[0, "standard_error"] == pytest.approx(expected, rel=1e-8)


def test_linearmodels_gives_the_same(panel):
    fitted = fit(panel, DRIVER)
    indexed = fitted.sample.frame.set_index(["iso3", "year"])
    other = PanelOLS(indexed["rate"], indexed[["driver"]], entity_effects=True, time_effects=True).fit(
        cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True
    )
    assert fitted.coefficients.loc[0, "estimate"] == pytest.approx(other.params["driver"], abs=1e-8)
    countries, years = fitted.sample.countries, indexed.index.get_level_values("year").nunique()
    observations = len(indexed)
    theirs, ours = observations - countries - years, observations - years - 1
    expected = other.std_errors["driver"] * np.sqrt(theirs / ours)
    assert clustered(fitted.parts).loc[0, "standard_error"] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("weights", ["none", "population"])
def test_what_a_fit_says_is_what_is_quoted(panel, weights):
    # One rule decides everywhere: CR2 errors, t with Satterthwaite's degrees of freedom at the fit's own level.
    fitted = fit(panel, replace(DRIVER, weights=weights), level=0.9)
    row = fitted.coefficients.iloc[0]
    pd.testing.assert_frame_equal(fitted.coefficients, quoted(fitted.parts, 0.9))
    half = t.ppf(0.95, row["degrees_of_freedom"]) * row["standard_error"]
    np.testing.assert_allclose(
        [row["lower"], row["upper"]], [row["estimate"] - half, row["estimate"] + half], rtol=1e-9
    )
    assert row["degrees_of_freedom"] < fitted.sample.countries - 1


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "none"])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_pyfixest_gives_the_same_residuals_and_explained_share(panel, fixed_effects, weights):
    specification = replace(DRIVER, fixed_effects=fixed_effects, weights=weights)
    fitted = fit(panel, specification)
    effects = " + ".join(specification.effect_columns)
    other = pyfixest.feols(
        f"rate ~ driver | {effects}" if effects else "rate ~ driver",
        data=fitted.sample.frame,
        weights="population" if weights == "population" else None,
        fixef_rm="none",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    )
    # pyfixest finds the fixed effects by iteration to 1e-10.
    np.testing.assert_allclose(fitted.residuals, other.resid(), atol=1e-7)
    share = other._r2_within if effects else other._r2
    assert fitted.within_r_squared == pytest.approx(share, abs=1e-7)


def test_holding_country_and_year_constant_removes_the_bias_that_pooling_has():
    large = simulate_panel(seed=3, countries=40, years=60)
    estimates = {
        kind: fit(large, replace(DRIVER, fixed_effects=kind)).coefficients.iloc[0] for kind in ("two_way", "none")
    }
    row = estimates["two_way"]
    # Four standard errors: one wrong alarm in ten thousand seeds, and the seed is fixed.
    assert abs(row["estimate"] - 0.5) < 4 * row["standard_error"]
    assert estimates["none"]["lower"] > 1


@pytest.mark.slow
def test_intervals_cover_the_truth_about_as_often_as_they_say():
    # Gaps, persistent errors, twenty clusters: what the book's panel looks like.
    draws = 200
    covered = 0
    for seed in range(draws):
        row = fit(simulate_panel(seed=seed), DRIVER).coefficients.iloc[0]
        covered += row["lower"] <= 0.5 <= row["upper"]
    # Monte Carlo error is sqrt(.95 × .05 / 200) = 0.015; three of them.
    assert covered / draws == pytest.approx(0.95, abs=0.046)


def test_partial_residuals_have_the_coefficient_as_their_slope(panel):
    second = panel.assign(other=panel["driver"] ** 2 + panel["population"] / 1e7)
    fitted = fit(second, Specification("", ("driver", "other"), weights="population"))
    partial = partial_residuals(fitted, "driver")
    slope = (partial["weight"] * partial["regressor"] * partial["outcome"]).sum() / (
        partial["weight"] * partial["regressor"] ** 2
    ).sum()
    assert slope == pytest.approx(fitted.coefficients.loc[0, "estimate"], rel=1e-6)


def test_a_sample_that_cannot_carry_the_regression_is_refused(panel):
    few = panel[panel["iso3"].isin(COUNTRIES[:5])]
    with pytest.raises(NotEstimable, match="only five countries"):
        fit(few, DRIVER)


def test_a_row_of_the_table_names_its_sample_and_specification(panel):
    table = tabulate_coefficients(
        fit_specifications(panel, [DRIVER, replace(DRIVER, name="pooled", fixed_effects="none")])
    )
    assert table["specification"].tolist() == ["alone", "pooled"]
    complete = panel.dropna(subset=["rate", "driver"])
    assert table["observations"].tolist() == [len(complete)] * 2
    assert table["countries"].tolist() == [20, 20]
    assert (table["first_year"] == complete["year"].min()).all()
    # One sample for both, so that only what is held constant differs.
    assert table["fixed_effects"].tolist() == ["two_way", "none"]


def test_countries_left_out_are_named_with_the_reason(panel):
    broken = panel.copy()
    broken.loc[broken["iso3"] == "C00", "driver"] = np.nan
    broken.loc[broken["iso3"] == "C01", "rate"] = np.nan
    broken.loc[(broken["iso3"] == "C01") & (broken["year"] == 2003), ["rate", "driver"]] = 1.0
    broken.loc[(broken["iso3"] == "C02") & (broken["year"] < 2012), "rate"] = np.nan
    broken.loc[(broken["iso3"] == "C02") & (broken["year"] >= 2012), "driver"] = np.nan
    left_out = tabulate_left_out(fit_specifications(broken, [DRIVER])).set_index("iso3")["reason"]
    assert left_out.to_dict() == {
        "C00": "no figures: driver",
        "C01": "a single usable year",
        "C02": "never all figures in one year",
    }


def test_pictures_keep_the_line_and_not_the_parabola_s_linear_term():
    kept = drop_repeated_slopes(coefficient_rows())
    income = kept[(kept["specification"] == "alone") & (kept["regressor"] == "log_gdp_per_capita")]
    assert income["estimate"].tolist() == [-9.0]
