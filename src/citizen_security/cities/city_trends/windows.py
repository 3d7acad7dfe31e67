"""Two windows of years: how each city's rate changed between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.fitting import CountryFit
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.cities.city_trends.summaries import interval
from citizen_security.methods.arrays import Floats
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Homicides per 100,000 person-years that a city is held against, as every municipality is by default.
HIGH_RATE = 30.0


@dataclass(frozen=True)
class Windows:
    """Positions of the years that are compared.

    Attributes
    ----------
    first, last : slice
        Of the years of a country.
    """

    first: slice
    last: slice


def compared_windows(years: "NDArray[np.int64]", since_year: int, window_years: int) -> Windows:
    """The window that begins at a year, and the last of the same length; years without figures do not count.

    Parameters
    ----------
    years : numpy.ndarray of int
        Years with figures, in order.
    since_year : int
    window_years : int

    Returns
    -------
    Windows
    """
    start = int(np.searchsorted(years, since_year))
    return Windows(slice(start, start + window_years), slice(len(years) - window_years, len(years)))


def window_falls(
    fits: Sequence[CountryFit], since_year: int, window_years: int, credible_level: float
) -> tuple[pd.DataFrame, Floats]:
    """How each city's rate changed between the windows, and the share of cities that fell in each draw.

    Parameters
    ----------
    fits : sequence of CountryFit
    since_year, window_years : int
    credible_level : float

    Returns
    -------
    table : pandas.DataFrame, one row for each city
        `label`, `iso3`, `city_code`, `doubt`, `first_window`, `last_window` (years, as text), `raw_first`, `raw_last`,
        `change_percent` (posterior median), `lower`, `upper`, `probability_fell`, and of the last window's mean rate
        `risk` (median, per 100,000 person-years), `probability_above` (of more than `HIGH_RATE`), `rank` (median),
        `rank_lower`, `rank_upper` among the country's cities, `cities_ranked`.
    share : numpy.ndarray, shape (n_draws,)
    """
    frames, fallen = [], []
    for fit in fits:
        windows = compared_windows(fit.years, since_year, window_years)
        rates = np.exp(fit.log_rates.astype(float))
        before, after = rates[:, :, windows.first].mean(axis=2), rates[:, :, windows.last].mean(axis=2)
        frames.append(_falls_of_country(fit, windows, before, after, credible_level))
        fallen.append(after < before)
    return pd.concat(frames, ignore_index=True), np.concatenate(fallen, axis=1).mean(axis=1)


def _falls_of_country(
    fit: CountryFit, windows: Windows, before: Floats, after: Floats, credible_level: float
) -> pd.DataFrame:
    panel = fit.panel
    lower, median, upper = interval(100 * (after / before - 1), credible_level)
    rank_lower, rank, rank_upper = interval(rank_from_highest(after), credible_level)
    return panel.cities[["label", "iso3", "city_code", "doubt"]].assign(
        first_window=_named(fit.years[windows.first]),
        last_window=_named(fit.years[windows.last]),
        raw_first=pooled_rates(panel, windows.first)[0],
        raw_last=pooled_rates(panel, windows.last)[0],
        change_percent=median,
        lower=lower,
        upper=upper,
        probability_fell=(after < before).mean(axis=0),
        risk=np.median(after, axis=0),
        probability_above=(after > HIGH_RATE).mean(axis=0),
        rank=rank,
        rank_lower=np.floor(rank_lower).astype(int),
        rank_upper=np.ceil(rank_upper).astype(int),
        cities_ranked=len(panel.cities),
    )


def _named(years: "NDArray[np.int64]") -> str:
    """Years in words: a range, or a list where there are gaps."""
    if len(years) == 1:
        return str(years[0])
    if years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


def pooled_rates(panel: CountryPanel, window: slice) -> tuple[Floats, Floats, Floats]:
    """Rate, homicides and person-years of each city over a window, of the years that have a count."""
    counts, exposure = panel.homicides[:, window], panel.person_years[:, window]
    homicides, persons = np.nansum(counts, axis=1), np.where(np.isfinite(counts), exposure, 0.0).sum(axis=1)
    return homicides / persons * PERSON_YEARS_OF_A_RATE, homicides, persons
