"""Numbers as a reader can use them."""

import pytest

from citizen_security.book.places.numbers import MISSING, change, ordinal, share, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, MISSING), (0, "0"), (0.049, "0.049"), (0.5, "0.50"), (1.0, "1.0"), (6.25, "6.2"), (6.35, "6.3"),
        (9.94, "9.9"), (9.96, "10"), (31.4, "31"), (83, "83"), (1234.4, "1,234"),
    ],
)  # fmt: skip
def test_two_digits_below_ten_and_whole_above(value, text):
    assert short(value) == text


@pytest.mark.parametrize(
    ("value", "text", "unsigned"),
    [
        (-60.4, "−60%", "60%"),
        (4.5, "+4.5%", "4.5%"),
        (0.04, "0%", "0%"),
        (-0.04, "0%", "0%"),
        (1200.0, "+1,200%", "1,200%"),
    ],
)
def test_a_change_has_its_sign_and_no_change_has_none(value, text, unsigned):
    assert change(value) == text
    assert share(value) == unsigned


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
        (1101, "1,101st"),
    ],
)
def test_places_in_an_order(number, text):
    assert ordinal(number) == text
