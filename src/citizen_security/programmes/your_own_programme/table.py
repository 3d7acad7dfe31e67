"""A table of units over time that an analyst brings: read, every problem told with row and remedy."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.parameters import ParameterError
from citizen_security.programmes.your_own_programme.periods import MONTHS, Calendar, Moment, calendar_of, moments
from citizen_security.tables.brought.files import read_cells
from citizen_security.tables.brought.findings import Findings, counted, shown_cell
from citizen_security.tables.brought.labels import clean_labels
from citizen_security.tables.brought.numbers import FILL_IN, NOT_AVAILABLE, read_numbers
from citizen_security.tables.brought.reader import rows_with_entries

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Fewer periods before a start say nothing of what would have followed, fewer donors leave nothing to rank among.
LEAST_BEFORE, LEAST_DONORS = 3, 3
DECIMAL_COMMA, THOUSANDS = re.compile(r"[+-]?\d+,\d+"), re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
DAY_FIRST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True)
class Brought:
    """A table that can be used.

    Attributes
    ----------
    table : pandas.DataFrame
        `unit` (text), `period` (from 0), `value` (count or outcome), `population` (ones where there is none), `start`
        (period, missing where never treated); one row for each unit and period.
    calendar : Calendar
    is_counted : bool
    notes : tuple of str
        What was normalised.
    """

    table: pd.DataFrame
    calendar: Calendar
    is_counted: bool
    notes: tuple[str, ...]

    def of_units(self, names: Sequence[str]) -> "Brought":
        """The table of some units, which is not looked at again."""
        return replace(self, table=self.table[self.table["unit"].isin(names)].reset_index(drop=True))


def read_programme(path: Path, columns: Mapping[str, str], *, log: bool, donors: list[str], season: int = 0) -> Brought:
    """Read a brought table and refuse all that is wrong with it at once.

    Parameters
    ----------
    path : pathlib.Path
    columns : mapping
        For `unit`, `time`, `start`, `count` or `outcome`, and `population` with counts, the column of the file.
    log : bool
        Whether logarithms are taken, so that zeros cannot be.
    donors : list of str
        Units that comparisons are made of; empty for all that are never treated.
    season : int
        Periods of a cycle within the year; 0 for none.

    Returns
    -------
    Brought

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, in which rows, and what to do.
    """
    findings = Findings(path.name)
    cells = read_cells(path, dict(columns), ["unit"], findings)
    return understand(cells, findings, log=log, donors=donors, season=season)


def understand(cells: pd.DataFrame, findings: Findings, *, log: bool, donors: list[str], season: int = 0) -> Brought:
    """Cells as units, periods and numbers, each checked.

    Parameters
    ----------
    cells : pandas.DataFrame
        The columns as they stand in the file, by what they are for.
    findings : Findings
        Is told everything.
    log : bool
    donors : list of str
    season : int
        All as for `read_programme`.

    Returns
    -------
    Brought

    Raises
    ------
    ParameterError
        If anything refuses the table.
    """
    cells = rows_with_entries(cells, findings, "unit and time")
    frame = pd.DataFrame({"unit": clean_labels(cells["unit"], "unit", findings).astype(object)}, index=cells.index)
    blank = frame["unit"].isna().to_numpy()
    if blank.any():
        findings.problems.append(
            f"{findings.table} has no unit in {findings.where(blank, cells['unit'])}. Name the unit of each row."
        )
    is_counted = "count" in cells
    frame["value"] = _values(cells, findings, log=log)
    frame["population"] = _population(cells, findings)
    calendar = _periods(frame, cells, findings)
    if calendar is None:
        findings.refuse()
        raise ParameterError([f"{findings.table} has no times."])
    _repeated(frame, cells, findings)
    _unbalanced(frame, calendar, findings)
    told = len(findings.problems)
    _starts(frame, cells, calendar, findings)
    _roles(frame, calendar, donors, findings, has_starts=len(findings.problems) == told)
    _season(calendar, season, findings)
    findings.refuse()
    kept = frame if not donors else frame[frame["start"].notna() | frame["unit"].isin(donors)]
    whole = kept.astype({"period": np.int64}).sort_values(["unit", "period"], ignore_index=True)
    return Brought(whole, calendar, is_counted, tuple(findings.notes))


def _values(cells: pd.DataFrame, findings: Findings, *, log: bool) -> "NDArray[np.float64]":
    """Counts or outcomes; what is no number, no count, missing, or has no logarithm is told."""
    name = "count" if "count" in cells else "outcome"
    column = cells[name]
    if name == "count":
        values = read_numbers(column, "counts", findings, decimals=False, missing=FILL_IN)
        wrong = np.isfinite(values) & ((values < 0) | (values % 1 != 0))
        if wrong.any():
            findings.problems.append(
                f"{findings.table} has counts that are none in {findings.where(wrong, column)}. Allowed: whole numbers "
                "from 0; a rate is given as outcome_column."
            )
    else:
        values = _decimals(column, "outcome", findings)
        wrong = np.zeros(len(values), bool)
    _blank(column, name, findings)
    without_log = (values <= 0) & ~wrong if name == "outcome" else values == 0
    if log and without_log.any():
        findings.problems.append(
            f"{findings.table} has a {name} without a logarithm in {findings.where(without_log, column)}. Give "
            "scale=level, join periods or units until none is zero, or leave the unit out."
        )
    return values


def _decimals(column: "pd.Series[Any]", name: str, findings: Findings) -> "NDArray[np.float64]":
    """Numbers with a point or, in the whole column, a comma before decimals; text is told."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(np.float64, na_value=np.nan)
        absent = np.zeros(len(values), bool)
    else:
        texts = ["" if pd.isna(cell) else str(cell).strip().replace("−", "-") for cell in column.astype(object)]
        if _has_decimal_commas(texts):
            texts = [text.replace(",", ".") for text in texts]
            findings.notes.append(f"{name}: a comma before decimals read as such")
        values = np.array([float(text) if NUMBER.fullmatch(text) else np.nan for text in texts])
        absent = np.array([text.casefold() in NOT_AVAILABLE for text in texts])
    wrong = ~np.isfinite(values) & column.notna().to_numpy()
    if (rows := wrong & absent).any():
        findings.problems.append(
            f"{findings.table} has a sign for “not available” for {name} in {findings.where(rows, column)}. "
            f"{FILL_IN[0].upper()}{FILL_IN[1:]}."
        )
    if (rows := wrong & ~absent).any():
        findings.problems.append(
            f"{findings.table} has text for {name} in {_some_or_all(rows, column, findings)}. Allowed: digits with a "
            "point before decimals, or with a comma in the whole column, and no sign between thousands."
        )
    return values


