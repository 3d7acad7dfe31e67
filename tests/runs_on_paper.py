"""Runs that were never made: what the book's tests assemble instead of waiting for notebooks."""

import json
from pathlib import Path

import nbformat

from citizen_security.runs.intact import checksums

MANIFEST = {
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


def write_run(results: Path, name: str, **changes) -> Path:
    """Write a run of a notebook with a title, one cell and one output."""
    folder = results / name / "default"
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    (folder / "values.json").write_text(json.dumps(VALUES))
    (folder / "log.txt").write_text("")
    (folder / "tables" / "coefficients.csv").write_text("term,estimate\ngdp_growth,-0.24\n")
    (folder / "tables" / "regional_series.csv").write_text("subject,year,value\nhomicide,2000,20\npoverty,2000,50\n")
    page = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "papermill": {"duration": 14.2}})
    page.cells = [
        nbformat.v4.new_markdown_cell(f"# {name}\n\nA question?", id="title"),
        nbformat.v4.new_code_cell(
            "1 + 1", id="sum", outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=1
        ),
    ]
    nbformat.write(page, folder / "notebook.ipynb")
    (folder / "manifest.json").unlink(missing_ok=True)
    manifest = {**MANIFEST, **changes, "notebook": {**MANIFEST["notebook"], "name": name}, "files": checksums(folder)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
