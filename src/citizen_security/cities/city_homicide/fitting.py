"""Fits of the city model by integration on a grid: of everything, and under several priors."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from citizen_security.cities.city_homicide.level_grid import FINE, GridFit, draw_city_rates
from citizen_security.cities.city_homicide.list_cut_off import fit_listed, list_cities
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.city_homicide.summaries import city_ranks, upper_levels
from citizen_security.cities.samples import CitySample


def fit_cities(
    sample: CitySample, priors: CityPriors, *, draws: int, seed: int, sizes: tuple[int, int, int, int] = FINE
) -> GridFit:
    """Posterior of every level by integration, in independent draws: no chains.

    Parameters
    ----------
    sample : CitySample
    priors : CityPriors
    draws, seed : int
    sizes : tuple of int
        Points of the first grid.

    Returns
    -------
    GridFit
        With `log_city_rate` and `log_country_rate` (rates per 100,000 person-years) and the likelihood of each city.
    """
    cities = list_cities(sample, 0)
    fit = fit_listed(cities, priors, rule=False, draws=draws, seed=seed, sizes=sizes, pointwise=True)
    completed = draw_city_rates(fit.posterior, cities, seed)
    labels = {"city": list(sample.labels), "country": list(sample.countries)}
    named = completed["posterior"].to_dataset().assign_coords(labels)
    return replace(fit, posterior=completed.assign({"posterior": xr.DataTree(named)}))


def compare_priors(
    reference: GridFit,
    variants: Mapping[str, CityPriors],
    sample: CitySample,
    credible_level: float,
    *,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """What the conclusions would be under other priors.

    Parameters
    ----------
    reference : GridFit
        Fit under the priors of the analysis.
    variants : mapping
        Name → priors to fit again with.
    sample : CitySample
    credible_level : float
        Probability of the intervals.
    draws, seed : int
        Of each fit.

    Returns
    -------
    pandas.DataFrame, one row for each prior, the reference first
        For `overall_rate`, `between_country_deviation` (both where there are two countries or more) and
        `between_city_deviation` the median, `_lower` and `_upper`;
        `first_city`, `first_city_probability`, `rank_interval_width_median` (places), and
        `largest_change_percent`, the largest change of any city's median rate from the reference; `grid_error` of the
        fit.
    """
    fits = {"as given": reference} | {
        name: fit_cities(sample, priors, draws=draws, seed=seed) for name, priors in variants.items()
    }
    base = _median_log_rates(reference)
    rows = [{"priors": name} | _conclusions(fit, sample, credible_level, base) for name, fit in fits.items()]
    return pd.DataFrame(rows)


def _conclusions(fit: GridFit, sample: CitySample, credible_level: float, base: np.ndarray) -> dict[str, object]:
    levels = upper_levels(fit.posterior, credible_level).drop("country_share_of_variance", errors="ignore")
    ranks = city_ranks(fit.posterior, sample, credible_level, top_places=1)
    first = ranks.iloc[int(ranks["probability_first"].argmax())]
    row: dict[str, object] = {}
    for name, values in levels.iterrows():
        row |= {f"{name}": values["median"], f"{name}_lower": values["lower"], f"{name}_upper": values["upper"]}
    return row | {
        "first_city": first["label"],
        "first_city_probability": first["probability_first"],
        "rank_interval_width_median": ranks["rank_width"].median(),
        "largest_change_percent": float(np.expm1(np.abs(_median_log_rates(fit) - base)).max() * 100),
        "grid_error": fit.grid_error,
    }


def _median_log_rates(fit: GridFit) -> np.ndarray:
    medians: np.ndarray = np.median(stacked(fit.posterior, "log_city_rate"), axis=0)
    return medians
