"""From bytes to typed columns: a count that arrives as 432.0, or a code without its zeros, would be printed so."""

import pandas as pd
import pytest
from support import ROOT

from citizen_security.tables import catalog
from citizen_security.tables.sheet import SHOWN, Problem, convert, is_whole, scan

RESOURCE = {
    "name": "places",
    "path": "city/places.csv",
    "schema": {
        "primaryKey": "code",
        "fields": [{"name": "code", "type": "string"}, {"name": "homicides", "type": "integer"}],
    },
}


def test_types_are_those_promised():
    # a count that arrives as 432.0 prints badly and compares badly
    panel = catalog.load("country_year", ROOT)
    assert panel["year"].dtype == "int64"
    assert panel["population"].dtype == "int64"
    assert panel["homicide_count"].dtype == pd.Int64Dtype()
    assert panel["homicide_rate"].dtype == "float64"
    assert panel["iso3"].dtype == "str"
    assert catalog.load("countries", ROOT)["is_lac"].dtype == "bool"
    assert str(catalog.load("rio_pacification_month", ROOT)["installed_on"].dtype).startswith("datetime64")


def test_missing_is_missing_and_not_text():
    studies = catalog.load("studies", ROOT)
    assert studies["doi"].isna().any()
    assert not studies["doi"].eq("").any()


def test_codes_keep_their_leading_zeros():
    # 05001 is Medellín; 5001 is nothing
    cities = catalog.load("city_year", ROOT)
    assert (cities.loc[cities["city_code"] == "05001", "city"] == "Medellín").all()
    assert (cities["city_code"] == "05001").any()


def read(raw: bytes):
    reading = scan(RESOURCE, raw)
    return reading, convert(reading.sheet)


def test_a_sheet_quotes_what_the_file_says():
    reading, table = read(b"code,homicides\n007,12\n008,\n")
    assert reading.problems == ()
    assert reading.sheet.cells == {"code": ("007", "008"), "homicides": ("12", "")}
    assert list(table.frame["homicides"].isna()) == [False, True]
    assert table.unread == {}


def test_every_row_that_breaks_a_rule_is_named_and_rows_with_the_same_cell_stand_together():
    rows = "".join(f"{code:03},{'x' if code % 2 else 'y'}\n" for code in range(SHOWN + 4))
    reading, table = read(f"code,homicides\n{rows}".encode())
    (problem,) = table.problems
    said = reading.sheet.say(problem).split("\n")
    assert said[0] == ("column homicides breaks the rule 'integer: a whole number in plain digits' in 9 rows:")
    assert said[1].startswith("  rows 2 (code=000), 4 (002), 6 (004), 8 (006), 10 (008): 'y' (write the number alone")
    assert said[2].startswith("  rows 3 (code=001), 5 (003), 7 (005), 9 (007): 'x' (")
    few = Problem(("homicides",), "minimum 5", (0, 1), {1: "look again"})
    assert reading.sheet.say(few) == (
        "column homicides breaks the rule 'minimum 5' in row 2 (code=000): 'y'; row 3 (code=001): 'x' (look again)"
    )


@pytest.mark.parametrize(
    ("cell", "kept", "said"),
    [
        ("a\u200bb", "ab", "'a\\u200bb' (U+200B ZERO WIDTH SPACE; take it out)"),
        ("a\u00a0b", "a b", "'a\\xa0b' (U+00A0 NO-BREAK SPACE; write a common blank)"),
        ("a\u200b\u00adb", "ab", "U+00AD SOFT HYPHEN, U+200B ZERO WIDTH SPACE; take it out"),
        ("e\u0301", "é", "(save the file in Unicode normal form NFC)"),
        ('"a\nb"', "a b", "'a\\nb' (write it on one line"),
        ("a\rb", "a b", "(take out the control character '\\r')"),
        ("a\0b", "a b", "(take out the control character '\\x00')"),
    ],
)
def test_what_does_not_belong_into_a_cell_is_said_once_and_hides_nothing_else(cell, kept, said):
    reading, table = read(f"code,homicides\n{cell},1\nc,x\n".encode())
    (problem,) = reading.problems
    assert problem.startswith("column code breaks the rule ")
    assert f"in row 2 (code={kept}): " in problem
    assert said in problem
    assert reading.sheet.cells["code"] == (kept, "c")
    assert [it.positions for it in table.problems] == [(1,)]


