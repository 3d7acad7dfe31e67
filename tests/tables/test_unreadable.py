"""A cell that is no number is told what to write in its place, and no meaning is guessed where there are two."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.tables.sheet import convert, scan
from citizen_security.tables.unreadable import advice

NUMBERS = [
    ("\u22120.2", "write -0.2"),
    ("\u20130.2", "write -0.2"),
    ("- 0.2", "write -0.2"),
    ("1 234", "write 1234"),
    ("1\u00a0234", "write 1234"),
    ("1\u202f234\u202f567", "write 1234567"),
    ("1'234", "write 1234"),
    ("0,33", "write 0.33"),
    ("0,333", "write 0.333"),
    (",5", "write 0.5"),
    (".5", "write 0.5"),
    ("5.", "write 5"),
    ("+3", "write 3"),
    ("007", "write 7"),
    ("\u0663,\u0665", "write 3.5"),
    ("1.234,5", "write 1234.5"),
    ("1,234.5", "write 1234.5"),
    ("1.234.567", "write 1234567"),
    ("1,234,567", "write 1234567"),
    # A thousand, or one and a bit.
    ("1,234", "write 1234 or 1.234, whichever was printed"),
    ("-1,234", "write -1234 or -1.234, whichever was printed"),
    ("30 %", "write 30; the unit is the column's"),
    ("0,5%", "write 0.5; the unit is the column's"),
    ("0.2***", "write 0.2; marks of significance and footnotes stay out"),
    ("0.2\u2020", "write 0.2; marks of significance and footnotes stay out"),
    ("<0.001", "write 0.001; a sign such as < has a column of its own, or stands in the notes"),
    ("(0.2)", "write -0.2 if the parentheses mean a minus, or 0.2 if they are those of a table"),
    ("Infinity", "no table holds what is not finite"),
    ("\u2212inf", "no table holds what is not finite"),
    ("\u221e", "no table holds what is not finite"),
    ("1e300", "write it without so large an exponent"),
    ("1e-300", "write it without so large an exponent"),
    ("n/a", "leave the cell empty"),
    ("NaN", "leave the cell empty"),
    ("\u2014", "leave the cell empty"),
    ("#DIV/0!", "leave the cell empty"),
    ("0.33 (0.18-0.61)", "write one number in a cell"),
    ("0.2 to 0.4", "write one number in a cell"),
    ("0.2 \u00b1 0.1", "write one number in a cell"),
    ("1/3", "write it as a decimal number"),
    ("\u00bd", "write it as a decimal number"),
    ("3-May", "a spreadsheet made a date of it"),
    ("2016-01-02", "a spreadsheet made a date of it"),
    # What is no number in any way of writing one is not made to one.
    ("a lot", "write the number alone and in digits"),
    ("1..5", "write the number alone and in digits"),
    ("1,23,4", "write the number alone and in digits"),
    ("12.345.6", "write the number alone and in digits"),
    ("1O5", "write the number alone and in digits"),
    ("--5", "write the number alone and in digits"),
]


@pytest.mark.parametrize(("cell", "said"), NUMBERS)
def test_a_cell_that_is_no_number_is_told_what_to_write(cell, said):
    assert advice(cell, "number").startswith(said)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2 025", "write 2025"),
        ("4,0", "write 4"),
        ("4.0", "write 4"),
        ("1,234", "write 1234"),
        ("1e3", "write 1000"),
        ("\u22121", "write -1"),
        ("3.5", "write a whole number"),
        ("0,33", "write a whole number"),
    ],
)
def test_a_cell_that_is_no_whole_number_is_told_what_to_write(cell, said):
    assert advice(cell, "integer") == said


@pytest.mark.parametrize(
    ("cell", "kind", "said"),
    [
        ("TRUE", "boolean", "write true"),
        ("Sí", "boolean", "write true"),
        ("0", "boolean", "write false"),
        ("perhaps", "boolean", "write true or false"),
        ("10/06/2009", "date", "write 2009-06-10 or 2009-10-06, whichever was printed"),
        ("31.12.2016", "date", "write 2016-12-31"),
        ("2009/6/1", "date", "write 2009-06-01"),
        ("2009-02-30", "date", "write year-month-day, such as 2016-12-31"),
        ("June", "date", "write year-month-day, such as 2016-12-31"),
    ],
)
def test_truths_and_days_are_told_too(cell, kind, said):
    assert advice(cell, kind) == said


RESOURCE = {
    "name": "figures",
    "schema": {
        "primaryKey": "key",
        "fields": [{"name": "key", "type": "string"}, {"name": "figure", "type": "number"}],
    },
}
FIGURE = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?")


@given(st.text(st.sampled_from("0123456789.,-+ e%*<()'\u2212\u00a0")), st.sampled_from(["number", "integer"]))
def test_what_is_advised_can_be_read(cell, kind):
    said = advice(cell, kind).partition(";")[0].partition(" if ")[0]
    for number in FIGURE.findall(said) if "such as" not in said else []:
        reading = scan(RESOURCE, f"key,figure\na,{number}\n".encode())
        assert convert(reading.sheet).problems == ()
