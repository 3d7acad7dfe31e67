"""Whatever a name or a note says, a page shows it as text: nothing of it runs, links, or pushes the page aside."""

import csv
import json
import re
import shutil
from dataclasses import replace
from functools import cache
from itertools import count, cycle

import matplotlib as mpl
import nbformat
import numpy as np
import pandas as pd
import pytest
from browser import FORMULAS_SET
from hostile import HOSTILE, IN_TABLES
from runs_on_paper import KERNEL, MANIFEST, VALUES
from support import ROOT

from citizen_security import values
from citizen_security.book import assemble
from citizen_security.book.build import build
from citizen_security.book.data_chapter import data_pages
from citizen_security.book.markdown import label
from citizen_security.book.workshop import workshop_page
from citizen_security.cities.every_municipality import summaries
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.cities.every_municipality.table import build_panel, read_municipalities
from citizen_security.compendium import NOTEBOOKS
from citizen_security.evidence.evidence_gap_map import cell_effects, map_cells, study_filter
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.selection_on_outcome.source_claims import stated_counts, traced_counts
from citizen_security.evidence.studies import coded_studies
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.figures import embed, theme
from citizen_security.figures.cities import city_trends, pairwise
from citizen_security.figures.cities import every_municipality as municipality_figures
from citizen_security.figures.evidence import gap_map_chart, gap_map_tables
from citizen_security.figures.page_table import page_table
from citizen_security.figures.paradox import front, region, specification_curve
from citizen_security.figures.paradox.coefficients import style_coefficients
from citizen_security.figures.paradox.tables import style_numbers
from citizen_security.tables import catalog

PACKAGE = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
PHONE = {"width": 390, "height": 844}
TOC = """format: jb-book
root: index
parts:
  - caption: Part
    chapters:
      - file: tables
      - file: charts
      - file: panel
      - file: rerun
      - file: data/index
        sections:
          - file: data/things
"""

# One of each page's own, since a page without any does not load what typesets them.
FORMULA = "A formula: $a = 1$."

# A workshop page writes what a run was given; any parameter that is a text may be any text.
RUN = {
    **MANIFEST,
    "changed": {**dict(zip(EveryMunicipality.model_fields, HOSTILE.values(), strict=False)), **HOSTILE},
    "parameters": {**HOSTILE, "effort": "full", "several": list(HOSTILE.values())},
    "tables": {"things": {"title": "x", "release": " ".join(HOSTILE.values()), "sha256": "cd" * 32}},
    "diagnostics": {"fit": {text: text for text in HOSTILE.values()}},
    "package": {**MANIFEST["package"], "version": HOSTILE["script"], "commit": HOSTILE["roles"]},
}
# What its panel offers to download.
FILES_OF_RUN = ("manifest.json", "notebook.ipynb", "values.json", "tables/coefficients.csv")


def texts(number=None):
    """Hostile texts in turn; numbered, so that each is a name of its own."""
    turns = cycle(IN_TABLES.values())
    kinds = (f"{text} {place}" for text, place in zip(turns, count(), strict=False))
    return kinds if number is None else [next(kinds) for _ in range(number)]


def with_hostile_texts(name, rows=3):
    """The first rows of a shipped table, hostile in every field that may hold any text."""
    (fields,) = [it["schema"]["fields"] for it in PACKAGE["resources"] if it["name"] == name]
    frame = catalog.load(name)
    frame = frame.head(rows).copy() if rows else frame.copy()
    kinds = texts()
    for field in fields:
        if field["type"] == "string" and not {"enum", "pattern"} & set(field.get("constraints", {})):
            frame[field["name"]] = [next(kinds) for _ in range(len(frame))]
    return frame


