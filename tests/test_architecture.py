"""Imports point downward only: a room can be read, tested and replaced on its own."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.imports import PACKAGE, hidden_imports, imported_names, read_imports

ROOMS = {notebook.room.removeprefix(f"{PACKAGE}.") for notebook in compendium.NOTEBOOKS.values()}
PARTS = sorted({notebook.part for notebook in compendium.NOTEBOOKS.values()})

# What a floor of the house may import of the package, and why; a floor that is not named may import nothing of it.
ALLOWED = {
    "methods": ({"methods"}, "methods are a toolkit of their own: no table, no country, no notebook"),
    "parameters": (
        {"methods.effort"},
        "parameters import no scientific library, so that the command line starts at once",
    ),
    "tables": ({"tables", "project", "parameters"}, "tables know no analysis"),
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


# What a module may use that the graph of imports cannot follow, and why it hides nothing there.
HIDING = {
    "compendium": (
        {"from importlib import import_module"},
        "it finds a room's check by the room's name, from which the sources of a notebook start all the same",
    ),
    "runs.execute": ({"sys.modules"}, "it tells Python not to import two libraries that papermill can do without"),
    "runs.warm_server": (
        {"import importlib", "sys.modules", "sys.path"},
        "it imports libraries by their names for the kernels forked from it, and nothing of the package",
    ),
}

# Files beside the modules that are no Python: a marker that says to other checkers that the package is typed.
NO_PYTHON = {"py.typed"}


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


def hidden(name, code):
    """What a module imports by that no import statement of a module names, in sentences."""
    used, reason = HIDING.get(
        name, (set(), "what the graph of imports does not see reruns no notebook when it changes")
    )
    return [
        f"{FILES.get(name, name)}, line {line}: `{text}` hides what it imports. Allowed here: "
        f"{', '.join(sorted(used)) or 'nothing of the kind'}, since {reason}. Name the module instead: "
        "`from citizen_security.part.room import module`, within a function where it must be late"
        for line, text in hidden_imports(code)
        if text not in used
    ]


def packages(name, code):
    """Packages that a module imports as a whole, in sentences."""
    return [
        f"{FILES.get(name, name)} imports all of the package {target}: by its attributes any module below it may be "
        f"reached, so all of them count as its sources. Import the modules that are meant: `from {PACKAGE}.{target} "
        "import module`"
        for target in sorted(imported_names(code))
        if len(IMPORTS.named(target)) > 1
    ]


@pytest.mark.parametrize("name", FILES)
def test_no_module_hides_its_imports_from_the_graph(name):
    code = FILES[name].read_text("utf-8")
    assert hidden(name, code) + packages(name, code) == []


@pytest.mark.parametrize("name", HIDING)
def test_what_a_module_may_hide_it_still_uses(name):
    used, _ = HIDING[name]
    assert used == {text for _, text in hidden_imports(FILES[name].read_text("utf-8"))}


def test_beside_the_modules_there_is_no_file_that_no_import_names():
    folder = ROOT / "src" / PACKAGE
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in files:
        assert path.suffix == ".py" or path.name in NO_PYTHON, (
            f"{path.relative_to(ROOT)} is no Python, and no import names it: whoever reads it is not run again when it "
            f"changes. Allowed: {', '.join(sorted(NO_PYTHON))}. Move it: a table to data/ with its description, what "
            "pages show to book/_static/, a text into the module that uses it"
        )


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


def test_a_hidden_import_would_be_found():
    assert "`import importlib` hides" in hidden("methods.rates", "import importlib")[0]
    assert "sys.modules, since it tells" in hidden("runs.execute", "exec('')")[0]
    assert hidden("runs.execute", "import sys\nsys.modules") == []
    assert "all of the package paradox" in packages("cli", f"from {PACKAGE} import paradox, cli")[0]
    assert packages("cli", f"from {PACKAGE} import __version__, cli") == []


def test_the_rule_itself_can_fail():
    places, _ = allowed("paradox.panel_regressions.estimators")
    assert below("paradox.panel.sample", places)
    assert not below("paradox.income_turning_point.curves", places)
    assert not below("cities.samples", places)
    assert not below("tables.catalog", places)
    assert below("tables.catalog", allowed("paradox.panel_regressions.checks")[0])
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
