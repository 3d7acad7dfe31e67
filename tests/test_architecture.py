"""Imports point downward only: a part can be read, tested and replaced on its own."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "citizen_security"
PACKAGE = "citizen_security"
PARTS = ("paradox", "cities", "evidence")
LOWEST = {"project", "parameters", "values"}

# What each room may import of the package; a room not named here may import nothing of it.
ALLOWED = {
    "project": set(),
    "parameters": set(),
    "values": set(),
    "sampling": {"parameters"},
    "catalog": {"project"},
    "figures": {"figures"},
    "runs": {"runs", "catalog", "parameters", "values", "project", ""},
    "compendium": {"parameters", *(f"{part}.parameters" for part in PARTS)},
    "book": {"book", "runs", "catalog", "compendium", "figures", "parameters", "values", "project"},
    "cli": {"compendium", "runs", "book", "catalog", "parameters", "project", ""},
    **{part: {part, "parameters", "sampling"} for part in PARTS},
}


def imported(path: Path) -> list[tuple[str, str]]:
    """Modules of the package that a file imports, and the function it does so in ('' at the top)."""
    tree = ast.parse(path.read_text("utf-8"))
    found = []
    for node, function in walk(tree, ""):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            package = node.module == PACKAGE
            names = [f"{PACKAGE}.{alias.name}" for alias in node.names] if package else [node.module]
        else:
            continue
        found += [(name.removeprefix(PACKAGE).lstrip("."), function) for name in names if name.startswith(PACKAGE)]
    return found


def walk(node, function):
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef) else function
        yield child, inside
        yield from walk(child, inside)


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downward(path):
    allowed = ALLOWED.get(room(path), set())
    for name, function in imported(path):
        if name.startswith("__version__"):
            continue
        if room(path) in PARTS and path.name == "sample.py" and name == "catalog":
            assert function, f"{path}: a part's check reads tables only when it is called"
            continue
        fits = any(name == room_name or name.startswith(f"{room_name}.") for room_name in allowed)
        assert fits, f"{path.relative_to(SOURCE)} imports {name}, which does not lie below it"


@pytest.mark.parametrize("part", PARTS)
def test_parameters_import_no_scientific_library(part):
    code = (
        f"import sys, {PACKAGE}.{part}.parameters; "
        "print([m for m in ('numpy', 'pandas', 'scipy', 'pymc', 'matplotlib', 'altair') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_imports_nothing_scientific_before_it_is_needed():
    heavy = ("numpy", "pandas", "pandera", "papermill", "nbformat", "snakemake", "pymc", "matplotlib", "altair")
    code = f"import sys, {PACKAGE}.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_rule_itself_can_fail(tmp_path):
    path = tmp_path / "x.py"
    path.write_text("from citizen_security.cities import model\ndef f():\n    import citizen_security.tables.catalog\n")
    assert imported(path) == [("cities", ""), ("catalog", "f")]
