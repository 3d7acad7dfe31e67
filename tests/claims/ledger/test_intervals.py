"""The half-width of a normal interval, by a table and by its refusal."""

import pytest

from citizen_security.claims.ledger.intervals import normal_half_width


def test_half_widths_are_those_of_the_normal_distribution():
    # 1.960 and 1.645, as any table of it prints them.
    assert normal_half_width(2.0, 0.95) == pytest.approx(3.920, abs=1e-3)
    assert normal_half_width(1.0, 0.9) == pytest.approx(1.645, abs=1e-3)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match="confidence_level"):
        normal_half_width(1.0, 95)
