"""Tables of findings on the pages of interventions: every row, as text, and a page that asks for what is not there."""

import re

import pandas as pd
import pytest

from citizen_security.book.findings import UnknownIntervention, with_findings

HOSTILE = "<script>alert(1)</script> & $x$"
ROWS = pd.DataFrame(
    [
        ("bars", "evaluation", "Lopes (2007)", "Diadema", 4.0, "ratio 0.8", "10.1000/x"),
        ("bars", "review", HOSTILE, "", None, HOSTILE, None),
        ("bars", "pooled_trial", "9 studies that a review printed", "", None, "listed", None),
        ("guns", "evaluation", "Other (2000)", None, None, "no figure read", None),
    ],
    columns=["intervention", "kind", "study", "place", "maryland_level", "found", "doi"],
)

DOUBTS = pd.DataFrame(
    [
        ("guns", "E004", "asymmetric interval", "the halves differ", "Printed so.", True),
        ("guns", "E005", HOSTILE, HOSTILE, "not looked into yet", False),
        ("trams", "E006", "asymmetric interval", "the halves differ", "Printed so.", True),
    ],
    columns=["intervention", "row", "doubt", "what", "answer", "is_answered"],
)


def test_doubts_about_the_rows_of_a_page_stand_under_its_findings_with_their_answers():
    page = with_findings("```{findings} guns\n```\n", "page.md", ROWS, DOUBTS)
    assert page.index("Other (2000)") < page.index("nobody has looked into: one doubt") < page.index("Printed so.")
    assert "with an answer: one doubt" in page
    assert "E006" not in page
    assert "<script>" not in page
    assert page.count("```") == 2
    assert "row-doubts" not in with_findings("```{findings} bars\n```\n", "page.md", ROWS, DOUBTS)
    answered = with_findings("```{findings} guns\n```\n", "page.md", ROWS, DOUBTS[DOUBTS["is_answered"]])
    assert "nobody has looked into" not in answered


def test_a_page_has_the_rows_of_its_intervention_studies_first():
    page = with_findings("a\n\n```{findings} bars\n```\n\nb\n", "page.md", ROWS, DOUBTS)
    assert page.startswith("a\n\n```{raw} html\n")
    assert page.endswith("\n```\n\nb\n")
    order = [page.index(name) for name in ("Lopes (2007)", "9 studies", "&lt;script&gt;")]
    assert order == sorted(order)
    assert "Other (2000)" not in page
    assert '<a href="https://doi.org/10.1000/x">Lopes (2007)</a></th><td>Diadema</td><td>4</td>' in page


def test_what_is_missing_is_a_dash_and_texts_are_text():
    page = with_findings("```{findings} bars\n```\n", "page.md", ROWS, DOUBTS)
    assert "<script>" not in page
    assert "<td>–</td><td>–</td>" in page
    assert "nan" not in page.lower()
    assert not re.search(r"\n\s*\n", page.strip())


def test_an_intervention_without_findings_is_named_with_those_there_are():
    with pytest.raises(UnknownIntervention, match=r"page\.md: no findings of trams; there are: bars, guns"):
        with_findings("```{findings} trams\n```\n", "page.md", ROWS, DOUBTS)


def test_a_page_that_asks_for_nothing_stays():
    assert with_findings("text", "page.md", ROWS, DOUBTS) == "text"
