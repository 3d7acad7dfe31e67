"""Posteriors of cities within countries by integration on a grid: no chains, and independent draws.

With the cities' own levels integrated out, countries are independent given three numbers: the overall level and the two
deviations. The likelihood of each country is tabled over its own level and the deviation between cities; a second
integral over the country's level leaves a posterior on a grid of three dimensions, from which draws are taken. Coarse
passes, the first over everything that the priors allow, find where the posterior lies and where it ends; finer ones
resolve it until a finer grid says the same. Most cells are spread evenly and the others where the posterior is: a
country has its cells where its own level lies, and a deviation that may be next to nothing or large has many near
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import xarray as xr
from scipy import special, stats

from citizen_security.methods.arrays import Floats
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.cities.city_homicide.model import CityPriors

    Likelihood = Callable[[Floats, Floats], Floats]

# Points of the country level, the overall level and the deviations between countries and cities.
type Sizes = tuple[int, int, int, int]

# Of the passes that find the posterior, of the first grid that is compared with a finer one, and of that where many
# fits are made.
COARSE, FINE, SIMULATED = (64, 24, 24, 20), (80, 44, 44, 44), (34, 21, 21, 17)

# Halving the area of a cell's side: what the finer grid leaves of an error of second order is as much as it moved it.
FINER, REFINEMENTS = 2**0.5, 4

# What a finer grid may move: means and deviations, in posterior deviations, and the log probability of the data.
LARGEST_GRID_ERROR = 0.05

# Share of the cells that are spread evenly; the others are where the posterior is.
EVEN = 0.7

# What a pass leaves out on each side of each number; what a cell at an end may hold, and by how much of its width a
# grid grows that ends too early.
NEGLIGIBLE, END = 1e-5, 1e-4
GROWTH = 0.3

# The posterior is found when the grid's ends move by less than so much of its width, and the log probability of the
# data by less than so much.
ENDS_FOUND, EVIDENCE_FOUND, PASSES = 0.3, 0.3, 16
IMPOSSIBLE = -1e6
SMALLEST = 1e-300

# A city's own level is next to never so many Poisson deviations below its peak; without any homicide, so far below.
REACH, REACH_OF_NONE = 12, 60
NEWTON_STEPS = 4

UPPER_LEVELS = ("overall_log_rate", "country_deviation", "city_deviation")


class Cities(Protocol):
    """What is needed of the cities beside their likelihood."""

    @property
    def country_index(self) -> "NDArray[np.int64]":
        """Position of each city's country, shape (n_cities,)."""

    @property
    def countries(self) -> int:
        """Number of countries."""

    @property
    def log_rates(self) -> Floats:
        """Raw log rates, shape (n_cities,)."""


class CountedCities(Cities, Protocol):
    """What is needed of the cities to draw their own levels."""

    @property
    def homicides(self) -> "NDArray[np.int64]":
        """Victims, shape (n_cities,)."""

    @property
    def person_years(self) -> Floats:
        """Shape (n_cities,)."""


@dataclass(frozen=True)
class Grid:
    """Edges of the cells of each number, and what lies between them.

    Attributes
    ----------
    level_edges : numpy.ndarray, shape (n_countries, n_levels + 1)
        Of each country (log rate).
    other_edges : tuple of numpy.ndarray
        Of the overall level and the deviations between countries and cities.
    """

    level_edges: Floats
    other_edges: tuple[Floats, Floats, Floats]

    @property
    def level(self) -> Floats:
        """Midpoints of the cells of each country's level, shape (n_countries, n_levels)."""
        return _midpoints(self.level_edges)

    @property
    def others(self) -> tuple[Floats, Floats, Floats]:
        """Midpoints of the cells of the overall level and the deviations between countries and cities."""
        overall, country, city = (_midpoints(edges) for edges in self.other_edges)
        return overall, country, city

    @property
    def sizes(self) -> "Sizes":
        """Points of the country level, the overall level and the deviations between countries and cities."""
        overall, country, city = (len(edges) - 1 for edges in self.other_edges)
        return self.level_edges.shape[1] - 1, overall, country, city

    def largest_move(self, other: "Grid") -> float:
        """Largest move of an end to that of another grid, as a share of the width here."""
        pairs = zip([*self.level_edges, *self.other_edges], [*other.level_edges, *other.other_edges], strict=True)
        return max(float(np.abs(one[[0, -1]] - each[[0, -1]]).max() / np.ptp(one)) for one, each in pairs)


