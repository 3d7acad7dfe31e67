"""Snakemake reruns what a change touches and nothing else; otherwise the book and its sources drift apart."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.book.workflow import make_book
from citizen_security.runs.store import COMPLETE_FILES


def snakemake(checkout: Path, *words: str) -> str:
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--directory",
        str(checkout),
        "--snakefile",
        str(checkout / "Snakefile"),
    ]
    command += ["--workflow-profile", str(checkout / "workflow/profiles/default"), "--cores", "1", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=checkout, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def would_run(checkout: Path) -> set[str]:
    """Notebooks that Snakemake would run now, and `book`."""
    pending = {
        line.split("\t")[0] for line in snakemake(checkout, "--summary").splitlines() if "update pending" in line
    }
    names = {name for name in compendium.NOTEBOOKS if f"results/{name}/default/values.json" in pending}
    return names | ({"book"} if "_build/complete" in pending else set())


@pytest.fixture
def made(checkout):
    """A checkout whose every output is there and up to date, as far as Snakemake can tell."""
    for name in compendium.NOTEBOOKS:
        folder = checkout / "results" / name / "default"
        folder.mkdir(parents=True)
        for file in COMPLETE_FILES:
            (folder / file).write_text("{}")
    (checkout / "_build").mkdir()
    (checkout / "_build" / "complete").touch()
    snakemake(checkout, "--touch")
    return checkout


def edit(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def test_nothing_changed_and_nothing_runs(made):
    assert would_run(made) == set()


def test_a_table_reruns_the_notebooks_that_read_it(made):
    edit(made / "data" / "city" / "city_table.csv")
    readers = {entry.name for entry in compendium.NOTEBOOKS.values() if "city_table" in entry.tables}
    assert readers
    assert would_run(made) == readers | {"book"}


def test_a_table_that_no_notebook_reads_rebuilds_only_the_book(made):
    edit(made / "data" / "claims" / "cost_of_violence.csv")
    assert "cost_of_violence" not in {table for entry in compendium.NOTEBOOKS.values() for table in entry.tables}
    assert would_run(made) == {"book"}


def test_a_changed_description_reruns_the_notebooks_that_read_its_table(made):
    path = made / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    entry = next(resource for resource in package["resources"] if resource["name"] == "city_table")
    entry["notes"].append("one note more")
    path.write_text(json.dumps(package), "utf-8")
    readers = {entry.name for entry in compendium.NOTEBOOKS.values() if "city_table" in entry.tables}
    assert would_run(made) == readers | {"book"}


def test_a_notebook_reruns_alone(made):
    edit(made / "notebooks" / "evidence" / "evidence_gap_map.ipynb")
    assert would_run(made) == {"evidence/evidence_gap_map", "book"}


def test_the_sources_of_a_part_rerun_its_notebooks(made):
    edit(made / "src" / "citizen_security" / "paradox" / "panel.py")
    part = {entry.name for entry in compendium.NOTEBOOKS.values() if entry.part == "paradox"}
    assert would_run(made) == part | {"book"}


def test_the_lock_and_the_shared_sources_rerun_everything(made):
    edit(made / "requirements.lock")
    assert would_run(made) == {*compendium.NOTEBOOKS, "book"}
    snakemake(made, "--touch")
    edit(made / "src" / "citizen_security" / "values.py")
    assert would_run(made) == {*compendium.NOTEBOOKS, "book"}


def test_a_page_rebuilds_only_the_book(made):
    edit(made / "book" / "index.md")
    assert would_run(made) == {"book"}


def test_the_steps_find_the_command_where_the_environment_is_not_activated(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    rule = 'rule book:\n    output: "found"\n    shell: "command -v citizen-security > {output}"\n'
    (tmp_path / "Snakefile").write_text(rule, encoding="utf-8")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    make_book(tmp_path)
    assert Path((tmp_path / "found").read_text().strip()).parent == Path(sys.executable).parent
