"""The map to be explored: filters count and pool anew, a cell is reached by pointer and keyboard, titles stay text."""

import json
import math

import pytest
import vl_convert

from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies import coded_studies, coding
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.figures.embed import show
from citizen_security.figures.evidence import gap_map as static
from citizen_security.figures.evidence import gap_map_chart as figures
from citizen_security.tables import catalog

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script> & $x$'

# Everything that one cell of the map shows, from the data behind its tooltip.
CELLS = """() => {
  const found = [];
  const walk = (item) => {
    if (item.datum && 'pooled' in item.datum && 'intervention' in item.datum) found.push(item.datum);
    for (const child of item.items ?? []) walk(child);
  };
  walk(window.view.scenegraph().root);
  const seen = new Map(found.map((datum) => [datum.intervention + '|' + datum.outcome, datum]));
  return [...seen.values()].map(({ intervention, outcome, studies, k, mean, low, high, standing, strongest }) =>
    ({ intervention, outcome, studies, k, mean, low, high, standing, strongest }));
}"""


@pytest.fixture(scope="module")
def countries():
    return catalog.load("countries")


@pytest.fixture(scope="module")
def coded(countries):
    return coded_studies.coded_studies(catalog.load("studies"), countries)


@pytest.fixture(scope="module")
def effects():
    harmonised = harmonised_effects(catalog.load("effects"), catalog.load("studies"))
    return cell_effects.on_one_scale(cell_effects.study_effects(harmonised))


@pytest.fixture(scope="module")
def selection(coded):
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))


@pytest.fixture(scope="module")
def grid(selection):
    return map_cells.panels(selection, "all")


@pytest.fixture(scope="module")
def behind(selection, effects):
    return cell_effects.with_effects(map_cells.studies_of_panels(selection, "all"), effects)


@pytest.fixture(scope="module")
def chart(grid, behind, countries):
    return figures.gap_map_chart(grid, behind, countries=dict(zip(countries["iso3"], countries["name"], strict=True)))


@pytest.mark.parametrize("dark", [False, True])
def test_the_chart_is_valid_and_small_enough_for_a_page(grid, behind, dark):
    specification = figures.gap_map_chart(grid, behind, dark=dark).to_dict()
    assert len(json.dumps(specification)) < 200_000
    text = json.dumps({key: value for key, value in specification.items() if key != "$schema"})
    assert "http" not in text.replace("https://doi.org/10.", "")
    assert vl_convert.vegalite_to_svg(specification, vl_version="6.4", allowed_base_urls=[]).startswith("<svg")


def test_the_chart_fits_a_telephone_but_for_a_little_scrolling_in_its_own_box(chart):
    picture = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version="6.4")
    width = float(picture.split('width="')[1].split('"')[0])
    assert width < 430  # the widest of common telephones


@pytest.mark.parametrize("region", ["lac", "elsewhere"])
@pytest.mark.parametrize("colour", ["design", "pooled_effect"])
def test_a_map_of_one_region_and_either_colour_is_drawn(coded, effects, region, colour):
    rows = ["cctv", "cash_transfers", "cognitive_behavioural_therapy"]
    chosen = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"region": region, "interventions": rows}))
    listed = cell_effects.with_effects(map_cells.studies_of_panels(chosen, region), effects)
    specification = figures.gap_map_chart(map_cells.panels(chosen, region), listed, colour=colour).to_dict()
    assert vl_convert.vegalite_to_svg(specification, vl_version="6.4", allowed_base_urls=[]).startswith("<svg")


def test_targets_are_those_of_the_scheme():
    assert {code: target.label for code, target in coding.TARGETS.items() if code != "review"} == figures.TARGETS


def test_html_in_a_title_stays_text_in_the_chart(grid, behind):
    chart = figures.gap_map_chart(
        grid, behind.assign(title=HOSTILE, authors=HOSTILE, doi='10.1234/x"onclick="alert(3)')
    )
    html = show(chart, "A map.").html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "javascript:" not in html


# In a browser


