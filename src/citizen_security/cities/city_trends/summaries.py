"""What the fitted city panels say: series, how the variance splits, which cities fell, and how much was reversion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.cities.city_trends.model import PARAMETERS, CountryFit, CountryPanel, Deviations
from citizen_security.methods.ranks import rank_from_highest
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

COMPONENTS = ("country", "city", "year", "city_trend", "city_wave")


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


def panel_overview(panels: Sequence[CountryPanel]) -> pd.DataFrame:
    """Size of each country's panel, and the chance in its counts.

    Parameters
    ----------
    panels : sequence of CountryPanel

    Returns
    -------
    pandas.DataFrame, one row for each country
        `iso3`, `cities`, `first_year`, `last_year`, `years_with_figures`, `missing_cells`, `median_homicides`,
        `share_below_ten` (of the counts), `pooled_rate_last_year`, `doubtful_cities`.
    """
    return pd.DataFrame(
        {
            "iso3": panel.iso3,
            "cities": len(panel.cities),
            "first_year": panel.years[0],
            "last_year": panel.years[-1],
            "years_with_figures": len(panel.years),
            "missing_cells": int(np.isnan(panel.homicides).sum()),
            "median_homicides": np.nanmedian(panel.homicides),
            "share_below_ten": (panel.homicides < 10).sum() / np.isfinite(panel.homicides).sum(),
            "pooled_rate_last_year": np.nansum(panel.homicides[:, -1])
            / np.nansum(panel.person_years[:, -1])
            * PERSON_YEARS_OF_A_RATE,
            "doubtful_cities": int((panel.cities["doubt"] != "").sum()),
        }
        for panel in panels
    )


def deviation_table(fits: Sequence[CountryFit], credible_level: float) -> pd.DataFrame:
    """Posterior of each country's deviations, and how far the importance weights can be trusted.

    Parameters
    ----------
    fits : sequence of CountryFit
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each country and quantity
        `iso3`, `quantity`, `median`, `lower`, `upper`, `pareto_k`, `effective_draws`.
    """
    rows = []
    for fit in fits:
        draws = fit.deviation_draws()
        for name in PARAMETERS:
            lower, median, upper = interval(draws[name].to_numpy(), credible_level)
            rows.append({"iso3": fit.panel.iso3, "quantity": name, "median": median, "lower": lower, "upper": upper,
                         "pareto_k": fit.pareto_k, "effective_draws": fit.effective_draws})  # fmt: skip
    return pd.DataFrame(rows)


def city_series(fits: Sequence[CountryFit], credible_level: float) -> pd.DataFrame:
    """Raw and modelled rate of every city and year.

    Parameters
    ----------
    fits : sequence of CountryFit
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each city and year
        `label`, `iso3`, `city_code`, `year`, `homicides`, `raw_rate`, `rate` (median), `lower`, `upper` (homicides per
        100,000 person-years).
    """
    frames = []
    for fit in fits:
        lower, median, upper = interval(np.exp(fit.log_rates), credible_level)
        number, years = median.shape
        frames.append(
            fit.panel.cities.loc[np.repeat(np.arange(number), years), ["label", "iso3", "city_code"]].assign(
                year=np.tile(fit.years, number),
                homicides=fit.panel.homicides.ravel(),
                raw_rate=fit.panel.raw_rates.ravel(),
                rate=median.ravel(),
                lower=lower.ravel(),
                upper=upper.ravel(),
            )
        )
    return pd.concat(frames, ignore_index=True)


def variance_split(fits: Sequence[CountryFit]) -> pd.DataFrame:
    """Shares of the variance of the log risks over all cities and years, in each draw.

    An analysis of variance of the drawn risks: country means; cities' means within countries; the years' means within
    countries; and what is left of a city and year, split into the city's own linear trend and its waves. The parts of a
    country are orthogonal, so the shares add up to one.

    Parameters
    ----------
    fits : sequence of CountryFit
        With equally many draws.

    Returns
    -------
    pandas.DataFrame, one row for each draw
        `country`, `city`, `year`, `city_trend`, `city_wave`, and `remainder`, the sum of the last two.

    References
    ----------
    Gelman (2005), Annals of Statistics 33(1): finite-population variances.
    """
    cells = np.array([fit.log_rates[0].size for fit in fits])
    means = np.array([fit.log_rates.mean(axis=(1, 2), dtype=float) for fit in fits])
    overall = cells @ means / cells.sum()
    parts = np.array([_within_country(fit) for fit in fits]).sum(axis=0)
    between = cells @ (means - overall) ** 2
    shares = np.vstack([between, parts]) / (between + parts.sum(axis=0))
    split = pd.DataFrame(dict(zip(COMPONENTS, shares, strict=True)))
    return split.assign(remainder=split["city_trend"] + split["city_wave"])


def _within_country(fit: CountryFit) -> "Array":
    """Sums of squares of cities, years, own trends and waves, shape (4, n_draws)."""
    risks = fit.log_rates.astype(float)
    risks -= risks.mean(axis=(1, 2), keepdims=True)
    cities, years = risks.mean(axis=2, keepdims=True), risks.mean(axis=1, keepdims=True)
    left = risks - cities - years
    time = fit.years - fit.years.mean()
    time = time / np.sqrt((time**2).sum())
    trends = ((left @ time) ** 2).sum(axis=1)
    squares = [(cities**2).sum(axis=(1, 2)) * risks.shape[2], (years**2).sum(axis=(1, 2)) * risks.shape[1]]
    return np.array([*squares, trends, (left**2).sum(axis=(1, 2)) - trends])


def chance_share(fits: Sequence[CountryFit]) -> float:
    """Share of chance in the variance of the raw log rates: the counts' own against the risks' and theirs together."""
    risks = np.concatenate([np.median(fit.log_rates, axis=0).ravel() for fit in fits])
    expected = np.concatenate([_expected_counts(fit).ravel() for fit in fits])
    chance = float(np.nanmean(1 / expected))
    return chance / (chance + float(risks.var()))


def _expected_counts(fit: CountryFit) -> "Array":
    counts: Array = np.exp(np.median(fit.log_rates, axis=0)) * fit.panel.person_years / PERSON_YEARS_OF_A_RATE
    return counts


def window_falls(
    fits: Sequence[CountryFit], since_year: int, window_years: int, credible_level: float
) -> tuple[pd.DataFrame, "Array"]:
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
        `rank` (median), `rank_lower`, `rank_upper` among the country's cities, `cities_ranked`.
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
    fit: CountryFit, windows: Windows, before: "Array", after: "Array", credible_level: float
) -> pd.DataFrame:
    panel = fit.panel
    lower, median, upper = interval(100 * (after / before - 1), credible_level)
    rank_lower, rank, rank_upper = interval(rank_from_highest(after), credible_level)
    return panel.cities[["label", "iso3", "city_code", "doubt"]].assign(
        first_window=_named(fit.years[windows.first]),
        last_window=_named(fit.years[windows.last]),
        raw_first=_pooled(panel, windows.first)[0],
        raw_last=_pooled(panel, windows.last)[0],
        change_percent=median,
        lower=lower,
        upper=upper,
        probability_fell=(after < before).mean(axis=0),
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


def _pooled(panel: CountryPanel, window: slice) -> "tuple[Array, Array, Array]":
    """Rate, homicides and person-years of each city over a window, of the years that have a count."""
    counts, exposure = panel.homicides[:, window], panel.person_years[:, window]
    homicides, persons = np.nansum(counts, axis=1), np.where(np.isfinite(counts), exposure, 0.0).sum(axis=1)
    return homicides / persons * PERSON_YEARS_OF_A_RATE, homicides, persons


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
    number = max(1, round(share * len(cities)))
    chosen = np.argsort(-cities["start"].to_numpy(), kind="stable")[:number]
    ends = np.argsort(-(cities["start"] + cities["change"]).to_numpy(), kind="stable")[:number]
    drawn = mean + deviation * generator.standard_normal(mean.shape)
    lower, _, upper = interval(drawn, credible_level)
    cities = cities.assign(
        expected=mean.mean(axis=0),
        expected_lower=lower,
        expected_upper=upper,
        tail=stats.norm.cdf((cities["change"].to_numpy() - mean) / deviation).mean(axis=0),
        highest=np.isin(np.arange(len(cities)), chosen),
    )
    group = interval(drawn[:, chosen].mean(axis=1), credible_level)
    change = cities["change"].to_numpy()
    return Reversion(
        cities,
        number,
        float(change[chosen].mean()),
        float(mean[:, chosen].mean()),
        (float(group[0]), float(group[2])),
        float(change[ends].mean()),
    )


def _reversion_of_country(fit: CountryFit, windows: Windows) -> "tuple[pd.DataFrame, Array, Array]":
    """A country's cities with start and change; mean and deviation of the change by reversion, (n_draws, n_cities)."""
    (raw_first, before, exposure_before), (raw_last, after, exposure_after) = (
        _pooled(fit.panel, window) for window in (windows.first, windows.last)
    )
    start, end = (_centred_log((count + 0.5) / exposure) for count, exposure in
                  ((before, exposure_before), (after, exposure_after)))  # fmt: skip
    chance_before = 1 / (before + 0.5)
    chance_after = 1 / (before * exposure_after / exposure_before + 0.5)
    moments = np.array([_window_moments(each, fit.years, windows) for each in fit.deviations])
    first, shared, last = moments.T[:, :, np.newaxis]
    slope = shared / (first + chance_before)
    deviation = np.sqrt(last + chance_after - slope * shared)
    cities = fit.panel.cities[["label", "iso3", "doubt"]].assign(
        raw_first=raw_first, raw_last=raw_last, start=start, change=end - start
    )
    return cities, (slope - 1) * start, deviation


def _window_moments(deviations: Deviations, years: "NDArray[np.int64]", windows: Windows) -> tuple[float, float, float]:
    """Variance of a city's mean risk in the first window, covariance with the last, variance of the last."""
    covariance = deviations.stationary_covariance(years.astype(float))
    pairs = ((windows.first, windows.first), (windows.first, windows.last), (windows.last, windows.last))
    first, shared, last = (float(covariance[row, column].mean()) for row, column in pairs)
    return first, shared, last


def _centred_log(rates: "Array") -> "Array":
    logs: Array = np.log(rates)
    return logs - logs.mean()


def in_percent(log_change: "ArrayLike") -> "Array":
    """A change of a log rate, in per cent."""
    percent: Array = 100 * np.expm1(np.asarray(log_change, dtype=float))
    return percent


def interval(draws: "ArrayLike", credible_level: float) -> "Array":
    """Equal-tailed interval with the median in its middle, over the first axis; shape (3, …)."""
    tail = (1 - credible_level) / 2
    ends: Array = np.quantile(np.asarray(draws), [tail, 0.5, 1 - tail], axis=0)
    return ends
