"""The graph of imports: what it misses, no test of the architecture sees and no rerun follows."""

import ast
from importlib.util import resolve_name
from pathlib import Path

import pytest
from support import ROOT

from citizen_security.imports import ITSELF, PACKAGE, imported_names, read_imports


@pytest.fixture
def house(tmp_path) -> Path:
    """A checkout of a few modules, written by the test."""
    modules = {
        "__init__": "__version__ = '1'",
        "values": "",
        "part.__init__": "",
        "part.shared": "from citizen_security import values",
        "part.room.__init__": "from citizen_security.part.room import names",
        "part.room.names": "",
        "part.room.lazy": "def f():\n    from citizen_security.part.shared import this",
        "part.room.near": "from . import names\nfrom .lazy import f\nfrom ..shared import this\nfrom ... import values",
        "part.room.inner.__init__": "from .deep import x",
        "part.room.inner.deep": "x = 1",
        "part.room.typed": "if TYPE_CHECKING:\n    import citizen_security.part.room.lazy",
    }
    for name, code in modules.items():
        path = tmp_path / "src" / PACKAGE / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    return tmp_path


def parsed(code: str, package: str = "") -> set[str]:
    """The same, from the whole syntax tree."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), f"{PACKAGE}.{package}".rstrip("."))
            names.update(f"{origin}.{alias.name}" for alias in node.names)
    return {name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(f"{PACKAGE}.")}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import citizen_security.tables.catalog as c", {"tables.catalog"}),
        ("import numpy, citizen_security.values", {"values"}),
        ("from citizen_security import compendium, values as v", {"compendium", "values"}),
        ("from citizen_security import (\n    project,  # (why)\n    values,\n)", {"project", "values"}),
        ("from citizen_security.values import \\\n    record", {"values.record"}),
        ("def f():\n    from citizen_security.values import record", {"values.record"}),
        ("x = 1; from citizen_security import values", {"values"}),
        ("if x: from citizen_security import values", {"values"}),
        ("from citizen_security_of_others import values", set()),
        ("import pandas", set()),
    ],
)  # fmt: skip
def test_imports_are_found_however_they_are_written(code, names):
    assert imported_names(code) == names == parsed(code)


def test_reading_import_statements_alone_finds_what_reading_whole_files_finds():
    imports = read_imports(ROOT)
    codes = {name: (path.read_text("utf-8"), imports.package(name)) for name, path in imports.files.items()}
    assert {name: imported_names(*code) for name, code in codes.items()} == {n: parsed(*c) for n, c in codes.items()}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("from . import pooling, names as n", {"part.room.pooling", "part.room.names"}),
        ("from .pooling import pool", {"part.room.pooling.pool"}),
        ("from.pooling import pool", {"part.room.pooling.pool"}),
        ("from ..shared import (\n    this,  # (why)\n    that,\n)", {"part.shared.this", "part.shared.that"}),
        ("from ... import values", {"values"}),
        ("def f():\n    from ...values import record", {"values.record"}),
        ("x = 1; from . import names", {"part.room.names"}),
        ("\"\"\"Docs\n\nfrom ... to here (unclosed\n\"\"\"\nfrom . import names", {"part.room.names"}),
    ],
)  # fmt: skip
def test_relative_imports_start_from_the_package_of_their_module(code, names):
    assert imported_names(code, "part.room") == names == parsed(code, "part.room")
    assert imported_names(code) == set(), "a cell lives in no package"


def test_a_relative_import_that_leaves_the_package_is_an_error():
    with pytest.raises(ImportError):
        imported_names("from .... import values", "part.room")


def test_relative_arrows_point_to_the_module_that_holds_the_name(house):
    arrows = read_imports(house).arrows
    assert arrows["part.room.near"] == {"part.room.names", "part.room.lazy", "part.shared", "values"}
    assert arrows["part.room.inner"] == {"part.room.inner.deep"}


def test_an_arrow_points_to_the_module_that_holds_the_name(house):
    arrows = read_imports(house).arrows
    assert arrows["part.room.lazy"] == {"part.shared"}
    assert arrows["part.room.typed"] == {"part.room.lazy"}
    assert arrows["part.shared"] == {"values"}


def test_what_is_reached_counts_lazy_and_type_only_imports_and_the_packages_above(house):
    imports = read_imports(house)
    everything = {"part.room.typed", "part.room.lazy", "part.shared", "values", "part.room", "part.room.names", "part"}
    assert imports.reached(["part.room.typed"]) == everything | {ITSELF}
    assert imports.reached(["part.shared.this"]) == {"part.shared", "values", "part", ITSELF}


def test_what_is_left_out_takes_what_only_it_imports_along(house):
    assert read_imports(house).reached(["part.room.lazy"], without=["part.shared"]) == {
        "part.room.lazy", "part.room", "part.room.names", "part", ITSELF,
    }  # fmt: skip


def test_no_module_hides_its_imports_from_the_graph():
    # The compendium finds a room's check by the room's name; the sources of a notebook start from it all the same. The
    # process that warm kernels are forked from imports libraries by their names, and nothing of the package.
    hiding = {name for name, path in read_imports(ROOT).files.items() if "import_module" in path.read_text("utf-8")}
    assert hiding == {"compendium", "runs.warm_server"}
