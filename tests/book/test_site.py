"""The built site in a browser: what a reader meets."""

import gzip
import json
import re
from urllib.request import urlopen

import nbformat
import pytest
from playwright.sync_api import expect

from citizen_security import compendium

FRONT = "index.html"
# The story with the chart of every country.
CHART = "paradox/did_violence_fall.html"

# The front page carries its chart's data, the evidence gap map the studies behind every cell. Compressed to about a
# quarter, a page of this size takes a second on a slow mobile connection (1.6 Mbit/s).
LARGEST_PAGE = 700_000

# Colours and widths of the lines, as they are on the screen.
STROKES = """(figure) => [...figure.querySelectorAll('.mark-line path')].map(
  (path) => [path.getAttribute('stroke'), path.getAttribute('stroke-width')].join(' '))"""


# Every page


def test_page_opens_without_errors(visit):
    # A reader of a page with a broken script loses charts, search or formulas without being told.
    complaints = [line for line in visit.console if line.startswith(("error", "warning"))]
    assert (visit.errors, complaints, visit.failures) == ([], [], [])


def test_page_asks_no_other_host(visit, address):
    # Whoever reads offline, behind a wall, or does not want to be counted by a third party.
    own = (address, "data:", "blob:")
    assert [url for url in visit.requests if not url.startswith(own)] == []


def test_page_fits_a_phone(visit):
    assert visit.overflow <= 0, f"the page scrolls sideways by {visit.overflow} px"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_page_can_be_read_by_everyone(visit, mode):
    # Contrast, names of controls, landmarks, order of headings: whatever axe finds hinders somebody.
    found = visit.violations[mode]
    told = [
        f"{rule['id']}: {node['html'][:300]} {node['failureSummary']}" for rule in found for node in rule["nodes"][:3]
    ]
    assert not found, "\n".join(told)


def test_page_has_one_title_and_says_its_language(visit):
    assert (visit.titles, visit.language) == (1, "en")


# The chart of every country


def test_chart_draws_every_country(open_page, drawn_chart):
    figure = drawn_chart(open_page(CHART))
    countries = figure.locator("select option").count() - 1
    assert countries > 25
    # Most countries have both lines, and lines with gaps are still one path.
    assert figure.locator(".mark-line path").count() > countries
    expect(figure.locator("img.chart-static")).to_be_hidden()


def test_choosing_a_country_makes_its_lines_stand_out(open_page, drawn_chart):
    figure = drawn_chart(open_page(CHART))
    before = figure.evaluate(STROKES)
    figure.locator("select").select_option(label="Honduras")
    assert figure.evaluate("(figure) => figure.view.signal('country_country')") == "Honduras"
    changed = [line for line, was in zip(figure.evaluate(STROKES), before, strict=True) if line != was]
    assert len(changed) == 2, "one line of homicide and one of poverty change their colour"
    figure.locator("select").select_option(label="All countries")
    assert figure.evaluate(STROKES) == before


def test_pointing_at_the_chart_tells_the_figures(open_page, drawn_chart):
    page = open_page(CHART)
    figure = drawn_chart(page)
    box = figure.locator("svg.marks").bounding_box()
    # As a hand does: over marks on the way.
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 4)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4, steps=5)
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip).to_be_visible()
    assert re.search(r"\d{4}", tooltip.inner_text())


def test_chart_follows_the_dark_mode_and_keeps_the_choice(open_page, drawn_chart):
    page = open_page(CHART, color_scheme="light")
    figure = drawn_chart(page, "light")
    figure.locator("select").select_option(label="Brazil")
    light = figure.evaluate(STROKES)
    page.evaluate("window.scrollTo(0, 0)")
    toggle = page.locator("button.theme-switch-button:visible").first
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        toggle.click()
    drawn_chart(page, "dark")
    assert figure.evaluate(STROKES) != light
    assert figure.locator(".chart-live").count() == 1
    assert figure.evaluate("(figure) => figure.view.signal('country_country')") == "Brazil"
    expect(figure.locator("select")).to_have_value(re.compile("."))


