"""Estimation samples, and the refusal of those that cannot carry a regression."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as statsmodels

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.panel.sample import (
    countries_have,
    estimation_sample,
    prepare_panel,
    sample_problems,
    within,
)
from citizen_security.paradox.panel.specification import REFERENCE_INCOME, Specification
from citizen_security.tables import catalog

DRIVER = Specification(name="", regressors=("driver",))


@pytest.fixture(scope="module")
def country_year():
    return catalog.load("country_year")


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


def grid(countries=10, years=10, seed=1):
    random = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([[f"C{n}" for n in range(countries)], range(2000, 2000 + years)])
    frame = index.to_frame(index=False, name=["iso3", "year"])
    return frame.assign(
        rate=random.normal(size=len(frame)),
        driver=random.normal(size=len(frame)),
        population=random.uniform(1, 9, len(frame)),
    )


def problems(frame, specification):
    return " ".join(sample_problems(estimation_sample(frame, specification), specification))


def test_the_panel_has_logs_around_the_reference_income(country_year):
    panel = prepare_panel(country_year, ["BRA", "MEX"], 2000, 2010)
    assert set(panel["iso3"]) == {"BRA", "MEX"}
    assert panel["year"].agg(["min", "max"]).tolist() == [2000, 2010]
    income = REFERENCE_INCOME * np.exp(panel["log_gdp_per_capita"])
    np.testing.assert_allclose(income, panel["gdp_per_capita"], rtol=1e-12)
    np.testing.assert_allclose(panel["log_gdp_per_capita_squared"], panel["log_gdp_per_capita"] ** 2, rtol=1e-12)
    np.testing.assert_allclose(np.exp(panel["log_rate"]), panel["rate"], rtol=1e-12)


def test_the_release_chooses_the_homicide_rates(country_year):
    new, old = (prepare_panel(country_year, ["BRA"], 2015, 2023, release)["rate"] for release in ("2025", "2024"))
    assert new.notna().sum() > old.notna().sum()


def test_a_rate_of_zero_has_no_logarithm():
    table = catalog.load("country_year").query("iso3 == 'BRA'").assign(homicide_rate=0.0)
    assert prepare_panel(table, ["BRA"], 2000, 2010)["log_rate"].isna().all()


def test_lone_years_and_lone_countries_leave_the_sample():
    frame = grid()
    frame.loc[(frame["iso3"] == "C0") & (frame["year"] > 2000), "rate"] = np.nan
    frame.loc[(frame["iso3"] != "C1") & (frame["year"] == 2009), "rate"] = np.nan
    sample = estimation_sample(frame, DRIVER)
    assert "C0" not in set(sample.frame["iso3"])
    assert 2009 not in set(sample.frame["year"])
    assert sample.left_out.to_dict("list") == {"iso3": ["C0"], "reason": ["a single usable year"]}


@pytest.mark.parametrize("fixed_effects", ["two_way", "country", "year", "none"])
@pytest.mark.parametrize("weights", ["none", "population"])
def test_within_is_what_least_squares_on_dummies_leaves(fixed_effects, weights):
    frame = grid().iloc[3:-11]  # unbalanced
    specification = Specification("", ("driver",), fixed_effects=fixed_effects, weights=weights)
    dummies = [pd.get_dummies(frame[column], drop_first=True, dtype=float) for column in specification.effect_columns]
    design = statsmodels.add_constant(pd.concat([frame[[]], *dummies], axis=1), has_constant="add")
    weight = frame["population"] if weights == "population" else np.ones(len(frame))
    other = statsmodels.WLS(frame["driver"], np.asarray(design), weights=weight).fit()
    ours = within(frame, ["driver"], specification)[:, 0]
    # Two ways to the same projection differ by rounding alone.
    np.testing.assert_allclose(ours, other.resid, atol=1e-10)


def test_too_few_countries_are_counted_and_named():
    assert "only three countries (C0, C1, C2) have the homicide" in problems(grid(countries=3), DRIVER)


def test_one_country_and_none_have_their_words():
    assert countries_have(["C0", "C0"]) == "only one country (C0) has"
    assert problems(grid(countries=1), DRIVER).startswith("no country has the homicide rate and driver in at least two")


def test_degrees_of_freedom_below_zero_are_none_and_one_is_singular():
    # Eight countries in two years: 16 rows, 9 of the effects and the mean; six drivers leave one, eight none.
    frame = grid(countries=8, years=2).assign(**{f"d{n}": np.random.default_rng(n).normal(size=16) for n in range(8)})
    drivers = [f"d{n}" for n in range(8)]
    assert "leave one degree of freedom after" in problems(frame, Specification("", tuple(drivers[:6])))
    assert "leave no degree of freedom after" in problems(frame, Specification("", tuple(drivers)))


def test_the_scarcest_regressor_is_named():
    frame = grid().assign(scarce=lambda rows: rows["driver"].where(rows["iso3"].isin(["C0", "C1"])))
    assert "fewest figures (scarce)" in problems(frame, Specification("", ("driver", "scarce")))


def test_too_few_degrees_of_freedom_are_counted():
    # Ten countries in three years: 30 rows, 12 effects beyond none, one driver.
    assert "leave 17 degrees of freedom" in problems(grid(years=3), DRIVER)


@pytest.mark.parametrize("by", ["iso3", "year"])
def test_a_regressor_that_the_fixed_effects_absorb_is_named(by):
    frame = grid()
    frame["driver"] = frame.groupby(by)["driver"].transform("mean")
    assert "driver does not vary within the sample" in problems(frame, DRIVER)


def test_a_constant_regressor_is_named_even_without_fixed_effects():
    frame = grid().assign(driver=3.0)
    assert "does not vary" in problems(frame, Specification("", ("driver",), fixed_effects="none"))


def test_a_regressor_that_others_determine_is_named():
    frame = grid().assign(double=lambda rows: 2 * rows["driver"] + rows["year"])
    found = problems(frame, Specification("", ("driver", "double")))
    assert "double is an exact combination of driver" in found


def test_small_units_are_not_taken_for_no_variation():
    frame = grid().assign(driver=lambda rows: 1e-9 * rows["driver"])
    assert problems(frame, DRIVER) == ""


@pytest.fixture(scope="module")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


def test_convictions_are_those_of_the_year_before(panel):
    # Of the same year, homicide would stand on both sides of the equation.
    table = catalog.load("country_year").set_index(["iso3", "year"])
    known = panel.dropna(subset=["convictions_per_homicide"])
    assert len(known) > 50
    for _, row in known.sample(10, random_state=1).iterrows():
        before = table.loc[(row["iso3"], row["year"] - 1)]
        expected = 100 * before["homicide_convicted_count"] / before["homicide_count"]
        assert row["convictions_per_homicide"] == pytest.approx(expected)


def test_counts_are_those_of_the_release(panel):
    # Printed counts and rates differ by rounding and by the population they were divided by.
    implied = panel["rate"] * panel["population"] / 1e5
    close = (panel["count"] - implied).abs() <= 0.25 * implied + 1
    assert close[panel["count"].notna()].mean() > 0.97
    old = prepare_panel(catalog.load("country_year"), ["BRA"], 2000, 2010, "2024")
    np.testing.assert_allclose(old["count"], old["rate"] * old["population"] / 1e5)
