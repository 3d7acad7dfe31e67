"""Parameters of the panel regressions that leave nothing to analyse are refused with the remedy."""

import pytest

from citizen_security.paradox.panel_regressions.checks import check
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.parameters import ParameterError


def test_the_default_regressions_pass():
    check(PanelRegressions())


REFUSED = {
    "an unknown country": ({"countries": ["BRZ", "MEX"]}, "did you mean 'BRA'?"),
    "a country outside the region": ({"countries": ["USA", "MEX"]}, "unknown country 'USA'"),
    "three countries": ({"countries": ["ARG", "BRA", "CHL"]}, "errors clustered by country need 8"),
    "two years": ({"first_year": 1990, "last_year": 1991}, "leave out the regressor with fewest figures"),
    "a country without figures": (
        {
            "countries": ["ARG", "BRA", "CHL", "COL", "CRI", "ECU", "MEX", "PAN", "URY", "DMA"],
            "regressors": ["unemployment_youth"],
        },
        "DMA in countries has no two years",
    ),
}


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_a_regression_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(PanelRegressions.from_values(given))
    assert expected in str(refused.value)
