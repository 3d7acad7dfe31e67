"""What a cell of a notebook may hold: steps that call the room, and no work of its own.

Work in a cell is neither typed nor tested, and what it reads is not seen by the graph that runs notebooks again. The
rules look at syntax alone, so they name what is allowed rather than chase what is not: a short list of libraries, of
functions of pandas and of built-in functions.
"""

import ast
import builtins
from dataclasses import dataclass

ARITHMETIC = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult, ast.LShift, ast.RShift,
)  # fmt: skip

# Picking (`loc`, `head`, `min`), arranging (`sort_values`, `assign`, `map` of names) and rounding for the eye are none.
CALCULATIONS = {
    "add", "radd", "sub", "rsub", "subtract", "mul", "rmul", "multiply", "div", "rdiv", "divide", "truediv",
    "rtruediv", "floordiv", "rfloordiv", "mod", "rmod", "pow", "rpow", "dot", "matmul", "sum", "prod", "product",
    "mean", "median", "std", "var", "sem", "skew", "kurt", "kurtosis", "quantile", "cumsum", "cumprod", "cummin",
    "cummax", "diff", "pct_change", "corr", "corrwith", "cov", "rank", "abs", "clip", "rolling", "expanding", "ewm",
    "interpolate", "resample", "agg", "aggregate", "apply", "applymap", "pipe", "transform", "eval", "query",
}  # fmt: skip
FORMATTING = {
    "format", "format_map", "join", "cat", "strftime", "to_string", "to_html", "to_latex", "to_markdown",
}  # fmt: skip
WRITING = {
    "to_csv", "to_json", "to_excel", "to_parquet", "to_pickle", "to_hdf", "to_sql", "savefig", "write_text",
    "write_bytes",
}  # fmt: skip
FORMAT_OPTIONS = ("float_format", "formatters")

# IPython adds its own to Python's once a shell has run in the same process, as it has in some tests.
NATIVE = frozenset(dir(builtins)) - {"display", "get_ipython"}
BUILT_IN = {
    "dict", "list", "set", "tuple", "frozenset", "zip", "len", "int", "float", "bool", "str", "isinstance", "print",
    "sorted", "reversed", "next", "iter", "enumerate", "range", "slice", "any", "all", "globals",
}  # fmt: skip
PANDAS = ("pandas", "pd")
OF_PANDAS = {"concat", "DataFrame", "Series", "option_context", "set_option"}
# Of each library, what a cell may take of it; pandas as a whole, of which it uses what stands above.
LIBRARIES = {"dataclasses": {"replace"}, "IPython.display": {"display", "HTML"}}
# Libraries and tables behind a module of the house.
BEHIND = {*PANDAS, "numpy", "np", "catalog"}

TABLES_IMPORT = "from citizen_security.tables import catalog"

TO_THE_ROOM = "Move it to a function of the notebook's room, with a test, and call that"


@dataclass(frozen=True)
class Fault:
    """What a cell holds that it may not.

    Attributes
    ----------
    line : int
    code : str
    reason : str
        Why, and what is allowed.
    remedy : str
    """

    line: int
    code: str
    reason: str
    remedy: str = TO_THE_ROOM

    def __str__(self) -> str:
        return f"line {self.line}: `{self.code}` {self.reason}. {self.remedy}"


