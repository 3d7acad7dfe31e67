"""Imports point downward only: a room can be read, tested and replaced on its own."""

import ast
import re
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
        {"methods.effort", "plain"},
        "parameters import no scientific library, so that the command line starts at once",
    ),
    "regional": ({"methods"}, "a region's rates are computed from the tables it is handed"),
    "quoted": ({"values", "prose"}, "what prose quotes is text and recorded values"),
    "read_out": ({"quoted", "values", "parameters", "project"}, "it fills in the prose of the notebook that calls it"),
    "given": ({"parameters", "plain"}, "what was given is read by the types that parameters declare"),
    "tables": ({"tables", "project", "parameters", "locks", "plain", "rows_named"}, "tables know no analysis"),
    "figures": ({"figures", "measures", "words"}, "figures take frames, never models"),
    "runs": (
        {"runs", "tables", "parameters", "values", "project", "imports", "prose", "quoted", "__version__"},
        "a run is handed its notebook and knows no part",
    ),
    "doctor": ({"runs"}, "it looks at the machine and at the runs that are kept"),
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
            "words",
            "prose",
            "quoted",
            "__version__",
        },
        "the book is made from tables and runs",
    ),
    "cli": (
        {
            "compendium",
            "runs",
            "book",
            "tables",
            "parameters",
            "given",
            "plain",
            "faults",
            "project",
            "doctor",
            "__version__",
        },
        "a command is a few lines that call rooms below it",
    ),
}

# What every room of a part may import besides its own part.
BELOW_PARTS = {"methods", "parameters", "plain", "regional", "rows_named", "values", "measures", "words"}

# Modules of the parts that may read tables: the checks of parameters, and the coding scheme, which is itself data.
READ_TABLES = ("checks.py", "coding.py")
# Modules of a room that read what an analyst brings; the compendium's own tables are not theirs.
READ_BROUGHT = ("checks.py", "source.py", "table.py")


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
# They read tables, those of rooms and those that the rooms of a part share.
CHECKS = {name for name, path in FILES.items() if path.name == "checks.py"}


