"""Intervals about an estimate are those of tables of the distributions."""

import pytest

from citizen_security.methods.intervals import about


@pytest.mark.parametrize(
    ("degrees", "level", "quantile"),
    # Quantiles of Student's distribution as tables print them, to three decimals; their last row is normal.
    [(5, 0.95, 2.571), (10, 0.9, 1.812), (30, 0.99, 2.750), (float("inf"), 0.95, 1.960), (float("inf"), 0.9, 1.645)],
)
def test_ends_are_so_many_errors_away(degrees, level, quantile):
    low, high = about(3.0, 2.0, level, degrees)
    assert low == pytest.approx(3 - 2 * quantile, abs=2e-3)
    assert high == pytest.approx(3 + 2 * quantile, abs=2e-3)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        about(3.0, 2.0, 95)
