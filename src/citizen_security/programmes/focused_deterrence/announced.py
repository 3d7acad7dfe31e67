"""The announced fall beside that of the files of the same years, and beside the other sectors'."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.randomisation import placebo_rank
from citizen_security.methods.rates import ratio_interval
from citizen_security.programmes.focused_deterrence.parameters import FocusedDeterrence, as_month
from citizen_security.programmes.focused_deterrence.sector_panel import FILES, POINTS, files
from citizen_security.programmes.parameters import MONTHS_A_YEAR

PROGRAMME, CLAIM = "alto_al_fuego", "Alto al Fuego"

# Added to counts before a ratio is taken, so that a sector without files has one.
HALF = 0.5


def announced(programmes: pd.DataFrame, claims: pd.DataFrame) -> dict[str, float]:
    """What was announced, and the years of the pilot that it is of.

    Parameters
    ----------
    programmes : pandas.DataFrame
        `programmes`.
    claims : pandas.DataFrame
        `claimed_and_evaluated`.

    Returns
    -------
    dict of str to float
        change (percent), first, last (years).
    """
    row = programmes[programmes["programme_id"] == PROGRAMME].iloc[0]
    claim = claims[claims["programme"] == CLAIM].iloc[0]
    return {
        "change": float(claim["claimed_change_percent_low"]),
        "first": float(row["start_year"]),
        "last": float(row["end_year"]),
    }


def years_of(claim: Mapping[str, float]) -> tuple[int, int]:
    """First and last year of what was announced.

    Parameters
    ----------
    claim : mapping
        From `announced`.

    Returns
    -------
    tuple of int
    """
    return int(claim["first"]), int(claim["last"])


def year_changes(table: pd.DataFrame, years: tuple[int, int], parameters: FocusedDeterrence) -> pd.DataFrame:
    """Change of each sector between two years.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    years : tuple of int
    parameters : FocusedDeterrence

    Returns
    -------
    pandas.DataFrame
        One row for each sector with enough files in the first year, and for the evaluated one, by change: sector, own
        (whether it is the evaluated one), before, after, change (percent, of counts and a half), place (rank from the
        deepest fall).
    """
    first, last = (_year(table, year) for year in years)
    kept = first.index[(first >= parameters.least_homicides) | (first.index == parameters.sector)]
    rows = pd.DataFrame({"sector": kept, "before": first[kept].to_numpy(), "after": last[kept].to_numpy()})
    rows["own"] = rows["sector"] == parameters.sector
    rows["change"] = 100 * ((rows["after"] + HALF) / (rows["before"] + HALF) - 1)
    rows = rows.sort_values("change", ignore_index=True)
    return rows.assign(place=np.arange(1, len(rows) + 1))


def beside_others(table: pd.DataFrame, years: tuple[int, int], parameters: FocusedDeterrence) -> dict[str, float]:
    """The evaluated sector and all others between two years, with exact intervals.

    Parameters
    ----------
    table, years, parameters
        As for `year_changes`.

    Returns
    -------
    dict of str to float
        before, after; change, lower, upper (percent); rest_change, rest_lower, rest_upper; relative, relative_lower,
        relative_upper: the sector's change beside theirs; least_fall (percent): the smallest fall beside theirs whose
        interval would leave out zero, nan if none would; rank, units, p_value and floor among sectors with enough
        files, one-sided for a fall.
    """
    first, last = (_year(table, year) for year in years)
    own = float(first[parameters.sector]), float(last[parameters.sector])
    rest = float(first.sum() - own[0]), float(last.sum() - own[1])
    level = parameters.confidence_level
    found = {"before": own[0], "after": own[1]}
    pairs = {"": (*own, 1.0, 1.0), "rest_": (*rest, 1.0, 1.0), "relative_": (*own, *rest)}
    for prefix, numbers in pairs.items():
        middle = (numbers[1] / numbers[3]) / (numbers[0] / numbers[2]) if numbers[0] else np.inf
        ends = middle, *ratio_interval(*numbers, level)
        names = ("relative" if prefix == "relative_" else f"{prefix}change", f"{prefix}lower", f"{prefix}upper")
        found |= {name: float(100 * (end - 1)) for name, end in zip(names, ends, strict=True)}
    found["least_fall"] = least_fall(own[0], rest, level)
    rows = year_changes(table, years, parameters)
    mine = float(rows.loc[rows["own"], "change"].iloc[0])
    rank = placebo_rank(mine, rows.loc[~rows["own"], "change"], alternative="less")
    return found | {"rank": float(rank.rank), "units": float(rank.units), "p_value": rank.p_value, "floor": rank.floor}


def least_fall(before: float, rest: tuple[float, float], level: float) -> float:
    """The smallest fall beside others whose exact interval leaves out zero, given the counts before.

    Parameters
    ----------
    before : float
        Files of the sector in the first year.
    rest : tuple of float
        Files of the others in both years.
    level : float

    Returns
    -------
    float
        Percent; nan where not even a year without files would be told from chance.
    """
    expected = before * rest[1] / rest[0]
    for after in range(int(np.ceil(expected)), -1, -1):
        if ratio_interval(before, after, *rest, level)[1] < 1:
            return float(100 * (after / expected - 1))
    return float("nan")


def years_by_source(table: pd.DataFrame, parameters: FocusedDeterrence) -> pd.DataFrame:
    """The evaluated sector by quarter of each source.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    parameters : FocusedDeterrence

    Returns
    -------
    pandas.DataFrame
        source, year (with the quarter as a fraction), homicides; a quarter with a month missing is left out.
    """
    rows = []
    for source in (POINTS, FILES):
        own = files(table, source).loc[parameters.sector]
        quarter = own.index.to_numpy(int) // 3
        sums = own.groupby(quarter).agg(["sum", "size"])
        whole = sums[sums["size"] == 3]
        rows.append(pd.DataFrame({"source": source, "year": whole.index.to_numpy() / 4, "homicides": whole["sum"]}))
    return pd.concat(rows, ignore_index=True)


def overlap(table: pd.DataFrame, parameters: FocusedDeterrence) -> Mapping[str, str | int]:
    """What both sources count in the months that both have.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    parameters : FocusedDeterrence

    Returns
    -------
    mapping
        first, last (months); points, files of the evaluated sector; city_points, city_files.
    """
    points, records = files(table, POINTS), files(table, FILES)
    both = points.columns.intersection(records.columns)
    return {
        "first": as_month(int(both[0])),
        "last": as_month(int(both[-1])),
        "points": int(points.loc[parameters.sector][both].to_numpy().sum()),
        "files": int(records.loc[parameters.sector][both].to_numpy().sum()),
        "city_points": int(points[both].to_numpy().sum()),
        "city_files": int(records[both].to_numpy().sum()),
    }


def peak_rank(table: pd.DataFrame, years: tuple[int, int], parameters: FocusedDeterrence) -> tuple[int, int]:
    """The place of the first year among the sector's years up to the last one, and how many years there are.

    Parameters
    ----------
    table : pandas.DataFrame
    years : tuple of int
    parameters : FocusedDeterrence

    Returns
    -------
    tuple of int
    """
    rows = table[(table["source"] == FILES) & (table["sector"] == parameters.sector) & (table["year"] <= years[1])]
    sums = rows.groupby("year")["homicides"].sum().to_numpy()
    first = rows.loc[rows["year"] == years[0], "homicides"].sum()
    return int((sums > first).sum()) + 1, len(sums)


def _year(table: pd.DataFrame, year: int) -> "pd.Series[float]":
    wide = files(table)
    return wide.loc[:, year * MONTHS_A_YEAR : (year + 1) * MONTHS_A_YEAR - 1].sum(axis=1)
