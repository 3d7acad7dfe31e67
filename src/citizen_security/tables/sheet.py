"""From the bytes of a table's file to typed columns; whatever cannot be read is refused where it stands."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from citizen_security.rows_named import Place, spans, under
from citizen_security.tables.decoding import RETURN, cleaned, decoded, is_odd, is_torn, oddities
from citizen_security.tables.errors import Descriptor
from citizen_security.tables.rows import csv_rows
from citizen_security.tables.unreadable import advice

if TYPE_CHECKING:
    import pandas

SHOWN = 5  # offending rows that are told in one line; of more, each kind of cell has a line of its own
SHOWN_CHARACTERS = 120

# The first row of a file is its header.
FIRST_LINE = 2


def _visible(cell: str) -> str:
    """A cell in quotes, with accents that are characters of their own written by their numbers."""
    return "".join(f"\\u{ord(sign):04x}" if unicodedata.combining(sign) else sign for sign in repr(cell))


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that rows of a table break.

    Attributes
    ----------
    columns : tuple of str
        Columns that the rule is about; a name that is no column is shown as it is.
    rule : str
        The rule in words.
    positions : tuple of int
        Rows that break it, counted from 0; none if it is about the table as a whole.
    remedies : mapping
        Row → what to do there, for rules that know it.
    reads : tuple of str
        Further columns that the rule looks at.
    is_joint : bool
        Whether the rule looks at several rows together, so that one cell that cannot be read spoils its word on others.
    is_judgement : bool
        Whether the rule judges what a cell says, as a check of rows may do in better words.
    """

    columns: tuple[str, ...]
    rule: str
    positions: tuple[int, ...]
    remedies: Mapping[int, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    is_joint: bool = False
    is_judgement: bool = False

    @property
    def involved(self) -> frozenset[str]:
        """Every column that the rule looks at."""
        return frozenset((*self.columns, *self.reads))

    def without(self, positions: Container[int]) -> Problem:
        """The same of fewer rows."""
        return replace(self, positions=tuple(it for it in self.positions if it not in positions))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text, so that a message can quote what the file says.

    Attributes
    ----------
    resource : dict
        Its description.
    cells : dict
        Column → its cells, from the first row down, without what does not belong into a cell.
    written : dict
        Column and row, counted from 0 → the cell as the file has it, where that is something else.
    unread : frozenset
        Columns and rows, counted from 0, of which nobody knows what is meant: cells of rows with too few or too many,
        of columns that the file lacks, and those that a line break tears apart.
    """

    resource: Descriptor
    cells: dict[str, tuple[str, ...]]
    written: Mapping[tuple[str, int], str] = field(default_factory=dict)
    unread: frozenset[tuple[str, int]] = frozenset()

    def say(self, problem: Problem) -> str:
        """Name the column, the rule and every offending row with what stands there."""
        head = f"column {', '.join(problem.columns)} breaks the rule '{problem.rule}'"
        if not problem.positions:
            return head.removeprefix("column ")
        rows = [(self.place(position), self._quote(problem, position)) for position in problem.positions]
        if len(rows) <= SHOWN:
            return f"{head} in {'; '.join(f'{place}: {words}' for place, words in rows)}"
        return under(f"{head} in {len(rows):,} rows:", rows)

    def place(self, position: int) -> Place:
        """A row by its line and key."""
        key = ((name, self.cells[name][position]) for name in primary_key(self.resource))
        return Place(position + FIRST_LINE, tuple(key))

    def _quote(self, problem: Problem, position: int) -> str:
        cells = [
            self.written.get((name, position), self.cells[name][position])
            for name in problem.columns
            if name in self.cells
        ]
        values = ", ".join(
            _visible(cell if len(cell) <= SHOWN_CHARACTERS else cell[:SHOWN_CHARACTERS] + "…") for cell in cells
        )
        remedy = problem.remedies.get(position)
        return f"{values} ({remedy})" if remedy else values


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file.

    Attributes
    ----------
    sheet : Sheet or None
        The table as text; None if the file has no rows and columns that could be looked at.
    problems : tuple of str
        What is wrong with the file, whatever its cells mean.
    """

    sheet: Sheet | None
    problems: tuple[str, ...]


def scan(resource: Descriptor, raw: bytes) -> Reading:
    """Read a table's file as text, and gather what is wrong with it.

    Parameters
    ----------
    resource : dict
        Description of the table.
    raw : bytes
        Content of its file.

    Returns
    -------
    Reading
    """
    if not raw.strip():
        return Reading(None, ("the file is empty",))
    text, problems = decoded(raw)
    if text is None:
        return Reading(None, tuple(problems))
    sheet, of_cells = _sheet(resource, text)
    if sheet is None:
        of_cells = [*_by_line(text), *of_cells]
    return Reading(sheet, (*problems, *of_cells))


@dataclass(frozen=True, slots=True)
class Typed:
    """A sheet in the types of its description.

    Attributes
    ----------
    frame : pandas.DataFrame
        A cell that is not of its column's type is missing.
    problems : tuple of Problem
        One for each column with such cells.
    unread : mapping
        Row, counted from 0 → columns whose cells are missing though the file has something there.
    """

    frame: pandas.DataFrame
    problems: tuple[Problem, ...]
    unread: Mapping[int, frozenset[str]]


def convert(sheet: Sheet) -> Typed:
    """Columns of a sheet in the types of its description."""
    import pandas as pd

    columns, problems, unread = {}, [], set(sheet.unread)
    for described in sheet.resource["schema"]["fields"]:
        name, kind, cells = described["name"], described["type"], sheet.cells[described["name"]]
        matches, meaning, read = _KINDS[kind]
        if wrong := {cell for cell in set(cells) if cell and not matches(cell)}:
            positions = tuple(row for row, cell in enumerate(cells) if cell in wrong)
            # What a text with blanks around it says is known all the same.
            meant = {cell: cell.strip() if kind == "string" else "" for cell in wrong}
            remedies = {} if kind == "string" else {row: advice(cells[row], kind) for row in positions}
            problems.append(Problem((name,), f"{kind}: {meaning}", positions, remedies))
            unread |= set() if kind == "string" else {(name, row) for row in positions}
            cells = tuple(meant.get(cell, cell) for cell in cells)
        columns[name] = read(cells)
    by_row: defaultdict[int, set[str]] = defaultdict(set)
    for name, row in unread:
        by_row[row].add(name)
    found = {row: frozenset(names) for row, names in by_row.items()}
    return Typed(pd.DataFrame(columns, copy=False), tuple(problems), found)


def typed(sheet: Sheet) -> pandas.DataFrame:
    """Columns of a sheet in the types of its description; a cell that is not of its column's type is missing."""
    return convert(sheet).frame


def is_whole(sheet: Sheet, names: Collection[str]) -> bool:
    """Whether every cell of some columns can be read."""
    kinds = {described["name"]: described["type"] for described in sheet.resource["schema"]["fields"]}
    wrong = (
        cell and not _KINDS[kinds[name]][0](cell)
        for name in names
        if kinds[name] != "string"
        for cell in set(sheet.cells[name])
    )
    return not any(wrong) and not any(name in names for name, _ in sheet.unread)


def listed(value: str | list[str] | None) -> list[str]:
    """What a description gives as one name or as several."""
    return [value] if isinstance(value, str) else list(value or [])


def primary_key(resource: Descriptor) -> list[str]:
    """Columns of a table's primary key."""
    return listed(resource["schema"]["primaryKey"])


def _by_line(text: str) -> list[str]:
    """What does not belong into the lines of a file that is no table, each kind with its lines."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    if is_odd(text):
        for number, line in enumerate(text.split("\n"), start=1):
            if is_odd(line):
                for rule, remedy in oddities(line):
                    lines[f"{rule} ({remedy})"].append(number)
    return [f"row{'s' * (len(numbers) > 1)} {spans(numbers)}: {said}" for said, numbers in lines.items()]


def _sheet(resource: Descriptor, text: str) -> tuple[Sheet | None, list[str]]:
    try:
        header, *rows = csv_rows(io.StringIO(text))
    except csv.Error as error:
        return None, [f"the file is not CSV ({error})"]
    expected = [it["name"] for it in resource["schema"]["fields"]]
    places, problems = _columns(header, rows, expected, primary_key(resource))
    if places is None:
        return None, problems
    if not rows:
        return None, [*problems, "the file has a header and no rows"]
    width = len(header)
    ragged = [row for row, cells in enumerate(rows) if len(cells) != width]
    whole = set(range(len(rows))).difference(ragged)
    empty = [row for row in sorted(whole) if not any(map(str.strip, rows[row]))]
    again = [row for row in sorted(whole) if rows[row] == header]
    apart = [*ragged, *empty, *again]
    keyed = {row for row in ragged if not _is_conflict(rows[row])}
    cells = _cells(rows, places, apart, keyed, primary_key(resource))
    unread = {(name, row) for name in expected for row in apart}
    unread |= {(name, row) for name, place in places.items() if place is None for row in range(len(rows))}
    sheet = Sheet(resource, cells, {}, frozenset(unread))
    if ragged:
        problems.append(_length_problem(sheet, rows, ragged, width))
    for found, words in ((empty, "without any entry"), (again, "the header again")):
        if found:
            numbers = spans(row + FIRST_LINE for row in found)
            problems.append(f"row{'s' * (len(found) > 1)} {numbers}: {words}; take {_THEM[len(found) > 1]} out")
    if is_odd(text) or text.count("\n") > len(rows) + 1:
        sheet, odd = _without_oddities(sheet)
        problems += odd
        if is_odd("".join(header)) or "\n" in "".join(header):
            problems += [f"row 1 breaks the rule '{it}' ({remedy})" for it, remedy in oddities(" ".join(header))]
    return sheet, problems


_THEM = ("it", "them")


def _cells(
    rows: Sequence[list[str]],
    places: Mapping[str, int | None],
    apart: Sequence[int],
    keyed: Container[int],
    key: Sequence[str],
) -> dict[str, tuple[str, ...]]:
    """Columns of rows; of rows that are set apart those of the key alone, which stand at the start, if any."""
    if not apart and list(places.values()) == list(range(len(rows[0]))):
        return dict(zip(places, zip(*rows, strict=True), strict=True))
    broken = set(apart)

    def cell(row: int, name: str, place: int | None) -> str:
        if place is None or place >= len(rows[row]) or (row in broken and not (row in keyed and name in key)):
            return ""
        return rows[row][place]

    return {name: tuple(cell(row, name, place) for row in range(len(rows))) for name, place in places.items()}


def _without_oddities(sheet: Sheet) -> tuple[Sheet, list[str]]:
    """The sheet without what does not belong into cells, and each such cell in words."""
    found: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    cells, written, unread = {}, {}, set(sheet.unread)
    kinds = {described["name"]: described["type"] for described in sheet.resource["schema"]["fields"]}
    for name, column in sheet.cells.items():
        clean, (matches, _, _) = list(column), _KINDS[kinds[name]]
        for row, cell in enumerate(column):
            if "\n" in cell or is_odd(cell):
                clean[row] = cleaned(cell)
                written[name, row] = cell.replace(RETURN, "\r")
                unread |= {(name, row)} if is_torn(cell) else set()
                if kinds[name] != "string" and clean[row] and not matches(clean[row]):
                    continue  # that it is no number is said of it, with what to write
                for rule, remedy in oddities(cell):
                    found[rule, name][row] = remedy
        cells[name] = tuple(clean)
    kept = replace(sheet, cells=cells, written=written, unread=frozenset(unread))
    problems = [Problem((name,), rule, tuple(rows), rows) for (rule, name), rows in found.items()]
    return kept, [kept.say(problem) for problem in problems]


def _columns(
    header: list[str], rows: Sequence[list[str]], expected: list[str], key: Sequence[str]
) -> tuple[dict[str, int | None] | None, list[str]]:
    """Where each column stands in the file, and what is wrong with the header; nothing where it is another table's."""
    if header == expected:
        return {name: place for place, name in enumerate(expected)}, []
    # However it is spelt, a column that has one meaning is read.
    spelt = {name.casefold(): name for name in expected}
    given = [cleaned(name).strip() for name in header]
    names = [name if name in expected else spelt.get(name.casefold(), name) for name in given]
    if len(names) == 1 and len(expected) > 1:
        return None, [f"row 1 has no comma ({header[0][:60]!r}): columns are separated by commas"]
    missing = [name for name in expected if name not in names]
    extra = [name for name in names if name not in expected]
    problems = []
    if missing or extra:
        problems = [f"the header lacks the columns {missing} and has the unknown columns {extra}"]
    elif names == expected:
        odd = ", ".join(f"{was!r} for {name!r}" for was, name in zip(header, names, strict=True) if was != name)
        problems = [f"the header has {odd}; write the names of the description"]
    else:
        # Cells may stand under the names of others, and be refused one by one for what they never were.
        return None, [f"the columns are repeated or in another order: {names}, expected {expected}"]
    if len(missing) > len(expected) / 2 or not set(key).isdisjoint(missing):
        return None, problems
    if len(names) != len(expected) and all(len(row) == len(expected) for row in rows):
        # The header alone is at fault, and what it leaves out or repeats is nobody's guess.
        return None, problems
    return {name: names.index(name) if name in names else None for name in expected}, problems


def _is_conflict(row: Sequence[str]) -> bool:
    """Whether a row is a line that a merge put between two versions."""
    return bool(row) and row[0].startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"))


def _length_problem(sheet: Sheet, rows: Sequence[list[str]], ragged: Sequence[int], width: int) -> str:
    lengths = [(sheet.place(row), f"has {len(rows[row])}") for row in ragged]
    head = f"rows must have {width} cells"
    longest = max(len(rows[row]) for row in ragged)
    advice = ""
    if any(_is_conflict(rows[row]) for row in ragged):
        advice = ". Lines of a merge conflict stand among them: settle it"
    elif longest >= 2 * width - 1:
        advice = ". Where two rows stand on one line, a line end is missing"
    elif longest > width:
        advice = ". A comma within a cell needs quotes around the cell, and a decimal comma is a point"
    if len(lengths) <= SHOWN:
        return f"{head}, but {', '.join(f'row {place.line} {words}' for place, words in lengths)}{advice}"
    return under(f"{head}, and {len(lengths):,} have others{advice}:", lengths)


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

TYPES = tuple(_KINDS)
