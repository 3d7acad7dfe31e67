"""Small changes of a module's source, one at a time: what a slip of the hand, or a wrong formula, would look like."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# What carries the statistics; of the rest (an index, a switch, a default) a draw at random has its share.
AIMED = ("level", "degrees of freedom", "tail", "guard", "formula", "sign", "function")

OPERATORS = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.FloorDiv: ("//", "/"),
    ast.Pow: ("**", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
COMPARISONS = {
    ast.Lt: ("<", "<=", ">"), ast.LtE: ("<=", "<", ">"), ast.Gt: (">", ">=", "<"), ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
FUNCTIONS = {
    "mean": "sum", "sum": "mean", "std": "var", "var": "std", "log": "log1p", "log1p": "log", "exp": "expm1",
    "expm1": "exp", "sqrt": "abs", "cumsum": "cumprod", "floor": "ceil", "ceil": "floor", "median": "mean",
    "sinh": "cosh", "cosh": "sinh", "tanh": "sinh", "square": "abs", "prod": "sum", "cummax": "cummin",
}  # fmt: skip
GUARDS = {
    "min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any",
    "argmin": "argmax", "argmax": "argmin", "nanmin": "nanmax", "nanmax": "nanmin", "fmin": "fmax", "fmax": "fmin",
}  # fmt: skip
TAILS = {
    "cdf": "sf", "sf": "cdf", "ppf": "isf", "isf": "ppf", "logcdf": "logsf", "logsf": "logcdf", "ndtr": "ndtri",
    "log_ndtr": "ndtr",
}  # fmt: skip
LEVELS = {"confidence_level", "credible_level", "level", "significance", "alpha"}
FREEDOM = {"df", "ddof", "degrees_of_freedom", "dof"}
SYMMETRIC = {
    "min", "max", "maximum", "minimum", "isinstance", "add", "multiply", "allclose", "isclose", "getattr", "dot",
    "logaddexp", "gcd", "hypot", "equal", "print", "range", "zip", "field",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One piece of source and what stands in its place, with the lines it is in, before and after."""

    start: int
    end: int
    new: str
    kind: str
    line: int
    was: str
    becomes: str

    def applied(self, source: str) -> str:
        """The source with this change and no other."""
        return source[: self.start] + self.new + source[self.end :]


