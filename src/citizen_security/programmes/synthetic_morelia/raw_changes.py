"""What each series of Morelia says by itself, and deaths beside the rest of the state."""

from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.rates import ratio_interval
from citizen_security.programmes.synthetic_morelia.labels import SERIES_NAMES

HERE, REST = "Morelia", "Michoacán without Morelia"


def series_of_morelia(years: pd.DataFrame) -> pd.DataFrame:
    """The city's series, never joined.

    Parameters
    ----------
    years : pandas.DataFrame
        `morelia_year`.

    Returns
    -------
    pandas.DataFrame
        series, series_name, year, homicides.
    """
    rows = years[(years["place"] == HERE) & years["series"].isin(list(SERIES_NAMES))]
    kept = rows[["series", "year", "homicides"]].reset_index(drop=True)
    return kept.assign(series_name=kept["series"].map(dict(SERIES_NAMES)))[
        ["series", "series_name", "year", "homicides"]
    ]


def since(years: pd.DataFrame, start: int, last: int, confidence_level: float) -> pd.DataFrame:
    """Each series and the rest of the state in each year, against the first year of the reform.

    Parameters
    ----------
    years : pandas.DataFrame
        `morelia_year`.
    start, last : int
        The year that is compared with, and the last one.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        what, year, before, after, change, lower, upper (percent, exact for Poisson counts). A series without the first
        year has no row, since none is joined to another.
    """
    rows: list[dict[str, Any]] = []
    sources = [(f"{name} in Morelia", HERE, key) for key, name in SERIES_NAMES.items()]
    for what, place, key in [*sources, ("deaths in the rest of Michoacán", REST, "inegi_deaths")]:
        own = years[(years["place"] == place) & (years["series"] == key)].set_index("year")["homicides"]
        if start not in own.index:
            continue
        for year in range(start + 1, last + 1):
            if year in own.index:
                before, after = int(own[start]), int(own[year])
                rows.append({"what": what, "year": year, **_change(before, after, 1, 1, confidence_level)})
    return pd.DataFrame(rows, columns=["what", "year", "before", "after", "change", "lower", "upper"])


def beside_state(years: pd.DataFrame, start: int, last: int, confidence_level: float) -> pd.DataFrame:
    """Deaths in Morelia for each death in the rest of the state, against the first year of the reform.

    Parameters
    ----------
    years, start, last, confidence_level
        As for `since`.

    Returns
    -------
    pandas.DataFrame
        year, change, lower, upper (percent).
    """
    deaths = years[years["series"] == "inegi_deaths"].pivot(index="year", columns="place", values="homicides")
    here, rest = deaths[HERE], deaths[REST]
    rows = [
        {"year": year, **_change(here[start], here[year], rest[start], rest[year], confidence_level)}
        for year in range(start + 1, last + 1)
    ]
    return pd.DataFrame(rows, columns=["year", "before", "after", "change", "lower", "upper"])


def _change(before: float, after: float, first: float, last: float, level: float) -> dict[str, float]:
    ratio = (after / last) / (before / first) if before else np.inf
    change, lower, upper = (
        float(100 * (end - 1)) for end in (ratio, *ratio_interval(before, after, first, last, level))
    )
    return {"before": before, "after": after, "change": change, "lower": lower, "upper": upper}
