"""The line alone takes the city's course for the sector's; beside the city it does not."""

import numpy as np
import pytest

from citizen_security.methods.interrupted_series.counts import fit_count_segments
from citizen_security.programmes.focused_deterrence import own_series
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import SectorPanel

PARAMETERS = FocusedDeterrence()


def test_lines_are_those_of_the_method(panel):
    lines = own_series.lines(panel, PARAMETERS).set_index("line")
    quarters = panel.quarters()
    fit = fit_count_segments(quarters.counts[0], quarters.rest, quarters.before, season=4)
    assert lines.loc["beside_city", "change"] == pytest.approx(100 * np.expm1(fit.effect))
    assert lines.loc["beside_city", "p_value"] == pytest.approx(fit.p_value())


def test_a_fall_of_the_whole_city_is_no_sectors():
    generator = np.random.default_rng(5)
    months = np.arange(96)
    mean = np.where(months < 48, 40.0, 20.0)
    counts = generator.poisson(np.tile(mean, (12, 1))).astype(float)
    made = SectorPanel(tuple("abcdefghijkl"), 2016 * 12 + months, counts, counts[1:].sum(axis=0), 48)
    lines = own_series.lines(made, PARAMETERS).set_index("line")
    assert lines.loc["alone", "upper"] < 0
    assert lines.loc["beside_city", "lower"] < 0 < lines.loc["beside_city", "upper"]


def test_a_sector_without_files_has_no_line(panel):
    counts = panel.counts.copy()
    counts[0, panel.before :] = 0
    empty = SectorPanel(panel.sectors, panel.months, counts, panel.rest, panel.before)
    assert own_series.lines(empty, PARAMETERS)["change"].isna().all()


def test_bends_widen_and_are_told_in_percent(panel):
    bounds = own_series.bent(panel, PARAMETERS)
    table = own_series.bend_table(bounds)
    alone = table[table["line"] == "alone"]
    assert alone["lower"].is_monotonic_decreasing
    assert alone["upper"].is_monotonic_increasing
    assert alone["lower_effect"].iloc[0] == pytest.approx(100 * np.expm1(bounds["alone"].fit.effect))


def test_the_next_year():
    assert own_series.a_year_later("2016-12") == "2017-12"