class _Source:
    """A module's text, and where its parts stand: the parser counts bytes, a text characters."""

    def __init__(self, text: str) -> None:
        self.text, self.tree = text, ast.parse(text)
        self.lines = text.splitlines(keepends=True)
        self.begins = [0]
        for line in self.lines:
            self.begins.append(self.begins[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        return self.begins[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def span(self, node: ast.AST) -> tuple[int, int]:
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.AST) -> str:
        return self.text[slice(*self.span(node))]

    def change(self, start: int, end: int, new: str, kind: str) -> Change:
        first = next(number for number, begin in enumerate(self.begins) if begin > start)
        last = next(number for number, begin in enumerate(self.begins) if begin >= end)
        begin, finish = self.begins[first - 1], self.begins[last]
        was, becomes = self.text[begin:finish], self.text[begin:start] + new + self.text[end:finish]
        return Change(start, end, new, kind, first, " ".join(was.split()), " ".join(becomes.split()))

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str, kind: str) -> Iterator[Change]:
        """The sign between two expressions; brackets may stand there too."""
        start, end = self.span(left)[1], self.span(right)[0]
        found = self.text.find(old, start, end)
        if found >= 0:
            yield self.change(found, found + len(old), new, kind)


def changes(text: str) -> list[Change]:
    """All changes of a module, in the order of its text; words and annotations are left alone."""
    source = _Source(text)
    found = {it for node in _walk(source.tree) for it in _of_node(source, node) if _parses(it.applied(text))}
    return sorted(found, key=lambda it: (it.start, it.end, it.new))


def draw(possible: list[Change], number: int, seed: str, *, aimed: bool) -> list[Change]:
    """Some of them at random; of the aimed ones, as many of each kind as there are, the rarest kinds first."""
    rng = random.Random(seed)
    if not aimed:
        return rng.sample(possible, min(number, len(possible)))
    kinds = [[it for it in possible if it.kind == kind] for kind in AIMED]
    for of_kind in kinds:
        rng.shuffle(of_kind)
    ordered = [of_kind[turn] for turn in range(len(possible)) for of_kind in kinds if turn < len(of_kind)]
    return ordered[:number]


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _walk(node: ast.AST, within: ast.AST | None = None) -> Iterator[ast.AST]:
    """Every node that is computed with; each knows the one around it."""
    node.around = within
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_params", "decorator_list") or isinstance(node, ast.TypeAlias):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, node)


def _of_node(source: _Source, node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.BinOp(left=left, right=right, op=op) if type(op) in OPERATORS and not (_word(left) or _word(right)):
            old, new = OPERATORS[type(op)]
            yield from source.between(left, right, old, new, "guard" if new in "&|" else "formula")
        case ast.AugAssign(op=op, target=target, value=value) if type(op) in OPERATORS and not _word(value):
            old, new = OPERATORS[type(op)]
            yield from source.between(target, value, f"{old}=", f"{new}=", "formula")
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert() as op, operand=operand):
            kind = "sign" if isinstance(op, ast.USub) else "guard"
            # An index from the end is no sign.
            kind = "index" if isinstance(node.around, ast.Subscript | ast.Slice) else kind
            yield source.change(*source.span(node), source.of(operand), kind)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for before, op, after in zip([left, *comparators], ops, comparators, strict=False):
                old, *new = COMPARISONS[type(op)]
                for it in new:
                    yield from source.between(before, after, old, it, "guard")
        case ast.BoolOp(op=op, values=values):
            old, new = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
            for before, after in pairwise(values):
                yield from source.between(before, after, f"{old} ", f"{new} ", "guard")
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare | ast.UnaryOp):
            yield source.change(*source.span(test), f"not ({source.of(test)})", "guard")
        case ast.Expr(value=ast.Call(func=function)) if source.of(function).startswith(("require.", "_require")):
            yield source.change(*source.span(node), "pass", "guard")
        case ast.Constant(value=value) if isinstance(value, int | float):
            yield from _constant(source, node, value)
        case ast.Name() | ast.Attribute() if isinstance(node.ctx, ast.Load):
            yield from _name(source, node)
        case ast.Call(args=[first, second, *_]) if source.of(first) != source.of(second):
            if _last(source.of(node.func)) not in SYMMETRIC and not isinstance(first, ast.Starred):
                (start, middle), (after, end) = source.span(first), source.span(second)
                swapped = source.of(second) + source.text[middle:after] + source.of(first)
                yield source.change(start, end, swapped, "arguments")


def _constant(source: _Source, node: ast.Constant, value: float) -> Iterator[Change]:
    """A number one more and one less, or a tenth more; a switch the other way; an axis the other one."""
    around, span = node.around, source.span(node)
    named = around.arg if isinstance(around, ast.keyword) else ""
    if isinstance(value, bool):
        yield source.change(*span, str(not value), "switch")
    elif named == "axis":
        yield source.change(*span, "0" if value else "1", "axis")
    elif isinstance(value, float):
        level = 0.5 <= value < 1 and (isinstance(around, ast.arguments) or named in LEVELS)
        yield source.change(*span, "0.9" if value == 0.95 else repr(value * 1.1 or 0.1), "level" if level else "number")
    else:
        kind = "formula" if isinstance(around, ast.BinOp) else "guard" if isinstance(around, ast.Compare) else "number"
        kind = "degrees of freedom" if named in FREEDOM else kind
        kind = "index" if isinstance(around, ast.Subscript | ast.Slice) else kind
        for new in (value + 1, value - 1):
            yield source.change(*span, str(new) if new >= 0 else f"({new})", kind)


def _name(source: _Source, node: ast.Name | ast.Attribute) -> Iterator[Change]:
    """A level that is 0.95 whatever is asked for, a degree of freedom more, and one function for another."""
    name, span, around = node.id if isinstance(node, ast.Name) else node.attr, source.span(node), node.around
    called = isinstance(around, ast.Call) and around.func is node
    if name in LEVELS and not called and not _is_guard(source, around):
        yield source.change(*span, "0.95", "level")
    if name in FREEDOM and not called:
        yield source.change(*span, f"({source.of(node)} + 1)", "degrees of freedom")
    for names, kind in ((FUNCTIONS, "function"), (GUARDS, "guard"), (TAILS, "tail")):
        if name in names and (called or isinstance(node, ast.Attribute)):
            yield source.change(span[1] - len(name), span[1], names[name], kind)


def _is_guard(source: _Source, around: ast.AST | None) -> bool:
    return isinstance(around, ast.Call) and source.of(around.func).startswith("require.")


def _word(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]
