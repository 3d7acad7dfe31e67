"""What the panel regressions record is named after driver and specification."""

import pandas as pd
from paradox.panels import coefficient_rows

from citizen_security.paradox.panel_regressions.headline import comparison_with_published, countries_with_rate, effects
from citizen_security.values import NAME


def test_what_is_recorded_is_named_after_driver_and_specification():
    values = {value.name: value for value in effects(coefficient_rows())}
    assert values["youth_unemployment_effect"].value == 0.3
    assert values["youth_unemployment_effect"].interval == (0.1, 0.5)
    assert values["youth_unemployment_effect_controls"].value == 0.6
    assert values["gdp_growth_effect_standard_error"].value == 0.1
    assert values["gdp_growth_effect_countries"].value == 20
    # The slope of a parabola is no one number; the line's is.
    assert values["income_effect"].value == -9.0
    assert all(NAME.fullmatch(name) for name in values)
    assert len(values) == len(effects(coefficient_rows()))


def test_a_verdict_is_recorded_under_its_driver():
    compared = pd.DataFrame({"regressor": ["gdp_growth"], "verdict": ["the interval includes both"]})
    (value,) = comparison_with_published(compared)
    assert (value.name, value.value) == ("gdp_growth_verdict", "the interval includes both")


def test_only_countries_with_a_rate_are_counted():
    panel = pd.DataFrame({"iso3": ["A", "A", "B"], "rate": [1.0, None, None]})
    assert countries_with_rate(panel)[0].value == 1
