"""Parameters of the panel regressions: contradictions are refused in words, before a kernel starts."""

import pytest

from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.parameters import ParameterError

PANEL = {
    "years reversed": ({"first_year": 2010, "last_year": 2005}, "first_year = 2010 is not before last_year = 2005"),
    "a single year": ({"first_year": 2010, "last_year": 2010}, "not before"),
    "a square without its line": ({"regressors": ["log_gdp_per_capita_squared"]}, "Add log_gdp_per_capita"),
    "two growth series": ({"regressors": ["gdp_growth", "gdp_per_capita_growth"]}, "two series of the same quantity"),
    "two poverty series": ({"regressors": ["poverty_685", "poverty_685_lineup"]}, "two series of the same quantity"),
    "a regressor twice": ({"regressors": ["gini", "gini"]}, "more than once"),
    "no regressor": ({"regressors": []}, "regressors is an empty list"),
    "a misspelt regressor": ({"regressors": ["ginni"]}, "did you mean 'gini'?"),
    "a country twice": ({"countries": ["BRA", "BRA"]}, "more than once"),
    "no country": ({"countries": []}, "countries is an empty list"),
    "a year before the tables": ({"first_year": 1989}, "integer from 1990 to 2023"),
    "a release that has ended": ({"release": "2024", "first_year": 2021}, "release 2024 ends in 2021"),
    "a certain interval": ({"confidence_level": 1.0}, "confidence_level = 1.0 is not allowed"),
    "a year in quotes": ({"first_year": "2000"}, "first_year = '2000' is not allowed"),
}


@pytest.mark.parametrize(("given", "expected"), PANEL.values(), ids=PANEL)
def test_a_wrong_panel_is_refused_with_the_remedy(given, expected):
    with pytest.raises(ParameterError) as refused:
        PanelRegressions.from_values(given)
    assert expected in str(refused.value)


def test_growth_per_head_may_replace_growth():
    chosen = PanelRegressions.from_values({"regressors": ["unemployment_youth", "gdp_per_capita_growth"]})
    assert chosen.changed() == {"regressors": ["unemployment_youth", "gdp_per_capita_growth"]}


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
