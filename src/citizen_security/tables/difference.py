"""What an edit changes in a table, for the person who is to accept it: rows, columns, the largest changes, jumps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from citizen_security.tables.errors import Descriptor
from citizen_security.tables.sheet import Sheet, primary_key, scan

SHOWN_ROWS = 8
SHOWN_CHANGES = 12
SHOWN_CHARACTERS = 60

# A number that is so many times its neighbour in time, and was not before, is shown as a jump.
JUMP = 2.0

type Row = dict[str, str]
type Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that is another one.

    Attributes
    ----------
    row : int
        Its row in the new file; the header is row 1.
    key : str
        Such as `iso3=BRA, year=2016`.
    column : str
    old, new : str
    ratio : float
        How many times the larger is the smaller, for numbers; infinite where one is 0 or blank, and 0 for texts.
    jump : bool
        Whether the new number leaves its neighbours in time and the old one did not.
    """

    row: int
    key: str
    column: str
    old: str
    new: str
    ratio: float
    jump: bool

    def __str__(self) -> str:
        """As one line."""
        return f"row {self.row} ({self.key}) {self.column}: {_shown(self.old)} → {_shown(self.new)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit changes.

    Attributes
    ----------
    name : str
        Of the table.
    known : bool
        Whether the accepted table was found; without it there is nothing to compare with.
    notes : tuple of str
        What concerns the file as a whole.
    gone, new : tuple of str
        Keys of rows.
    changes : tuple of Change
        Changed cells of rows that both have, the largest first.
    """

    name: str
    known: bool
    notes: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the edit changes nothing."""
        return self.known and not (self.notes or self.gone or self.new or self.changes)

    def lines(self) -> Iterator[str]:
        """The difference in words, a line each."""
        if not self.known:
            yield (
                f"{self.name}: the difference cannot be shown: neither git nor a kept copy has the table that was "
                "accepted last. Look at the whole table."
            )
            return
        if self.is_empty:
            yield f"{self.name}: nothing is changed"
            return
        yield f"{self.name}: what changes since it was accepted last"
        for note in self.notes:
            yield f"  {note}"
        yield from _some("rows gone", self.gone)
        yield from _some("rows new", self.new)
        if self.changes:
            columns = Counter(change.column for change in self.changes)
            counts = ", ".join(f"{column} in {count:,}" for column, count in columns.most_common())
            yield f"  cells changed: {len(self.changes):,} ({counts})"
            for change in self.changes[:SHOWN_CHANGES]:
                yield f"    {change}" + ("  ← a jump" if change.jump else "")
            if len(self.changes) > SHOWN_CHANGES:
                hidden = sum(change.jump for change in self.changes[SHOWN_CHANGES:])
                jumps = f", {hidden:,} of them jumps" if hidden else ""
                yield f"    and {len(self.changes) - SHOWN_CHANGES:,} smaller ones{jumps}"


def difference(resource: Descriptor, old: bytes | None, new: bytes) -> Difference:
    """Compare a table with the one that was accepted last.

    Parameters
    ----------
    resource : dict
        Its description.
    old : bytes or None
        The accepted table, if it is to be had.
    new : bytes
        The edited one.

    Returns
    -------
    Difference
    """
    name = str(resource["name"])
    if old is None:
        return Difference(name, known=False)
    if old == new:
        return Difference(name, known=True)
    before, after = scan(resource, old).sheet, scan(resource, new).sheet
    if before is None or after is None:
        return Difference(name, known=True, notes=("the columns are others: the cells cannot be compared",))
    return _of_sheets(name, before, after)


def _of_sheets(name: str, before: Sheet, after: Sheet) -> Difference:
    old, new = _by_key(before), _by_key(after)
    fields = {field["name"]: field["type"] for field in after.resource["schema"]["fields"]}
    numbers = {column for column, kind in fields.items() if kind in ("integer", "number")}
    neighbours = _Neighbours(primary_key(after.resource), fields)
    changes, rewritten = [], 0
    for number, (key, row) in enumerate(new.items(), start=2):
        was = old.get(key)
        if was is None or was == row:
            continue
        for column, cell in row.items():
            if cell == was[column]:
                continue
            if column in numbers and _number(cell) == _number(was[column]) is not None:
                rewritten += 1
                continue
            ratio = _ratio(was[column], cell) if column in numbers else 0.0
            jump = column in numbers and neighbours.jump(old, new, key, column)
            changes.append(Change(number, _named(after, key), column, was[column], cell, ratio, jump))
    changes.sort(key=lambda change: (not change.jump, -change.ratio, change.row))
    gone, added = [key for key in old if key not in new], [key for key in new if key not in old]
    notes = []
    if rewritten:
        notes.append(f"{rewritten:,} numbers are the same and written in another way")
    if not (gone or added or changes or notes):
        notes.append("the cells are the same: quotes or the order of rows are other ones")
    return Difference(
        name,
        known=True,
        notes=tuple(notes),
        gone=tuple(_named(before, key) for key in gone),
        new=tuple(_named(after, key) for key in added),
        changes=tuple(changes),
    )


class _Neighbours:
    """Rows of the same unit one step earlier and later, where the key ends in a time."""

    def __init__(self, key: Sequence[str], fields: Mapping[str, str]) -> None:
        self._last = len(key) - 1 if fields[key[-1]] == "integer" and len(key) > 1 else None

    def jump(self, old: Mapping[Key, Row], new: Mapping[Key, Row], key: Key, column: str) -> bool:
        if self._last is None:
            return False
        around = [self._beside(key, step) for step in (-1, 1)]
        after = [_ratio(new[it][column], new[key][column]) for it in around if it in new]
        before = [_ratio(old[it][column], old[key][column]) for it in around if it in old]
        return bool(after) and min(after) >= JUMP and not (before and min(before) >= JUMP)

    def _beside(self, key: Key, step: int) -> Key:
        last = key[-1]
        return (*key[:-1], str(int(last) + step)) if last.isdigit() else key


def _by_key(sheet: Sheet) -> dict[Key, Row]:
    key = primary_key(sheet.resource)
    rows = zip(*sheet.cells.values(), strict=True)
    named = (dict(zip(sheet.cells, cells, strict=True)) for cells in rows)
    return {tuple(row[column] for column in key): row for row in named}


def _named(sheet: Sheet, key: Key) -> str:
    return ", ".join(f"{column}={cell}" for column, cell in zip(primary_key(sheet.resource), key, strict=True))


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _ratio(old: str, new: str) -> float:
    one, other = _number(old), _number(new)
    if one == other:
        return 1.0
    if not one or not other or (one < 0) != (other < 0):
        return float("inf")
    return max(one / other, other / one)


def _some(what: str, keys: Sequence[str]) -> Iterator[str]:
    if keys:
        more = f"; and {len(keys) - SHOWN_ROWS:,} more" if len(keys) > SHOWN_ROWS else ""
        yield f"  {what}: {len(keys):,} ({'; '.join(keys[:SHOWN_ROWS])}{more})"


def _shown(cell: str) -> str:
    if not cell:
        return "blank"
    return cell if len(cell) <= SHOWN_CHARACTERS else f"{cell[:SHOWN_CHARACTERS]}…"
