"""The site as it is published: what no page asks for stays out, what lets a page be found is in."""

import pytest
from support import ROOT

from citizen_security.book.published import (
    ADDRESS,
    REPOSITORY,
    WrongAddress,
    page_address,
    publish,
    repository_address,
    site_address,
)
from citizen_security.book.whole import write_inventory

PAGE = """<!DOCTYPE html>
<html>
<head>
<link href="{up}_static/styles/theme.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="{up}_static/compendium.css?v=2" />
  <script defer src="{up}_static/scripts/fontawesome.js?digest=1"></script>
<link rel="preload" as="script" href="{up}_static/scripts/bootstrap.js?digest=1" />
<script src="{up}_static/documentation_options.js?v=3"></script>
<script src="{up}_static/doctools.js?v=4"></script>
<script>DOCUMENTATION_OPTIONS.pagename = 'page';</script>
<script>window.MathJax = {{"options": {{}}}}</script>
<script defer="defer" src="{up}_static/mathjax/tex-chtml.js"></script>
<script src="{up}_static/formulas.js?v=6"></script>
<script src="{up}_static/gap-map.js?v=7"></script>
<script src="{up}_static/find.js?v=8"></script>
  <script src="{up}_static/searchtools.js?v=5"></script>
  <script src="{up}searchindex.js?v=6"></script>
</head>
<body>
<div id="pst-primary-sidebar" class="bd-sidebar"><img src="{up}_static/logo.svg" class="logo__image" alt="x"/></div>
<main><h1>A page</h1><div class="find"></div><img src="{up}pictures/seen.svg" alt="y"></main>
</body>
</html>
"""
FILES = {
    "_static/styles/theme.css": '@import "../basic.css";@font-face{font-family:"Font Awesome 6";src:url(a)}p{x:1}',
    "_static/basic.css": "a{y:1}",
    "_static/compendium.css": "h1{z:1}",
    "_static/documentation_options.js": "const DOCUMENTATION_OPTIONS = {};\n",
    "_static/doctools.js": "doctools()",
    "_static/scripts/fontawesome.js": "icons()",
    "_static/scripts/bootstrap.js": "bootstrap()",
    "_static/scripts/bootstrap.js.map": "{}",
    "_static/locales/de/x.mo": "x",
    "_static/formulas.js": "load('mathjax/startup.js')",
    "_static/mathjax/startup.js": "math()",
    "_static/mathjax/tex-chtml.js": "math()",
    "_static/mathjax/tex-svg.js": "math()",
    "_static/mathjax/output/chtml/fonts/woff-v2/a.woff": "font",
    "_static/searchtools.js": "search()",
    "_static/logo.svg": "<svg/>",
    "_sources/page.md": "# A page",
    "pictures/seen.svg": "<svg/>",
    "pictures/part/unseen.svg": "<svg/>",
    "searchindex.js": "index()",
}
PAGES = ("index.html", "part/page.html", "search.html")


@pytest.fixture
def site(tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    for name in PAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PAGE.format(up="../" * name.count("/")))
    return tmp_path


@pytest.fixture
def published(site):
    publish(site, title="A & B", address="")
    return site


def found(site):
    return {it.relative_to(site).as_posix() for it in site.rglob("*") if it.is_file()}


def test_what_no_page_asks_for_is_not_published(published):
    left = found(published)
    gone = {it for it in FILES if it not in left}
    # No page of these has a formula, so none loads what would load the library.
    assert gone == {
        "_sources/page.md",
        "_static/basic.css",
        "_static/compendium.css",
        "_static/formulas.js",
        "_static/locales/de/x.mo",
        "_static/mathjax/tex-chtml.js",
        "_static/mathjax/tex-svg.js",
        "_static/scripts/bootstrap.js.map",
        "_static/scripts/fontawesome.js",
        "_static/styles/theme.css",
        "pictures/part/unseen.svg",
    }


