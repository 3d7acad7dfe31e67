"""Keys that end in a number, as E999 and E1000: their order, and which comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from citizen_security.tables.errors import Descriptor

DIGITS = "0123456789"


def numbered_fields(resource: Descriptor) -> set[str]:
    """Columns whose keys are counted by a rule of the table."""
    return {rule["field"] for rule in resource.get("rules", []) if rule["rule"] == "numbered"}


def by_number(key: str) -> tuple[str, int]:
    """A key as its words and the number that it ends in: as texts E1000 would come before E101."""
    words = key.rstrip(DIGITS)
    return words, int(key[len(words) :] or 0)


def next_key(keys: Sequence[str], position: int) -> str:
    """The key that a row should have: the one after that of the row before, or the first.

    Parameters
    ----------
    keys : sequence of str
        A column.
    position : int
        Row, counted from 0.

    Returns
    -------
    str
        With as many digits as the key before, or more where the number needs them.
    """
    before = keys[position - 1] if position else keys[0].rstrip(DIGITS) + "0" * _digits(keys)
    words, number = by_number(before)
    return f"{words}{number + 1:0{len(before) - len(words)}d}"


def _digits(keys: Sequence[str]) -> int:
    """The fewest digits that a number of the column has."""
    return min(len(key) - len(key.rstrip(DIGITS)) for key in keys)
