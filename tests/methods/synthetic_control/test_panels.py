"""Panels with treated units: what would give a wrong effect without a word is refused, all of it at once."""

import numpy as np
import pytest

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.panels import TreatedPanel

UNITS = np.repeat(["a", "b", "c", "d"], 6)
YEARS = np.tile(np.arange(2000, 2006), 4)
VALUES = np.arange(24.0)
GOOD = {"units": UNITS, "periods": YEARS, "outcome": VALUES, "treated": "c", "start": 2004}


def changed(values, place, value):
    copy = np.array(values, dtype=object)
    copy[place] = value
    return copy


def test_rows_in_any_order_make_one_panel_with_treated_units_first():
    order = np.random.default_rng(1).permutation(24)
    panel = TreatedPanel.of(UNITS[order], YEARS[order], VALUES[order], treated=["c", "a"], start=2003)
    assert panel.units == ("c", "a", *panel.donors)
    assert set(panel.donors) == {"b", "d"}
    assert (panel.start, panel.before, panel.after, panel.treated) == (2003, 3, 3, 2)
    assert panel.outcomes[0].tolist() == list(range(12, 18))
    assert panel.target.tolist() == np.mean([np.arange(12, 18), np.arange(6)], axis=0).tolist()
    few = TreatedPanel.of(**{**GOOD, "donors": ["d", "a"]})
    assert few.units == ("c", "d", "a")
    assert few.donor_outcomes.tolist() == [list(range(18, 24)), list(range(6))]


def test_a_table_makes_the_panel_of_its_rows():
    table = VALUES.reshape(4, 6)
    panel = TreatedPanel.of_table(table, treated=2, before=4, units=list("abcd"), periods=np.arange(2000, 2006))
    other = TreatedPanel.of(**GOOD)
    assert panel.units == other.units
    assert (panel.outcomes == other.outcomes).all()
    assert (panel.start, panel.before) == (other.start, other.before)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"outcome": changed(VALUES, 3, np.nan)}, "1 of 24 rows have no finite number as outcome: rows 3"),
        ({"outcome": changed(VALUES, 3, np.inf)}, "no finite number as outcome: rows 3"),
        ({"outcome": changed(VALUES, 3, "many")}, "no finite number as outcome: rows 3"),
        ({"units": changed(UNITS, 3, None)}, "1 of 24 rows have no unit: rows 3"),
        ({"periods": changed(YEARS, 3, 2001.5)}, "no whole number as period: rows 3"),
        ({"periods": changed(YEARS, 3, "soon")}, "no whole number as period: rows 3"),
        ({"periods": changed(YEARS, 3, 2002)}, "1 rows repeat a unit and period: a 2002"),
        (
            {"units": UNITS[1:], "periods": YEARS[1:], "outcome": VALUES[1:]},
            r"lack periods that others have: a \(5 of 6\)",
        ),
        ({"units": UNITS[1:]}, r"units \(23,\), periods \(24,\)"),
        ({"treated": "z"}, "unknown treated units z. Allowed: a, b, c, d"),
        ({"treated": []}, "no unit is treated"),
        ({"treated": ["c", "c"]}, "treated units c are named twice"),
        ({"donors": ["a", "c", "b"]}, "treated units c are among the donors. Take them out"),
        ({"donors": ["a", "y", "b"]}, "unknown donor units y"),
        ({"donors": ["a"]}, "1 donors. Allowed: 2 or more"),
        ({"start": 1999}, "start = 1999 is none of the periods, 2000 to 2005"),
        ({"start": 2006}, "start = 2006 is none of the periods"),
        ({"start": 2002}, "2 periods before the start 2002. Allowed: 3 or more"),
    ],
)
def test_what_is_no_panel_is_refused_with_its_place_and_a_remedy(arguments, said):
    with pytest.raises(NotAPanel, match=said):
        TreatedPanel.of(**{**GOOD, **arguments})


def test_all_problems_are_told_at_once():
    with pytest.raises(NotAPanel) as refusal:
        TreatedPanel.of(
            changed(UNITS, 0, None), YEARS, changed(VALUES, 15, np.nan), treated=["c", "z"], donors=["c"], start=2010
        )
    assert len(refusal.value.problems) == 6
    assert str(refusal.value) == "\n".join(refusal.value.problems)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"outcomes": np.ones(4)}, "1 dimensions"),
        ({"units": ["a"]}, "a name for each row"),
        ({"periods": [1, 2]}, "a period for each column"),
        ({"treated": 7}, r"treated rows \[7\] are not all in a table of 4 rows"),
        ({"before": 6}, "before = 6"),
        ({"before": 2}, "2 periods before the start"),
    ],
)
def test_a_table_that_is_no_panel_is_refused(arguments, said):
    with pytest.raises(NotAPanel, match=said):
        TreatedPanel.of_table(**{"outcomes": VALUES.reshape(4, 6), "before": 4, **arguments})


def test_long_lists_are_cut_in_messages():
    with pytest.raises(NotAPanel, match="rows 0, 1, 2, 3, 4 and 19 more"):
        TreatedPanel.of(**{**GOOD, "outcome": np.full(24, np.nan)})


def test_a_donor_leaves_but_no_stranger_and_not_the_last_two():
    panel = TreatedPanel.of(**GOOD)
    fewer = panel.without("b")
    assert fewer.units == ("c", "a", "d")
    assert (fewer.outcomes == panel.outcomes[[0, 1, 3]]).all()
    with pytest.raises(NotAPanel, match="unknown donor 'c'"):
        panel.without("c")
    with pytest.raises(NotAPanel, match="1 donors are left without a"):
        fewer.without("a")
