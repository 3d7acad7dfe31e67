"""Panels with staggered starts: what would give a wrong effect without a word is refused, all of it at once."""

import numpy as np
import pytest
from methods.staggered_panels import NAN, count_panel, linear_panel

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

UNITS = np.repeat(["a", "b", "c", "d"], 5)
YEARS = np.tile(np.arange(2000, 2005), 4)
COUNTS = np.arange(20.0)
STARTS = np.repeat([2002, NAN, 2003, NAN], 5)
GOOD = {"units": UNITS, "periods": YEARS, "outcome": COUNTS, "start": STARTS}
EXPOSED = {**GOOD, "exposure": np.full(20, 2.0)}


def changed(values, place, value):
    copy = np.array(values, dtype=object)
    copy[place] = value
    return copy


def test_rows_in_any_order_make_one_panel():
    order = np.random.default_rng(1).permutation(20)
    panel = StaggeredPanel.of(UNITS[order], YEARS[order], COUNTS[order], STARTS[order], exposure=np.full(20, 2.0))
    place = panel.units.index("c")
    assert panel.periods.tolist() == [2000, 2001, 2002, 2003, 2004]
    assert panel.starts[place] == 3
    assert panel.counts[place].tolist() == [10, 11, 12, 13, 14]
    assert panel.outcomes[place].tolist() == [5, 5.5, 6, 6.5, 7]
    assert panel.treated[place].tolist() == [False, False, False, True, True]
    assert panel.event_time[place].tolist() == [-3, -2, -1, 0, 1]
    assert dict(zip(panel.units, panel.never.tolist(), strict=True)) == {"a": False, "b": True, "c": False, "d": True}
    assert panel.groups.tolist() == [2, 3]


def test_a_blank_in_a_column_of_text_is_never():
    starts = np.where(np.isnan(STARTS), None, np.array([f"{start:g}" for start in STARTS], object))
    assert (StaggeredPanel.of(**{**GOOD, "start": starts}).starts == StaggeredPanel.of(**GOOD).starts).all()


def test_a_table_makes_the_panel_of_its_rows():
    one = StaggeredPanel.of_table(COUNTS.reshape(4, 5), [2, NAN, 3, NAN], exposure=2.0)
    other = StaggeredPanel.of(**EXPOSED)
    assert (one.outcomes == other.outcomes).all()
    assert (one.starts == other.starts).all()
    assert (one.exposure == other.exposure).all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"outcome": changed(COUNTS, 3, np.nan)}, "1 of 20 rows have no finite number as outcome: rows 3"),
        ({"outcome": changed(COUNTS, 3, "many")}, "no finite number as outcome: rows 3"),
        ({"outcome": changed(COUNTS, 3, 2.5)}, "no count as outcome: rows 3.*rates have no exposure"),
        ({"outcome": changed(COUNTS, 3, -1)}, "no count as outcome: rows 3"),
        ({"exposure": changed(np.ones(20), 7, 0)}, "no exposure above zero: rows 7.*population"),
        ({"exposure": changed(np.ones(20), 7, "few")}, "no exposure above zero: rows 7"),
        ({"units": changed(UNITS, 3, None)}, "1 of 20 rows have no unit: rows 3"),
        ({"periods": changed(YEARS, 3, 2001.5)}, "no whole number as period: rows 3"),
        ({"periods": changed(YEARS, 3, "soon")}, "no whole number as period: rows 3"),
        ({"periods": changed(YEARS, 3, 2002)}, "1 rows repeat a unit and period: a 2002"),
        ({"periods": YEARS + 8 * (YEARS > 2003)}, "not evenly spaced: after 2003 comes 2012. Number them"),
        ({"start": changed(STARTS, 0, "2002 or so")}, "text or infinity as start: rows 0.*leave it blank"),
        ({"start": changed(STARTS, 0, np.inf)}, "text or infinity as start: rows 0"),
        ({"start": changed(STARTS, 0, 2003)}, "units a have rows with different starts"),
        ({"start": changed(STARTS, 0, None)}, "units a have rows with different starts"),
        ({"start": np.repeat([2009, NAN, 2003, NAN], 5)}, r"outside the series, 2000 to 2004: a \(2009\)"),
        ({"start": np.repeat([1990, NAN, 2003, NAN], 5)}, r"outside the series.*a \(1990\)"),
        ({"start": np.repeat([2000, NAN, 2003, NAN], 5)}, "units a are treated in the first period, 2000"),
        ({"start": np.full(20, NAN)}, "no unit is treated"),
        ({"start": np.full(20, 2002)}, "every unit starts at the same time: none is left"),
        (
            {"start": np.repeat([2002, 2003, 2003, 2004], 5), "never_needed": True},
            "a unit that never is, is needed. Add one, or compare with units that are not yet treated",
        ),
        ({"units": UNITS[1:]}, r"units \(19,\), periods \(20,\).*differ in shape"),
        ({name: EXPOSED[name][:10] for name in EXPOSED}, "2 units. Allowed: 3 or more"),
        ({name: EXPOSED[name][:0] for name in EXPOSED}, "there are no rows"),
        ({name: EXPOSED[name][::5] for name in EXPOSED}, "1 periods. Allowed: 2 or more"),
        (
            {name: EXPOSED[name][1:] for name in EXPOSED},
            r"lack periods that others have: a \(4 of 5\)",
        ),
    ],
)
def test_what_is_no_panel_is_refused_with_its_place_and_a_remedy(arguments, said):
    with pytest.raises(NotAPanel, match=said):
        StaggeredPanel.of(**{**EXPOSED, **arguments})


