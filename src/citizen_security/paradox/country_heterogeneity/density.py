"""The log density of the varying slopes and its gradient, written out and compiled once.

Four steps: the prior; a first pass over the country-years, which finds the errors about the average country and what
they say of each country's departures from it; a second pass, which takes the gradient's mean over the departures; and
the scatter of that gradient to the parameters.
"""

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from citizen_security.methods.arrays import Floats
from citizen_security.methods.cholesky import invert
from citizen_security.methods.machine_code import keep
from citizen_security.paradox.country_heterogeneity.positions import (
    LEVEL_SCALE,
    SPREAD_CENTRE,
    SPREAD_SCALE,
    STEP_SCALE,
    YEAR_SCALE,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from citizen_security.paradox.country_heterogeneity.sample import SlopeSample


class Rows(NamedTuple):
    """Country-years as the compiled density takes them, in the order of countries and years.

    Attributes
    ----------
    outcome : numpy.ndarray, shape (rows,)
    drivers : numpy.ndarray, shape (rows, drivers)
    country, year : numpy.ndarray of int, shape (rows,)
        Position of the row's country and year.
    gap : numpy.ndarray, shape (rows,)
        Years since the country's last observed year; infinite in its first.
    countries, years : int
        How many there are.
    """

    outcome: Floats
    drivers: Floats
    country: "NDArray[np.int64]"
    year: "NDArray[np.int64]"
    gap: Floats
    countries: int
    years: int


class Numbers(NamedTuple):
    """A design as the compiled density takes it: `Design.data` by position."""

    slope_scale: float
    deviation_scale: float
    own_levels: float
    pooled_average: float
    estimated_deviation: float
    given_deviation: float
    autoregressive: float
    own_spreads: float


class _Places(NamedTuple):
    """Where each kind of parameter begins in a position, in the order of `layout`; the level is at zero."""

    average: int
    log_deviation: int
    step: int
    spread: int
    own_spread: int
    persistence: int


class _Values(NamedTuple):
    """What a position stands for, in the model's units; a deviation of zero is what does not differ."""

    level: float
    slope: Floats
    deviation: Floats
    own_deviation: Floats
    year_effect: Floats
    log_spread: Floats


class _FirstPass(NamedTuple):
    """Per row: errors about the average country, what they carry over, and the columns of a country's departures."""

    errors: Floats
    carried: Floats
    carried_slope: Floats
    ratio: Floats
    precision: Floats
    columns: Floats
    scaled: Floats


class _Gradients(NamedTuple):
    """Gradient by errors (rows), persistence, log spreads (countries) and deviations (departures)."""

    errors: Floats
    persistence: float
    spread: Floats
    deviation: Floats


def as_rows(sample: "SlopeSample") -> Rows:
    """Country-years of a sample as the compiled density takes them."""
    return Rows(
        sample.outcome,
        np.ascontiguousarray(sample.driver_values),
        sample.country_index.astype(np.int64),
        sample.year_index.astype(np.int64),
        sample.gap,
        len(sample.countries),
        len(sample.years),
    )


@numba.njit(nogil=True, error_model="numpy")
def log_density(position, rows, numbers):  # type: ignore[no-untyped-def]
    """Log density of a position, up to a constant, and its gradient; the order of parameters is that of `layout`.

    Parameters
    ----------
    position : numpy.ndarray, shape (positions,)
    rows : Rows
    numbers : Numbers

    Returns
    -------
    density : float
        Minus infinity where the sampler went astray.
    gradient : numpy.ndarray, shape (positions,)
    """
    places = _places(rows)
    gradient = -position
    density, free = _prior(position, places, gradient)
    persistence = numbers.autoregressive * free
    if persistence >= 1.0:
        # Rounded to one, where errors have no variance: a step of the sampler that went astray.
        return -np.inf, gradient
    values = _values(position, rows, numbers, places)
    effects = len(values.deviation)
    squares, mean = np.zeros((rows.countries, effects, effects)), np.zeros((rows.countries, effects))
    density, first = _first_pass(density, rows, values, persistence, squares, mean)
    density, covariance = _integrate_departures(density, squares, mean)
    gradients = _second_pass(rows, first, mean, covariance)
    _scatter(gradient, gradients, rows, numbers, places, values.own_deviation, free)
    return density, gradient


@numba.njit(nogil=True, error_model="numpy")
def _places(rows):  # type: ignore[no-untyped-def]
    number = rows.drivers.shape[1]
    average = 1
    log_deviation = average + number
    step = log_deviation + number
    spread = step + rows.years - 1
    own_spread = spread + 1
    return _Places(average, log_deviation, step, spread, own_spread, own_spread + rows.countries)


@numba.njit(nogil=True, error_model="numpy")
def _prior(position, places, gradient):  # type: ignore[no-untyped-def]
    """Density of the prior, its gradient put in place, and the persistence that errors have if they persist."""
    density = -0.5 * (position**2).sum()
    for place in range(places.log_deviation, places.step):
        square = np.exp(2 * position[place])
        density += 0.5 * position[place] ** 2 + position[place] - 0.5 * square
        gradient[place] = 1 - square
    last = places.persistence
    free = 1 / (1 + np.exp(-position[last]))
    density += 0.5 * position[last] ** 2 + np.log(free) + np.log1p(-free)
    gradient[last] = 1 - 2 * free
    return density, free


@numba.njit(nogil=True, error_model="numpy")
def _values(position, rows, numbers, places):  # type: ignore[no-untyped-def]
    log_deviation, step, spread, own_spread = places.log_deviation, places.step, places.spread, places.own_spread
    own_levels, own_spreads = numbers.own_levels, numbers.own_spreads
    own_deviation = numbers.estimated_deviation * numbers.deviation_scale * np.exp(position[log_deviation:step])
    deviation = np.empty(rows.drivers.shape[1] + 1)
    deviation[0] = own_levels * LEVEL_SCALE
    deviation[1:] = own_deviation + numbers.given_deviation
    slope = numbers.pooled_average * numbers.slope_scale * position[places.average : log_deviation]
    own = (1 - own_spreads) * position[spread] + own_spreads * position[own_spread : places.persistence]
    year_effect = np.zeros(rows.years)
    if numbers.autoregressive:
        year_effect[1:] = STEP_SCALE * np.cumsum(position[step:spread])
    else:
        year_effect[1:] = YEAR_SCALE * position[step:spread]
    level = (1 - own_levels) * LEVEL_SCALE * position[0]
    return _Values(level, slope, deviation, own_deviation, year_effect, SPREAD_CENTRE + SPREAD_SCALE * own)


@numba.njit(nogil=True, error_model="numpy")
def _first_pass(density, rows, values, persistence, squares, mean):  # type: ignore[no-untyped-def]
    """Errors about the average country; what they say of each country's departures is added to `squares` and `mean`."""
    size, number = rows.drivers.shape
    effects = number + 1
    errors, carried, precision = np.empty(size), np.empty(size), np.empty(size)
    ratio, carried_slope = np.empty(size), np.empty(size)
    columns, scaled = np.empty((size, effects)), np.empty((size, effects))
    slope, deviation, log_spread = values.slope, values.deviation, values.log_spread
    inverse_spread = np.exp(-2 * log_spread)
    last_gap = np.nan
    for row in range(size):
        c = rows.country[row]
        errors[row] = rows.outcome[row] - values.level - values.year_effect[rows.year[row]]
        columns[row, 0] = deviation[0]
        for k in range(number):
            errors[row] -= slope[k] * rows.drivers[row, k]
            columns[row, k + 1] = deviation[k + 1] * rows.drivers[row, k]
        if rows.gap[row] != last_gap:
            # Nearly every gap is a year, so powers and logarithms are taken at the few that are not.
            last_gap = rows.gap[row]
            now, variance, now_slope, variance_slope = _error_moments(last_gap, persistence)
            half_log_variance = 0.5 * np.log(variance)
            inverse_variance, now_ratio = 1 / variance, 0.5 * variance_slope / variance
        carried[row], carried_slope[row], ratio[row] = now, now_slope, now_ratio
        precision[row] = inverse_spread[c] * inverse_variance
        density -= log_spread[c] + half_log_variance
        before = max(row - 1, 0)  # multiplied by zero in the first row
        news = errors[row] - now * errors[before]
        density -= 0.5 * news * news * precision[row]
        for j in range(effects):
            scaled[row, j] = columns[row, j] - now * columns[before, j]
            mean[c, j] += scaled[row, j] * news * precision[row]
        for j in range(effects):
            for i in range(j + 1):
                squares[c, j, i] += scaled[row, j] * scaled[row, i] * precision[row]
    return density, _FirstPass(errors, carried, carried_slope, ratio, precision, columns, scaled)


@numba.njit(nogil=True, error_model="numpy")
def _integrate_departures(density, squares, mean):  # type: ignore[no-untyped-def]
    """Integrate each country's departures out: `mean` becomes their mean, and their covariance is returned.

    `squares` are used up.
    """
    countries, effects = mean.shape
    covariance, nothing = np.empty((countries, effects, effects)), np.zeros(effects)
    for c in range(countries):
        # One plus the squares: the prior of a departure in its own deviations has precision one.
        for j in range(effects):
            squares[c, j, j] += 1.0
        log_determinant = invert(squares[c], nothing, covariance[c])
        right = mean[c].copy()
        mean[c] = 0.0
        for j in range(effects):
            for i in range(effects):
                mean[c, j] += covariance[c, j, i] * right[i]
            density += 0.5 * mean[c, j] * right[j]
        density -= 0.5 * log_determinant
    return density, covariance


@numba.njit(nogil=True, error_model="numpy")
def _second_pass(rows, first, mean, covariance):  # type: ignore[no-untyped-def]
    """The gradient of the integral, which is the mean of the gradient over the departures (Fisher's identity)."""
    size, number = rows.drivers.shape
    countries, effects = mean.shape
    columns, scaled, carried, precision = first.columns, first.scaled, first.carried, first.precision
    by_persistence = 0.0
    errors_gradient, by_spread, by_deviation = np.zeros(size), np.zeros(countries), np.zeros(effects)
    spread_out = np.empty(effects)
    for row in range(size):
        c, before = rows.country[row], max(row - 1, 0)
        error, last_error = first.errors[row], first.errors[before]
        variance_of_news, covariance_with_last = 0.0, 0.0
        for j in range(effects):
            error -= columns[row, j] * mean[c, j]
            last_error -= columns[before, j] * mean[c, j]
            spread_out[j] = 0.0
            for i in range(effects):
                spread_out[j] += covariance[c, j, i] * scaled[row, i]
            variance_of_news += spread_out[j] * scaled[row, j]
            covariance_with_last += spread_out[j] * columns[before, j]
        news = error - carried[row] * last_error
        square = (news * news + variance_of_news) * precision[row]
        errors_gradient[row] -= news * precision[row]
        if carried[row] != 0.0:
            errors_gradient[before] += carried[row] * news * precision[row]
            by_persistence += (last_error * news + covariance_with_last) * precision[row] * first.carried_slope[row]
        by_persistence += (square - 1) * first.ratio[row]
        by_spread[c] += square - 1
        for k in range(number):
            own_part = rows.drivers[row, k] - carried[row] * rows.drivers[before, k]
            by_deviation[k] += precision[row] * own_part * (news * mean[c, k + 1] - spread_out[k + 1])
    return _Gradients(errors_gradient, by_persistence, by_spread, by_deviation)


@numba.njit(nogil=True, error_model="numpy")
def _scatter(gradient, gradients, rows, numbers, places, own_deviation, free):  # type: ignore[no-untyped-def]
    """Add the gradient of the country-years to that of the parameters."""
    size, number = rows.drivers.shape
    own_spreads, own_spread = numbers.own_spreads, places.own_spread
    gradient[places.persistence] += gradients.persistence * numbers.autoregressive * free * (1 - free)
    gradient[places.spread] += SPREAD_SCALE * (1 - own_spreads) * gradients.spread.sum()
    gradient[own_spread : places.persistence] += SPREAD_SCALE * own_spreads * gradients.spread
    by_year = np.zeros(rows.years)
    for row in range(size):
        pull = -gradients.errors[row]
        gradient[0] += pull * LEVEL_SCALE * (1 - numbers.own_levels)
        by_year[rows.year[row]] += pull
        for k in range(number):
            gradient[places.average + k] += pull * rows.drivers[row, k] * numbers.pooled_average * numbers.slope_scale
    for k in range(number):
        gradient[places.log_deviation + k] += own_deviation[k] * gradients.deviation[k]
    if numbers.autoregressive:
        # A step moves its own year and all that follow.
        gradient[places.step : places.spread] += STEP_SCALE * np.cumsum(by_year[::-1])[::-1][1:]
    else:
        gradient[places.step : places.spread] += YEAR_SCALE * by_year[1:]


@numba.njit(nogil=True, error_model="numpy")
def _error_moments(gap: float, persistence: float) -> tuple[float, float, float, float]:
    """What an error carries over a gap, the variance of what is new (in yearly ones), and their derivatives."""
    yearly = 1 - persistence**2
    if np.isinf(gap):
        return 0.0, 1 / yearly, 0.0, 2 * persistence / yearly**2
    carried = persistence**gap
    carried_slope = gap * persistence ** (gap - 1)
    variance = (1 - carried**2) / yearly
    variance_slope = (-2 * carried * carried_slope + 2 * persistence * variance) / yearly
    return carried, variance, carried_slope, variance_slope


keep(log_density)
