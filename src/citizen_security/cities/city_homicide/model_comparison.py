"""Poisson against negative binomial, with and without the selection rule: what one count per city can tell apart.

Every model is compared by the probability that it gives to a city's count with the city's own level integrated out.
Given its own level, a city's count is its own best predictor, and leaving it out changes everything: importance weights
fail.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import arviz as az
import numpy as np
import pandas as pd
import xarray as xr
from scipy import special, stats

from citizen_security.cities.city_homicide.level_grid import SIMULATED, GridFit, fit_on_grid
from citizen_security.cities.city_homicide.list_cut_off import SMALLEST_CITY_DEVIATION, fit_listed, log_likelihood
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.cities.city_homicide.parameters import EXTRA_POINTS
from citizen_security.methods.arrays import Floats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from citizen_security.cities.city_homicide.listed_cities import ListedCities

    Sizes = tuple[int, int, int, int]
    Recipe = Callable[[ListedCities, int, Sizes | None], GridFit]

# Scale of the half-normal prior of the extra spread: a quarter more or less.
EXTRA_SCALE = 0.25


def recipes(priors: CityPriors, seed: int, extra_points: int = EXTRA_POINTS) -> "dict[str, Recipe]":
    """How each of the models that are compared is fitted to any cities, in any number of draws.

    Parameters
    ----------
    priors : CityPriors
    seed : int
    extra_points : int
        Points of the grid of the extra spread.

    Returns
    -------
    dict
        Name → function of the cities, the number of draws and the points of the grid, or none where the grid is to be
        refined until a finer one says the same.
    """

    def poisson(listed: "ListedCities", draws: int, sizes: "Sizes | None" = None, *, rule: bool) -> GridFit:
        first, refine = sizes or SIMULATED, sizes is None
        return fit_listed(
            listed, priors, rule=rule, draws=draws, seed=seed, sizes=first, pointwise=True, refine=refine
        )  # fmt: skip

    def negative_binomial(listed: "ListedCities", draws: int, sizes: "Sizes | None" = None, *, rule: bool) -> GridFit:
        return fit_negative_binomial(
            listed, priors, rule=rule, draws=draws, seed=seed, extra_points=extra_points, sizes=sizes
        )  # fmt: skip

    return {
        "Poisson": partial(poisson, rule=False),
        "Poisson, with the rule": partial(poisson, rule=True),
        "negative binomial": partial(negative_binomial, rule=False),
        "negative binomial, with the rule": partial(negative_binomial, rule=True),
    }


def fit_negative_binomial(
    listed: "ListedCities",
    priors: CityPriors,
    *,
    rule: bool,
    draws: int,
    seed: int,
    extra_points: int = EXTRA_POINTS,
    sizes: "Sizes | None" = None,
) -> GridFit:
    """Posterior of the negative binomial model, with or without the rule, by integration on a grid.

    Parameters
    ----------
    listed : ListedCities
    priors : CityPriors
    rule : bool
    draws, seed : int
    extra_points : int
        Points of the grid of the extra spread.
    sizes : tuple of int, optional
        Points of the grids of the other numbers; without, each is refined until a finer one says the same.

    Returns
    -------
    GridFit
        With `extra_deviation` in its posterior; `grid_error` and `sizes` are the largest of the grids.
    """
    step = 4 * EXTRA_SCALE / extra_points
    extras = step * (np.arange(extra_points) + 0.5)
    fits = [_fit_given_extra(listed, priors, extra, rule, draws, seed, sizes) for extra in extras]
    log_weights = np.array([fit.log_evidence for fit in fits]) + stats.halfnorm.logpdf(extras, scale=EXTRA_SCALE)
    scaled = np.exp(log_weights - log_weights.max())
    weights = scaled / scaled.sum()
    generator = np.random.default_rng(seed)
    drawn = generator.choice(extra_points, size=draws, p=weights)
    posterior = _mixed([fit.posterior["posterior"].to_dataset() for fit in fits], drawn)
    posterior["extra_deviation"] = (("chain", "draw"), (extras[drawn] + step * (generator.random(draws) - 0.5))[None])
    likelihood = _mixed([fit.posterior["log_likelihood"].to_dataset() for fit in fits], drawn)
    tree = xr.DataTree.from_dict({"posterior": posterior, "log_likelihood": likelihood})
    return GridFit(
        tree,
        float(log_weights.max() + np.log(scaled.sum() * step)),
        _mixed_moments(fits, weights),
        max(fit.grid_error for fit in fits),
        max(fit.sizes for fit in fits),
    )


def _fit_given_extra(
    listed: "ListedCities",
    priors: CityPriors,
    extra: float,
    rule: bool,
    draws: int,
    seed: int,
    sizes: "Sizes | None",
) -> GridFit:
    def likelihood(country: Floats, city_deviation: Floats) -> Floats:
        return log_likelihood(listed, country, city_deviation, rule=rule, extra_deviation=extra)

    return fit_on_grid(
        likelihood,
        listed,
        priors,
        draws=draws,
        seed=seed,
        sizes=sizes or SIMULATED,
        smallest_city_deviation=SMALLEST_CITY_DEVIATION if rule else 0,
        pointwise=True,
        refine=sizes is None,
    )


def _mixed_moments(fits: list[GridFit], weights: Floats) -> dict[str, tuple[float, float]]:
    """Mean and deviation of a mixture."""
    mixed = {}
    for name in fits[0].moments:
        means, widths = np.array([fit.moments[name] for fit in fits]).T
        mean = weights @ means
        mixed[name] = (float(mean), float(np.sqrt(weights @ (widths**2 + (means - mean) ** 2))))
    return mixed


def _mixed(datasets: list[xr.Dataset], drawn: "NDArray[np.int64]") -> xr.Dataset:
    """For each draw, that draw of the data set that was chosen."""
    together = xr.concat(datasets, dim="extra")
    return together.isel(extra=xr.DataArray(drawn, dims="draw"), draw=xr.DataArray(range(len(drawn)), dims="draw"))


def identify_spread(fit: GridFit, priors: CityPriors, credible_level: float, *, seed: int) -> pd.DataFrame:
    """What the counts add to the priors of two kinds of spread, and of both together.

    Parameters
    ----------
    fit : GridFit
        With `city_deviation` and `extra_deviation`.
    priors : CityPriors
    credible_level : float
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
    ends = [(1 - credible_level) / 2, 0.5, (1 + credible_level) / 2]
    rows = {
        name: np.concatenate([np.quantile(before, ends), np.quantile(after, ends)])
        for (name, before), after in zip(_with_total(prior).items(), _with_total(posterior).values(), strict=True)
    }
    names = ["prior_lower", "prior_median", "prior_upper", "lower", "median", "upper"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names)
    width = table["upper"] - table["lower"]
    return table.assign(narrowing=1 - width / (table["prior_upper"] - table["prior_lower"]))


