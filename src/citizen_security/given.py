"""Parameters as people give them, on the command line and in files: read by the type that each is declared to have.

What is written is taken literally. `010` is ten, `NO` is the country, `datos #1.csv` is a file, `01` is a column: no
notation of a data language stands between what is typed and what is meant. A file is read within bounds that no honest
one comes near, before anything in it is believed.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from citizen_security.parameters import ParameterError, Parameters, field_schema, field_sentence
from citizen_security.plain import shortened, shown

MAXIMUM_FILE_BYTES = 100_000
MAXIMUM_DEPTH = 6
MAXIMUM_ENTRIES = 5_000
MAXIMUM_TEXT = 10_000

FEW_LINES = "a parameter file is a few lines such as `first_year: 2000`"
ONE_A_LINE = "write one `name: value` a line"

# Plain decimal notation; Python's own also takes 1_000, other scripts' digits, and integers too long to be turned into
# text.
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?", re.ASCII)
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = ("", "~", "null", "Null", "NULL")

# Faults of a path that somebody gave, not of the machine.
_FAULTS_OF_A_PATH = {
    errno.ENOENT: "there is no such file",
    errno.ENOTDIR: "there is no such file",
    errno.ELOOP: "its links lead in a circle",
    errno.ENAMETOOLONG: "the name is too long for a file",
    errno.EACCES: "you may not read it",
    errno.EPERM: "you may not read it",
    errno.ENXIO: "it is no file but a device or a socket",
}


class _Unquoted(NamedTuple):
    """What stands in a file without quotes: its meaning depends on what the parameter is declared to be."""

    text: str


class _Unreadable(ValueError):
    """Why a file holds no parameters, in a clause."""


def given_parameters[Declared: Parameters](
    declared: type[Declared], pairs: Sequence[str] = (), file: Path | None = None
) -> Declared:
    """Parameters of `name=value` pairs and of a file; the pairs win.

    Parameters
    ----------
    declared : type of Parameters
        What the parameters are declared to be.
    pairs : sequence of str
        Of the command line, each `name=value`.
    file : pathlib.Path, optional
        YAML or JSON.

    Returns
    -------

    Parameters
    ----------

    Raises
    ------
    ParameterError
        With every problem of the file, of the pairs and of the values.
    """
    values, problems = given_values(declared, pairs, file)
    try:
        taken = declared.from_values(values)
    except ParameterError as error:
        raise ParameterError([*problems, *error.problems]) from None
    if problems:
        raise ParameterError(problems)
    return taken


def given_values(
    declared: type[Parameters], pairs: Sequence[str] = (), file: Path | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Values that were given, and a sentence for each that cannot be read; they are not validated yet."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    if file is not None:
        try:
            content = _file_content(file)
        except _Unreadable as unreadable:
            problems.append(f"{shortened(str(file), 100)}: {unreadable}")
        else:
            _take(declared, content.items(), values, problems)
    _take(declared, _pairs(pairs, problems), values, problems)
    return values, problems


def _take(
    declared: type[Parameters], named: Iterable[tuple[str, Any]], values: dict[str, Any], problems: list[str]
) -> None:
    for name, written in named:
        try:
            schema = field_schema(declared, name) if name in declared.model_fields else {}
            values[name] = _value(schema, written)
        except _Unreadable as unreadable:
            values.pop(name, None)
            problems.append(field_sentence(declared, name, str(unreadable)))


# --- the command line -------------------------------------------------------------------------------------------------


def _pairs(pairs: Sequence[str], problems: list[str]) -> Iterable[tuple[str, "_Unquoted | str"]]:
    """Names with what was written behind them; what is no pair becomes a problem."""
    found: dict[str, str] = {}
    repeated: set[str] = set()
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            problems.append(f"{shown(pair)} is no parameter: write name=value, such as -p effort=quick")
        elif name != name.strip():
            problems.append(
                f"{shown(name)} has a blank at its edge: write {shortened(name.strip(), 60)}=value, "
                "without blanks around ="
            )
        elif name in found:
            repeated.add(name)
        else:
            found[name] = text
    problems += [
        f"{shortened(name, 60)} is given more than once; give it once (a list is written name=a,b)"
        for name in sorted(repeated)
    ]
    return ((name, _Typed(text)) for name, text in found.items() if name not in repeated)


class _Typed(_Unquoted):
    """What stands on the command line: as in a file, but nothing means that there is no value."""


def _value(schema: Mapping[str, Any], written: object) -> object:
    """What was written, as the value that a parameter of this JSON Schema takes it for."""
    if isinstance(written, dict):
        return {name: _value({}, value) for name, value in written.items()}
    if isinstance(written, list):
        items: Mapping[str, Any] = next((it["items"] for it in _branches(schema) if it.get("type") == "array"), {})
        return [_value(items, item) for item in written]
    if not isinstance(written, _Unquoted):
        return written
    if len(written.text) > MAXIMUM_TEXT:
        raise _Unreadable(f"has {len(written.text):,} characters; at most {MAXIMUM_TEXT:,} are read")
    if not isinstance(written, _Typed) and written.text in _NOTHING:
        raise _Unreadable("has no value; give one, leave the line out, or put quotes around it if it is text")
    return _of_text(_branches(schema), written.text)


def _branches(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a schema allows, one type each."""
    return [branch for option in schema["anyOf"] for branch in _branches(option)] if "anyOf" in schema else [schema]