def test_a_page_is_shown_without_waiting_for_a_script(published):
    page = (published / "part" / "page.html").read_text()
    # Settings that the next script reads are part of the page; all else waits until the page is there.
    assert "<script>const DOCUMENTATION_OPTIONS = {};</script>" in page
    assert '<script defer="defer" src="../_static/doctools.js?v=4"></script>' in page
    assert "<script src=" not in page
    assert 'rel="preload"' not in page
    assert "fontawesome" not in page
    assert page.count("<script>") == 2, "the settings, and what follows them"


def test_a_page_loads_the_scripts_for_what_it_has(published):
    page = (published / "index.html").read_text()
    assert "find.js" in page
    assert "gap-map.js" not in page


def test_formulas_are_set_where_there_are_any(site):
    (site / "part" / "page.html").write_text((site / "part" / "page.html").read_text() + '<p class="math">x</p>')
    publish(site, title="A book", address="")
    assert "MathJax" not in (site / "index.html").read_text()
    assert "mathjax" not in (site / "index.html").read_text()
    assert "window.MathJax" in (site / "part" / "page.html").read_text()
    assert "formulas.js" in (site / "part" / "page.html").read_text()
    # It is loaded by that script, when a formula comes near.
    assert "tex-chtml.js" not in (site / "part" / "page.html").read_text()
    assert (site / "_static" / "mathjax" / "startup.js").is_file()


def test_only_the_search_page_loads_the_index(published):
    assert "searchindex.js" not in (published / "index.html").read_text()
    search = (published / "search.html").read_text()
    # Its own script asks for the settings at once.
    assert '<script src="searchindex.js?v=6"></script>' in search
    assert '<script src="_static/documentation_options.js?v=3"></script>' in search


def test_a_page_has_one_style_sheet_with_the_rules_of_all_in_order(published):
    page = (published / "part" / "page.html").read_text()
    assert page.count('rel="stylesheet"') == 1
    [sheet] = (published / "_static").glob("pages-*.css")
    assert f'href="../_static/{sheet.name}"' in page
    assert sheet.name in (published / "index.html").read_text()
    rules = sheet.read_text()
    assert [rules.index(it) for it in ("a{y", "p{x", "h1{z")] == sorted(
        rules.index(it) for it in ("a{y", "p{x", "h1{z")
    )


def test_what_the_theme_leaves_outside_is_in_a_landmark_and_its_picture_has_room(published):
    page = (published / "index.html").read_text()
    assert '<div role="navigation" aria-label="Book" id="pst-primary-sidebar"' in page
    assert '<img width="64" height="64" src="_static/logo.svg"' in page


HEADED = """<!DOCTYPE html><html><head><meta name="viewport" content="a" />
<meta name="viewport" content="b"/><title>{title} &#8212; A book</title>
<meta name="description" content="{said}" /><meta property="og:description" content="{said}" /></head>
<body>{body}</body></html>"""


def test_no_two_pages_have_one_title_or_one_description(site):
    pages = {
        "index.html": ("A book", "Said.", ""),
        "part/story.html": ("A &quot;question&quot;?", "Said.", ""),
        "part/run.html": ("A &quot;question&quot;?", "Something else.", '<details class="code"></details>'),
    }
    for name, (title, said, body) in pages.items():
        (site / name).write_text(HEADED.format(title=title, said=said, body=body))
    publish(site, title="A book", address="")
    texts = {name: (site / name).read_text() for name in pages}
    assert "<title>A book</title>" in texts["index.html"]
    assert "<title>A &quot;question&quot;? &#8212; A book</title>" in texts["part/story.html"]
    assert "<title>A &quot;question&quot;? (notebook) &#8212; A book</title>" in texts["part/run.html"]
    assert texts["index.html"].count('content="Said."') == 2
    assert texts["part/story.html"].count('content="A &quot;question&quot;?: Said."') == 2
    assert texts["part/run.html"].count('content="Something else."') == 2
    assert all(text.count('name="viewport"') == 1 for text in texts.values())


def test_without_an_address_nothing_names_one(published):
    assert not (published / "sitemap.xml").exists()
    lost = (published / "404.html").read_text()
    assert "<base" not in lost
    assert "Not found — A &amp; B" in lost


