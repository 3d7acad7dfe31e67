"""Times as people write them, and the calendar that they make."""

import pytest

from citizen_security.programmes.your_own_programme.periods import Calendar, Moment, calendar_of, moment_of


@pytest.mark.parametrize(
    ("cell", "scale", "number"),
    [
        (2007, "whole", 2007),
        (2007.0, "whole", 2007),
        ("2007.0", "whole", 2007),
        ("2007-Q2", "month", 2007 * 12 + 3),
        ("2007 t4", "month", 2007 * 12 + 9),
        ("2007-05", "month", 2007 * 12 + 4),
        ("2007/5/31", "month", 2007 * 12 + 4),
        ("2007-05-01 00:00:00", "month", 2007 * 12 + 4),
    ],
)
def test_times_are_read(cell, scale, number):
    assert moment_of(cell) == Moment(scale, number)


@pytest.mark.parametrize("cell", ["May 2007", "2007-13", 2007.5, "", "1e3"])
def test_what_has_no_one_meaning_is_not_read(cell):
    assert moment_of(cell) is None


@pytest.mark.parametrize(
    ("calendar", "allowed"),
    [
        (Calendar("whole", 2005, 1, 16), ()),
        (Calendar("whole", 2000, 2, 9), ()),
        (Calendar("month", 24_000, 12, 16), ()),
        (Calendar("month", 24_000, 3, 16), (2, 4)),
        (Calendar("month", 24_000, 1, 60), (2, 3, 4, 6, 12)),
        (Calendar("whole", 1, 1, 60), None),
    ],
)
def test_a_calendar_has_the_cycles_that_fit_a_year(calendar, allowed):
    assert calendar.seasons == allowed


def test_a_calendar_has_its_step_and_names():
    quarters = calendar_of([Moment("month", 24_000), Moment("month", 24_003), Moment("month", 24_009)])
    assert (quarters.step, quarters.number, quarters.noun) == (3, 4, "quarter")
    assert [quarters.label(place) for place in range(4)] == ["2000 Q1", "2000 Q2", "2000 Q3", "2000 Q4"]
    assert quarters.place(Moment("month", 24_004)) == 1
    assert quarters.place(Moment("month", 24_012)) is None
    assert quarters.place(Moment("whole", 24_004)) is None
    assert Calendar("month", 24_000, 12, 3).label(2) == "2002"
    assert Calendar("month", 24_000, 1, 3).label(2) == "2000-03"
    rounds = Calendar("whole", 1, 2, 4)
    assert (rounds.noun, rounds.label(1), rounds.place(Moment("whole", 2))) == ("period", "3", None)
