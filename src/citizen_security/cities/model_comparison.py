"""Poisson against negative binomial, with and without the selection rule: what one count per city can tell apart.

Every model is compared by the probability that it gives to a city's count with the city's own level integrated out.
Given its own level, a city's count is its own best predictor, and leaving it out changes everything: importance weights
fail.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from citizen_security.cities.count_likelihood import log_probability_of_counts
from citizen_security.cities.level_grid import SIMULATED, GridFit, fit_on_grid
from citizen_security.cities.model import Priors, stacked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from citizen_security.cities.selection import ListedCities

    Array = NDArray[np.float64]

# Midpoints of the grid of the extra spread, and the scale of its half-normal prior: a quarter more or less.
EXTRA_DEVIATIONS = 8
EXTRA_SCALE = 0.25


def fit_negative_binomial(listed: "ListedCities", priors: Priors, *, draws: int, seed: int) -> GridFit:
    """Posterior of the negative binomial model, without the rule, by integration on a grid.

    Parameters
    ----------
    listed : ListedCities
    priors : Priors
    draws, seed : int

    Returns
    -------
    GridFit
        With `extra_deviation` in its posterior.
    """
    step = 4 * EXTRA_SCALE / EXTRA_DEVIATIONS
    extras = step * (np.arange(EXTRA_DEVIATIONS) + 0.5)
    fits = [_fit_given_extra(listed, priors, extra, draws, seed) for extra in extras]
    log_weights = np.array([fit.log_evidence for fit in fits]) + stats.halfnorm.logpdf(extras, scale=EXTRA_SCALE)
    weights = np.exp(log_weights - log_weights.max())
    generator = np.random.default_rng(seed)
    chosen = generator.choice(EXTRA_DEVIATIONS, size=draws, p=weights / weights.sum())
    posterior = _mixed([fit.posterior["posterior"].to_dataset() for fit in fits], chosen)
    posterior["extra_deviation"] = (("chain", "draw"), (extras[chosen] + step * (generator.random(draws) - 0.5))[None])
    likelihood = _mixed([fit.posterior["log_likelihood"].to_dataset() for fit in fits], chosen)
    tree = xr.DataTree.from_dict({"posterior": posterior, "log_likelihood": likelihood})
    return GridFit(tree, float(log_weights.max() + np.log(weights.sum() * step)))


def _fit_given_extra(listed: "ListedCities", priors: Priors, extra: float, draws: int, seed: int) -> GridFit:
    def likelihood(country: "Array", city_deviation: "Array") -> "Array":
        return log_probability_of_counts(listed, country, city_deviation, extra)

    return fit_on_grid(likelihood, listed, priors, draws=draws, seed=seed, sizes=SIMULATED)


def _mixed(datasets: list[xr.Dataset], chosen: "NDArray[np.int64]") -> xr.Dataset:
    """For each draw, that draw of the data set that was chosen."""
    together = xr.concat(datasets, dim="extra")
    return together.isel(extra=xr.DataArray(chosen, dims="draw"), draw=xr.DataArray(range(len(chosen)), dims="draw"))


def identify_spread(fit: GridFit, priors: Priors, level: float, *, seed: int) -> pd.DataFrame:
    """What the counts add to the priors of two kinds of spread, and of both together.

    Parameters
    ----------
    fit : GridFit
        With `city_deviation` and `extra_deviation`.
    priors : Priors
    level : float
        Probability of the intervals.
    seed : int
        Of the draws from the priors.

    Returns
    -------
    pandas.DataFrame, indexed by quantity
        `prior_lower`, `prior_median`, `prior_upper`, `lower`, `median`, `upper` of `city_deviation`, `extra_deviation`
        and `total_deviation` (log rate), and `narrowing`: one less the ratio of the interval's width to the prior's.
    """
    draws = 20_000
    generator = np.random.default_rng(seed)
    prior = {
        "city_deviation": np.abs(generator.normal(0, priors.city_scale, draws)),
        "extra_deviation": np.abs(generator.normal(0, EXTRA_SCALE, draws)),
    }
    posterior = {name: stacked(fit.posterior, name) for name in prior}
    ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
    rows = {
        name: np.concatenate([np.quantile(before, ends), np.quantile(after, ends)])
        for (name, before), after in zip(_with_total(prior).items(), _with_total(posterior).values(), strict=True)
    }
    names = ["prior_lower", "prior_median", "prior_upper", "lower", "median", "upper"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    width = table["upper"] - table["lower"]
    return table.assign(narrowing=1 - width / (table["prior_upper"] - table["prior_lower"]))


def _with_total(spread: "dict[str, Array]") -> "dict[str, Array]":
    return spread | {"total_deviation": np.hypot(spread["city_deviation"], spread["extra_deviation"])}


@dataclass(frozen=True)
class Comparison:
    """Models compared by leaving out one city after the other.

    Attributes
    ----------
    models : pandas.DataFrame, one row for each model, best first
        `elpd` (expected log predictive density of all cities) and `elpd_error`, `effective_parameters`,
        `difference` from the best and `difference_error`, `maximum_pareto_k` and `above_threshold` (cities whose
        Pareto k is above the threshold).
    cities : pandas.DataFrame, one row for each city and model
        `model`, `city` (position), `elpd`, `pareto_k`.
    threshold : float
        Pareto k above which a city's figure is not to be trusted.
    """

    models: pd.DataFrame
    cities: pd.DataFrame
    threshold: float


def compare_by_leaving_out(fits: "Mapping[str, GridFit]") -> Comparison:
    """Expected log predictive density of each model, each city left out by importance sampling.

    Parameters
    ----------
    fits : mapping
        Name → fit of the same cities.

    Returns
    -------
    Comparison

    References
    ----------
    Vehtari, Gelman and Gabry (2017), Statistics and Computing 27(5).
    """
    found = {name: az.loo(fit.posterior, pointwise=True, reff=1.0) for name, fit in fits.items()}
    cities = pd.concat(
        [
            pd.DataFrame({"city": range(each.n_data_points), "elpd": each.elpd_i, "pareto_k": each.pareto_k}).assign(
                model=name
            )
            for name, each in found.items()
        ],
        ignore_index=True,
    )
    models = pd.DataFrame([_row(name, each) for name, each in found.items()])
    models = models.sort_values("elpd", ascending=False, ignore_index=True)
    best = found[models["model"][0]].elpd_i.to_numpy()
    differences = [found[name].elpd_i.to_numpy() - best for name in models["model"]]
    models["difference"] = [each.sum() for each in differences]
    # Of a sum of as many independent differences as there are cities.
    models["difference_error"] = [np.sqrt(len(each)) * each.std(ddof=1) for each in differences]
    return Comparison(models, cities, min(float(each.good_k) for each in found.values()))


def _row(name: str, each: "az.ELPDData") -> dict[str, object]:
    shapes = each.pareto_k.to_numpy()
    return {
        "model": name,
        "elpd": each.elpd,
        "elpd_error": each.se,
        "effective_parameters": each.p,
        "maximum_pareto_k": shapes.max(),
        "above_threshold": int((shapes > each.good_k).sum()),
    }