def test_with_an_address_the_map_names_every_page_that_readers_look_for(site):
    publish(site, title="A book", address="https://example.org/book/")
    assert (site / "sitemap.xml").read_text().count("<url>") == 2
    assert "<loc>https://example.org/book/</loc>" in (site / "sitemap.xml").read_text()
    assert "<loc>https://example.org/book/part/page.html</loc>" in (site / "sitemap.xml").read_text()
    # A page that is not found may have been asked for in any folder.
    assert '<base href="https://example.org/book/">' in (site / "404.html").read_text()


@pytest.mark.parametrize("asked", ["gone.html", "x/y/z", "part/gone/", "x/y/z/gone.html?a=b#c"])
@pytest.mark.parametrize("address", ["", "https://example.org/moved-from-here/"])
def test_from_a_page_that_is_not_there_ways_lead_on_whatever_folder_it_lies_in(site, serve, browser, asked, address):
    publish(site, title="A book", address=address)
    write_inventory(site)
    page = browser.new_page()
    assert page.goto(serve(site) + asked).status == 404
    page.wait_for_function("document.documentElement.dataset.site")
    assert page.get_by_role("link").evaluate("it => it.href") == f"{serve(site)}index.html"
    page.get_by_role("searchbox").fill("police")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{serve(site)}search.html?q=police")
    page.close()


def test_the_front_page_is_found_at_the_address_itself():
    assert (page_address("index"), page_address("data/index")) == ("", "data/index.html")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A checkout with settings of its own, and an environment that says nothing."""
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(tmp_path))
    monkeypatch.delenv(ADDRESS, raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text((ROOT / "data" / "datapackage.json").read_text())
    return tmp_path / "_config.yml"


@pytest.mark.parametrize(
    ("said", "configured", "address"),
    [
        ("", "", ""),
        ("https://example.org/book", "", "https://example.org/book/"),
        ("", "https://example.org", "https://example.org/"),
        (" http://localhost:8000/b/ ", "https://example.org", "http://localhost:8000/b/"),
    ],
)
def test_the_address_is_that_of_the_environment_else_of_the_settings(settings, monkeypatch, said, configured, address):
    monkeypatch.setenv(ADDRESS, said)
    settings.write_text(f'title: A book\nhtml:\n  baseurl: "{configured}"\n')
    assert site_address() == address


@pytest.mark.parametrize(
    "given", ["example.org/book", "https://", "file:///tmp/book", 'https://example.org/"><script>']
)
def test_what_is_no_address_is_refused_in_words(settings, monkeypatch, given):
    settings.write_text("title: A book\n")
    monkeypatch.setenv(ADDRESS, given)
    with pytest.raises(WrongAddress, match=r"COMPENDIUM_ADDRESS is .*Allowed: https://.*leave it empty"):
        site_address()
    monkeypatch.delenv(ADDRESS)
    settings.write_text(f"html:\n  baseurl: '{given}'\n")
    with pytest.raises(WrongAddress, match=r"html\.baseurl of _config\.yml is"):
        site_address()


def test_the_repository_is_that_of_the_environment_else_of_the_settings(settings, monkeypatch):
    monkeypatch.delenv(REPOSITORY, raising=False)
    settings.write_text("title: A book\n")
    assert repository_address() == ""
    settings.write_text("repository:\n  url: https://example.org/book.git\n")
    assert repository_address() == "https://example.org/book.git"
    monkeypatch.setenv(REPOSITORY, "https://example.org/other")
    assert repository_address() == "https://example.org/other"
    monkeypatch.setenv(REPOSITORY, "git@example.org:book")
    with pytest.raises(WrongAddress, match=r"COMPENDIUM_REPOSITORY is .*this copy does not name it"):
        repository_address()


def test_our_own_settings_name_no_address(monkeypatch):
    # A copy to read offline, or somebody's own, must not claim to be found elsewhere.
    monkeypatch.delenv(ADDRESS, raising=False)
    assert site_address() == ""
