"""What a check of a row says: an error, which refuses the row, or a doubt, which stays beside it."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from citizen_security.parameters import unknown
from citizen_security.rows_named import Place, spans

# The tables whose rows are checked, with the column that names a row.
KEYS: Mapping[str, str] = {
    "studies": "study_id",
    "effects": "effect_id",
    "row_doubts_answered": "row",
    "second_coding": "study_id",
    "recoding": "study_id",
    "certainty_judgements": "intervention",
    "typology": "position",
}

_LINE = re.compile(r" \(rows? \d+[^)]*\)")

# The first row of a file is its header.
FIRST_LINE = 2


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a row, or that somebody should look into.

    Attributes
    ----------
    table : str
        Table of the row.
    key : str
        What names the row.
    line : int
        Line of the row in its file; 0 where the frame does not tell.
    kind : str
        What kind of fault it is, in words.
    columns : tuple of str
        Columns that it is about.
    given, allowed, remedy : str
        What the row says, what it may say, and what to do.
    is_error : bool
        Whether the row is refused; a doubt is not.
    compares : bool
        Whether it is about rows beside each other, so that it says nothing of what a cell by itself may hold.
    """

    table: str
    key: str
    line: int
    kind: str
    columns: tuple[str, ...]
    given: str
    allowed: str
    remedy: str
    is_error: bool
    compares: bool = False

    @property
    def place(self) -> Place:
        """The row by its line and key."""
        return Place(self.line, ((KEYS[self.table], self.key),))

    @property
    def sentence(self) -> str:
        """Row, column, what it says, what it may say, what to do."""
        return f"{self.place}, {', '.join(self.columns)}: {self.what}"

    @property
    def about(self) -> str:
        """What the row says, without lines of files: an answer is to this, and lapses where a figure of it changes."""
        return _LINE.sub("", self.given)

    @property
    def what(self) -> str:
        """The same without the row."""
        return f"{self.given}{'' if self.given.endswith('?') else '.'} {self.rule}"

    @property
    def rule(self) -> str:
        """What it may say and what to do, which other rows with the same fault share."""
        return f"Allowed: {self.allowed}. {self.remedy[0].upper()}{self.remedy[1:]}"


@dataclass(frozen=True, eq=False)
class Row:
    """A row of a table, of which a cell may be missing or hold what it should not.

    Attributes
    ----------
    table, key : str
        Table of the row and what names it.
    line : int
        As in `Finding`.
    cells : mapping
        Column → what it holds.
    unread : frozenset of str
        Columns whose cells are missing here though the file has something there: what follows from their absence is no
        fault of the row.
    """

    table: str
    key: str
    line: int
    cells: Mapping[str, Any]
    unread: frozenset[str] = frozenset()

    def text(self, column: str) -> str:
        """The words of a cell; empty where it is missing."""
        value = self.cells.get(column)
        return "" if value is None or pd.isna(value) else str(value)

    def number(self, column: str) -> float | None:
        """The number of a cell; None where it is missing or no finite number."""
        value = self._float(column)
        return value if value is not None and math.isfinite(value) else None

    def is_endless(self, column: str) -> bool:
        """Whether a cell holds an infinite number."""
        value = self._float(column)
        return value is not None and math.isinf(value)

    def flag(self, column: str) -> bool | None:
        """Whether a cell says true; None where it is missing."""
        value = self.cells.get(column)
        return None if value is None or pd.isna(value) else bool(value)

    def error(
        self,
        kind: str,
        columns: str | tuple[str, ...],
        given: str,
        allowed: str,
        remedy: str,
        *,
        compares: bool = False,
    ) -> Finding:
        """A finding that refuses the row."""
        return replace(self._finding(kind, columns, given, allowed, remedy, is_error=True), compares=compares)

    def unknown(self, kind: str, column: str, name: str, word: str, known: Iterable[str], remedy: str) -> Finding:
        """A finding that refuses a word which is none of those known, with the one that is near."""
        given, _, allowed = unknown(name, word, known).partition(" Allowed: ")
        return self.error(kind, column, given.removesuffix("."), allowed, remedy)

    def doubt(self, kind: str, columns: str | tuple[str, ...], given: str, allowed: str, remedy: str) -> Finding:
        """A finding that stays beside the row."""
        return self._finding(kind, columns, given, allowed, remedy, is_error=False)

    def _finding(
        self, kind: str, columns: str | tuple[str, ...], given: str, allowed: str, remedy: str, *, is_error: bool
    ) -> Finding:
        names = (columns,) if isinstance(columns, str) else columns
        return Finding(self.table, self.key, self.line, kind, names, given, allowed, remedy, is_error)

    def _float(self, column: str) -> float | None:
        value = self.cells.get(column)
        if value is None or pd.isna(value):
            return None
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            return math.inf


def rows_of(table: str, frame: pd.DataFrame) -> list[Row]:
    """Rows of a frame as the checks take them.

    Parameters
    ----------
    table : str
        One of `KEYS`.
    frame : pandas.DataFrame
        As the catalog loads the table, or rows of it.

    Returns
    -------
    list of Row
        In the order of the frame. The frame's own numbers of rows tell the lines of the file.
    """
    records = frame.to_dict("records")
    unread = frame.attrs.get("unread", {})
    lines = [int(label) + FIRST_LINE if isinstance(label, int) else 0 for label in frame.index.tolist()]
    key = KEYS[table]
    return [
        Row(
            table,
            "" if pd.isna(record[key]) else str(record[key]),
            line,
            {str(name): it for name, it in record.items()},
            unread.get(line - FIRST_LINE, frozenset()),
        )
        for line, record in zip(lines, records, strict=True)
    ]


def rows_at(lines: Iterable[int]) -> str:
    """Rows by their lines alone, such as `row 5` or `rows 5–7, 9`: what an answer to a doubt leaves out."""
    numbers = sorted(set(lines))
    return f"row{'s' * (len(numbers) > 1)} {spans(numbers)}"


def folded(text: str) -> str:
    """Letters and digits of a text without accents, capitals, punctuation and blanks: two that read alike are equal."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(it for it in letters if not unicodedata.combining(it)))


def number(value: float) -> str:
    """A number as a row would print it."""
    return f"{value:.6g}".replace("-", "−")
