"""The one dependency graph: tables → notebooks → book."""

import hashlib
import json
from pathlib import Path

from citizen_security import catalog, compendium, project
from citizen_security.runs.manifest import LOCK, sources
from citizen_security.runs.store import COMPLETE_FILES

ROOT = project.root()


def relative(paths):
    return [str(Path(path).relative_to(ROOT)) for path in paths]


def notebook_of(wildcards):
    return compendium.notebook(f"{wildcards.part}/{wildcards.notebook}")


def tables_of(wildcards):
    return relative(catalog.path(name) for name in notebook_of(wildcards).tables)


def schemas_of(wildcards):
    # Every table's entry is in one file. A changed entry reruns the notebooks that read that table, not the others.
    entries = [catalog.describe(name) for name in notebook_of(wildcards).tables]
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


def files_below(*folders):
    return sorted(str(path) for folder in folders for path in Path(folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


rule book:
    input:
        runs=[f"results/{name}/default/{file}" for name in compendium.NOTEBOOKS for file in COMPLETE_FILES],
        pages=files_below("book", "data"),
        sources=files_below("src/citizen_security/book", "src/citizen_security/figures"),
        settings=["_config.yml", "src/citizen_security/compendium.py", "src/citizen_security/catalog.py", LOCK],
    output:
        touch("_build/complete"),
    threads: workflow.cores
    shell:
        "citizen-security typeset"


rule notebook:
    input:
        notebook="notebooks/{part}/{notebook}.ipynb",
        tables=tables_of,
        sources=lambda wildcards: relative(sources(ROOT, wildcards.part)),
        lock=LOCK,
    params:
        schemas=schemas_of,
    output:
        [f"results/{{part}}/{{notebook}}/default/{file}" for file in COMPLETE_FILES],
    shell:
        "citizen-security run {wildcards.part}/{wildcards.notebook} --quiet"
