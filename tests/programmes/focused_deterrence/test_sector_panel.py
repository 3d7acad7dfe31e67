"""One source at a time, the evaluated sector first, quarters counted from the start."""

import numpy as np
import pytest

from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import POINTS, as_month, files, sector_panel


def test_files_hold_no_points(table):
    both = table[(table["year"] == 2016) & (table["sector"] == "PLATEROS") & (table["month"] == 3)]
    assert len(both) == 2
    own = both.set_index("source")["homicides"]
    month = 2016 * 12 + 2
    assert files(table).loc["PLATEROS", month] == own["FGJ investigation files"]
    assert files(table, POINTS).loc["PLATEROS", month] == own[POINTS]
    assert as_month(int(files(table).columns[0])) == "2016-01"
    assert as_month(int(files(table, POINTS).columns[-1])) == "2016-08"


def test_the_evaluated_sector_stands_first_and_others_have_enough(table, panel):
    assert panel.sectors[0] == "PLATEROS"
    assert (panel.counts[1:, : panel.before].sum(axis=1) >= 40).all()
    rows = table[(table["source"] == "FGJ investigation files") & table["year"].between(2016, 2023)]
    assert panel.counts[0].sum() == rows.loc[rows["sector"] == "PLATEROS", "homicides"].sum()
    assert panel.rest.sum() == rows.loc[rows["sector"] != "PLATEROS", "homicides"].sum()


@pytest.mark.parametrize("start", ["2020-01", "2020-02", "2020-03"])
def test_quarters_never_hold_months_of_both_sides(table, start):
    months = sector_panel(table, FocusedDeterrence(), start)
    quarters = months.quarters()
    assert quarters.months[quarters.before] == months.months[months.before]
    assert np.unique(np.diff(quarters.months)).tolist() == [3]
    late = months.counts[:, months.before :]
    whole = late.shape[1] // 3 * 3
    np.testing.assert_array_equal(quarters.counts[:, quarters.before :].sum(axis=1), late[:, :whole].sum(axis=1))
