"""Put the sources of the book together: narrative pages, executed notebooks, the data chapter, the files to download.

The sources appear whole or not at all: they are made aside and moved into place. A file that did not change keeps the
time of its last change, so that Sphinx reads again only what is new.
"""

import filecmp
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from citizen_security import compendium, project
from citizen_security.book.data_chapter import DESCRIPTOR, data_pages
from citizen_security.book.house import house_picture
from citizen_security.book.own_counts import own_counts, with_counts
from citizen_security.book.run_panel import FILES, run_panel
from citizen_security.book.tables_shown import tables_shown
from citizen_security.book.whole import replace, restore
from citizen_security.compendium import Notebook
from citizen_security.runs.resolved import PageQuotable, Quotable, book_links

# What Sphinx copies to the site as it is; the addresses below it are those of the site.
EXTRA = "_extra"
GENERATED = "generated"
LIBRARY = Path(EXTRA) / "_static" / "vega.js"
DEFAULT = "default"
# The notebook that computes the region's line in the front page's chart.
REGION = "paradox/poverty_and_violence"
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
        for notebook in notebooks:
            _add_notebook(notebook, store / notebook.name / DEFAULT, working)
        _fill_pages(working, checkout, {it: store / it.name / DEFAULT for it in notebooks})
        _add_data(checkout / "data", working)
        _write(working / GENERATED / "house.html", house_picture(checkout))
        for name, content in tables_shown().items():
            _write(working / name, content)
        _add_front_chart(store / REGION / DEFAULT / "tables" / "regional_series.csv", working)
        _write(working / LIBRARY, _chart_library(destination / LIBRARY))
        # GitHub Pages would leave out folders that start with an underscore.
        _write(working / EXTRA / ".nojekyll", "")
        _keep_times(working, destination)
        replace(working, destination)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _refuse_missing(notebooks: Iterable[Notebook], store: Path) -> None:
    missing = [it for it in notebooks if not all((store / it.name / DEFAULT / file).is_file() for file in FILES)]
    if missing:
        commands = " && ".join(f"citizen-security run {it.name}" for it in missing)
        names = ", ".join(it.name for it in missing)
        raise MissingRun(f"the book shows runs that are not in {store}: {names}. Make them: {commands}")


def _add_notebook(notebook: Notebook, run: Path, working: Path) -> None:
    """The executed notebook beside its part's pages, told of its run; the run's files among those to download."""
    manifest = _read(run / "manifest.json")
    panel = run_panel(manifest, _read(run / "values.json"), notebook.parameters, f"../runs/{notebook.name}")
    page = _with_panel(_with_book_links(_read(run / "notebook.ipynb"), notebook.part), panel)
    _write(working / f"{notebook.name}.ipynb", json.dumps(page, ensure_ascii=False, indent=1) + "\n")
    public = working / EXTRA / "runs" / notebook.name
    public.mkdir(parents=True)
    for file in FILES:
        shutil.copyfile(run / file, public / file)
    if (run / "tables").is_dir():
        shutil.copytree(run / "tables", public / "tables")


def _with_book_links(page: dict[str, Any], part: str) -> dict[str, Any]:
    """The notebook with links that lead to pages of the book and not to files of the checkout."""
    cells = [
        {**cell, "source": book_links("".join(cell["source"]), part)} if cell["cell_type"] == "markdown" else cell
        for cell in page["cells"]
    ]
    return {**page, "cells": cells}


def _quotable(run: Path) -> Quotable:
    return Quotable(_read(run / "values.json"), _read(run / "manifest.json").get("missing", {}))


def _fill_pages(working: Path, checkout: Path, runs: Mapping[Notebook, Path]) -> None:
    """Give the narrative pages the counts that they name, and reasons for sentences that quote what a run has not."""
    quotable = {it.name: _quotable(run) for it, run in runs.items()}
    manifests = [_read(run / "manifest.json") for run in runs.values()]
    counts = own_counts(checkout, [checkout / it.path for it in runs], manifests)
    for path in sorted(working.rglob("*.md")):
        source = path.read_text(encoding="utf-8")
        page = PageQuotable(path.relative_to(working).as_posix(), quotable)
        if (filled := with_counts(page.without_missing(source), counts)) != source:
            _write(path, filled)


def _with_panel(page: dict[str, Any], panel: str) -> dict[str, Any]:
    """The notebook with the panel after its title, and without what only the run itself needed."""
    title, *others = page["cells"]
    cell = {"cell_type": "markdown", "id": "this-run", "metadata": {}, "source": panel}
    metadata = {key: value for key, value in page["metadata"].items() if key in ("kernelspec", "language_info")}
    return {**page, "metadata": metadata, "cells": [title, cell, *others]}


def _add_data(data: Path, working: Path) -> None:
    package = _read(data / DESCRIPTOR)
    for name, content in data_pages(package, data).items():
        _write(working / "data" / name, content)
    public = working / EXTRA / "data"
    public.mkdir(parents=True)
    shutil.copyfile(data / DESCRIPTOR, public / DESCRIPTOR)
    for resource in package["resources"]:
        (public / resource["path"]).parent.mkdir(exist_ok=True)
        shutil.copyfile(data / resource["path"], public / resource["path"])


def _add_front_chart(regional: Path, working: Path) -> None:
    """The front page's chart, from the tables and from the run that computes the region's line."""
    import pandas as pd

    from citizen_security.figures.paradox import front
    from citizen_security.tables import catalog

    tables = catalog.load("country_year"), catalog.load("countries")
    chart = front.homicide_and_poverty(*tables, pd.read_csv(regional))
    _write(working / GENERATED / "homicide_and_poverty.html", chart.html)


def _chart_library(before: Path) -> str:
    """What draws charts in the browser, which vl-convert brings with it; bundling takes seconds, so it is kept."""
    import vl_convert

    mark = f"/* Vega, Vega-Lite and Vega-Embed, bundled by vl-convert {version('vl-convert-python')} */"
    if before.is_file() and (kept := before.read_text(encoding="utf-8")).startswith(mark):
        return kept
    # Within a function, so that the library's inner names stay out of the pages' way.
    return f"{mark}\n(() => {{\n{vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;')}\n}})();\n"


def _keep_times(working: Path, before: Path) -> None:
    """Give every file that is as it was the time it had."""
    for path in working.rglob("*"):
        old = before / path.relative_to(working)
        if path.is_file() and old.is_file() and filecmp.cmp(path, old, shallow=False):
            os.utime(path, ns=(old.stat().st_atime_ns, old.stat().st_mtime_ns))


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
