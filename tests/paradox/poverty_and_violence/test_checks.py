"""Parameters of poverty and violence that leave nothing to analyse are refused with the remedy."""

import pytest

from citizen_security.paradox.poverty_and_violence.checks import check
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.parameters import ParameterError


def test_the_default_region_passes():
    check(PovertyAndViolence())


UNCOVERED = {
    "an unknown country": ({"countries": ["VNE"]}, "did you mean 'VEN'?"),
    "a country without poverty figures": ({"countries": ["CUB"]}, "no figure of poverty"),
    "more coverage than there is": ({"minimum_coverage": 1.0}, "Lower minimum_coverage"),
    "windows without homicide figures": (
        {"countries": ["BOL"], "minimum_years": 1},
        "no figure of homicide (homicide_count) in the window before",
    ),
    "too many years asked": (
        {"countries": ["HTI", "BOL"], "minimum_years": 5, "before_first": 2007, "before_last": 2011},
        "no country has 5 years",
    ),
}


@pytest.mark.parametrize(("given", "expected"), UNCOVERED.values(), ids=UNCOVERED)
def test_a_region_without_figures_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(PovertyAndViolence.from_values(given))
    assert expected in str(refused.value)


@pytest.mark.parametrize("only", ["BRA", "SLV", "ARG"])
def test_a_single_country_with_figures_is_a_region(only):
    check(PovertyAndViolence.from_values({"countries": [only]}))
