"""Snakemake reruns what a change touches and nothing else; otherwise the book and its sources drift apart."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from modulefinder import ModuleFinder
from pathlib import Path

import pytest
from runs_on_paper import write_run
from support import ROOT, copy_checkout, write_notebook

from citizen_security import compendium
from citizen_security.book.whole import INVENTORY, write_inventory
from citizen_security.book.workflow import make_book

# Snakemake takes seconds to say what it would do.
pytestmark = pytest.mark.slow

# What is edited, and in which of two turns: Snakemake names the edited files behind a notebook's run, but behind the
# book's only where no notebook runs.
BOOK_ONLY = ("book/index.md", "data/claims/cost_of_violence.csv", "src/citizen_security/book/assemble.py")
# What pages name of where the site will be found, which the environment says.
ADDRESS = "results/.schemas/address.txt"
TABLE = "data/city/city_table.csv"
NOTEBOOK = "notebooks/evidence/evidence_gap_map.ipynb"
FIGURE = "src/citizen_security/figures/cities/city_table.py"
METHOD = "src/citizen_security/methods/rates.py"
SHARED = ("requirements.lock", "src/citizen_security/values.py")
COMMAND_LINE = "src/citizen_security/cli.py"
GONE = "paradox/what_predicts_homicide"
CUT_NOTEBOOK = "evidence/evidence_gap_map"
CUT = f"results/{CUT_NOTEBOOK}/default/values.json"
DESCRIBED = "mexico_city_sector_month"
EVERY = set(compendium.NOTEBOOKS)


@dataclass(frozen=True)
class Plan:
    """What Snakemake would run: notebooks, or `book`, each with the changed files that it names, and with its rank."""

    reasons: dict[str, set[str]]
    priorities: dict[str, float]

    def because_of(self, file: str) -> set[str]:
        return {job for job, files in self.reasons.items() if file in files}


def snakemake(checkout: Path, *words: str, status: int = 0, settings: dict[str, str] | None = None) -> str:
    places = ["--directory", str(checkout), "--snakefile", str(checkout / "Snakefile"), "--cores", "1"]
    profile = ["--workflow-profile", str(checkout / "workflow/profiles/default")]
    chosen = {"CITIZEN_SECURITY_ROOT": str(checkout), "PYTHONPATH": str(checkout / "src"), **(settings or {})}
    # Its steps call `citizen-security`.
    chosen["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {key: value for key, value in os.environ.items() if key != "CITIZEN_SECURITY_RESULTS"} | chosen
    command = [sys.executable, "-m", "snakemake", *places, *profile, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=checkout, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def plan(checkout: Path, settings: dict[str, str] | None = None) -> Plan:
    # `--quiet host` in place of the profile's `--quiet rules`, which would leave out the reasons.
    _, *jobs = snakemake(checkout, "--dry-run", "--quiet", "host", settings=settings).split("\nrule ")
    found = [job_of(text) for text in jobs]
    return Plan({name: files for name, files, _ in found}, {name: priority for name, _, priority in found})


def job_of(text: str) -> tuple[str, set[str], float]:
    facts = dict(line.strip().split(": ", 1) for line in text.splitlines() if line.startswith("    ") and ": " in line)
    wildcards = dict(pair.split("=") for pair in facts.get("wildcards", "").split(", ") if pair)
    name = f"{wildcards['part']}/{wildcards['notebook']}" if wildcards else text.split(":")[0]
    files = set(facts["reason"].partition("Updated input files: ")[2].split("; ")[0].split(", ")) - {""}
    return name, files, float(facts.get("priority", 0))


def edit(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")


def edit_description(checkout: Path, table: str) -> None:
    path = checkout / "data" / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    next(entry for entry in package["resources"] if entry["name"] == table)["notes"].append("one note more")
    path.write_text(json.dumps(package), "utf-8")


def bring_up_to_date(checkout: Path, results: Path | None = None, settings: dict[str, str] | None = None) -> None:
    """Runs and a site on paper, with stamps that are younger than all they are made from."""
    kept = results or checkout / "results"
    for name in compendium.NOTEBOOKS:
        write_run(kept, name)
        (kept / ".made" / name).parent.mkdir(parents=True, exist_ok=True)
        (kept / ".made" / name).touch()
    site = checkout / "_build" / "html"
    site.mkdir(parents=True, exist_ok=True)
    for page in ("index.html", "page.html"):
        (site / page).write_text("<html></html>")
    (site / INVENTORY).unlink(missing_ok=True)
    write_inventory(site)
    (checkout / "_build" / "complete").touch()
    snakemake(checkout, "--touch", settings=settings)


@pytest.fixture(scope="module")
def plans(tmp_path_factory) -> dict[str, Plan]:
    """What would run in a checkout whose every output is up to date: at first, and after two turns of edits."""
    checkout = copy_checkout(tmp_path_factory.mktemp("workflow") / "checkout")
    bring_up_to_date(checkout)
    plans = {"nothing": plan(checkout)}
    (checkout / CUT).write_text("{")
    shutil.rmtree(checkout / "results" / GONE / "default")
    plans["runs lost"] = plan(checkout)
    bring_up_to_date(checkout)
    (checkout / "_build" / "html" / "page.html").write_text("<html>")
    plans["page cut"] = plan(checkout)
    shutil.rmtree(checkout / "_build" / "html")
    plans["site lost"] = plan(checkout)
    bring_up_to_date(checkout)
    for file in (*BOOK_ONLY, COMMAND_LINE):
        edit(checkout / file)
    plans["book"] = plan(checkout, {"COMPENDIUM_ADDRESS": "https://example.org/book/"})
    for file in (TABLE, NOTEBOOK, FIGURE, METHOD, *SHARED):
        edit(checkout / file)
    edit_description(checkout, DESCRIBED)
    plans["notebooks"] = plan(checkout)
    return plans


def importers_of(module: str, folder: Path) -> set[str]:
    """Notebooks whose cells or check reach a module, as the standard library's finder sees it."""
    found = set()
    for entry in compendium.NOTEBOOKS.values():
        cells = json.loads((ROOT / entry.path).read_text("utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        script = folder / "cells.py"
        script.write_text(f"{code}\nimport {entry.room}.checks", "utf-8")
        finder = ModuleFinder(path=[str(ROOT / "src")])
        finder.run_script(str(script))
        found |= {entry.name} if module in finder.modules else set()
    return found


def test_nothing_changed_and_nothing_runs(plans):
    assert plans["nothing"].reasons == {}


def test_a_run_that_is_gone_or_cut_is_made_again_and_the_book_with_it(plans):
    assert set(plans["runs lost"].reasons) == {GONE, CUT_NOTEBOOK, "book"}


@pytest.mark.parametrize("lost", ["page cut", "site lost"])
def test_a_site_that_is_gone_or_cut_is_built_again_from_the_runs_there_are(plans, lost):
    assert set(plans[lost].reasons) == {"book"}


def test_pages_other_tables_the_books_own_code_and_another_address_rebuild_only_the_book(plans):
    assert "cost_of_violence" not in {table for entry in compendium.NOTEBOOKS.values() for table in entry.tables}
    assert plans["book"].reasons == {"book": {*BOOK_ONLY, ADDRESS}}


def test_the_command_line_reruns_nothing(plans):
    assert plans["book"].because_of(COMMAND_LINE) == set()


def test_a_table_reruns_the_notebooks_that_read_it(plans):
    readers = {entry.name for entry in compendium.NOTEBOOKS.values() if "city_table" in entry.tables}
    assert readers
    assert plans["notebooks"].because_of(TABLE) == readers


def test_a_changed_description_reruns_the_notebooks_that_read_its_table(plans):
    readers = {entry.name for entry in compendium.NOTEBOOKS.values() if DESCRIBED in entry.tables}
    assert readers < EVERY
    assert plans["notebooks"].because_of(f"results/.schemas/{DESCRIBED}.json") == readers


def test_a_notebook_reruns_alone(plans):
    assert plans["notebooks"].because_of(NOTEBOOK) == {"evidence/evidence_gap_map"}


def test_a_figure_of_one_notebook_reruns_one_notebook(plans):
    assert plans["notebooks"].because_of(FIGURE) == {"cities/city_table"}


def test_a_method_reruns_the_notebooks_that_use_it(plans, tmp_path):
    users = importers_of("citizen_security.methods.rates", tmp_path)
    assert users
    assert users < EVERY
    assert plans["notebooks"].because_of(METHOD) == users


@pytest.mark.parametrize("file", SHARED)
def test_the_lock_and_what_records_rerun_everything(plans, file):
    assert plans["notebooks"].because_of(file) == EVERY


def test_whatever_runs_the_book_is_made_again(plans):
    assert set(plans["notebooks"].reasons) == {*EVERY, "book"}


def test_the_longest_notebooks_are_the_first_to_run(plans):
    # One that begins last runs alone at the end, for up to minutes, while the other cores have nothing to do.
    seconds = {name: entry.seconds for name, entry in compendium.NOTEBOOKS.items()}
    assert plans["notebooks"].priorities == {**seconds, "book": 0}


def test_a_failed_rerun_keeps_the_run_before(tmp_path):
    checkout = copy_checkout(tmp_path / "checkout")
    run = write_run(checkout / "results", CUT_NOTEBOOK)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    stamp = f"results/.made/{CUT_NOTEBOOK}"
    write_notebook(checkout / "notebooks" / f"{CUT_NOTEBOOK}.ipynb", "effort = 'full'", "raise ValueError('no')")
    said = snakemake(checkout, stamp, status=1)
    assert "failed in cell 2: ValueError: no" in said
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before
    assert not (checkout / stamp).exists()
    assert len(list((checkout / "results" / "failed").glob("*/*/*"))) == 1


def test_runs_may_be_kept_elsewhere(tmp_path):
    checkout, elsewhere = copy_checkout(tmp_path / "checkout"), tmp_path / "elsewhere"
    settings = {"CITIZEN_SECURITY_RESULTS": str(elsewhere)}
    bring_up_to_date(checkout, elsewhere, settings)
    assert plan(checkout, settings).reasons == {}
    shutil.rmtree(elsewhere / GONE)
    assert set(plan(checkout, settings).reasons) == {GONE, "book"}
    assert not (checkout / "results").exists()


def test_the_steps_find_the_command_where_the_environment_is_not_activated(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    rule = 'rule book:\n    output: "found"\n    shell: "command -v citizen-security > {output}"\n'
    (tmp_path / "Snakefile").write_text(rule, encoding="utf-8")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    make_book(tmp_path)
    assert Path((tmp_path / "found").read_text().strip()).parent == Path(sys.executable).parent


RANKED = """
rule book:
    input: [f"{seconds}.made" for seconds in (30, 8, 280, 75)]
    output: touch("book.made")

rule notebook:
    output: touch("{seconds}.made")
    priority: lambda wildcards: int(wildcards.seconds)
    shell: "echo {wildcards.seconds} >> order"
"""


def test_the_book_begins_with_what_has_the_highest_rank(tmp_path):
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    (tmp_path / "Snakefile").write_text(RANKED, encoding="utf-8")
    make_book(tmp_path, cores=1)
    assert (tmp_path / "order").read_text().split() == ["280", "75", "30", "8"]
