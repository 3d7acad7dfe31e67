"""Rows of text with separators, read alike whatever else the process has imported."""

import csv
from collections.abc import Iterable, Iterator

# The standard library's own bound. It holds for the whole process, and libraries that raise it are imported when first
# needed, so that the same file would be refused or read by what had been done before.
LONGEST_CELL = 131_072


def csv_rows(lines: Iterable[str], *, separator: str = ",", strict: bool = True) -> Iterator[list[str]]:
    """Rows of a table of text.

    Parameters
    ----------
    lines : iterable of str
        As `csv.reader` takes them.
    separator : str
    strict : bool
        Whether a quote that is not closed or stands inside a cell is an error.

    Yields
    ------
    list of str

    Raises
    ------
    csv.Error
        With the line, if the lines are no table, or a cell has more than `LONGEST_CELL` characters.
    """
    reader = csv.reader(lines, delimiter=separator, strict=strict)
    try:
        for row in reader:
            if any(len(cell) > LONGEST_CELL for cell in row):
                raise csv.Error(f"field larger than field limit ({LONGEST_CELL})")
            yield row
    except csv.Error as error:
        raise csv.Error(f"row {reader.line_num}: {error}") from None
