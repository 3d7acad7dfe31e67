"""The contents beside every page are whole for a reader, and their folded parts are written once."""

import json
import re

import pytest
from support import ROOT

from citizen_security.book.contents import FILE, PLACE, share_contents

SCRIPT = (ROOT / "book" / FILE).read_text("utf-8")
TOGGLE = '<details><summary aria-label="Pages below"><i></i></summary>'
PAGE = """<html><head><script defer="defer" src="{up}_static/contents.js?v=1"></script></head><body>
<nav class="bd-links bd-docs-nav" aria-label="Main"><ul>
<li class="toctree-l1"><a class="reference internal" href="{up}alone.html">Alone</a></li>
{one}
{two}
</ul></nav><main><li class="toctree-l1 has-children">in the text</li></main></body></html>
"""


def entry(up, name, *, open_):
    """An entry with two pages below it, as the theme writes it."""
    pages = "\n".join(
        f'<li class="toctree-l2"><a class="reference internal" href="{up}{name}/{it}.html">{it} &amp; {name}</a></li>'
        for it in ("first", "second")
    )
    current, toggle = (" current active", TOGGLE.replace("<details", '<details open="open"')) if open_ else ("", TOGGLE)
    link = f'<a class="reference internal" href="{up}{name}/front.html">{name}</a>'
    return f'<li class="toctree-l1{current} has-children">{link}{toggle}<ul>\n{pages}\n</ul>\n</details></li>'


@pytest.fixture
def site(tmp_path):
    """A front page, and a page of each part, with the whole book's contents in each."""
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(SCRIPT)
    for name in ("index", "one/front", "two/first"):
        up, part = "../" * name.count("/"), name.split("/")[0]
        entries = {it: entry(up, it, open_=it == part) for it in ("one", "two")}
        (tmp_path / f"{name}.html").parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.html").write_text(PAGE.format(up=up, **entries))
    (tmp_path / "plain.html").write_text("<html><head></head><body>No contents</body></html>")
    share_contents(sorted(tmp_path.rglob("*.html")), tmp_path)
    return tmp_path


def test_a_page_keeps_what_it_shows(site):
    for name, kept in (("index", []), ("one/front", ["one"]), ("two/first", ["two"])):
        text = (site / f"{name}.html").read_text()
        links = re.findall(r'href="(?:\.\./)?([^"]+)">', text)
        assert [it for it in links if it.endswith("front.html")] == ["one/front.html", "two/front.html"]
        assert [it for it in links if "first" in it or "second" in it] == [
            f"{part}/{it}.html" for part in kept for it in ("first", "second")
        ]
        assert "in the text" in text
        assert text.count("<details") == text.count("</details>") == len(kept)


def test_the_script_has_the_rest_by_addresses_from_the_front(site):
    contents = json.loads(re.search(r"const CONTENTS = (\{.*\});", (site / FILE).read_text())[1])
    assert contents == {
        f"{part}/front.html": [[f"{part}/{it}.html", f"{it} &amp; {part}"] for it in ("first", "second")]
        for part in ("one", "two")
    }
    # What is filled in is there to be filled in.
    assert SCRIPT.count(PLACE) == 1


def test_a_page_asks_for_the_script_as_it_is_now(site):
    tags = {re.search(r'contents\.js\?v=(\w+)"', page.read_text())[1] for page in site.rglob("[!p]*.html")}
    assert len(tags) == 1
    assert tags != {"1"}


def test_a_reader_finds_every_page_of_the_book_beside_every_page(site, browser):
    wanted = {"alone.html"} | {f"{part}/{it}.html" for part in ("one", "two") for it in ("front", "first", "second")}
    for name in ("index", "one/front", "two/first"):
        page = browser.new_page()
        page.goto(f"file://{site}/{name}.html")
        links = page.locator("nav a").evaluate_all("them => them.map((it) => it.href)")
        assert {it.removeprefix(f"file://{site}/") for it in links} == wanted
        assert len(links) == len(wanted)
        folded = page.locator("nav li.has-children > details:not([open]) > summary[aria-label='Pages below']")
        assert folded.count() == (2 if name == "index" else 1)
        page.close()
