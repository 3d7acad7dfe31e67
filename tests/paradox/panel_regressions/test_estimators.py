"""Differences, Poisson, within and between: second implementations, published results, recovery."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest
import pytest
import statsmodels.api as statsmodels
import statsmodels.formula.api as formulas
from linearmodels.panel import FirstDifferenceOLS
from paradox.panels import investment, persistent, ships, simulated

from citizen_security.methods.regression.errors import clustered
from citizen_security.methods.regression.least_squares import NotEstimable, replace_regressor
from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.panel import sample
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import EstimationSample, estimation_sample
from citizen_security.paradox.panel.specification import Specification
from citizen_security.paradox.panel_regressions.estimators import (
    ESTIMATOR_NAMES,
    compare_estimators,
    differenced,
    in_differences,
    mean_rate,
    poisson_regression,
    within_and_between,
    working_regression,
)

DRIVER = Specification("alone", ("driver",))
BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "year", "none"])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_a_regression_taken_apart_is_that_of_pyfixest(fixed_effects, weights):
    # Every interval on the page hangs on these parts.
    panel = simulated(1)
    specification = replace(BOTH, fixed_effects=fixed_effects, weights=weights)
    used = estimation_sample(panel, specification)
    ours = clustered(least_squares(used, specification), 0.9)
    effects = " + ".join(specification.effect_columns)
    theirs = pyfixest.feols(
        f"rate ~ driver + control | {effects}" if effects else "rate ~ driver + control",
        data=used.frame,
        vcov={"CRV1": "iso3"},
        weights="population" if weights == "population" else None,
        fixef_rm="none",
        demeaner=pyfixest.MapDemeaner(fixef_tol=1e-10),
    ).tidy(alpha=0.1)
    theirs = theirs.loc[["driver", "control"]]
    # pyfixest finds the fixed effects by iteration to 1e-10.
    np.testing.assert_allclose(ours["estimate"], theirs["Estimate"], rtol=1e-8)
    np.testing.assert_allclose(ours["standard_error"], theirs["Std. Error"], rtol=1e-7)
    ends = [column for column in theirs.columns if str(column).endswith("%")]
    np.testing.assert_allclose(ours[["lower", "upper"]], theirs[ends], rtol=1e-6)


def test_grunfeld_taken_apart_gives_the_published_two_way_effects():
    fit = taken_apart(investment(), Specification("", ("value", "capital")))
    # Baltagi, Econometric Analysis of Panel Data, table 3.1, four decimals.
    np.testing.assert_allclose(fit.estimates, [0.1177, 0.3579], atol=5e-5)


def test_another_series_in_a_regressor_s_place_is_a_new_regression():
    panel = simulated(2).dropna().reset_index(drop=True)
    fit = taken_apart(panel, replace(BOTH, weights="population"))
    other = np.random.default_rng(0).normal(size=fit.observations)
    sample = estimation_sample(panel, replace(BOTH, weights="population"))
    anew = least_squares(
        EstimationSample(sample.frame.assign(driver=other), sample.left_out), replace(BOTH, weights="population")
    )
    replaced = replace_regressor(fit, "driver", other)
    np.testing.assert_allclose(replaced.estimates, anew.estimates, rtol=1e-9)
    np.testing.assert_allclose(clustered(replaced)["standard_error"], clustered(anew)["standard_error"], rtol=1e-9)


def test_a_change_needs_both_ends():
    frame = pd.DataFrame({"iso3": ["A"] * 4 + ["B"], "year": [2000, 2001, 2003, 2004, 2004], "rate": [1, 3, 7, 9, 5]})
    changes = differenced(frame, ["rate"], 1)["rate"].tolist()
    # 2003 has no 2002: two years' change must not pass for one year's; B's level is not a change from A's.
    np.testing.assert_array_equal(changes, [np.nan, 2, np.nan, 2, np.nan])
    assert differenced(frame, ["rate"], 3)["rate"].tolist()[2:4] == [6, 6]


def test_first_differences_are_those_of_linearmodels():
    panel = simulated(3, gaps=0).dropna()
    sample, specification = in_differences(panel, replace(BOTH, fixed_effects="country"), 1)
    # Without year effects both have no constant in levels; ours keeps one in changes, so it is taken out of theirs.
    indexed = panel.set_index(["iso3", "year"])[["rate", "driver", "control"]]
    trend = indexed.index.get_level_values("year").to_numpy(float)
    other = FirstDifferenceOLS(indexed["rate"], indexed[["driver", "control"]].assign(trend=trend)).fit()
    np.testing.assert_allclose(
        least_squares(sample, specification).estimates, other.params[["driver", "control"]], rtol=1e-8
    )


def counts(seed, effect=0.05):
    panel = simulated(seed, countries=30).assign(control=1.0)
    random = np.random.default_rng(seed)
    unit, year = pd.factorize(panel["iso3"])[0], panel["year"] - 2000
    driver = panel["driver"].fillna(0)
    mean = panel["population"] / 1e5 * np.exp(2 + 0.02 * unit - 0.01 * year + effect * driver)
    # Twice as variable as Poisson: only the mean has to be right.
    count = 2.0 * random.poisson(mean / 2)
    return panel.assign(driver=driver, rate=1e5 * count / panel["population"], count=count)


def test_poisson_is_that_of_statsmodels_with_dummies_and_offset():
    table, sample = poisson_regression(counts(4), DRIVER)
    frame = sample.frame
    other = formulas.glm(
        "count ~ driver + C(iso3) + C(year)",
        frame,
        family=statsmodels.families.Poisson(),
        offset=np.log(frame["population"] / 1e5),
    ).fit(tol=1e-12)
    # Both stop at relative changes of the deviance of 1e-10.
    assert table.loc[0, "estimate"] == pytest.approx(other.params["driver"], rel=1e-6)


def test_poisson_of_ship_damage_is_the_published_one(monkeypatch):
    # McCullagh and Nelder (1989), table 6.3, three decimals: five types of ship, too few for intervals over countries.
    monkeypatch.setattr(sample, "MINIMUM_COUNTRIES", 5)
    regressors = ("built_1965", "built_1970", "built_1975", "operated_1975")
    table, _ = poisson_regression(ships(), Specification("", regressors, fixed_effects="country"))
    np.testing.assert_allclose(table["estimate"], [0.697, 0.818, 0.453, 0.384], atol=5e-4)


def test_poisson_recovers_a_proportional_effect_though_counts_are_not_poisson():
    row = poisson_regression(counts(5), DRIVER)[0].iloc[0]
    # Four standard errors; the seed is fixed.
    assert abs(row["estimate"] - 0.05) < 4 * row["standard_error"]


def iterated(frame):
    """Fitted counts of a Poisson regression with country and year effects, by Newton's method."""
    dummies = [pd.get_dummies(frame[column], dtype=float).to_numpy() for column in ("iso3", "year")]
    design = np.hstack([frame[["driver"]].to_numpy(), dummies[0], dummies[1][:, 1:]])
    count, exposure = frame["count"].to_numpy(), frame["exposure"].to_numpy()
    linear = np.log(count + 0.5)
    for _ in range(12):
        fitted = np.exp(linear)
        weighted = design.T * fitted
        working = linear - exposure + (count - fitted) / fitted
        linear = design @ np.linalg.solve(weighted @ design, weighted @ working) + exposure
    return np.exp(linear)


