"""Numbers that a page quotes alone have their ranges at its end; those quoted with theirs have none there."""

import re
from html import unescape

import pytest
from prose.labels import CODE, LEANS
from prose.quoted import ROOT, quoted_in, recorded_by_default

from citizen_security.book.ranges import TITLE, with_ranges
from citizen_security.quoted import Quotable
from citizen_security.values import glue_texts


def value(number, *, interval=None, label="", unit="", form=".1f"):
    return {"value": number, "unit": unit, "interval": interval, "n": None, "label": label, "format": form}


RUNS = {
    "part/one": Quotable(
        {
            "rate": value(20.0, interval=[18.0, 22.0], label="rate of the region; 95% interval", unit="per 100,000"),
            "count": value(3, form="g"),
            "share": value(0.5, interval=[0.4, 0.6], form=".0%"),
        },
        {},
    ),
    "other/two": Quotable({"rate": value(-1.0, interval=[-2.0, -0.5])}, {}),
}


def test_a_number_quoted_alone_has_its_range_at_the_end():
    page = "# A\n\nIt is {glue:text}`one.ipynb::rate_text:s`, of {glue:text}`one.ipynb::count_text:s`.\n"
    found = with_ranges(page, "part/page.md", RUNS)
    assert found.startswith(page.rstrip())
    assert f"dropdown}} {TITLE}" in found
    assert "20\\.0 per 100\\,000" in found
    assert "18\\.0 to 22\\.0" in found
    assert "Rate of the region\\; 95\\% interval" in found
    assert "count" not in found.removeprefix(page.rstrip())


@pytest.mark.parametrize(
    "page",
    [
        "It is {glue:text}`one.ipynb::rate_text:s` ({glue:text}`one.ipynb::rate_interval:s`).",
        "Of {glue:text}`one.ipynb::count_text:s`, {glue:text}`elsewhere.ipynb::rate_text:s`.",
        "Nothing is quoted.",
    ],
)
def test_a_page_that_says_its_ranges_or_has_none_stays_as_it_is(page):
    assert with_ranges(page, "part/page.md", RUNS) == page


def test_equal_names_of_two_notebooks_are_two_numbers_and_each_stands_once():
    page = (
        "{glue:text}`one.ipynb::rate_text:s` {glue:text}`one.ipynb::rate:.0f` {glue:text}`one.ipynb::rate_text:s` "
        "{glue:text}`../other/two.ipynb::rate_text:s` ({glue:text}`../other/two.ipynb::rate_interval:s`)"
    )
    found = with_ranges(page, "part/page.md", RUNS).removeprefix(page)
    assert found.count("18\\.0 to 22\\.0") == 1
    assert "0\\.5" not in found


@pytest.mark.parametrize(
    ("unit", "shown"), [("share", "50\\%"), ("% of places", "50\\%\\% of"), ("years", "50\\% years")]
)
def test_units_stand_at_their_numbers(unit, shown):
    run = {"part/one": Quotable({"a": value(0.5, interval=[0.4, 0.6], unit=unit, form=".0%")}, {})}
    assert f"* - {shown}" in with_ranges("{glue:text}`one.ipynb::a_text:s`", "part/page.md", run)


def test_nothing_in_a_label_is_read_as_markdown():
    run = {"part/one": Quotable({"rate": value(1.0, interval=[0.0, 2.0], label="a `b` | <c>")}, {})}
    found = with_ranges("{glue:text}`one.ipynb::rate_text:s`", "part/page.md", run)
    assert "A \\`b\\` \\| \\<c\\>" in found


def test_on_the_built_pages_every_quoted_number_that_has_a_range_has_it(built):
    recorded = recorded_by_default(ROOT / "results")
    texts = {name: glue_texts(values) for name, values in recorded.items()}
    lacking = []
    for path in sorted((ROOT / "book").rglob("*.md")):
        page = path.relative_to(ROOT / "book").with_suffix(".html")
        shown = (built / page).read_text("utf-8") if (built / page).is_file() else ""
        for notebook, key in quoted_in(path):
            interval = texts.get(notebook, {}).get(f"{key.removesuffix('_text')}_interval")
            if shown and interval and interval not in shown:
                lacking.append(f"{page}: {notebook} {key}")
    assert lacking == []


def rows_of_ranges(html):
    """Cells of the rows of a built page's table of ranges, as text."""
    for shown in re.findall(rf"{TITLE}.*?</table>", html, re.DOTALL):
        for row in re.findall(r"<tr.*?</tr>", shown, re.DOTALL):
            cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
            if cells:
                yield [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in cells]


def test_on_the_built_pages_every_row_of_ranges_stands_alone_and_has_a_width(built):
    faults, rows = [], 0
    for path in sorted(built.rglob("*.html")):
        seen = set()
        for number, ends, label in rows_of_ranges(path.read_text("utf-8")):
            rows += 1
            low, _, high = ends.partition(" to ")
            wrong = {
                "is called as another": label in seen,
                "leans on another": LEANS.search(label),
                "has a name of the code": CODE.search(f"{number} {label}"),
                "has no width": low == high,
            }
            faults += [f"{path.relative_to(built)}: {label!r} {what}" for what, is_so in wrong.items() if is_so]
            seen.add(label)
    assert rows
    assert faults == []
