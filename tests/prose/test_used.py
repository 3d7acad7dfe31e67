"""What runs record is quoted, what is quoted was recorded, and every table is read by a notebook or shown by a page."""

import json
import re
import tomllib
from fnmatch import fnmatchcase

import nbformat
import pytest
from notebooks.contrary import BROUGHT_SAYS, SAYS
from prose.quoted import KEPT, names, quotes, recorded_by_default, unused
from support import ROOT

from citizen_security import compendium
from citizen_security.tables import catalog
from citizen_security.values import glue_texts, why_missing

WITHOUT_INTERVAL = tomllib.loads((ROOT / "tests/prose/without_interval.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def recorded(site):
    return recorded_by_default(ROOT / "results")


def test_every_recorded_value_is_quoted_or_gone(recorded):
    left = unused(recorded, quotes())
    assert not left, "\n".join(
        f"{notebook} records {', '.join(them)}, which no notebook and no page quotes. Quote them where a sentence "
        "needs them, or take them out of the room's headline.py"
        for notebook, them in left.items()
    )


def test_everything_quoted_is_recorded_or_said_to_be_missing(recorded):
    missing = {
        name: json.loads((ROOT / "results" / name / "default" / "manifest.json").read_text("utf-8")).get("missing", {})
        for name in recorded
    }
    texts = {name: glue_texts(values) for name, values in recorded.items()}
    lost = [f"{nb}: {key}" for nb, key in quotes() if key not in texts[nb] and not why_missing(key, missing[nb])]
    assert not lost


def test_what_is_kept_for_another_reason_is_recorded_and_needs_the_reason(recorded):
    assert [f"{nb}: {name}" for nb, them in KEPT.items() for name in them if name not in recorded[nb]] == []
    assert unused({nb: dict.fromkeys(them) for nb, them in KEPT.items()}, set()) == {}
    quoted = {(nb, name) for nb, key in quotes() for name in names(key)}
    assert [f"{nb}: {name}" for nb, them in KEPT.items() for name in them if (nb, name) in quoted] == []


def test_the_contrary_runs_say_what_the_default_runs_do_not(recorded):
    same = [
        f"{notebook}: {name}"
        for notebook, texts in (*SAYS.items(), *BROUGHT_SAYS.items())
        for name, part in texts.items()
        if part in str(recorded[notebook][name]["value"])
    ]
    assert not same, f"{same} say at the defaults what SAYS expects of the contrary run"


def test_every_estimate_has_an_interval_or_a_declared_reason_to_have_none(recorded):
    alone = {
        f"{notebook}::{name}"
        for notebook, values in recorded.items()
        for name, entry in values.items()
        if isinstance(entry["value"], float) and not entry["interval"]
    }
    patterns = [pattern for them in WITHOUT_INTERVAL.values() for pattern in them]
    undeclared = sorted(name for name in alone if not any(fnmatchcase(name, pattern) for pattern in patterns))
    assert undeclared == [], "give them an interval where they are recorded, or a reason in without_interval.toml"
    idle = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in alone)]
    assert idle == [], "no recorded number stands without an interval by these"


def test_every_table_is_read_by_a_notebook_or_by_a_chart_of_a_page():
    read = {table for entry in compendium.NOTEBOOKS.values() for table in entry.tables}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/citizen_security/book").rglob("*.py"))
    read |= set(re.findall(r'catalog\.load\("(\w+)"\)', code))
    assert sorted(set(catalog.tables()) - read) == [], "nothing reads them: use them, or take them out of data/"


@pytest.fixture
def tree(tmp_path):
    """A checkout with a notebook and a page that quote values."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("{glue:text}`a_text` {glue:text}`b_n:s`")])
    for name, content in {
        "notebooks/cities/one.ipynb": nbformat.writes(notebook),
        "book/evidence/sub/page.md": "{glue:text}`../../cities/one.ipynb::c_interval:s`",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def test_quotes_are_found_in_notebooks_and_pages(tree):
    assert quotes(tree) == {("cities/one", "a_text"), ("cities/one", "b_n"), ("cities/one", "c_interval")}


def test_what_nothing_quotes_is_named(tree):
    values = {"cities/one": dict.fromkeys("abcd"), "cities/two": {"a": None}}
    assert unused(values, quotes(tree)) == {"cities/one": ["d"], "cities/two": ["a"]}
