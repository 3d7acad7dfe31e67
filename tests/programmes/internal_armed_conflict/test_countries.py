"""First years of three countries, by hand."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.programmes.carried_line import carried_line
from citizen_security.programmes.internal_armed_conflict import countries, lines
from citizen_security.tables import catalog


def test_first_years_by_hand(nation, parameters):
    table = catalog.load("country_year")
    years = lines.same_months(nation, parameters)
    found = countries.first_years(table, years, parameters).set_index("iso3")
    own = table[table["iso3"] == "HND"].set_index("year")
    ratio = own.loc[2023, "homicide_count"] / own.loc[2023, "population"]
    ratio /= own.loc[2022, "homicide_count"] / own.loc[2022, "population"]
    assert found.loc["HND", "change"] == pytest.approx(100 * (ratio - 1))
    line = carried_line(np.arange(2015, 2023), own.loc[2015:2022, "homicide_rate"], 2023, 0.9)
    assert found.loc["HND", "off_line"] == pytest.approx(100 * (own.loc[2023, "homicide_rate"] / line.level - 1))
    assert found.loc["ECU", "change"] == pytest.approx(years.set_index("year").loc[2023, "change"])
    assert (found["off_line_lower"] < found["off_line"]).all()
    assert (found["off_line"] < found["off_line_upper"]).all()


def test_the_distance_of_two_falls_adds_squares():
    table = pd.DataFrame(
        {"iso3": ["SLV", "ECU"], "change": [-50.0, -10.0], "lower": [-54.0, -13.0], "upper": [-46.0, -7.0]}
    )
    found = countries.falls_apart(table)
    assert (found["points"], found["lower"], found["upper"]) == pytest.approx((40, 35, 45))
