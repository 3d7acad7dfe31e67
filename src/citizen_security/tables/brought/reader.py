"""A table of counts by place and year that somebody brings: read, normalised, checked, with what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from citizen_security.tables.brought.files import MAXIMUM_ROWS, read_cells
from citizen_security.tables.brought.findings import Findings, counted
from citizen_security.tables.brought.labels import check_groups, check_twins, clean_labels
from citizen_security.tables.brought.numbers import read_numbers
from citizen_security.tables.brought.totals import check_totals, refuse_named_totals
from citizen_security.tables.brought.units import check_units, impossible_numbers, set_unknown_apart

LABELS, NUMBERS = ("place", "group"), ("year", "homicides", "population")
COLUMNS = (*LABELS, *NUMBERS)

FIRST_YEAR, LAST_YEAR = 1800, 2100


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
        For `place`, `group`, `year`, `homicides` and `population`, the column of the file. Others are not read.

    Returns
    -------
    Brought

    Raises
    ------
    ParameterError
        With one sentence for each problem: what was found, in which rows, and what to do.
    """
    findings = Findings(path.name)
    cells = read_cells(path, {role: columns[role] for role in COLUMNS}, LABELS, findings)
    frame = understand(cells, findings)
    return Brought(frame, tuple(findings.notes), tuple(findings.doubts))


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
    if not 0 < len(cells) <= MAXIMUM_ROWS:
        findings.problems.append(
            f"{findings.table} has {len(cells):,} rows. Allowed: 1 to {MAXIMUM_ROWS:,}, one for each place and year."
        )
        findings.refuse()
    empty = cells.isna().all(axis=1)
    if empty.any():
        findings.notes.append(f"{counted(int(empty.sum()), 'row')} without any entry passed over")
        cells = cells[~empty]
    frame = pd.DataFrame(
        {
            **{name: clean_labels(cells[name], name, findings) for name in LABELS},
            **{name: read_numbers(cells[name], name, findings, decimals=name == "population") for name in NUMBERS},
        }
    )
    frame, apart = set_unknown_apart(frame, findings)
    _missing_cells(frame, cells, findings)
    impossible_numbers(frame, findings, FIRST_YEAR, LAST_YEAR)
    check_groups(frame["group"], findings)
    findings.refuse()
    whole = {name: frame[name].round().astype(np.int64) for name in NUMBERS}
    frame = frame.assign(**whole, **{name: frame[name].cat.remove_unused_categories() for name in LABELS})
    refuse_named_totals(frame, findings)
    check_twins(frame, findings)
    _repeated_rows(frame, findings)
    # Places over years can be judged only where each is there once.
    findings.refuse()
    check_totals(frame, apart, findings)
    check_units(frame, findings)
    findings.refuse()
    return frame.reset_index(drop=True)


def _missing_cells(frame: pd.DataFrame, cells: pd.DataFrame, findings: Findings) -> None:
    """Empty cells; a row without population whose deaths would be lost with it is said with them."""
    for name in COLUMNS:
        rows = frame[name].isna().to_numpy()
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


def _repeated_rows(frame: pd.DataFrame, findings: Findings) -> None:
    repeated = frame[["group", "place", "year"]].duplicated().to_numpy()
    if repeated.any():
        findings.problems.append(
            f"{findings.table} has a place and year more than once in {findings.where(repeated, frame['place'])}. "
            "Allowed: one row for each place and year of a group; where two places of a group share a name, give their "
            "codes as the place."
        )
