"""The pictures of the map show every cell, name the studies, and let nothing from the table act on the page."""

import json
import shutil

import matplotlib as mpl
import pandas as pd
import pytest
import vl_convert
from matplotlib.patches import Rectangle
from playwright.sync_api import sync_playwright

from citizen_security import catalog
from citizen_security.evidence import gap_map
from citizen_security.evidence.parameters import EvidenceGapMap
from citizen_security.figures import gap_map as figures
from citizen_security.figures.embed import show

mpl.use("Agg")

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> & $x$'


@pytest.fixture(scope="module")
def selection():
    coded = gap_map.coded_studies(catalog.load("studies"), catalog.load("countries"))
    return gap_map.select(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="module")
def grid(selection):
    return gap_map.panels(selection, "all")


@pytest.fixture(scope="module")
def behind(selection):
    return gap_map.studies_of_panels(selection, "all")


@pytest.fixture
def hostile(selection):
    return gap_map.studies_behind(selection.mapped).assign(
        title=HOSTILE, authors=HOSTILE, design=HOSTILE, doi='10.1234/x"onclick="alert(3)'
    )


def test_every_cell_is_a_bubble_or_an_empty_tile(grid):
    figure = figures.plot_gap_map(grid)
    for axis, region in zip(figure.axes, ("lac", "elsewhere"), strict=True):
        here = grid[grid["region"] == region]
        tiles = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
        assert len(tiles) == (here["studies"] == 0).sum()
        assert len(axis.collections) == (here["studies"] > 0).sum()
        printed = sorted(int(text.get_text()) for text in axis.texts if text.get_text().isdigit())
        assert printed == sorted(here.loc[here["studies"] > 1, "studies"])


def test_every_row_and_column_is_labelled_in_full(grid):
    figure = figures.plot_gap_map(grid)
    rows = {label.get_text() for label in figure.axes[0].get_yticklabels()}
    assert rows == set(grid["intervention_label"]) | set(grid["family_label"])
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list(grid["outcome_label"].unique())


def test_the_title_states_the_number_of_empty_cells(grid, selection):
    empty = gap_map.gap_counts(gap_map.cells(gap_map.in_lac(selection.studies))).empty
    assert figures.plot_gap_map(grid)._suptitle.get_text().startswith(f"{empty} of {len(grid) // 2} cells")


def test_reviews_are_printed_beside_their_rows(grid, selection):
    reviews = gap_map.reviews_by_intervention(selection.reviews)
    plain, beside = (len(figures.plot_gap_map(grid, table).axes[1].texts) for table in (None, reviews))
    rows = reviews[reviews["intervention"].isin(grid["intervention"]) & (reviews["reviews"] > 0)]
    assert beside - plain == len(rows) + 1  # and the heading


def test_a_map_of_one_row_and_column_is_drawn(grid):
    one = grid[(grid["region"] == "lac") & (grid["intervention"] == "cctv") & (grid["outcome"] == "crime_overall")]
    figure = figures.plot_gap_map(one)
    figure.canvas.draw()
    assert len(figure.axes) == 1


def test_area_is_proportional_to_studies_up_to_where_the_legend_says_it_stops():
    assert figures._area(6) == 6 * figures._area(1)
    assert figures._area(figures.FULL_SIZE) == figures._area(58)


def test_directions_are_drawn_to_their_numbers(selection):
    table = gap_map.directions_reported({"Region": gap_map.in_lac(selection.studies)})
    figure = figures.plot_directions(table)
    drawn = {bars.get_label(): bars[0].get_width() for bars in figure.axes[0].containers}
    assert sum(drawn.values()) == pytest.approx(1)
    assert drawn["beneficial"] == pytest.approx(table["beneficial"][0] / table["studies"][0])
    assert f"{table['positive_share'][0]:.0%}" in figure.axes[0].get_yticklabels()[0].get_text()


def test_a_group_without_studies_is_drawn_empty(selection):
    figures.plot_directions(gap_map.directions_reported({"None": selection.studies.iloc[:0]})).canvas.draw()


@pytest.mark.parametrize("dark", [False, True])
def test_the_chart_is_valid_and_small_enough_for_a_page(grid, behind, dark):
    specification = figures.gap_map_chart(grid, behind, dark=dark).to_dict()
    assert len(json.dumps(specification)) < 200_000
    assert "http" not in json.dumps({key: value for key, value in specification.items() if key != "$schema"})
    assert vl_convert.vegalite_to_svg(specification, vl_version="6.4", allowed_base_urls=[]).startswith("<svg")


def test_the_chart_fits_a_telephone_but_for_a_little_scrolling_in_its_own_box(grid, behind):
    picture = vl_convert.vegalite_to_svg(figures.gap_map_chart(grid, behind).to_dict(), vl_version="6.4")
    width = float(picture.split('width="')[1].split('"')[0])
    assert width < 430  # the widest of common telephones


