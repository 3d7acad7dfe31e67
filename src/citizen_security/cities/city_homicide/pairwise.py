"""Is one city really more violent than another? The probability, for any two cities."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_homicide.model import stacked
from citizen_security.cities.city_homicide.summaries import probability_higher, rate_ratio
from citizen_security.parameters import unknown

if TYPE_CHECKING:
    import xarray as xr

    from citizen_security.cities.samples import CitySample


def pairwise_probabilities(posterior: "xr.DataTree", sample: "CitySample", first: int) -> pd.DataFrame:
    """Probability that the city of the row has a higher rate than that of the column.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    first : int
        Number of cities, those with the highest raw rates.

    Returns
    -------
    pandas.DataFrame, shape (first, first)
        Indexed by label both ways, highest raw rate first; the diagonal is not a number.
    """
    order = np.argsort(-sample.cities["raw_rate"].to_numpy(), kind="stable")[:first]
    log_rates = stacked(posterior, "log_city_rate")[:, order]
    shares = np.stack([(log_rates[:, [city]] > log_rates).mean(axis=0) for city in range(len(order))])
    np.fill_diagonal(shares, np.nan)
    labels = [sample.labels[city] for city in order]
    return pd.DataFrame(shares, index=labels, columns=labels)


def order_certainty(matrix: pd.DataFrame, probability: float = 0.95) -> float:
    """Share of pairs whose order has at least a probability, whichever way round it is.

    Parameters
    ----------
    matrix : pandas.DataFrame
        As `pairwise_probabilities` makes it.
    probability : float

    Returns
    -------
    float
    """
    pairs = matrix.to_numpy()[np.triu_indices(len(matrix), k=1)]
    return float((np.maximum(pairs, 1 - pairs) >= probability).mean())


def compare_cities(
    posterior: "xr.DataTree", sample: "CitySample", first: str, second: str, credible_level: float
) -> "pd.Series[float]":
    """Probability that the first city's rate is the higher, and how many times the second's it is.

    Parameters
    ----------
    posterior : xarray.DataTree
    sample : CitySample
    first, second : str
        Labels such as `Cali (COL)`, or names as in the table.
    credible_level : float
        Probability of the interval.

    Returns
    -------
    pandas.Series
        `probability_higher`, `ratio`, `ratio_lower`, `ratio_upper`.

    Raises
    ------
    ValueError
        If a city is not in the sample; the message names the nearest.
    """
    one, other = (_position(sample, name) for name in (first, second))
    lower, ratio, upper = rate_ratio(posterior, one, other, credible_level)
    return pd.Series(
        {
            "probability_higher": probability_higher(posterior, one, other),
            "ratio": ratio,
            "ratio_lower": lower,
            "ratio_upper": upper,
        },
        name=f"{sample.labels[one]} against {sample.labels[other]}",
    )


def any_two_cities(
    posterior: "xr.DataTree", sample: "CitySample", rates: pd.DataFrame, ranks: pd.DataFrame, *, kept: int = 200
) -> pd.DataFrame:
    """All that a chart says of any two cities.

    Parameters
    ----------
    posterior : xarray.DataTree
        With `log_city_rate`, in independent draws.
    sample : CitySample
    rates, ranks : pandas.DataFrame
        As `city_rates` and `city_ranks` make them, of the same sample and level.
    kept : int
        Draws of which the difference of two cities is drawn; probabilities are those of all draws.

    Returns
    -------
    pandas.DataFrame, one row for each city, by label
        `label`, `raw_rate`, `rate`, `rate_lower`, `rate_upper`, `rank_lower`, `rank_upper`, `log_rates` (the first
        draws) and `higher` (probability of a higher rate than each city, in the order of the rows).
    """
    table = rates[["label", "raw_rate", "rate", "rate_lower", "rate_upper"]].merge(
        ranks[["label", "rank_lower", "rank_upper"]], on="label", validate="one_to_one"
    )
    order = np.argsort(sample.labels)
    log_rates = stacked(posterior, "log_city_rate")[:, order]
    ordered = table.set_index("label").loc[[sample.labels[city] for city in order]].reset_index()
    higher = [(log_rates[:, [city]] > log_rates).mean(axis=0) for city in range(len(order))]
    return ordered.assign(
        log_rates=pd.Series(list(log_rates[:kept].T), index=ordered.index),
        higher=pd.Series(higher, index=ordered.index),
    )


def _position(sample: "CitySample", name: str) -> int:
    for names in (list(sample.labels), list(sample.cities["city"])):
        if name in names:
            return names.index(name)
    raise ValueError(unknown("city", name, list(sample.cities["city"]), "the cities to compare"))
