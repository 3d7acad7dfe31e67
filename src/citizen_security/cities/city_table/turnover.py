"""The same list a year later: how much of it is new, and how much chance alone would renew."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.concentration.gamma_risk import draw_risks, fit_gamma_risk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def consecutive(years: list[int]) -> list[tuple[int, int]]:
    """Pairs of a year and the next, where both are there."""
    return [(year, year + 1) for year in years if year + 1 in years]


def top_cities(rates: "ArrayLike", length: int) -> "NDArray[np.bool_]":
    """Whether each city is among the highest rates.

    Parameters
    ----------
    rates : array_like, shape (…, n)
    length : int
        At most n.

    Returns
    -------
    numpy.ndarray of bool, shape (…, n)
        True for exactly `length` along the last axis; of equal rates, the first.
    """
    values = np.asarray(rates, dtype=float)
    order = np.argsort(-values, axis=-1, kind="stable")[..., :length]
    among = np.zeros(values.shape, dtype=bool)
    np.put_along_axis(among, order, True, axis=-1)
    return among


def turnover(before: "NDArray[np.bool_]", after: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """Share of a list that was not on the one before.

    Parameters
    ----------
    before, after : numpy.ndarray of bool, shape (…, n)

    Returns
    -------
    numpy.ndarray, shape (…)
    """
    replaced: NDArray[np.float64] = (after & ~before).sum(axis=-1) / after.sum(axis=-1)
    return replaced


def turnover_by_year(
    eligible: pd.DataFrame, years: list[tuple[int, int]], length: int, draws: int, seed: int
) -> pd.DataFrame:
    """How much of a list of the highest rates is new each year, and how much chance alone would renew.

    For chance each city's risk is held: drawn given the count of the first year, its country's gamma distribution of
    risk being the prior, and two years of Poisson counts are drawn from the same risk.

    Parameters
    ----------
    eligible : pandas.DataFrame
        As of `eligible_cities`.
    years : list of tuple of int
        As of `consecutive`.
    length : int
        Length of the list.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, one row for each pair of years and draw
        `year` (the later), `draw`, `observed` and `chance` (shares of the list).
    """
    generator = np.random.default_rng(seed)
    parts = []
    for first, second in years:
        pair = _both_years(eligible, first, second)
        observed = turnover(*(top_cities(pair[f"rate_{year}"], length) for year in (first, second)))
        chance = _chance_turnover(pair, first, second, length, draws, generator)
        parts.append(
            pd.DataFrame({"year": second, "draw": range(draws), "observed": float(observed), "chance": chance})
        )
    return pd.concat(parts, ignore_index=True)


def _both_years(eligible: pd.DataFrame, first: int, second: int) -> pd.DataFrame:
    """Cities that are eligible in both years, sorted by country."""
    wide = eligible[eligible["year"].isin((first, second))].pivot(
        index=["iso3", "city_code"], columns="year", values=["homicides", "population", "rate"]
    )
    wide.columns = wide.columns.map("{0[0]}_{0[1]}".format)
    return wide.dropna().sort_index()


def _chance_turnover(
    pair: pd.DataFrame, first: int, second: int, length: int, draws: int, generator: np.random.Generator
) -> "NDArray[np.float64]":
    expected = np.hstack(
        [
            draw_risks(fit_gamma_risk(rows[f"homicides_{first}"], rows[f"population_{first}"]), draws, generator)
            for _, rows in pair.groupby(level="iso3")
        ]
    )
    growth = (pair[f"population_{second}"] / pair[f"population_{first}"]).to_numpy()
    lists = [
        top_cities(generator.poisson(mean) / pair[f"population_{year}"].to_numpy(), length)
        for year, mean in ((first, expected), (second, expected * growth))
    ]
    return turnover(*lists)


def summarise_turnover(renewed: pd.DataFrame, confidence_level: float) -> pd.DataFrame:
    """Observed and chance turnover of each year.

    Parameters
    ----------
    renewed : pandas.DataFrame
        As of `turnover_by_year`.
    confidence_level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each year
        `year`, `observed`, `chance` (mean), `chance_lower`, `chance_upper`.
    """
    groups, tail = renewed.groupby("year"), (1 - confidence_level) / 2
    table = groups.agg(observed=("observed", "first"), chance=("chance", "mean"))
    ends = {"chance_lower": groups["chance"].quantile(tail), "chance_upper": groups["chance"].quantile(1 - tail)}
    return table.assign(**ends).reset_index()
