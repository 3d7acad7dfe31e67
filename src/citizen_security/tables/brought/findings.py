"""What a reader says of a brought table: problems that refuse it, notes of what was normalised, doubts for the page."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.parameters import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHOWN = 3  # rows or pairs named in a message
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
    """

    table: str
    first_row: int = 2
    lines: "NDArray[np.int64] | None" = None
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def refuse(self) -> None:
        """Refuse the table if there are problems.

        Raises
        ------
        ParameterError
            With every problem that was found.
        """
        if self.problems:
            raise ParameterError(dict.fromkeys(self.problems))

    def where(self, rows: "NDArray[np.bool_]", cells: "pd.Series[Any]") -> str:
        """Rows at fault: how many, and the first few with what stands there.

        Parameters
        ----------
        rows : numpy.ndarray of bool, shape (n_rows,)
        cells : pandas.Series, length n_rows
            With the positions of its rows in the file as index: rows may have been left out before.

        Returns
        -------
        str
            Such as `2 rows (row 5: '-1'; row 9: '-3')`.
        """
        positions = np.flatnonzero(rows)
        shown = "; ".join(
            f"row {self.row(int(cells.index[position]))}: {shown_cell(cells.iloc[position])}"
            for position in positions[:SHOWN]
        )
        more = "; …" if len(positions) > SHOWN else ""
        return f"{counted(len(positions), 'row')} ({shown}{more})"

    def row(self, position: int) -> str:
        """Number of a row of data in the file."""
        return f"{position + self.first_row if self.lines is None else self.lines[position]:,}"


def counted(number: int, one: str, several: str = "") -> str:
    """A number of things in words: `1 row`, `1,200 rows`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def some(items: Iterable[str]) -> str:
    """The first few of several things, and an ellipsis for the rest."""
    listed = list(items)
    return "; ".join(listed[:SHOWN]) + ("; …" if len(listed) > SHOWN else "")


def shown_cell(value: object) -> str:
    """A cell as it is shown in a message: short, on one line, with what does not show made visible."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "empty"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return visible(text if len(text) <= MAXIMUM_CELL else text[: MAXIMUM_CELL - 1] + "…")


def visible(text: str) -> str:
    """The text in quotes, with blanks other than the common one and accents of their own written by their numbers."""
    return "".join(
        f"\\u{ord(sign):04x}" if unicodedata.combining(sign) or (sign.isspace() and sign != " ") else sign
        for sign in repr(text)
    )
