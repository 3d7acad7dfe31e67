"""What differs between two recorded tables, in words; of long tables only digests of rows are held in memory."""

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from citizen_security.tables.rows import csv_rows

Row = tuple[str, ...]

# A digest of a row takes some 150 bytes; beyond this many rows, rows are compared at their places alone.
ROWS_IN_MEMORY = 3_000_000
# Rows that differ are held as text to be paired by their key, up to about this many bytes.
BYTES_IN_MEMORY = 200_000_000
# What Python needs for a short text or a row, apart from its characters.
BYTES_OF_TEXT = 56


class UnreadableTable(ValueError):
    """A file that is no table; the message is a sentence and starts with its path."""


def table_difference(old: Path, new: Path) -> str:
    """What differs between two tables; empty where they are equal to the last byte.

    Parameters
    ----------
    old, new : pathlib.Path
        Two files of comma-separated values in UTF-8, with a row of column names.

    Returns
    -------
    str

    Raises
    ------
    UnreadableTable
        If a file cannot be read, is malformed, has a cell longer than Python's `csv` reads, or has two columns of one
        name.
    """
    columns, other = _columns(old), _columns(new)
    if _same_bytes(old, new):
        return ""
    if sorted(columns) != sorted(other):
        return f"columns {', '.join(columns)} became {', '.join(other)}"
    tables = _Tables(old, new, columns, tuple(other.index(column) for column in columns))
    moved = [] if columns == other else ["columns are reordered"]
    return "; ".join(moved + _row_differences(tables, columns_moved=bool(moved)))


def relative_difference(old: object, new: object) -> float | None:
    """Difference relative to the larger of two numbers; none where one is no finite number."""
    try:
        before, after = float(str(old)), float(str(new))
    except ValueError:
        return None
    size = max(abs(before), abs(after))
    relative = abs(before - after) / size if size else 0.0
    return relative if math.isfinite(relative) else None


@dataclass(frozen=True)
class _Tables:
    """Two tables of the same columns, read row by row; `places` is where the new one has those of the old one."""

    old_path: Path
    new_path: Path
    columns: Row
    places: tuple[int, ...]

    def old(self) -> Iterator[Row]:
        rows = _rows(self.old_path)
        next(rows, None)
        return rows

    def new(self) -> Iterator[Row]:
        rows = _rows(self.new_path)
        next(rows, None)
        if self.places == tuple(range(len(self.places))):
            return rows
        # A row with more or fewer cells than there are columns stays as it is.
        return (tuple(row[it] for it in self.places) if len(row) == len(self.places) else row for row in rows)


@dataclass
class _Cells:
    """Cells compared, how many of them differ, and the largest relative difference of numbers among those."""

    compared: int = 0
    differ: int = 0
    largest: float | None = None

    def add(self, old: Sequence[str], new: Sequence[str]) -> None:
        for before, after in zip_longest(old, new, fillvalue=""):
            self.compared += 1
            if before != after:
                self.differ += 1
                relative = relative_difference(before, after)
                if relative is not None:
                    self.largest = max(relative, self.largest or 0.0)

    def __str__(self) -> str:
        by = "" if self.largest is None else f", numbers by up to {self.largest:.2g} of their size"
        return f"{self.differ} of {self.compared} cells differ{by}"


def _row_differences(tables: _Tables, *, columns_moved: bool) -> list[str]:
    lengths, changed_places, cells = _compare_places(tables)
    before, after = lengths
    if before == after and not cells.differ:
        return [] if columns_moved else ["the same cells, written differently"]
    said = [] if before == after else [f"{before} rows became {after}"]
    if max(lengths) > ROWS_IN_MEMORY:
        # Nothing is known of their order.
        return [*said, f"{cells} (rows at the same place; too many to look for them elsewhere)"]
    surplus = _digest_surplus(tables)
    gone, added = (sum(count for count in surplus.values() if sign * count > 0) * sign for sign in (1, -1))
    rows_moved = _rest_moved(tables, surplus)
    differing = _differing_rows(tables, surplus)
    pairs = differing and _pair_by_key(tables.columns, *differing)
    if pairs is not None and pairs.moved:
        rows_moved = True
    if before == after and not rows_moved and gone == changed_places:
        return [*said, str(cells) if differing else f"{cells} (rows at the same place; too many to pair them by a key)"]
    if rows_moved:
        said.append("rows are reordered")
    if pairs is not None and pairs.cells.compared:
        gone, added = pairs.gone, pairs.added
        said.append(f"by {', '.join(pairs.key)}: {gone} rows are gone, {added} are new, {pairs.cells}")
    elif gone or added:
        said.append(f"{gone} rows are gone or changed, {added} are new or changed")
    return said


