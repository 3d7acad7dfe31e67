"""A quick run of a notebook, kept with its manifest, against plain papermill executing the same notebook alike."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.book import call, copy_checkout, environment_of
from benchmarks.comparison import Comparison, compare_seconds
from citizen_security import compendium, project
from citizen_security.values import KEPT, VALUE_TYPE

# One that fits nothing, one that pools, one that compiles models.
NOTEBOOKS = ("cities/city_table", "evidence/meta_analysis", "paradox/country_heterogeneity")


def comparisons() -> Iterator[Comparison]:
    """Each notebook at quick effort, as an analyst runs it: no process stands ready with the libraries."""
    with tempfile.TemporaryDirectory(prefix="bench-quick-") as folder:
        checkout = copy_checkout(project.root(), Path(folder) / "checkout")
        for name in NOTEBOOKS:
            yield _comparison(name, checkout)


def _comparison(name: str, checkout: Path) -> Comparison:
    # Plain papermill is to keep what a run keeps: without it, a notebook shows its values as text instead.
    environment, notebook = {**environment_of(checkout), KEPT: "1"}, compendium.notebook(name)
    output = checkout / "peer.ipynb"

    def ours() -> None:
        call(environment, checkout, "citizen-security", "run", name, "-p", "effort=quick", "--quiet")

    def peer() -> None:
        words = [str(checkout / notebook.path), str(output), "--kernel", "python3", "-p", "effort", "quick"]
        call(environment, checkout, "papermill", *words)

    # What is timed is the same work: both have the same recorded values.
    ours()
    peer()
    (kept,) = (checkout / "results" / name).glob("*/notebook.ipynb")
    if _recorded(kept) != _recorded(output):
        raise AssertionError(f"{name}: the run and papermill record different values")
    return compare_seconds(
        f"quick_run_{notebook.name.split('/')[1]}", f"{name} at quick effort", ours, peer, "papermill"
    )


def _recorded(notebook: Path) -> list[object]:
    """Values that the cells of an executed notebook recorded, in order; a kept run has its tables in files."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    return [output["data"][VALUE_TYPE] for output in outputs if VALUE_TYPE in output.get("data", {})]
