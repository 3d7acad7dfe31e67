"""Unequal risk as a gamma distribution: its exact concentration, its fit to counts, and draws.

The risk of each place is its exposure times a gamma draw of mean 1, and the counts are Poisson (together: negative
binomial). The gamma distribution has one shape; its Gini and Lorenz curve are exact functions of it.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from .. import require
from ..resampling import drawn_counts
from .measures import HALF, measure_concentration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


# The Ginis among which the data choose, evenly spread: a flat prior on the Gini of risk.
GINI_GRID = np.linspace(0.0025, 0.9975, 399)
MEAN_STEPS = 36  # halvings: the rate is then known to eleven digits of its range


def gamma_gini(shape: "ArrayLike") -> "NDArray[np.float64]":
    """Gini coefficient of a gamma distribution, exact.

    Parameters
    ----------
    shape : array_like
        Above 0; infinity is equal risk.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        If a shape is missing or not above zero.

    References
    ----------
    McDonald and Jensen (1979), Journal of the American Statistical Association 74(366).
    """
    return _gamma_gini(require.positive("shape", shape, endless=True))


def _gamma_gini(shapes: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The same without checks, for a search that calls it thousands of times."""
    coefficient: NDArray[np.float64] = np.asarray(special.poch(shapes + 0.5, 0.5) ** -1.0 / math.sqrt(math.pi))
    return np.where(np.isinf(shapes), 0.0, coefficient)


def gamma_shape(coefficient: float) -> float:
    """Shape of the gamma distribution that has a given Gini coefficient.

    Parameters
    ----------
    coefficient : float
        From 0 (infinite shape: equal risk), below 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the coefficient lies outside.
    """
    if not 0 <= coefficient < 1:
        raise ValueError(f"coefficient = {coefficient}; it lies from 0 to below 1, such as 0.5.")
    if coefficient == 0:
        return math.inf

    def excess(log_shape: float) -> float:
        return float(_gamma_gini(np.asarray(math.exp(log_shape)))) - coefficient

    return math.exp(optimize.brentq(excess, -25, 25, xtol=1e-12))


def gamma_place_share(shape: float, share: float = HALF) -> float:
    """Smallest share of places that holds a share of the risk, where risk is gamma distributed; exact.

    Parameters
    ----------
    shape : float
        Above 0; infinity is equal risk.
    share : float

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shape is not above zero, or the share not from 0 to 1.
    """
    require.positive("shape", shape, endless=True)
    require.share("share", share)
    if math.isinf(shape):
        return share
    # The gamma density weighted by its argument is a gamma density of one shape more.
    threshold = stats.gamma.isf(share, shape + 1)
    return float(stats.gamma.sf(threshold, shape))


def shape_from_occupied(places: int, events: int, occupied: float) -> float:
    """Shape of gamma risk that leaves a given number of places with an event; infinity if chance leaves no more.

    Parameters
    ----------
    places, events : int
    occupied : float
        Places that have an event.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If more places have an event than there are events or places.
    """
    places, events = int(require.whole("places", places)), int(require.whole("events", events))
    if not 0 < occupied <= min(places, events):
        raise ValueError(
            f"occupied = {occupied:g} places cannot have one of {events:,} events in {places:,} places. "
            f"Allowed: above 0 and at most {min(places, events):,}."
        )
    mean = events / places

    def missing(log_shape: float) -> float:
        return -places * math.expm1(-math.exp(log_shape) * math.log1p(mean * math.exp(-log_shape))) - occupied

    # The limit of infinite shape; at 25 on the log scale nothing is left to tell from it.
    return math.inf if missing(25) <= 0 else math.exp(optimize.brentq(missing, -25, 25, xtol=1e-12))


@dataclass(frozen=True)
class GammaRisk:
    """How unequal risk is, given the counts: a weight for each Gini coefficient of a grid.

    Attributes
    ----------
    counts : numpy.ndarray of int, shape (n_periods, n_places)
    exposure : numpy.ndarray, shape (n_places,)
        Sums to the number of places.
    contributions : numpy.ndarray, shape (n_places, n_grid)
        What each place adds to the log likelihood of each Gini of `GINI_GRID`.
    rates : numpy.ndarray, shape (n_periods, n_grid)
        Mean events per unit of exposure that fits best at each Gini.
    """

    counts: "NDArray[np.int64]"
    exposure: "NDArray[np.float64]"
    contributions: "NDArray[np.float64]"
    rates: "NDArray[np.float64]"

    @property
    def weights(self) -> "NDArray[np.float64]":
        """Probability of each Gini of the grid, shape (n_grid,): profile likelihood times a flat prior."""
        likelihood = self.contributions.sum(axis=0)
        weights: NDArray[np.float64] = np.exp(likelihood - likelihood.max())
        return weights / weights.sum()

    @property
    def mode(self) -> float:
        """Most likely Gini coefficient of risk."""
        return float(GINI_GRID[self.weights.argmax()])

    def quantile(self, probability: "list[float]") -> "NDArray[np.float64]":
        """Quantiles of the Gini coefficient of risk.

        Raises
        ------
        ValueError
            If a probability is not from 0 to 1.
        """
        require.share("probability", probability)
        weights = self.weights
        ends: NDArray[np.float64] = np.interp(probability, weights.cumsum() - weights / 2, GINI_GRID)
        return ends

    def bootstrap(self, draws: int, generator: np.random.Generator) -> "NDArray[np.float64]":
        """Most likely Gini when places are drawn again with replacement, shape (draws,).

        A place that comes back in every period is one place. The rates stay those of all places: mean and shape of a
        negative binomial are estimated independently of each other, to first order.
        """
        times = drawn_counts(len(self.contributions), draws, generator)
        modes: NDArray[np.float64] = GINI_GRID[(times @ self.contributions).argmax(axis=1)]
        return modes


