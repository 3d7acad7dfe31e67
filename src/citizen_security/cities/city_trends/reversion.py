"""The fall of the highest cities, beside what reversion to the mean alone would have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.cities.city_trends.deviations import Deviations
from citizen_security.cities.city_trends.fitting import CountryFit
from citizen_security.cities.city_trends.summaries import in_percent, interval
from citizen_security.cities.city_trends.windows import Windows, compared_windows, pooled_rates
from citizen_security.methods.arrays import Floats
from citizen_security.methods.reversion import expected_change, highest

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Reversion:
    """What reversion to the mean alone would have done.

    Attributes
    ----------
    cities : pandas.DataFrame, one row for each city
        `label`, `iso3`, `doubt`, `raw_first`, `raw_last`, `start` (log rate in the first window about the mean of the
        country's cities), `change` (log rate, about the country's mean change), `expected`, `expected_lower`,
        `expected_upper` (the same by reversion alone), `tail` (probability of a change at least as deep by reversion
        alone), `highest` (whether it is one of the highest at the start).
    highest : int
        Number of cities in the group.
    observed, expected : float
        Mean change of the highest cities (log rate).
    interval : tuple of float
        Of the mean change by reversion alone.
    backwards : float
        Mean change, towards the end, of as many cities that were highest at the end.
    """

    cities: pd.DataFrame
    highest: int
    observed: float
    expected: float
    interval: tuple[float, float]
    backwards: float


def expected_reversion(
    fits: Sequence[CountryFit], since_year: int, window_years: int, share: float, credible_level: float, seed: int
) -> Reversion:
    """Compare the fall of the cities that were highest with what the model expects if no city had a trend of its own.

    Given a city's raw rate in the first window, the stationary part of the model (level, waves, what passes, chance)
    says what to expect of the last: the covariance of the two over the variance of the first, times the start.

    Parameters
    ----------
    fits : sequence of CountryFit
    since_year, window_years : int
    share : float
        Share of all cities that makes up the group of the highest, at least one.
    credible_level : float
    seed : int

    Returns
    -------
    Reversion
    """
    generator = np.random.default_rng(seed)
    parts = [_reversion_of_country(fit, compared_windows(fit.years, since_year, window_years)) for fit in fits]
    cities = pd.concat([part[0] for part in parts], ignore_index=True)
    mean, deviation = (np.concatenate([part[position] for part in parts], axis=1) for position in (1, 2))
    group_positions = highest(cities["start"].to_numpy(), share)
    ends = highest((cities["start"] + cities["change"]).to_numpy(), share)
    drawn = mean + deviation * generator.standard_normal(mean.shape)
    lower, _, upper = interval(drawn, credible_level)
    cities = cities.assign(
        expected=mean.mean(axis=0),
        expected_lower=lower,
        expected_upper=upper,
        tail=stats.norm.cdf((cities["change"].to_numpy() - mean) / deviation).mean(axis=0),
        highest=np.isin(np.arange(len(cities)), group_positions),
    )
    group = interval(drawn[:, group_positions].mean(axis=1), credible_level)
    change = cities["change"].to_numpy()
    return Reversion(
        cities,
        len(group_positions),
        float(change[group_positions].mean()),
        float(mean[:, group_positions].mean()),
        (float(group[0]), float(group[2])),
        float(change[ends].mean()),
    )


def changes_in_percent(cities: pd.DataFrame) -> pd.DataFrame:
    """Each city's change beside what reversion alone would give, in per cent.

    Parameters
    ----------
    cities : pandas.DataFrame
        Of `Reversion`, in log rates.

    Returns
    -------
    pandas.DataFrame, one row for each city
        `label`, `raw_first`, `raw_last`, `change`, `expected`, `expected_lower`, `expected_upper`, `tail`, `doubt`.
    """
    names = ("change", "expected", "expected_lower", "expected_upper")
    percent = {name: in_percent(cities[name]) for name in names}
    return cities[["label", "raw_first", "raw_last"]].assign(**percent, tail=cities["tail"], doubt=cities["doubt"])


def _reversion_of_country(fit: CountryFit, windows: Windows) -> "tuple[pd.DataFrame, Floats, Floats]":
    """A country's cities with start and change; mean and deviation of the change by reversion, (n_draws, n_cities)."""
    (raw_first, before, exposure_before), (raw_last, after, exposure_after) = (
        pooled_rates(fit.panel, window) for window in (windows.first, windows.last)
    )
    start, end = (_centred_log((count + 0.5) / exposure) for count, exposure in
                  ((before, exposure_before), (after, exposure_after)))  # fmt: skip
    chance_before = 1 / (before + 0.5)
    chance_after = 1 / (before * exposure_after / exposure_before + 0.5)
    moments = np.array([_window_moments(each, fit.years, windows) for each in fit.deviations])
    first, shared, last = moments.T[:, :, np.newaxis]
    mean, deviation = expected_change(start, first, shared, last, chance_before, chance_after)
    cities = fit.panel.cities[["label", "iso3", "doubt"]].assign(
        raw_first=raw_first, raw_last=raw_last, start=start, change=end - start
    )
    return cities, mean, deviation


def _window_moments(deviations: Deviations, years: "NDArray[np.int64]", windows: Windows) -> tuple[float, float, float]:
    """Variance of a city's mean risk in the first window, covariance with the last, variance of the last."""
    covariance = deviations.stationary_covariance(years.astype(float))
    pairs = ((windows.first, windows.first), (windows.first, windows.last), (windows.last, windows.last))
    first, shared, last = (float(covariance[row, column].mean()) for row, column in pairs)
    return first, shared, last


def _centred_log(rates: Floats) -> Floats:
    logs: Floats = np.log(rates)
    return logs - logs.mean()
