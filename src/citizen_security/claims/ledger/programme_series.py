"""What the series of programmes say of a claim: counts before and after, with exact intervals."""

import numpy as np
import pandas as pd

from citizen_security.claims.ledger.about_measures import FALL, HOMICIDE, RISE, gives
from citizen_security.claims.ledger.changes import change_percent, weaker
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import CHANGE, POINTS
from citizen_security.methods.resampling import clustered_ratio
from citizen_security.methods.verdicts.regions import Estimate

# Of a year, and of half of one.
MONTHS, QUARTERS = 12, 2
DRAWS, SEED = 999, 1708
SECTOR = "PLATEROS"
KILLINGS, BOTH = ("homicides", "killings_by_police"), "both"
FILES = "FGJ investigation files"
DEATHS = "inegi_deaths"
UNITS_LEFT_OUT = "Units without a figure in every month are left out."


@gives(CHANGE, HOMICIDE, reach=RISE, years_of="mexico_city_sector_month", interval="confidence")
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


@gives(POINTS, HOMICIDE, years_of="ecuador_province_month", interval="confidence")
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
    there = tables["world_homicide"].query("iso3 == @other").dropna(subset=["homicide_count", "population"])
    those = there.set_index("year")
    if missing := [year for year in (other_first, other_last) if year not in those.index]:
        raise ValueError(f"{other} has no count of homicides in {missing[0]}")
    counts = [
        (float(those["homicide_count"][year]), float(those["population"][year])) for year in (other_first, other_last)
    ]
    fall = change_percent(*counts[0], *counts[1], level)
    return Estimate(-fall.value - own.value, -fall.high - own.high, -fall.low - own.low, own.n + fall.n)


@gives(CHANGE, HOMICIDE, reach=FALL, years_of="morelia_year", interval="confidence", smaller=True)
def morelia_down_state_up(
    tables: Tables, level: float, *, first: int, last: int, series: str = "inegi_deaths", whole: bool = True
) -> Estimate:
    """The smaller of the fall in Morelia and the rise in its state, in %.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `morelia_year`.
    level : float
    first, last : int
    series : str
        Of Morelia; the state is counted by deaths.
    whole : bool
        Whether Morelia counts in the state's rise.

    Returns
    -------
    Estimate
        Positive only if both happened.
    """
    rise = _morelia_change(tables, level, first, last, series)
    state = rest = _morelia(tables, DEATHS, "Michoacán without Morelia", first, last)
    if whole:
        state = [sum(both) for both in zip(rest, _morelia(tables, DEATHS, "Morelia", first, last), strict=True)]
    found = weaker(_turned(rise), change_percent(state[0], 1.0, state[1], 1.0, level))
    # Morelia's homicides are in both changes and counted once.
    return Estimate(found.value, found.low, found.high, rise.n + int(sum(rest)))


@gives(CHANGE, HOMICIDE, reach=FALL, years_of="morelia_year", interval="confidence", smaller=True)
def morelia_fall_then_rise(
    tables: Tables, level: float, *, first: int, turn: int, last: int, series: str = "inegi_deaths"
) -> Estimate:
    """The smaller of the fall in Morelia and the rise after it, in %: positive only if both happened.

    Parameters
    ----------
    tables, level, series
        As `morelia_down_state_up`.
    first, turn, last : int
        Years of the three levels.

    Returns
    -------
    Estimate
    """
    before, after = (_morelia_change(tables, level, *years, series) for years in ((first, turn), (turn, last)))
    found = weaker(_turned(before), after)
    # The homicides of the turn are in both changes and counted once.
    homicides = sum(_morelia(tables, series, "Morelia", first, turn, last))
    return Estimate(found.value, found.low, found.high, int(homicides))


@gives(CHANGE, HOMICIDE, reach=RISE, years_of="mexico_municipality_quarter", interval="confidence")
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
    counts = []
    for when, part in ((before_year, before_half), (year, half)):
        those = rows[(rows["year"] == when) & ((rows["quarter"] + 1) // 2 == part)].dropna(subset=["homicides"])
        if those["quarter"].nunique() < QUARTERS:
            raise ValueError(f"city {city_code} has no figure for a quarter of half-year {part} of {when}")
        counts.append(float(those["homicides"].sum()))
    return change_percent(counts[0], 1.0, counts[1], 1.0, level)


@gives(
    CHANGE,
    ("pacification unit", "pacification units"),
    reach=FALL,
    direction="fall",
    missing=UNITS_LEFT_OUT,
    interval="confidence",
    smaller=lambda arguments: arguments.get("measure") == BOTH,
)
def pacification_fall(tables: Tables, level: float, *, measure: str = "homicides", years: int = 2) -> Estimate:
    """Fall of a measure in Rio's pacification units from the years before to those after, in %; of both, the smaller.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `rio_pacification_month`.
    level : float
        Of the interval from units drawn again.
    measure : {"homicides", "killings_by_police", "both"}
    years : int
        Years on both sides of the installation, whose own month is left out; units with fewer are left out.

    Returns
    -------
    Estimate
    """
    if measure == BOTH:
        falls = [pacification_fall(tables, level, measure=it, years=years) for it in KILLINGS]
        found = weaker(*falls)
        return Estimate(found.value, found.low, found.high, min(it.n for it in falls))
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
    months = last_month - first_month + 1
    counts = [_sum(rows, year, year, months) for year in (first, last)]
    changed = change_percent(counts[0], 1.0, counts[1], 1.0, level)
    return Estimate(-changed.value, -changed.high, -changed.low, changed.n)


def _sum(rows: pd.DataFrame, first: int, last: int, months: int = MONTHS) -> float:
    """Homicides of years of which every month is there: a month without a row is no month without a homicide."""
    those = rows[rows["year"].between(first, last)].dropna(subset=["homicides"])
    complete = those.groupby("year")["month"].nunique() == months
    if missing := [year for year in range(first, last + 1) if not complete.get(year, False)]:
        raise ValueError(f"a month of {missing[0]} has no figure")
    return float(those["homicides"].sum())


def _morelia_change(tables: Tables, level: float, first: int, last: int, series: str) -> Estimate:
    """Change of homicides in Morelia, in %."""
    before, after = _morelia(tables, series, "Morelia", first, last)
    return change_percent(before, 1.0, after, 1.0, level)


def _morelia(tables: Tables, series: str, place: str, *years: int) -> list[float]:
    rows = tables["morelia_year"].query("series == @series and place == @place").dropna(subset=["homicides"])
    counts = dict(zip(rows["year"], rows["homicides"], strict=True))
    if missing := [year for year in years if year not in counts]:
        raise ValueError(f"series {series} has no figure of {place} in {missing[0]}")
    return [float(counts[year]) for year in years]


def _turned(change: Estimate) -> Estimate:
    """A rise told as a fall."""
    return Estimate(-change.value, -change.high, -change.low, change.n)
