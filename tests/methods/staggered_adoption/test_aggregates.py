"""Averages of effects by group and period: their weights, and the chance of groups' shares in their errors."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, linear_panel

from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

PANEL = linear_panel(2, units=45, groups=(4, 6, 6, 9, NAN), effect=lambda time, start: 0.5 * (time + 1))
FOUND = group_time_effects(PANEL)
TABLE = FOUND.effects.table().assign(size=lambda table: table["start"].map({4: 9, 6: 18, 9: 9}))


@pytest.mark.parametrize("by", ["event_time", "period", "start"])
def test_averages_have_each_group_with_its_units(by):
    found = average(FOUND, by).effects.table().set_index(by)["estimate"]
    kept = TABLE if by == "event_time" else TABLE[TABLE["event_time"] >= 0]
    for level, rows in kept.groupby(by):
        assert found[level] == pytest.approx(np.average(rows["estimate"], weights=rows["size"]))
    assert len(found) == kept[by].nunique()


def test_overall_averages_differ_in_what_counts_alike():
    late = TABLE[TABLE["event_time"] >= 0]
    everything = average(FOUND, "overall").overall.estimate[0]
    assert everything == pytest.approx(np.average(late["estimate"], weights=late["size"]))
    by_start = late.groupby("start").agg(estimate=("estimate", "mean"), size=("size", "first"))
    assert average(FOUND, "start").overall.estimate[0] == pytest.approx(
        np.average(by_start["estimate"], weights=by_start["size"])
    )
    for by in ("event_time", "period"):
        table = average(FOUND, by).effects.table()
        kept = table[table["event_time"] >= 0] if by == "event_time" else table
        assert average(FOUND, by).overall.estimate[0] == pytest.approx(kept["estimate"].mean())


@pytest.mark.parametrize("by", ["overall", "event_time", "start"])
def test_shares_of_a_sample_lengthen_the_error_as_resampled_units_do(by):
    random = np.random.default_rng(1)
    panel = linear_panel(7, units=90, groups=(3, 6, NAN), periods=9, effect=lambda time, start: 6.0 * (start < 5))
    fixed, drawn = (average(group_time_effects(panel), by, random_shares=it).overall for it in (False, True))
    assert fixed.estimate == pytest.approx(drawn.estimate)
    effects = []
    for _ in range(300):
        rows = random.integers(90, size=90)
        again = StaggeredPanel(panel.units, panel.periods, panel.outcomes[rows], panel.starts[rows])
        effects.append(average(group_time_effects(again), by).overall.estimate[0])
    # The standard deviation of 300 draws errs by a 25th.
    assert drawn.standard_error[0] == pytest.approx(np.std(effects), rel=0.16)
    if by != "event_time":
        assert fixed.standard_error[0] < 0.8 * drawn.standard_error[0]
