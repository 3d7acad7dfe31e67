"""What a spreadsheet did is undone where it has one meaning, and left where it has two."""

import pytest

from citizen_security.tables.tidying import tidy

RESOURCE = {
    "name": "figures",
    "schema": {
        "primaryKey": "key",
        "fields": [
            {"name": "key", "type": "string"},
            {"name": "figure", "type": "number"},
            {"name": "words", "type": "string"},
        ],
    },
}


def tidied(text):
    raw, done = tidy(RESOURCE, text.encode(), None)
    return raw.decode(), done


def test_a_decimal_comma_is_a_point_where_it_can_be_nothing_else():
    assert tidied('key,figure,words\na,"0,33",x\nb,"-12,5",x\nc,"0,333",x\n') == (
        "key,figure,words\na,0.33,x\nb,-12.5,x\nc,0.333,x\n",
        ["decimal commas in 3 cells"],
    )


def test_a_thousand_is_no_decimal_unless_the_file_separates_by_semicolons():
    # 1,234 would become a thousandth of itself, in silence.
    text = 'key,figure,words\na,"1,234",x\nb,"-12,345",x\n'
    assert tidied(text) == (text, [])
    raw, done = tidied("key;figure;words\na;1,234;x\nb;-12,345;x\n")
    assert raw == "key,figure,words\na,1.234,x\nb,-12.345,x\n"
    assert "decimal commas in 2 cells" in done


@pytest.mark.parametrize(("cell", "done"), [('"two\nlines"', "line breaks in 1 cell"), ("two  lines ", "blanks at")])
def test_a_line_break_is_told_as_one(cell, done):
    raw, told = tidied(f"key,figure,words\na,1,{cell}\n")
    assert raw == "key,figure,words\na,1,two lines\n"
    assert told[0].startswith(done)
