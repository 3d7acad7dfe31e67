"""Lags that step over no gap, and the cells that a regression can use."""

import numpy as np
import pytest

from citizen_security.methods.panel.wide import WidePanel, change, complete_cells, lag, longest_span

NAN = np.nan


def test_rows_become_a_table_whose_periods_have_no_hole():
    panel = WidePanel.of(["b", "a", "b", "a"], [2001, 2004, 2002, 2001], [1, 2, 3, NAN], [5, 6, 7, 8])
    assert panel.units == ("a", "b")
    assert panel.periods.tolist() == [2001, 2002, 2003, 2004]
    np.testing.assert_array_equal(panel.outcome, [[NAN, NAN, NAN, 2], [1, 3, NAN, NAN]])
    np.testing.assert_array_equal(panel.driver, [[NAN, NAN, NAN, 6], [5, 7, NAN, NAN]])


@pytest.mark.parametrize(
    ("units", "periods", "message"),
    [(["a", "a"], [1, 1], "two rows of one period"), (["a", None], [1, 2], "1 of 2 units are missing")],
)
def test_rows_that_are_no_panel_are_refused(units, periods, message):
    with pytest.raises(ValueError, match=message):
        WidePanel.of(units, periods, [1.0, 2.0], [3.0, 4.0])


def test_a_lag_and_a_lead_need_the_very_period():
    series = np.array([[1.0, 4.0, NAN, 7.0]])
    np.testing.assert_array_equal(lag(series), [[NAN, 1, 4, NAN]])
    np.testing.assert_array_equal(lag(series, 2), [[NAN, NAN, 1, 4]])
    np.testing.assert_array_equal(lag(series, -1), [[4, NAN, 7, NAN]])
    np.testing.assert_array_equal(change(series), [[NAN, 3, NAN, NAN]])


def test_a_thin_unit_and_the_period_that_it_leaves_thin_go_together():
    # The third unit has one cell in the last period; without it the last period has one cell, and then the first
    # unit's other cells remain.
    values = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, NAN], [NAN, NAN, 3.0]])
    np.testing.assert_array_equal(
        complete_cells([values]), [[True, True, False], [True, True, False], [False, False, False]]
    )
    assert not complete_cells([values], least=3).any()


def test_the_longest_span_is_the_latest_of_equals():
    assert longest_span(np.array([1.0, 2.0, NAN, 3.0, 4.0, NAN, 5.0])).tolist() == [3, 4]
    assert longest_span(np.array([NAN, NAN])).size == 0


def test_years_may_be_counted_from_any_beginning():
    panel = WidePanel.of(["a", "a"], [-5_000, -4_998], [1.0, 2.0], [3.0, 4.0])
    assert panel.periods.tolist() == [-5_000, -4_999, -4_998]


def test_rows_of_which_none_is_complete_are_refused():
    with pytest.raises(ValueError, match="complete rows"):
        WidePanel.of(["a", "b"], [1, 2], [1.0, NAN], [NAN, 4.0])
