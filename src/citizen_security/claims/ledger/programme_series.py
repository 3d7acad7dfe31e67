"""What the series of programmes say of a claim: counts before and after, with exact intervals."""

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.changes import change_percent, weaker
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.methods.resampling import clustered_ratio
from citizen_security.methods.verdicts.regions import Estimate

MONTHS = 12
DRAWS, SEED = 999, 1708
SECTOR = "PLATEROS"
FILES = "FGJ investigation files"


def sector_change(
    tables: Tables, level: float, *, first: int, last: int, years: int = 1, beside_others: bool = False
) -> Estimate:
    """Change of homicides in the police sector of Plateros, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `mexico_city_sector_month`; investigation files only, since the other source counts otherwise.
    level : float
    first, last : int
        First year of the window before and last year of the one after.
    years : int
        Length of both windows.
    beside_others : bool
        Whether the change is taken relative to all other sectors.

    Returns
    -------
    Estimate
        The other sectors together are taken for certain.
    """
    rows = tables["mexico_city_sector_month"].query("source == @FILES")
    own, others = rows[rows["sector"] == SECTOR], rows[rows["sector"] != SECTOR]
    windows = [(first, first + years - 1), (last - years + 1, last)]
    before, after = (_sum(own, *window) for window in windows)
    exposures = [_sum(others, *window) for window in windows] if beside_others else [1.0, 1.0]
    return change_percent(before, exposures[0], after, exposures[1], level)


def fall_short(
    tables: Tables,
    level: float,
    *,
    first: int,
    last: int,
    first_month: int,
    last_month: int,
    other: str,
    other_first: int,
    other_last: int,
) -> Estimate:
    """By how many percentage points Ecuador's fall was smaller than another country's.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `ecuador_province_month` and `world_homicide`.
    level : float
    first, last, first_month, last_month : int
        Ecuador's years, and the months that are compared.
    other : str
        ISO code.
    other_first, other_last : int

    Returns
    -------
    Estimate
    """
    own = _province_fall(tables, level, first=first, last=last, first_month=first_month, last_month=last_month)
    there = tables["world_homicide"].query("iso3 == @other").set_index("year")
    counts = [
        (float(there["homicide_count"][year]), float(there["population"][year])) for year in (other_first, other_last)
    ]
    fall = change_percent(*counts[0], *counts[1], level)
    return Estimate(-fall.value - own.value, -fall.high - own.high, -fall.low - own.low, own.n + fall.n)


def morelia_down_state_up(
    tables: Tables, level: float, *, first: int, last: int, series: str = "inegi_deaths"
) -> Estimate:
    """The smaller of the fall in Morelia and the rise elsewhere in the state, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `morelia_year`.
    level : float
    first, last : int
    series : str
        Of Morelia; the rest of the state is counted by deaths.

    Returns
    -------
    Estimate
        Positive only if both happened.
    """
    fall = morelia_change(tables, level, first=first, last=last, series=series)
    rest = _morelia(tables, "inegi_deaths", "Michoacán without Morelia")
    rise = change_percent(rest[first], 1.0, rest[last], 1.0, level)
    return weaker(Estimate(-fall.value, -fall.high, -fall.low, fall.n), rise)


def morelia_change(tables: Tables, level: float, *, first: int, last: int, series: str = "inegi_deaths") -> Estimate:
    """Change of homicides in Morelia, in %; parameters as `morelia_down_state_up`."""
    counts = _morelia(tables, series, "Morelia")
    return change_percent(counts[first], 1.0, counts[last], 1.0, level)


def half_year_change(
    tables: Tables, level: float, *, city_code: str, year: int, half: int, before_year: int, before_half: int
) -> Estimate:
    """Change of a city's homicides between two half-years, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `mexico_municipality_quarter`.
    level : float
    city_code : str
    year, half, before_year, before_half : int
        The half-year that is looked at and the one that it is compared with.

    Returns
    -------
    Estimate
    """
    rows = tables["mexico_municipality_quarter"].query("city_code == @city_code")
    counts = [
        float(rows[(rows["year"] == when) & ((rows["quarter"] + 1) // 2 == part)]["homicides"].sum())
        for when, part in ((before_year, before_half), (year, half))
    ]
    return change_percent(counts[0], 1.0, counts[1], 1.0, level)


def pacification_fall(tables: Tables, level: float, *, measure: str = "homicides", years: int = 2) -> Estimate:
    """Fall of a measure in Rio's pacification units from the years before to those after, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `rio_pacification_month`.
    level : float
        Of the interval from units drawn again.
    measure : {"homicides", "killings_by_police"}
    years : int
        Years on both sides of the installation, whose own month is left out; units with fewer are left out.

    Returns
    -------
    Estimate
    """
    rows = tables["rio_pacification_month"].dropna(subset=["installed_on"])
    start = pd.to_datetime(rows["installed_on"])
    distance = MONTHS * (rows["year"] - start.dt.year) + rows["month"] - start.dt.month
    rows = rows.assign(distance=distance)
    span = years * MONTHS
    rows = rows[(rows["distance"].abs() <= span) & (rows["distance"] != 0)].dropna(subset=[measure])
    complete = rows.groupby("pacification_unit")["distance"].transform("size") == 2 * span
    rows = rows[complete]
    after, before = (
        rows[measure].where(side, 0).to_numpy(dtype=np.float64) for side in (rows["distance"] > 0, rows["distance"] < 0)
    )
    ratio, low, high = clustered_ratio(after, before, rows["pacification_unit"].to_numpy(), level, DRAWS, SEED)
    units = int(rows["pacification_unit"].nunique())
    return Estimate(100 * (1 - ratio), 100 * (1 - max(high, ratio)), 100 * (1 - min(low, ratio)), units)


def _province_fall(
    tables: Tables, level: float, *, first: int, last: int, first_month: int, last_month: int
) -> Estimate:
    """Fall of Ecuador's homicides between the same months of two years, in %."""
    rows = tables["ecuador_province_month"].query("@first_month <= month <= @last_month")
    changed = change_percent(_sum(rows, first, first), 1.0, _sum(rows, last, last), 1.0, level)
    return Estimate(-changed.value, -changed.high, -changed.low, changed.n)


def _sum(rows: pd.DataFrame, first: int, last: int) -> float:
    return float(rows[rows["year"].between(first, last)]["homicides"].sum())


def _morelia(tables: Tables, series: str, place: str) -> "pd.Series[float]":
    rows = tables["morelia_year"].query("series == @series and place == @place")
    counts: pd.Series[float] = rows.set_index("year")["homicides"].astype("float64")
    return counts
