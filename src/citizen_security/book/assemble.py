"""Put the sources of the book together: narrative pages, executed notebooks, the data chapter, the files to download.

The sources appear whole or not at all: they are made aside and moved into place. A file that did not change keeps the
time of its last change, so that Sphinx reads again only what is new.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citizen_security import compendium, project
from citizen_security.book.data_chapter import DESCRIPTOR, data_pages
from citizen_security.book.downloads import to_download, with_lean_tables
from citizen_security.book.drawings import themed
from citizen_security.book.findings import ASKED, with_findings
from citizen_security.book.head import PICTURES as PAGE_PICTURES
from citizen_security.book.house import house_picture
from citizen_security.book.icons import icon_styles
from citizen_security.book.own_counts import own_counts, with_counts
from citizen_security.book.page_titles import page_titles
from citizen_security.book.pictures import (
    QUOTED,
    Picture,
    pictures_of,
    pixels,
    with_drawings,
    with_files,
    with_pictures,
)
from citizen_security.book.published import PICTURES, site_address
from citizen_security.book.ranges import with_ranges
from citizen_security.book.run_panel import FILES
from citizen_security.book.tables_shown import tables_shown
from citizen_security.book.whole import keep_times, replace, restore
from citizen_security.book.workshop import workshop_page
from citizen_security.compendium import Notebook
from citizen_security.quoted import PageQuotable, Quotable
from citizen_security.runs.resolved import book_links

if TYPE_CHECKING:
    import pandas as pd

# What Sphinx copies to the site as it is; the addresses below it are those of the site.
EXTRA = "_extra"
GENERATED = "generated"
# The front page has a picture of its own.
FRONT = "index"
# Pages that lead to the others of their part.
FRONTS = ("overview", "index")
LIBRARY = Path(EXTRA) / "_static" / "vega.js"
DEFAULT = "default"
# The notebook that computes the region's line in the front page's chart.
REGION = "paradox/poverty_and_violence"
# The notebook that records the cells and studies of the gap map's page.
GAP_MAP = "evidence/evidence_gap_map"
# The notebook that judges the claims of documents.
CLAIMS = "claims/ledger"
# The notebook that keeps the register of programmes.
PROGRAMMES = "evidence/programme_register"
# The notebook that puts studies into a figure of threats and strategies.
TYPOLOGY = "evidence/typology"
# The notebook that records what each study of an intervention found.
FINDINGS = "evidence/meta_analysis"
# The notebook that records every place.
PLACES = "places/every_place"
NOT_PAGES = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", ".*", "*~")


class MissingRun(project.WorkFailed):
    """The book shows a run that has not been made; the message says how to make it."""


def assemble(destination: Path, *, root: Path | None = None, results: Path | None = None) -> None:
    """Write the sources of the book.

    Parameters
    ----------
    destination : pathlib.Path
        Folder of the sources; replaced as a whole.
    root, results : pathlib.Path, optional
        The checkout and the folder of its runs; those in use by default.

    Raises
    ------
    MissingRun
        If a notebook has no default run.
    """
    checkout = root or project.root()
    store = results or project.results()
    notebooks = list(compendium.NOTEBOOKS.values())
    _refuse_missing(notebooks, store)
    destination.parent.mkdir(parents=True, exist_ok=True)
    restore(destination)
    working = destination.with_name(f"{destination.name}.working")
    shutil.rmtree(working, ignore_errors=True)
    try:
        shutil.copytree(checkout / "book", working, ignore=NOT_PAGES)
        stories = _stories(checkout / "book")
        for notebook in notebooks:
            _add_notebook(notebook, store / notebook.name / DEFAULT, working, stories[notebook.name])
        runs = {it: store / it.name / DEFAULT for it in notebooks}
        shown = _Shown(runs)
        _fill_pages(working, checkout, runs, shown)
        _add_data(checkout / "data", working)
        _write(working / GENERATED / "house.html", house_picture(checkout))
        for name, content in tables_shown().items():
            _write(working / name, content)
        _add_front_chart(store / REGION / DEFAULT, working)
        _add_gap_map(store / GAP_MAP / DEFAULT / "tables", working)
        _add_claims(store / CLAIMS / DEFAULT / "tables", working)
        _add_programmes(store / PROGRAMMES / DEFAULT / "tables", working)
        _add_typology(store / TYPOLOGY / DEFAULT / "tables", working)
        _add_page_pictures(working, checkout / "book", notebooks, shown, destination / EXTRA / PICTURES)
        _add_places(store / PLACES / DEFAULT, working)
        _write(working / LIBRARY, _chart_library(destination / LIBRARY))
        _write(working / "_static" / "icons.css", icon_styles())
        # GitHub Pages would leave out folders that start with an underscore.
        _write(working / EXTRA / ".nojekyll", "")
        keep_times(working, destination)
        replace(working, destination)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _refuse_missing(notebooks: Iterable[Notebook], store: Path) -> None:
    missing = [it for it in notebooks if not all((store / it.name / DEFAULT / file).is_file() for file in FILES)]
    if missing:
        commands = " && ".join(f"citizen-security run {it.name}" for it in missing)
        names = ", ".join(it.name for it in missing)
        raise MissingRun(f"the book shows runs that are not in {store}: {names}. Make them: {commands}")


def _add_notebook(notebook: Notebook, run: Path, working: Path, stories: Sequence[str]) -> None:
    """The executed notebook as its page beside its part's pages; the run's files among those to download."""
    manifest, executed = _read(run / "manifest.json"), with_lean_tables(_read(run / "notebook.ipynb"))
    pictures = pictures_of(notebook.name, executed)
    shown = with_files(with_drawings(executed), pictures, f"{notebook.name}.html")
    linked = _with_book_links(shown, notebook.part)
    page = workshop_page(linked, notebook, manifest, _read(run / "values.json"), pictures, stories)
    _write(working / f"{notebook.name}.ipynb", json.dumps(page, ensure_ascii=False, indent=1) + "\n")
    public = working / EXTRA / "runs" / notebook.name
    public.mkdir(parents=True)
    for file in ("values.json", "manifest.json"):
        shutil.copyfile(run / file, public / file)
    _write(public / "notebook.ipynb", _compact(to_download(executed)))
    if (run / "tables").is_dir():
        shutil.copytree(run / "tables", public / "tables")
    for picture in pictures.values():
        if picture.file:
            path = working / EXTRA / PICTURES / picture.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture.bytes())


def _compact(notebook: Mapping[str, Any]) -> str:
    """A notebook without blanks between its entries."""
    return json.dumps(notebook, ensure_ascii=False, separators=(",", ":")) + "\n"


def _stories(book: Path) -> dict[str, list[str]]:
    """Pages that tell what a notebook found, by notebook: those that quote its pictures, or the front of its part."""
    found: dict[str, list[str]] = {}
    for path in sorted(book.rglob("*.md")):
        quoted = (reference.partition("::")[0] for reference, _ in QUOTED.findall(path.read_text(encoding="utf-8")))
        for name in dict.fromkeys(quoted):
            if path.stem not in FRONTS:
                found.setdefault(name, []).append(path.relative_to(book).as_posix())
    for notebook in compendium.NOTEBOOKS.values():
        fronts = [f"{notebook.part}/{name}.md" for name in FRONTS if (book / notebook.part / f"{name}.md").is_file()]
        found.setdefault(notebook.name, fronts[:1])
    return found


def _with_book_links(page: dict[str, Any], part: str) -> dict[str, Any]:
    """The notebook with links that lead to pages of the book and not to files of the checkout."""
    cells = [
        {**cell, "source": book_links("".join(cell["source"]), part)} if cell["cell_type"] == "markdown" else cell
        for cell in page["cells"]
    ]
    return {**page, "cells": cells}


def _quotable(run: Path) -> Quotable:
    return Quotable(_read(run / "values.json"), _read(run / "manifest.json").get("missing", {}))


def _fill_pages(working: Path, checkout: Path, runs: Mapping[Notebook, Path], shown: "_Shown") -> None:
    """Give the narrative pages the counts that they name, and reasons for sentences that quote what a run has not."""
    quotable = {it.name: _quotable(run) for it, run in runs.items()}
    manifests = [_read(run / "manifest.json") for run in runs.values()]
    counts = own_counts(checkout, [checkout / it.path for it in runs], manifests)
    for path in sorted(working.rglob("*.md")):
        source = path.read_text(encoding="utf-8")
        page = PageQuotable(path.relative_to(working).as_posix(), quotable)
        told = with_ranges(page.without_missing(source), path.relative_to(working).as_posix(), quotable)
        filled = with_counts(told, counts)
        if ASKED.search(filled):
            filled = with_findings(filled, path.relative_to(working).as_posix(), *shown.findings())
        filled = with_pictures(filled, path.relative_to(working).as_posix(), shown.of, shown.tables)
        if filled != source:
            _write(path, filled)


class _Shown:
    """What runs show, read when a page asks for it."""

    def __init__(self, runs: Mapping[Notebook, Path]) -> None:
        self.runs = {notebook.name: run for notebook, run in runs.items()}
        self.read: dict[str, dict[str, Picture]] = {}

    def of(self, name: str) -> Mapping[str, Picture]:
        """The pictures of a notebook's run, by cell."""
        if name not in self.read:
            self.read[name] = pictures_of(name, _read(self.runs[name] / "notebook.ipynb"))
        return self.read[name]

    def findings(self) -> tuple["pd.DataFrame", "pd.DataFrame"]:
        """What each study of an intervention found, and the doubts about rows of it."""
        tables = self.runs[FINDINGS] / "tables"
        return _table(tables / "findings.csv"), _table(tables / "intervention_doubts.csv")

    def tables(self, name: str) -> list[str]:
        """Names of the tables that a notebook's run recorded."""
        return sorted(_read(self.runs[name] / "manifest.json").get("recorded_tables") or {})


