"""What the site and its pages weigh: a slow line, a small plan, a free host."""

import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

LARGEST_SITE = 45_000_000
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

    def load(name: str) -> dict[str, int]:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked: list[str] = []
        page.on("requestfinished", lambda request: asked.append(urlsplit(request.url).path))
        page.goto(address + name)
        for figure in page.locator("figure.chart").all()[:1]:
            figure.scroll_into_view_if_needed()
            page.wait_for_function("document.querySelector('figure.chart').dataset.drawn")
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
