"""What the book's Sphinx extension mends in the theme's pages."""

import json
import os
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from citizen_security import __version__
from citizen_security.book.extension import (
    UNKNOWN_REPOSITORY,
    RoundBrackets,
    mend_page,
    place_pages,
    set_look,
    set_version,
)
from citizen_security.book.published import ADDRESS, REPOSITORY

NAVIGATION = "<ul><li><a href='data/index.html'>Data</a><details><summary><i></i></summary></details></li></ul>"


# The parts of Sphinx that the mending asks: there are no pictures of pages in a folder that is not there.
APP = SimpleNamespace(srcdir="/nowhere", config=SimpleNamespace(project="A book"))


def mended(**context):
    mend_page(APP, "page", "page.html", context, None)
    return context


def test_bibliography_has_no_roles_that_browsers_refuse():
    body = '<div role="list" class="citation-list"><div class="citation" role="doc-biblioentry">Muggah</div></div>'
    assert mended(body=body)["body"] == '<div class="citation-list"><div class="citation">Muggah</div></div>'


def test_lists_of_the_text_keep_their_role():
    body = '<div role="list">a</div>'
    assert mended(body=body)["body"] == body


def test_toggles_of_the_navigation_have_a_name():
    generate = mended(body="", generate_toctree_html=lambda kind: BeautifulSoup(NAVIGATION, "html.parser"))
    made = generate["generate_toctree_html"]("sidebar")
    assert [summary["aria-label"] for summary in made.find_all("summary")] == ["Pages below"]


def test_navigation_that_is_plain_text_is_left_alone():
    assert mended(generate_toctree_html=lambda: "")["generate_toctree_html"]() == ""


def test_pages_can_say_their_version_and_where_the_repository_is(monkeypatch):
    config = SimpleNamespace(myst_substitutions={"other": "kept"})
    monkeypatch.delenv(REPOSITORY, raising=False)
    set_version(None, config)
    assert config.myst_substitutions == {"other": "kept", "version": __version__, "repository": UNKNOWN_REPOSITORY}
    monkeypatch.setenv(REPOSITORY, "https://example.org/book.git")
    set_version(None, config)
    assert config.myst_substitutions["repository"] == "[the repository](https://example.org/book.git)"


def test_each_place_has_a_page_whose_data_cannot_end_a_script(tmp_path):
    (tmp_path / "_places").mkdir()
    for name, title in (("hnd", "Honduras"), ("bra", "Brazil </script>")):
        place = {"title": title, "body": "<h1>x</h1>", "dataset": {"name": title}}
        (tmp_path / "_places" / f"{name}.json").write_text(json.dumps(place))
    app = SimpleNamespace(srcdir=os.fspath(tmp_path), config=SimpleNamespace(compendium_look="0123456789"))
    (address, filling, template), (second, *_) = place_pages(app)
    assert (address, second, template) == ("places/bra", "places/hnd", "place.html")
    assert filling["place"]["title"] == "Brazil </script>"
    assert "</script>" not in filling["place"]["dataset"]


def test_data_of_a_place_have_whole_addresses_where_the_site_has_one(tmp_path, monkeypatch):
    (tmp_path / "_places").mkdir()
    place = {"title": "x", "body": "", "dataset": {"name": "x", "distribution": {"contentUrl": "hnd.csv"}}}
    (tmp_path / "_places" / "hnd.json").write_text(json.dumps(place))
    app = SimpleNamespace(srcdir=os.fspath(tmp_path), config=SimpleNamespace(compendium_look="0123456789"))
    monkeypatch.setenv(ADDRESS, "https://example.org/book")
    ((_, filling, _),) = place_pages(app)
    dataset = json.loads(filling["place"]["dataset"])
    assert dataset["url"] == "https://example.org/book/places/hnd.html"
    assert dataset["distribution"] == {"contentUrl": "https://example.org/book/places/hnd.csv"}
    assert filling["look"] == "01234567"


@pytest.fixture
def look(tmp_path):
    (tmp_path / "_static").mkdir()
    for name in ("_static/book.css", "_static/charts.js", "_static/logo.svg", "_toc.yml"):
        (tmp_path / name).write_text("before")

    def made():
        config = SimpleNamespace()
        set_look(SimpleNamespace(srcdir=os.fspath(tmp_path)), config)
        return config

    return made


@pytest.mark.parametrize("name", ["_static/book.css", "_static/charts.js"])
def test_every_page_is_written_again_for_a_new_style_or_script(look, tmp_path, name):
    # Pages name the version of what they load; an old page would keep the browser's old copy.
    before = look()
    (tmp_path / name).write_text("after")
    assert look().compendium_look != before.compendium_look
    assert look().compendium_contents == before.compendium_contents


def test_every_page_is_read_again_for_a_new_table_of_contents(look, tmp_path):
    before = look()
    (tmp_path / "_toc.yml").write_text("after")
    assert look().compendium_contents != before.compendium_contents
    assert look().compendium_look == before.compendium_look


def test_citations_of_pages_look_like_those_of_resolved_notebooks():
    style = RoundBrackets()
    assert (style.bracket_parenthetical.left, style.bracket_parenthetical.sep) == ("(", "; ")
    assert (style.bracket_textual.left, style.bracket_textual.right) == ("(", ")")
    roles = {name for part in style.styles for name in part.role_names()}
    assert {"p", "t"} <= roles
    [parenthetical] = [part for part in style.styles if "p" in part.role_names()]
    assert parenthetical.author_year_sep == " "