def _with_total(spread: "dict[str, Floats]") -> "dict[str, Floats]":
    return spread | {"total_deviation": np.hypot(spread["city_deviation"], spread["extra_deviation"])}


@dataclass(frozen=True)
class Comparison:
    """Models compared by leaving out one city after the other.

    Attributes
    ----------
    models : pandas.DataFrame, one row for each model, best first
        `elpd` (expected log predictive density of all cities) and `elpd_error`, `effective_parameters`,
        `difference` from the best and `difference_error`, `maximum_pareto_k` of the cities that were left out by
        importance weights, and `refitted` (cities whose Pareto k was above the threshold, left out by a fit without
        them).
    cities : pandas.DataFrame, one row for each city and model
        `model`, `city` (position), `elpd`, `pareto_k`, `refitted`.
    threshold : float
        Pareto k above which a city is left out by a fit without it.
    """

    models: pd.DataFrame
    cities: pd.DataFrame
    threshold: float


def compare_by_leaving_out(
    fits: "Mapping[str, GridFit]", how: "Mapping[str, Recipe]", listed: "ListedCities"
) -> Comparison:
    """Expected log predictive density of each model, each city left out.

    By importance sampling where Pareto's k allows it. Elsewhere the model is fitted without the city: what the city
    adds to the log probability of all data is its predictive density, exactly.

    Parameters
    ----------
    fits : mapping
        Name → fit of all cities.
    how : mapping
        Name → how the model is fitted, as `recipes` gives it; without a city on as many points as with all.
    listed : ListedCities
        All cities.

    Returns
    -------
    Comparison

    References
    ----------
    Vehtari, Gelman and Gabry (2017), Statistics and Computing 27(5).
    """
    with warnings.catch_warnings():
        # It warns of the very k that are acted upon here.
        warnings.simplefilter("ignore", UserWarning)
        densities = {name: az.loo(fit.posterior, pointwise=True, reff=1.0) for name, fit in fits.items()}
    threshold = min(float(each.good_k) for each in densities.values())
    cities = pd.concat(
        [_by_city(name, each, threshold, fits[name], how[name], listed) for name, each in densities.items()],
        ignore_index=True,
    )
    rows = [_row(name, rows, fits[str(name)]) for name, rows in cities.groupby("model", sort=False)]
    models = pd.DataFrame(rows).sort_values("elpd", ascending=False, ignore_index=True)
    by_model = cities.pivot(index="city", columns="model", values="elpd")
    differences = by_model[models["model"]].sub(by_model[models["model"][0]], axis=0)
    models["difference"] = differences.sum().to_numpy()
    # Of a sum of as many independent differences as there are cities.
    models["difference_error"] = (np.sqrt(len(by_model)) * differences.std(ddof=1)).to_numpy()
    return Comparison(models, cities, threshold)


def _by_city(
    name: str, each: "az.ELPDData", threshold: float, fit: GridFit, recipe: "Recipe", listed: "ListedCities"
) -> pd.DataFrame:
    table = pd.DataFrame({"city": range(each.n_data_points), "elpd": each.elpd_i, "pareto_k": each.pareto_k})
    table = table.assign(model=name, refitted=~(table["pareto_k"] <= threshold))
    for city in table["city"][table["refitted"]]:
        table.loc[city, "elpd"] = fit.log_evidence - recipe(listed.without(city), 1, fit.sizes).log_evidence
    return table


def _row(name: object, cities: pd.DataFrame, fit: GridFit) -> dict[str, object]:
    each = fit.posterior["log_likelihood"]["homicides"].to_numpy()[0]
    within = float((special.logsumexp(each, axis=0) - np.log(len(each))).sum())
    elpd, trusted = cities["elpd"], cities["pareto_k"][~cities["refitted"]]
    return {
        "model": name,
        "elpd": elpd.sum(),
        "elpd_error": np.sqrt(len(elpd)) * elpd.std(ddof=0),
        "effective_parameters": within - elpd.sum(),
        "maximum_pareto_k": trusted.max(),
        "refitted": int(cities["refitted"].sum()),
    }
