"""Numbers as analysts write them: one meaning is read, all else is refused with how to write it."""

import pytest

from citizen_security.claims.ledger.plain_numbers import number_in, number_problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("3.5", 3.5),
        (".5", 0.5),
        ("5.", 5),
        ("+5", 5),
        ("-5", -5),
        ("1e3", 1000),
        ("0e5", 0),
        ("1.234", 1.234),
    ],
)
def test_a_number_with_one_meaning_is_read(text, value):
    assert number_in(text) == value
    assert number_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3,5", "has a decimal comma. Write 3.5"),
        ("-0,5", "has a decimal comma. Write -0.5"),
        ("1,234", "has a comma, of thousands or of decimals. Write 1234 or 1.234"),
        ("1.234,5", "has points between thousands and a decimal comma. Write 1234.5"),
        ("1,234.5", "has commas between thousands. Write 1234.5"),
        ("632,000,000", "has signs between thousands. Write 632000000"),
        ("632.000.000", "has signs between thousands. Write 632000000"),
        ("300 000", "has a sign between thousands. Write 300000"),
        ("300\u00a0000", "has a sign between thousands. Write 300000"),
        ("300\u202f000", "has a sign between thousands. Write 300000"),
        ("1'000", "has a sign between thousands. Write 1000"),
        ("1_000", "has a sign between thousands. Write 1000"),
        ("25%", "has a per cent sign (say % in the unit). Write 25"),
        ("3,5 %", "has a per cent sign (say % in the unit) and a decimal comma. Write 3.5"),
        ("\u22125", "has a printed minus sign. Write -5"),
        ("\u20131,5", "has a printed minus sign and a decimal comma. Write -1.5"),
    ],
)
def test_a_number_of_another_country_is_told_as_it_is_to_be_written(text, said):
    assert number_in(text) is None
    assert number_problem(text) == said
    # What is to be written can be read.
    assert all(number_in(it) is not None for it in said.rpartition("Write ")[2].split(" or "))


@pytest.mark.parametrize(
    "text", ["inf", "-inf", "Infinity", "nan", "NaN", "NA", "n/a", "-", "\u2014", "?", "\u221e", "null"]
)
def test_what_is_not_finite_is_no_number(text):
    assert number_in(text) is None
    assert number_problem(text).startswith("is no finite number")


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1e-400"])
def test_what_no_computer_holds_is_no_number(text):
    assert number_in(text) is None
    assert number_problem(text).startswith("is beyond what a computer can hold")


@pytest.mark.parametrize(
    "text", ["", "about 3", "\u22653", "3 million", "\u0663", "1/3", "0x10", "12,34,567", "$3", "1e5.5", "3 5"]
)
def test_all_else_is_no_number(text):
    assert number_in(text) is None
    assert number_problem(text).startswith("is no number. Allowed: plain digits")


def test_a_whole_number_has_no_decimals_behind_its_comma():
    assert number_problem("2,016", whole=True) == "has a comma between thousands. Write 2016"
