"""Tables of the built pages are for readers: no names of columns as code writes them, no NaN."""

import re
from html import unescape
from pathlib import Path

import pytest

TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
CELL = re.compile(r"<t([hd])\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
CODE_NAME = re.compile(r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$")
NO_VALUE = {"NaN", "nan", "None", "NaT", "<NA>"}


def faults(html: str) -> list[str]:
    """What of the tables of a page is no reader's: headers of snakes, cells of no value. Code in cells is marked so."""
    cells = [cell for table in TABLE.findall(html) for cell in CELL.findall(table) if "<code" not in cell[1]]
    texts = [(kind, unescape(re.sub(r"<[^>]+>", "", inner)).strip()) for kind, inner in cells]
    return [text for kind, text in texts if (kind == "h" and CODE_NAME.match(text)) or text in NO_VALUE]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (
            "<table><tr><th>rate_lower</th><th>rate</th></tr><tr><td>NaN</td><td>1</td></tr></table>",
            ["rate_lower", "NaN"],
        ),
        ('<table><tr><th class="x"><p>rate_lower</p></th><td> None </td></tr></table>', ["rate_lower", "None"]),
        ("<table><tr><th><code>rate_lower</code></th><td>two_way</td></tr></table>", []),
        ("<p>rate_lower NaN</p>", []),
    ],
)
def test_a_raw_header_and_a_cell_without_value_are_found(html, found):
    assert faults(html) == found


def test_no_table_of_the_book_is_a_bare_frame(built: Path):
    found = {
        str(path.relative_to(built)): wrong
        for path in sorted(built.rglob("*.html"))
        if (wrong := faults(path.read_text("utf-8")))
    }
    assert found == {}
