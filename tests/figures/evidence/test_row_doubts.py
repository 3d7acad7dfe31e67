"""Doubts about rows stand on the page with their answers, as text, those that wait for somebody first."""

import pandas as pd

from citizen_security.figures.evidence.row_doubts import doubts_html

DOUBTS = pd.DataFrame(
    {
        "table": "effects",
        "row": ["E001", "E002", "E003"],
        "doubt": ["same result", "rise or fall", "asymmetric interval"],
        "what": ["<b>twice</b> for $5 and $6", "the words say 'rose'", "halves of 0.1 and 0.2"],
        "answer": ["not looked into yet", "Printed so.", "Printed <so>, too."],
        "is_answered": [False, True, True],
    }
)


def test_those_that_wait_are_open_and_those_with_an_answer_folded():
    html = doubts_html(DOUBTS)
    waiting, answered = html.split("</details>")[:2]
    assert "<details open><summary>Doubts about rows that nobody has looked into: one doubt</summary>" in waiting
    assert "<details><summary>Doubts about rows with an answer: two doubts</summary>" in answered
    assert "E001" in waiting
    assert "E002" not in waiting
    assert all(words in answered for words in ("E002", "E003", "Printed so.", "halves of 0.1 and 0.2"))


def test_what_a_row_says_is_text_and_no_markup_or_formula():
    html = doubts_html(DOUBTS)
    assert "<b>" not in html
    assert "&lt;b&gt;twice&lt;/b&gt; for $5 and $6" in html
    assert "Printed &lt;so&gt;, too." in html
    assert html.startswith('<div class="row-doubts tex2jax_ignore mathjax_ignore">')


def test_where_there_is_none_that_is_said():
    html = doubts_html(DOUBTS[DOUBTS["is_answered"]])
    assert "nobody has looked into: no doubt</summary>" in html
    assert "None." in html
