"""Markdown made from data: whatever a table or a parameter says, it stays text on the page."""

import unicodedata

import docutils.nodes
import pytest
import yaml
from docutils.core import publish_doctree, publish_parts
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import Elements
from myst_parser.parsers.docutils_ import Parser
from support import ROOT

from citizen_security.book.markdown import bytes_in_words, code, download, label, link, reference, table, text

EXTENSIONS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["parse"]["myst_enable_extensions"]
SETTINGS = {"myst_enable_extensions": EXTENSIONS, "report_level": 5, "halt_level": 6, "line_length_limit": 10**6}
# Without characters that no table may hold (the catalog refuses them), that Markdown replaces, or that cannot be seen.
UNSEEN = "\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"], exclude_characters=UNSEEN), min_size=1)

TRICKS = [
    "<script>alert(1)</script>",
    "[a link](javascript:alert(1))",
    "{eval-rst}`x`",
    "{{ version }}",
    "$x$ and \\(y\\)",
    "# a title",
    "- a list\n- of two",
    "1. numbered",
    "```{raw} html\n<b>\n```",
    "::: {note}",
    "(label)=",
    "a | b | c",
    "**bold** _it_ `code`",
    "&lt;b&gt; &amp;",
    "trailing \\",
    "% a comment",
    "+++",
    "https://example.org/x",
    "{.class #id}",
    "{eval}`x` {glue:text}`x`",
    r"$\href{javascript:alert(1)}{x}$",
    "<!-- a comment -->",
    "---",
    "[^1] and [^1]: a note",
    "x" * 10_000,
]


def parsed(markdown: str) -> docutils.nodes.document:
    """The page as Sphinx would read it, with the extensions of the book's settings."""
    return publish_doctree(markdown, parser=Parser(), settings_overrides=SETTINGS)


def assert_only_text(markdown: str, said: str) -> None:
    (paragraph,) = parsed(markdown).children
    assert isinstance(paragraph, docutils.nodes.paragraph)
    assert paragraph.astext() == said
    assert {type(child) for child in paragraph.children} == {docutils.nodes.Text}


@pytest.mark.parametrize("said", TRICKS)
def test_tricks_stay_text(said):
    assert_only_text(text(said), " ".join(said.split()))


@settings(max_examples=150, deadline=None)
@given(PLAIN.filter(str.strip))
def test_text_says_what_it_was_given(said):
    assert_only_text(text(said), " ".join(said.split()))


@pytest.mark.parametrize("said", [*TRICKS, "`", "``a`", "^[A-Z]{3}$"])
def test_code_says_what_it_was_given(said):
    (paragraph,) = parsed(code(said)).children
    (literal,) = paragraph.children
    assert isinstance(literal, docutils.nodes.literal)
    assert literal.astext() == " ".join(said.split())


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("written_as", [text, code])
def test_what_a_page_shows_of_a_text_can_be_seen_and_written(written_as, said):
    shown = parsed(written_as(said)).astext()
    shown.encode("utf-8")
    assert not [sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cs") or sign in UNSEEN]
    assert len(shown) == len(" ".join(said.split()))


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2067", "\ud800"])
def test_a_sign_that_cannot_be_seen_is_shown_in_its_place(sign):
    assert (text(f"a{sign}b"), code(f"a{sign}b")) == ("a�b", "`a�b`")


def test_name_of_a_table_cannot_end_its_label():
    assert reference("country_year") == "{ref}`table-country_year`"
    with pytest.raises(ValueError, match="no name of a table"):
        label("x`<script>")


def test_empty_code_is_nothing():
    assert code("  ") == ""


def written(markdown: str) -> tuple[dict, str]:
    """Attributes and text of the one link that a browser finds in a page."""
    page = publish_parts(markdown, parser=Parser(), writer_name="html5", settings_overrides=SETTINGS)["body"]
    elements = Elements(page)
    return elements.only("a"), elements.text.strip()


def test_link_leads_where_it_says():
    attributes, said = written(link("World *Bank* <b>", "https://example.org/a_(b)?c=d&e"))
    assert attributes["href"] == "https://example.org/a_(b)?c=d&e"
    assert said == "World *Bank* <b>"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/etc", "https://a b", "https://a>b", "https://a\u202eb", ""]
)
def test_link_elsewhere_than_the_web_is_refused(address):
    with pytest.raises(ValueError, match="no address of the web"):
        link("x", address)


def test_download_leads_where_it_says():
    attributes, said = written(download("<a> *b*.csv", 'x"y&z.csv', "(<3 kB)"))
    assert attributes["href"] == 'x"y&z.csv'
    assert "download" in attributes
    assert said == "<a> *b*.csv (<3 kB)"


def test_a_column_without_a_title_is_refused():
    with pytest.raises(ValueError, match=r"a column without a title among \['Name', ' '\]"):
        table(["Name", " "], [["a", "b"]])


def test_table_has_the_cells_it_was_given():
    page = parsed(table(["A", "B"], [[text("- x"), ""], [code("y|z"), text("# w")]], name="facts"))
    (made,) = page.findall(docutils.nodes.table)
    cells = [entry.astext() for entry in made.findall(docutils.nodes.entry)]
    assert cells == ["A", "B", "- x", "", "y|z", "# w"]
    assert "facts" in made["classes"]


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (999, "999 B"), (232_400, "232 kB"), (1_949_000, "1.9 MB")])
def test_sizes_of_files_are_read_at_a_glance(count, words):
    assert bytes_in_words(count) == words
