"""Jupyter Book's part: a warning is an error, and readers of the message can find its page."""

import shutil

import pytest
from support import ROOT

from citizen_security.book.build import BuildFailed, build, warnings
from citizen_security.book.whole import site_damage

TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    chapters:\n      - file: page\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sources of a book of two pages, with the settings of ours."""
    source = tmp_path_factory.mktemp("small") / "_build" / "source"
    source.mkdir(parents=True)
    shutil.copytree(ROOT / "book" / "_static", source / "_static")
    for name in ("references", "_extra"):
        (source / name).mkdir()
    for name in ("general", "paradox", "cities", "evidence", "programmes"):
        (source / "references" / f"{name}.bib").write_text("")
    (source / "_toc.yml").write_text(TOC)
    (source / "index.md").write_text("# A small book\n\nVersion {{ version }}.\n")
    (source / "page.md").write_text("# A page\n\nIt says homicide.\n")
    return source


def build_small(folder):
    return build(folder, folder.parent, configuration=ROOT / "_config.yml")


@pytest.mark.slow
def test_book_is_built_and_built_again_only_where_it_changed(folder):
    index = build_small(folder)
    page = index.with_name("page.html")
    (index.parent / "gone.html").write_text("a page whose source is no more")
    before = page.stat().st_mtime_ns
    (folder / "index.md").write_text("# A small book\n\nChanged.\n")
    build_small(folder)
    assert "Changed." in index.read_text("utf-8")
    assert page.stat().st_mtime_ns == before
    assert not (index.parent / "gone.html").exists()
    assert (index.parent / "search.html").is_file()


@pytest.mark.slow
def test_warning_fails_the_build_and_names_its_page(folder):
    broken = folder / "page.md"
    broken.write_text("# A page\n\n{doc}`nowhere` and {term}`nothing`\n")
    with pytest.raises(BuildFailed, match=r"(?s)2 warnings.*page\.md.*nowhere.*nothing"):
        build_small(folder)
    broken.write_text("# A page\n")


@pytest.mark.slow
def test_what_a_kill_left_half_written_is_built_again_from_nothing(folder):
    (folder / "page.md").write_text("# A page\n\nIt says homicide.\n")
    index = build_small(folder)
    aside = folder.parent / "aside"
    # As a kill in the middle of writing leaves it: Sphinx compares times and would take the page as it is.
    (aside / "usable").unlink()
    (aside / "_build" / "html" / "page.html").write_text("<html><body>half a pa")
    shutil.rmtree(index.parent)
    index.parent.with_name("html.replaced").mkdir()
    build_small(folder)
    assert "It says homicide." in index.with_name("page.html").read_text("utf-8")
    assert site_damage(index.parent) == ""
    assert not index.parent.with_name("html.replaced").exists()


@pytest.mark.slow
def test_a_build_that_fails_or_is_not_whole_leaves_the_site_before(folder):
    index = build_small(folder)
    before = index.read_bytes()
    broken = folder / "index.md"
    whole = broken.read_text("utf-8")
    for text, reason in [("{doc}`nowhere`", "nowhere"), ('<a href="runs/none.csv">a table</a>', r"runs/none\.csv")]:
        broken.write_text(f"# A small book\n\nNew. {text}\n")
        with pytest.raises(BuildFailed, match=reason):
            build_small(folder)
        # What was wrong is said again, also where only the change was read.
        with pytest.raises(BuildFailed, match=reason):
            build_small(folder)
        assert index.read_bytes() == before
        assert site_damage(index.parent) == ""
    broken.write_text(whole)


def test_nothing_to_build_is_said(tmp_path):
    with pytest.raises(BuildFailed, match="no book to build"):
        build(tmp_path / "source", tmp_path / "_build")


def test_warnings_are_found_among_all_that_sphinx_says():
    log = (
        "reading sources... [ 50%] errors_and_warnings\n"
        "\x1b[91m/x/page.md:3: WARNING: unknown document: 'nowhere'\x1b[39;49;00m\n"
        "/x/page.md:3: WARNING: unknown document: 'nowhere'\n"
        "/x/page.md:9: ERROR: bad\n"
        "build finished with problems, 2 warnings.\n"
    )
    assert warnings(log) == ["/x/page.md:3: WARNING: unknown document: 'nowhere'", "/x/page.md:9: ERROR: bad"]
