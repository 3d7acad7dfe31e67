"""Changes of counts: exact intervals, and refusals."""

import pytest

from citizen_security.claims.ledger.changes import change_percent, weaker
from citizen_security.methods.verdicts.regions import Estimate


def test_a_published_exact_interval_is_reproduced():
    # Clopper and Pearson's interval of 15 of 15 + 5 is 0.509 to 0.913 (their chart, and any table of it).
    found = change_percent(5, 1.0, 15, 1.0, 0.95)
    assert found.value == pytest.approx(200)
    shares = [(1 + end / 100) / (2 + end / 100) for end in (found.low, found.high)]
    assert shares == pytest.approx([0.509, 0.913], abs=0.001)


def test_exposure_is_taken_off_and_no_event_after_is_a_fall_of_all():
    assert change_percent(10, 2.0, 10, 1.0, 0.95).value == pytest.approx(100)
    nothing = change_percent(10, 1.0, 0, 1.0, 0.95)
    assert nothing.value == nothing.low == -100
    assert nothing.high < 0


@pytest.mark.parametrize(("before", "exposure", "level"), [(0, 1, 0.95), (2.5, 1, 0.95), (2, 0, 0.95), (2, 1, 95)])
def test_what_is_no_count_exposure_or_level_is_refused(before, exposure, level):
    with pytest.raises(ValueError, match=r"Allowed|lies between"):
        change_percent(before, exposure, 1, 1.0, level)


def test_the_weaker_of_two_is_positive_only_if_both_are():
    found = weaker(Estimate(5, 1, 9), Estimate(3, -2, 20))
    assert (found.value, found.low, found.high) == (3, -2, 9)