def test_the_last_step_has_the_estimate_and_the_clustered_errors_of_pyfixest():
    table, sample = poisson_regression(counts(4), DRIVER, 0.9)
    frame = sample.frame.assign(exposure=np.log(sample.frame["population"] / 1e5))
    step = working_regression(frame, iterated(frame), DRIVER)
    other = pyfixest.fepois("count ~ driver | iso3 + year", frame, vcov={"CRV1": "iso3"}, offset="exposure")
    assert step.estimates[0] == pytest.approx(other.coef()["driver"], rel=1e-6)
    years, countries = frame["year"].nunique(), frame["iso3"].nunique()
    # Dummies spend a degree of freedom on every country; pyfixest, where they are nested in the clusters, does not.
    share = (len(frame) - countries - years) / (len(frame) - years)
    error = clustered(step).loc[0, "standard_error"] * np.sqrt(share)
    assert error == pytest.approx(other.se()["driver"], rel=2e-3)
    pd.testing.assert_frame_equal(table, quoted(step, 0.9), rtol=1e-5)


@pytest.mark.slow
def test_poisson_intervals_hold_with_few_countries_of_unequal_size():
    # Large countries decide a Poisson regression, so that sixteen are few; errors persist and counts are overdispersed.
    random, held = np.random.default_rng(3), {"CR2": 0, "CRV1": 0}
    index = pd.MultiIndex.from_product([[f"C{n:02d}" for n in range(16)], range(15)], names=["iso3", "year"])
    size = random.lognormal(3.5, 1, 16).repeat(15)
    draws = 200
    for _ in range(draws):
        frame = index.to_frame(index=False).assign(exposure=np.log(size), driver=persistent(random, 16, 15))
        mean = size * np.exp(1 + 0.1 * frame["driver"] + 0.2 * persistent(random, 16, 15))
        frame["count"] = random.poisson(mean).astype(float)
        step = working_regression(frame, iterated(frame), DRIVER)
        for name, table in {"CR2": quoted(step), "CRV1": clustered(step)}.items():
            held[name] += table.loc[0, "lower"] <= 0.1 <= table.loc[0, "upper"]
    # Multiplicative errors that persist are not the working model: CR2 held 0.906 of 500 draws, CRV1 0.68. Three Monte
    # Carlo errors of sqrt(.9 × .1 / 200) = 0.021.
    assert held["CR2"] / draws == pytest.approx(0.91, abs=0.064)
    assert held["CRV1"] < held["CR2"] - 0.1 * draws


