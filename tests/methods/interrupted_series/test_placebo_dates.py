"""Earlier dates: what they see, and how rare an effect is among them."""

import numpy as np
import pytest
from methods.interrupted_series.test_segments import series

from citizen_security.methods.interrupted_series.placebo_dates import placebo_dates
from citizen_security.methods.interrupted_series.segments import fit_segments


def test_each_date_is_a_fit_of_what_was_known_then():
    values = series(1)
    found = placebo_dates(values, 26, horizon=5)
    assert found.dates.tolist() == list(range(8, 22))
    expected = [fit_segments(values[: date + 5], date, errors="independent").effect for date in range(8, 22)]
    assert found.effects == pytest.approx(expected)
    assert found.start == pytest.approx(fit_segments(values[:31], 26, errors="independent").effect)
    assert found.largest == pytest.approx(np.abs(expected).max())
    assert found.rank.p_value == (1 + np.sum(np.abs(expected) >= abs(found.start))) / 15
    assert found.rank.floor == 1 / 15


def test_what_follows_the_start_is_in_no_placebo():
    values = series(2)
    other = values.copy()
    other[26:] -= 50
    first, second = placebo_dates(values, 26), placebo_dates(other, 26)
    assert first.effects == pytest.approx(second.effects)
    assert second.start < first.start
    assert second.rank.rank == 1
    # A third of the periods before, as fourteen follow.
    assert first.horizon == 8
    one_sided = placebo_dates(other, 26, alternative="greater")
    assert one_sided.rank.rank == len(one_sided.effects) + 1


@pytest.mark.parametrize("arguments", [{"horizon": 15}, {"horizon": 1}, {"least": 25}])
def test_dates_that_do_not_exist_are_refused(arguments):
    with pytest.raises(ValueError, match="no earlier date"):
        placebo_dates(series(3), 26, **arguments)
