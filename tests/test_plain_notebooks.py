"""What the book's roles say, plain Markdown says to every reader of a notebook."""

import json
import runpy

import pytest
from support import ROOT

from citizen_security.quoted import UNTIL_IT_RAN

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "plain-notebooks.py"))


def notebook(*sources):
    cells = [{"cell_type": "markdown", "source": source.splitlines(keepends=True)} for source in sources]
    return {"cells": [*cells, {"cell_type": "code", "source": ["{glue:text}`x`"]}], "nbformat": 4}


def plain(source, part="paradox"):
    made = SCRIPT["plain_notebook"](notebook("# Title", source), part, ROOT)
    assert made["cells"][2]["source"] == ["{glue:text}`x`"]
    return "".join(made["cells"][1]["source"])


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("By {glue:text}`fall_text`% ({glue:text}`fall:.2f`).", "By …<!--fall_text-->% (…<!--fall:.2f-->)."),
        ("In {glue:text}`fall_n:s`", "In …<!--fall_n-->"),
        ("{glue:text}`fall_sentence_text` So", "[…]<!--fall_sentence_text--> So"),
        ("{term}`draws <sample size>`", '[draws](../../book/glossary.md "Glossary: sample size")'),
        (
            "[a](methods.md#b), [c](d.ipynb)",
            "[a](../../book/paradox/methods.md#b), [c](../../notebooks/paradox/d.ipynb)",
        ),
        (
            "**1.** Why\n\n:::{dropdown} Solution\n```python\nx\n```\nSo.\n:::\n\n**2.** H?",
            "**1.** Why\n\n<details>\n<summary>Solution</summary>\n\n```python\nx\n```\nSo.\n\n</details>\n\n**2.** H?",
        ),
        ("```python\n{glue:text}`x`\n```", "```python\n{glue:text}`x`\n```"),
    ],
)
def test_roles_become_plain_and_plain_stays(source, shown):
    assert plain(source) == shown
    assert plain(shown) == shown


def test_citations_become_links_to_the_works():
    assert plain("{cite:t}`muggah2017rise` says.").startswith("[Muggah (2017)](https://doi.org/")


def test_the_first_cell_tells_of_blanks_where_there_are_some():
    with_blank = SCRIPT["plain_notebook"](notebook("# Title", "{glue:text}`x`"), "paradox", ROOT)
    first = "".join(with_blank["cells"][0]["source"])
    assert first.startswith("# Title\n\n*Where the text has … ")
    assert first.endswith(UNTIL_IT_RAN)
    assert SCRIPT["plain_notebook"](with_blank, "paradox", ROOT) == with_blank
    without = SCRIPT["plain_notebook"](notebook("# Title", "No value."), "paradox", ROOT)
    assert without["cells"][0]["source"] == ["# Title"]


def test_every_notebook_of_the_checkout_is_plain_already(capsys):
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts:
            content = json.loads(path.read_text("utf-8"))
            assert SCRIPT["plain_notebook"](content, path.parent.name, ROOT) == content, (
                f"{path.relative_to(ROOT)}: run `python scripts/plain-notebooks.py`"
            )
