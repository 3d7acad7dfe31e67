"""Jupyter Book's part: a warning is an error, and readers of the message can find its page."""

import shutil

import pytest
from support import ROOT

from citizen_security.book.build import BuildFailed, build, warnings

TOC = "format: jb-book\nroot: index\nparts:\n  - caption: Part\n    chapters:\n      - file: page\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sources of a book of two pages, with the settings of ours."""
    source = tmp_path_factory.mktemp("small") / "_build" / "source"
    source.mkdir(parents=True)
    shutil.copytree(ROOT / "book" / "_static", source / "_static")
    for name in ("references", "_extra"):
        (source / name).mkdir()
    for name in ("general", "paradox", "cities", "evidence"):
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


def test_nothing_to_build_is_said(tmp_path):
    with pytest.raises(BuildFailed, match="no book to build"):
        build(tmp_path / "source", tmp_path / "_build")


def test_output_that_jupyter_book_would_not_use_is_refused(folder):
    with pytest.raises(ValueError, match="_build"):
        build(folder, folder.parent.parent / "site")


def test_warnings_are_found_among_all_that_sphinx_says():
    log = (
        "reading sources... [ 50%] errors_and_warnings\n"
        "\x1b[91m/x/page.md:3: WARNING: unknown document: 'nowhere'\x1b[39;49;00m\n"
        "/x/page.md:3: WARNING: unknown document: 'nowhere'\n"
        "/x/page.md:9: ERROR: bad\n"
        "build finished with problems, 2 warnings.\n"
    )
    assert warnings(log) == ["/x/page.md:3: WARNING: unknown document: 'nowhere'", "/x/page.md:9: ERROR: bad"]
