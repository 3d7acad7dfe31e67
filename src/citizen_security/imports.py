"""Who imports whom in the package, read from its files without importing them.

The sources of a notebook, the picture of the house in the book and the test of its architecture are all made from this
one graph. Names of modules are those below the package: `paradox.panel.sample`; the package's own file is `__init__`.
Whoever imports a package may reach all that lies below it by attributes, so all of it counts; what no statement names
is found by `hidden_imports`, for the tests to refuse.
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
# Below a package, everything; alone, all of this one.
EVERYTHING = "*"

# An import statement that names the package, or is relative. Parsing these alone takes a tenth of the time that parsing
# whole files does, and the graph is read before every run.
_STATEMENT = re.compile(
    rf"(?:^|[;:])[ \t]*((?:from[ \t]+{PACKAGE}\b|from[ \t]*\.|import[ \t]+[^\n;]*\b{PACKAGE}\b)[^\n(;]*(?:\([^)]*\))?)",
    re.MULTILINE,
)
# A statement that goes on in a next line without parentheses may name the package there.
_CONTINUED = re.compile(r"\b(?:from|import)\b[^\n]*\\\n")

# What imports without an import statement: libraries, built-in functions, and what the interpreter keeps of modules.
IMPORTERS = frozenset({"importlib", "pkgutil", "runpy", "zipimport", "builtins", "imp"})
# They read facts about what is installed, or put names together, and import nothing.
HARMLESS = ("importlib.metadata", "importlib.util.resolve_name")
RUNS_TEXT = frozenset({"exec", "eval", "compile", "__import__", "__builtins__", "__loader__", "__spec__"})
IN_SYS = frozenset({"modules", "path", "meta_path", "path_hooks"})


class UnreadableCell(ValueError):
    """A cell whose imports cannot be read, since it is no Python."""


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

    def named(self, name: str) -> set[str]:
        """Modules that an import of a name brings within reach: all below it where the name is a package.

        An attribute of a package is a module that anything may have imported: `paradox.panel.sample` works after
        `from citizen_security import paradox`, and no statement says so.
        """
        whole = name.removesuffix(EVERYTHING).removesuffix(".")
        if whole not in ("", ITSELF) and (whole not in self.files or self.files[whole].stem != ITSELF):
            return {self.module(name)}
        if name == ITSELF:
            return {ITSELF}
        return {module for module in self.files if not whole or f"{module}.".startswith(f"{whole}.")}

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
        waiting = [module for name in start for module in self.named(name)]
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
    return set().union(*(_names(statement, package) for statement in _statements(code)))


def cell_imports(notebook: Path) -> set[str]:
    """Names of the package that a notebook's cells import.

    Parameters
    ----------
    notebook : pathlib.Path
        A notebook file.

    Returns
    -------
    set of str
        As `imported_names` returns them.

    Raises
    ------
    UnreadableCell
        If a cell is no Python, such as a magic: nothing could be said of what it imports.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    trees = (
        _parsed("".join(cell["source"]), f"{notebook.parent.name}/{notebook.name}, cell {number}")
        for number, cell in enumerate(cells, start=1)
        if cell["cell_type"] == "code"
    )
    return set().union(*(_names(tree) for tree in trees))


def hidden_imports(code: str) -> list[tuple[int, str]]:
    """What code may import by, besides statements that name a module of the package, in the order of lines.

    Parameters
    ----------
    code : str
        Source of a module or of a notebook's cell.

    Returns
    -------
    list of (int, str)
        Line and what stands there: `__import__`, `importlib`, `sys.modules`, `exec`, a star, or the package itself,
        whose attributes are whatever anything has imported.

    Raises
    ------
    SyntaxError
        If the code is no Python.
    """
    tree = ast.parse(code)
    names = {
        alias.asname or alias.name for node in _all(tree, ast.Import) for alias in node.names if alias.name == "sys"
    }
    return sorted(
        {
            (node.lineno, ast.unparse(node))
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt | ast.expr) and _hides(node, names)
        }
    )


def _hides(node: ast.stmt | ast.expr, names_of_sys: set[str]) -> bool:
    match node:
        case ast.Import():
            return any(_imports_unseen(alias.name) or _binds_package(alias) for alias in node.names)
        case ast.ImportFrom():
            module, names = node.module or "", {alias.name for alias in node.names}
            of_sys = module == "sys" and names & {*IN_SYS, EVERYTHING}
            star = EVERYTHING in names and (node.level > 0 or f"{module}.".startswith(f"{PACKAGE}."))
            return bool(star or of_sys or any(_imports_unseen(f"{module}.{name}") for name in names))
        case ast.Attribute(value=ast.Name(id=name)) if name in names_of_sys:
            return node.attr in IN_SYS
        case ast.Name():
            return node.id in RUNS_TEXT
        case ast.Attribute():
            return node.attr in RUNS_TEXT and node.attr.startswith("__")
    return False


def _imports_unseen(name: str) -> bool:
    return name.split(".")[0] in IMPORTERS and not f"{name}.".startswith(tuple(f"{it}." for it in HARMLESS))


def _binds_package(alias: ast.alias) -> bool:
    """`import citizen_security.values` binds the package, and so does `import citizen_security as house`."""
    return alias.name == PACKAGE or (alias.name.startswith(f"{PACKAGE}.") and not alias.asname)


def _names(tree: ast.AST, package: str | None = None) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
            found.update(f"{PACKAGE}.{EVERYTHING}" for alias in node.names if _binds_package(alias))
        elif isinstance(node, ast.ImportFrom) and (origin := _origin(node, package)):
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    return {name.removeprefix(f"{PACKAGE}.") for name in found if name.startswith(f"{PACKAGE}.")}


def _parsed(code: str, place: str) -> ast.Module:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise UnreadableCell(
            f"{place}, line {error.lineno}: `{line}` is no Python ({error.msg}). Cells are plain Python without magics "
            "(%, !, ?): what a run is made of is read from their imports. Mend the line, or write what the magic does "
            "as a function of the room."
        ) from None


def _all[Node: ast.AST](tree: ast.AST, kind: type[Node]) -> list[Node]:
    return [node for node in ast.walk(tree) if isinstance(node, kind)]


def _statements(code: str) -> list[ast.Module]:
    """The code's imports of the package; all of the code where one of them cannot be read alone."""
    if _CONTINUED.search(code):
        return [ast.parse(code)]
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
    return frozenset(module for target in names for module in modules.named(target)) - {name}