@pytest.fixture(scope="module")
def opened(browser, chart, tmp_path_factory):
    """The chart in a browser, with the drawing library inlined."""
    html = vl_convert.vegalite_to_html(chart.to_dict(), vl_version="6.4", bundle=True, renderer="svg")
    html = html.replace("vegaEmbed('#vega-chart'", "window.drawn = vegaEmbed('#vega-chart'")
    path = tmp_path_factory.mktemp("chart") / "chart.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 1800})
    page.goto(path.as_uri())
    page.wait_for_selector("svg.marks text")
    page.evaluate("async () => { window.view = (await window.drawn).view; }")
    yield page
    page.close()


@pytest.fixture
def page(opened):
    """The chart with every filter as at first."""
    for name, value in (("region", "lac"), ("country", "all"), ("level", 0), ("target", "all"), ("colour", "design")):
        opened.evaluate("([name, value]) => void window.view.signal(name, value)", [name, value])
    opened.evaluate("async () => { await window.view.runAsync(); }")
    return opened


def settle(page):
    page.evaluate("async () => { await window.view.runAsync(); }")


def texts(page):
    settle(page)
    return page.locator("svg.marks text").all_text_contents()


def choose(page, name, label):
    page.locator(f"select[name={name}]").select_option(label=label)
    settle(page)


def on_the_map(page):
    return {(cell["intervention"], cell["outcome"]): cell for cell in page.evaluate(CELLS)}


def assert_counts(page, studies):
    """The bubbles are those of a recount in Python."""
    table = map_cells.cells(studies)
    expected = {
        (row.intervention_label, row.outcome_label): row.studies for row in table.itertuples() if row.studies > 0
    }
    assert {key: cell["studies"] for key, cell in on_the_map(page).items() if cell["studies"]} == expected


def test_at_first_the_map_shows_the_region(page, selection):
    assert_counts(page, coded_studies.in_lac(selection.studies))


def test_filters_count_anew(page, selection, coded):
    choose(page, "country", "Colombia")
    choose(page, "level", "3 comparison group")
    choose(page, "target", "places")
    asked = {"region": "lac", "countries": ["COL"], "minimum_maryland_level": 3, "target": ["place"]}
    assert_counts(page, study_filter.filter_studies(coded, EvidenceGapMap.from_values(asked)).studies)


def test_years_count_anew(page, coded):
    page.locator("input[name=first]").fill("2018")
    settle(page)
    asked = {"region": "lac", "first_year": 2018}
    assert_counts(page, study_filter.filter_studies(coded, EvidenceGapMap.from_values(asked)).studies)
    page.evaluate("async () => { await window.view.signal('first', 1960).runAsync(); }")


def test_both_regions_together_count_a_study_of_both_once(page, selection):
    choose(page, "region", "both together")
    assert_counts(page, selection.studies)


@pytest.mark.parametrize("level", [0, 5])
def test_the_chart_pools_as_the_tables_do(page, coded, effects, level):
    # The same closed forms computed twice, in Vega and by the project's own pooling, also under a filter.
    page.evaluate("(level) => void window.view.signal('level', level).signal('region', 'both')", level)
    settle(page)
    mapped = study_filter.filter_studies(coded, EvidenceGapMap.from_values({"minimum_maryland_level": level})).studies
    table = cell_effects.cell_effects(map_cells.cells(mapped), effects)
    shown = on_the_map(page)
    pooled = table[table["reason"] == ""]
    assert len(pooled) >= 2
    for row in pooled.itertuples():
        cell = shown[row.intervention_label, row.outcome_label]
        # Effects and variances are carried with six significant digits.
        assert (cell["mean"], cell["low"], cell["high"]) == pytest.approx(
            (row.pooled_effect, row.effect_low, row.effect_high), abs=1e-4
        )
        assert (cell["k"], cell["standing"]) == (row.pooled_studies, row.standing)
    several = [cell for cell in shown.values() if cell["studies"] and cell["k"] > 1]
    assert len(several) == len(pooled)


def test_colour_says_what_is_asked(page):
    choose(page, "region", "Elsewhere")
    assert "Strongest design (Maryland level)" in texts(page)
    choose(page, "colour", "pooled effect")
    shown = texts(page)
    assert "Pooled effect on crime" in shown
    assert "Strongest design (Maryland level)" not in shown
    fills = page.locator("svg.marks .mark-symbol path").evaluate_all(
        "(marks) => marks.map((m) => m.getAttribute('fill'))"
    )
    assert static.STANDINGS["more"][1] in fills  # prison visits


