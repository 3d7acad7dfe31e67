"""A styled table shows its cells and labels as they stand, and every table on a page is made in this one way."""

import ast
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from hostile import HOSTILE, IN_TABLES
from markup import Elements
from support import ROOT

from citizen_security.figures import theme
from citizen_security.figures.page_table import page_table

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
TABLE_TAGS = {"style", "table", "thead", "tbody", "tr", "th", "td"}
# Functions whose HTML or Markdown is text and markup of their own; anything else may not become part of a page.
ESCAPING = {"studies_html", "recoding_html", "doubts_html", "flow_html", "traffic_lights"}


def hostile_table():
    words = list(IN_TABLES.values())
    columns = pd.MultiIndex.from_arrays([words, words[::-1]], names=words[:2])
    index = pd.MultiIndex.from_tuples([(words[0], 1), (words[1], words[2])], names=words[2:4])
    return pd.DataFrame([words, words[::-1]], columns=columns, index=index)


@pytest.mark.parametrize("index", [False, True])
def test_cells_and_labels_are_text(index):
    elements = Elements(page_table(hostile_table(), index=index).to_html())
    assert {tag for tag, _ in elements.tags} == TABLE_TAGS
    allowed = {"class", "id", "type", "scope", "colspan", "rowspan"}
    assert all(set(attributes) <= allowed for _, attributes in elements.tags)
    assert all(elements.text.count(text) >= 2 for text in IN_TABLES.values())


@pytest.mark.parametrize("form", ["{}", "{:>3}", lambda cell: f"<b>{cell}"])
def test_what_a_format_makes_of_a_cell_is_text(form):
    html = page_table(pd.DataFrame({"a": [HOSTILE["script"]]}), formats={"a": form}).to_html()
    assert {tag for tag, _ in Elements(html).tags} <= TABLE_TAGS


def test_a_cell_that_is_no_text_is_shown_as_text():
    # Pandas' own escaping looks at texts only.
    html = page_table(pd.DataFrame({"a": [[HOSTILE["script"]], (HOSTILE["image"],)]})).to_html()
    assert {tag for tag, _ in Elements(html).tags} <= TABLE_TAGS


def test_numbers_have_the_digits_asked_for_and_missing_cells_are_empty():
    table = pd.DataFrame({"a": [1.23456, np.nan], "b": [0.5, np.nan], "n": [3, 4], "t": ["x", None]})
    html = page_table(table, digits=2, formats={"b": "{:.0%}"}).to_html()
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", html)
    assert cells == ["1.23", "50%", "3", "x", "", "", "4", ""]
    assert ">none &lt;<" in page_table(table, missing="none <").to_html()


def test_a_table_without_rows_is_a_sentence():
    nothing = pd.DataFrame({"regressor": [], "p": []}, index=pd.Index([], name="place"))
    html = page_table(nothing, formats={"p": "{:.1%}"}, index=True, empty="Nothing <was> lost.").to_html()
    assert re.findall(r"<td[^>]*>([^<]*)</td>", html) == ["Nothing &lt;was&gt; lost."]
    assert "<th " not in html
    assert ">None.<" in page_table(nothing).to_html()


def test_formulas_are_kept_out():
    assert 'class="tex2jax_ignore mathjax_ignore"' in page_table(pd.DataFrame({"a": ["$x$"]})).to_html()


def test_the_same_table_has_the_same_bytes_and_another_one_another_identifier():
    first, again, other = (page_table(pd.DataFrame({"a": [name]})) for name in "xxy")
    assert first.to_html() == again.to_html()
    assert first.uuid != other.uuid
    assert page_table(first.data, digits=2).uuid == first.uuid
    assert page_table(pd.DataFrame({"a": [0.5]}), digits=2).uuid != page_table(pd.DataFrame({"a": [0.5]})).uuid


def test_a_theme_keeps_formulas_out_of_plain_tables():
    with pd.option_context("display.html.use_mathjax", True):
        theme.apply()
        assert "mathjax_ignore" in pd.DataFrame({"a": ["$x$"]})._repr_html_()


# --- no other way -----------------------------------------------------------------------------------------------------