def _add_page_pictures(working: Path, book: Path, notebooks: Iterable[Notebook], shown: "_Shown", before: Path) -> None:
    """Which picture stands for a page where its address is sent around: of a notebook its main one, else the first."""
    chosen = {it.name: shown.of(it.name)[it.figure] for it in notebooks if it.figure}
    for path in sorted(book.rglob("*.md")):
        if first := QUOTED.search(path.read_text(encoding="utf-8")):
            name, _, cell = first[1].partition("::")
            chosen.setdefault(path.relative_to(book).with_suffix("").as_posix(), shown.of(name)[cell])
    for picture in dict.fromkeys(chosen.values()):
        target = working / EXTRA / PICTURES / picture.photograph
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_pixels(picture, before))
    pages = {page: f"{PICTURES}/{picture.photograph}" for page, picture in chosen.items() if page != FRONT}
    _write(working / PAGE_PICTURES, json.dumps(pages, indent=0))


def _pixels(picture: Picture, before: Path) -> bytes:
    """The picture for readers of pixels; one that was drawn before is kept, since drawing takes a while."""
    drawn, drawing = before / picture.photograph, before / picture.file
    same = drawn.is_file() and drawing.is_file() and drawing.read_bytes() == picture.bytes()
    return drawn.read_bytes() if same else pixels(picture)


