"""The statements of the literature: what is tested, what is refused, what is recorded."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.literature_statements.checks import check
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.literature_statements.statements import (
    attenuation_values,
    compare_attenuations,
    fall_in_poverty,
    statement_specifications,
    tabulate_attenuations,
    verdict_in_words,
)
from citizen_security.paradox.panel.sample import prepare_panel
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog
from citizen_security.values import NAME

CONTRADICTIONS = {
    "lags beyond the years": ({"kernel_lags": 40}, "kernel_lags = 40 does not fit the 34 years"),
    "negative lags": ({"kernel_lags": -1}, "kernel_lags = -1"),
    "no smallest effect": ({"smallest_effect": 0.0}, "smallest_effect = 0.0 is not allowed"),
    "a square alone": ({"further_drivers": ["log_gdp_per_capita_squared"]}, "says nothing alone"),
    "a driver twice": ({"further_drivers": ["gini", "gini"]}, "more than once"),
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a release that has ended": ({"release": "2024", "first_year": 2022}, "release 2024 ends"),
    "a misspelt measure": ({"poverty_measure": "poverty_686"}, "did you mean 'poverty_685'?"),
}

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "two countries": ({"countries": ["BRA", "MEX"]}, "errors clustered by country need 8"),
    "few years": ({"first_year": 2020}, "degrees of freedom"),
}


@pytest.fixture(scope="module")
def panel():
    countries = chosen_countries(catalog.load("countries"), "lac")
    return prepare_panel(catalog.load("country_year"), countries, 1990, 2023)


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        LiteratureStatements.from_values(given)
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"kernel_lags": 40}, "kernel_lags = 40"),
        ({"long_difference": 1}, "long_difference = 1 is not allowed"),
        ({"bootstrap_draws": 10}, "bootstrap_draws = 10 is not allowed"),
    ],
)
def test_the_panel_regressions_refuse_what_reaches_beyond_the_years(given, expected):
    with pytest.raises(ParameterError) as refused:
        PanelRegressions.from_values(given)
    assert expected in str(refused.value)


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_the_statements_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(LiteratureStatements.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_pass():
    check(LiteratureStatements())


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


def test_the_fall_of_poverty_is_from_first_to_last_years_with_figures():
    years = list(range(2000, 2012))
    falling = pd.DataFrame({"iso3": "A", "year": years, "poverty": np.linspace(60, 38, 12)})
    short = pd.DataFrame({"iso3": "B", "year": years[:4], "poverty": [90.0, 50, 20, 1]})
    # Two points a year; the means of the first and last five years are seven years apart.
    assert fall_in_poverty(pd.concat([falling, short]), "poverty") == pytest.approx(14)
    assert np.isnan(fall_in_poverty(short, "poverty"))


def test_inequality_with_and_without_poverty_is_recorded_by_comparison(panel):
    parameters = LiteratureStatements()
    results = compare_attenuations(panel, parameters, draws=99)
    table = tabulate_attenuations(results)
    assert table["comparison"].tolist() == ["between countries"] * 2 + ["within countries"] * 2
    np.testing.assert_allclose(table["change"], table["without"] - table["with"], rtol=1e-9)
    values = {value["name"]: value for value in attenuation_values(results, parameters)}
    assert all(NAME.fullmatch(name) for name in values)
    main = table.iloc[2]
    assert values["inequality_effect_without_poverty"]["value"] == main["without"]
    assert values["inequality_effect_with_poverty"]["value"] == main["with"]
    assert values["inequality_attenuation"]["interval"] == (main["change_lower"], main["change_upper"])
    assert values["inequality_attenuation_infant_mortality_between"]["n"] == table.iloc[1]["observations"]
    assert len(values) == 16


def test_the_specifications_use_the_chosen_measure():
    chosen = LiteratureStatements.from_values({"poverty_measure": "poverty_365", "fixed_effects": "country"})
    specifications = list(statement_specifications(chosen))
    assert specifications[0].regressors == ("poverty_365",)
    assert {specification.fixed_effects for specification in specifications} == {"country"}


def test_every_verdict_has_its_words():
    assert verdict_in_words("undecided") == "the data cannot tell no effect from one that would matter"
