"""What else is measured in a country: published figures, and the share of firearms that follows from two of them."""

import pandas as pd
import pytest

from citizen_security.book.places.drivers import DRIVERS, driver_series

COLUMNS = [driver.column for driver in DRIVERS]


def panel(**columns):
    frame = pd.DataFrame(
        {"iso3": ["AAA", "AAA", "AAA", "BBB"], "year": [2002, 2000, 2001, 2000], "homicide_rate": 20.0}
    )
    return frame.assign(**{**dict.fromkeys(COLUMNS), **columns}).astype(dict.fromkeys(COLUMNS, float))


def test_years_without_a_figure_and_series_without_any_are_left_out():
    found = driver_series(panel(gini=[45.0, 50.0, None, 30.0]), "AAA")
    assert dict(found) == {"gini": {2000: 50.0, 2002: 45.0}}


def test_firearms_are_a_share_of_the_victims_and_nothing_of_none():
    rates = {"homicide_rate_firearm": [15.0, 0.0, 5.0, 1.0], "homicide_rate": [20.0, 0.0, 20.0, 20.0]}
    assert dict(driver_series(panel(**rates), "AAA")) == {"homicide_rate_firearm": {2001: 25.0, 2002: 75.0}}


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_is_a_column_of_the_table(context, driver):
    assert driver.column in context.country_year
