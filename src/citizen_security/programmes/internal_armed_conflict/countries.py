"""The first year of three states of exception: against the year before, and against the line of the years before."""

import numpy as np
import pandas as pd

from citizen_security.programmes.carried_line import carried_line
from citizen_security.programmes.internal_armed_conflict.labels import COUNTRIES
from citizen_security.programmes.internal_armed_conflict.lines import change
from citizen_security.programmes.internal_armed_conflict.parameters import YEAR, InternalArmedConflict

# The first year of each that is measured. That of Honduras began in December of the year before.
STARTS = {"SLV": 2022, "HND": 2023}


def first_years(table: pd.DataFrame, same_months: pd.DataFrame, parameters: InternalArmedConflict) -> pd.DataFrame:
    """Change in the first year, and the distance from the line.

    Parameters
    ----------
    table : pandas.DataFrame
        `country_year`.
    same_months : pandas.DataFrame
        From `lines.same_months`: Ecuador's compared months by year, which have no population.
    parameters : InternalArmedConflict

    Returns
    -------
    pandas.DataFrame
        iso3, country, year, change, lower, upper (percent of the year before), line_years (years that the line rests
        on), slope (percent a year along the line),
        off_line, off_line_lower, off_line_upper (percent of what the line gives).
    """
    rows = []
    for code, year in STARTS.items():
        own = table[(table["iso3"] == code) & table["year"].between(parameters.countries_from, year)]
        before, after = (own[own["year"] == one].iloc[0] for one in (year - 1, year))
        moved = change(
            int(before["homicide_count"]), int(after["homicide_count"]),
            (int(before["population"]), int(after["population"])), parameters.confidence_level,
        )  # fmt: skip
        rows.append({"iso3": code, "year": year, **moved, **_off(own["year"], own["homicide_rate"], year, parameters)})
    own = same_months[same_months["year"] >= parameters.countries_from]
    last = own[own["year"] == YEAR - 1].iloc[0]
    moved = {name: float(last[name]) for name in ("change", "lower", "upper")}
    rows.append({"iso3": "ECU", "year": YEAR, **moved, **_off(own["year"], own["a_day"], YEAR, parameters)})
    found = pd.DataFrame(rows)
    found.insert(1, "country", found["iso3"].map(COUNTRIES))
    return found


def _off(
    years: "pd.Series[int]", values: "pd.Series[float]", year: int, parameters: InternalArmedConflict
) -> dict[str, float]:
    """How far the year is from the line of those before, in percent of the line."""
    old = (years < year).to_numpy()
    line = carried_line(years[old], values[old], year, parameters.confidence_level)
    seen = float(values[years == year].iloc[0])
    off, lower, upper = (100 * (seen / level - 1) for level in (line.level, line.upper, line.lower))
    of_line = {"line_years": int(old.sum()), "slope": line.slope}
    return of_line | {"off_line": off, "off_line_lower": lower, "off_line_upper": upper}


def falls_apart(table: pd.DataFrame) -> dict[str, float]:
    """By how many percentage points El Salvador's first year fell more than Ecuador's.

    Parameters
    ----------
    table : pandas.DataFrame
        From `first_years`.

    Returns
    -------
    dict of str to float
        points, lower, upper.

    Notes
    -----
    The interval of the difference adds the squared distances to the ends of both (Zou and Donner 2008, Statistics in
    Medicine 27(10)).
    """
    (here, low, high), (there, deep, shallow) = (
        table.loc[table["iso3"] == code, ["change", "lower", "upper"]].to_numpy(float)[0] for code in ("ECU", "SLV")
    )
    points = float(here - there)
    down, up = float(np.hypot(here - low, shallow - there)), float(np.hypot(high - here, there - deep))
    return {"points": points, "lower": points - down, "upper": points + up}