def test_chart_of_a_page_is_a_picture_without_scripts(open_page):
    page = open_page(CHART, java_script_enabled=False)
    picture = page.locator("figure.chart img.chart-static")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    assert picture.bounding_box()["height"] > 200
    assert len(picture.get_attribute("alt")) > 40
    expect(page.get_by_role("heading", name="How sure are we")).to_be_visible()


def test_chart_stays_a_picture_when_its_library_is_missing(open_page):
    def without_library(page):
        page.route("**/vega.js*", lambda route: route.abort())

    page = open_page(CHART, before=without_library)
    picture = page.locator("figure.chart img.chart-static")
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    assert page.locator(".chart-live").count() == 0


@pytest.mark.parametrize(("name", "times"), [("glossary.html", 0), (FRONT, 0), (CHART, 1)])
def test_library_of_charts_is_fetched_once_and_only_where_there_is_a_chart(open_page, name, times):
    fetched = []
    page = open_page(name, before=lambda page: page.on("request", lambda request: fetched.append(request.url)))
    for chart in page.locator("figure.chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg.marks").wait_for()
    page.wait_for_load_state("networkidle")
    assert len([url for url in fetched if "vega.js" in url]) == times


# Getting around


def test_search_finds_homicide(open_page):
    page = open_page(FRONT)
    page.keyboard.press("Control+k")
    page.keyboard.type("homicide")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=homicide*")
    results = page.locator("ul.search li")
    expect(results.first).to_be_visible()
    page.wait_for_function("document.querySelectorAll('ul.search li').length >= 5")
    with page.expect_navigation():
        results.first.locator("a").first.click()
    assert "homicide" in page.locator("main").inner_text().lower()


def test_keyboard_reaches_content_chart_and_run(open_page, drawn_chart):
    page = open_page(CHART)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    figure = drawn_chart(page)
    figure.locator("select").focus()
    page.keyboard.type("Chile")
    assert figure.evaluate("(figure) => figure.view.signal('country_country')") == "Chile"


def test_run_of_a_notebook_opens_by_keyboard(open_page, notebook_name):
    page = open_page(f"{notebook_name}.html")
    panel = page.locator("details.this-run")
    assert panel.get_attribute("open") is None
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    # A notebook that reads a table of the reader's own, or simulates one, has none of the catalogue's.
    heading = "Publisher and release" if compendium.NOTEBOOKS[notebook_name].tables else "Parameter"
    expect(panel.get_by_role("columnheader", name=heading)).to_be_visible()


# What stands behind a page


def test_notebook_page_shows_its_run(archived):
    # Without scripts: the run must be there for whoever archives or prints the page.
    assert re.search(r"This run: full effort, default parameters, \d{4}-\d\d-\d\d, [\d.]+ (s|min)", archived.summary)
    assert list(archived.files)[:3] == ["executed notebook", "values.json", "manifest.json"]


def test_files_of_a_run_are_what_they_say(archived, notebook_name):
    files = {name: fetched(url) for name, url in archived.files.items()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["notebook"]["name"] == notebook_name
    assert manifest["state"] == "complete"
    assert len(json.loads(files["values.json"])) == manifest["values_count"]
    nbformat.validate(nbformat.reads(files["executed notebook"], as_version=4))
    assert {f"{name}.csv" for name in manifest["recorded_tables"]} == set(files) - {
        "executed notebook",
        "values.json",
        "manifest.json",
    }


def test_run_on_the_page_is_the_one_to_download(archived):
    manifest = json.loads(fetched(archived.files["manifest.json"]))
    for checksum in (manifest["package"]["source_sha256"], manifest["lock_sha256"], manifest["notebook"]["sha256"]):
        assert checksum[:12] in archived.panel
    for table in manifest["tables"].values():
        assert table["sha256"][:12] in archived.panel


def fetched(url: str) -> str:
    """Text of a file of the site; an error where it is not there."""
    with urlopen(url) as answer:
        return answer.read().decode("utf-8")


def test_pages_are_light_enough(built, record_property):
    sizes = {str(path.relative_to(built)): len(gzip.compress(path.read_bytes())) for path in built.rglob("*.html")}
    largest = max(sizes, key=sizes.get)
    record_property("largest_page", f"{largest}: {sizes[largest]:,} bytes")
    assert sizes[largest] <= LARGEST_PAGE, f"{largest} has {sizes[largest]:,} bytes"
