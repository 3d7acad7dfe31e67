"""What a fit says about cities and countries: rates, shrinkage, ranks, comparisons, and how its variance splits."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from citizen_security.cities.city_homicide.model import stacked
from citizen_security.cities.samples import CitySample, raw_rates
from citizen_security.methods.ranks import rank_from_highest, summarise_ranks
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Cities that are shown beside as many as there are top places.
MORE_CITIES = 5

# Log rates that differ by less are equal: the counts are, and the rest is rounding.
EQUAL = 1e-9

# A flag that most rows carry, since the list is of one year and they are of others.
ANOTHER_YEAR = "year differs from table label 2016"
PRINTED = "printed rate (homicides in the year)"


def flagged_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the printed list with a flag that says more than that they are of another year.

    Parameters
    ----------
    table : pandas.DataFrame
        The table `city_table`.

    Returns
    -------
    pandas.DataFrame
        `rank`, `city` with its country, the printed rate with homicides and year in brackets, and `flags`: few columns,
        so that all of them are seen on a phone.
    """
    more = table["flags"].notna() & (table["flags"] != ANOTHER_YEAR)
    return pd.DataFrame(
        [
            {
                "rank": row.rank,
                "city": f"{row.city} ({row.iso3})",
                PRINTED: f"{row.homicide_rate_as_printed} ({row.homicides:,} in {row.year})",
                "flags": row.flags,
            }
            for row in table[more].itertuples(index=False)
        ]
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


def city_rates(posterior: xr.DataTree, sample: CitySample, credible_level: float) -> pd.DataFrame:
    """Raw and posterior rate of each city, with intervals, and how far the model moved it.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each city
        The columns of `raw_rates` and `rate` (posterior median), `rate_lower`, `rate_upper` (per 100,000
        person-years) and `change_percent` (posterior median over raw rate; blank for a city without homicides).
    """
    table = raw_rates(sample, credible_level)
    lower, middle, upper = _equal_tailed(np.exp(stacked(posterior, "log_city_rate")), credible_level)
    return table.assign(
        rate=middle,
        rate_lower=lower,
        rate_upper=upper,
        change_percent=(middle / table["raw_rate"].where(table["raw_rate"] > 0) - 1) * 100,
    )


def city_ranks(posterior: xr.DataTree, sample: CitySample, credible_level: float, top_places: int) -> pd.DataFrame:
    """Where each city stands among those of the sample, and how surely.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    credible_level : float
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
        **summarise_ranks(ranks, credible_level, top_places),
    )


def likely_first(ranks: pd.DataFrame, top_places: int) -> pd.DataFrame:
    """The cities that most probably have the highest rate, with the intervals of their ranks.

    Parameters
    ----------
    ranks : pandas.DataFrame
        Of `city_ranks`.
    top_places : int

    Returns
    -------
    pandas.DataFrame, most probable first
        As many cities as there are top places, and `MORE_CITIES` more.
    """
    columns = ["label", "raw_rank", "rank_lower", "rank_upper", "probability_first", "probability_top"]
    return ranks.sort_values("probability_first", ascending=False)[columns].head(top_places + MORE_CITIES)


def rates_and_ranks(rates: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """Rate and rank of each city in one table.

    Parameters
    ----------
    rates, ranks : pandas.DataFrame
        Of `city_rates` and `city_ranks`.

    Returns
    -------
    pandas.DataFrame, one row for each city
    """
    return rates.merge(ranks.drop(columns=["iso3", "is_lac", "raw_rank"]), on="label").drop(columns=["person_years"])


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


def rate_ratio(posterior: xr.DataTree, first: int, second: int, credible_level: float) -> tuple[float, float, float]:
    """How many times one city's rate is another's: lower end, median and upper end.

    Parameters
    ----------
    posterior : xarray.DataTree
    first, second : int
        Positions of the cities in the sample.
    credible_level : float
        Probability of the interval.

    Returns
    -------
    tuple of float
    """
    log_rates = stacked(posterior, "log_city_rate")
    lower, middle, upper = _equal_tailed(np.exp(log_rates[:, first] - log_rates[:, second]), credible_level)
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


def country_rates(posterior: xr.DataTree, sample: CitySample, credible_level: float) -> pd.DataFrame:
    """Level of each country's listed cities: the median city of the country, by the model.

    Parameters
    ----------
    posterior : xarray.DataTree
        With `log_country_rate`.
    sample : CitySample
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each country, highest first
        `iso3`, `cities`, `pooled_rate` (all homicides over all person-years), `rate`, `rate_lower`, `rate_upper` (per
        100,000 person-years).
    """
    lower, middle, upper = _equal_tailed(np.exp(stacked(posterior, "log_country_rate")), credible_level)
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


def upper_levels(posterior: xr.DataTree, credible_level: float) -> pd.DataFrame:
    """Overall rate, the two deviations, and the share of the variance that lies between countries.

    Parameters
    ----------
    posterior : xarray.DataTree
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, indexed by quantity
        `median`, `lower`, `upper` of `overall_rate` (per 100,000 person-years), `between_country_deviation`,
        `between_city_deviation` (log rate) and `country_share_of_variance`; of one country `between_city_deviation`
        alone, since the others are hardly more than their priors.
    """
    country, city = stacked(posterior, "country_deviation"), stacked(posterior, "city_deviation")
    draws = {
        "overall_rate": np.exp(stacked(posterior, "overall_log_rate")),
        "between_country_deviation": country,
        "between_city_deviation": city,
        "country_share_of_variance": country**2 / (country**2 + city**2),
    }
    if stacked(posterior, "log_country_rate").shape[1] == 1:
        draws = {"between_city_deviation": city}
    rows = {name: _equal_tailed(values, credible_level) for name, values in draws.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lower", "median", "upper"])


def predictive_intervals(counts: "NDArray[np.int64]", sample: CitySample, credible_level: float) -> pd.DataFrame:
    """Interval of replicated homicides for each city, and whether it holds the observed number.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n_draws, n_cities)
        Replicated homicides.
    sample : CitySample
    credible_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each city
        `label`, `homicides`, `lower`, `upper` (victims), `covered`.
    """
    tail = (1 - credible_level) / 2
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
        `log_rate_skewness`, of three cities and more: that of two is always none.
    """
    rates = counts / person_years * PERSON_YEARS_OF_A_RATE
    # Half a death stands for none, whose logarithm does not exist.
    log_rates = np.log(np.maximum(counts, 0.5) / person_years * PERSON_YEARS_OF_A_RATE)
    statistics = pd.DataFrame(
        {
            "lowest_rate": rates.min(axis=1),
            "highest_rate": rates.max(axis=1),
            "log_rate_deviation": log_rates.std(axis=1, ddof=1),
        }
    )
    if log_rates.shape[1] == 2:
        return statistics
    return statistics.assign(log_rate_skewness=_skewness(log_rates))


def _skewness(log_rates: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Of each row; equal rates have none."""
    equal = np.ptp(log_rates, axis=1) < EQUAL
    skewness: NDArray[np.float64] = np.zeros(len(log_rates))
    skewness[~equal] = stats.skew(log_rates[~equal], axis=1)
    return skewness


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


def _equal_tailed(draws: "NDArray[np.float64]", credible_level: float) -> "NDArray[np.float64]":
    """Lower end, median and upper end along the first axis."""
    tail = (1 - credible_level) / 2
    ends: NDArray[np.float64] = np.quantile(draws, [tail, 0.5, 1 - tail], axis=0)
    return ends
