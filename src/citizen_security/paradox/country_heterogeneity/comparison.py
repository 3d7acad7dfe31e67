"""Which model predicts: another year of a known country, and a country never seen."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy import special, stats

from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.positions import SPREAD_CENTRE, SPREAD_SCALE
from citizen_security.paradox.country_heterogeneity.residuals import (
    error_deviations,
    error_moments,
    fitted_means,
    news_of,
    thinned_draws,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Log spreads over which an unseen country's own spread is integrated: four prior deviations, in steps well below the
# width that two dozen years leave.
SPREAD_GRID = np.linspace(SPREAD_CENTRE - 4 * SPREAD_SCALE, SPREAD_CENTRE + 4 * SPREAD_SCALE, 241)


# Above this, the tail of the importance weights is too heavy for the estimate to be trusted (Vehtari et al. 2024).
PARETO_LIMIT = 0.7


def compare_years(fits: Mapping[str, SlopeFit]) -> pd.DataFrame:
    """Leave-one-year-out prediction of a country whose other years are known, by PSIS-LOO.

    The density of a year given all the others of its country is known in closed form for normal errors that follow each
    other (Bürkner, Gabry and Vehtari 2021); for independent errors it is the usual one.

    Parameters
    ----------
    fits : mapping
        Name → fit, all on one sample.

    Returns
    -------
    pandas.DataFrame
        One row per fit, best first: fit, elpd, standard_error, difference (from the best), difference_error,
        effective_parameters, largest_pareto, high_pareto (cases above 0.7), cases.

    References
    ----------
    Bürkner, Gabry and Vehtari (2021), Computational Statistics 36; Vehtari, Gelman and Gabry (2017), Statistics and
    Computing 27.
    """
    return _compare({name: _loo(_year_densities(fit), fit) for name, fit in fits.items()})


def compare_countries(fits: Mapping[str, SlopeFit]) -> pd.DataFrame:
    """Leave-one-country-out prediction: every year of a country that the model has never seen, by PSIS.

    The country's level, slopes and spread are integrated over what the model says of countries in general, so that the
    density is that of all its years together and importance weights stay even.

    Parameters
    ----------
    fits : mapping
        Name → fit, all on one sample.

    Returns
    -------
    pandas.DataFrame
        As of `compare_years`; cases are countries.
    """
    return _compare({name: _loo(_country_densities(fit), fit) for name, fit in fits.items()})


def _year_densities(fit: SlopeFit) -> "NDArray[np.float64]":
    """Log density of each country-year given all others and a draw, shape (draws, rows), in the outcome's own units."""
    sample, thinned = fit.sample, thinned_draws(fit)
    carried, variance = error_moments(sample, fit.draws("persistence")[thinned])
    precision = 1 / (variance * error_deviations(fit, thinned)[:, sample.country_index] ** 2)
    weighted = precision * news_of(sample, sample.outcome - fitted_means(fit, thinned), carried)
    own, total = precision.copy(), weighted.copy()
    # Each year is also in the news of the year after it.
    later = np.flatnonzero(~sample.first)
    own[:, later - 1] += (carried**2 * precision)[:, later]
    total[:, later - 1] -= (carried * weighted)[:, later]
    density: NDArray[np.float64] = 0.5 * np.log(own / (2 * np.pi)) - 0.5 * total**2 / own - np.log(sample.outcome_scale)
    return density


def _country_densities(fit: SlopeFit) -> "NDArray[np.float64]":
    """Log density of all years of each country, its own effects integrated out, shape (draws, countries)."""
    thinned = thinned_draws(fit)
    return np.stack([_one_country_density(fit, thinned, c) for c in range(len(fit.sample.countries))], axis=1)


