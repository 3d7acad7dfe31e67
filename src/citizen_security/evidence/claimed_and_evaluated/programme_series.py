"""Raw changes before and after the start of four programmes, from their own series, and beside other places."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    pass

# What each series is cut by: the years that the claim or the note on the series compares, and the date of the decree
# that declared an internal armed conflict in Ecuador (9 January 2024).
PLATEROS_YEARS = (2019, 2023)
MORELIA_YEARS = (2015, 2016)
ECUADOR_START = (2024, 1)
PLATEROS_SOURCE = "FGJ investigation files"
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Series:
    """Counts of one programme in two windows of equal length.

    Attributes
    ----------
    programme, place, counted, windows : str
    counts : tuple of int
        Before and after.
    others : str
        What it is compared with; empty if the table has nothing.
    other_counts : tuple of int
        Before and after.
    note : str
        What stands against reading the change as an effect.
    """

    programme: str
    place: str
    counted: str
    windows: str
    counts: tuple[int, int]
    others: str
    other_counts: tuple[int, int]
    note: str


def plateros(sectors: pd.DataFrame) -> Series:
    """Alto al Fuego: the police sector of Plateros beside all other sectors of Mexico City.

    Parameters
    ----------
    sectors : pandas.DataFrame
        Table `mexico_city_sector_month`.

    Returns
    -------
    Series
    """
    files = sectors[sectors["source"] == PLATEROS_SOURCE]
    here = files["sector"] == "PLATEROS"
    note = "the years are those of the announcement"
    if _is_highest(files[here], PLATEROS_YEARS[0]):
        note += "; the first was the sector's highest in this series"
    return Series(
        "Alto al Fuego",
        "Plateros",
        "files",
        _two(PLATEROS_YEARS),
        _of_years(files[here], PLATEROS_YEARS),
        "other sectors of Mexico City",
        _of_years(files[~here], PLATEROS_YEARS),
        note,
    )


def morelia(years: pd.DataFrame) -> list[Series]:
    """Police reform in Morelia: deaths beside the rest of Michoacán, and police files, which tell another story.

    Parameters
    ----------
    years : pandas.DataFrame
        Table `morelia_year`.

    Returns
    -------
    list of Series
    """
    deaths = years[years["series"] == "inegi_deaths"]
    files = years[(years["series"] == "snsp_files_old_method") & (years["place"] == "Morelia")]
    here = deaths["place"] == "Morelia"
    words, rest = ("Police reform", "Morelia"), "rest of Michoacán"
    counts, others = _of_years(deaths[here], MORELIA_YEARS), _of_years(deaths[~here], MORELIA_YEARS)
    counted = _of_years(files, MORELIA_YEARS)
    span = _two(MORELIA_YEARS)
    return [
        Series(*words, "deaths", span, counts, rest, others, "one year on either side"),
        Series(*words, "police files", span, counted, "", (0, 0), "the same years, counted by another office"),
    ]


def ecuador(provinces: pd.DataFrame, months: int) -> Series:
    """Internal armed conflict declared in Ecuador: the country before and after January 2024.

    Parameters
    ----------
    provinces : pandas.DataFrame
        Table `ecuador_province_month`.
    months : int
        Cut to the months that the table has after the start.

    Returns
    -------
    Series
    """
    total = provinces.groupby(month_number(provinces["year"], provinces["month"]))["homicides"].sum()
    start = ECUADOR_START[0] * MONTHS_A_YEAR + ECUADOR_START[1] - 1
    length = min(months, int(total.index.max()) - start + 1)
    before = int(total.loc[start - length : start - 1].sum())
    after = int(total.loc[start : start + length - 1].sum())
    note = "announced in the month of a wave of killings; the whole country, so nothing to compare with"
    windows = f"{length} months"
    return Series("Internal armed conflict", "Ecuador", "homicides", windows, (before, after), "", (0, 0), note)


def _of_years(rows: pd.DataFrame, years: tuple[int, int]) -> tuple[int, int]:
    """Homicides in each of two years."""
    first, second = (int(rows.loc[rows["year"] == year, "homicides"].sum()) for year in years)
    return first, second


def _two(years: tuple[int, int]) -> str:
    return f"{years[0]}, {years[1]}"


def _is_highest(rows: pd.DataFrame, year: int) -> bool:
    return bool(rows.groupby("year")["homicides"].sum().idxmax() == year)


def month_number(year: "pd.Series[int]", month: "pd.Series[int]") -> "pd.Series[int]":
    """Months since the year 0, so that windows are plain differences.

    Parameters
    ----------
    year, month : pandas.Series of int
        Month from 1 to 12.

    Returns
    -------
    pandas.Series of int
    """
    return year * MONTHS_A_YEAR + month - 1
