"""Investigation files by police sector and month: one source, the evaluated sector first."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats, Integers
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence, as_month
from citizen_security.programmes.parameters import MONTHS_A_YEAR, month_number

# The two sources count different things in the months that both have: no series holds both.
FILES, POINTS = "FGJ investigation files", "SSP freedom-of-information points"

MONTHS_A_QUARTER = 3

# A median of fewer sectors, or a rank among them, says nothing.
LEAST_SECTORS = 5


@dataclass(frozen=True)
class SectorPanel:
    """Counts of sectors over consecutive periods.

    Attributes
    ----------
    sectors : tuple of str
        The evaluated one first, then those that it is compared with.
    months : numpy.ndarray of int, shape (periods,)
        First month of each period, from the year 0.
    counts : numpy.ndarray, shape (sectors, periods)
    rest : numpy.ndarray, shape (periods,)
        Files of all sectors but the evaluated one, small ones too.
    before : int
        Periods before the start.
    """

    sectors: tuple[str, ...]
    months: Integers
    counts: Floats
    rest: Floats
    before: int

    def quarters(self) -> "SectorPanel":
        """Periods of three months, counted from the start on in both directions; what fills no quarter is left out."""
        skipped = self.before % MONTHS_A_QUARTER
        whole = (len(self.months) - skipped) // MONTHS_A_QUARTER
        kept = slice(skipped, skipped + whole * MONTHS_A_QUARTER)
        shape = (whole, MONTHS_A_QUARTER)
        return SectorPanel(
            self.sectors,
            self.months[kept][::MONTHS_A_QUARTER],
            self.counts[:, kept].reshape(-1, *shape).sum(axis=2),
            self.rest[kept].reshape(shape).sum(axis=1),
            self.before // MONTHS_A_QUARTER,
        )


def sector_panel(table: pd.DataFrame, parameters: FocusedDeterrence, start: str | None = None) -> SectorPanel:
    """Files of the evaluated sector and of those with enough of them before the start.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    parameters : FocusedDeterrence
    start : str, optional
        In place of the parameters' own.

    Returns
    -------
    SectorPanel
    """
    first, last = month_number(parameters.first), month_number(parameters.last)
    wide = files(table).loc[:, first:last]
    others = wide.drop(index=parameters.sector)
    before = month_number(start or parameters.start) - first
    total = others.iloc[:, :before].sum(axis=1)
    enough = (total >= parameters.least_homicides * before / MONTHS_A_YEAR) & (total > 0)
    kept = pd.concat([wide.loc[[parameters.sector]], others[enough]])
    return SectorPanel(
        tuple(str(name) for name in kept.index),
        kept.columns.to_numpy(dtype=np.int64),
        kept.to_numpy(float),
        others.sum().to_numpy(float),
        before,
    )


def files(table: pd.DataFrame, source: str = FILES) -> pd.DataFrame:
    """Counts of one source: a row for each sector, a column for each month since the year 0.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    source : str

    Returns
    -------
    pandas.DataFrame
    """
    rows = table[table["source"] == source]
    month = MONTHS_A_YEAR * rows["year"] + rows["month"] - 1
    return rows.assign(number=month).pivot(index="sector", columns="number", values="homicides").sort_index(axis=1)


def problems(table: pd.DataFrame, parameters: FocusedDeterrence) -> Iterator[str]:
    """What of the parameters the table cannot serve.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    parameters : FocusedDeterrence

    Yields
    ------
    str
    """
    wide = files(table)
    for name in ("first", "last"):
        month = getattr(parameters, name)
        if month_number(month) not in wide.columns:
            yield (
                f"{name} = {month} is no month of the {FILES}. Give one from {as_month(int(wide.columns[0]))} to "
                f"{as_month(int(wide.columns[-1]))}; the other source counts something else and is never joined."
            )
    if parameters.sector not in wide.index:
        yield f"sector = {parameters.sector} is no police sector of the table. Give one of {', '.join(wide.index)}."
        return
    starts = dict.fromkeys([parameters.start, *parameters.starts])
    numbers = {start: len(sector_panel(table, parameters, start).sectors) - 1 for start in starts}
    few = [start for start, number in numbers.items() if number < LEAST_SECTORS]
    if few:
        yield (
            f"least_homicides = {parameters.least_homicides:g} leaves as few as {min(numbers.values())} other sectors "
            f"before {', '.join(few)}. Allowed: at least {LEAST_SECTORS}; give a lower one."
        )