@pytest.fixture(scope="module", autouse=True)
def look():
    """The look that every notebook sets, and pandas as it was afterwards."""
    mpl.use("agg")
    with mpl.rc_context(), pd.option_context("display.html.use_mathjax", True):
        theme.apply()
        yield


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A brought table whose columns, places and groups have hostile names."""
    names = ["=place", "<b>group</b>", "year", "homicides", "population"]
    rows = [
        (place, group, year, number % 7, 10_000 * (number + 1))
        for number, (place, group) in enumerate(zip(texts(36), cycle(HOSTILE.values()), strict=False))
        for year in (2019, 2020)
        # What holds these is refused before anything shows it.
        if not set("\0\n\r") & {*group, *place}
    ]
    path = tmp_path_factory.mktemp("brought") / "$name$ <b>.csv"
    pd.DataFrame(rows, columns=names).to_csv(path, index=False)
    columns = dict(zip(("place", "group", "year", "homicides", "population"), names, strict=True))
    return build_panel(read_municipalities(path, columns).table)


def risks_of(panel):
    """As the model's risks of the places of a brought table; their figures do not matter here."""
    return panel.places.assign(person_years=1e5, raw_rate=1.0, rate=2.0, lower=1.0, upper=3.0, homicides=2)


@cache
def gap_map_inputs():
    """The studies of the evidence gap map and their effects."""
    studies = catalog.load("studies")
    coded = coded_studies.coded_studies(studies, catalog.load("countries"))
    harmonised = harmonised_effects(catalog.load("effects"), studies)
    effects = cell_effects.on_one_scale(cell_effects.study_effects(harmonised))
    return study_filter.filter_studies(coded, EvidenceGapMap.from_values({})), effects


def tables(brought):
    """Everything that notebooks show of names and texts in tables, as a notebook's outputs."""
    for name in (it["name"] for it in PACKAGE["resources"]):
        yield f"{name}, plain", with_hostile_texts(name)
        yield f"{name}, styled", page_table(with_hostile_texts(name))
    free = ["authors", "title", "notes", "effect_direction", "sample_size_text"]
    selection, effects = gap_map_inputs()
    cells = cell_effects.cell_effects(map_cells.panels(selection, "all"), effects)
    labels = {name: texts(len(cells)) for name in ("intervention_label", "outcome_label")}
    yield "pooled cells", gap_map_tables.pooled_cells(cells.assign(**labels))
    own = {name: texts(len(selection.studies)) for name in free if name in selection.studies}
    yield "not stated", gap_map_tables.not_stated(selection.studies.assign(**own))
    listed = cell_effects.with_effects(map_cells.studies_behind(selection.studies), effects).head(40)
    own = {name: texts(len(listed)) for name in ("title", "authors", "design", "doi", "outcome_label", "countries")}
    reviews = selection.reviews.assign(title=texts(len(selection.reviews)), authors=texts(len(selection.reviews)))
    # Folds open, as a reader opens them.
    folds = gap_map_tables.studies_html(listed.assign(**own, intervention_label=texts(len(listed))), reviews)
    yield "studies", folds.replace("<details>", "<details open>")
    yield "stated", page_table(stated_counts(with_hostile_texts("claims", None)))
    yield "traced", page_table(traced_counts(with_hostile_texts("claim_traces", None)))
    yield (
        "options",
        page_table(with_hostile_texts("specification_choices", 20)[["choice", "option", "label", "reason"]]),
    )
    odd = pd.DataFrame([[[HOSTILE["script"]], {HOSTILE["image"]: 1}, 1.5]], columns=texts(3))
    odd.index = pd.MultiIndex.from_tuples([(HOSTILE["drawing"], HOSTILE["formula"])], names=texts(2))
    yield "labels, plain", odd.rename_axis(columns=HOSTILE["script"])
    yield "labels, styled", style_numbers(odd.rename_axis(columns=HOSTILE["script"]), 1)
    coefficients = pd.DataFrame(
        [(text, "gini", 0.7, -0.7, 2.1, 694, 31) for text in IN_TABLES.values()],
        columns=["specification", "regressor", "estimate", "lower", "upper", "observations", "countries"],
    ).assign(outcome="rate", confidence_level=0.95)
    yield "coefficients", style_coefficients(coefficients)
    yield "sizes of places", summaries.sizes_of_places(brought)
    yield "risks of places", risks_of(brought).head(30)