def test_a_click_lists_the_studies_of_a_cell(page, behind):
    page.locator("svg.marks text", has_text="3").first.click(force=True)
    chosen = (
        page.locator("select[name=cell_intervention]").input_value(),
        page.locator("select[name=cell_outcome]").input_value(),
    )
    cell = behind[
        (behind["region"] == "lac")
        & (behind["intervention_label"] == chosen[0])
        & (behind["outcome_label"] == chosen[1])
    ]
    shown = texts(page)
    assert f"{chosen[0]}: {chosen[1]}" in shown
    assert len(cell) == 3
    for row in cell.itertuples():
        assert any(text.startswith(static.short_reference(row.authors, row.year, row.title)) for text in shown)


def test_a_cell_is_chosen_by_keyboard_and_tells_studies_effects_and_what_they_say_together(page):
    page.locator("select[name=cell_intervention]").focus()
    page.keyboard.type("Firearm")
    page.locator("select[name=cell_outcome]").focus()
    page.keyboard.type("Homicide")
    shown = texts(page)
    assert "Firearm restriction: Homicide and violent death" in shown
    assert any(text.startswith("Villaveces et al. 2000: rate ratio 0.86 (0.7") for text in shown)
    assert any("Together: not pooled: one study with an effect and its standard error" in text for text in shown)


def test_every_control_has_a_name_and_is_reached_by_the_keyboard(page):
    controls = page.locator(".vega-bindings select, .vega-bindings input")
    names = controls.evaluate_all(
        "(all) => all.map((one) => one.labels.length && one.labels[0].textContent.trim().length)"
    )
    assert len(names) == 9
    assert all(names)
    controls.first.focus()
    for _ in range(8):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.vega-bindings') !== null")


def test_a_study_opens_where_it_was_published(page, behind):
    choose(page, "cell_intervention", "Firearm restriction")
    choose(page, "cell_outcome", "Homicide and violent death")
    links = page.evaluate(
        """() => {
          const found = new Set();
          const walk = (item) => {
            if (item.href) found.add(item.href);
            for (const child of item.items ?? []) walk(child);
          };
          walk(window.view.scenegraph().root);
          return [...found];
        }"""
    )
    cell = behind[(behind["region"] == "lac") & (behind["intervention"] == "firearm_restriction")]
    assert set(links) == {static.doi_address(doi) for doi in cell["doi"]} - {""}
    assert links


def test_a_cell_with_more_studies_than_lines_says_so(page):
    choose(page, "region", "Elsewhere")
    page.locator("svg.marks text", has_text="58").first.click(force=True)
    assert "The first 8 of 58 follow; the tables of studies hold all." in "".join(texts(page))
    assert sum("odds ratio" in text for text in texts(page)) == figures.LISTED == 8


def test_a_cell_that_the_filters_empty_says_so(page):
    choose(page, "cell_intervention", "Cognitive behavioural therapy")
    choose(page, "cell_outcome", "Reoffending")
    choose(page, "region", "Latin America and the Caribbean")
    assert "no study in this collection passes the filters" in "".join(texts(page))


def test_a_tooltip_names_the_studies_and_their_pooled_effect(page):
    page.locator("svg.marks .mark-symbol path").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    shown = page.locator("#vg-tooltip-element").inner_text()
    assert "Which" in shown
    assert "Pooled effect" in shown


def test_a_tooltip_names_as_many_studies_as_it_has_room_for(page):
    choose(page, "region", "Elsewhere")
    page.locator("svg.marks text", has_text="58").first.hover(force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    which = page.locator("#vg-tooltip-element tr", has_text="Which").locator(".value").inner_text()
    assert which.startswith("Thambidurai 1980; Bottcher 1985; ")
    assert which.endswith("; and 50 more")
    assert which.count(";") == figures.LISTED


def test_the_steps_use_the_quantiles_of_the_t_distribution():
    # With one degree of freedom 12.706 and not 1.96: two studies would otherwise look like proof.
    half = next(expression for _, name, expression in figures.pooling_steps(5) if name == "half")
    quantiles = json.loads(half.split("? ")[1].split("]")[0] + "]")
    assert quantiles[:2] == pytest.approx([12.706205, 4.302653])
    assert len(quantiles) == 4
    assert math.isclose(quantiles[3], 2.776445, abs_tol=1e-6)
