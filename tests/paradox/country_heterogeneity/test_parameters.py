"""Parameters that contradict each other are refused in words."""

import pytest

from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.parameters import ParameterError

CONTRADICTIONS = {
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a driver twice": ({"drivers": ["gini", "gini"]}, "more than once"),
    "a square": ({"drivers": ["log_gdp_per_capita", "log_gdp_per_capita_squared"]}, "has no slope of its own"),
    "two growth series": ({"drivers": ["gdp_growth", "gdp_per_capita_growth"]}, "two series of the same quantity"),
    "no driver": ({"drivers": []}, "drivers"),
    "errors that cannot be sampled": ({"errors": "independent"}, "Allowed: spread = common"),
    "few draws": ({"draws": 500, "chains": 2}, "too few to judge convergence"),
    "a release that has ended": ({"release": "2024", "first_year": 2022}, "release 2024 ends"),
    "a misspelt driver": ({"drivers": ["gdp_grwth"]}, "did you mean 'gdp_growth'?"),
}


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        CountryHeterogeneity.from_values(given)
    assert expected in str(refused.value)
