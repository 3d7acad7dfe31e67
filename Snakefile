"""The one dependency graph: tables → notebooks → book.

What Snakemake compares are stamps: it removes outputs before a job starts, and a run or a website should be there until
its successor is. A stamp whose run or website is not there as it was made is taken away before anything is compared.
"""

import json
import math
import os
from functools import cache
from pathlib import Path

from citizen_security import compendium, project
from citizen_security.book.house import house_picture
from citizen_security.book.published import site_address
from citizen_security.book.whole import site_damage
from citizen_security.imports import read_imports
from citizen_security.methods.effort import SAMPLER_CORES
from citizen_security.runs.citations import cited, entries
from citizen_security.runs.manifest import LOCK
from citizen_security.runs.sources import sources, sources_of_package
from citizen_security.runs.store import DEFAULT, Store
from citizen_security.tables import catalog

ROOT = project.root()
RESULTS = os.path.relpath(project.results(), ROOT)
STAMPS = f"{RESULTS}/.made"
MADE = "_build/complete"
SITE = ROOT / "_build" / "html"
IMPORTS = read_imports(ROOT)
SAMPLING = "src/citizen_security/methods/sampling.py"

# What a cluster is asked for: the largest run takes 0.9 GiB; a node may be busy, and slower than where we measured.
MEMORY_MEBIBYTES = 2048
LEAST_MINUTES, SLOW_NODE = 10, 5
BOOK_MINUTES = 30


def relative(paths):
    return [str(Path(path).relative_to(ROOT)) for path in paths]


def notebook_of(wildcards):
    return compendium.notebook(f"{wildcards.part}/{wildcards.notebook}")


@cache
def sources_named(name):
    return relative(sources(ROOT, name, IMPORTS))


def sources_of(wildcards):
    return sources_named(f"{wildcards.part}/{wildcards.notebook}")


def samples(wildcards):
    """Whether a notebook runs chains beside each other."""
    return SAMPLING in sources_of(wildcards)


def minutes_of(wildcards):
    return max(LEAST_MINUTES, math.ceil(notebook_of(wildcards).seconds * SLOW_NODE / 60))


def tables_of(wildcards):
    return relative(catalog.path(name) for name in notebook_of(wildcards).tables)


def schemas_of(wildcards):
    return [SCHEMAS[name] for name in notebook_of(wildcards).tables]


def kept(name, content):
    """A file that is written again when its content changes."""
    path = Path(RESULTS) / ".schemas" / name
    if not path.is_file() or path.read_text("utf-8") != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return str(path)


# Every table's entry is in one file, but a changed entry should rerun only the notebooks that read its table: each entry
# gets a file of its own, written again when it changes. (As `params`, Snakemake would import pandas for them.) All are
# written here, before Snakemake looks at what there is and remembers it.
SCHEMAS = {name: kept(f"{name}.json", json.dumps(catalog.describe(name), sort_keys=True)) for name in catalog.tables()}


def references_of(name):
    """What a notebook cites, whose authors and years its runs show."""
    source = (ROOT / compendium.NOTEBOOKS[name].path).read_text("utf-8")
    return kept(f"{name.replace('/', '-')}.bib", entries(ROOT, cited(source)))


REFERENCES = {name: references_of(name) for name in compendium.NOTEBOOKS}


def files_below(*folders):
    return sorted(str(path) for folder in folders for path in Path(folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def drop_false_stamps():
    store = Store(project.results())
    for name in compendium.NOTEBOOKS:
        stamp = Path(STAMPS) / name
        if stamp.exists() and store.damage(f"{name}/{DEFAULT}"):
            stamp.unlink()
    if Path(MADE).exists() and site_damage(SITE):
        Path(MADE).unlink()


# Jobs read this file again while others work.
if workflow.is_main_process:
    drop_false_stamps()


rule book:
    input:
        stamps=[f"{STAMPS}/{name}" for name in compendium.NOTEBOOKS],
        # A run that a person made again is shown as well.
        runs=[path for name in compendium.NOTEBOOKS if os.path.exists(path := f"{RESULTS}/{name}/{DEFAULT}/manifest.json")],
        pages=files_below("book", "data"),
        sources=relative(sources_of_package(IMPORTS, "book")),
        # Drawn from every module's imports, of which a change of code changes few.
        house=kept("house.html", house_picture(ROOT, IMPORTS)),
        settings=["_config.yml", LOCK],
        # Pages name it, and the environment may say it.
        address=kept("address.txt", site_address()),
    output:
        touch(MADE),
    threads: 1
    resources:
        mem_mb=MEMORY_MEBIBYTES,
        runtime=BOOK_MINUTES,
    shell:
        "citizen-security typeset"


rule notebook:
    input:
        notebook="notebooks/{part}/{notebook}.ipynb",
        tables=tables_of,
        sources=sources_of,
        schemas=schemas_of,
        references=lambda wildcards: REFERENCES[f"{wildcards.part}/{wildcards.notebook}"],
        lock=LOCK,
    output:
        touch(f"{STAMPS}/{{part}}/{{notebook}}"),
    threads: lambda wildcards: SAMPLER_CORES if samples(wildcards) else 1
    # The longest first: one that begins last runs alone at the end, while the other cores have nothing to do.
    priority: lambda wildcards: notebook_of(wildcards).seconds
    resources:
        mem_mb=MEMORY_MEBIBYTES,
        runtime=minutes_of,
    shell:
        "citizen-security run {wildcards.part}/{wildcards.notebook} --quiet"
