"""Times as people write them: whole numbers, quarters, months and dates, numbered one after the other."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

MONTHS = 12
WHOLE = re.compile(r"([+-]?\d{1,9})(?:\.0+)?")
QUARTER = re.compile(r"(\d{4})[-/ ]?[QqTt]([1-4])")
MONTH = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2}(?:[T ]00:00(?::00(?:\.0+)?)?)?)?")
NOUNS = {1: "month", 3: "quarter", 12: "year"}
# Whole numbers between these are years.
YEARS = (1800, 2100)


@dataclass(frozen=True)
class Moment:
    """A time on a scale: whole numbers, or months since the year 0."""

    scale: str
    number: int


@dataclass(frozen=True)
class Calendar:
    """Periods that follow each other evenly.

    Attributes
    ----------
    scale : {"whole", "month"}
    first, step, number : int
        First period, distance from one to the next, and how many there are.
    """

    scale: str
    first: int
    step: int
    number: int

    @property
    def noun(self) -> str:
        """What a period is called."""
        if self.scale == "month":
            return NOUNS.get(self.step, "period")
        return "year" if self.step == 1 and self._are_years else "period"

    @property
    def _are_years(self) -> bool:
        return YEARS[0] <= self.first and self.first + self.step * (self.number - 1) <= YEARS[1]

    @property
    def seasons(self) -> tuple[int, ...] | None:
        """Lengths of cycles within the year that these periods can show.

        None where periods are whole numbers that are no years: what a cycle is, only the analyst knows.
        """
        if self.scale == "whole":
            return () if self._are_years else None
        if MONTHS % self.step:
            return ()
        a_year = MONTHS // self.step
        return tuple(length for length in range(2, a_year + 1) if a_year % length == 0)

    def label(self, place: int) -> str:
        """How a period is written: `2007`, `2007 Q2`, `2007-05`."""
        number = self.first + self.step * place
        if self.scale == "whole":
            return str(number)
        year, month = divmod(number, MONTHS)
        if self.step % MONTHS == 0:
            return str(year)
        return f"{year} Q{month // 3 + 1}" if self.step == 3 and month % 3 == 0 else f"{year}-{month + 1:02d}"

    def place(self, moment: Moment) -> int | None:
        """The period that a moment lies in, from 0; none where it lies in none."""
        place, rest = divmod(moment.number - self.first, self.step)
        inside = moment.scale == self.scale and 0 <= place < self.number and (self.scale == "month" or not rest)
        return place if inside else None


def moment_of(cell: object) -> Moment | None:
    """Read a time; none where it is written in no way that is known.

    Parameters
    ----------
    cell : object
        A number, a date or text.

    Returns
    -------
    Moment or None
    """
    if isinstance(cell, float | np.floating) and not float(cell).is_integer():
        return None
    text = str(int(cell)) if isinstance(cell, float | np.floating) else str(cell).strip()
    if found := WHOLE.fullmatch(text):
        return Moment("whole", int(found[1]))
    if found := QUARTER.fullmatch(text):
        return Moment("month", MONTHS * int(found[1]) + 3 * (int(found[2]) - 1))
    if (found := MONTH.fullmatch(text)) and 1 <= int(found[2]) <= MONTHS:
        return Moment("month", MONTHS * int(found[1]) + int(found[2]) - 1)
    return None


def moments(cells: "pd.Series") -> list[Moment | None]:
    """Read a column of times; empty cells are none."""
    known = {cell: moment_of(cell) for cell in cells.dropna().unique()}
    return [None if pd.isna(cell) else known[cell] for cell in cells]


def calendar_of(found: Iterable[Moment]) -> Calendar:
    """The calendar of times on one scale, by the least distance between two of them.

    Parameters
    ----------
    found : iterable of Moment
        Two or more different ones.

    Returns
    -------
    Calendar
        It may have periods that no time lies in.
    """
    scale = next(iter(found)).scale
    numbers = np.unique([moment.number for moment in found])
    step = int(np.diff(numbers).min())
    return Calendar(scale, int(numbers[0]), step, int((numbers[-1] - numbers[0]) // step) + 1)
