"""The compendium's tables: found, checked against their description, and loaded.

`data/datapackage.json` is the only schema. Everything here — types, ranges, keys, references and the rules between
columns and tables — is read from it each time, so a table cannot drift from what is published about it.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from citizen_security.project import root as project_root

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas
    import pandera.pandas

type Descriptor = dict[str, Any]
type Mask = numpy.typing.NDArray[numpy.bool]

SHOWN = 5  # offending rows in a message: enough to see a pattern, few enough to read

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")


class TableError(ValueError):
    """A table of the compendium cannot be used."""


class UnknownTable(TableError):
    """No table of this name is described."""


class ChecksumError(TableError):
    """A table is not the one that its description was written for."""


class InvalidTable(TableError):
    """A table breaks its own description."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of checking one table.

    Attributes
    ----------
    name : str
        Name of the table.
    rows : int or None
        Number of rows; None if the table could not be used.
    problem : str or None
        What is wrong and what to do; None if nothing is.
    """

    name: str
    rows: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table as text, so that a message can quote what the file says."""

    resource: Descriptor
    cells: dict[str, tuple[str, ...]]

    def refuse(self, column: str, rule: str, positions: Sequence[int]) -> NoReturn:
        """Name the column, the rule and the first offending rows."""
        rows = "; ".join(self._quote(column, position) for position in positions[:SHOWN])
        more = f"; and {len(positions) - SHOWN} more" if len(positions) > SHOWN else ""
        _refuse(self.resource, f"column {column} breaks the rule '{rule}' in {rows}{more}")

    def _quote(self, column: str, position: int) -> str:
        keys = ", ".join(f"{field}={self.cells[field][position]}" for field in _primary_key(self.resource))
        names = [name for name in column.split(", ") if name in self.cells]
        values = ", ".join(repr(self.cells[name][position]) for name in names)
        return f"row {position + 2} ({keys}): {values}"


# --- what there is ----------------------------------------------------------------------------------------------------


def package(root: Path | None = None) -> Descriptor:
    """Read the description of all tables.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    dict
        A Frictionless Data Package.

    Raises
    ------
    TableError
        If the description is not JSON.
    """
    file = _package_file(root)
    try:
        description: Descriptor = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TableError(f"{file} is not valid JSON ({error}). Restore it: git restore data/datapackage.json") from None
    return description


def tables(root: Path | None = None) -> tuple[str, ...]:
    """Names of all tables, in the order of their description.

    Parameters
    ----------
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    tuple of str
        Names that `load` and `describe` accept.
    """
    return tuple(resource["name"] for resource in package(root)["resources"])


def describe(name: str, root: Path | None = None) -> Descriptor:
    """Fields, units, keys, sources, licences, notes and rules of a table.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    dict
        A Frictionless tabular data resource.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    return _resource(package(root), name)


def path(name: str, root: Path | None = None) -> Path:
    """File that holds a table.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pathlib.Path
        An absolute path, whether or not the file is there.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    return _file(describe(name, root), root)


def checksum(name: str, root: Path | None = None) -> str:
    """SHA-256 of a table's file as it is now.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    str
        Hexadecimal digest.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the file is missing.
    """
    resource = describe(name, root)
    return _digest(_bytes(resource, _file(resource, root)))


# --- load, validate, verify, update -----------------------------------------------------------------------------------


def load(name: str, root: Path | None = None) -> pandas.DataFrame:
    """Load a table, verified against its checksum and its description.

    Rules that compare it with other tables' values are left to `verify`; references to other tables' keys are checked.

    Parameters
    ----------
    name : str
        Name of the table.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pandas.DataFrame
        Columns in the order of the description: int64 (Int64 where values are missing), float64, str, bool and
        datetime64. Units are in `describe(name)`.

    Raises
    ------
    UnknownTable
        If there is no such table.
    ChecksumError
        If the file changed since its description was written.
    InvalidTable
        If the file breaks its description.
    """
    resource = describe(name, root)
    raw = _bytes(resource, _file(resource, root))
    _check_digest(resource, raw)
    return _validated(resource, raw, root, across_tables=False)


def validate(name: str, path: Path | None = None, root: Path | None = None) -> pandas.DataFrame:
    """Check a table against its description and the other tables, whatever its checksum.

    Parameters
    ----------
    name : str
        Name of the table whose description applies.
    path : pathlib.Path, optional
        Another file to check in its place, such as an edited copy.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    pandas.DataFrame
        As `load` returns it.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the file breaks its description.
    """
    resource = describe(name, root)
    return _validated(resource, _bytes(resource, path or _file(resource, root)), root, across_tables=True)