def test_the_offset_makes_poisson_indifferent_to_the_size_of_the_population():
    # Without the offset a growing population would pass for growing violence.
    panel = counts(6)
    grown = panel.assign(population=panel["population"] * 1.02 ** (panel["year"] - 2000))
    grown["count"] = panel["count"] * 1.02 ** (panel["year"] - 2000)
    without_years = replace(DRIVER, fixed_effects="country")
    ours, theirs = (poisson_regression(frame, without_years)[0].loc[0, "estimate"] for frame in (panel, grown))
    assert theirs == pytest.approx(ours, abs=0.02)
    constant = panel.assign(population=panel["population"] * 7)
    assert poisson_regression(constant, DRIVER)[0].loc[0, "estimate"] == pytest.approx(
        poisson_regression(panel, DRIVER)[0].loc[0, "estimate"], rel=1e-6
    )


def test_a_country_without_any_homicide_leaves_poisson():
    panel = counts(7)
    panel.loc[panel["iso3"] == "C00", "count"] = 0.0
    _, sample = poisson_regression(panel, DRIVER)
    assert "C00" not in set(sample.frame["iso3"])
    assert mean_rate(sample) > 0


def test_the_within_part_equals_two_way_effects_in_a_balanced_panel():
    panel = simulated(8, gaps=0)
    fit = within_and_between(estimation_sample(panel, BOTH), BOTH)
    assert fit.regressors == ("driver_within", "control_within", "driver_between", "control_between")
    np.testing.assert_allclose(fit.estimates[:2], taken_apart(panel, BOTH).estimates, rtol=1e-8)


@pytest.mark.parametrize("fixed_effects", ["two_way", "country"])
def test_the_within_part_repeats_the_fixed_effects_with_gaps_too(fixed_effects):
    # The page says so; on this panel a fifth to a third of the country-years is missing.
    panel, chosen = simulated(13), replace(BOTH, fixed_effects=fixed_effects)
    fit = within_and_between(estimation_sample(panel, chosen), chosen)
    np.testing.assert_allclose(fit.estimates[:2], taken_apart(panel, chosen).estimates, rtol=1e-8)


def test_the_between_part_with_gaps_holds_the_mean_year_constant():
    # Rates rise by one a year; countries of the second half report later and have a larger driver, and nothing else.
    panel = simulated(14, gaps=0).assign(control=1.0)
    late = pd.factorize(panel["iso3"])[0] >= 10
    panel = panel.assign(driver=panel["driver"] + 5 * late, rate=panel["year"] + panel["rate"] / 1000)
    panel = panel[np.where(late, panel["year"] >= 2008, panel["year"] < 2017)]
    fit = within_and_between(estimation_sample(panel, DRIVER), DRIVER)
    # Without the mean year the eight years between the two halves would make it more than one.
    assert fit.estimates[1] == pytest.approx(0, abs=0.01)


