"""The level and trend of each place integrated out of the fuller model of all municipalities, place after place.

Given the upper levels, places are independent, and each has two numbers of its own. Their integral is taken with
Gauss–Hermite nodes laid about the peak of the integrand, as wide as it is, so that a dozen nodes do.
Compiled: a country of 5,570 places and 20 years takes some hundredths of a second.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from citizen_security.cities.every_municipality.simulation import centred_time
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Nodes for the level and for the trend. A test holds them to a dense grid; twice as many change the density of a whole
# country by less than a hundredth.
LEVEL_NODES, TREND_NODES = 5, 3

MAXIMUM_STEPS = 50
LONGEST_STEP = 2.0
PRECISE_ENOUGH = 1e-4

# Candidates among which a place's draw is chosen, and how much wider than the posterior they scatter.
CANDIDATES = 16
CANDIDATE_WIDTH = 1.2

# Products of many factors are turned into logs before they overflow.
LARGE = 1e280


@dataclass(frozen=True)
class Counts:
    """A panel as the compiled functions read it.

    Attributes
    ----------
    homicides, exposure : numpy.ndarray of float, shape (n_places, n_years)
    group : numpy.ndarray of int, shape (n_places,)
    time : numpy.ndarray, shape (n_years,)
        From minus a half to a half.
    """

    homicides: Floats
    exposure: Floats
    group: "NDArray[np.int64]"
    time: Floats

    @classmethod
    def of(cls, panel: MunicipalityPanel) -> "Counts":
        """Counts of a panel."""
        return cls(
            panel.homicides.astype(np.float64), panel.exposure, panel.group_index, centred_time(len(panel.years))
        )

    def part(self, start: int, stop: int) -> "Counts":
        """Some of the places, one after the other."""
        kept = slice(start, stop)
        return Counts(self.homicides[kept], self.exposure[kept], self.group[kept], self.time)


@dataclass(frozen=True)
class UpperLevels:
    """One value of each upper level.

    Attributes
    ----------
    log_group_rate : numpy.ndarray, shape (n_groups,)
        Mean log rate of a group's places (per 100,000 person-years, in a year of middling effect).
    year_effect : numpy.ndarray, shape (n_years,)
    place_deviation, trend_deviation, extra_variation : float
        As in `build_full_model`.
    """

    log_group_rate: Floats
    year_effect: Floats
    place_deviation: float
    trend_deviation: float
    extra_variation: float


class _Panel(NamedTuple):
    """Counts as the compiled functions take them: fields of `Counts`."""

    homicides: Floats
    exposure: Floats
    group: "NDArray[np.int64]"
    time: Floats


class _Upper(NamedTuple):
    """Upper levels as the compiled functions take them, out of their logs."""

    rates: Floats  # of the groups
    years: Floats
    scales: Floats  # deviation of the places, of the trends, and the shape of the negative binomial distribution


class _Sums(NamedTuple):
    """Derivatives, added up over places."""

    by_group: Floats
    by_year: Floats
    by_scale: Floats


@dataclass(frozen=True)
class Slope:
    """Derivatives of the integrated log density by the upper levels, but for its gamma functions."""

    log_group_rate: Floats
    year_effect: Floats
    place_deviation: float
    trend_deviation: float
    shape: float


def nodes(level: int = LEVEL_NODES, trend: int = TREND_NODES) -> Floats:
    """Nodes of a rule for functions of two variables that are nearly normal densities.

    Parameters
    ----------
    level, trend : int
        Number of nodes in each direction.

    Returns
    -------
    numpy.ndarray, shape (3, level * trend)
        Both standardised coordinates of each node, and the log of its weight over the normal density there.

    References
    ----------
    Naylor and Smith (1982), Applied Statistics 31(3): Gauss–Hermite rules about a posterior's peak.
    """
    first, first_weight = np.polynomial.hermite_e.hermegauss(level)
    second, second_weight = np.polynomial.hermite_e.hermegauss(trend)
    u, t = (side.ravel() for side in np.meshgrid(first, second, indexing="ij"))
    log_weight = np.log(np.outer(first_weight, second_weight)).ravel() + (u**2 + t**2) / 2
    return np.stack([u, t, log_weight])


def integrate_places(
    counts: Counts, upper: UpperLevels, start: Floats, rule: Floats, *, slope: bool = False
) -> "tuple[float, Floats, Slope]":
    """Log density of the counts with every place's level and trend integrated out.

    Without the gamma functions of the negative binomial distribution, which need no place.

    Parameters
    ----------
    counts : Counts
    upper : UpperLevels
    start : numpy.ndarray, shape (n_places, 2)
        Where each place's peak is looked for first.
    rule : numpy.ndarray
        From `nodes`.
    slope : bool
        Whether derivatives are wanted: posterior means of those of the density with the places in it (Fisher's
        identity), over the same nodes. Zero otherwise.

    Returns
    -------
    log_density : float
    peaks : numpy.ndarray, shape (n_places, 2)
        Departure of the level from the group's, and trend, at each place's peak.
    slope : Slope
    """
    peaks = np.empty_like(start)
    sums = _Sums(np.zeros(len(upper.log_group_rate)), np.zeros(len(counts.time)), np.zeros(3))
    total = _integrate(*_read(counts, upper), start, rule, slope, peaks, sums)
    return float(total), peaks, Slope(sums.by_group, sums.by_year, *(float(value) for value in sums.by_scale))


def draw_places_given(counts: Counts, upper: UpperLevels, start: Floats, generator: np.random.Generator) -> Floats:
    """One draw of every place's departure and trend, given the upper levels.

    Of candidates scattered about the peak a little wider than the posterior, one is chosen by its weight.

    Parameters
    ----------
    counts : Counts
    upper : UpperLevels
    start : numpy.ndarray, shape (n_places, 2)
    generator : numpy.random.Generator

    Returns
    -------
    numpy.ndarray, shape (n_places, 2)

    References
    ----------
    Rubin (1988), sampling importance resampling, in Bayesian Statistics 3.
    """
    places = len(counts.group)
    noise = generator.standard_normal((places, CANDIDATES, 2)) * CANDIDATE_WIDTH
    drawn = np.empty((places, 2))
    _draw(*_read(counts, upper), start, noise, generator.random(places), drawn)
    return drawn


def _read(counts: Counts, upper: UpperLevels) -> tuple[_Panel, _Upper]:
    scales = np.array([upper.place_deviation, upper.trend_deviation, upper.extra_variation**-2])
    panel = _Panel(counts.homicides, counts.exposure, counts.group, counts.time)
    return panel, _Upper(np.exp(upper.log_group_rate), np.exp(upper.year_effect), scales)


@numba.njit(nogil=True)
def _peak(count, base, time, scales, level, trend):  # type: ignore[no-untyped-def]
    """Peak of a place's log density by Newton's method, and the triangular root of the inverse curvature there."""
    shape = scales[2]
    level_precision, trend_precision = scales[0] ** -2, scales[1] ** -2
    h_level, h_both, h_trend = level_precision, 0.0, trend_precision
    for _ in range(MAXIMUM_STEPS):
        factor, ratio = np.exp(level + trend * time[0]), np.exp(trend * (time[1] - time[0]))
        g_level, g_trend = -level_precision * level, -trend_precision * trend
        h_level, h_both, h_trend = level_precision, 0.0, trend_precision
        for year in range(len(time)):
            expected = base[year] * factor
            factor *= ratio
            pull = (count[year] + shape) / (shape + expected)
            residual = count[year] - pull * expected
            weight = pull * expected * shape / (shape + expected)
            g_level += residual
            g_trend += residual * time[year]
            h_level += weight
            h_both += weight * time[year]
            h_trend += weight * time[year] ** 2
        determinant = h_level * h_trend - h_both**2
        to_level = (h_trend * g_level - h_both * g_trend) / determinant
        to_trend = (h_level * g_trend - h_both * g_level) / determinant
        longest = max(abs(to_level), abs(to_trend))
        if longest > LONGEST_STEP:
            to_level *= LONGEST_STEP / longest
            to_trend *= LONGEST_STEP / longest
        level += to_level
        trend += to_trend
        if longest < PRECISE_ENOUGH:
            break
    first, second, third = _root(h_level, h_both, h_trend)
    return level, trend, first, second, third


@numba.njit(nogil=True)
def _root(h_level, h_both, h_trend):  # type: ignore[no-untyped-def]
    """Lower triangular root of the inverse of the curvature."""
    determinant = h_level * h_trend - h_both**2
    first = np.sqrt(h_trend / determinant)
    second = -h_both / determinant / first
    return first, second, np.sqrt(h_level / determinant - second**2)


@numba.njit(nogil=True)
def _density(count, base, time, scales, level, trend):  # type: ignore[no-untyped-def]
    """Log density of a place's counts, level and trend, but for the gamma functions and the normal constants."""
    shape = scales[2]
    factor, ratio = np.exp(level + trend * time[0]) / shape, np.exp(trend * (time[1] - time[0]))
    # Logs are dear: the factors that all years have to the same power are multiplied first.
    product, logs, powers, seen = 1.0, 0.0, 0.0, 0.0
    for year in range(len(time)):
        widened = 1 + base[year] * factor
        factor *= ratio
        product *= widened
        if product > LARGE:
            logs += np.log(product)
            product = 1.0
        if count[year] > 0:
            powers += count[year] * np.log(widened)
            seen += count[year] * (level + trend * time[year])
    logs += np.log(product)
    prior = (level / scales[0]) ** 2 + (trend / scales[1]) ** 2
    return seen - powers - shape * logs - prior / 2