def below(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def may_import(name: str, target: str) -> bool:
    """Whether a module may import a name: what stands below it, and checks, which read tables, from checks alone."""
    checking = below(target, CHECKS) and FILES[name].name != "checks.py"
    return below(target, allowed(name)[0]) and not checking


def allowed(name: str) -> tuple[set[str], str]:
    """What a module may import, and why no more."""
    floor, *_ = name.split(".")
    if floor not in PARTS:
        return ALLOWED.get(floor, (set(), "this floor stands on libraries alone"))
    own = next((room for room in ROOMS if below(name, {room})), None)
    shared = {other for other in FILES if below(other, {floor}) and not below(other, ROOMS)} - {floor}
    reading = {"tables"} if FILES[name].name in READ_TABLES else set()
    reading |= {"tables.brought"} if FILES[name].name in READ_BROUGHT else set()
    reason = (
        "a room imports itself, what its part shares, and methods, and no other room or part; tables and checks, which "
        "read them, in checks.py only"
    )
    return {*shared, *BELOW_PARTS, *reading, *([own] if own else [])}, reason


def place(name):
    return FILES[name].relative_to(ROOT)


def hidden(name, code):
    """What a module imports by that no import statement of a module names, in sentences."""
    used, reason = HIDING.get(
        name, (set(), "what the graph of imports does not see reruns no notebook when it changes")
    )
    return [
        f"{place(name)}, line {line}: `{text}` hides what it imports. Allowed here: "
        f"{', '.join(sorted(used)) or 'nothing of the kind'}, since {reason}. Name the module instead: "
        "`from citizen_security.part.room import module`, within a function where it must be late"
        for line, text in hidden_imports(code)
        if text not in used
    ]


def packages(name, code):
    """Packages that a module imports as a whole, in sentences."""
    return [
        f"{place(name)} imports all of the package {target}: by its attributes any module below it may be "
        f"reached, so all of them count as its sources. Import the modules that are meant: `from {PACKAGE}.{target} "
        "import module`"
        for target in sorted(imported_names(code))
        if len(IMPORTS.named(target)) > 1
    ]


@pytest.mark.parametrize("name", FILES)
def test_no_module_hides_its_imports_from_the_graph(name):
    code = FILES[name].read_text("utf-8")
    found = hidden(name, code) + packages(name, code)
    assert not found, "\n".join(found)


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
    listed = ", ".join(sorted(places)) or "nothing of the package"
    for target in imported_names(FILES[name].read_text("utf-8"), IMPORTS.package(name)):
        assert may_import(name, target), (
            f"{place(name)} imports {target}, not below it: {reason}. Allowed: {listed}. Move what "
            "both need below both (to the part, or to methods/ where it knows no table), or hand it over as an argument"
        )


def test_there_is_no_circle_of_imports():
    try:
        TopologicalSorter(IMPORTS.arrows).prepare()
    except CycleError as error:
        pytest.fail(f"these files import each other: {' → '.join(error.args[1])}. Move what they share below them.")


# Rooms whose figures are named otherwise than after the notebook, and why; the modules must be there.
FIGURES = {
    "cities.city_homicide": (
        {"intervals", "list_cut_off", "pairwise", "predictive_checks", "shrinkage"},
        "it has several, each named after what it draws, and `intervals` is shared",
    ),
    "evidence.evidence_gap_map": (
        {"directions", "evidence_gaps", "gap_map", "gap_map_chart", "gap_map_tables"},
        "it has several, each named after what it draws",
    ),
    "paradox.panel_regressions": ({"coefficients"}, "rows of coefficients are drawn for other notebooks too"),
    "paradox.poverty_and_violence": (
        {"region", "series", "tables"},
        "it has several, each named after what it draws, and `series` is shared",
    ),
}


def incomplete(room, root):
    """What a room lacks of what each has, in sentences."""
    part, notebook = room.split(".")
    source, path = root / "src" / PACKAGE, room.replace(".", "/")
    own = {f"{source.relative_to(root)}/{path}/{name}": what for name, what in ROOM.items()}
    modules, _ = FIGURES.get(room, ({notebook}, ""))
    figures = {f"{source.relative_to(root)}/figures/{part}/{it}.py": "figures of the notebook" for it in modules}
    needed = {**own, **figures, f"notebooks/{path}.ipynb": "the notebook itself"}
    found = [f"{file} is not there: {what}. Write it" for file, what in needed.items() if not (root / file).is_file()]
    for file in (it for it in needed if it.endswith("__init__.py") and (root / it).is_file()):
        if not ast.get_docstring(ast.parse((root / file).read_text("utf-8"))):
            found.append(f"{file} does not say what the room is. Write a docstring of one sentence")
    if not list((root / "tests" / path).glob("test_*.py")):
        found.append(f"tests/{path}/ holds no tests of the room. Write a `test_<module>.py` for each of its modules")
    if not re.search(rf"file: {path}$", (root / "book" / "_toc.yml").read_text("utf-8"), flags=re.MULTILINE):
        found.append(
            f"book/_toc.yml has no line `- file: {path}`, so that no page shows the notebook. Add it to its part"
        )
    if f"`{path}`" not in (root / "README.md").read_text("utf-8"):
        found.append(f"README.md does not name `{path}`. Add it to the row of its part")
    return found


# What each room has, and what for.
ROOM = {
    "__init__.py": "a room is a package whose docstring says what it is",
    "parameters.py": "a subclass of `Parameters` with the notebook's parameters",
    "checks.py": "`check(parameters)` refuses what leaves nothing to analyse",
    "headline.py": "it returns what the notebook records as lists of `Value`",
}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_has_its_notebook_and_all_that_belongs_to_it(room):
    found = incomplete(room, ROOT)
    assert not found, "\n".join(found)


def test_every_figure_that_is_named_otherwise_is_of_a_room():
    assert set(FIGURES) <= ROOMS, "FIGURES in tests/test_architecture.py names a room that is gone. Take it out"


def test_an_incomplete_room_would_be_found(tmp_path):
    room = tmp_path / "src" / PACKAGE / "cities" / "draft" / "__init__.py"
    for file in (room, tmp_path / "book" / "_toc.yml", tmp_path / "README.md"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    found = incomplete("cities.draft", tmp_path)
    for words in (
        "parameters.py is not there", "checks.py is not there", "headline.py is not there",
        "figures/cities/draft.py is not there", "notebooks/cities/draft.ipynb is not there",
        "cities/draft/__init__.py does not say", "tests/cities/draft/ holds no tests", "book/_toc.yml has no line",
        "README.md does not name",
    ):  # fmt: skip
        assert sum(words in sentence for sentence in found) == 1, words
    assert len(found) == 9


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_parameters_import_no_scientific_library(room):
    heavy = "('numpy', 'pandas', 'scipy', 'pymc', 'matplotlib', 'altair')"
    code = f"import sys, {PACKAGE}.{room}.parameters; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", (
        f"importing {place(f'{room}.parameters')} imports {done.stdout.strip()}, directly or not, for "
        "which every command line would wait. Import it within the function that needs it, or move that to checks.py"
    )


def test_the_command_line_imports_nothing_scientific_before_it_is_needed():
    heavy = ("numpy", "pandas", "pandera", "papermill", "nbformat", "snakemake", "pymc", "matplotlib", "altair")
    code = f"import sys, {PACKAGE}.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", (
        f"importing {place('cli')} imports {done.stdout.strip()}, directly or not: the command line "
        "must start at once. Import it within the function that needs it"
    )


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
    shared = "paradox.checks.chosen_panel"
    assert may_import("paradox.panel_regressions.checks", shared)
    assert not may_import("paradox.panel_regressions.estimators", shared)
    assert not may_import("paradox.panel.sample", shared)
    assert not may_import("paradox.panel_regressions.estimators", "paradox.panel_regressions.checks.check")
    assert below("tables.brought.reader", allowed("cities.every_municipality.table")[0])
    assert not below("tables.catalog", allowed("cities.every_municipality.table")[0])
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
