"""What the site and its pages weigh: a slow line, a small plan, a free host."""

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LARGEST_SITE = 45_000_000
# One file of a kind: what a kind weighs grows with the number of its pages, and each new one is to be as light.
LARGEST = {"places/???*-*.html": 40_000, "runs/*/*/notebook.ipynb": 450_000, "*/*.html": 560_000}
# What a page has beside its own text: head, contents, header and footer.
LARGEST_FRAME = 21_000
# With its first chart drawn, compressed as a host sends it: four seconds on a slow mobile line (1.6 Mbit/s).
LARGEST_LOAD = 700_000
KINDS = {
    "front": "index.html",
    "story": "paradox/did_violence_fall.html",
    "overview": "evidence/overview.html",
    "evidence": "evidence/gap_map.html",
    "workshop": "evidence/evidence_gap_map.html",
    "formulas": "cities/small_counts_method.html",
    # The heaviest: formulas and a chart of every city.
    "formulas and a chart": "cities/city_trends.html",
    "place": "places/bra.html",
    "places": "places/index.html",
    "explorer": "places/explorer.html",
}


def files_of(site: Path) -> list[Path]:
    return [it for it in site.rglob("*") if it.is_file()]


def test_the_site_is_small_enough(built, record_property):
    sizes: dict[str, int] = {}
    for path in files_of(built):
        kind = path.relative_to(built).parts[0]
        sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
    record_property("bytes_by_folder", str(dict(sorted(sizes.items(), key=lambda it: -it[1])[:8])))
    assert sum(sizes.values()) <= LARGEST_SITE, sizes


@pytest.mark.parametrize("kind", LARGEST)
def test_no_page_and_no_notebook_to_download_is_heavier_than_its_kind(built, kind):
    sizes = {it.relative_to(built).as_posix(): it.stat().st_size for it in built.glob(kind)}
    assert len(sizes) > 10
    assert {name: size for name, size in sizes.items() if size > LARGEST[kind]} == {}


def test_the_frame_of_a_page_does_not_grow_with_the_book(built):
    # The whole contents in every page would be a share of the site that grows with the square of its pages.
    page = (built / "paradox" / "regression_to_the_mean.html").read_text("utf-8")
    before, after = page.index("<article"), page.index("</article>")
    assert len(page) - (after - before) <= LARGEST_FRAME


def test_every_script_and_style_sheet_is_asked_for(built):
    # What nobody asks for still travels with every copy.
    assets = [it for it in files_of(built / "_static") if it.suffix in (".js", ".css") and "mathjax" not in it.parts]
    asking = [
        it for it in files_of(built) if it.suffix in (".html", ".js") and it.relative_to(built).parts[0] != "runs"
    ]
    texts = "\n".join(it.read_text("utf-8") for it in asking)
    assert [it.name for it in assets if it.name not in texts] == []


@pytest.fixture
def loaded(browser, address, built) -> Callable[[str], dict[str, int]]:
    """Weights of what a page asks for until its first chart is drawn, by file."""

    def load(name: str, width: int = 390) -> dict[str, int]:
        page = browser.new_page(viewport={"width": width, "height": 844})
        asked: list[str] = []
        page.on("requestfinished", lambda request: asked.append(urlsplit(request.url).path))
        page.goto(address + name)
        for figure in page.locator("figure.chart").all()[:1]:
            figure.scroll_into_view_if_needed()
            page.wait_for_function("document.querySelector('figure.chart').dataset.drawn")
        # On a desk a formula may be near the chart: what sets it counts as well.
        page.wait_for_function("!document.querySelector('script[src*=mathjax]') || window.MathJax?.startup?.promise")
        page.evaluate("async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }")
        page.wait_for_load_state("networkidle")
        page.close()
        root = urlsplit(address).path
        paths = {unquote(it.removeprefix(root)) for it in asked if it.startswith(root)}
        return {it: len(gzip.compress((built / it).read_bytes(), 6)) for it in sorted(paths)}

    return load


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_with_its_first_chart_is_light(loaded, record_property, kind):
    weights = loaded(KINDS[kind])
    record_property("bytes", sum(weights.values()))
    heaviest = dict(sorted(weights.items(), key=lambda it: -it[1])[:6])
    assert sum(weights.values()) <= LARGEST_LOAD, f"{sum(weights.values()):,} bytes: {heaviest}"
    # Only a page with formulas has what sets them, and only once a formula is near.
    assert any("mathjax" in it for it in weights) == (kind == "formulas")


def test_what_sets_drawings_anew_is_loaded_by_a_phone_only(loaded):
    assert "_static/narrow.js" in loaded(KINDS["story"])
    assert "_static/narrow.js" not in loaded(KINDS["story"], 1280)
    assert "_static/phone.js" not in loaded(KINDS["explorer"])


def test_formulas_and_a_chart_on_a_desk_are_light_together(loaded):
    weights = loaded(KINDS["formulas and a chart"], 1280)
    assert any("mathjax" in it for it in weights)
    heaviest = dict(sorted(weights.items(), key=lambda it: -it[1])[:6])
    assert sum(weights.values()) <= LARGEST_LOAD, f"{sum(weights.values()):,} bytes: {heaviest}"