def test_all_problems_are_told_at_once():
    with pytest.raises(NotAPanel) as refusal:
        StaggeredPanel.of(
            changed(UNITS, 0, None), changed(YEARS, 6, 2000), changed(COUNTS, 15, "x"),
            np.repeat([2002, 1990, 2000, 9], 5), exposure=changed(np.ones(20), 2, 0), never_needed=True,
        )  # fmt: skip
    said = str(refusal.value)
    for word in ("no unit", "no finite number", "no exposure", "repeat", "lack periods", "outside", "first period"):
        assert word in said
    assert "is needed" in said


def test_late_starts_need_no_never_treated_unit_but_units_that_start_later():
    panel = StaggeredPanel.of(**{**GOOD, "start": np.repeat([2002, 2003, 2003, 2004], 5)})
    assert not panel.never.any()
    with pytest.raises(NotAPanel, match="is needed"):
        panel.refuse_without_never()


@pytest.mark.parametrize(
    ("outcomes", "starts", "exposure"),
    [(np.ones(4), [1.0], None), (np.ones((4, 5)), [1.0], None), (np.ones((4, 5)), [1, 2, 3, NAN], np.ones(5))],
)
def test_a_table_that_is_no_panel_is_refused(outcomes, starts, exposure):
    with pytest.raises(NotAPanel, match="a start for each unit, an exposure for each cell or one"):
        StaggeredPanel.of_table(outcomes, starts, exposure=exposure)


def test_parts_of_a_panel_keep_what_belongs_together():
    panel = count_panel(1)
    few = panel.of_units(panel.starts < 20)
    assert (few.counts == panel.counts[panel.starts < 20]).all()
    assert len(few.units) == (panel.starts < 20).sum()
    early = panel.up_to(18)
    assert (early.exposure == panel.exposure[:, :18]).all()
    assert (early.starts == np.minimum(panel.starts, 18)).all()
    assert early.never.sum() > panel.never.sum()
    assert (panel.with_starts(panel.starts[::-1]).starts == panel.starts[::-1]).all()


def test_counts_are_asked_of_outcomes_in_vain():
    with pytest.raises(NotAPanel, match="make it with an exposure"):
        linear_panel(1).counted()
    counts, exposure = count_panel(1).counted()
    assert counts.shape == exposure.shape