def verify(names: Iterable[str] | None = None, root: Path | None = None) -> list[Verification]:
    """Check tables completely: checksum, description, references, rules within and between tables.

    Parameters
    ----------
    names : iterable of str, optional
        Names of tables; all by default.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Returns
    -------
    list of Verification
        One for each table, in the order asked for.

    Raises
    ------
    UnknownTable
        If there is no such table.
    """
    chosen = tables(root) if names is None else tuple(names)
    for name in chosen:
        describe(name, root)
    return [_verification(name, root) for name in chosen]


def update(name: str, root: Path | None = None) -> None:
    """Accept a deliberate edit: check the table and those that refer to it, then record its new checksum.

    Parameters
    ----------
    name : str
        Name of the table that was edited.
    root : pathlib.Path, optional
        Folder of the checkout; found from the current folder by default.

    Raises
    ------
    UnknownTable
        If there is no such table.
    InvalidTable
        If the edited table, or one that refers to it, breaks its description. Nothing is written then.
    """
    description = package(root)
    resource = _resource(description, name)
    raw = _bytes(resource, _file(resource, root))
    _validated(resource, raw, root, across_tables=True)
    for dependent in _dependents(description, name):
        validate(dependent, root=root)
    resource.update(bytes=len(raw), hash=f"sha256:{_digest(raw)}")
    _write(_package_file(root), json.dumps(description, ensure_ascii=False, indent=2) + "\n")


def _verification(name: str, root: Path | None) -> Verification:
    try:
        resource = describe(name, root)
        raw = _bytes(resource, _file(resource, root))
        _check_digest(resource, raw)
        return Verification(name, len(_validated(resource, raw, root, across_tables=True)), None)
    except TableError as error:
        return Verification(name, None, str(error))


def _validated(resource: Descriptor, raw: bytes, root: Path | None, *, across_tables: bool) -> pandas.DataFrame:
    sheet = _sheet(resource, _decode(resource, raw))
    frame = _typed(sheet)
    _check_fields(sheet, frame)
    _check_foreign_keys(sheet, frame, root)
    _check_primary_key(sheet, frame)
    _check_rules(sheet, frame, root, across_tables=across_tables)
    return frame


# --- files and descriptions -------------------------------------------------------------------------------------------


def _package_file(root: Path | None) -> Path:
    return (root or project_root()) / "data" / "datapackage.json"


def _file(resource: Descriptor, root: Path | None) -> Path:
    return (root or project_root()) / "data" / str(resource["path"])


def _resource(description: Descriptor, name: str) -> Descriptor:
    resources: dict[str, Descriptor] = {resource["name"]: resource for resource in description["resources"]}
    if name not in resources:
        raise UnknownTable(_unknown(name, list(resources)))
    return resources[name]


