"""Countries of a panel are whole, and every estimator is the method's own."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes import country_panels

YEARS = list(range(2001, 2011))


@pytest.fixture
def world():
    generator = np.random.default_rng(1)
    rows = [
        {"iso3": code, "year": year, "homicide_rate": rate, "homicide_count": rate * 10, "population": people}
        for code, people in (("AAA", 1e6), ("BBB", 2e6), ("CCC", 3e6), ("DDD", 4e6), ("EEE", 1e5), ("FFF", 1e6))
        for year, rate in zip(YEARS, generator.uniform(5, 20, len(YEARS)), strict=True)
    ]
    table = pd.DataFrame(rows)
    table.loc[(table["iso3"] == "FFF") & (table["year"] == 2004), "homicide_rate"] = 0.0
    return table


def test_countries_with_a_gap_a_zero_or_few_people_are_left_out(world):
    assert country_panels.whole_rates(world, YEARS).index.tolist() == ["AAA", "BBB", "CCC", "DDD"]
    gap = world.drop(world.index[(world["iso3"] == "BBB") & (world["year"] == 2003)])
    assert country_panels.whole_rates(gap, YEARS, left_out=["DDD"]).index.tolist() == ["AAA", "CCC"]
    assert country_panels.whole_rates(world, YEARS[5:], among=["AAA", "FFF"]).index.tolist() == ["AAA", "FFF"]


def test_the_panel_is_of_rates_or_of_logarithms(world):
    rates = country_panels.whole_rates(world, YEARS)
    level, log = (country_panels.country_panel(rates, "CCC", 2008, name) for name in ("level", "log"))
    assert (log.units[0], log.start, log.before) == ("CCC", 2008, 7)
    assert np.allclose(np.log(level.outcomes), log.outcomes)
    with pytest.raises(NotAPanel, match="unknown treated units ZZZ"):
        country_panels.country_panel(rates, "ZZZ", 2008)


def test_each_estimator_and_its_p_are_the_methods_own(world):
    panel = country_panels.country_panel(country_panels.whole_rates(world, YEARS), "AAA", 2008)
    found = country_panels.by_estimator(panel, "mean_gap").set_index("estimator")
    assert set(found.index) == set(country_panels.ESTIMATORS)
    for name, row in found.iterrows():
        assert row["effect"] == pytest.approx(synthetic_control(panel, name).effect)
        assert row["p_value"] == placebos_in_space(panel, name, "mean_gap").p_value
        assert row["floor"] == 1 / 4


def test_a_series_begins_where_it_is_asked_to(world):
    found = country_panels.country_series(world, "AAA", 2005)
    assert found["year"].tolist() == YEARS[4:]
    assert found.columns.tolist() == ["year", "homicides", "population", "rate"]