def fit_gamma_risk(counts: "ArrayLike", exposure: "ArrayLike | None" = None) -> GammaRisk:
    """Weigh every degree of inequality of risk by the counts it would produce.

    Risks of a place in different periods are independent draws of one distribution, so that only the inequality within
    periods is measured. With the Poisson spread in the likelihood, chance is not mistaken for inequality.

    Parameters
    ----------
    counts : array_like of int, shape (n_places,) or (n_periods, n_places)
    exposure : array_like, shape (n_places,), optional
        What risk would be proportional to if it were equal; alike by default.

    Returns
    -------
    GammaRisk

    Raises
    ------
    ValueError
        If a count is no whole number from 0, or there is not one exposure above zero for each place.
    """
    rows = np.atleast_2d(require.whole("counts", counts))
    require.some("places", rows.shape[1])
    sizes = np.ones(rows.shape[1]) if exposure is None else require.positive("exposure", exposure)
    require.same_shape(counts=rows[0], exposure=sizes)
    sizes = sizes / sizes.mean()
    shapes = _grid_shapes()
    rates = np.array([_fitted_rates(row, sizes, shapes) for row in rows])
    contributions = np.zeros((rows.shape[1], len(shapes)))
    for row, rate in zip(rows, rates, strict=True):
        contributions += _log_likelihood(row, sizes, shapes, rate)
    return GammaRisk(rows, sizes, contributions, rates)


def draw_risks(fit: GammaRisk, draws: int, generator: np.random.Generator) -> "NDArray[np.float64]":
    """Expected events of each place, given what was counted: the posterior of the first period's risks.

    Parameters
    ----------
    fit : GammaRisk
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (draws, n_places)
        The inequality is drawn first, then the places: nobody's risk is taken for certain.
    """
    positions = generator.choice(len(GINI_GRID), size=draws, p=fit.weights)
    shapes = _grid_shapes()[positions, np.newaxis]
    prior_rate = shapes / (fit.rates[0, positions, np.newaxis] * fit.exposure)
    risks: NDArray[np.float64] = generator.gamma(shapes + fit.counts[0]) / (prior_rate + 1)
    # A shape near 0 can draw a risk below the smallest number that is kept.
    return np.maximum(risks, np.finfo(np.float64).tiny)


def simulate_gamma_places(
    places: int, events: int, shape: float, *, share: float, draws: int, seed: int
) -> pd.DataFrame:
    """Concentration where few events fall on many places, whose risk is gamma distributed.

    Parameters
    ----------
    places, events : int
    shape : float
        Shape of the distribution of risk; infinity is equal risk.
    share : float
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, one row for each simulation
        `with_event` and `place_share` (shares of places), `gini`, `generalised_gini`.

    Raises
    ------
    ValueError
        If there is no place or event, the shape is not above zero, or the share is none.
    """
    require.whole("events", events, 1)
    generator = np.random.default_rng(seed)
    return pd.concat(
        [
            measure_concentration(counts, share).assign(with_event=np.count_nonzero(counts) / places)
            for counts in (scatter_events(places, events, shape, generator) for _ in range(draws))
        ],
        ignore_index=True,
    )


def scatter_events(places: int, events: int, shape: float, generator: np.random.Generator) -> "NDArray[np.int64]":
    """Events in each place of one simulation.

    Parameters
    ----------
    places, events : int
    shape : float
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (places,)

    Raises
    ------
    ValueError
        If there is no place, or the shape is not above zero.
    """
    require.whole("places", places, 1)
    require.positive("shape", shape, endless=True)
    if math.isinf(shape):
        places_hit = generator.integers(places, size=events)
    else:
        ends = np.cumsum(generator.gamma(shape, size=places))
        places_hit = np.searchsorted(ends, generator.random(events) * ends[-1], side="right")
    return np.bincount(places_hit, minlength=places)


@cache
def _grid_shapes() -> "NDArray[np.float64]":
    return np.array([gamma_shape(coefficient) for coefficient in GINI_GRID])


def _fitted_rates(
    counts: "NDArray[np.int64]", exposure: "NDArray[np.float64]", shapes: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    """Mean rate of highest likelihood at each shape, shape (n_shapes,): the root of a falling score, by bisection."""
    if (exposure == exposure[0]).all():
        return np.full(len(shapes), counts.mean() / exposure[0])
    single = counts / exposure
    lower, upper = np.full(len(shapes), single.min()), np.full(len(shapes), single.max())
    for _ in range(MEAN_STEPS):
        middle = (lower + upper) / 2
        expected = middle[:, np.newaxis] * exposure
        rising = ((counts - expected) / (1 + expected / shapes[:, np.newaxis])).sum(axis=1) > 0
        lower, upper = np.where(rising, middle, lower), np.where(rising, upper, middle)
    return (lower + upper) / 2


def _log_likelihood(
    counts: "NDArray[np.int64]",
    exposure: "NDArray[np.float64]",
    shapes: "NDArray[np.float64]",
    rates: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Log likelihood of the negative binomial for each place at each shape, shape (n_places, n_shapes)."""
    shape = shapes[:, np.newaxis]
    expected = rates[:, np.newaxis] * exposure
    # scipy's own function checks every argument, and took most of the notebook's time.
    terms: NDArray[np.float64] = (
        special.gammaln(counts + shape)
        - special.gammaln(shape)
        - special.gammaln(counts + 1)
        - shape * np.log1p(expected / shape)
        + special.xlogy(counts, expected / (shape + expected))
    )
    return terms.T
