"""What the fitted city panels say: series, how the variance splits, which cities fell, and how much was reversion."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.city_trends.deviations import PARAMETERS
from citizen_security.cities.city_trends.fitting import CountryFit
from citizen_security.cities.city_trends.panels import CountryPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


COMPONENTS = ("country", "city", "year", "city_trend", "city_wave")


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


def trust_in_weights(fits: Sequence[CountryFit]) -> pd.DataFrame:
    """How far the importance weights of each country can be trusted.

    Parameters
    ----------
    fits : sequence of CountryFit

    Returns
    -------
    pandas.DataFrame, indexed by `iso3`
        `pareto_k` (shape of the tail of the weights) and `effective_draws`.
    """
    rows = [(fit.panel.iso3, fit.pareto_k, fit.effective_draws) for fit in fits]
    return pd.DataFrame(rows, columns=["iso3", "pareto_k", "effective_draws"]).set_index("iso3")


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


def _within_country(fit: CountryFit) -> Floats:
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


def chance_share(fits: Sequence[CountryFit]) -> Floats:
    """Share of chance in the variance of the raw log rates: the counts' own against the risks' and theirs together.

    Parameters
    ----------
    fits : sequence of CountryFit
        With equally many draws.

    Returns
    -------
    numpy.ndarray, shape (n_draws,)
    """
    shares = []
    for draws in zip(*(fit.log_rates for fit in fits), strict=True):
        risks = np.concatenate([each.ravel() for each in draws]).astype(float)
        exposure = [fit.panel.person_years / PERSON_YEARS_OF_A_RATE for fit in fits]
        expected = [np.exp(each.astype(float)) * persons for each, persons in zip(draws, exposure, strict=True)]
        chance = float(np.nanmean(1 / np.concatenate([each.ravel() for each in expected])))
        shares.append(chance / (chance + float(risks.var())))
    return np.array(shares)


def in_percent(log_change: "ArrayLike") -> Floats:
    """A change of a log rate, in per cent."""
    percent: Floats = 100 * np.expm1(np.asarray(log_change, dtype=float))
    return percent


def interval(draws: "ArrayLike", credible_level: float) -> Floats:
    """Equal-tailed interval with the median in its middle, over the first axis; shape (3, …)."""
    tail = (1 - credible_level) / 2
    ends: Floats = np.quantile(np.asarray(draws), [tail, 0.5, 1 - tail], axis=0)
    return ends