def charts():
    """Every interactive chart of the book, with hostile names in it."""
    names, few = texts(), texts(len(IN_TABLES))
    country_year, countries = catalog.load("country_year"), catalog.load("countries")
    own = dict(zip(countries["iso3"], names, strict=False))
    named = countries.assign(name=countries["iso3"].map(own))
    years = range(2000, 2004)
    rows = [(subject, year, 20.0) for subject in ("homicide", "poverty", "gini", "income") for year in years]
    regional = pd.DataFrame(rows, columns=["subject", "year", "value"])
    yield "front", front.homicide_and_poverty(country_year, named, regional)
    panel = pd.DataFrame({"iso3": ["BRA", "CHL"] * 2, "year": [2000, 2000, 2001, 2001], "h": 1.5, "m": 1000.4})
    columns = {"homicide": "h", "poverty": "h", "gini": "h", "income": "m"}
    yield "countries", region.show_countries(panel, regional, columns, pd.Series(own), "poverty_365")

    selection, effects = gap_map_inputs()
    cells = map_cells.panels(selection, "all")
    behind = cell_effects.with_effects(map_cells.studies_of_panels(selection, "all"), effects).head(60)
    behind = behind.assign(**{name: texts(len(behind)) for name in ("title", "authors", "doi")})
    for name in ("intervention", "outcome"):
        renamed = dict(zip(cells[name].unique(), texts(), strict=False))
        cells[f"{name}_label"], behind[f"{name}_label"] = cells[name].map(renamed), behind[name].map(renamed)
    map_chart = [gap_map_chart.gap_map_chart(cells, behind, countries=own, dark=dark) for dark in (False, True)]
    yield "gap map", embed.show(map_chart[0], HOSTILE["attribute"], caption=HOSTILE["script"], dark=map_chart[1])

    falls = pd.DataFrame({"label": few, "doubt": few, "first_window": few, "last_window": few}).assign(
        probability_fell=0.5, rank=1.0, rank_lower=1, rank_upper=2, cities_ranked=2
    )
    series = pd.DataFrame({"label": few * 2, "year": [2019] * len(few) + [2021] * len(few)}).assign(
        raw_rate=20.0, rate=21.0, lower=18.0, upper=24.0
    )
    yield "cities", embed.show(city_trends.city_chart(series, falls, 0.9, few[0]), HOSTILE["image"])
    figures = dict.fromkeys(("raw_rate", "rate", "rate_lower", "rate_upper"), 50.0) | {"rank_lower": 1, "rank_upper": 3}
    pairs = pd.DataFrame({"label": few}).assign(
        **figures, log_rates=[np.array([4.0, 4.1])] * len(few), higher=[np.full(len(few), 0.5)] * len(few)
    )
    yield "pairs", embed.show(pairwise.pair_chart(pairs, 0.9, few[0], few[1]), HOSTILE["image"])
    options = pd.DataFrame([("lag", str(place), text) for place, text in enumerate(few)]).set_axis(
        ["choice", "option", "label"], axis=1
    )
    effect = np.linspace(-1, 1, 60)
    estimates = pd.DataFrame({"effect": effect, "effect_lower": effect - 1, "effect_upper": effect + 1}).assign(
        p_value=0.5, observations=300, countries=20, main=effect == effect[7], controls="none",
        lag=np.resize(options["option"].to_numpy(str), len(effect)),
    )  # fmt: skip
    curve = specification_curve.interactive_curve(estimates, options, "poverty", 0.95)
    yield "curve", embed.show(curve, HOSTILE["image"])


def shown(output):
    """An output of a cell as a notebook keeps it."""
    if isinstance(output, str):
        html = output
    elif isinstance(output, embed.Embedded):
        html = output.html
    else:
        html = output._repr_html_()
    return nbformat.v4.new_output("display_data", {"text/html": html, "text/plain": "x"})


def notebook(named, *more):
    """An executed notebook with a heading and a cell for each of the named outputs."""
    cells = [nbformat.v4.new_markdown_cell(f"# A page\n\n{FORMULA}")]
    for name, output in named:
        cells += [
            nbformat.v4.new_markdown_cell(f"## {name}"),
            nbformat.v4.new_code_cell("show()", outputs=[shown(output)]),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=[*cells, *more], metadata={"kernelspec": kernel})