def _has_decimal_commas(texts: Sequence[str]) -> bool:
    """Whether commas stand before decimals: no cell has a point, and one of them cannot be a sign between thousands."""
    commas = [text for text in texts if "," in text]
    return (
        bool(commas)
        and not any("." in text for text in texts)
        and all(DECIMAL_COMMA.fullmatch(text) for text in commas)
        and not all(THOUSANDS.fullmatch(text) for text in commas)
    )


def _some_or_all(rows: "NDArray[np.bool_]", column: "pd.Series[Any]", findings: Findings) -> str:
    """Rows at fault: each of them, or the first few where it is the way in which the column is written."""
    return findings.where(rows, column, is_doubt=bool(rows.sum() > len(rows) / 2))


def _blank(column: "pd.Series[Any]", name: str, findings: Findings) -> None:
    rows = column.isna().to_numpy()
    if rows.any():
        findings.problems.append(
            f"{findings.table} has no {name} in {findings.where(rows, column)}. Fill it in, or leave out the unit: "
            "every unit needs every period."
        )


def _population(cells: pd.DataFrame, findings: Findings) -> "NDArray[np.float64]":
    """People, or ones where the table has none; zeros, negative numbers, text and blanks are told."""
    if "population" not in cells:
        return np.ones(len(cells))
    column = cells["population"]
    values = read_numbers(column, "population", findings, decimals=True, missing=FILL_IN)
    if _has_decimal_commas([str(cell).strip() for cell in column.dropna()]):
        findings.notes.append("population: a comma before decimals read as such")
    _blank(column, "population", findings)
    wrong = values <= 0
    if wrong.any():
        findings.problems.append(
            f"{findings.table} has a population of zero or less in {findings.where(wrong, column)}. Give the people "
            "among whom events could be counted, or leave the unit out."
        )
    return values


