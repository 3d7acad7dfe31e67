"""What a reader says of a brought table: problems that refuse it, notes of what was normalised, doubts for the page."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.parameters import RowsRefused
from citizen_security.rows_named import spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHOWN = 3  # rows or pairs named in a doubt, and rows of a problem that are told one by one
QUOTED = 40  # different cells quoted in a problem; rows with others are named without them
LARGEST_WHOLE = 1e15  # floating numbers up to here are shown without an exponent
MAXIMUM_CELL = 40  # characters of a cell in a message


@dataclass
class Findings:
    """Sentences on one table, gathered while it is read so that all problems are said at once.

    Attributes
    ----------
    table : str
        Name of the file.
    first_row : int
        Number of the first row of data in the file, counted from 1 with what stands above it.
    lines : numpy.ndarray of int or None
        Number of the line of each row of data, where they do not follow each other.
    problems : list of str
        What refuses the table, with rows and remedy.
    notes : list of str
        What was normalised, since it has one meaning.
    doubts : list of str
        What is possible and odd.
    fixed_header : bool
        Whether the columns have names of ours, which no parameter changes.
    unread : tuple of str
        Columns of the file that nobody asked for.
    separator : str
        What stands between the cells of a text; blank of another file.
    """

    table: str
    first_row: int = 2
    lines: "NDArray[np.int64] | None" = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    fixed_header: bool = False
    unread: tuple[str, ...] = ()
    separator: str = ""

    def refuse(self) -> None:
        """Refuse the table if there are problems.

        Raises
        ------
        RowsRefused
            With every problem that was found.
        """
        if self.problems:
            raise RowsRefused(dict.fromkeys(self.problems))

    def where(self, rows: "NDArray[np.bool_]", cells: "pd.Series[Any]", *, is_doubt: bool = False) -> str:
        """Rows at fault: how many, and each of them with what stands there, those with the same together.

        Parameters
        ----------
        rows : numpy.ndarray of bool, shape (n_rows,)
        cells : pandas.Series, length n_rows
            With the positions of its rows in the file as index: rows may have been left out before.
        is_doubt : bool
            Whether it is for a page, where the first few rows tell enough.

        Returns
        -------
        str
            Such as `2 rows (row 5: '-1'; row 9: '-3')` or `5 rows (rows 5–8: '-1'; row 12: '-3')`.
        """
        positions = np.flatnonzero(rows)
        told = cells.iloc[positions[:SHOWN] if is_doubt else positions]
        if len(told) <= SHOWN:
            shown = [f"row {self.row(place):,}: {shown_cell(cell)}" for place, cell in _items(told)]
            shown += ["…"] * (len(told) < len(positions))
        else:
            shown = list(self._alike(told))
        return f"{counted(len(positions), 'row')} ({'; '.join(shown)})"

    def _alike(self, cells: "pd.Series[Any]") -> Iterator[str]:
        """Rows by what stands there."""
        alike: defaultdict[str, list[int]] = defaultdict(list)
        for place, cell in _items(cells):
            alike[shown_cell(cell)].append(self.row(place))
        for cell, rows in list(alike.items())[:QUOTED]:
            yield f"row{'s' * (len(rows) > 1)} {spans(rows)}: {cell}"
        if others := [row for rows in list(alike.values())[QUOTED:] for row in rows]:
            yield f"with other cells: rows {spans(others)}"

    def row(self, position: int) -> int:
        """Number of a row of data in the file."""
        return int(position + self.first_row if self.lines is None else self.lines[position])


def _items(cells: "pd.Series[Any]") -> Iterator[tuple[int, object]]:
    """Positions of rows in the file, each with its cell."""
    yield from zip(map(int, cells.index.tolist()), cells.astype(object).tolist(), strict=True)


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def every(items: Iterable[str]) -> str:
    """All of several things, for a problem: whoever mends a table needs each of them."""
    return "; ".join(items)


def some(items: Iterable[str]) -> str:
    """The first few of several things, and an ellipsis for the rest, for a doubt or a note on a page."""
    listed = list(items)
    return "; ".join(listed[:SHOWN]) + ("; …" if len(listed) > SHOWN else "")


def shown_cell(value: object) -> str:
    """A cell as it is shown in a message: short, on one line, with what does not show made visible."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "empty"
    # Persons and codes are quoted with every digit that they have.
    text = f"{value:.15g}" if isinstance(value, float) and abs(value) < LARGEST_WHOLE else str(value)
    return visible(text if len(text) <= MAXIMUM_CELL else text[: MAXIMUM_CELL - 1] + "…")


def visible(text: str) -> str:
    """The text in quotes, with blanks other than the common one and accents of their own written by their numbers."""
    return "".join(
        f"\\u{ord(sign):04x}"
        if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf" or (sign.isspace() and sign != " ")
        else sign
        for sign in repr(text)
    )
