"""What chance alone makes of equal risk, and how concentrated risk itself is once chance is taken out.

Equal risk: a fixed number of events falls on places independently, each place as likely as its exposure is large (a
multinomial). Unequal risk: the risk of each place is its exposure times a gamma draw of mean 1, and the counts are
Poisson (together: negative binomial). The gamma distribution has one shape; its Gini and Lorenz curve are exact
functions of it.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from citizen_security.methods.concentration.measures import HALF, measure_concentration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# The Ginis among which the data choose, evenly spread: a flat prior on the Gini of risk.
GINI_GRID = np.linspace(0.0025, 0.9975, 399)
MEAN_STEPS = 36  # halvings: the rate is then known to eleven digits of its range


def draw_equal_risk(
    homicides: int, exposure: "ArrayLike", draws: int, generator: np.random.Generator
) -> "NDArray[np.int64]":
    """Counts as they fall where risk is equal.

    Parameters
    ----------
    homicides : int
        Events to fall.
    exposure : array_like, shape (n_places,)
        What risk is proportional to: ones, or populations.
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (draws, n_places)
    """
    sizes = np.asarray(exposure, dtype=np.float64)
    counts: NDArray[np.int64] = generator.multinomial(homicides, sizes / sizes.sum(), size=draws)
    return counts


def expected_gini(places: int, homicides: int) -> float:
    """Exact expectation of the Gini coefficient where every place has the same risk.

    The coefficient is a mean of absolute differences between places. Of the m events that fall on either of two given
    places (binomial), each falls on one or the other like a coin, and the mean distance of a fair random walk from its
    start is known.

    Parameters
    ----------
    places, homicides : int
        At least two places and one event.

    Returns
    -------
    float
    """
    steps = np.arange(1, homicides + 1)
    half = (steps - 1) // 2
    log_paths = special.gammaln(steps) - special.gammaln(half + 1) - special.gammaln(steps - half)
    distance = np.exp(np.log(steps) + log_paths - (steps - 1) * math.log(2))
    difference = stats.binom.pmf(steps, homicides, 2 / places) @ distance
    return float((places - 1) / (2 * homicides) * difference)


def expected_generalised_gini(places: int, homicides: int) -> float:
    """Exact expectation of the generalised Gini where every place has the same risk: it is not 0.

    Parameters
    ----------
    places, homicides : int

    Returns
    -------
    float
    """
    return max(places / homicides, 1) * (expected_gini(places, homicides) - 1) + 1


def occupied_places(places: int, homicides: int) -> tuple[float, float]:
    """Exact mean and standard deviation of the number of places that have an event, at equal risk.

    Parameters
    ----------
    places, homicides : int

    Returns
    -------
    tuple of float
        In places.

    References
    ----------
    Feller (1968), An Introduction to Probability Theory and Its Applications, volume 1: the occupancy problem.
    """
    empty = math.exp(homicides * math.log1p(-1 / places)) if places > 1 else 0.0
    both_empty = math.exp(homicides * math.log1p(-2 / places)) if places > 2 else 0.0
    variance = places * empty + places * (places - 1) * both_empty - (places * empty) ** 2
    return places * (1 - empty), math.sqrt(max(variance, 0.0))


def events_for_occupied(places: int, occupied: float) -> float:
    """Number of events that at equal risk are expected to fall on a given number of places.

    Parameters
    ----------
    places : int
    occupied : float
        Below `places`.

    Returns
    -------
    float
    """
    return math.log1p(-occupied / places) / math.log1p(-1 / places)


def gamma_gini(shape: "ArrayLike") -> "NDArray[np.float64]":
    """Gini coefficient of a gamma distribution, exact.

    Parameters
    ----------
    shape : array_like
        Above 0; infinity is equal risk.

    Returns
    -------
    numpy.ndarray

    References
    ----------
    McDonald and Jensen (1979), Journal of the American Statistical Association 74(366).
    """
    shapes = np.asarray(shape, dtype=np.float64)
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
    """
    if coefficient <= 0:
        return math.inf
    log_shape = optimize.brentq(lambda log: float(gamma_gini(math.exp(log))) - coefficient, -25, 25, xtol=1e-12)
    return math.exp(log_shape)