def tree(source: str) -> ast.Module:
    """Syntax of a cell; nothing where it is no Python, which a test of its own says."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def fault(node: ast.AST, reason: str, remedy: str = TO_THE_ROOM) -> Fault:
    return Fault(node.lineno, ast.unparse(node).splitlines()[0], reason, remedy)


def own_work(source: str) -> list[Fault]:
    """Arithmetic, formatting and functions of a cell, which belong to the room, where they are typed and tested."""
    cell = tree(source)
    owners = {node.value for node in ast.walk(cell) if isinstance(node, ast.Attribute)}
    found = [found for node in ast.walk(cell) for found in work_of(node, owners)]
    return sorted(set(found), key=str)


def work_of(node: ast.AST, owners: set[ast.AST]) -> list[Fault]:
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if isinstance(op, ARITHMETIC):
            return [fault(node, "is arithmetic, and a cell computes nothing itself")]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand) if not isinstance(operand, ast.Constant):
            return [fault(node, "is arithmetic, and a cell computes nothing itself")]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [fault(node, "is defined in a cell, where nothing tests it")]
        case ast.Lambda(body=body) if not picks(body):
            return [fault(node, "does more than pick or call; a lambda of a cell only names what is to be called")]
        case ast.JoinedStr():
            return [fault(node, "formats, and words with numbers in them are the room's or its figures'")]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="theme"), attr="apply"), args=[], keywords=[]):
            return []
        case ast.Call(func=ast.Name(id="str")):
            return [fault(node, "formats; a cell may round for the eye")]
        case ast.Call(func=ast.Attribute(attr=name)) if name in CALCULATIONS:
            return [fault(node, f"computes (.{name}); a cell may pick, arrange and round for the eye")]
        case ast.Call(func=ast.Attribute(attr=name)) if name in FORMATTING:
            return [fault(node, f"formats (.{name}); a cell may round for the eye")]
        case ast.Call(func=ast.Attribute(attr=name)) if name in WRITING:
            return [fault(node, f"writes a file (.{name}) that no run keeps", "Record it: `record_table(name, frame)`")]
        case ast.keyword(arg=name) if name in FORMAT_OPTIONS:
            return [fault(node, "formats; a cell may round for the eye")]
        case ast.Constant(value=str(text)) if any(option in text for option in FORMAT_OPTIONS):
            return [fault(node, "formats; a cell may round for the eye")]
        case ast.Call(func=ast.Attribute(attr="assign" | "insert")) if any(map(typed, values_of(node))):
            return [fault(node, "types numbers into a column", "Compute them in the room, or make them a table")]
        case ast.Assign(targets=[ast.Subscript()], value=value) if typed(value):
            return [fault(node, "types numbers into a column", "Compute them in the room, or make them a table")]
        case ast.Name(id=name, ctx=ast.Load()) if name in PANDAS and node not in owners:
            return [fault(node, f"hands pandas on under another name; a cell uses {listed(OF_PANDAS)} of it")]
        case ast.Attribute(value=ast.Name(id=library), attr=name) if library in PANDAS and name not in OF_PANDAS:
            return [fault(node, f"is none of what a cell may use of pandas: {listed(OF_PANDAS)}")]
        case ast.Attribute(attr=name) if name in BEHIND or (name.startswith("__") and name.endswith("__")):
            return [fault(node, "reaches behind a module or an object")]
        case ast.Name(id=name, ctx=ast.Load()) if name in NATIVE and name not in BUILT_IN:
            return [fault(node, f"is none of the built-in functions of cells: {listed(BUILT_IN)}")]
    return []


def picks(body: ast.expr) -> bool:
    kinds = (ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.keyword, ast.expr_context)
    return all(isinstance(node, kinds) for node in ast.walk(body))


def values_of(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def typed(value: ast.expr) -> bool:
    """Whether a value is a list, tuple or dictionary of numbers that someone typed."""
    try:
        content = ast.literal_eval(value)
    except ValueError:
        return False
    items = content.values() if isinstance(content, dict) else content if isinstance(content, list | tuple) else ()
    return any(isinstance(item, int | float) and not isinstance(item, bool) for item in items)


def listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def foreign_imports(source: str) -> list[Fault]:
    """Libraries that a cell imports and may not: with them it would compute, read or write by itself."""
    found = []
    for node in ast.walk(tree(source)):
        match node:
            case ast.Import(names=names):
                # Those of the house have a rule of their own.
                bad = any((it.name, it.asname) not in {("pandas", None), ("pandas", "pd")} for it in names
                          if not it.name.startswith("citizen_security"))  # fmt: skip
            case ast.ImportFrom(module=str(module), names=names) if module.startswith("citizen_security"):
                bad = any(it.name in BEHIND for it in names) and not module.startswith("citizen_security.tables")
            case ast.ImportFrom(module=module, names=names):
                bad = not {it.name for it in names} <= LIBRARIES.get(module or "", set())
            case _:
                continue
        if bad:
            also = "; ".join(f"from {module} import {listed(names)}" for module, names in LIBRARIES.items())
            found.append(fault(node, f"is no import of cells. Allowed: the house; import pandas [as pd]; {also}"))
    return found


def tables_loaded(source: str) -> tuple[set[str], list[Fault]]:
    """Tables that a cell loads by their names, and whatever else it does with the catalog."""
    cell = tree(source)
    names, loads, found = set(), set(), []
    remedy = f'Write `{TABLES_IMPORT}` and `catalog.load("table")`, so that one sees what a notebook reads'
    for node in ast.walk(cell):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("citizen_security.tables"):
                if ast.unparse(node) != TABLES_IMPORT:
                    found.append(fault(node, "takes other things, or by other names, of the tables", remedy))
            case ast.Call(func=ast.Attribute(value=ast.Name(id="catalog") as owner, attr="load")):
                match node.args, node.keywords:
                    case ([ast.Constant(value=str(name))], []) | (
                        [],
                        [ast.keyword(arg="name", value=ast.Constant(value=str(name)))],
                    ):
                        names.add(name)
                        loads.add(owner)
    uses = (node for node in ast.walk(cell) if isinstance(node, ast.Name) and node.id == "catalog")
    found += [
        fault(node, "is used for something else than to load a table by its name", remedy)
        for node in uses
        if node not in loads
    ]
    return names, found