@numba.njit(nogil=True)
def _base(place, panel, upper, base):  # type: ignore[no-untyped-def]
    """Expectation of a place at its group's mean and without trend."""
    for year in range(len(upper.years)):
        base[year] = panel.exposure[place, year] * upper.rates[panel.group[place]] * upper.years[year]


@numba.njit(nogil=True)
def _add_slope(count, base, time, scales, level, trend, weight, group, sums):  # type: ignore[no-untyped-def]
    """Add one node's share of the derivatives."""
    shape = scales[2]
    factor, ratio = np.exp(level + trend * time[0]), np.exp(trend * (time[1] - time[0]))
    for year in range(len(time)):
        expected = base[year] * factor
        factor *= ratio
        pull = (count[year] + shape) / (shape + expected)
        residual = weight * (count[year] - pull * expected)
        sums.by_group[group] += residual
        sums.by_year[year] += residual
        sums.by_scale[2] += weight * (pull * expected / shape - np.log(1 + expected / shape))
    sums.by_scale[0] += weight * (level**2 / scales[0] ** 3 - 1 / scales[0])
    sums.by_scale[1] += weight * (trend**2 / scales[1] ** 3 - 1 / scales[1])


@numba.njit(nogil=True)
def _integrate(panel, upper, start, rule, slope, peaks, sums):  # type: ignore[no-untyped-def]
    """Sum over places of the log of the integral; peaks and derivatives are written into the arrays given."""
    number, time, scales = rule.shape[1], panel.time, upper.scales
    base, levels, trends = np.empty(len(time)), np.empty(number), np.empty(number)
    terms, total = np.empty(number), 0.0
    for place in range(len(panel.group)):
        count, group = panel.homicides[place], panel.group[place]
        _base(place, panel, upper, base)
        level, trend, first, second, third = _peak(count, base, time, scales, start[place, 0], start[place, 1])
        peaks[place, 0], peaks[place, 1] = level, trend
        for node in range(number):
            levels[node] = level + first * rule[0, node]
            trends[node] = trend + second * rule[0, node] + third * rule[1, node]
            terms[node] = _density(count, base, time, scales, levels[node], trends[node]) + rule[2, node]
        largest = terms.max()
        terms = np.exp(terms - largest)
        integral = terms.sum()
        total += largest + np.log(integral * first * third / (scales[0] * scales[1]))
        total += count.sum() * np.log(upper.rates[group]) + (count * np.log(upper.years)).sum()
        if slope:
            for node in range(number):
                weight = terms[node] / integral
                _add_slope(count, base, time, scales, levels[node], trends[node], weight, group, sums)
    return total


@numba.njit(nogil=True)
def _draw(panel, upper, start, noise, chance, drawn):  # type: ignore[no-untyped-def]
    """Choose a candidate for each place by its weight."""
    time, scales = panel.time, upper.scales
    base, weights = np.empty(len(time)), np.empty(noise.shape[1])
    for place in range(len(panel.group)):
        _base(place, panel, upper, base)
        count = panel.homicides[place]
        level, trend, first, second, third = _peak(count, base, time, scales, start[place, 0], start[place, 1])
        for candidate in range(len(weights)):
            x, y = noise[place, candidate]
            density = _density(count, base, time, scales, level + first * x, trend + second * x + third * y)
            weights[candidate] = density + (x**2 + y**2) / (2 * CANDIDATE_WIDTH**2)
        weights = np.exp(weights - weights.max()).cumsum()
        taken = np.searchsorted(weights, chance[place] * weights[-1])
        x, y = noise[place, taken]
        drawn[place, 0], drawn[place, 1] = level + first * x, trend + second * x + third * y