def glued(monkeypatch):
    """Cells that record hostile values and pull them into prose."""
    outputs = []

    def keep(bundle, raw, metadata):
        outputs.append(nbformat.v4.new_output("display_data", bundle, metadata=metadata))

    monkeypatch.setattr("IPython.display.display", keep)
    monkeypatch.setenv(values.KEPT, "1")
    for place, text in enumerate(HOSTILE.values()):
        values.record(f"text_{place}", text)
    roles = "\n\n".join(f"It is {{glue:text}}`text_{place}_text`, they say." for place in range(len(HOSTILE)))
    return nbformat.v4.new_code_cell("record()", outputs=outputs), nbformat.v4.new_markdown_cell(roles)


def described(folder):
    """A data package in which every text is hostile."""
    (folder / "things").mkdir(parents=True)
    (folder / "things" / "table.csv").write_text("name\na\n")
    words = list(HOSTILE.values())
    fields = [
        {"name": text, "type": text, "description": text, "unit": text, "source": text, "license": text,
         "constraints": {"enum": words, "pattern": text}}
        for text in words
    ]  # fmt: skip
    resource = {
        "name": "things", "path": "things/table.csv", "bytes": 7, "hash": HOSTILE["roles"], "notes": words,
        "title": " ".join(words), "description": " ".join(words), "schema": {"fields": fields, "primaryKey": words},
        "sources": [{"title": text, "path": "https://example.org/?\"'`{{x}}", "release": text} for text in words],
        "licenses": [{"name": "x", "title": text} for text in words],
    }  # fmt: skip
    return {"description": " ".join(words), "notes": words, "resources": [resource]}


@pytest.fixture(scope="module")
def pages(tmp_path_factory, brought):
    """A site of all that the book shows of texts it did not write, by the settings of ours."""
    output = tmp_path_factory.mktemp("inert") / "_build"
    source = output / "source"
    (source / "data").mkdir(parents=True)
    shutil.copytree(ROOT / "book" / "_static", source / "_static")
    for part in ("general", "paradox", "cities", "evidence", "programmes"):
        (source / "references").mkdir(exist_ok=True)
        (source / "references" / f"{part}.bib").write_text("")
    library = source / "_extra" / "_static" / "vega.js"
    library.parent.mkdir(parents=True)
    library.write_text(assemble._chart_library(ROOT / "_build" / "source" / assemble.LIBRARY), "utf-8")
    (source / "_toc.yml").write_text(TOC)
    (source / "index.md").write_text("# A small book\n")
    # What the page of a run links to.
    tables_read = "\n".join(f"({label(name)})=\n## {name}\n" for name in NOTEBOOKS["cities/every_municipality"].tables)
    (source / "rerun.md").write_text(f"# Your own choices\n\n{tables_read}")
    with pytest.MonkeyPatch.context() as patch:
        nbformat.write(notebook(tables(brought), *glued(patch)), source / "tables.ipynb")
    nbformat.write(notebook(charts()), source / "charts.ipynb")
    recorded = {f"value_{place}": {**VALUES["gdp_growth_effect"], "value": text, "label": text, "unit": text}
                for place, text in enumerate(HOSTILE.values())}  # fmt: skip
    page = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# A page", id="title"), nbformat.v4.new_markdown_cell(FORMULA)],
        metadata={"kernelspec": KERNEL},
    )
    workshop = replace(NOTEBOOKS["cities/every_municipality"], findings=tuple(recorded), figure="")
    for name in FILES_OF_RUN:
        path = source / "_extra" / "runs" / workshop.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (source / "panel.ipynb").write_text(json.dumps(workshop_page(page, workshop, RUN, recorded, {})), "utf-8")
    for name, content in data_pages(described(output / "data"), output / "data").items():
        (source / "data" / name).write_text(f"{content}\n{FORMULA}\n", "utf-8")
    shutil.copytree(output / "data" / "things", source / "_extra" / "data" / "things")
    (source / "_extra" / "data" / "datapackage.json").write_text("{}")
    return build(source, output, configuration=ROOT / "_config.yml").parent