def gamma_place_share(shape: float, share: float = HALF) -> float:
    """Smallest share of places that holds a share of the risk, where risk is gamma distributed; exact.

    Parameters
    ----------
    shape : float
        Infinity is equal risk.
    share : float

    Returns
    -------
    float
    """
    if math.isinf(shape):
        return share
    # The gamma density weighted by its argument is a gamma density of one shape more.
    threshold = stats.gamma.isf(share, shape + 1)
    return float(stats.gamma.sf(threshold, shape))


def shape_from_occupied(places: int, homicides: int, occupied: float) -> float:
    """Shape of gamma risk that leaves a given number of places with an event; infinity if chance leaves no more.

    Parameters
    ----------
    places, homicides : int
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
    if not 0 < occupied <= min(places, homicides):
        raise ValueError(
            f"occupied = {occupied:g} places cannot have one of {homicides:,} events in {places:,} places. "
            f"Allowed: above 0 and at most {min(places, homicides):,}."
        )
    mean = homicides / places

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
        """Quantiles of the Gini coefficient of risk."""
        weights = self.weights
        ends: NDArray[np.float64] = np.interp(probability, weights.cumsum() - weights / 2, GINI_GRID)
        return ends

    def bootstrap(self, draws: int, generator: np.random.Generator) -> "NDArray[np.float64]":
        """Most likely Gini when places are drawn again with replacement, shape (draws,).

        A place that comes back in every period is one place. The rates stay those of all places: mean and shape of a
        negative binomial are estimated independently of each other, to first order.
        """
        places = len(self.contributions)
        times = generator.multinomial(places, np.full(places, 1 / places), size=draws)
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
    """
    rows = np.atleast_2d(np.asarray(counts, dtype=np.int64))
    sizes = np.ones(rows.shape[1]) if exposure is None else np.asarray(exposure, dtype=np.float64)
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
    chosen = generator.choice(len(GINI_GRID), size=draws, p=fit.weights)
    shapes = _grid_shapes()[chosen, np.newaxis]
    prior_rate = shapes / (fit.rates[0, chosen, np.newaxis] * fit.exposure)
    risks: NDArray[np.float64] = generator.gamma(shapes + fit.counts[0]) / (prior_rate + 1)
    # A shape near 0 can draw a risk below the smallest number that is kept.
    return np.maximum(risks, np.finfo(np.float64).tiny)


def compare_with_chance(
    counts: "ArrayLike",
    weights: "ArrayLike | None",
    *,
    share: float,
    credible_level: float,
    draws: int,
    seed: int,
    chance: "ArrayLike | None" = None,
) -> pd.DataFrame:
    """Observed concentration beside what equal risk gives, and beside the concentration of risk itself.

    Parameters
    ----------
    counts : array_like of int, shape (n_places,)
    weights : array_like, shape (n_places,), optional
        Populations, to measure by persons; without them, by places.
    share : float
        Share of the events of `place_share`.
    credible_level : float
        Probability of the intervals.
    draws, seed : int
    chance : array_like, shape (n_places,), optional
        What equal risk is proportional to, if not the weights.

    Returns
    -------
    pandas.DataFrame, indexed by measure
        `observed`; `chance`, `chance_lower`, `chance_upper` (mean and interval at equal risk); `risk`, `risk_lower`,
        `risk_upper` (median and interval of the underlying risks of these places); `repeat_lower`, `repeat_upper`
        (interval of another year with the same risks); `excess` (observed less mean at equal risk).
    """
    events = np.asarray(counts, dtype=np.int64)
    generator = np.random.default_rng(seed)
    exposure = np.ones(len(events)) if weights is None else np.asarray(weights, dtype=np.float64)
    equal = exposure if chance is None else np.asarray(chance, dtype=np.float64)
    by_chance = draw_equal_risk(int(events.sum()), equal, draws, generator)
    risks = draw_risks(fit_gamma_risk(events, exposure), draws, generator)
    again = generator.poisson(risks)
    observed = measure_concentration(events, share, weights).iloc[0]
    tail = (1 - credible_level) / 2
    table = pd.DataFrame({"observed": observed})
    for name, rows in {"chance": by_chance, "risk": risks, "repeat": again[again.sum(axis=1) > 0]}.items():
        measured = measure_concentration(rows, share, weights)
        if name == "risk" and weights is None:
            # Risks are no whole events: nothing is sparse, and the two coefficients are one.
            measured["generalised_gini"] = measured["gini"]
        table[name] = measured.mean() if name == "chance" else measured.median()
        table[f"{name}_lower"], table[f"{name}_upper"] = measured.quantile(tail), measured.quantile(1 - tail)
    return table.assign(excess=table["observed"] - table["chance"]).drop(columns="repeat")


