"""Posteriors of cities within countries by integration on a grid: no chains, and independent draws.

With the cities' own levels integrated out, countries are independent given three numbers: the overall level and the two
deviations. The likelihood of each country is tabled over its own level and the deviation between cities; a second
integral over the country's level leaves a posterior on a grid of three dimensions, from which draws are taken. A first,
coarse pass over everything that the priors allow finds where the posterior lies, a second one resolves it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import xarray as xr
from scipy import special, stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.cities.model import Priors

    Array = NDArray[np.float64]
    Likelihood = Callable[[Array, Array], Array]

SMALLEST_CITY_DEVIATION = 0.05

# Points of the country level, the overall level and the deviations between countries and cities.
COARSE, FINE, SIMULATED = (100, 24, 24, 16), (260, 50, 50, 40), (130, 32, 32, 22)

# What a first pass leaves out on each side of each number.
NEGLIGIBLE = 1e-5
IMPOSSIBLE = -1e6


class Cities(Protocol):
    """What is needed of the cities beside their likelihood."""

    @property
    def country_index(self) -> "NDArray[np.int64]":
        """Position of each city's country, shape (n_cities,)."""

    @property
    def countries(self) -> int:
        """Number of countries."""

    @property
    def log_rates(self) -> "Array":
        """Raw log rates, shape (n_cities,)."""


@dataclass(frozen=True)
class Grid:
    """Midpoints of the cells of each number, evenly spaced.

    Attributes
    ----------
    level : numpy.ndarray
        Of a country (log rate).
    overall, country_deviation, city_deviation : numpy.ndarray
    """

    level: "Array"
    overall: "Array"
    country_deviation: "Array"
    city_deviation: "Array"


@dataclass(frozen=True)
class GridFit:
    """A posterior found by integration.

    Attributes
    ----------
    posterior : xarray.DataTree
        Independent draws in one chain, with `log_country_rate`; group `log_likelihood` holds that of each city.
    log_evidence : float
        Log probability of the data under the priors.
    """

    posterior: xr.DataTree
    log_evidence: float


def fit_on_grid(
    likelihood: "Likelihood",
    cities: "Cities",
    priors: "Priors",
    *,
    draws: int,
    seed: int,
    sizes: tuple[int, int, int, int] = FINE,
) -> GridFit:
    """Posterior of the overall level, the two deviations and the country levels.

    Parameters
    ----------
    likelihood : callable
        Of arrays of country levels, shape (n_cities, …), and of city deviations that fit: the log likelihood of each
        city, of the same shape.
    cities : Cities
        Which country each city is in, and its raw log rate, which bounds the country levels.
    priors : Priors
    draws, seed : int
    sizes : tuple of int
        Points of the country level, the overall level and the deviations between countries and cities.

    Returns
    -------
    GridFit
    """
    first = _tabled(likelihood, cities, _widest(cities.log_rates, priors, COARSE), priors)
    second = _tabled(likelihood, cities, first.narrowed(sizes), priors)
    drawn = second.draw(draws, np.random.default_rng(seed))
    each = likelihood(drawn["log_country_rate"].T[cities.country_index], drawn["city_deviation"])
    return GridFit(_as_tree(drawn, each.T), second.log_evidence)


def _widest(log_rates: "Array", priors: "Priors", sizes: tuple[int, int, int, int]) -> Grid:
    """A grid over all that the priors allow: to four of their standard deviations."""
    centre, reach = np.log(priors.overall_rate_centre), 4 * priors.overall_scale
    lowest = min(centre - reach, log_rates.min() - 1) - priors.country_scale
    bounds = (
        (lowest, log_rates.max() + 1),
        (centre - reach, max(centre + reach, log_rates.max() + 1)),
        (0.0, 4 * priors.country_scale),
        (SMALLEST_CITY_DEVIATION, max(4 * priors.city_scale, 0.4)),
    )
    return Grid(*(_midpoints(*ends, size) for ends, size in zip(bounds, sizes, strict=True)))


def _midpoints(start: float, end: float, number: int) -> "Array":
    edges = np.linspace(start, end, number + 1)
    points: Array = (edges[1:] + edges[:-1]) / 2
    return points


