"""Raw changes before and after the start of four programmes, from their own series, and beside other places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.claimed_and_evaluated.announced_changes import before_after, relative_change
from citizen_security.methods.resampling import drawn_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def programme_changes(
    tables: Mapping[str, pd.DataFrame], *, months: int, level: float, resamples: int, seed: int
) -> pd.DataFrame:
    """Raw change of each programme, and its change relative to other places where the table has them.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        mexico_city_sector_month, morelia_year, ecuador_province_month, rio_pacification_month.
    months : int
        Length of the windows of monthly series that have a date of their own.
    level : float
    resamples : int
        Resamples of pacification units.
    seed : int

    Returns
    -------
    pandas.DataFrame
        programme, place, counted, windows, before, after, change, lower, upper (percent), others, relative_change,
        relative_lower, relative_upper (percent; nan where there are no others), note.

    Notes
    -----
    Intervals suppose Poisson counts, which is too little variation; those of Rio resample the units.
    """
    annual = [
        plateros(tables["mexico_city_sector_month"]),
        *morelia(tables["morelia_year"]),
        ecuador(tables["ecuador_province_month"], months),
    ]
    rows = [_row(series, level) for series in annual]
    return pd.DataFrame([*rows, *rio(tables["rio_pacification_month"], months, level, resamples, seed)])


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
    total = provinces.groupby(_month_number(provinces["year"], provinces["month"]))["homicides"].sum()
    start = ECUADOR_START[0] * MONTHS_A_YEAR + ECUADOR_START[1] - 1
    length = min(months, int(total.index.max()) - start + 1)
    before = int(total.loc[start - length : start - 1].sum())
    after = int(total.loc[start : start + length - 1].sum())
    note = "announced in the month of a wave of killings; the whole country, so nothing to compare with"
    windows = f"{length} months"
    return Series("Internal armed conflict", "Ecuador", "homicides", windows, (before, after), "", (0, 0), note)


def rio(units: pd.DataFrame, months: int, level: float, resamples: int, seed: int) -> list[dict[str, object]]:
    """Pacification units: each before and after its installation, beside units that came later.

    Parameters
    ----------
    units : pandas.DataFrame
        Table `rio_pacification_month`.
    months : int
        Window on both sides of the month of installation, which belongs to neither.
    level : float
    resamples : int
    seed : int

    Returns
    -------
    list of dict
        One row, or none if no unit has both windows.
    """
    counts = rio_windows(units, months)
    if not len(counts):
        return []
    together = counts[:, :2].sum(axis=0)
    compared = counts[np.isfinite(counts).all(axis=1)]
    rng = np.random.default_rng(seed)
    raw = _resampled_changes(counts[:, :2], resamples, rng, level)
    relative = _resampled_changes(compared, resamples, rng, level) if len(compared) > 1 else _unknown()
    return [
        {
            "programme": "Pacification units",
            "place": f"Rio de Janeiro ({len(counts)} units)",
            "counted": "homicides",
            "windows": f"{months} months",
            "before": int(together[0]),
            "after": int(together[1]),
            **raw,
            "others": f"units installed later ({len(compared)} units have some)" if len(compared) > 1 else "",
            **{f"relative_{name}": value for name, value in relative.items()},
            "note": "installed in an order that the state chose, while homicide fell in the whole city",
        }
    ]


def rio_windows(units: pd.DataFrame, months: int) -> "NDArray[np.float64]":
    """Homicides of each unit before and after its installation, and those of units installed later.

    Parameters
    ----------
    units : pandas.DataFrame
    months : int

    Returns
    -------
    numpy.ndarray, shape (n_units, 4)
        Before, after, and the mean before and after, in the same months, of units that were installed after the end of
        the window (nan if there are none). Units without both windows in the table are left out.
    """
    wide = units.assign(number=_month_number(units["year"], units["month"])).pivot(
        index="pacification_unit", columns="number", values="homicides"
    )
    dates = units.groupby("pacification_unit")["installed_on"].first()
    installed = _month_number(dates.dt.year, dates.dt.month)
    first, last = int(wide.columns[0]), int(wide.columns[-1])
    rows = []
    for unit in installed.index:
        start = int(installed[unit])
        before, after = range(start - months, start), range(start + 1, start + months + 1)
        if before[0] < first or after[-1] > last:
            continue
        later = wide[installed > after[-1]]
        sums = [wide[list(window)].sum(axis=1) for window in (before, after)]
        others = [later[list(window)].sum(axis=1).mean() if len(later) else np.nan for window in (before, after)]
        rows.append([*(own[unit] for own in sums), *others])
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _resampled_changes(
    counts: "NDArray[np.float64]", resamples: int, rng: np.random.Generator, level: float
) -> dict[str, float]:
    """Change of sums over units, relative to the others where columns of others are given, with an interval."""
    drawn = counts[drawn_positions(len(counts), resamples, rng)].sum(axis=1)
    changes = _changes(drawn)
    lower, upper = np.nanquantile(changes, ((1 - level) / 2, (1 + level) / 2))
    return {"change": float(_changes(counts.sum(axis=0)[None])[0]), "lower": float(lower), "upper": float(upper)}


def _changes(sums: "NDArray[np.float64]") -> "NDArray[np.float64]":
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = sums[:, 1] / sums[:, 0]
        if sums.shape[1] > 2:
            ratio = ratio * sums[:, 2] / sums[:, 3]
    changes: NDArray[np.float64] = 100 * (ratio - 1)
    return changes


def _row(series: Series, level: float) -> dict[str, object]:
    before, after = series.counts
    raw = before_after(before, after, 1, 1, level=level)
    compared = (*series.counts, *series.other_counts)
    relative = relative_change(compared, level=level) if series.others else _unknown()
    words = {name: getattr(series, name) for name in ("programme", "place", "counted", "windows")}
    beside = {"others": series.others, **{f"relative_{name}": value for name, value in relative.items()}}
    return {**words, "before": before, "after": after, **raw, **beside, "note": series.note}


def _of_years(rows: pd.DataFrame, years: tuple[int, int]) -> tuple[int, int]:
    """Homicides in each of two years."""
    first, second = (int(rows.loc[rows["year"] == year, "homicides"].sum()) for year in years)
    return first, second


def _two(years: tuple[int, int]) -> str:
    return f"{years[0]}, {years[1]}"


def _unknown() -> dict[str, float]:
    return dict.fromkeys(("change", "lower", "upper"), float("nan"))


def _is_highest(rows: pd.DataFrame, year: int) -> bool:
    return bool(rows.groupby("year")["homicides"].sum().idxmax() == year)


def _month_number(year: "pd.Series[int]", month: "pd.Series[int]") -> "pd.Series[int]":
    return year * MONTHS_A_YEAR + month - 1