def simulate_streets(
    streets: int, homicides: int, shape: float, *, share: float, draws: int, seed: int
) -> pd.DataFrame:
    """Concentration in simulated cities of many streets, where the risk of a street is gamma distributed.

    Parameters
    ----------
    streets, homicides : int
    shape : float
        Shape of the distribution of risk; infinity is equal risk.
    share : float
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, one row for each city
        `with_homicide` and `place_share` (shares of streets), `gini`, `generalised_gini`.
    """
    generator = np.random.default_rng(seed)
    return pd.concat(
        [
            measure_concentration(counts, share).assign(with_homicide=np.count_nonzero(counts) / streets)
            for counts in (one_city(streets, homicides, shape, generator) for _ in range(draws))
        ],
        ignore_index=True,
    )


def one_city(streets: int, homicides: int, shape: float, generator: np.random.Generator) -> "NDArray[np.int64]":
    """Homicides in each street of one simulated city.

    Parameters
    ----------
    streets, homicides : int
    shape : float
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray of int, shape (streets,)
    """
    if math.isinf(shape):
        chosen = generator.integers(streets, size=homicides)
    else:
        ends = np.cumsum(generator.gamma(shape, size=streets))
        chosen = np.searchsorted(ends, generator.random(homicides) * ends[-1], side="right")
    return np.bincount(chosen, minlength=streets)


def concentration_by_window(
    counts: "ArrayLike", windows: "list[int]", *, confidence_level: float, draws: int, seed: int
) -> pd.DataFrame:
    """One panel measured over longer and longer windows: the risk stays, what chance adds goes.

    Parameters
    ----------
    counts : array_like of int, shape (n_periods, n_places)
    windows : list of int
        Lengths of the windows in periods; what is left over at the start is dropped.
    confidence_level : float
        Probability of the interval of the risk, from a bootstrap of places.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame, one row for each length
        `window`, `windows` (number), `homicides` (mean of a window), means over windows of `gini`,
        `generalised_gini`, `chance_gini` and `chance_generalised_gini` (exact, at equal risk), and the Gini of risk
        within windows with its interval: `risk_gini`, `risk_lower`, `risk_upper`.
    """
    panel = np.asarray(counts, dtype=np.int64)
    tails = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    rows = []
    for window in windows:
        row, fit = _one_window(panel, window)
        lower, upper = np.quantile(fit.bootstrap(draws, np.random.default_rng(seed)), tails)
        rows.append({**row, "risk_gini": fit.mode, "risk_lower": lower, "risk_upper": upper})
    return pd.DataFrame(rows)


def _one_window(panel: "NDArray[np.int64]", window: int) -> tuple[dict[str, float], GammaRisk]:
    number, places = len(panel) // window, panel.shape[1]
    sums = panel[len(panel) - number * window :].reshape(number, window, places).sum(axis=1)
    sums = sums[sums.sum(axis=1) > 0]
    totals = [int(total) for total in sums.sum(axis=1)]
    measured = measure_concentration(sums)
    row = {
        "window": window,
        "windows": number,
        "homicides": float(np.mean(totals)),
        "gini": float(measured["gini"].mean()),
        "generalised_gini": float(measured["generalised_gini"].mean()),
        "chance_gini": float(np.mean([expected_gini(places, total) for total in totals])),
        "chance_generalised_gini": float(np.mean([expected_generalised_gini(places, total) for total in totals])),
    }
    return row, fit_gamma_risk(sums)


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