@dataclass(frozen=True)
class GridFit:
    """A posterior found by integration.

    Attributes
    ----------
    posterior : xarray.DataTree
        Independent draws in one chain, with `log_country_rate`; group `log_likelihood` holds that of each city, where
        it was asked for.
    log_evidence : float
        Log probability of the data under the priors.
    moments : dict
        Posterior mean and standard deviation of the overall level and the two deviations, by summation over the grid.
    grid_error : float
        Largest move, from the grid before to this finer one, of any mean or standard deviation of the three numbers and
        of the countries' levels (posterior standard deviations) or of the log evidence; not a number where one grid was
        asked for.
    sizes : tuple of int
        Points of the grid: of the country level, the overall level and the deviations between countries and cities.
    """

    posterior: xr.DataTree
    log_evidence: float
    moments: dict[str, tuple[float, float]]
    grid_error: float = float("nan")
    sizes: Sizes = FINE

    @property
    def settled(self) -> bool:
        """Whether the grid before said the same."""
        return self.grid_error <= LARGEST_GRID_ERROR


def fit_on_grid(
    likelihood: "Likelihood",
    cities: "Cities",
    priors: "CityPriors",
    *,
    draws: int,
    seed: int,
    sizes: Sizes = FINE,
    smallest_city_deviation: float = 0,
    pointwise: bool = False,
    refine: bool = True,
) -> GridFit:
    """Posterior of the overall level, the two deviations and the country levels.

    The grid is compared with a finer one, and refined until two in a row say the same; the finest is kept.

    Parameters
    ----------
    likelihood : callable
        Of arrays of country levels, shape (n_cities, …), and of city deviations that fit: the log likelihood of each
        city, of the same shape.
    cities : Cities
        Which country each city is in, and its raw log rate, which bounds the country levels.
    priors : CityPriors
    draws, seed : int
    sizes : tuple of int
        Points of the first grid: of the country level, the overall level and the deviations between countries and
        cities.
    smallest_city_deviation : float
        Where the grid begins.
    pointwise : bool
        Whether the likelihood of each city in each draw is kept, for importance sampling.
    refine : bool
        Whether the grid is compared with finer ones; without, it has these sizes.

    Returns
    -------
    GridFit
        Its `grid_error` is above `LARGEST_GRID_ERROR` where the finest grid that is tried still moves something.
    """

    def table(grid: Grid) -> _Tabled:
        return _tabled(likelihood, cities, grid, priors, smallest_city_deviation)

    found = _found(table, table(_widest(cities, priors, smallest_city_deviation, COARSE)))
    tabled = table(found.narrowed(sizes))
    error = float("nan")
    if refine:
        tabled, error = _refined(table, tabled)
    drawn = tabled.draw(draws, np.random.default_rng(seed))
    groups = {"posterior": _posterior_group(drawn)}
    if pointwise:
        each = likelihood(drawn["log_country_rate"].T[cities.country_index], drawn["city_deviation"])
        groups["log_likelihood"] = xr.Dataset({"homicides": (("chain", "draw", "city"), each.T[np.newaxis])})
    return GridFit(xr.DataTree.from_dict(groups), tabled.log_evidence, tabled.moments(), error, tabled.grid.sizes)


def finer_sizes(sizes: Sizes) -> Sizes:
    """Points of the next finer grid.

    Parameters
    ----------
    sizes : tuple of int

    Returns
    -------
    tuple of int
    """
    level, overall, country, city = (round(size * FINER) for size in sizes)
    return level, overall, country, city


def _found(table: "Callable[[Grid], _Tabled]", tabled: "_Tabled") -> "_Tabled":
    """A coarse grid whose ends are those of the posterior."""
    for _ in range(PASSES):
        grid = tabled.narrowed(COARSE)
        before, tabled = tabled, table(grid)
        moved = abs(tabled.log_evidence - before.log_evidence)
        if before.grid.largest_move(grid) < ENDS_FOUND and moved < EVIDENCE_FOUND:
            break
    return tabled


def _refined(table: "Callable[[Grid], _Tabled]", tabled: "_Tabled") -> "tuple[_Tabled, float]":
    """The first grid that says what the one before it said, and how far it moved the posterior; else the finest."""
    for _ in range(REFINEMENTS):
        coarser, tabled = tabled, table(tabled.narrowed(finer_sizes(tabled.grid.sizes)))
        error = tabled.apart(coarser)
        if error <= LARGEST_GRID_ERROR:
            break
    return tabled, error


