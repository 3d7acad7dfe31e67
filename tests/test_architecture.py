"""Imports point downward only: a room can be read, tested and replaced on its own."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.imports import PACKAGE, imported_names, read_imports

ROOMS = {notebook.room.removeprefix(f"{PACKAGE}.") for notebook in compendium.NOTEBOOKS.values()}
PARTS = sorted({notebook.part for notebook in compendium.NOTEBOOKS.values()})

# What a floor of the house may import of the package, and why; a floor that is not named may import nothing of it.
ALLOWED = {
    "methods": ({"methods"}, "methods are a toolkit of their own: no table, no country, no notebook"),
    "parameters": (
        {"methods.effort"},
        "parameters import no scientific library, so that the command line starts at once",
    ),
    "tables": ({"tables", "project", "parameters", "locks"}, "tables know no analysis"),
    "figures": ({"figures", "measures"}, "figures take frames, never models"),
    "runs": (
        {"runs", "tables", "parameters", "values", "project", "imports", "__version__"},
        "a run is handed its notebook and knows no part",
    ),
    "compendium": (
        {"parameters", *(f"{room}.parameters" for room in ROOMS)},
        "the compendium names and does not compute",
    ),
    "book": (
        {
            "book",
            "runs",
            "tables",
            "compendium",
            "figures",
            "parameters",
            "values",
            "project",
            "measures",
            "imports",
            "locks",
            "__version__",
        },
        "the book is made from tables and runs",
    ),
    "cli": (
        {"compendium", "runs", "book", "tables", "parameters", "project", "__version__"},
        "a command is a few lines that call rooms below it",
    ),
}

# What every room of a part may import besides its own part.
BELOW_PARTS = {"methods", "parameters", "values", "measures"}

# Modules of the parts that may read tables: the checks of parameters, and the coding scheme, which is itself data.
READ_TABLES = ("checks.py", "coding.py")


IMPORTS = read_imports(ROOT)
FILES = IMPORTS.files


def below(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def allowed(name: str) -> tuple[set[str], str]:
    """What a module may import, and why no more."""
    floor, *_ = name.split(".")
    if floor not in PARTS:
        return ALLOWED.get(floor, (set(), "this floor stands on libraries alone"))
    own = next((room for room in ROOMS if below(name, {room})), None)
    shared = {other for other in FILES if below(other, {floor}) and not below(other, ROOMS)} - {floor}
    reading = {"tables"} if FILES[name].name in READ_TABLES else set()
    reason = "a room imports itself, what its part shares, and methods; tables in checks only; no other room or part"
    return {*shared, *BELOW_PARTS, *reading, *([own] if own else [])}, reason


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downward(name):
    places, reason = allowed(name)
    for target in imported_names(FILES[name].read_text("utf-8")):
        listed = ", ".join(sorted(places)) or "nothing"
        assert below(target, places), f"{name} imports {target}, not below it: {reason}. Allowed: {listed}"


def test_there_is_no_circle_of_imports():
    try:
        TopologicalSorter(IMPORTS.arrows).prepare()
    except CycleError as error:
        pytest.fail(f"these files import each other: {' → '.join(error.args[1])}. Move what they share below them.")


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_has_its_notebooks_parameters_and_checks(room):
    assert f"{room}.parameters" in FILES
    assert f"{room}.checks" in FILES
    assert (ROOT / "notebooks" / f"{room.replace('.', '/')}.ipynb").is_file()


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_parameters_import_no_scientific_library(room):
    heavy = "('numpy', 'pandas', 'scipy', 'pymc', 'matplotlib', 'altair')"
    code = f"import sys, {PACKAGE}.{room}.parameters; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_imports_nothing_scientific_before_it_is_needed():
    heavy = ("numpy", "pandas", "pandera", "papermill", "nbformat", "snakemake", "pymc", "matplotlib", "altair")
    code = f"import sys, {PACKAGE}.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_rule_itself_can_fail():
    places, _ = allowed("paradox.panel_regressions.estimators")
    assert below("paradox.panel.sample", places)
    assert not below("paradox.income_turning_point.curves", places)
    assert not below("cities.samples", places)
    assert not below("tables.catalog", places)
    assert below("tables.catalog", allowed("paradox.panel_regressions.checks")[0])
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
