"""A table of counts by place and year that somebody brings: read, normalised, checked, with what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.rows_named import spans
from citizen_security.tables.brought.files import MAXIMUM_ROWS, read_cells
from citizen_security.tables.brought.findings import Findings, counted
from citizen_security.tables.brought.labels import check_groups, check_twins, clean_labels
from citizen_security.tables.brought.numbers import read_numbers
from citizen_security.tables.brought.totals import check_totals, refuse_named_totals
from citizen_security.tables.brought.units import (
    check_units,
    impossible_numbers,
    rows_of_unknown_places,
    set_unknown_apart,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABELS, NUMBERS = ("place", "group"), ("year", "homicides", "population")
COLUMNS = (*LABELS, *NUMBERS)

FIRST_YEAR, LAST_YEAR = 1800, 2100
# What is given for the column of groups where there is none, and what the one group of all places is called.
NO_GROUPS, ALL_PLACES = "none", "all places"


@dataclass(frozen=True)
class Brought:
    """A table that can be used.

    Attributes
    ----------
    table : pandas.DataFrame
        `place` and `group` (categories of text), `year`, `homicides`, `population` (integers); one row for each place
        and year of a group.
    notes : tuple of str
        What was normalised.
    doubts : tuple of str
        What is possible and odd.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]
    doubts: tuple[str, ...]


def read_brought(path: Path, columns: Mapping[str, str]) -> Brought:
    """Read a brought table of places over years.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    columns : mapping
        For `place`, `group`, `year`, `homicides` and `population`, the column of the file; for `group` `none` where all
        places are of one group. Others are not read.

    Returns
    -------
    Brought

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, in which rows, and what to do.
    """
    findings = Findings(path.name)
    roles = [role for role in COLUMNS if role != "group" or columns[role] != NO_GROUPS]
    labels = [role for role in LABELS if role in roles]
    cells = read_cells(path, {role: columns[role] for role in roles}, labels, findings)
    if "group" not in roles:
        # A row without any entry stays one.
        given = cells.notna().any(axis=1)
        cells = cells.assign(group=pd.Series(ALL_PLACES, cells.index).where(given).astype("category"))
        findings.notes.append(f"no column of groups: all places are of one group, {ALL_PLACES!r}")
    frame = understand(cells[list(COLUMNS)], findings)
    return Brought(frame, tuple(findings.notes), tuple(findings.doubts))


def rows_with_entries(cells: pd.DataFrame, findings: Findings, of: str) -> pd.DataFrame:
    """Rows with any entry; those passed over are told.

    Parameters
    ----------
    cells : pandas.DataFrame
        As they stand in the file.
    findings : Findings
    of : str
        What there is a row for each of, such as "place and year".

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ParameterError
        If there is no row, or too many.
    """
    if not 0 < len(cells) <= MAXIMUM_ROWS:
        findings.problems.append(
            f"{findings.table} has {len(cells):,} rows. Allowed: 1 to {MAXIMUM_ROWS:,}, one for each {of}."
        )
        findings.refuse()
    empty = cells.isna().all(axis=1)
    if empty.any():
        findings.notes.append(f"{counted(int(empty.sum()), 'row')} without any entry passed over")
    return cells[~empty]


def understand(cells: pd.DataFrame, findings: Findings) -> pd.DataFrame:
    """Cells as labels and numbers, each checked.

    Parameters
    ----------
    cells : pandas.DataFrame
        The five columns as they stand in the file.
    findings : Findings
        Is told everything.

    Returns
    -------
    pandas.DataFrame
        As `Brought.table`.

    Raises
    ------
    ParameterError
        If anything refuses the table.
    """
    cells = rows_with_entries(cells, findings, "place and year")
    frame = pd.DataFrame(
        {
            **{name: clean_labels(cells[name], name, findings) for name in LABELS},
            **{name: read_numbers(cells[name], name, findings, decimals=name == "population") for name in NUMBERS},
        }
    )
    unknown = rows_of_unknown_places(frame)
    _missing_cells(frame, cells, unknown, findings)
    # What is set apart has no population, and every other cell of it counts as in other rows.
    impossible_numbers(frame.assign(population=frame["population"].mask(unknown)), findings, FIRST_YEAR, LAST_YEAR)
    check_groups(frame["group"], findings)
    _repeated_rows(frame, findings)
    findings.refuse()
    _say_rounded(frame["population"], findings)
    frame, apart = set_unknown_apart(frame, unknown, findings)
    whole = {name: frame[name].round().astype(np.int64) for name in NUMBERS}
    frame = frame.assign(**whole, **{name: frame[name].cat.remove_unused_categories() for name in LABELS})
    refuse_named_totals(frame, findings)
    check_twins(frame, findings)
    # Places over years can be judged only where each is there once.
    findings.refuse()
    _say_years(frame, apart, findings)
    check_totals(frame, apart, findings)
    check_units(frame, findings)
    findings.refuse()
    return frame.reset_index(drop=True)


def _missing_cells(frame: pd.DataFrame, cells: pd.DataFrame, unknown: "NDArray[np.bool_]", findings: Findings) -> None:
    """Empty cells; a row without population whose deaths would be lost with it is said with them."""
    for name in COLUMNS:
        rows = frame[name].isna().to_numpy()
        if name == "population":
            rows = rows & ~unknown
        if name in NUMBERS:
            # What could not be read as a number has been said already.
            rows = rows & cells.loc[frame.index, name].isna().to_numpy()
        if not rows.any():
            continue
        deaths = frame.loc[rows, "homicides"].sum()
        lost = f" (they hold {deaths:,.0f} homicides, which would be lost)" if name != "homicides" and deaths else ""
        findings.problems.append(
            f"{findings.table} has no {name} in {findings.where(rows, cells.loc[frame.index, name])}. Fill it "
            f"in, or leave out the rows{lost}: a place may lack a year."
        )


def _say_rounded(population: "pd.Series[float]", findings: Findings) -> None:
    """Estimates of a population have decimals, and persons have none."""
    broken = (population % 1 > 0).to_numpy()
    if broken.any():
        first = float(population[broken].iloc[0])
        findings.notes.append(
            f"population: decimals rounded to whole persons in {counted(int(broken.sum()), 'row')}, such as "
            f"{first:,.10g} → {round(first):,}"
        )


def _say_years(frame: pd.DataFrame, apart: pd.DataFrame, findings: Findings) -> None:
    """Years of which no place has a row, and those of which only rows that are set apart are."""
    years = sorted({int(year) for year in frame["year"]})
    if lacking := sorted(set(range(years[0], years[-1])) - set(years)):
        findings.doubts.append(
            f"{'year' if len(lacking) == 1 else 'years'} of which no place has a row: {spans(lacking)}. What happened "
            "between the years around is not known"
        )
    other = ~apart["year"].isin(years).to_numpy()
    if other.any():
        where = findings.where(other, apart["year"], is_doubt=True)
        findings.doubts.append(f"places that are not known have years that no known place has in {where}")


def _repeated_rows(frame: pd.DataFrame, findings: Findings) -> None:
    keys = frame[["group", "place", "year"]]
    repeated = (keys.duplicated() & keys.notna().all(axis=1)).to_numpy()
    if repeated.any():
        findings.problems.append(
            f"{findings.table} has a place and year more than once in {findings.where(repeated, frame['place'])}. "
            "Allowed: one row for each place and year of a group; where two places of a group share a name, give their "
            "codes as the place."
        )