@dataclass(frozen=True)
class _Tabled:
    """A posterior on a grid.

    Attributes
    ----------
    grid : Grid
    tables : numpy.ndarray, shape (n_city_deviations, n_countries, n_levels)
        Log likelihood of each country.
    weights : numpy.ndarray, shape (n_overall, n_country_deviations, n_city_deviations)
        Posterior probability of each cell.
    log_evidence : float
    """

    grid: Grid
    tables: "Array"
    weights: "Array"
    log_evidence: float

    def level_weights(self) -> "Array":
        """Posterior probability of each level of each country, shape (n_countries, n_levels)."""
        masses = _level_masses(self.grid).reshape(-1, len(self.grid.level))
        flat = self.weights.reshape(len(masses), -1)
        total: Array = np.zeros(self.tables.shape[1:])
        for position, table in enumerate(self.tables):
            scaled = np.exp(table - table.max(axis=1, keepdims=True))
            evidence = masses @ scaled.T
            shares = flat[:, position, np.newaxis] / np.maximum(evidence, 1e-300)
            total += scaled * (shares.T @ masses)
        return total

    def narrowed(self, sizes: tuple[int, int, int, int]) -> Grid:
        """A grid over the cells that hold all but a negligible part of the posterior."""
        marginals = (
            (self.grid.level, self.level_weights()),
            (self.grid.overall, self.weights.sum(axis=(1, 2))[np.newaxis]),
            (self.grid.country_deviation, self.weights.sum(axis=(0, 2))[np.newaxis]),
            (self.grid.city_deviation, self.weights.sum(axis=(0, 1))[np.newaxis]),
        )
        return Grid(*(
            _midpoints(*_held(points, weights), size) for (points, weights), size in zip(marginals, sizes, strict=True)
        ))  # fmt: skip

    def draw(self, draws: int, generator: np.random.Generator) -> "dict[str, Array]":
        """Draws of everything, spread evenly within the cells."""
        chosen = np.unravel_index(
            generator.choice(self.weights.size, size=draws, p=self.weights.ravel()), self.weights.shape
        )
        axes = (self.grid.overall, self.grid.country_deviation, self.grid.city_deviation)
        overall, country_deviation, city_deviation = (
            _spread(points, positions, generator) for points, positions in zip(axes, chosen, strict=True)
        )
        log_weights = (
            self.tables[chosen[2]]
            + stats.norm.logpdf(
                self.grid.level,
                self.grid.overall[chosen[0], np.newaxis],
                self.grid.country_deviation[chosen[1], np.newaxis],
            )[:, np.newaxis]
        )
        cumulative = np.exp(log_weights - log_weights.max(axis=2, keepdims=True)).cumsum(axis=2)
        targets = generator.random(cumulative.shape[:2]) * cumulative[:, :, -1]
        positions = (cumulative < targets[:, :, np.newaxis]).sum(axis=2)
        return {
            "overall_log_rate": overall,
            "country_deviation": country_deviation,
            "city_deviation": city_deviation,
            "log_country_rate": _spread(self.grid.level, positions, generator),
        }


def _spread(points: "Array", positions: "NDArray[np.int64]", generator: np.random.Generator) -> "Array":
    step = points[1] - points[0]
    values: Array = points[positions] + step * (generator.random(positions.shape) - 0.5)
    return values


def _held(points: "Array", weights: "Array") -> tuple[float, float]:
    """Ends of the cells that hold the posterior, of the row that reaches farthest on each side."""
    cumulative = weights.cumsum(axis=1) / weights.sum(axis=1, keepdims=True)
    step = points[1] - points[0]
    first = int((cumulative < NEGLIGIBLE).sum(axis=1).min())
    last = int((cumulative < 1 - NEGLIGIBLE).sum(axis=1).max())
    return float(points[first] - step / 2), float(points[min(last, len(points) - 1)] + step / 2)


def _tabled(likelihood: "Likelihood", cities: "Cities", grid: Grid, priors: "Priors") -> _Tabled:
    levels = np.broadcast_to(grid.level, (len(cities.country_index), 1, len(grid.level)))
    each = np.maximum(likelihood(levels, grid.city_deviation[:, np.newaxis]), IMPOSSIBLE)
    tables = np.zeros((len(grid.city_deviation), cities.countries, len(grid.level)))
    for city, country in enumerate(cities.country_index):
        tables[:, country] += each[city]
    masses = _level_masses(grid)
    log_weights = _log_prior(grid, priors)
    for position, table in enumerate(tables):
        top = table.max(axis=1, keepdims=True)
        evidence = masses @ np.exp(table - top).T
        log_weights[:, :, position] += (np.log(np.maximum(evidence, 1e-300)) + top.T).sum(axis=2)
    peak = log_weights.max()
    weights = np.exp(log_weights - peak)
    steps = [points[1] - points[0] for points in (grid.overall, grid.country_deviation, grid.city_deviation)]
    log_evidence = float(peak + np.log(weights.sum() * np.prod(steps)))
    return _Tabled(grid, tables, weights / weights.sum(), log_evidence)


def _level_masses(grid: Grid) -> "Array":
    """Probability that a country's level falls into each cell, shape (n_overall, n_country_deviations, n_levels)."""
    step = grid.level[1] - grid.level[0]
    edges = np.append(grid.level - step / 2, grid.level[-1] + step / 2)
    standard = (edges - grid.overall[:, np.newaxis, np.newaxis]) / grid.country_deviation[:, np.newaxis]
    # Cells far out on the right would be differences of ones: they are taken from the left tail.
    upper = special.ndtr(-np.abs(standard))
    signed = np.where(standard > 0, 1 - upper, upper)
    masses: Array = np.diff(signed, axis=2)
    return masses


def _log_prior(grid: Grid, priors: "Priors") -> "Array":
    overall = stats.norm.logpdf(grid.overall, np.log(priors.overall_rate_centre), priors.overall_scale)
    country = stats.halfnorm.logpdf(grid.country_deviation, scale=priors.country_scale)
    city = stats.halfnorm.logpdf(grid.city_deviation, scale=priors.city_scale)
    log_prior: Array = overall[:, np.newaxis, np.newaxis] + country[:, np.newaxis] + city
    return log_prior


def _as_tree(drawn: "dict[str, Array]", each: "Array") -> xr.DataTree:
    dimensions = {"log_country_rate": ("chain", "draw", "country")}
    posterior = xr.Dataset(
        {name: (dimensions.get(name, ("chain", "draw")), values[np.newaxis]) for name, values in drawn.items()}
    )
    likelihood = xr.Dataset({"homicides": (("chain", "draw", "city"), each[np.newaxis])})
    return xr.DataTree.from_dict({"posterior": posterior, "log_likelihood": likelihood})
