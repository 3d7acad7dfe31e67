"""Rows that are to be a panel: what is wrong is told with its rows, its number and a remedy."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.panel.rows import NotAPanel, balance_problems, shown, wrong_values


def test_long_lists_are_cut():
    assert shown(list("abc")) == "a, b, c"
    assert shown(range(9)) == "0, 1, 2, 3, 4 and 4 more"


def test_wrong_values_are_named_by_their_rows():
    rows = pd.DataFrame({"unit": ["a", "b", None]}, index=[3, 5, 8])
    wrong = {"no unit": (rows["unit"].isna().to_numpy(), "Name it."), "too much": (np.zeros(3, bool), "Less.")}
    assert list(wrong_values(rows, 20, wrong)) == ["1 of 20 rows have no unit: rows 8 (from 0). Name it."]


def test_repeated_and_missing_periods_are_told_in_one_line_each():
    rows = pd.DataFrame({"unit": list("aabbb"), "period": [1, 2, 1, 1, 3]})
    repeated, missing = balance_problems(rows)
    assert repeated == "1 rows repeat a unit and period: b 1. Keep one row of each."
    assert missing == "2 units lack periods that others have: a (2 of 3), b (2 of 3). Leave units or periods out."
    assert list(balance_problems(rows.iloc[:2])) == []


def test_problems_are_kept_and_told_line_by_line():
    with pytest.raises(NotAPanel, match=r"one\ntwo") as refusal:
        raise NotAPanel(["one", "two"])
    assert refusal.value.problems == ("one", "two")
