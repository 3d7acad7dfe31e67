"""The notebook of a kept run shows values and reasons, wherever it is opened."""

import pytest
from support import ROOT

from citizen_security.quoted import PageQuotable, Quotable
from citizen_security.runs.resolved import UnrecordedValues, book_links, resolve_notebook


def entry(value, format="", interval=None, n=None):
    return {"value": value, "unit": "", "interval": interval, "n": n, "label": "", "format": format}


VALUES = {
    "fall": entry(-5.25, ".1f", (-7.0, -1.0), 1234),
    "place": entry("St_Lucia *new*"),
    "fall_verdict": entry("Homicide fell."),
}
MISSING = {"growth_*": "growth is not among the regressors", "gini": "no survey was used", "fall_n": "never"}


def resolve(source, *, values=VALUES, missing=MISSING):
    cells = [{"cell_type": "markdown", "source": source}, {"cell_type": "code", "source": "{glue:text}`x`"}]
    resolve_notebook(cells, "paradox/some_notebook", ROOT, Quotable(values, missing))
    assert cells[1]["source"] == "{glue:text}`x`"
    return cells[0]["source"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("By {glue:text}`fall_text`% ({glue:text}`fall_interval:s`).", "By −5.2% (−7.0 to −1.0)."),
        ("In {glue:text}`fall_n` places, {glue:text}`fall:+.3f`.", "In 1,234 places, −5.250."),
        ("# {glue:text}`fall`", "# −5.2"),
        ("{glue:text}`page.ipynb::place_text:s`", r"St\_Lucia \*new\*"),
        # A line that begins with a number and a stop would be an item of a list.
        ("went from a to\n{glue:text}`fall_n`. Then", "went from a to 1,234. Then"),
        ("```python\n{glue:text}`fall_n`\n```\n{glue:text}`fall_n`", "```python\n{glue:text}`fall_n`\n```\n1,234"),
        (":::{dropdown} Solution\n{glue:text}`fall_n`\n:::", ":::{dropdown} Solution\n1,234\n:::"),
        ("- a\n- {glue:text}`fall_n`\n\n| {glue:text}`fall_n` | b |", "- a\n- 1,234\n\n| 1,234 | b |"),
    ],
)
def test_prose_shows_what_was_recorded(source, shown):
    assert resolve(source) == shown


GROWTH = "(Not in this run: growth is not among the regressors.)"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("It is so. Growth: {glue:text}`growth_effect_text`. And so.", f"It is so. {GROWTH} And so."),
        # A reason is given once in a paragraph, and again in the next.
        (
            "{glue:text}`growth_a_text`. B {glue:text}`growth_b_n`.\n\nC\n{glue:text}`growth_c_interval`.",
            f"{GROWTH}\n\n{GROWTH}",
        ),
        (
            "A {glue:text}`growth_a_text` and {glue:text}`gini_text` differ.",
            "(Not in this run: growth is not among the regressors; no survey was used.)",
        ),
        ("**A. {glue:text}`growth_a_text` is. So** it goes. On.", f"{GROWTH} On."),
        ("- {glue:text}`gini_text` is.\n- It is.", "- (Not in this run: no survey was used.)\n- It is."),
        ("| {glue:text}`gini_text` | it |", "| (Not in this run: no survey was used.) | it |"),
        # What was recorded after all is shown, whatever is said of it.
        ("{glue:text}`fall_n` places.", "1,234 places."),
    ],
)
def test_a_sentence_that_misses_a_value_gives_the_reason(source, shown):
    assert resolve(source) == shown


def test_every_name_that_nothing_explains_is_named_at_once():
    with pytest.raises(UnrecordedValues) as raised:
        resolve("{glue:text}`a_text` {glue:text}`fall_text`\n\n{glue:text}`b_interval` {glue:text}`a_text`")
    assert "quotes a_text, b_interval, which" in str(raised.value)
    assert "Missing(" in str(raised.value)


LINKS = (
    "See [a page](methods.md), [another part's](../cities/methods.md#title), [a notebook](panel_regressions.ipynb), "
    "[the web](https://example.org/x.md) and {term}`partial pooling`, {term}`draws <effective sample size>`."
)
RESOLVED_LINKS = (
    "See [a page](../../../../book/paradox/methods.md), [another part's](../../../../book/cities/methods.md#title), "
    "[a notebook](../../../../notebooks/paradox/panel_regressions.ipynb), [the web](https://example.org/x.md) and "
    '[partial pooling](../../../../book/glossary.md "Glossary: partial pooling"), '
    '[draws](../../../../book/glossary.md "Glossary: effective sample size").'
)


def test_links_lead_to_files_of_the_checkout_and_back_to_pages_of_the_book():
    assert resolve(LINKS) == RESOLVED_LINKS
    assert book_links(RESOLVED_LINKS, "paradox") == LINKS.replace(
        "`partial pooling`", "`partial pooling <partial pooling>`"
    )


def test_citations_are_resolved_too():
    assert resolve("As {cite:t}`muggah2017rise` says.").startswith("As [Muggah (2017)](https://doi.org/")


def test_what_is_resolved_already_stays():
    once = resolve(f"{LINKS} {{glue:text}}`fall_text` {{cite:p}}`muggah2017rise`.")
    assert resolve(once) == once


def test_a_page_gives_the_reason_of_the_run_that_it_names():
    page = PageQuotable("evidence/sub/page.md", {"evidence/meta": Quotable(VALUES, MISSING)})
    source = "A {glue:text}`../meta.ipynb::{}:s`. B."
    assert page.without_missing(source.replace("{}", "gini_text")) == "(Not in this run: no survey was used.) B."
    kept = source.replace("{}", "fall_text")
    assert page.without_missing(kept) == kept
    assert page.without_missing(kept.replace("../", "")) == kept.replace("../", "")