def test_the_between_part_in_a_balanced_panel_is_the_regression_of_country_means():
    panel = simulated(9, gaps=0)
    fit = within_and_between(estimation_sample(panel, BOTH), BOTH)
    means = panel.groupby("iso3")[["rate", "driver", "control"]].mean()
    other = formulas.ols("rate ~ driver + control", means).fit()
    np.testing.assert_allclose(fit.estimates[2:], other.params[["driver", "control"]], rtol=1e-8)


def test_comparing_countries_misleads_where_the_within_part_does_not():
    row = clustered(within_and_between(estimation_sample(simulated(10, countries=40, years=50), BOTH), BOTH))
    assert abs(row.loc[0, "estimate"] - 0.5) < 4 * row.loc[0, "standard_error"]
    # Country effects move the driver's mean by 0.7 of what they move the outcome's.
    assert row.loc[2, "estimate"] > 1


def test_every_estimator_stands_beside_the_others():
    table = compare_estimators(counts(11), replace(DRIVER, outcome="rate"), long_difference=5)
    assert sorted(table["estimator"]) == sorted(ESTIMATOR_NAMES)
    assert set(table["regressor"]) == {"driver"}


def test_an_estimator_that_the_panel_cannot_carry_says_why():
    table = compare_estimators(counts(12).query("year < 2004"), DRIVER, long_difference=20).set_index("estimator")
    assert np.isnan(table.loc["long differences", "estimate"])
    assert table.loc["long differences", "problem"] == (
        "no country has the homicide rate and driver in two pairs of years 20 years apart; errors clustered by country "
        "need 8. Shorten long_difference."
    )
    assert table.loc["pooled", "problem"] == ""


def test_changes_are_refused_for_their_distance_only_where_levels_would_do():
    few = counts(12).query("iso3 in ['C00', 'C01', 'C02']")
    with pytest.raises(NotEstimable, match=r"only three countries .* in at least two years"):
        least_squares(*in_differences(few, DRIVER, 9))
    every_other = counts(12).query("year % 2 == 0")
    with pytest.raises(NotEstimable, match=r"no country has .* in two pairs of years one year apart.*Lengthen"):
        in_differences(every_other, DRIVER, 1)
    sample, _ = in_differences(every_other, DRIVER, 2)
    assert sample.countries > 6


def test_an_outcome_that_never_moves_is_refused():
    with pytest.raises(NotEstimable, match="rate does not vary"):
        taken_apart(simulated(1, gaps=0).assign(rate=3.0), DRIVER)


DEGENERATE = {
    "one country": (lambda panel: panel[panel["iso3"] == "C00"], "no country has"),
    "one year": (lambda panel: panel[panel["year"] == 2003], "no country has"),
    "constant within countries": (
        lambda panel: panel.assign(driver=pd.factorize(panel["iso3"])[0].astype(float)),
        "driver does not vary",
    ),
    "all missing": (lambda panel: panel.assign(driver=np.nan), "no country has"),
    "collinear": (lambda panel: panel.assign(control=2 * panel["driver"] + 1), "exact combination of driver"),
}


@pytest.mark.parametrize(("spoil", "message"), DEGENERATE.values(), ids=DEGENERATE)
@pytest.mark.parametrize("estimator", ["least squares", "within and between", "differences", "Poisson"])
def test_degenerate_panels_are_refused_in_words(spoil, message, estimator):
    panel = spoil(counts(13).assign(control=np.random.default_rng(1).normal(size=750)))
    sample = estimation_sample(panel, BOTH)
    call = {
        "least squares": lambda: least_squares(sample, BOTH),
        "within and between": lambda: within_and_between(sample, BOTH),
        "differences": lambda: least_squares(*in_differences(panel, BOTH, 1)),
        "Poisson": lambda: poisson_regression(panel, BOTH),
    }[estimator]
    if message.startswith(("driver does not", "exact")):
        message = "does not vary|exact combination"
    with pytest.raises(NotEstimable, match=message):
        call()
