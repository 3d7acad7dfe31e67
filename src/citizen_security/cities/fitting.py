"""Fits of the city model: sampled, completed and through the gate, alone or under several priors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from citizen_security.cities.model import Priors, draw_country_rates, stacked
from citizen_security.cities.sample import CitySample
from citizen_security.cities.summaries import city_ranks, upper_levels
from citizen_security.sampling import Diagnostics, Gate, Settings, check_convergence, sample_posterior


@dataclass(frozen=True)
class Fit:
    """A converged fit.

    Attributes
    ----------
    posterior : xarray.DataTree
        Draws, country levels included.
    diagnostics : Diagnostics
    """

    posterior: xr.DataTree
    diagnostics: Diagnostics


def fit_cities(name: str, compiled: Any, sample: CitySample, priors: Priors, settings: Settings, gate: Gate) -> Fit:
    """Sample the integrated model, draw the country levels, and check convergence of everything.

    Parameters
    ----------
    name : str
        Name of the fit, for messages.
    compiled : nutpie.CompiledModel
        Of `build_integrated_city_model` on the same sample; the priors it was built with are replaced.
    sample : CitySample
    priors : Priors
    settings : Settings
    gate : Gate

    Returns
    -------
    Fit

    Raises
    ------
    NotConverged
        If the fit fails the gate.
    """
    drawn = sample_posterior(compiled, settings, priors.data())
    posterior = draw_country_rates(drawn, sample, settings.seed)
    return Fit(posterior, check_convergence(name, posterior, gate))


def compare_priors(
    reference: Fit,
    variants: Mapping[str, Priors],
    compiled: Any,
    sample: CitySample,
    settings: Settings,
    gate: Gate,
    level: float,
) -> pd.DataFrame:
    """What the conclusions would be under other priors.

    Parameters
    ----------
    reference : Fit
        Fit under the priors of the analysis.
    variants : mapping
        Name → priors to fit again with.
    compiled : nutpie.CompiledModel
    sample : CitySample
    settings : Settings
    gate : Gate
        Each fit must pass it.
    level : float
        Probability of the intervals.

    Returns
    -------
    pandas.DataFrame, one row for each prior, the reference first
        For `overall_rate`, `between_country_deviation` and `between_city_deviation` the median, `_lower` and `_upper`;
        `first_city`, `first_city_probability`, `rank_interval_width_median` (places), and
        `largest_change_percent`, the largest change of any city's median rate from the reference.

    Raises
    ------
    NotConverged
        If one of the fits fails the gate.
    """
    fits = {"as given": reference} | {
        name: fit_cities(f"the model with {name} priors", compiled, sample, priors, settings, gate)
        for name, priors in variants.items()
    }
    base = _median_log_rates(reference)
    rows = [{"priors": name} | _conclusions(fit, sample, level, base) for name, fit in fits.items()]
    return pd.DataFrame(rows)


def _conclusions(fit: Fit, sample: CitySample, level: float, base: np.ndarray) -> dict[str, object]:
    levels = upper_levels(fit.posterior, level).drop("country_share_of_variance")
    ranks = city_ranks(fit.posterior, sample, level, top_places=1)
    first = ranks.iloc[int(ranks["probability_first"].argmax())]
    row: dict[str, object] = {}
    for name, values in levels.iterrows():
        row |= {f"{name}": values["median"], f"{name}_lower": values["lower"], f"{name}_upper": values["upper"]}
    return row | {
        "first_city": first["label"],
        "first_city_probability": first["probability_first"],
        "rank_interval_width_median": ranks["rank_width"].median(),
        "largest_change_percent": float(np.expm1(np.abs(_median_log_rates(fit) - base)).max() * 100),
    }


def _median_log_rates(fit: Fit) -> np.ndarray:
    medians: np.ndarray = np.median(stacked(fit.posterior, "log_city_rate"), axis=0)
    return medians
