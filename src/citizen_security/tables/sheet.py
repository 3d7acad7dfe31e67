"""From the bytes of a table's file to typed columns; whatever cannot be read is refused where it stands."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from citizen_security.tables.errors import Descriptor, refuse

if TYPE_CHECKING:
    import pandas

SHOWN = 5  # offending rows in a message: enough to see a pattern, few enough to read

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text, so that a message can quote what the file says.

    Attributes
    ----------
    resource : dict
        Its description.
    cells : dict
        Column → its cells, from the first row down.
    """

    resource: Descriptor
    cells: dict[str, tuple[str, ...]]

    def refuse(self, column: str, rule: str, positions: Sequence[int]) -> NoReturn:
        """Name the column, the rule and the first offending rows."""
        rows = "; ".join(self._quote(column, position) for position in positions[:SHOWN])
        more = f"; and {len(positions) - SHOWN} more" if len(positions) > SHOWN else ""
        refuse(self.resource, f"column {column} breaks the rule '{rule}' in {rows}{more}")

    def _quote(self, column: str, position: int) -> str:
        keys = ", ".join(f"{field}={self.cells[field][position]}" for field in primary_key(self.resource))
        names = [name for name in column.split(", ") if name in self.cells]
        values = ", ".join(repr(self.cells[name][position]) for name in names)
        return f"row {position + 2} ({keys}): {values}"


def read_sheet(resource: Descriptor, raw: bytes) -> Sheet:
    """Read a table's file as text.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.

    Returns
    -------
    Sheet

    Raises
    ------
    InvalidTable
        If the file is not UTF-8 text, not CSV, or has other columns than the description.
    """
    return _sheet(resource, _decode(resource, raw))


def typed(sheet: Sheet) -> pandas.DataFrame:
    """Columns of a sheet in the types of its description.

    Raises
    ------
    InvalidTable
        If a cell is not of its column's type.
    """
    import pandas as pd

    fields = sheet.resource["schema"]["fields"]
    return pd.DataFrame({field["name"]: _column(sheet, field["name"], field["type"]) for field in fields}, copy=False)


def listed(value: str | list[str] | None) -> list[str]:
    """What a description gives as one name or as several."""
    return [value] if isinstance(value, str) else list(value or [])


def primary_key(resource: Descriptor) -> list[str]:
    """Columns of a table's primary key."""
    return listed(resource["schema"]["primaryKey"])


def _decode(resource: Descriptor, raw: bytes) -> str:
    if not raw.strip():
        refuse(resource, "the file is empty")
    if raw.startswith(b"\xef\xbb\xbf"):
        refuse(resource, "the file starts with a byte order mark; save it as UTF-8 without one")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        refuse(resource, f"row {line} is not UTF-8 (byte {raw[error.start]:#04x}); save the file as UTF-8")
    _check_characters(resource, text)
    return text


def _check_characters(resource: Descriptor, text: str) -> None:
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        refuse(resource, f"row {line} holds the control character {control[0]!r}; rows end with \\n alone")
    if not text.endswith("\n"):
        refuse(resource, "the last row has no line end: the file may be cut off")
    if not unicodedata.is_normalized("NFC", text):
        refuse(resource, "accents are written as separate characters; save the file in Unicode normal form NFC")


def _sheet(resource: Descriptor, text: str) -> Sheet:
    lines = text[:-1].split("\n")
    try:
        header, *rows = csv.reader(lines, strict=True)
    except csv.Error as error:
        refuse(resource, f"the file is not CSV ({error})")
    expected = [field["name"] for field in resource["schema"]["fields"]]
    _check_header(resource, header, expected)
    if not rows:
        refuse(resource, "the file has a header and no rows")
    _check_row_lengths(resource, rows, len(expected))
    if len(rows) + 1 != len(lines):
        refuse(resource, "a quoted cell holds a line break; write each row on one line")
    return Sheet(resource, dict(zip(expected, zip(*rows, strict=True), strict=True)))


def _check_header(resource: Descriptor, header: list[str], expected: list[str]) -> None:
    if header == expected:
        return
    if len(header) == 1 and len(expected) > 1:
        refuse(resource, f"row 1 has no comma ({header[0][:60]!r}): columns are separated by commas")
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    if missing or extra:
        refuse(resource, f"the header lacks the columns {missing} and has the unknown columns {extra}")
    refuse(resource, f"the columns are repeated or in another order: {header}, expected {expected}")


def _check_row_lengths(resource: Descriptor, rows: list[list[str]], expected: int) -> None:
    ragged = [(line, len(row)) for line, row in enumerate(rows, start=2) if len(row) != expected]
    if ragged:
        shown = ", ".join(f"row {line} has {cells}" for line, cells in ragged[:SHOWN])
        refuse(resource, f"rows must have {expected} cells, but {shown}")


def _column(sheet: Sheet, name: str, kind: str) -> Any:
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