def _add_data(data: Path, working: Path) -> None:
    package = _read(data / DESCRIPTOR)
    for name, content in data_pages(package, data, site_address()).items():
        _write(working / "data" / name, content)
    public = working / EXTRA / "data"
    public.mkdir(parents=True)
    shutil.copyfile(data / DESCRIPTOR, public / DESCRIPTOR)
    for resource in package["resources"]:
        (public / resource["path"]).parent.mkdir(exist_ok=True)
        shutil.copyfile(data / resource["path"], public / resource["path"])


def _add_front_chart(run: Path, working: Path) -> None:
    """The front page's picture and the chart of all countries; a run computes the region's line."""
    from citizen_security.figures import theme
    from citizen_security.figures.drawing import drawing
    from citizen_security.figures.paradox import front, two_histories
    from citizen_security.tables import catalog

    tables = catalog.load("country_year"), catalog.load("countries")
    regional = _table(run / "tables" / "regional_series.csv")
    asked = _read(run / "manifest.json")["parameters"]
    windows = {it: (int(asked[f"{it}_first"]), int(asked[f"{it}_last"])) for it in ("before", "after")}
    chart = front.homicide_and_poverty(*tables, regional)
    _write(working / GENERATED / "homicide_and_poverty.html", chart.html)
    theme.apply()
    histories = two_histories.plot_two_histories(*tables, regional, windows)
    theme.source(histories, two_histories.SOURCE)
    picture = themed(drawing(histories), two_histories.ALTERNATIVE, "histories")
    _write(working / GENERATED / "two_histories.html", f'<figure class="quoted fits">{picture}</figure>')


def _add_gap_map(tables: Path, working: Path) -> None:
    """The gap map's page, from what its notebook recorded."""
    from citizen_security.figures.evidence.gap_map_page import gap_map_page
    from citizen_security.tables import catalog

    names = _names_of(catalog.load("countries"))
    cells, studies, reviews = (_table(tables / f"{name}.csv") for name in ("cells", "studies", "reviews"))
    _write(working / GENERATED / "gap_map.html", gap_map_page(cells, studies, reviews, names))


