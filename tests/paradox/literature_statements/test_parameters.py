"""Parameters of the literature's statements: contradictions are refused in words, before a kernel starts."""

import pytest

from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.parameters import ParameterError

CONTRADICTIONS = {
    "lags beyond the years": (
        {"kernel_lags": 40},
        "Allowed: automatic or integer from 0 to 32",
    ),
    "negative lags": ({"kernel_lags": -1}, "kernel_lags = -1"),
    "no smallest effect": ({"smallest_effect": 0.0}, "smallest_effect = 0.0 is not allowed"),
    "a square alone": ({"further_drivers": ["log_gdp_per_capita_squared"]}, "says nothing alone"),
    "a square that says nothing": ({"headline_drivers": ["log_gdp_per_capita_squared"]}, "headline_drivers has"),
    "a driver twice": ({"further_drivers": ["gini", "gini"]}, "more than once"),
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a release that has ended": ({"release": "2024", "first_year": 2022}, "release 2024 ends"),
    "a misspelt measure": ({"poverty_measure": "poverty_686"}, "did you mean 'poverty_685'?"),
}


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        LiteratureStatements.from_values(given)
    assert expected in str(refused.value)


def test_a_parameter_s_old_name_is_refused_with_its_new_one():
    with pytest.raises(ParameterError, match="measurement_draws is now called gini_draws"):
        LiteratureStatements.from_values({"measurement_draws": 100})


def test_quick_effort_draws_less_and_never_more_than_asked_for():
    quick = LiteratureStatements.from_values({"effort": "quick", "gini_draws": 30})
    assert (quick.bootstrap_draws_at_effort, quick.gini_draws_at_effort) == (499, 30)
    assert LiteratureStatements().bootstrap_draws_at_effort == LiteratureStatements().bootstrap_draws