def test_a_number_with_a_blank_that_is_none_is_told_as_a_number():
    reading, table = read("code,homicides\na,1\u00a0234\nb,2\u200b\n".encode())
    (said,) = table.problems
    assert reading.sheet.say(said).endswith("in row 2 (code=a): '1\\xa0234' (write 1234)")
    (problem,) = reading.problems
    assert "row 3 (code=b): '2\\u200b' (U+200B ZERO WIDTH SPACE; take it out)" in problem
    assert table.frame["homicides"].tolist() == [pd.NA, 2]


def test_rows_with_other_lengths_are_set_apart_and_the_others_read():
    reading, table = read(b"code,homicides\na,1,2\nb\nc,x\n\nd,4\n")
    (problem,) = reading.problems
    assert problem.startswith("rows must have 2 cells, but row 2 has 3, row 3 has 1, row 5 has 0. ")
    assert reading.sheet.cells == {"code": ("a", "b", "c", "", "d"), "homicides": ("", "", "x", "", "4")}
    assert {row: len(columns) for row, columns in table.unread.items()} == {0: 2, 1: 2, 2: 1, 3: 2}


def test_a_column_that_is_not_there_is_said_once():
    resource = RESOURCE | {"schema": {"primaryKey": "code", "fields": [
        *RESOURCE["schema"]["fields"], {"name": "year", "type": "integer"}]}}  # fmt: skip
    reading = scan(resource, b"code,murders,year\na,1,x\n")
    assert reading.problems == ("the header lacks the columns ['homicides'] and has the unknown columns ['murders']",)
    table = convert(reading.sheet)
    assert [it.columns for it in table.problems] == [("year",)]
    assert table.unread == {0: {"homicides", "year"}}
    assert not is_whole(reading.sheet, ["homicides"])
    assert not is_whole(reading.sheet, ["year"])
    assert is_whole(reading.sheet, ["code"])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"code,homicides\nS\xe3o,1\nb,2\nBel\xe9m,x\n", "the file is not UTF-8 in rows 2, 4 (byte 0xe3)"),
        (b"code,homicides\nS\xe3o,x\n", "row 2 is not UTF-8 (byte 0xe3)"),
        (b"\xef\xbb\xbfcode,homicides\na,x\n", "byte order mark"),
        (
            b"code,homicides\r\na,x\r\n",
            "2 rows end as Windows has them, with the control character '\\r', from row 1 on",
        ),
        (b"code,homicides\na,x", "the last row has no line end"),
    ],
)
def test_what_is_wrong_with_a_file_hides_nothing_of_its_cells(raw, said):
    reading, table = read(raw)
    (problem,) = reading.problems
    assert said in problem
    assert [it.columns for it in table.problems] == [("homicides",)]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        ("code,homicides\na,1\n".encode("utf-16"), "row 1 is not UTF-8"),
        (b"homicides,code\n1,a\n", "in another order"),
        (b"code,homicides,code\na,1\n", "repeated"),
        (b"a,1\nb,2\n", "lacks the columns"),
        (b'code,homicides\n"a"b,1\n', "the file is not CSV (row 2: "),
        (b"code;homicides\na\t;1\n", "row 2: no control character (take out"),
    ],
)
def test_what_is_no_table_is_told_so(raw, said):
    reading = scan(RESOURCE, raw)
    assert reading.sheet is None
    assert any(said in problem for problem in reading.problems), reading.problems


@pytest.mark.parametrize("sign", ["\x1b", "\u200b"])
def test_a_number_of_nothing_but_signs_that_do_not_show_is_refused_and_not_missing(sign):
    reading, _ = read(f"code,homicides\na,{sign}\nb,2\n".encode())
    (problem,) = reading.problems
    assert "homicides" in problem
    assert "take" in problem
