"""Whoever visits a page for the tests sees what is wrong with it, and remembers nothing of the page before."""

import pytest

# A page that opens without a chart.
PAGE = "about.html"
PLANTED = """
<h1>A second title</h1>
<img src="gone.png">
<img src="http://127.0.0.1:9/foreign.png" alt="from another host">
<p style="color: light-dark(#767676, #000); background: light-dark(#777, #111)">hard to read</p>
<div style="width: 2000px">wide</div>
<script>console.error("planted"); setTimeout(() => { throw new Error("thrown"); });</script>
"""


@pytest.fixture(scope="module")
def spoilt(built, serve, tmp_path_factory) -> str:
    """Address of a copy of a page with one fault of each kind."""
    folder = tmp_path_factory.mktemp("spoilt")
    (folder / "_static").symlink_to(built / "_static")
    text = (built / PAGE).read_text("utf-8")
    assert text.count("</article>") == 1
    (folder / PAGE).write_text(text.replace("</article>", f"{PLANTED}</article>"), encoding="utf-8")
    return serve(folder) + PAGE


def test_a_fault_of_every_kind_is_seen_after_a_visit_of_the_page_without_it(visited, address, spoilt):
    whole, seen = visited(address + PAGE), visited(spoilt)
    assert (whole.titles, whole.overflow, whole.errors, whole.failures) == (1, 0, [], [])
    assert whole.violations == {"light": [], "dark": []}
    assert (seen.titles, seen.language) == (2, "en")
    assert seen.overflow > 1000
    assert "thrown" in seen.errors
    assert "error: planted" in seen.console
    assert any(it.startswith("404 ") and it.endswith("/gone.png") for it in seen.failures)
    assert "http://127.0.0.1:9/foreign.png" in seen.requests
    assert {"image-alt", "color-contrast"} <= {rule["id"] for rule in seen.violations["light"]}
    assert [rule["id"] for rule in seen.violations["dark"]] == ["color-contrast"]


REMEMBER = """() => {
  localStorage.setItem("kept", "1"); sessionStorage.setItem("kept", "1"); document.cookie = "kept=1";
}"""
KEPT = "[localStorage.getItem('kept'), sessionStorage.getItem('kept'), document.cookie]"


def test_a_reader_knows_nothing_of_the_one_before_nor_of_the_one_beside(readers, address):
    options = {"viewport": {"width": 700, "height": 500}}
    with readers.open() as open_address:
        first = open_address(address + PAGE, **options)
        first.evaluate(REMEMBER)
        beside = open_address(address + PAGE, **options)
        assert first.evaluate(KEPT) == ["1", "1", "kept=1"]
        assert beside.evaluate(KEPT) == [None, None, ""]
        contexts = {first.context, beside.context}
    with readers.open() as open_address:
        after = open_address(address + PAGE, **options)
        assert after.context in contexts
        assert after.evaluate(KEPT) == [None, None, ""]
