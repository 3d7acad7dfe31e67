"""Effects of the episodes: by hand, by a second path, and nothing of the year after."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from citizen_security.programmes.state_of_exception import effects
from citizen_security.programmes.state_of_exception.country_panel import country_panel, series
from citizen_security.programmes.state_of_exception.parameters import StateOfException
from citizen_security.tables import catalog

TABLE, WORLD = catalog.load("country_year"), catalog.load("world_homicide")
REGION = TABLE["iso3"].unique().tolist()
YEARS = series(TABLE)
PARAMETERS = StateOfException(confidence_level=0.8)


def test_the_fall_before_is_the_share_of_the_whole():
    rows = pd.DataFrame({"year": [2015, 2021, 2022], "rate": [100.0, 25.0, 20.0]})
    found = effects.fall_before(rows)
    assert (found["peak_year"], found["peak"], found["before"], found["after"]) == (2015, 100, 25, 20)
    assert found["points"] == pytest.approx(75 / 80)
    assert found["percent"] == pytest.approx(np.log(4) / np.log(5))
    more = pd.DataFrame({"year": [2015, 2019, 2020, 2021, 2022], "rate": [100.0, 40.0, 30.0, 25.0, 20.0]})
    found = effects.fall_before(more)
    # From 2015, 75 of 80; from 2019, 15 of 20; 2020 is too near the start.
    assert (found["last_begin"], found["lowest"], found["highest"]) == (2019, 0.75, pytest.approx(75 / 80))


def test_raw_changes_compare_as_many_years_before():
    changes = effects.raw_changes(YEARS, PARAMETERS).set_index("episode")
    rows = YEARS.set_index("year")
    old, new = rows.loc[2010:2011].sum(), rows.loc[2012:2013].sum()
    expected = new["homicides"] / new["population"] / (old["homicides"] / old["population"]) - 1
    assert changes.loc["truce", "change"] == pytest.approx(100 * expected)
    assert changes.loc["truce", "lower"] < changes.loc["truce", "change"] < changes.loc["truce", "upper"]


def test_the_line_is_a_prediction_of_least_squares():
    found = effects.own_line(YEARS, PARAMETERS)
    rows = YEARS[YEARS["year"].between(2015, 2021)]
    fit = sm.OLS(np.log(rows["rate"]), sm.add_constant(rows["year"].astype(float))).fit()
    frame = fit.get_prediction([[1.0, 2022.0]]).summary_frame(alpha=0.2)
    expected = np.exp(frame[["mean", "obs_ci_lower", "obs_ci_upper"]].iloc[0])
    assert [found[name] for name in ("rate", "lower", "upper")] == pytest.approx(list(expected))
    assert found["slope"] == pytest.approx(100 * np.expm1(fit.params["year"]))


def test_the_panel_holds_countries_with_every_year():
    panel = country_panel(WORLD, REGION, (2022, 2022), PARAMETERS)
    assert panel.units[0] == "SLV"
    assert (panel.periods[0], panel.start, panel.periods[-1]) == (2000, 2022, 2022)
    few = country_panel(WORLD, REGION, (2022, 2022), PARAMETERS.model_copy(update={"donors": "region"}))
    assert set(few.donors) < set(panel.donors)
    assert set(few.donors) <= set(REGION)
    without = country_panel(WORLD, REGION, (2022, 2022), PARAMETERS.model_copy(update={"left_out": ["HND"]}))
    assert "HND" not in without.donors


def test_a_year_early_nothing_of_the_year_is_seen():
    other = WORLD.copy()
    other.loc[other["year"] == 2022, "homicide_rate"] *= 3
    few = PARAMETERS.model_copy(update={"donors": "region", "first_year": 2008})
    first, second = effects.year_before(WORLD, REGION, few), effects.year_before(other, REGION, few)
    pd.testing.assert_frame_equal(first, second)
    assert (first["p_value"] >= first["floor"]).all()


def test_turning_points_are_in_deaths_of_the_year():
    line = effects.own_line(YEARS, PARAMETERS)
    found = effects.turning_points(YEARS, line, PARAMETERS)
    rows = YEARS.set_index("year")
    same = rows.loc[2021, "homicides"] / rows.loc[2021, "population"] * rows.loc[2022, "population"]
    assert found["since_before"].deaths == pytest.approx(same - rows.loc[2022, "homicides"])
    on_line = line["rate"] * rows.loc[2022, "population"] / 1e5
    assert found["below_line"].deaths == pytest.approx(on_line - rows.loc[2022, "homicides"])
    missed = effects.turning_points(YEARS, line, PARAMETERS.model_copy(update={"uncounted_before": 0.5}))
    assert missed["since_before"].deaths == pytest.approx(2 * same - rows.loc[2022, "homicides"])
