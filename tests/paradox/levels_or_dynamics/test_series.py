"""The series by country, and what is said of each of them."""

import numpy as np
import pytest
from paradox.drifting_panels import drifting_panel, parameters

from citizen_security.methods.panel.unit_roots import cips
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.levels_or_dynamics.series import (
    driver_panel,
    driver_panels,
    persistence_by_country,
    persistence_of_series,
)


def test_a_driver_s_panel_has_the_country_years_with_both():
    panel = drifting_panel()
    wide = driver_panels(panel, parameters())["gdp_growth"]
    assert wide.outcome.shape == (12, 24)
    assert int(np.isfinite(wide.driver).sum()) == int(panel["rate"].notna().sum())
    assert wide.outcome[3, 7] == panel[(panel["iso3"] == "C03") & (panel["year"] == 2007)]["rate"].iloc[0]


def test_a_driver_without_any_figure_is_refused():
    panel = drifting_panel().assign(gini=np.nan)
    with pytest.raises(NotEstimable, match="no country-year has both"):
        driver_panel(panel, "rate", "gini")


def test_each_series_is_summed_up_over_its_countries():
    panel, given = drifting_panel(), parameters(confidence_level=0.9)
    by_country = persistence_by_country(panel, given)
    assert len(by_country) == 3 * 12
    table = persistence_of_series(panel, by_country, given).set_index("series")
    assert list(table.index) == ["rate", "unemployment_youth", "gdp_growth"]
    own = by_country[by_country["series"] == "unemployment_youth"]
    row = table.loc["unemployment_youth"]
    assert row["persistence"] == own["persistence"].median()
    assert row["at_one"] == (own["persistence"] == 1).sum()
    assert row["no_unit_root"] == (own["dickey_fuller_p"] < 0.1).sum()
    assert row["not_stationary"] == (own["kpss_p"] < 0.1).sum() > 0
    assert table.loc["gdp_growth", "persistence"] < 0.4 < 0.8 < row["persistence"]
    assert table.loc["gdp_growth", "cips_p"] == 0.01
    values = panel.pivot(index="iso3", columns="year", values="rate").to_numpy()
    together = cips(values, draws=99, seed=2020)
    assert table.loc["rate", "cips"] == together.truncated
    # The simulated critical value follows the level of the run, the published one is that of its table.
    at_tenth = cips(values, draws=99, seed=2020, significance=0.1).critical
    assert table.loc["rate", "cips_critical"] == pytest.approx(at_tenth, abs=1e-12)
    assert at_tenth > together.critical + 0.01
    assert table.loc["rate", "cips_published"] == together.published


def test_a_short_series_has_a_reason_in_place_of_the_test():
    panel = drifting_panel(years=9)
    by_country = persistence_by_country(panel, parameters())
    table = persistence_of_series(panel, by_country, parameters())
    assert table["cips_p"].isna().all()
    assert table["problem"].str.contains("enough consecutive periods").all()
    assert (table["tested"] == 0).all()