def _of_text(branches: Sequence[Mapping[str, Any]], text: str) -> object:
    """Text by its type; what fits none stays text, and is refused with what is allowed."""
    kinds = {branch.get("type", "string") for branch in branches}
    words = [word for branch in branches for word in [branch.get("const"), *branch.get("enum", [])] if word is not None]
    stripped = text.strip()
    if stripped in words:
        return stripped
    if "array" in kinds:
        return _of_list(next(branch for branch in branches if branch.get("type") == "array"), stripped)
    if "boolean" in kinds and stripped in _TRUTH:
        return _TRUTH[stripped]
    if kinds & {"integer", "number"} and _INTEGER.fullmatch(stripped):
        return int(stripped)
    if "number" in kinds and _NUMBER.fullmatch(stripped):
        return float(stripped)
    return text


def _of_list(schema: Mapping[str, Any], text: str) -> list[object]:
    """A list written a,b or [a, b], each item by the items' type, or as JSON, which is how lists are shown."""
    # Without a quotation mark the words of a list are taken as they stand, which JSON would not do.
    quoted = _json(text, only=False) if text.startswith("[") and '"' in text else None
    if isinstance(quoted, list):
        return [_value(schema.get("items", {}), item) for item in quoted]
    if text.startswith("[") != text.endswith("]"):
        raise _Unreadable(f"{shown(text)} cannot be read: one bracket is missing. Write a,b or [a, b]")
    inside = text[1:-1].strip() if text.startswith("[") else text
    if not inside:
        if not text:
            raise _Unreadable("has no value; write a,b, or [] for an empty list")
        return []
    parts = [part.strip() for part in inside.split(",")]
    if "" in parts:
        raise _Unreadable(f"{shown(text)} has nothing between two commas or at an end; write a,b")
    branches = _branches(schema.get("items", {}))
    return [_of_text(branches, part) for part in parts]


# --- files ------------------------------------------------------------------------------------------------------------


def _file_content(path: Path) -> dict[str, Any]:
    """Names and what stands behind them, in a file of either kind."""
    text = _decoded(_bytes(path))
    content = _json(text, only=path.suffix.lower() == ".json")
    if content is None:
        content = _yaml(text)
    if not isinstance(content, dict):
        raise _Unreadable(f"it holds no parameters: {ONE_A_LINE}")
    return content


def _bytes(path: Path) -> bytes:
    """A file's bytes; what is no file is not waited for."""
    try:
        # A pipe without a writer would keep whoever opens it waiting.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno not in _FAULTS_OF_A_PATH:
            raise
        raise _Unreadable(f"{_FAULTS_OF_A_PATH[error.errno]}; give a YAML or JSON file, or none") from None
    except ValueError:
        raise _Unreadable("no path holds the sign \\0; give a YAML or JSON file") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _Unreadable("it is no file but a folder, a pipe or a device; save the parameters in a file")
    with os.fdopen(descriptor, "rb") as file:
        # What a file system says of a size may be untrue, so no more is read than is allowed.
        raw = file.read(MAXIMUM_FILE_BYTES + 1)
    if len(raw) > MAXIMUM_FILE_BYTES:
        raise _Unreadable(f"it has more than {MAXIMUM_FILE_BYTES:,} bytes; {FEW_LINES}")
    return raw


def _decoded(raw: bytes) -> str:
    try:
        # Some editors put a mark before UTF-8.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(
            f"it is neither YAML nor JSON in UTF-8 (byte {error.start + 1}); save it as UTF-8 in your editor"
        ) from None


