"""What others wrote: markup is told from signs of a text, and a message loses nothing unless it is asked to."""

import pytest

from citizen_security.plain import LINE, WHOLE, lines, markup_in

MARKUP = [
    ("<i>In vitro</i> crime", "<i>"),
    ("x<sub>2", "<sub>"),
    ("Guns<br/>", "<br/>"),
    ("A </b> claim", "</b"),
    ('<B class="x">', '<B class="'),
    ("Guns <img src=x onerror=alert(1)", "<img src=x"),
    ("<svg/onload=alert(1)>", "<svg/onload=a"),
    ("<jats:italic>Ceteris</jats:italic>", "<jats:italic>"),
    ("5 <!-- a comment -->", "<!--"),
    ("<?xml version='1.0'?>", "<?xml"),
    ("<!DOCTYPE html>", "<!DOCTYPE"),
    ("Guns &amp; homicide", "&amp;"),
    ("S&atilde;o", "&atilde;"),
    ("&#60;", "&#60;"),
    ("&#x3C;", "&#x3C;"),
]

SIGNS = [
    "R&D; crime",
    "AT&T; guns",
    "Q&A: crime & violence",
    "law&order; crime",
    "crime &c; others",
    "Is a<b in crime?",
    "If a<b and c>d",
    "x<y>z",
    "p<0.05",
    "If x <script",
    "men <25 & women >60",
    "¿Crimen<violencia?",
    "<https://example.org>",
    "",
]


@pytest.mark.parametrize(("text", "found"), MARKUP)
def test_what_a_browser_would_read_is_found(text, found):
    assert markup_in(text) == found


@pytest.mark.parametrize("text", SIGNS)
def test_a_sign_of_a_text_is_no_markup(text):
    assert markup_in(text) == ""


def test_a_long_message_loses_its_middle_unless_all_of_it_is_asked_for():
    text = " ".join(f"word{number}" for number in range(2 * WHOLE))
    short, whole = list(lines(text)), list(lines(text, longest=None))
    assert len(" ".join(short)) < 2 * WHOLE
    assert " ".join(" ".join(whole).split()) == text
    assert all(len(line) <= LINE for line in (*short, *whole))