def _periods(frame: pd.DataFrame, cells: pd.DataFrame, findings: Findings) -> Calendar | None:
    """Set each row's period; none where no calendar can be made of the times."""
    column = _without_decimals(cells["time"])
    read = moments(column)
    blank = column.isna().to_numpy()
    unread = np.array([moment is None for moment in read]) & ~blank
    scales = [moment.scale for moment in read if moment is not None]
    usual = max(sorted(set(scales)), key=scales.count, default="")
    mixed = np.array([moment is not None and moment.scale != usual for moment in read])
    frame["period"] = np.nan
    for rows, what in ((blank, "no time"), (unread, "times that cannot be read"), (mixed, "times of two kinds")):
        if rows.any():
            findings.problems.append(
                f"{findings.table} has {what} in {_some_or_all(rows, column, findings)}. Write all of them as years "
                f"(2007), quarters (2007-Q1), months (2007-05) or dates (2007-05-01){_day_first(column[rows])}."
            )
    sound = [moment for moment in read if moment is not None and moment.scale == usual]
    # Of times that could not be read all of them, no more can be said.
    is_whole = not (blank | unread | mixed).any()
    if len(set(sound)) < 2:
        if is_whole:
            findings.problems.append(
                f"{findings.table} has {counted(len(set(sound)), 'different time')}. Allowed: at least {LEAST_BEFORE} "
                "before the start and one from it on."
            )
        return None
    calendar = calendar_of(sound)
    places = [None if moment is None else calendar.place(moment) for moment in read]
    frame["period"] = [np.nan if place is None else place for place in places]
    uneven = np.array([moment in sound and place is None for moment, place in zip(read, places, strict=True)])
    lacking = sorted(set(range(calendar.number)) - {place for place in places if place is not None})
    if uneven.any() or (lacking and len(lacking) > calendar.number // 2):
        findings.problems.append(
            f"{findings.table} has times that are not evenly spaced, first in {_first(uneven, frame, findings)}. Give "
            "all years, all quarters or all months; write months as 2007-05, not as 200705."
        )
    elif lacking and is_whole:
        named = ", ".join(calendar.label(place) for place in lacking[:5]) + (", …" if len(lacking) > 5 else "")
        findings.problems.append(
            f"{findings.table} has no row of any unit in {counted(len(lacking), calendar.noun)} within the series: "
            f"{named}. Add them, or begin the series after the gap."
        )
    return calendar


def _day_first(cells: "pd.Series[Any]") -> str:
    """What else to say where a day or a month comes first, which of the two nobody can tell."""
    if not any(DAY_FIRST.fullmatch(str(cell).strip()) for cell in cells.dropna()):
        return ""
    return ", with the year first: whether 05/04/2007 is in April or in May, no table says"


def _without_decimals(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Whole numbers as such: beside empty cells a file's years are read as decimals."""
    if not pd.api.types.is_float_dtype(column) or (column.dropna() % 1 != 0).any():
        return column
    return column.astype(pd.Int64Dtype())


def _first(rows: "NDArray[np.bool_]", frame: pd.DataFrame, findings: Findings) -> str:
    return f"row {findings.row(int(frame.index[int(np.argmax(rows))])):,}"


def _repeated(frame: pd.DataFrame, cells: pd.DataFrame, findings: Findings) -> None:
    keys = frame[["unit", "period"]]
    twice = (keys.duplicated() & keys.notna().all(axis=1)).to_numpy()
    if twice.any():
        findings.problems.append(
            f"{findings.table} has a unit and time more than once in {findings.where(twice, frame['unit'])}. Keep one "
            "row of each; add up what was counted in parts."
        )


def _unbalanced(frame: pd.DataFrame, calendar: Calendar, findings: Findings) -> None:
    """Units that lack periods which others have, but for those with a time that could not be read."""
    unread = frame.loc[frame["period"].isna(), "unit"]
    every = set(frame["period"].dropna())
    given = frame[~frame["unit"].isin(unread)].dropna(subset=["unit", "period"]).drop_duplicates(["unit", "period"])
    short = []
    for unit, own in given.groupby("unit", sort=False):
        lacking = sorted(every - set(own["period"]))
        if lacking:
            named = ", ".join(calendar.label(int(place)) for place in lacking[:3])
            more = ", …" if len(lacking) > 3 else ""
            short.append(f"{shown_cell(unit)} (first in row {findings.row(int(own.index[0])):,}) lacks {named}{more}")
    if short:
        findings.problems.append(
            f"{findings.table} lacks periods of {counted(len(short), 'unit')}: {'; '.join(short)}. Add the rows, or "
            "leave out the units."
        )


def _starts(frame: pd.DataFrame, cells: pd.DataFrame, calendar: Calendar, findings: Findings) -> None:
    """Set each row's start as a period; text, two starts of a unit, starts outside the series are told."""
    column = _without_decimals(cells["start"])
    read = moments(column)
    given = column.notna().to_numpy()
    if (
        calendar.scale == "whole"
        and calendar.noun == "year"
        and any(moment is not None and moment.scale == "month" for moment in read)
    ):
        # A day lies in its year as it lies in its quarter or month.
        read = [_year_of(moment) for moment in read]
        findings.notes.append("start: dates read as the years that they lie in")
    unread = np.array([moment is None or moment.scale != calendar.scale for moment in read]) & given
    if unread.any():
        findings.problems.append(
            f"{findings.table} has a start that is no time of the series in {findings.where(unread, column)}. Write it "
            "as the times are written, and leave it blank where a unit is never treated."
        )
    places = [None if moment is None else calendar.place(moment) for moment in read]
    frame["start"] = np.array([np.nan if place is None else place for place in places], dtype=float)
    outside = np.array([place is None for place in places]) & given & ~unread
    if outside.any():
        findings.problems.append(
            f"{findings.table} has a start outside the series, {calendar.label(0)} to "
            f"{calendar.label(calendar.number - 1)}, in {findings.where(outside, column)}. Give the first treated "
            f"{calendar.noun}, and leave it blank where a unit is not treated within the series."
        )
    told = [_key(moment) for moment in read]
    known = pd.Series(told, frame.index, dtype=object).mask(unread)
    several = (known.groupby(frame["unit"], sort=False).transform("nunique") > 1).to_numpy() & ~unread
    if several.any():
        rows = several & ~pd.Series(list(zip(frame["unit"], told, strict=True))).duplicated().to_numpy()
        findings.problems.append(
            f"{findings.table} has units with more than one start, which begin in {findings.where(rows, column)}: "
            f"{', '.join(shown_cell(unit) for unit in dict.fromkeys(frame['unit'][several]))}. Give each unit one "
            "start in all of its rows, or none; a treatment that ends is not covered."
        )


def _year_of(moment: Moment | None) -> Moment | None:
    if moment is None or moment.scale != "month":
        return moment
    return Moment("whole", moment.number // MONTHS)


def _key(moment: Moment | None) -> str:
    return "never" if moment is None else f"{moment.scale} {moment.number}"


def _season(calendar: Calendar, season: int, findings: Findings) -> None:
    """A cycle that these periods do not have."""
    allowed = calendar.seasons
    if season and allowed is not None and season not in allowed:
        others = f" or {', '.join(map(str, allowed))}" if allowed else ""
        findings.problems.append(
            f"season = {season} with {findings.table}, whose periods are {calendar.noun}s. Allowed: 0{others}"
            + (", the periods of a cycle within the year." if allowed else ", since no cycle within the year is seen.")
        )


def _roles(frame: pd.DataFrame, calendar: Calendar, donors: list[str], findings: Findings, *, has_starts: bool) -> None:
    """Who is treated and who is compared with: too early, nobody, too few, where every start could be read."""
    known = frame.dropna(subset=["unit"])
    first = known.groupby("unit", sort=False)["start"].first()
    row = {str(unit): findings.row(int(own.index[0])) for unit, own in known.groupby("unit", sort=False)}
    treated, never = first.dropna(), [str(unit) for unit in first.index[first.isna()]]
    early = treated[treated == 0]
    if has_starts and len(early):
        findings.problems.append(
            f"{findings.table} has units that are treated in the first {calendar.noun}, {calendar.label(0)}: "
            f"{_named(early.index, row)}. Leave them out, or give earlier {calendar.noun}s: nothing says what they "
            "were like before."
        )
    late = treated[(treated > 0) & (treated < LEAST_BEFORE)]
    if has_starts and len(late):
        findings.problems.append(
            f"{findings.table} has fewer than {LEAST_BEFORE} {calendar.noun}s before the start of "
            f"{_named(late.index, row)}. Give earlier {calendar.noun}s, or leave these units out."
        )
    if has_starts and treated.empty:
        findings.problems.append(
            f"{findings.table} has no unit that is treated. Give the start of one or more in every row of the unit."
        )
    unknown = [name for name in donors if name not in row]
    if unknown:
        findings.problems.append(
            f"donors has {', '.join(map(shown_cell, unknown))}, no unit of {findings.table}. Allowed: "
            f"{', '.join(never[:10])}{', …' if len(never) > 10 else ''}."
        )
    if among := [name for name in donors if name in row and name not in never]:
        findings.problems.append(
            f"donors has {_named(among, row)}, which are treated. Take them out: they cannot stand for no treatment."
        )
    usable = len([name for name in donors if name in never]) if donors else len(never)
    later = int((treated > treated.min()).sum()) if len(treated) else 0
    if has_starts and len(treated) and usable + later < LEAST_DONORS:
        findings.problems.append(
            f"{findings.table} has {counted(usable, 'unit')} that {'is' if usable == 1 else 'are'} never treated and "
            f"{later} treated after the first. Allowed: at least {LEAST_DONORS} to compare with; add units."
        )


def _named(units: Any, row: Mapping[str, int]) -> str:
    return ", ".join(f"{shown_cell(unit)} (first in row {row[str(unit)]:,})" for unit in units)