def _json(text: str, *, only: bool) -> Any:
    """Content of JSON; nothing if it is none and may be YAML instead."""
    if not only and not text.lstrip().startswith(("{", "[")):
        return None
    try:
        content = json.loads(
            text,
            object_pairs_hook=_each_name_once,
            # Numbers keep the form in which they were written: a column may be called 01e2.
            parse_int=_Unquoted,
            parse_float=_Unquoted,
            parse_constant=_Unquoted,
        )
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        if not only:
            return None
        raise _Unreadable(f"it is not JSON, line {error.lineno}: {error.msg}; {ONE_A_LINE} in a .yml file") from None
    return _bounded(content, MAXIMUM_DEPTH, [MAXIMUM_ENTRIES])


def _bounded(content: object, depth: int, left: list[int]) -> object:
    """JSON within the bounds; its words are unquoted too."""
    left[0] -= 1
    if left[0] < 0:
        raise _too_many()
    if isinstance(content, dict | list) and not depth:
        raise _too_deep()
    if isinstance(content, dict):
        return {name: _bounded(value, depth - 1, left) for name, value in content.items()}
    if isinstance(content, list):
        return [_bounded(value, depth - 1, left) for value in content]
    if content is None or isinstance(content, bool):
        return _Unquoted(json.dumps(content))
    return content


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _twice(name)
        found[name] = value
    return found


def _yaml(text: str) -> Any:
    """Content of YAML, built from its events: what only a programmer needs is refused before it is built."""
    import yaml

    try:
        return _Builder().content(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        problem = shortened(" ".join(str(error.problem or error.context).split()), 100)
        raise _Unreadable(
            f"it is neither YAML nor JSON{line}: {problem}; {ONE_A_LINE}, indented with blanks, odd text in quotes"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, _Unreadable):
            raise
        raise _Unreadable("it is neither YAML nor JSON: it holds control characters; remove them") from None


class _Builder:
    """Builds plain data from the events of a YAML parser, without recursion."""

    def __init__(self) -> None:
        self.entries = 0
        self.documents = 0
        self.content_: Any = None
        # Open lists and mappings, each with the name that the next value belongs to.
        self.open: list[tuple[list[Any] | dict[str, Any], list[str]]] = []

    def content(self, events: Iterable[Any]) -> Any:
        import yaml

        for event in events:
            where = f"line {event.start_mark.line + 1}"
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    raise _Unreadable(f"it holds a second document ({where}); give one, without a line of ---")
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, where)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
        return self.content_

    def _node(self, event: Any, where: str) -> None:
        import yaml

        self.entries += 1
        if self.entries > MAXIMUM_ENTRIES:
            raise _too_many()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Unreadable(f"it has an alias or an anchor (* or &, {where}); write the value out, or text in quotes")
        if event.tag is not None:
            raise _Unreadable(
                f"it is neither YAML nor JSON of plain values: it has a tag ({shown(event.tag)}, {where}); leave it "
                "out, or put text in quotes"
            )
        if isinstance(event, yaml.ScalarEvent):
            # Styles other than the plain one have quotes, or what stands for them.
            self._scalar(event.value if event.style else _Unquoted(event.value), where)
            return
        container: list[Any] | dict[str, Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self.open) >= MAXIMUM_DEPTH:
            raise _too_deep()
        if self._awaits_name():
            raise _Unreadable(f"a list or a mapping stands where a name is needed ({where}); {ONE_A_LINE}")
        self._put(container)
        self.open.append((container, []))

    def _awaits_name(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][0], dict) and not self.open[-1][1]

    def _scalar(self, value: "str | _Unquoted", where: str) -> None:
        if not self._awaits_name():
            self._put(value)
            return
        name = value if isinstance(value, str) else value.text
        if name == "<<" and not isinstance(value, str):
            raise _Unreadable(f"it merges mappings (<<, {where}); write the values out")
        container, names = self.open[-1]
        if name in container:
            raise _twice(name)
        names.append(name)

    def _put(self, value: Any) -> None:
        if not self.open:
            self.content_ = value
            return
        container, names = self.open[-1]
        if isinstance(container, dict):
            container[names.pop()] = value
        else:
            container.append(value)


def _twice(name: str) -> _Unreadable:
    return _Unreadable(f"{shown(name)} stands in it more than once; give it once")


def _too_deep() -> _Unreadable:
    return _Unreadable(f"it is nested more than {MAXIMUM_DEPTH} deep; {FEW_LINES}")


def _too_many() -> _Unreadable:
    return _Unreadable(f"it has more than {MAXIMUM_ENTRIES:,} entries; {FEW_LINES}")
