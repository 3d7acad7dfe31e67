"""Runs that were never made: what the book's tests assemble instead of waiting for notebooks."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from support import ROOT

from citizen_security.book.pictures import QUOTED
from citizen_security.compendium import NOTEBOOKS
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.runs.intact import checksums

# The smallest image there is: one pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

MANIFEST: dict[str, Any] = {
    "notebook": {"name": "paradox/panel_regressions", "path": "notebooks/paradox/x.ipynb", "sha256": "ab" * 32},
    "state": "complete",
    "parameters": {"effort": "full"},
    "changed": {},
    "effort": "full",
    "seed": None,
    "tables": {"country_year": {"title": "Country panel", "release": "UNODC (2025)", "sha256": "cd" * 32}},
    "package": {"version": "0.1.0", "source_sha256": "ef" * 32, "sources": ["src/x.py", "src/y.py"], "commit": None},
    "lock_sha256": "12" * 32,
    "python": "3.12.0",
    "started": "2026-11-22T02:31:00+00:00",
    "duration_seconds": 14.2,
    "peak_memory_mebibytes": 512.3,
    "diagnostics": {},
    "values_count": 1,
    "recorded_tables": {"coefficients": "Coefficients"},
}
ANY = {"unit": "", "interval": None, "n": None, "label": "A finding", "format": ""}
FINDINGS = "intervention,kind,study,place,maryland_level,found,doi\n" + "".join(
    f"{code},evaluation,Somebody (2000),Cali,4,ratio 0.8,\n" for code in PAGES
)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
VALUES = {
    "gdp_growth_effect": {
        "value": -0.24,
        "unit": "per point",
        "interval": [-0.41, -0.07],
        "n": 1207,
        "label": "95% confidence",
        "format": ".2f",
    }
}


@cache
def quoted_pictures() -> dict[str, dict[str, set[str]]]:
    """Cells whose pictures the book's pages quote, with the tables named with each, by notebook."""
    found: dict[str, dict[str, set[str]]] = {}
    for path in sorted((ROOT / "book").rglob("*.md")):
        for reference, options in QUOTED.findall(path.read_text("utf-8")):
            name, _, cell = reference.partition("::")
            tables = found.setdefault(name, {}).setdefault(cell, set())
            tables.update(filter(None, [options.partition("data:")[2].strip()]))
    return found


@cache
def _drawing() -> str:
    """A figure as notebooks record those of few marks; cards are made of its marks."""
    import matplotlib.pyplot as plt

    from citizen_security.figures import theme
    from citizen_security.figures.drawing import drawing

    theme.apply()
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [2, 1, 4], color=theme.BLUE)
    text: str = drawing(figure)
    plt.close(figure)
    return text


def _picture(cell: str) -> nbformat.NotebookNode:
    output = nbformat.v4.new_output("display_data", data={"image/svg+xml": _drawing()})
    shown = {"mystnb": {"image": {"alt": "A picture"}}}
    return nbformat.v4.new_code_cell("draw()", id=cell, metadata=shown, outputs=[output], execution_count=1)


def write_run(results: Path, name: str, **changes) -> Path:
    """Write a run of a notebook with a title, one cell and one output, and the pictures that pages quote of it."""
    folder = results / name / "default"
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    notebook = NOTEBOOKS.get(name)
    findings = {key: {**ANY, "value": "A finding."} for key in (notebook.findings if notebook else ())}
    (folder / "values.json").write_text(json.dumps({**VALUES, **findings}))
    (folder / "log.txt").write_text("")
    (folder / "tables" / "coefficients.csv").write_text("term,estimate\ngdp_growth,-0.24\n")
    (folder / "tables" / "regional_series.csv").write_text("subject,year,value\nhomicide,2000,20\npoverty,2000,50\n")
    (folder / "tables" / "findings.csv").write_text(FINDINGS)
    (folder / "tables" / "intervention_doubts.csv").write_text("intervention,row,doubt,what,answer,is_answered\n")
    page = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "papermill": {"duration": 14.2}})
    page.cells = [
        nbformat.v4.new_markdown_cell(f"# {name}\n\nA question?", id="title"),
        nbformat.v4.new_code_cell(
            "1 + 1", id="sum", outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=1
        ),
    ]
    pictures = quoted_pictures().get(name, {})
    own = [notebook.figure] if notebook and notebook.figure else []
    page.cells += [_picture(cell) for cell in dict.fromkeys([*pictures, *own])]
    tables = {table: table for named in pictures.values() for table in named}
    for table in tables:
        (folder / "tables" / f"{table}.csv").write_text("term,estimate\ngdp_growth,-0.24\n")
    nbformat.write(page, folder / "notebook.ipynb")
    (folder / "manifest.json").unlink(missing_ok=True)
    recorded = {**MANIFEST["recorded_tables"], **tables}
    manifest = {
        **MANIFEST,
        "recorded_tables": recorded,
        **changes,
        "notebook": {**MANIFEST["notebook"], "name": name},
        "files": checksums(folder),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
