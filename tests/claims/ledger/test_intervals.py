"""The half-width of a normal interval, by a table and by its refusal; counts that a tie leaves open, by hand."""

import pandas as pd
import pytest

from citizen_security.claims.ledger.intervals import among_highest, normal_half_width


def test_half_widths_are_those_of_the_normal_distribution():
    # 1.960 and 1.645, as any table of it prints them.
    assert normal_half_width(2.0, 0.95) == pytest.approx(3.920, abs=1e-3)
    assert normal_half_width(1.0, 0.9) == pytest.approx(1.645, abs=1e-3)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="confidence_level"):
        normal_half_width(1.0, 95)


@pytest.mark.parametrize(
    ("values", "top", "ends"),
    [
        ([5.0, 4.0, 3.0, 2.0], 2, (1, 1)),
        # The last place of two is shared by one of the region and one of elsewhere.
        ([5.0, 4.0, 4.0, 2.0], 2, (1, 2)),
        ([4.0, 4.0, 4.0, 4.0], 3, (1, 2)),
        ([4.0, 4.0, 4.0, 4.0], 4, (2, 2)),
    ],
)
def test_a_tie_for_the_last_place_leaves_the_count_open(values, top, ends):
    rows = pd.DataFrame({"gini": values, "is_lac": [True, False, True, False]})
    found = among_highest(rows, "gini", top)
    assert (found.value, found.low, found.high, found.n) == (ends[0], *ends, 4)