def _unknown(name: str, allowed: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, allowed, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else "."
    return f"unknown table '{name}'{hint} Allowed: {', '.join(allowed)}"


def _bytes(resource: Descriptor, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        _refuse(resource, f"{file} cannot be read ({error.strerror})")


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _check_digest(resource: Descriptor, raw: bytes) -> None:
    expected, found = resource["hash"].removeprefix("sha256:"), _digest(raw)
    if found != expected:
        raise ChecksumError(
            f"table '{resource['name']}' has the checksum {found}, but {expected} is expected: the file changed after "
            f"it was described. If the edit is meant, run `citizen-security data update {resource['name']}`; "
            f"otherwise `git restore data/{resource['path']}`."
        )


def _dependents(description: Descriptor, name: str) -> list[str]:
    return [other["name"] for other in description["resources"] if other["name"] != name and name in _references(other)]


def _references(resource: Descriptor) -> set[str]:
    links = [*resource["schema"].get("foreignKeys", []), *resource["rules"]]
    return {link["reference"]["resource"] for link in links if "reference" in link}


def _write(file: Path, text: str) -> None:
    # a reader sees the old description or the new one, never half of it
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def _refuse(resource: Descriptor, problem: str) -> NoReturn:
    file = f"data/{resource['path']}"
    raise InvalidTable(
        f"table '{resource['name']}' is invalid: {problem}. Correct {file} and run "
        f"`citizen-security data update {resource['name']}`, or undo the edit: git restore {file}"
    )


# --- text to typed columns --------------------------------------------------------------------------------------------


def _decode(resource: Descriptor, raw: bytes) -> str:
    if not raw.strip():
        _refuse(resource, "the file is empty")
    if raw.startswith(b"\xef\xbb\xbf"):
        _refuse(resource, "the file starts with a byte order mark; save it as UTF-8 without one")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        _refuse(resource, f"row {line} is not UTF-8 (byte {raw[error.start]:#04x}); save the file as UTF-8")
    _check_characters(resource, text)
    return text


def _check_characters(resource: Descriptor, text: str) -> None:
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        _refuse(resource, f"row {line} holds the control character {control[0]!r}; rows end with \\n alone")
    if not text.endswith("\n"):
        _refuse(resource, "the last row has no line end: the file may be cut off")
    if not unicodedata.is_normalized("NFC", text):
        _refuse(resource, "accents are written as separate characters; save the file in Unicode normal form NFC")


def _sheet(resource: Descriptor, text: str) -> _Sheet:
    lines = text[:-1].split("\n")
    try:
        header, *rows = csv.reader(lines, strict=True)
    except csv.Error as error:
        _refuse(resource, f"the file is not CSV ({error})")
    expected = [field["name"] for field in resource["schema"]["fields"]]
    _check_header(resource, header, expected)
    if not rows:
        _refuse(resource, "the file has a header and no rows")
    _check_row_lengths(resource, rows, len(expected))
    if len(rows) + 1 != len(lines):
        _refuse(resource, "a quoted cell holds a line break; write each row on one line")
    return _Sheet(resource, dict(zip(expected, zip(*rows, strict=True), strict=True)))


def _check_header(resource: Descriptor, header: list[str], expected: list[str]) -> None:
    if header == expected:
        return
    if len(header) == 1 and len(expected) > 1:
        _refuse(resource, f"row 1 has no comma ({header[0][:60]!r}): columns are separated by commas")
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    if missing or extra:
        _refuse(resource, f"the header lacks the columns {missing} and has the unknown columns {extra}")
    _refuse(resource, f"the columns are repeated or in another order: {header}, expected {expected}")


def _check_row_lengths(resource: Descriptor, rows: list[list[str]], expected: int) -> None:
    ragged = [(line, len(row)) for line, row in enumerate(rows, start=2) if len(row) != expected]
    if ragged:
        shown = ", ".join(f"row {line} has {cells}" for line, cells in ragged[:SHOWN])
        _refuse(resource, f"rows must have {expected} cells, but {shown}")


def _typed(sheet: _Sheet) -> pandas.DataFrame:
    import pandas as pd

    fields = sheet.resource["schema"]["fields"]
    return pd.DataFrame({field["name"]: _column(sheet, field["name"], field["type"]) for field in fields}, copy=False)


def _column(sheet: _Sheet, name: str, kind: str) -> Any:
    cells = sheet.cells[name]
    matches, meaning, convert = _KINDS[kind]
    if wrong := {cell for cell in set(cells) if cell and not matches(cell)}:
        sheet.refuse(name, f"{kind}: {meaning}", [row for row, cell in enumerate(cells) if cell in wrong])
    return convert(cells)


def _is_date(cell: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def _integers(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    numbers = [int(cell) if cell else None for cell in cells]
    return pd.array(numbers, dtype="Int64" if None in numbers else "int64")


def _numbers(cells: tuple[str, ...]) -> Any:
    import numpy as np

    return np.array([float(cell) if cell else np.nan for cell in cells])


def _strings(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.array([cell or None for cell in cells], dtype="str")


def _booleans(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    values = [cell == "true" if cell else None for cell in cells]
    return pd.array(values, dtype="boolean" if None in values else "bool")


def _dates(cells: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.to_datetime(pd.Series(cells, dtype="str"), format="%Y-%m-%d")


# what a cell of each type looks like, in words for messages, and how a column of them is read
_KINDS: dict[str, tuple[Callable[[str], object], str, Callable[[tuple[str, ...]], Any]]] = {
    "integer": (re.compile(r"-?(0|[1-9][0-9]{0,17})").fullmatch, "a whole number in plain digits", _integers),
    "number": (
        re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?").fullmatch,
        "a number in plain digits with a decimal point",
        _numbers,
    ),
    "string": (re.compile(r"\S(.*\S)?").fullmatch, "text without spaces around it", _strings),
    "boolean": (re.compile(r"true|false").fullmatch, "true or false", _booleans),
    "date": (_is_date, "a day such as 2016-12-31", _dates),
}


# --- constraints of fields, through pandera ---------------------------------------------------------------------------


def _check_fields(sheet: _Sheet, frame: pandas.DataFrame) -> None:
    from pandera.errors import SchemaErrors

    try:
        _schema(sheet.resource).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        first = cases.iloc[0]
        same = cases[(cases["column"] == first["column"]) & (cases["check"] == first["check"])]
        rule = _PANDERA_NAMES.get(first["check"], first["check"])
        sheet.refuse(first["column"], rule, sorted(int(position) for position in same["index"]))


_PANDERA_NAMES = {"not_nullable": "required: no empty cell", "field_uniqueness": "unique: no value twice"}


def _schema(resource: Descriptor) -> pandera.pandas.DataFrameSchema:
    import pandera.pandas as pa

    columns = {field["name"]: _schema_column(field) for field in resource["schema"]["fields"]}
    return pa.DataFrameSchema(columns, strict=True, ordered=True)


def _schema_column(field: Descriptor) -> pandera.pandas.Column:
    import pandera.pandas as pa

    constraints = field.get("constraints", {})
    checks = [_CHECKS[name](bound) for name, bound in constraints.items() if name in _CHECKS]
    required = constraints.get("required", False)
    # no dtype: the columns were typed from the same description a moment ago
    return pa.Column(None, checks=checks, nullable=not required, unique=constraints.get("unique", False))


def _minimum(bound: float) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.ge(bound, error=f"minimum {bound}")


def _maximum(bound: float) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.le(bound, error=f"maximum {bound}")


def _enumeration(allowed: list[str]) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.isin(allowed, error=f"one of {', '.join(allowed)}")


def _pattern(pattern: str) -> pandera.pandas.Check:
    import pandera.pandas as pa

    return pa.Check.str_matches(pattern, error=f"pattern {pattern}")


_CHECKS: dict[str, Callable[[Any], pandera.pandas.Check]] = {
    "minimum": _minimum,
    "maximum": _maximum,
    "enum": _enumeration,
    "pattern": _pattern,
}


# --- keys -------------------------------------------------------------------------------------------------------------


def _list(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _primary_key(resource: Descriptor) -> list[str]:
    return _list(resource["schema"]["primaryKey"])


def _positions(mask: Mask) -> list[int]:
    return [int(position) for position in mask.nonzero()[0]]


def _check_primary_key(sheet: _Sheet, frame: pandas.DataFrame) -> None:
    key = _primary_key(sheet.resource)
    if repeated := _positions(frame.duplicated(key, keep=False).to_numpy()):
        sheet.refuse(", ".join(key), "primary key: no key twice", repeated)
    keys = list(zip(*(frame[field] for field in key), strict=True))
    late = [position for position in range(1, len(keys)) if keys[position] < keys[position - 1]]
    if late:
        sheet.refuse(", ".join(key), "sorted by the primary key", late)


def _check_foreign_keys(sheet: _Sheet, frame: pandas.DataFrame, root: Path | None) -> None:
    for link in sheet.resource["schema"].get("foreignKeys", []):
        (field,), reference = _list(link["fields"]), link["reference"]
        known = _values_of(reference["resource"], reference["fields"], root)
        unknown = frame[field].notna() & ~frame[field].isin(known)
        _require(sheet, field, f"known in {reference['resource']}", unknown.to_numpy())


def _values_of(name: str, field: str, root: Path | None) -> set[str]:
    return set(_other(name, root).cells[field])


def _other(name: str, root: Path | None) -> _Sheet:
    resource = describe(name, root)
    return _sheet(resource, _decode(resource, _bytes(resource, _file(resource, root))))


def _require(sheet: _Sheet, column: str, rule: str, broken: Mask) -> None:
    if positions := _positions(broken):
        sheet.refuse(column, rule, positions)


# --- rules between columns and between tables -------------------------------------------------------------------------
# Each takes the frame and the rule as described and returns which rows break it.


def _check_rules(sheet: _Sheet, frame: pandas.DataFrame, root: Path | None, *, across_tables: bool) -> None:
    for rule in sheet.resource["rules"]:
        check = _RULES.get(rule["rule"])
        if check is not None:
            columns, broken = check(frame, rule)
        elif rule["rule"] == "codes_known" or across_tables:
            columns, broken = _RULES_ACROSS[rule["rule"]](frame, rule, root)
        else:
            continue
        _require(sheet, ", ".join(columns), rule["title"], broken)


def _rate_matches_count(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    columns = [rule["rate"], rule["count"], rule["population"]]
    rate, count, population = (frame[column].astype("float64") for column in columns)
    expected = rate * population / rule["per"]
    # counts are whole and small places have few: a difference of `slack` victims is rounding
    allowed = (rule["tolerance"] * expected).clip(lower=rule["slack"])
    broken = (count - expected).abs() > allowed
    if "unless" in rule:
        broken &= frame[rule["unless"]].isna()
    return columns, broken.to_numpy()


def _not_above(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    return _ordered(frame, {"fields": [rule["lower"], rule["upper"]]})


def _ordered(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    values = [frame[field].astype("float64").to_numpy() for field in rule["fields"]]
    return rule["fields"], reduce(or_, [lower > upper for lower, upper in pairwise(values)])


def _together(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    present = frame[rule["fields"]].notna().to_numpy()
    return rule["fields"], present.any(axis=1) & ~present.all(axis=1)


def _needs(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    columns = [rule["field"], rule["requires"]]
    return columns, (frame[rule["field"]].notna() & frame[rule["requires"]].isna()).to_numpy()


def _blank_where(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    return [rule["field"], *rule["where"]], frame[rule["field"]].notna().to_numpy() & _where(frame, rule["where"])


def _where(frame: pandas.DataFrame, condition: dict[str, list[str]]) -> Mask:
    (column, values), *_ = condition.items()
    return frame[column].isin(values).to_numpy()


def _is_log_of(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    import numpy as np

    chosen = _where(frame, rule["where"]) & frame[rule["field"]].notna()
    difference = frame[rule["field"]] - np.log(frame[rule["of"]].where(chosen))
    return [rule["field"], rule["of"]], (difference.abs() > rule["tolerance"]).to_numpy()


def _constant_within(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    groups = frame.groupby(_list(rule["unit"]), sort=False, dropna=False)[rule["fields"]]
    return rule["fields"], (groups.transform("nunique") > 1).to_numpy().any(axis=1)


def _complete_panel(frame: pandas.DataFrame, rule: Descriptor) -> tuple[list[str], Mask]:
    unit, time, within = (_list(rule.get(key)) for key in ("unit", "time", "within"))
    rows = frame.groupby(unit, sort=False)[unit[0]].transform("size")
    if not within:
        return unit, (rows != len(frame[time].drop_duplicates())).to_numpy()
    times = frame[[*within, *time]].drop_duplicates().groupby(within, sort=False)[time[0]].size()
    return unit, (rows != frame[within[0]].map(times)).to_numpy()


def _codes_known(frame: pandas.DataFrame, rule: Descriptor, root: Path | None) -> tuple[list[str], Mask]:
    reference, separator = rule["reference"], rule["separator"]
    known = _values_of(reference["resource"], reference["field"], root)
    if "separator" in reference:
        known = {code for cell in known for code in cell.split(reference["separator"])}
    unknown = frame[rule["field"]].map(lambda codes: not known.issuperset(codes.split(separator)), na_action="ignore")
    return [rule["field"]], unknown.eq(True).to_numpy()


def _agrees_with(frame: pandas.DataFrame, rule: Descriptor, root: Path | None) -> tuple[list[str], Mask]:
    keys, fields = rule["keys"], rule["fields"]
    other = _typed(_other(rule["reference"]["resource"], root)).drop_duplicates(keys)
    merged = frame[keys].merge(other[[*keys, *fields]], how="left", on=keys, indicator=True)
    ours, theirs = frame[fields].astype("object"), merged[fields].astype("object")
    same = (ours == theirs) | (ours.isna() & theirs.isna())
    return fields, (merged["_merge"] == "both").to_numpy() & ~same.to_numpy().all(axis=1)


def _same_keys(frame: pandas.DataFrame, rule: Descriptor, root: Path | None) -> tuple[list[str], Mask]:
    theirs = _values_of(rule["reference"]["resource"], rule["reference"]["field"], root)
    return [rule["field"], rule["where"]], (frame[rule["field"]].isin(theirs) != frame[rule["where"]]).to_numpy()


_RULES: dict[str, Callable[[pandas.DataFrame, Descriptor], tuple[list[str], Mask]]] = {
    "rate_matches_count": _rate_matches_count,
    "not_above": _not_above,
    "ordered": _ordered,
    "together": _together,
    "needs": _needs,
    "blank_where": _blank_where,
    "is_log_of": _is_log_of,
    "constant_within": _constant_within,
    "complete_panel": _complete_panel,
}

_RULES_ACROSS: dict[str, Callable[[pandas.DataFrame, Descriptor, Path | None], tuple[list[str], Mask]]] = {
    "codes_known": _codes_known,
    "agrees_with": _agrees_with,
    "same_keys": _same_keys,
}