@pytest.fixture(scope="module")
def page(grid, behind, tmp_path_factory):
    """The chart in a browser, with the drawing library inlined."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "no Chromium on the path: apt-get install chromium"
    specification = figures.gap_map_chart(grid, behind).to_dict()
    html = vl_convert.vegalite_to_html(specification, vl_version="6.4", bundle=True, renderer="svg")
    path = tmp_path_factory.mktemp("chart") / "chart.html"
    path.write_text(html, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 390, "height": 1500})
        opened.goto(path.as_uri())
        opened.wait_for_selector("svg.marks text")
        yield opened
        browser.close()


def texts(page):
    page.wait_for_timeout(200)
    return page.locator("svg.marks text").all_text_contents()


def test_a_click_lists_the_studies_of_a_cell_and_the_region_can_be_changed(page, behind):
    page.locator("select").select_option("lac")
    page.locator("svg.marks text", has_text="3").first.click(force=True)
    cell = behind[
        (behind["region"] == "lac") & (behind["intervention"] == "hot_spots_policing")
        & (behind["outcome"] == "robbery_and_theft")
    ]  # fmt: skip
    shown = texts(page)
    assert "Hot spots policing: Robbery and theft" in shown
    for row in cell.itertuples():
        assert figures.short_reference(row.authors, row.year) in shown
    page.locator("select").select_option("elsewhere")
    assert "no study in this collection" in texts(page)


def test_a_cell_with_more_studies_than_lines_says_how_many_are_left(page, behind):
    page.locator("select").select_option("elsewhere")
    page.locator("svg.marks text", has_text="58").first.click(force=True)
    more = (behind["intervention"] == "cognitive_behavioural_therapy") & (behind["outcome"] == "reoffending")
    assert any(f"(and {more.sum() - figures.LISTED} more" in text for text in texts(page))


def test_a_tooltip_names_the_studies(page):
    page.locator("select").select_option("lac")
    page.locator("svg.marks .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "Which" in page.locator("#vg-tooltip-element").inner_text()


def test_every_study_of_every_cell_is_listed_once(selection):
    listed = gap_map.studies_behind(selection.mapped)
    html = figures.studies_html(listed, selection.reviews)
    assert html.count("<tr>") == len(listed) + len(selection.reviews) + html.count("<thead>")
    assert html.count("<details>") == listed["intervention"].nunique() + 1


def test_links_lead_to_dois_only(selection):
    html = figures.studies_html(gap_map.studies_behind(selection.mapped), selection.reviews)
    links = [part.split('"')[0] for part in html.split('href="')[1:]]
    assert links
    assert all(link.startswith("https://doi.org/10.") for link in links)
    assert "src=" not in html


def test_html_in_a_title_stays_text_in_the_tables(hostile, selection):
    html = figures.studies_html(hostile, selection.reviews.assign(title=HOSTILE))
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=x" in html
    assert "onclick" not in html.replace("%22onclick", "")  # only inside an encoded address
    assert 'class="studies-behind tex2jax_ignore mathjax_ignore"' in html  # nor does $x$ become a formula


def test_html_in_a_title_stays_text_in_the_chart(grid, behind):
    chart = figures.gap_map_chart(grid, behind.assign(title=HOSTILE, authors=HOSTILE))
    html = show(chart, "A map.").html
    assert "<script>alert" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize(
    ("doi", "address"),
    [
        ("10.1001/jama.283.9.1205", "https://doi.org/10.1001/jama.283.9.1205"),
        ("javascript:alert(1)", ""),
        ("10.1000/a b", ""),
        ("https://elsewhere.example/10.1000/x", ""),
        (None, ""),
        (float("nan"), ""),
        ("10.1000/<x>", "https://doi.org/10.1000/%3Cx%3E"),
    ],
)
def test_only_a_doi_becomes_a_link(doi, address):
    assert figures.doi_address(doi) == address


@pytest.mark.parametrize(
    ("authors", "reference"),
    [
        ("Freire", "Freire 2018"),
        ("Blair, Weintraub", "Blair & Weintraub 2018"),
        ("Sherman & Strang", "Sherman & Strang 2018"),
        ("Munyo, Rossi, Other", "Munyo et al. 2018"),
        ("(Revista CIDOB 116, authors not on page)", "authors not named 2018"),
        ("Cerqueira, de Mello (named by Freire text)", "Cerqueira & de Mello 2018"),
    ],
)
def test_references_are_short(authors, reference):
    assert figures.short_reference(authors, 2018) == reference


def test_a_missing_level_is_named():
    assert figures.level_label(float("nan")) == "not coded"
    assert figures.level_label(pd.NA) == "not coded"
    assert figures.level_label(4.0) == "4"