def _widest(cities: "Cities", priors: "CityPriors", smallest: float, sizes: Sizes) -> Grid:
    """A grid over all that the priors allow: to four of their standard deviations."""
    log_rates = cities.log_rates
    centre, reach = np.log(priors.overall_rate_centre), 4 * priors.overall_scale
    lowest = min(centre - reach, log_rates.min() - 1) - priors.country_scale
    bounds = (
        (lowest, log_rates.max() + 1),
        (centre - reach, max(centre + reach, log_rates.max() + 1)),
        (0.0, 4 * priors.country_scale),
        (smallest, max(4 * priors.city_scale, 0.4)),
    )
    level, overall, country, city = (np.linspace(*ends, size + 1) for ends, size in zip(bounds, sizes, strict=True))
    return Grid(np.tile(level, (cities.countries, 1)), (overall, country, city))


def _midpoints(edges: Floats) -> Floats:
    points: Floats = (edges[..., 1:] + edges[..., :-1]) / 2
    return points


@dataclass(frozen=True)
class _Tabled:
    """A posterior on a grid.

    Attributes
    ----------
    grid : Grid
    tables : numpy.ndarray, shape (n_countries, n_city_deviations, n_levels)
        Log likelihood of each country.
    weights : numpy.ndarray, shape (n_overall, n_country_deviations, n_city_deviations)
        Posterior probability of each cell.
    log_evidence : float
    smallest : float
        Where the deviation between cities begins.
    """

    grid: Grid
    tables: Floats
    weights: Floats
    log_evidence: float
    smallest: float

    def level_weights(self) -> Floats:
        """Posterior probability of each level of each country, shape (n_countries, n_levels)."""
        weights = self.weights.reshape(-1, self.weights.shape[2])
        total: Floats = np.empty((len(self.tables), self.tables.shape[2]))
        for country, table in enumerate(self.tables):
            masses = _level_masses(self.grid, country)
            scaled = np.exp(table - table.max(axis=1, keepdims=True))
            shares = weights / np.maximum(masses @ scaled.T, SMALLEST)
            total[country] = (scaled * (shares.T @ masses)).sum(axis=0)
        return total

    def narrowed(self, sizes: Sizes) -> Grid:
        """A grid over the cells that hold all but a negligible part of the posterior; wider where these end early."""
        of_levels, *of_others = sizes
        levels = [
            _cells(edges, weights, of_levels)
            for edges, weights in zip(self.grid.level_edges, self.level_weights(), strict=True)
        ]
        overall, country, city = (
            _cells(edges, weights, size, floor)
            for edges, weights, size, floor in zip(
                self.grid.other_edges, self._marginals(), of_others, (-np.inf, 0.0, self.smallest), strict=True
            )
        )
        return Grid(np.array(levels), (overall, country, city))

    def _marginals(self) -> list[Floats]:
        """Posterior probabilities of the cells of the three numbers."""
        return [self.weights.sum(axis=tuple({0, 1, 2} - {axis})) for axis in range(3)]

    def apart(self, coarser: "_Tabled") -> float:
        """Largest move of a mean or deviation, in posterior deviations, or of the log evidence, from a coarser grid."""
        moments, before = (np.array([*each.moments().values(), *each._level_moments()]) for each in (self, coarser))
        moved = np.abs(moments - before) / moments[:, [1]]
        return max(float(moved.max()), abs(self.log_evidence - coarser.log_evidence))

    def _level_moments(self) -> list[tuple[float, float]]:
        return [_moments(*pair) for pair in zip(self.grid.level, self.level_weights(), strict=True)]

    def moments(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation of the three numbers."""
        each = zip(UPPER_LEVELS, self.grid.others, self._marginals(), strict=True)
        return {name: _moments(points, weights) for name, points, weights in each}

    def draw(self, draws: int, generator: np.random.Generator) -> "dict[str, Floats]":
        """Draws of everything, spread evenly within the cells."""
        flat = generator.choice(self.weights.size, size=draws, p=self.weights.ravel())
        # In the order of the city deviation neighbouring draws share a table; the order is drawn again at the end.
        flat = flat[np.argsort(flat % self.weights.shape[2], kind="stable")]
        cells = np.unravel_index(flat, self.weights.shape)
        axes = self.grid.others
        drawn = {
            name: _within(edges, positions, generator)
            for name, edges, positions in zip(UPPER_LEVELS, self.grid.other_edges, cells, strict=True)
        }
        levels = np.empty((draws, len(self.tables)))
        for country, (table, edges) in enumerate(zip(self.tables, self.grid.level_edges, strict=True)):
            distance = (_midpoints(edges) - axes[0][cells[0], np.newaxis]) / axes[1][cells[1], np.newaxis]
            log_weights = table[cells[2]] - distance**2 / 2 + np.log(np.diff(edges))
            levels[:, country] = _within(edges, _draw_positions(log_weights, generator), generator)
        order = generator.permutation(draws)
        return {name: values[order] for name, values in (drawn | {"log_country_rate": levels}).items()}


def _moments(points: Floats, weights: Floats) -> tuple[float, float]:
    mean = float(points @ weights)
    return mean, float(np.sqrt((points - mean) ** 2 @ weights))


def _draw_positions(log_weights: Floats, generator: np.random.Generator) -> "NDArray[np.int64]":
    """One position for each row, with probabilities in proportion to the weights."""
    cumulative = np.exp(log_weights - log_weights.max(axis=1, keepdims=True)).cumsum(axis=1)
    targets = generator.random(len(cumulative)) * cumulative[:, -1]
    positions: NDArray[np.int64] = (cumulative < targets[:, np.newaxis]).sum(axis=1)
    return positions


def _within(edges: Floats, positions: "NDArray[np.int64]", generator: np.random.Generator) -> Floats:
    """Places within cells, spread evenly."""
    places: Floats = edges[positions] + np.diff(edges)[positions] * generator.random(len(positions))
    return places


def _cells(edges: Floats, weights: Floats, size: int, floor: float = -np.inf) -> Floats:
    """Edges of cells over what holds the posterior: most spread evenly, the others as the posterior is."""
    start, end = _held(edges, weights, floor)
    inner = (edges > start) & (edges < end)
    places = np.concatenate([[start], edges[inner], [end]])
    below = np.interp(places, edges, np.append(0, weights.cumsum() / weights.sum()))
    spread, held = (places - start) / (end - start), (below - below[0]) / (below[-1] - below[0])
    new: Floats = np.interp(np.linspace(0, 1, size + 1), EVEN * spread + (1 - EVEN) * held, places)
    return new


def _held(edges: Floats, weights: Floats, floor: float) -> tuple[float, float]:
    """Ends of the cells that hold the posterior, and of one more on each side: a cell's midpoint may miss its slope."""
    cumulative = weights.cumsum() / weights.sum()
    widths = np.diff(edges)
    first, last = int((cumulative < NEGLIGIBLE).sum()), int((cumulative < 1 - NEGLIGIBLE).sum())
    last = min(last, len(widths) - 1)
    growth = GROWTH * float(np.ptp(edges))
    before = growth if weights[0] > END * weights.sum() else widths[first]
    after = growth if weights[-1] > END * weights.sum() else widths[last]
    return max(float(edges[first] - before), floor), float(edges[last + 1] + after)


def _tabled(likelihood: "Likelihood", cities: "Cities", grid: Grid, priors: "CityPriors", smallest: float) -> _Tabled:
    levels = grid.level[cities.country_index][:, np.newaxis]
    each = np.maximum(likelihood(levels, grid.others[2][:, np.newaxis]), IMPOSSIBLE)
    tables = np.zeros((cities.countries, grid.sizes[3], grid.sizes[0]))
    np.add.at(tables, cities.country_index, each)
    log_weights = _log_prior(grid, priors) + _log_volumes(grid)
    for country, table in enumerate(tables):
        top = table.max(axis=1)
        evidence = _level_masses(grid, country) @ np.exp(table - top[:, np.newaxis]).T
        log_weights += (np.log(np.maximum(evidence, SMALLEST)) + top).reshape(log_weights.shape)
    peak = log_weights.max()
    weights = np.exp(log_weights - peak)
    log_evidence = float(peak + np.log(weights.sum()))
    return _Tabled(grid, tables, weights / weights.sum(), log_evidence, smallest)


def _level_masses(grid: Grid, country: int) -> Floats:
    """Probability that a country's level falls into each cell, shape (n_overall × n_country_deviations, n_levels)."""
    edges = grid.level_edges[country]
    overall, country_deviation, _ = grid.others
    standard = (edges - overall[:, np.newaxis, np.newaxis]) / country_deviation[:, np.newaxis]
    tail = special.ndtr(-np.abs(standard))
    left, right = tail[..., :-1], tail[..., 1:]
    # Differences of tails on either side of the centre: those of probabilities near one would lose all their digits.
    inside = np.where(standard[..., :-1] >= 0, left - right, right - left)
    across = (standard[..., :-1] < 0) & (standard[..., 1:] > 0)
    masses: Floats = np.where(across, 1 - left - right, inside).reshape(-1, len(edges) - 1)
    return masses


def _log_prior(grid: Grid, priors: "CityPriors") -> Floats:
    overall_level, country_deviation, city_deviation = grid.others
    overall = stats.norm.logpdf(overall_level, np.log(priors.overall_rate_centre), priors.overall_scale)
    country = stats.halfnorm.logpdf(country_deviation, scale=priors.country_scale)
    city = stats.halfnorm.logpdf(city_deviation, scale=priors.city_scale)
    log_prior: Floats = overall[:, np.newaxis, np.newaxis] + country[:, np.newaxis] + city
    return log_prior


def _log_volumes(grid: Grid) -> Floats:
    """Log volumes of the cells of the three numbers."""
    overall, country, city = (np.log(np.diff(edges)) for edges in grid.other_edges)
    volumes: Floats = overall[:, np.newaxis, np.newaxis] + country[:, np.newaxis] + city
    return volumes


def draw_city_rates(posterior: xr.DataTree, cities: "CountedCities", seed: int) -> xr.DataTree:
    """Draw the cities' own levels, given each draw of their country's level and the deviation between cities.

    Independent draws by rejection from a normal distribution about the peak, whose curvature is never larger than
    that of the Poisson likelihood where the posterior lies; nine of ten are taken at once.

    Parameters
    ----------
    posterior : xarray.DataTree
        With `log_country_rate` and `city_deviation`.
    cities : CountedCities
        Their counts and person-years.
    seed : int

    Returns
    -------
    xarray.DataTree
        The same with `log_city_rate` (chain, draw, city) in its posterior.
    """
    draws = posterior["posterior"].to_dataset()
    country = draws["log_country_rate"].to_numpy()[..., cities.country_index]
    deviation = np.broadcast_to(draws["city_deviation"].to_numpy()[..., np.newaxis], country.shape)
    generator = np.random.default_rng(seed)
    log_exposure = np.log(cities.person_years / PERSON_YEARS_OF_A_RATE)
    levels = np.empty(country.shape)
    for city, (count, exposure) in enumerate(zip(cities.homicides, log_exposure, strict=True)):
        expected = _draw_log_expected(int(count), country[..., city] + exposure, deviation[..., city], generator)
        levels[..., city] = expected - exposure
    completed = draws.assign(log_city_rate=(("chain", "draw", "city"), levels))
    return posterior.assign({"posterior": xr.DataTree(completed)})


def _draw_log_expected(count: int, centre: Floats, deviation: Floats, generator: np.random.Generator) -> Floats:
    """Log of the expected count, with a normal prior and a Poisson likelihood."""
    peak, slope = _peak(count, centre, deviation)
    # For steps no farther down than this, exp(step) is at least 1 + step + bend × step²; farther down nothing is left.
    reach = REACH / np.sqrt(count) if count else REACH_OF_NONE
    bend = (np.expm1(-reach) + reach) / reach**2
    expected = np.exp(peak)
    width = 1 / np.sqrt(1 / deviation**2 + 2 * bend * expected)
    log_expected = np.empty(peak.shape)
    open_ = np.ones(peak.shape, bool)
    while open_.any():
        step = width[open_] * (generator.standard_normal(int(open_.sum())) + slope[open_] * width[open_])
        excess = expected[open_] * (np.expm1(step) - step - bend * step**2)
        taken = -np.log(generator.random(len(step))) > excess
        places = np.flatnonzero(open_)[taken]
        log_expected.flat[places] = peak.flat[places] + step[taken]
        open_.flat[places] = False
    return log_expected


def _peak(count: int, centre: Floats, deviation: Floats) -> tuple[Floats, Floats]:
    """Newton's method for the peak of the log density, and the slope that is left there."""
    peak = np.maximum(centre, np.log(count)) if count else centre
    for _ in range(NEWTON_STEPS):
        expected = np.exp(peak)
        peak = peak + (count - expected - (peak - centre) / deviation**2) / (expected + 1 / deviation**2)
    return peak, count - np.exp(peak) - (peak - centre) / deviation**2


def _posterior_group(drawn: "dict[str, Floats]") -> xr.Dataset:
    dimensions = {"log_country_rate": ("chain", "draw", "country")}
    return xr.Dataset(
        {name: (dimensions.get(name, ("chain", "draw")), values[np.newaxis]) for name, values in drawn.items()}
    )
