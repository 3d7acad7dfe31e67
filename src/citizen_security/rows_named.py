"""Rows in messages: every one of them named, and what many rows have in common said once.

Who mends a table needs all of its rows at fault. Numbers that follow each other are written as spans, rows with one
fault stand together, and no line is so long that a terminal would cut it.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

# Up to so many rows of one fault are told in sentences of their own.
FEW_ROWS = 3
# Up to so many cells of keys are named beside their rows, and up to so many where the rows are spans; of more rows, the
# keys at both ends.
KEY_CELLS, KEY_CELLS_OF_SPANS = 60, 10
# So many different cells are quoted beside their rows; rows with others are named without them.
QUOTED_CELLS = 200

# A span is shorter than its members from here on: 5–7, and 14–66 every 13th.
SPAN, STEPS = 3, 5

LINE = 280
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands.

    Attributes
    ----------
    line : int
        Its line in the file, of which the header is 1; 0 where nobody knows.
    key : tuple of tuple
        Columns that name it, each with what the row has there.
    """

    line: int
    key: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The row by its line and key."""
        key = ", ".join(f"{name}={cell}" for name, cell in self.key)
        return (f"row {self.line} ({key})" if self.short else f"row {self.line}") if self.line else key

    @property
    def short(self) -> str:
        """Its key without the names of the columns."""
        return ", ".join(cell for _, cell in self.key if cell)


class AtPlace(Protocol):
    """What is said of a row, or of something that is no row."""

    @property
    def sentence(self) -> str:
        """All of it, with the row."""

    @property
    def place(self) -> Place | None:
        """The row; None where it is of none."""

    @property
    def given(self) -> str:
        """What the row says."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it is about."""

    @property
    def rule(self) -> str:
        """What is allowed and what to do, in words that the same fault of another row has too."""


def spans(numbers: Iterable[int]) -> str:
    """Numbers of rows, all of them and as short as can be.

    Parameters
    ----------
    numbers : iterable of int

    Returns
    -------
    str
        In their order, such as `2, 5–9, 14–66 every 13th`.
    """
    rows, said, first = sorted(set(numbers)), [], 0
    while first < len(rows):
        last = _run(rows, first)
        step = rows[first + 1] - rows[first] if last > first else 0
        if step == 1 and last - first + 1 >= SPAN:
            said.append(f"{rows[first]}–{rows[last]}")
        elif last - first + 1 >= STEPS:
            said.append(f"{rows[first]}–{rows[last]} every {_ordinal(step)}")
        else:
            last = first
            said.append(str(rows[first]))
        first = last + 1
    return ", ".join(said)


def _run(rows: Sequence[int], first: int) -> int:
    """Where the run of equal steps ends that begins at a position."""
    last = min(first + 1, len(rows) - 1)
    while last + 1 < len(rows) and rows[last + 1] - rows[last] == rows[first + 1] - rows[first]:
        last += 1
    return last


def _ordinal(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def named(places: Sequence[Place]) -> str:
    """Rows by their lines, with their keys as far as these can be read.

    Parameters
    ----------
    places : sequence of Place
        One or more.

    Returns
    -------
    str
    """
    first, *others = sorted(places, key=lambda place: place.line)
    if not others:
        return str(first)
    if not first.line:
        return ", ".join([str(first), *(place.short for place in others)])
    numbers = spans(place.line for place in places)
    are_spans = numbers.count(",") + 1 < len(places) / 2
    if len(places) * len(first.key) <= (KEY_CELLS_OF_SPANS if are_spans else KEY_CELLS):
        return "rows " + ", ".join([str(first).removeprefix("row "), *(f"{it.line} ({it.short})" for it in others)])
    key = ", ".join(f"{name}={cell}" for name, cell in first.key)
    return f"rows {numbers} ({key} to {others[-1].short})"


def under(head: str, rows: Iterable[tuple[Place, str]]) -> str:
    """A sentence with the rows that it is about under it, those together of which the same is to be said.

    Parameters
    ----------
    head : str
        What is said of all of them.
    rows : iterable of tuple
        Each row with what is said of it alone, which may be nothing.

    Returns
    -------
    str
        Lines, of which those after the first are indented.
    """
    alike: defaultdict[str, list[Place]] = defaultdict(list)
    for place, words in dict.fromkeys(rows):
        alike[words].append(place)
    quoted = list(alike.items())[:QUOTED_CELLS]
    said = [head]
    for words, places in quoted:
        said += _wrapped(f"{named(places)}: {words}" if words else named(places))
    if rest := [place for places in list(alike.values())[QUOTED_CELLS:] for place in places]:
        said += _wrapped(f"and {named(rest)}, each with something else")
    return "\n".join(said)


def _wrapped(text: str) -> Iterator[str]:
    """Lines that no terminal cuts."""
    yield from textwrap.wrap(
        text, LINE, initial_indent=INDENT, subsequent_indent=2 * INDENT, break_on_hyphens=False, break_long_words=False
    )


def together(findings: Iterable[AtPlace]) -> list[str]:
    """What was found, each once: a fault of a few rows in a sentence for each, one of many with its rows under it.

    Parameters
    ----------
    findings : iterable of AtPlace
        In the order in which they are to be told.

    Returns
    -------
    list of str
        A fault of many rows stands where its first row would.
    """
    groups: dict[object, list[tuple[Place, AtPlace]]] = {}
    for it in findings:
        if it.place is None or not it.rule:
            groups.setdefault(it.sentence, [(Place(0, ()), it)])
        else:
            groups.setdefault((it.columns, it.rule), []).append((it.place, it))
    return list(dict.fromkeys(sentence for group in groups.values() for sentence in _of_group(group)))


def _of_group(group: Sequence[tuple[Place, AtPlace]]) -> list[str]:
    if len(group) <= FEW_ROWS:
        return [it.sentence for _, it in group]
    first = group[0][1]
    said = {it.given for _, it in group}
    rows = len({place for place, _ in group})
    head = f"{', '.join(first.columns)}, in {rows} rows"
    if len(said) == 1:
        return [under(f"{head}: {first.given}. {first.rule}", ((place, "") for place, _ in group))]
    return [under(f"{head}. {first.rule}", ((place, it.given) for place, it in group))]