def sources():
    """The code of the package and of each notebook, by name."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        yield path.name, path.read_text("utf-8")
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        yield path.name, "\n".join(cell.source for cell in cells if cell.cell_type == "code")


def offences(source):
    """Styled tables, and HTML or Markdown of what nobody escaped."""
    for node in ast.walk(ast.parse(source)):
        # YAML's events have a style too.
        of_event = isinstance(node, ast.Attribute) and _name(node.value) == "event"
        if isinstance(node, ast.Attribute) and node.attr == "style" and not of_event:
            yield f"line {node.lineno}: .style"
        if isinstance(node, ast.Call) and _name(node.func) in {"HTML", "Markdown", "Latex", "Javascript", "SVG"}:
            made = [_name(it.func) if isinstance(it, ast.Call) else "" for it in node.args]
            if not set(made) <= ESCAPING or node.keywords:
                yield f"line {node.lineno}: {_name(node.func)}"
        if isinstance(node, ast.Call) and _name(node.func) in {"Styler", "WithoutEmptyHeaders"}:
            yield f"line {node.lineno}: {_name(node.func)}"


def _name(function):
    return getattr(function, "attr", getattr(function, "id", ""))


def test_tables_are_styled_and_html_is_shown_in_one_way():
    found = {name: list(offences(source)) for name, source in sources()}
    assert [offence.split()[-1] for offence in found.pop("page_table.py")] == ["WithoutEmptyHeaders"]
    # What a run read out is the prose of the notebook itself, with its values as text.
    assert [offence.split()[-1] for offence in found.pop("read_out.py")] == ["Markdown"]
    # The styles of a drawing's elements are none of a table.
    assert {offence.split()[-1] for offence in found.pop("thumbnails.py")} == {".style"}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("source", ["frame.style.hide()", "HTML(name)", "Markdown(f'{x}')", "display(HTML(data=x))"])
def test_another_way_is_found(source):
    assert list(offences(source))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_sets_the_look_before_it_shows_anything(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        statements = [ast.unparse(it) for it in ast.parse(cell.source).body]
        before = statements[: statements.index("theme.apply()")] if "theme.apply()" in statements else statements
        shown = [
            it for it in before if not it.startswith(("import ", "from ", "check(", "parameters =")) and " = " not in it
        ]
        assert shown == []
        if len(before) < len(statements):
            return
    pytest.fail("the notebook never sets the look")


def test_names_as_code_writes_them_are_words_in_headers_and_labels_and_not_in_cells():
    table = pd.DataFrame({"rate_lower": ["two_way"]}, index=pd.Index(["city_deviation"], name="some_name"))
    html = page_table(table, index=True).to_html()
    assert "rate per 100,000, from" in html
    assert "city deviation" in html
    assert "some name" in html
    assert "two_way" in html


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"": ["two-way effects"], "effect": [0.3]}),
        pd.DataFrame({"effect": [0.3]}, index=pd.Index(["Honduras"], name="country")),
        pd.DataFrame({("before", "value"): [1.0], ("before", "from"): [0.5]}, index=["poverty"]),
    ],
    ids=["column without a title", "named index", "two rows of headers"],
)
def test_what_heads_nothing_is_no_header(table):
    shown = page_table(table, index="" not in table)._repr_html_()
    headers = re.findall(r"<th\b[^>]*>(.*?)</th>", shown)
    assert headers
    assert all(header.replace("&nbsp;", "").strip() for header in headers)
    assert set(map(str, table.columns.get_level_values(-1))) - {""} <= set(headers)
    # As many cells in each row as there were.
    rows = re.findall(r"<tr>(.*?)</tr>", shown, flags=re.DOTALL)
    widths = {sum(int(it or 1) for it in re.findall(r'<t[hd]\b[^>]*?(?:colspan="(\d+)")?\s*>', row)) for row in rows}
    assert len(widths) == 1


def test_a_column_that_names_the_rows_makes_each_an_anchor_and_stays_text():
    shown = page_table(pd.DataFrame({"key": ["C001", "A <b>"], "value": [1, 2]}), anchors="key").to_html()
    assert '<span id="row-c001">C001</span>' in shown
    assert '<span id="row-a-b-">A &lt;b&gt;</span>' in shown
    assert "<b>" not in shown
    assert "row-" not in page_table(pd.DataFrame({"key": []}), anchors="key").to_html()


def test_a_day_has_no_time_of_day():
    days = pd.DataFrame({"declared": pd.to_datetime(["2026-11-30", None])})
    shown = page_table(days).to_html()
    assert "2026-11-30<" in shown
    assert "00:00" not in shown
    assert "NaT" not in shown
    assert "2026-11-30 12:30:00" in page_table(days + pd.Timedelta(hours=12.5)).to_html()
