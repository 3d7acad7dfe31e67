"""Windows of years, and falls between them."""

import numpy as np
import pytest
from cities.city_panels import made_fit

from citizen_security.cities.city_trends.windows import compared_windows, window_falls


def test_falls_and_ranks_are_counted_over_the_draws():
    falling, rising = np.log([[40.0, 20.0], [10.0, 30.0]]), np.log([[40.0, 50.0], [10.0, 30.0]])
    table, share = window_falls([made_fit([falling, falling, falling, rising])], 2001, 1, 0.9)
    assert table["probability_fell"].tolist() == [0.75, 0.0]
    assert share.tolist() == [0.5, 0.5, 0.5, 0.0]
    assert table["rank"].tolist() == [2.0, 1.0]
    assert table.loc[0, "change_percent"] == pytest.approx(-50, abs=1e-3)
    assert (table["rank_lower"].tolist(), table["rank_upper"].tolist()) == ([1, 1], [2, 2])
    assert table["risk"].tolist() == pytest.approx([20, 30])
    # Thirty is not above thirty, but for the last digit of a float.
    assert table.loc[0, "probability_above"] == 0.25


def test_windows_count_years_that_have_figures():
    windows = compared_windows(np.array([2015, 2016, 2017, 2018, 2019, 2021]), 2016, 2)
    assert (windows.first, windows.last) == (slice(1, 3), slice(4, 6))
