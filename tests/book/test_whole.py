"""A site is whole, or what it lacks is said."""

import os

import pytest

from citizen_security.book.whole import INVENTORY, keep_times, lacks, replace, restore, site_damage, write_inventory

CONTENTS = """format: jb-book
root: index
parts:
  - chapters:
      - file: part/page
        sections:
          - file: part/detail
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "_toc.yml").write_text(CONTENTS)
    folder = tmp_path / "html"
    for name in ("index", "part/page", "part/detail"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.html").write_text('<html><a href="../runs/a%20b.csv">table</a></html>\n')
    (folder / "runs").mkdir()
    (folder / "runs" / "a b.csv").write_text("x\n")
    (folder / "_static").mkdir()
    (folder / "_static" / "macros.html").write_text("{% macro %}")
    return folder


def test_a_whole_site_lacks_nothing(site):
    assert lacks(site, site.with_name("source")) == []


def test_the_text_of_a_link_is_no_link(site):
    page = site / "index.html"
    shown = '<td>&lt;a href="runs/none.csv"&gt;</td> &lt;img src="data/none.csv"'
    page.write_text(page.read_text("utf-8").replace("</html>", f"{shown}</html>"), "utf-8")
    assert lacks(site, site.with_name("source")) == []


def test_all_that_a_site_lacks_is_said_at_once(site):
    (site / "part" / "detail.html").unlink()
    (site / "part" / "page.html").write_text("<html><body>half a pa")
    (site / "runs" / "a b.csv").unlink()
    assert lacks(site, site.with_name("source")) == [
        "part/detail.html is missing",
        "part/page.html ends in the middle",
        "index.html links to runs/a b.csv, which is not there",
    ]


def test_the_page_of_a_place_is_missed(site):
    (site.with_name("source") / "_places").mkdir()
    (site.with_name("source") / "_places" / "hnd.json").write_text("{}")
    assert lacks(site, site.with_name("source")) == ["places/hnd.html is missing"]


def test_a_site_as_it_was_built_is_not_damaged(site):
    write_inventory(site)
    (site / "notes.txt").write_text("somebody's own file")
    assert site_damage(site) == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("index.html", b"<html>", "is not as it was written"),
        ("runs/a b.csv", b"", "is not as it was written"),
        ("part/page.html", None, "cannot be read"),
        (INVENTORY, b"{", "is not as it was written"),
        (INVENTORY, b"[1]", "is not as it was written"),
        (INVENTORY, b"{}", "names no file"),
        (INVENTORY, None, "cannot be read"),
    ],
)
def test_a_file_that_is_gone_cut_or_changed_is_damage(site, name, content, said):
    write_inventory(site)
    (site / name).unlink()
    if content is not None:
        (site / name).write_bytes(content)
    assert said in site_damage(site)
    assert str(site / name) in site_damage(site)


def test_a_kill_between_the_two_renames_loses_nothing(tmp_path):
    final = tmp_path / "html"
    for turn in ("first", "second"):
        working = tmp_path / "html.working"
        working.mkdir()
        (working / "turn").write_text(turn)
        replace(working, final)
        assert (final / "turn").read_text() == turn
    final.rename(tmp_path / "html.replaced")
    restore(final)
    assert (final / "turn").read_text() == "second"
    assert [path.name for path in tmp_path.iterdir()] == ["html"]


def test_what_is_as_it_was_keeps_its_time_and_what_is_new_has_its_own(tmp_path):
    # A browser asks whether a file is newer than the one it has.
    for folder, time in (("before", 1_000), ("working", 2_000)):
        (tmp_path / folder / "part").mkdir(parents=True)
        for name in ("same", "part/same", "changed"):
            (tmp_path / folder / name).write_text(folder if name == "changed" else name)
            os.utime(tmp_path / folder / name, (time, time))
    (tmp_path / "working" / "new").write_text("new")
    os.utime(tmp_path / "working" / "new", (2_000, 2_000))
    keep_times(tmp_path / "working", tmp_path / "before")
    times = {name: (tmp_path / "working" / name).stat().st_mtime for name in ("same", "part/same", "changed", "new")}
    assert times == {"same": 1_000, "part/same": 1_000, "changed": 2_000, "new": 2_000}


def test_the_first_of_all_has_its_own_times(tmp_path):
    (tmp_path / "working").mkdir()
    (tmp_path / "working" / "page").write_text("page")
    keep_times(tmp_path / "working", tmp_path / "nowhere")
    assert (tmp_path / "working" / "page").read_text() == "page"