def _compare_places(tables: _Tables) -> tuple[tuple[int, int], int, _Cells]:
    """Lengths of both, at how many places rows differ, and the cells at the places that both have."""
    old = new = changed = 0
    cells, width = _Cells(), len(tables.columns)
    for before, after in zip_longest(tables.old(), tables.new()):
        old += before is not None
        new += after is not None
        if before is None or after is None:
            continue
        if before == after:
            cells.compared += max(len(before), width)
        else:
            changed += 1
            cells.add(before, after)
    return (old, new), changed, cells


def _digest(row: Row) -> bytes:
    # The length of each cell parts it from the next, whatever is in it.
    text = "".join(chain.from_iterable((str(len(cell)), ":", cell) for cell in row))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digest_surplus(tables: _Tables) -> "Counter[bytes]":
    """How often each row stands in the old table more than in the new one; negative where it is the other way."""
    surplus: Counter[bytes] = Counter(map(_digest, tables.old()))
    for row in tables.new():
        digest = _digest(row)
        count = surplus[digest] - 1
        if count:
            surplus[digest] = count
        else:
            del surplus[digest]
    return surplus


def _rest_moved(tables: _Tables, surplus: "Counter[bytes]") -> bool:
    """Whether the rows that both have stand in another order; a row that is gone or new moves no other."""
    sides = ((it for it in map(_digest, rows) if it not in surplus) for rows in (tables.old(), tables.new()))
    return any(before != after for before, after in zip_longest(*sides))


@dataclass(frozen=True)
class _Pairs:
    """Rows that differ, paired by a key: how many have no partner, the cells of the others, and whether they moved."""

    key: Row
    gone: int
    added: int
    cells: _Cells
    moved: bool


def _pair_by_key(columns: Row, old_rows: Sequence[Row], new_rows: Sequence[Row]) -> _Pairs | None:
    """Pair the rows that differ by the fewest first columns that tell all of them apart; none where none do.

    What both have need not be told apart from them: the partner of a row that differs is one that differs.
    """
    for width in range(1, len(columns)):
        old, new = ({row[:width]: row for row in rows} for rows in (old_rows, new_rows))
        if len(old) == len(old_rows) and len(new) == len(new_rows):
            break
    else:
        return None
    common = [key for key in old if key in new]
    cells = _Cells()
    for key in common:
        cells.add(old[key], new[key])
    moved = common != [key for key in new if key in old]
    return _Pairs(columns[:width], len(old) - len(common), len(new) - len(common), cells, moved)


def _differing_rows(tables: _Tables, surplus: "Counter[bytes]") -> tuple[list[Row], list[Row]] | None:
    """The rows that each table has more of than the other; none where they would not fit into memory."""
    old = _rows_of(tables.old(), surplus, 1)
    new = None if old is None else _rows_of(tables.new(), surplus, -1)
    return None if old is None or new is None else (old, new)


def _rows_of(rows: Iterator[Row], surplus: "Counter[bytes]", sign: int) -> list[Row] | None:
    """The rows that one table has more of than the other; none where they would not fit into memory."""
    found: list[Row] = []
    size = 0
    left = {digest: sign * count for digest, count in surplus.items() if sign * count > 0}
    for row in rows:
        digest = _digest(row)
        if left.get(digest, 0) > 0:
            left[digest] -= 1
            found.append(row)
            size += sum(map(len, row)) + BYTES_OF_TEXT * (len(row) + 2)
            if size > BYTES_IN_MEMORY / 2:
                return None
    return found


def _columns(path: Path) -> Row:
    columns = next(_rows(path), ())
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise UnreadableTable(f"{path} has more than one column {twice[0]!r}: rename them")
    return columns


def _rows(path: Path) -> Iterator[Row]:
    with _told_of(path), path.open(encoding="utf-8", newline="") as file:
        yield from map(tuple, csv_rows(file))


def _same_bytes(old: Path, new: Path) -> bool:
    digests = []
    for path in (old, new):
        with _told_of(path), path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    return digests[0] == digests[1]


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnreadableTable(f"{path} cannot be read ({error.strerror or error}): run the notebook again") from None
    except UnicodeDecodeError as error:
        raise UnreadableTable(f"{path} is not text in UTF-8 ({error.reason}): run the notebook again") from None
    except csv.Error as error:
        raise UnreadableTable(f"{path} is no table that can be read ({error}): run the notebook again") from None
