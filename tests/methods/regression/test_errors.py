"""Clustered, jackknife and Driscoll–Kraay errors: Stata's output and second implementations."""

from dataclasses import replace

import numpy as np
import pyfixest
import pytest
from linearmodels.panel import PanelOLS, PooledOLS
from paradox.panels import investment, simulated
from scipy.stats import t

from citizen_security.methods.regression.errors import (
    automatic_lags,
    clustered,
    driscoll_kraay,
    jackknife,
    leave_one_out,
)
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


BOTH = Specification("both", ("driver", "control"))


POOLED = Specification("", ("value", "capital"), fixed_effects="none")


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_clustered_errors_of_grunfeld_are_stata_s():
    # Stata: regress invest mvalue kstock, vce(cluster company); output shipped with statsmodels.
    table = clustered(taken_apart(investment(), POOLED))
    np.testing.assert_allclose(table["standard_error"], [0.01589434, 0.08496711], rtol=1e-6)


def test_driscoll_kraay_errors_of_grunfeld_are_stata_s():
    # Stata: xtscc invest mvalue kstock, lag(4); output shipped with statsmodels.
    table = driscoll_kraay(taken_apart(investment(), POOLED), lags=4)
    np.testing.assert_allclose(table["standard_error"], [0.0134360177573, 0.04930800664089], rtol=1e-6)


@pytest.mark.parametrize("lags", [0, 2, 4])
def test_driscoll_kraay_is_that_of_linearmodels(lags):
    panel = simulated(1, gaps=0.1)
    fit = taken_apart(panel, BOTH)
    indexed = estimation_sample(panel, BOTH).frame.set_index(["iso3", "year"])
    other = PanelOLS(indexed["rate"], indexed[["driver", "control"]], entity_effects=True, time_effects=True).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=lags, debiased=False
    )
    # linearmodels corrects for the degrees of freedom of the effects, which Stata's command and ours do not.
    effects = indexed.index.get_level_values(0).nunique() + indexed.index.get_level_values(1).nunique() - 1
    expected = other.std_errors * np.sqrt((len(indexed) - effects) / len(indexed))
    np.testing.assert_allclose(driscoll_kraay(fit, lags=lags)["standard_error"], expected, rtol=1e-8)


def test_a_year_without_figures_keeps_its_place_among_the_lags():
    panel = simulated(2, gaps=0).query("year != 2010")
    moved = panel.assign(year=panel["year"].where(panel["year"] < 2010, panel["year"] - 1))
    gap, closed = (
        driscoll_kraay(taken_apart(frame, DRIVER), lags=1)["standard_error"].iloc[0] for frame in (panel, moved)
    )
    # 2009 and 2011 are two years apart, so their product must not enter at one lag.
    assert gap != pytest.approx(closed, rel=1e-6)


def test_lags_are_those_of_newey_and_west():
    assert [automatic_lags(years) for years in (20, 34, 100)] == [2, 3, 4]


def test_lags_beyond_the_years_are_refused():
    with pytest.raises(NotEstimable, match="need more than 25 periods"):
        driscoll_kraay(taken_apart(simulated(3), DRIVER), lags=24)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "none"])
def test_leaving_a_country_out_is_fitting_without_it(fixed_effects):
    panel, specification = simulated(4), replace(BOTH, fixed_effects=fixed_effects)
    fit = taken_apart(panel, specification)
    without = leave_one_out(fit)
    for position in (0, 7, 19):
        rest = panel[panel["iso3"] != fit.labels[position]]
        np.testing.assert_allclose(without[position], taken_apart(rest, specification).estimates, rtol=1e-8)


def test_the_jackknife_is_that_of_pyfixest():
    panel = simulated(5)
    sample = estimation_sample(panel, BOTH)
    model = pyfixest.feols(
        "rate ~ driver + control | iso3 + year",
        sample.frame,
        vcov={"CRV3": "iso3"},
        fixef_rm="none",
        ssc=pyfixest.ssc(k_adj=False, G_adj=False),
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    )
    countries = sample.countries
    # Without its corrections pyfixest gives the sum of squares; the jackknife multiplies by (G - 1) / G.
    expected = model.se() * np.sqrt((countries - 1) / countries)
    np.testing.assert_allclose(jackknife(least_squares(sample, BOTH))["standard_error"], expected, rtol=1e-6)


@pytest.mark.parametrize("specification", [DRIVER, BOTH])
def test_an_estimate_that_rests_on_one_country_is_refused(specification):
    panel = simulated(6, gaps=0)
    lone = panel.assign(driver=np.where(panel["iso3"] == "C03", panel["driver"], 0.0))
    with pytest.raises(NotEstimable, match="without C03"):
        jackknife(taken_apart(lone, replace(specification, fixed_effects="country")))


def test_pooled_without_effects_is_linearmodels_kernel_too():
    panel = simulated(15, gaps=0.1)
    indexed = estimation_sample(panel, DRIVER).frame.set_index(["iso3", "year"]).assign(constant=1.0)
    other = PooledOLS(indexed["rate"], indexed[["driver", "constant"]]).fit(
        cov_type="kernel", kernel="bartlett", bandwidth=3, debiased=False
    )
    ours = driscoll_kraay(taken_apart(panel, replace(DRIVER, fixed_effects="none")), lags=3)
    assert ours["standard_error"].iloc[0] == pytest.approx(other.std_errors["driver"], rel=1e-8)


def test_driscoll_kraay_uses_one_degree_fewer_than_years():
    fit = taken_apart(simulated(16), DRIVER)
    row = driscoll_kraay(fit).iloc[0]
    half = t.ppf(0.975, len(np.unique(fit.period)) - 1) * row["standard_error"]
    assert row["upper"] - row["estimate"] == pytest.approx(half)


def test_the_p_value_is_that_of_t_on_both_sides():
    fit = taken_apart(simulated(16, effect=0.05), DRIVER)
    row = clustered(fit).iloc[0]
    expected = 2 * (1 - t.cdf(abs(row["estimate"]) / row["standard_error"], fit.clusters - 1))
    assert row["p_value"] == pytest.approx(expected, rel=1e-6)
    assert 0.001 < row["p_value"] < 0.9
