"""What a fit says about cities and countries: rates, shrinkage, ranks, comparisons, and how its variance splits."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from citizen_security.cities.model import stacked
from citizen_security.cities.sample import PERSON_YEARS_OF_A_RATE, CitySample

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def poisson_interval(count: "ArrayLike", person_years: "ArrayLike", level: float) -> "NDArray[np.float64]":
    """Exact confidence interval of a rate from a Poisson count.

    Parameters
    ----------
    count : array_like of int
        Events.
    person_years : array_like of float
        Exposure, of the same shape.
    level : float
        Confidence, such as 0.95.

    Returns
    -------
    numpy.ndarray, shape (…, 2)
        Lower and upper limit, per 100,000 person-years; the lower limit of no events is zero.

    References
    ----------
    Garwood (1936), Biometrika 28(3/4).
    """
    events = np.asarray(count, dtype=float)
    tail = (1 - level) / 2
    # The limit for no events is zero; chi-squared with no degrees of freedom is undefined there.
    lower = np.where(events > 0, stats.chi2.ppf(tail, np.maximum(2 * events, 1)) / 2, 0.0)
    upper = stats.chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    per_person_year = np.stack([lower, upper], axis=-1) / np.asarray(person_years, dtype=float)[..., np.newaxis]
    limits: NDArray[np.float64] = per_person_year * PERSON_YEARS_OF_A_RATE
    return limits


def raw_rates(sample: CitySample, level: float) -> pd.DataFrame:
    """The league table, as a count supports it: raw rates with exact Poisson intervals.

    Parameters
    ----------
    sample : CitySample
    level : float
        Confidence.

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of the sample and `raw_rate_lower`, `raw_rate_upper` (per 100,000 person-years) and `raw_rank`.
    """
    limits = poisson_interval(sample.homicides, sample.person_years, level)
    return sample.cities.assign(
        raw_rate_lower=limits[:, 0],
        raw_rate_upper=limits[:, 1],
        raw_rank=rank_from_highest(sample.cities["raw_rate"].to_numpy()),
    )


def overlapping_pairs(lower: "ArrayLike", upper: "ArrayLike") -> float:
    """Share of all pairs of intervals that overlap.

    Parameters
    ----------
    lower, upper : array_like, shape (n,)
        Ends of the intervals; n is at least 2.

    Returns
    -------
    float
    """
    starts, ends = np.asarray(lower), np.asarray(upper)
    overlap = (starts[:, np.newaxis] <= ends) & (starts <= ends[:, np.newaxis])
    return float(overlap[np.triu_indices(len(starts), k=1)].mean())


def say_probability(probability: float, draws: int) -> str:
    """A probability in words for a page: no more certain than the draws it was counted in.

    Parameters
    ----------
    probability : float
        Share of the draws.
    draws : int
        Number of draws.

    Returns
    -------
    str
        Such as `76.8%`, `more than 99.9%` or, of few draws, `more than 99%`.
    """
    # The rule of three: an event that none of n draws shows may still have a probability of 3 / n.
    finest = 0.001 if draws >= 3 / 0.001 else 0.01
    if probability > 1 - finest:
        return f"more than {1 - finest:.1%}".replace(".0%", "%")
    if probability < finest:
        return f"less than {finest:.1%}".replace(".0%", "%")
    return f"{probability:.1%}"


def city_rates(posterior: xr.DataTree, sample: CitySample, level: float) -> pd.DataFrame:
    """Raw and posterior rate of each city, with intervals, and how far the model moved it.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of `raw_rates` and `rate` (posterior median), `rate_lower`, `rate_upper` (per 100,000
        person-years) and `change_percent` (posterior median over raw rate).
    """
    table = raw_rates(sample, level)
    lower, middle, upper = _equal_tailed(np.exp(stacked(posterior, "log_city_rate")), level)
    return table.assign(
        rate=middle,
        rate_lower=lower,
        rate_upper=upper,
        change_percent=(middle / table["raw_rate"].to_numpy() - 1) * 100,
    )


def rank_from_highest(values: "ArrayLike") -> "NDArray[np.int64]":
    """Rank of each value along the last axis: one more than the number of higher values, so ties share the best.

    Parameters
    ----------
    values : array_like, shape (…, n)

    Returns
    -------
    numpy.ndarray of int, shape (…, n)
        From 1, the highest, to at most n.
    """
    ranks: NDArray[np.int64] = stats.rankdata(-np.asarray(values), method="min", axis=-1).astype(np.int64)
    return ranks


def city_ranks(posterior: xr.DataTree, sample: CitySample, level: float, top_places: int) -> pd.DataFrame:
    """Where each city stands among those of the sample, and how surely.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    level : float
        Probability of the rank intervals; ranks are whole, so the intervals hold at least as much.
    top_places : int
        Number of places that count as the top.

    Returns
    -------
    pandas.DataFrame, one row for each city
        `label`, `iso3`, `is_lac`, `raw_rank`, `rank_median`, `rank_lower`, `rank_upper`, `rank_width` (upper less
        lower, in places), `probability_first` and `probability_top`.
    """
    ranks = rank_from_highest(stacked(posterior, "log_city_rate"))
    return sample.cities[["label", "iso3", "is_lac"]].assign(
        raw_rank=rank_from_highest(sample.cities["raw_rate"].to_numpy()),
        **summarise_ranks(ranks, level, top_places),
    )


def summarise_ranks(ranks: "NDArray[np.int64]", level: float, top_places: int) -> pd.DataFrame:
    """Median, interval and chances of draws of ranks.

    Parameters
    ----------
    ranks : numpy.ndarray of int, shape (n_draws, n_cities)
    level : float
        Probability that the interval holds, at least.
    top_places : int
        Number of places that count as the top.

    Returns
    -------
    pandas.DataFrame, one row for each city
        `rank_median`, `rank_lower`, `rank_upper`, `rank_width`, `probability_first`, `probability_top`.
    """
    tail = (1 - level) / 2
    # A rank between two ranks means nothing: each end is a rank that was drawn, with at most `tail` beyond it.
    lower = np.quantile(ranks, tail, axis=0, method="inverted_cdf")
    upper = np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {
            "rank_median": np.median(ranks, axis=0),
            "rank_lower": lower,
            "rank_upper": upper,
            "rank_width": upper - lower,
            "probability_first": (ranks == 1).mean(axis=0),
            "probability_top": (ranks <= top_places).mean(axis=0),
        }
    )


def probability_higher(posterior: xr.DataTree, first: int, second: int) -> float:
    """Probability that one city's rate is above another's.

    Parameters
    ----------
    posterior : xarray.DataTree
    first, second : int
        Positions of the cities in the sample.

    Returns
    -------
    float
    """
    log_rates = stacked(posterior, "log_city_rate")
    return float((log_rates[:, first] > log_rates[:, second]).mean())


def rate_ratio(posterior: xr.DataTree, first: int, second: int, level: float) -> tuple[float, float, float]:
    """How many times one city's rate is another's: lower end, median and upper end.

    Parameters
    ----------
    posterior : xarray.DataTree
    first, second : int
        Positions of the cities in the sample.
    level : float
        Probability of the interval.

    Returns
    -------
    tuple of float
    """
    log_rates = stacked(posterior, "log_city_rate")
    lower, middle, upper = _equal_tailed(np.exp(log_rates[:, first] - log_rates[:, second]), level)
    return float(lower), float(middle), float(upper)


def neighbour_probabilities(posterior: xr.DataTree, sample: CitySample) -> "NDArray[np.float64]":
    """For each pair of neighbours by raw rate, the probability that the upper one's rate is the higher.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample

    Returns
    -------
    numpy.ndarray, shape (n_cities − 1,)
    """
    order = np.argsort(-sample.cities["raw_rate"].to_numpy(), kind="stable")
    log_rates = stacked(posterior, "log_city_rate")[:, order]
    shares: NDArray[np.float64] = (log_rates[:, :-1] > log_rates[:, 1:]).mean(axis=0)
    return shares


def country_rates(posterior: xr.DataTree, sample: CitySample, level: float) -> pd.DataFrame:
    """Level of each country's listed cities: the median city of the country, by the model.

    Parameters
    ----------
    posterior : xarray.DataTree
        With `log_country_rate`.
    sample : CitySample
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each country, highest first
        `iso3`, `cities`, `pooled_rate` (all homicides over all person-years), `rate`, `rate_lower`, `rate_upper` (per
        100,000 person-years).
    """
    lower, middle, upper = _equal_tailed(np.exp(stacked(posterior, "log_country_rate")), level)
    homicides = np.bincount(sample.country_index, sample.homicides)
    person_years = np.bincount(sample.country_index, sample.person_years)
    table = pd.DataFrame(
        {
            "iso3": sample.countries,
            "cities": sample.cities_by_country,
            "pooled_rate": homicides / person_years * PERSON_YEARS_OF_A_RATE,
            "rate": middle,
            "rate_lower": lower,
            "rate_upper": upper,
        }
    )
    return table.sort_values("rate", ascending=False, ignore_index=True)


def upper_levels(posterior: xr.DataTree, level: float) -> pd.DataFrame:
    """Overall rate, the two deviations, and the share of the variance that lies between countries.

    Parameters
    ----------
    posterior : xarray.DataTree
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, indexed by quantity
        `median`, `lower`, `upper` of `overall_rate` (per 100,000 person-years), `between_country_deviation`,
        `between_city_deviation` (log rate) and `country_share_of_variance`.
    """
    country, city = stacked(posterior, "country_deviation"), stacked(posterior, "city_deviation")
    draws = {
        "overall_rate": np.exp(stacked(posterior, "overall_log_rate")),
        "between_country_deviation": country,
        "between_city_deviation": city,
        "country_share_of_variance": country**2 / (country**2 + city**2),
    }
    rows = {name: _equal_tailed(values, level) for name, values in draws.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lower", "median", "upper"])


def predictive_intervals(counts: "NDArray[np.int64]", sample: CitySample, level: float) -> pd.DataFrame:
    """Interval of replicated homicides for each city, and whether it holds the observed number.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n_draws, n_cities)
        Replicated homicides.
    sample : CitySample
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each city
        `label`, `homicides`, `lower`, `upper` (victims), `covered`.
    """
    tail = (1 - level) / 2
    lower, upper = np.quantile(counts, [tail, 1 - tail], axis=0, method="inverted_cdf")
    observed = sample.homicides
    covered = (lower <= observed) & (observed <= upper)
    return sample.cities[["label", "homicides"]].assign(lower=lower, upper=upper, covered=covered)


def list_statistics(counts: "NDArray[np.int64]", person_years: "NDArray[np.float64]") -> pd.DataFrame:
    """Statistics of a list of cities that a model should be able to reproduce.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n_lists, n_cities)
        Homicides; each row is one list.
    person_years : numpy.ndarray, shape (n_cities,)

    Returns
    -------
    pandas.DataFrame, one row for each list
        `lowest_rate`, `highest_rate` (per 100,000 person-years), `log_rate_deviation` (standard deviation) and
        `log_rate_skewness`.
    """
    rates = counts / person_years * PERSON_YEARS_OF_A_RATE
    # Half a death stands for none, whose logarithm does not exist.
    log_rates = np.log(np.maximum(counts, 0.5) / person_years * PERSON_YEARS_OF_A_RATE)
    return pd.DataFrame(
        {
            "lowest_rate": rates.min(axis=1),
            "highest_rate": rates.max(axis=1),
            "log_rate_deviation": log_rates.std(axis=1, ddof=1),
            "log_rate_skewness": stats.skew(log_rates, axis=1),
        }
    )


def predictive_checks(replicated: pd.DataFrame, observed: "pd.Series[float]") -> pd.DataFrame:
    """Where the observed statistics fall among the replicated ones.

    Parameters
    ----------
    replicated : pandas.DataFrame, shape (n_lists, n_statistics)
    observed : pandas.Series, length n_statistics

    Returns
    -------
    pandas.DataFrame, indexed by statistic
        `observed`, `replicated_median` and `share_at_least` (replicated statistics that reach the observed one; near 0
        or 1, the model does not reproduce it).
    """
    return pd.DataFrame(
        {
            "observed": observed,
            "replicated_median": replicated.median(),
            "share_at_least": (replicated >= observed).mean(),
        }
    )


def _equal_tailed(draws: "NDArray[np.float64]", level: float) -> "NDArray[np.float64]":
    """Lower end, median and upper end along the first axis."""
    tail = (1 - level) / 2
    ends: NDArray[np.float64] = np.quantile(draws, [tail, 0.5, 1 - tail], axis=0)
    return ends
