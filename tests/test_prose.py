"""Sentences are told apart, and text stays text in any Markdown."""

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from citizen_security.prose import escaped, sentence_spans, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It fell. It rose", ["It fell.", "It rose"]),
        ("One (see 3.5). **Two?** Three!\nFour", ["One (see 3.5).", "**Two?**", "Three!", "Four"]),
        ("Muggah et al. (2017) and St. Lucia, e.g. Castries. Then J. Smith", 2),
        ("**The region.** In {glue:text}`a. B` it fell. {glue:text}`x_text` rose.", 3),
        ("**1.** What? Why?", ["**1.** What?", "Why?"]),
        ("It is `a. B. C` only.", 1),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, parts):
    assert (sentences(text) if isinstance(parts, list) else len(sentences(text))) == parts


def test_spans_hold_all_but_blanks():
    text = "  A b.  C d. E "
    assert [text[start:end] for start, end in sentence_spans(text)] == ["A b.", "C d.", "E"]


HOSTILE = [
    "12. countries",
    "+ plus",
    "# no heading",
    "a_b_ *c* **d** `e` <script>f</script> &amp; [g](h) ![i](j)",
    "{glue:text}`x` {{ y }} ~z~ |",
    "https://example.org www.example.org a@example.org",
    "-- --- % comment",
    "% comment",
    ": definition",
    "_all_",
    "1) one",
]


def visible(html):
    """What a browser shows of a paragraph without elements."""
    import html as library

    assert html.startswith("<p>"), html
    assert html.rstrip().endswith("</p>"), html
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inner.replace('<span class="tex2jax_ignore mathjax_ignore">', "").replace("</span>", ""), html
    for mark in ('<span class="tex2jax_ignore mathjax_ignore">', "</span>"):
        inner = inner.replace(mark, "")
    return library.unescape(inner)


# What nbconvert reads Markdown with, and what the book and, in its essentials, JupyterLab do.
RENDERERS = [mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "url"]), MarkdownIt().render]


@pytest.mark.parametrize("render", RENDERERS, ids=["mistune", "markdown-it"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_recorded_text_is_shown_as_it_is(render, text):
    assert visible(render(escaped(text))) == text


@given(text=st.text(alphabet="ab 1.)*_`<>&{}[]()|~#+-=:@!%$\\^/\"'", min_size=1))
def test_any_text_is_shown_as_it_is(text):
    line = " ".join(text.split())
    if line:
        assert visible(MarkdownIt().render(escaped(text))) == line


def test_what_typesets_formulas_passes_over_a_dollar_sign():
    assert escaped("5$ $x$").count('<span class="tex2jax_ignore mathjax_ignore">\\$</span>') == 3


def test_what_turns_or_hides_text_is_shown_as_a_sign():
    assert escaped("a\u202eb\x00c\nd") == "a�b�c d"