# What a page holds that it would not hold if its texts were texts.
FOUND = """() => ({
  ran: window.__ran,
  links: [...document.querySelectorAll('*')].flatMap((element) =>
    [...element.attributes].filter(({ name, value }) => /^on/.test(name) ? value.includes('__ran')
      : /href$|^(src|action)$/.test(name) && /^\\s*javascript:/i.test(value))
    .map(({ value }) => value)),
  formulas: document.querySelectorAll('mjx-container').length,
  foreign: document.querySelectorAll('img[src="x"], [onerror], [onload], main script:not([type])').length,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
})"""
# What a tooltip says when the pointer is on a mark.
MARKS = "svg.marks :is(.mark-symbol, .mark-text, .mark-rect) :is(path, text)"
POINT = """(mark) => {
  for (const kind of ['pointerover', 'mouseover', 'pointermove', 'mousemove'])
    mark.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: 9, clientY: 9 }));
  return document.querySelector('#vg-tooltip-element.visible')?.textContent ?? '';
}"""
INERT = {"ran": None, "links": [], "formulas": 1, "foreign": 0, "overflow": 0}


@pytest.fixture
def opened(browser, serve, pages):
    """Open a page on a phone; what it does wrong is kept in a list."""
    page = browser.new_page(viewport=PHONE, reduced_motion="reduce")
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("console", lambda message: message.type == "error" and wrong.append(f"console: {message.text}"))

    def visit(name):
        page.goto(serve(pages) + name)
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        page.evaluate(FORMULAS_SET)
        return page

    yield visit, wrong
    page.close()


@pytest.mark.parametrize("name", ["tables", "panel", "data/index", "data/things"])
def test_texts_of_a_page_are_texts(opened, name):
    visit, wrong = opened
    page = visit(f"{name}.html")
    # Attributes that act when the pointer comes or a field is entered.
    page.keyboard.press("Tab")
    assert page.evaluate(FOUND) == INERT
    assert wrong == []


def test_names_in_charts_are_texts_in_tooltips_menus_and_the_source(opened):
    visit, wrong = opened
    page = visit("charts.html")
    pointed = []
    figures = page.locator("figure.chart").all()
    assert len(figures) == 6
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-drawn]").wait_for(timeout=20_000)
        pointed += [page.evaluate(POINT, mark) for mark in figure.locator(MARKS).element_handles()[:200:5]]
        with page.context.expect_page() as source:
            figure.locator(".vega-actions a", has_text="Source").dispatch_event("click")
        source.value.wait_for_load_state()
        assert source.value.evaluate("document.contentType") == "text/plain"
        assert source.value.evaluate("window.__ran") is None
        source.value.close()
    # The tooltips were there to be looked at.
    assert any("<script>" in text for text in pointed)
    assert page.evaluate(FOUND) == INERT
    assert wrong == []


def test_figures_draw_names_as_they_stand(brought, tmp_path):
    groups = pd.DataFrame({"group": brought.groups}).assign(rate=2.0, lower=1.0, upper=3.0)
    figure = municipality_figures.plot_groups_now(groups, compared=2020, year=2020)
    theme.source(figure, HOSTILE["half a formula"])
    figure.savefig(tmp_path / "figure.png")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert any("US$ 5 and" in label for label in labels)


def test_short_logarithmic_axes_have_labels_without_formulas(brought):
    risks = risks_of(brought).assign(person_years=np.linspace(2e5, 6e5, len(brought.places)))
    figure = municipality_figures.plot_funnel(risks)
    figure.canvas.draw()
    labels = [label.get_text() for label in figure.axes[0].xaxis.get_ticklabels(which="both")]
    assert any(labels)
    assert not any("$" in label for label in labels)


def test_no_recorded_table_of_the_book_was_changed_for_spreadsheets(built):
    paths = sorted((built / "runs").glob("*/*/tables/*.csv"))
    assert paths
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert cells == [values._inert_cell(cell) for cell in cells], path
        # A title may begin with a quotation mark; what was changed would have a sign that computes behind it.
        assert not any(re.match(r"'[=+@\t\r-]", cell) for cell in cells), path
