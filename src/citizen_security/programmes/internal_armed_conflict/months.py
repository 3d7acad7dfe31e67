"""Homicides by month, of the nation and of its provinces, with the months that have none."""

import pandas as pd

from citizen_security.programmes.internal_armed_conflict.parameters import YEAR, InternalArmedConflict

# Homicides that the publisher could place in no province count for the nation alone.
NO_PROVINCE = "Zona no delimitada"


def by_province(table: pd.DataFrame) -> pd.DataFrame:
    """Homicides by month and province, zero where the table has no row.

    Parameters
    ----------
    table : pandas.DataFrame
        `ecuador_province_month`.

    Returns
    -------
    pandas.DataFrame
        One row a month (index: first day), one column a province.
    """
    wide = _wide(table)
    return wide.drop(columns=NO_PROVINCE, errors="ignore")


def nation(table: pd.DataFrame) -> pd.DataFrame:
    """Homicides of the nation by month.

    Parameters
    ----------
    table : pandas.DataFrame
        `ecuador_province_month`.

    Returns
    -------
    pandas.DataFrame
        date (first day), year, month, homicides, days, a_day (homicides).
    """
    total = _wide(table).sum(axis=1)
    calendar = pd.DatetimeIndex(total.index)
    rows = pd.DataFrame(
        {
            "date": calendar,
            "year": calendar.year,
            "month": calendar.month,
            "homicides": total.to_numpy(int),
            "days": calendar.days_in_month,
        }
    )
    return rows.assign(a_day=rows["homicides"] / rows["days"])


def window(calendar: pd.DatetimeIndex, year: int, parameters: InternalArmedConflict) -> "pd.Series[bool]":
    """Months of a year that have the places of those that count as after.

    Parameters
    ----------
    calendar : pandas.DatetimeIndex
    year : int
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.Series of bool
        By date.
    """
    months = pd.Series(calendar.month, index=calendar)
    return (months >= parameters.first_month) & (months <= parameters.last_month) & (calendar.year == year)


def start(parameters: InternalArmedConflict) -> pd.Timestamp:
    """The first day of the first month that counts as after."""
    return pd.Timestamp(YEAR, parameters.first_month, 1)


def upto(rows: pd.DataFrame, first: int, parameters: InternalArmedConflict) -> tuple[pd.DataFrame, int]:
    """Months from the first of a year to the last that is compared, and how many came before the start.

    Parameters
    ----------
    rows : pandas.DataFrame
        With a column date.
    first : int
        Year.
    parameters : InternalArmedConflict

    Returns
    -------
    rows : pandas.DataFrame
    before : int
    """
    last = pd.Timestamp(YEAR, parameters.last_month, 1)
    seen = rows[(rows["date"] >= pd.Timestamp(first, 1, 1)) & (rows["date"] <= last)].reset_index(drop=True)
    return seen, int((seen["date"] < start(parameters)).sum())


def _wide(table: pd.DataFrame) -> pd.DataFrame:
    dates = pd.to_datetime({"year": table["year"], "month": table["month"], "day": 1})
    wide = table.assign(date=dates).pivot(index="date", columns="province", values="homicides")
    months = pd.date_range(wide.index.min(), wide.index.max(), freq="MS")
    return wide.reindex(months).fillna(0).astype(int)
