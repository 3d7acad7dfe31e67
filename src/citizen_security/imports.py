"""Who imports whom in the package, read from its files without importing them.

The sources of a notebook, the picture of the house in the book and the test of its architecture are all made from this
one graph. Names of modules are those below the package: `paradox.panel.sample`; the package's own file is `__init__`.
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import resolve_name
from pathlib import Path

PACKAGE = "citizen_security"
ITSELF = "__init__"

# An import statement that names the package, or is relative. Parsing these alone takes a tenth of the time that parsing
# whole files does, and the graph is read before every run.
_STATEMENT = re.compile(
    rf"(?:^|[;:])[ \t]*((?:from[ \t]+{PACKAGE}\b|from[ \t]*\.|import[ \t]+[^\n;]*\b{PACKAGE}\b)[^\n(;]*(?:\([^)]*\))?)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Imports:
    """The modules of a checkout's package, and which of them each imports.

    Lazy imports and those for types only count like any other.

    Attributes
    ----------
    files : mapping
        Module → its file, in the order of names.
    arrows : mapping
        Module → modules that it imports itself, without the packages on the way to them.
    """

    files: Mapping[str, Path]
    arrows: Mapping[str, frozenset[str]]

    def module(self, name: str) -> str:
        """Module that an imported name lives in: `tables.catalog.load` lives in `tables.catalog`."""
        while name and name not in self.files:
            name = name.rpartition(".")[0]
        return name or ITSELF

    def package(self, name: str) -> str:
        """Package that a module's relative imports start from; empty for the package itself."""
        if name == ITSELF:
            return ""
        return name if self.files[name].stem == ITSELF else name.rpartition(".")[0]

    def reached(self, start: Iterable[str], *, without: Iterable[str] = ()) -> set[str]:
        """Modules that run when some are imported: these, what they import, directly or not, and the packages above.

        Parameters
        ----------
        start : iterable of str
            Names of modules, or of what lives in them.
        without : iterable of str
            Modules to leave out, with what only they import.

        Returns
        -------
        set of str
        """
        found = set(without)
        waiting = [self.module(name) for name in start]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [*self.arrows[name], self.module(name.rpartition(".")[0])]
        return found - set(without)


def read_imports(root: Path) -> Imports:
    """Read the imports of a checkout's package.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.

    Returns
    -------
    Imports
    """
    source = root / "src" / PACKAGE
    files = {_module(path.relative_to(source)): path for path in sorted(source.rglob("*.py"))}
    modules = Imports(files, {})
    return Imports(files, {name: _targets(modules, name) for name in files})


def imported_names(code: str, package: str | None = None) -> set[str]:
    """Names of the package that Python code imports, below the package: modules, or what lives in them.

    Parameters
    ----------
    code : str
        Source of a module or of a notebook's cell.
    package : str, optional
        Package that relative imports start from, as `Imports.package` returns it. Code without one, such as a cell,
        cannot import relatively: such a statement fails and imports nothing.

    Returns
    -------
    set of str
        Such as `tables.catalog.load`.

    Raises
    ------
    SyntaxError
        If an import statement is not Python.
    ImportError
        If a relative import leaves the package.
    """
    found: set[str] = set()
    for statement in _statements(code):
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and (origin := _origin(node, package)):
                found.update(f"{origin}.{alias.name}" for alias in node.names)
    return {name.removeprefix(f"{PACKAGE}.") for name in found if name.startswith(f"{PACKAGE}.")}


def cell_imports(notebook: Path) -> set[str]:
    """Names of the package that a notebook's cells import.

    A cell that is no Python imports nothing: it fails whatever it imports.

    Parameters
    ----------
    notebook : pathlib.Path
        A notebook file.

    Returns
    -------
    set of str
        As `imported_names` returns them.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    codes = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return set().union(*(_of_cell(code) for code in codes))


def _of_cell(code: str) -> set[str]:
    try:
        return imported_names(code)
    except SyntaxError:
        return set()


def _statements(code: str) -> list[ast.Module]:
    """The code's imports of the package; all of the code where one of them cannot be read alone."""
    try:
        return [ast.parse(statement) for statement in _STATEMENT.findall(code)]
    except SyntaxError:
        return [ast.parse(code)]


def _origin(statement: ast.ImportFrom, package: str | None) -> str | None:
    """Full name of what a statement imports from; none for a relative one in code that lives in no package."""
    if not statement.level:
        return statement.module
    if package is None:
        return None
    start = ".".join(filter(None, (PACKAGE, package)))
    return resolve_name("." * statement.level + (statement.module or ""), start)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(f".{ITSELF}")


def _targets(modules: Imports, name: str) -> frozenset[str]:
    names = imported_names(modules.files[name].read_text("utf-8"), modules.package(name))
    return frozenset(modules.module(target) for target in names) - {name}