def _add_claims(tables: Path, working: Path) -> None:
    """The page of every claim and its downloads, from what the ledger recorded."""
    from citizen_security.book.csvw import SUFFIX, metadata
    from citizen_security.figures.claims import at_a_glance, columns, reference
    from citizen_security.figures.claims import claims_page as page
    from citizen_security.tables import catalog

    ledger, choices, by_rule, traced = (
        _table(tables / f"{name}.csv") for name in ("claims", "choices", "verdicts_by_rule", "traces")
    )
    documents = catalog.describe("claims")["documents"]
    folders = {it["name"]: it["path"].split("/")[0] for it in catalog.package()["resources"]}
    names = _names_of(catalog.load("countries").query("is_lac"))
    claims = page.claims_page(ledger, choices, by_rule, documents, site_address(), folders, names)
    _write(working / GENERATED / "claims.html", claims)
    _write(working / GENERATED / "claims_by_rule.html", page.rules_table(by_rule))
    _write(working / GENERATED / "claims_failing.html", at_a_glance.failing_table(ledger))
    _write(working / GENERATED / "claims_holding.html", at_a_glance.holding_table(ledger))
    _write(working / GENERATED / "claims_untested.html", at_a_glance.untested_table(ledger))
    _write(working / GENERATED / "claims_late.html", page.late_rules_table(ledger))
    _write(working / GENERATED / "claims_traced.html", page.traces_table(traced))
    types, measures, arguments = (
        _table(tables / f"{name}.csv") for name in ("claim_types", "measures", "measure_arguments")
    )
    _write(working / GENERATED / "claims_types.html", reference.types_page(types))
    _write(working / GENERATED / "claims_measures.html", reference.measures_page(measures, arguments))
    _write(working / EXTRA / "claims" / "claims.json", page.claims_json(ledger, choices, by_rule))
    shutil.copyfile(tables / "claims.csv", working / EXTRA / "claims" / "claims.csv")
    described = metadata("claims.csv", "Claims with their verdicts", columns.CLAIMS, columns.NUMBERS)
    _write(working / EXTRA / "claims" / f"claims.csv{SUFFIX}", described)
    _write(working / GENERATED / "claims_columns.html", page.columns_table())


def _names_of(countries: "pd.DataFrame") -> dict[str, str]:
    """Name of each country by its code."""
    return dict(zip(countries["iso3"], countries["name"], strict=True))


def _table(path: Path) -> "pd.DataFrame":
    """A table that a run recorded; a cell is missing where it is empty, and words such as null and NA are words."""
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def _add_programmes(tables: Path, working: Path) -> None:
    """The page of programmes and its download, from what the register recorded."""
    from citizen_security.book.csvw import SUFFIX, metadata
    from citizen_security.figures.evidence.programme_register import Names, beside_table, programmes_page
    from citizen_security.figures.places.shapes import read_shape
    from citizen_security.tables import catalog
    from citizen_security.words import attributed

    states, studies, targets, shapes = map(catalog.load, ("countries", "studies", "targets", "place_shapes"))
    titles = {
        key: f"{attributed(authors, title)} ({year})"
        for key, authors, title, year in zip(
            studies["study_id"], studies["authors"], studies["title"], studies["year"], strict=True
        )
    }
    names = Names(
        dict(zip(states["iso3"], states["name"], strict=True)),
        titles,
        dict(zip(targets["target"], targets["label"], strict=True)),
        {it["name"]: it["title"] for it in catalog.package()["resources"]},
    )
    drawn = shapes[shapes["kind"] == "country"]
    polygons = {code: read_shape(shape) for code, shape in zip(drawn["place"], drawn["shape"], strict=True)}
    page = programmes_page(_table(tables / "programmes.csv"), names, polygons)
    _write(working / GENERATED / "programmes.html", page)
    _write(working / GENERATED / "programmes_beside.html", beside_table(_table(tables / "beside_document.csv")))
    (working / EXTRA / "evidence").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tables / "programmes.csv", working / EXTRA / "evidence" / "programmes.csv")
    fields = catalog.describe("programmes")["schema"]["fields"]
    said = {field["name"]: field["description"] for field in fields} | {"theme": "Label of the family."}
    numbers = {field["name"]: field["type"] for field in fields if field["type"] != "string"}
    described = metadata("programmes.csv", "Programmes with what was found of each", said, numbers)
    _write(working / EXTRA / "evidence" / f"programmes.csv{SUFFIX}", described)


def _add_typology(tables: Path, working: Path) -> None:
    """The table of every cell of the figure of threats and strategies."""
    from citizen_security.figures.evidence.typology_page import cells_page

    _write(working / GENERATED / "typology_cells.html", cells_page(_table(tables / "cells.csv")))


def _add_places(run: Path, working: Path) -> None:
    """The pages of places, and what the front of them shows, from what their notebook recorded."""
    from citizen_security.book.places.site import place_sources

    for path, content in place_sources(run, page_titles(working)):
        _write(working / path, content)


def _chart_library(before: Path) -> str:
    """What draws charts in the browser, which vl-convert brings with it; bundling takes seconds, so it is kept."""
    import vl_convert

    mark = f"/* Vega, Vega-Lite and Vega-Embed, bundled by vl-convert {version('vl-convert-python')} */"
    if before.is_file() and (kept := before.read_text(encoding="utf-8")).startswith(mark):
        return kept
    # Within a function, so that the library's inner names stay out of the pages' way.
    return f"{mark}\n(() => {{\n{vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;')}\n}})();\n"


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
