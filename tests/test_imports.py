"""The graph of imports: what it misses, no test of the architecture sees and no rerun follows."""

import ast
from importlib.util import resolve_name
from pathlib import Path

import pytest
from support import ROOT, write_notebook

from citizen_security.imports import (
    EVERYTHING,
    ITSELF,
    PACKAGE,
    UnreadableCell,
    cell_imports,
    hidden_imports,
    imported_names,
    read_imports,
)


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
        "part.room.typed": "if TYPE_CHECKING:\n    import citizen_security.part.room.lazy as lazy",
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
            bound = {alias.asname or alias.name.split(".")[0] for alias in node.names}
            house = PACKAGE in bound or PACKAGE in {alias.name for alias in node.names}
            names.update({f"{PACKAGE}.{EVERYTHING}"} if house else set())
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), f"{PACKAGE}.{package}".rstrip("."))
            names.update(f"{origin}.{alias.name}" for alias in node.names)
    return {name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(f"{PACKAGE}.")}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import citizen_security.tables.catalog as c", {"tables.catalog"}),
        ("import numpy, citizen_security.values as v", {"values"}),
        ("import citizen_security", {EVERYTHING}),
        ("import citizen_security as house", {EVERYTHING}),
        ("import citizen_security.values", {"values", EVERYTHING}),
        ("from citizen_security.values import *", {"values.*"}),
        ("from \\\n citizen_security import values", {"values"}),
        ("import numpy, \\\n    citizen_security.values as v", {"values"}),
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


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("from citizen_security import part", {"part", "part.shared", "part.room", "part.room.lazy"}),
        ("from citizen_security.part import *", {"part", "part.shared", "part.room", "part.room.lazy"}),
        ("from citizen_security.part import room", {"part.room", "part.room.names", "part.room.lazy"}),
        ("import citizen_security", {ITSELF, "values", "part.shared", "part.room.lazy"}),
    ],
)
def test_whoever_imports_a_package_imports_all_that_its_attributes_may_reach(house, code, modules):
    (house / "src" / PACKAGE / "values.py").write_text("")
    caller = house / "src" / PACKAGE / "caller.py"
    caller.write_text(code)
    imports = read_imports(house)
    assert modules <= imports.arrows["caller"]
    assert modules <= imports.reached(imported_names(code))
    assert modules <= imports.reached(["caller"])


def test_a_name_of_a_packages_own_file_brings_none_of_its_modules(house):
    imports = read_imports(house)
    assert imports.named("__version__") == {ITSELF}
    assert imports.named("part.room.VERSION") == {"part.room"}
    assert imports.named(ITSELF) == {ITSELF}


@pytest.mark.parametrize(
    "code",
    [
        "__import__('citizen_security.values')",
        "find = __builtins__['__import__']",
        "import importlib",
        "from importlib import import_module as get",
        "import importlib.util",
        "import pkgutil, runpy",
        "from builtins import exec as run",
        "import sys as s\ns.modules['citizen_security.values']",
        "from sys import modules",
        "import sys\nsys.path.append('src')",
        "exec('import citizen_security.values')",
        "f = eval",
        "import citizen_security",
        "import citizen_security as house",
        "import citizen_security.values",
        "from citizen_security.values import *",
        "from . import *",
        "f.__spec__",
    ],
)
def test_what_imports_unseen_is_found_with_its_line(code):
    last = len(code.splitlines())
    assert [line for line, _ in hidden_imports(f"x = 1\n{code}")] == [last + 1]


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nsys.stdout.write('')",
        "from importlib.metadata import version",
        "import importlib.metadata",
        "import citizen_security.values as v",
        "from citizen_security import values, __version__",
        "import re\nre.compile('a')\nframe.eval('a')",
        "from numpy import *",
        "found.modules",
    ],
)
def test_what_hides_no_import_is_let_pass(code):
    assert hidden_imports(code) == []


@pytest.mark.parametrize(
    "source", ["%matplotlib inline\nimport citizen_security.values as v", "!ls", "table?", "x = ("]
)
def test_a_cell_that_is_no_python_is_refused_where_it_stands(tmp_path, source):
    path = write_notebook(tmp_path / "cities" / "example.ipynb", "effort = 'full'", source)
    with pytest.raises(UnreadableCell, match=r"cities/example\.ipynb, cell 2, line 1: .* is no Python .*Mend the line"):
        cell_imports(path)