def _one_country_density(fit: SlopeFit, thinned: "NDArray[np.int64]", c: int) -> "NDArray[np.float64]":
    sample = fit.sample
    rows = np.flatnonzero(sample.country_index == c)
    carried, variance = (part[:, rows] for part in error_moments(sample, fit.draws("persistence")[thinned]))
    errors, effects, deviation = _unseen(fit, thinned, rows)
    root = np.sqrt(variance)
    # A first year carries nothing over, so that the row before it, of another country, is multiplied by zero.
    white = (errors - carried * np.roll(errors, 1, axis=1)) / root
    columns = (effects[None] - carried[..., None] * np.roll(effects, 1, axis=0)[None]) / root[..., None]
    scaled = columns * deviation[:, None, :]
    values, vectors = np.linalg.eigh(np.einsum("dri,drj->dij", scaled, scaled))
    along = np.einsum("dij,dri,dr->dj", vectors, scaled, white)
    log_spread, weight = _spread_nodes(fit, thinned, c)
    spread_variance = np.exp(2 * log_spread)[..., None]
    added = np.log1p(np.clip(values, 0, None)[:, None, :] / spread_variance).sum(axis=-1)
    explained = (along[:, None, :] ** 2 / (spread_variance + np.clip(values, 0, None)[:, None, :])).sum(axis=-1)
    square = ((white**2).sum(axis=1)[:, None] - explained) / spread_variance[..., 0]
    constant = len(rows) * np.log(2 * np.pi) + np.log(variance).sum(axis=1)[:, None]
    density = -0.5 * (constant + 2 * len(rows) * log_spread + added + square)
    total: NDArray[np.float64] = special.logsumexp(density, axis=1, b=weight) - len(rows) * np.log(sample.outcome_scale)
    return total


def _unseen(
    fit: SlopeFit, thinned: "NDArray[np.int64]", rows: "NDArray[np.int64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]":
    """Errors about what is known of an unseen country, the columns of its own effects, and their deviations."""
    sample, pooled = fit.sample, fit.draws("average_slope")[thinned]
    level = fit.draws("level")[thinned][:, None]
    known = (
        level + fit.draws("year_effect")[thinned][:, sample.year_index[rows]] + pooled @ sample.driver_values[rows].T
    )
    effects = np.column_stack([np.ones(len(rows)), sample.driver_values[rows]])
    own_level = fit.draws("level_deviation")[thinned][:, None]
    return sample.outcome[rows] - known, effects, np.hstack([own_level, fit.draws("slope_deviation")[thinned]])


def _spread_nodes(
    fit: SlopeFit, thinned: "NDArray[np.int64]", c: int
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Log spreads of an unseen country and their weights, each of shape (draws or 1, nodes)."""
    if fit.design.spread == "common":
        return fit.draws("log_spread")[thinned][:, c, None], np.ones((1, 1))
    weight = stats.norm.pdf(SPREAD_GRID, SPREAD_CENTRE, SPREAD_SCALE)
    return SPREAD_GRID[None], (weight / weight.sum())[None]


def _loo(densities: "NDArray[np.float64]", fit: SlopeFit) -> Any:
    """PSIS-LOO of ArviZ for log densities of shape (draws, cases)."""
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset({"persistence": (("chain", "draw"), np.zeros((1, len(densities))))}),
            "log_likelihood": xr.Dataset({"outcome": (("chain", "draw", "case"), densities[None])}),
        }
    )
    with warnings.catch_warnings():
        # The table says how many cases have heavy tails, and how heavy the worst is.
        warnings.filterwarnings("ignore", message="Estimated shape parameter of Pareto distribution")
        # The draws are thinned, so they count as independent ones.
        return az.loo(tree, var_name="outcome", pointwise=True, reff=1.0)


def _compare(found: Mapping[str, Any]) -> pd.DataFrame:
    elements = {name: np.asarray(loo.elpd_i) for name, loo in found.items()}
    best = max(found, key=lambda name: elements[name].sum())
    rows = [
        {
            "fit": name,
            "elpd": float(elements[name].sum()),
            "standard_error": float(np.sqrt(len(elements[name])) * elements[name].std()),
            "difference": float((elements[name] - elements[best]).sum()),
            "difference_error": float(np.sqrt(len(elements[name])) * (elements[name] - elements[best]).std()),
            "effective_parameters": float(loo.p),
            "largest_pareto": float(np.max(loo.pareto_k)),
            "high_pareto": int((np.asarray(loo.pareto_k) > PARETO_LIMIT).sum()),
            "cases": len(elements[name]),
        }
        for name, loo in found.items()
    ]
    return pd.DataFrame(rows).sort_values("elpd", ascending=False, ignore_index=True)
