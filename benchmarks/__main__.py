"""Run every comparison, print the table, write results/benchmarks.json. Names given as arguments choose among them."""

import json
import os
import sys

from rich.console import Console
from rich.table import Table

from benchmarks import (
    book,
    city_homicide,
    meta_analysis,
    municipalities,
    quick_run,
    specification_curve,
    staggered_adoption,
    synthetic_control,
)
from citizen_security import project

# Each entry makes one or several rows; later parts of the compendium add theirs.
BENCHMARKS = {
    "book": book.comparisons,
    "quick_run": quick_run.comparisons,
    "specification_curve": specification_curve.comparisons,
    "city_homicide": city_homicide.comparisons,
    "municipalities": municipalities.comparisons,
    "meta_analysis": meta_analysis.comparisons,
    "synthetic_control": synthetic_control.comparisons,
    "staggered_adoption": staggered_adoption.comparisons,
}


def main() -> None:
    chosen = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(chosen) - set(BENCHMARKS):
        sys.exit(f"bench: unknown {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    console = Console()
    rows = []
    for name in chosen:
        console.print(f"bench: {name} …")
        rows += [comparison.row() for comparison in BENCHMARKS[name]()]
    table = Table(*rows[0], box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
    results = project.results() / "benchmarks.json"
    results.parent.mkdir(parents=True, exist_ok=True)
    aside = results.with_suffix(".working")
    aside.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    os.replace(aside, results)  # noqa: PTH105
    console.print(f"bench: {len(rows)} comparisons, written to {results}", soft_wrap=True)


if __name__ == "__main__":
    main()
