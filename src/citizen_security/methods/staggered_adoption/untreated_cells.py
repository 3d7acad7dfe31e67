"""Compiled fits of unit and period effects on untreated cells, for one vector of starts or thousands.

The longer of the two sets of effects has a closed form given the other, so that each step solves equations as many as
the shorter has members: directly for outcomes, by Newton's method for counts, whose likelihood is concave.
"""

import numba
import numpy as np

from ..cholesky import factorise
from ..machine_code import keep

# Newton steps; six are usual.
STEPS = 100

# A step smaller than this, on the log scale, is the last.
SETTLED = 1e-9

# The longest step of a log effect.
LONGEST = 2.0


@numba.njit(nogil=True, error_model="numpy")
def untreated(exposure, starts, turned, weight):  # type: ignore[no-untyped-def]
    """Write the exposure of untreated cells, units by periods or turned, with zeros where a cell is treated."""
    units, periods = exposure.shape
    for unit in range(units):
        for period in range(periods):
            own = exposure[unit, period] if period < starts[unit] else 0.0
            if turned:
                weight[period, unit] = own
            else:
                weight[unit, period] = own


@numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz"})
def crossed(rows, gram):  # type: ignore[no-untyped-def]
    """Write the negative cross-products of rows, below the diagonal and on it."""
    number, length = rows.shape
    for row in range(number):
        for other in range(row + 1):
            total = 0.0
            for place in range(length):
                total += rows[row, place] * rows[other, place]
            gram[row, other] = -total


@numba.njit(nogil=True, error_model="numpy")
def solved(gram, diagonal, values, root):  # type: ignore[no-untyped-def]
    """Solve `(gram + diagonal) x = values` in place; whether the sum was positive definite."""
    number = len(values)
    fine = np.isfinite(factorise(gram, diagonal, root))
    for row in range(number):
        for k in range(row):
            values[row] -= root[row, k] * values[k]
        values[row] /= root[row, row]
    for row in range(number - 1, -1, -1):
        for k in range(row + 1, number):
            values[row] -= root[k, row] * values[k]
        values[row] /= root[row, row]
    return fine


@numba.njit(nogil=True, error_model="numpy")
def linear_effects(weight, row_sums, column_sums, rows, columns):  # type: ignore[no-untyped-def]
    """Write the effects of rows and columns whose weighted sums over cells are those given; whether there are any."""
    number, length = weight.shape
    scaled, gram, root = np.empty((number, length)), np.empty((number, number)), np.zeros((number, number))
    own = np.empty(number)
    totals = np.zeros(length)
    for row in range(number):
        for column in range(length):
            totals[column] += weight[row, column]
    for row in range(number):
        own[row], rows[row] = 0.0, row_sums[row]
        for column in range(length):
            own[row] += weight[row, column]
            if totals[column] > 0:
                rows[row] -= weight[row, column] * column_sums[column] / totals[column]
                scaled[row, column] = weight[row, column] / np.sqrt(totals[column])
            else:
                scaled[row, column] = 0.0
    crossed(scaled, gram)
    mean = own.mean() / number
    for row in range(number):
        for other in range(row + 1):
            # A constant moves from rows to columns and back: the sum of the rows' effects is set to zero.
            gram[row, other] += mean
        if own[row] == 0:
            own[row] = 1.0
    fine = solved(gram, own, rows, root)
    for column in range(length):
        columns[column] = column_sums[column]
        for row in range(number):
            columns[column] -= weight[row, column] * rows[row]
        columns[column] = columns[column] / totals[column] if totals[column] > 0 else 0.0
    return fine


@numba.njit(nogil=True, error_model="numpy")
def poisson_effects(weight, row_sums, column_sums, rows, columns):  # type: ignore[no-untyped-def]
    """Write factors of rows and columns whose products with the weights have the sums given; whether they were found.

    The factors in `rows` are where the search begins. Without an event a row or column has the factor zero.
    """
    number, length = weight.shape
    scaled, gram, root = np.empty((number, length)), np.empty((number, number)), np.zeros((number, number))
    step, own = np.empty(number), np.empty(number)
    for row in range(number):
        if row_sums[row] <= 0:
            rows[row] = 0.0
    for _ in range(STEPS):
        for column in range(length):
            columns[column] = 0.0
        for row in range(number):
            if rows[row] > 0:
                for column in range(length):
                    columns[column] += weight[row, column] * rows[row]
        for column in range(length):
            columns[column] = column_sums[column] / columns[column] if columns[column] > 0 else 0.0
        for row in range(number):
            own[row] = 0.0
            for column in range(length):
                mean = weight[row, column] * rows[row] * columns[column]
                own[row] += mean
                scaled[row, column] = mean / np.sqrt(column_sums[column]) if column_sums[column] > 0 else 0.0
            step[row] = row_sums[row] - own[row]
        crossed(scaled, gram)
        shift = own.mean() / number
        for row in range(number):
            for other in range(row + 1):
                gram[row, other] += shift
            if rows[row] == 0:
                step[row], own[row] = 0.0, 1.0
        if not solved(gram, own, step, root):
            return False
        largest = np.abs(step).max()
        shorter = min(1.0, LONGEST / largest) if largest > 0 else 1.0
        for row in range(number):
            rows[row] *= np.exp(shorter * step[row])
        if largest < SETTLED:
            return True
    return False


@numba.njit(nogil=True, error_model="numpy")
def fit(outcomes, exposure, starts, counts, by_unit, by_period):  # type: ignore[no-untyped-def]
    """Write effects (of counts: factors) of units and periods from untreated cells; whether they were found."""
    units, periods = outcomes.shape
    turned = periods < units
    weight = np.empty((periods, units)) if turned else np.empty((units, periods))
    untreated(exposure, starts, turned, weight)
    unit_sums, period_sums = np.zeros(units), np.zeros(periods)
    for unit in range(units):
        exposed = 0.0
        for period in range(min(starts[unit], periods)):
            unit_sums[unit] += outcomes[unit, period]
            period_sums[period] += outcomes[unit, period]
            exposed += exposure[unit, period]
        by_unit[unit] = unit_sums[unit] / exposed
    if not counts:
        if turned:
            return linear_effects(weight, period_sums, unit_sums, by_period, by_unit)
        return linear_effects(weight, unit_sums, period_sums, by_unit, by_period)
    if turned:
        for period in range(periods):
            exposed = 0.0
            for unit in range(units):
                exposed += weight[period, unit]
            by_period[period] = period_sums[period] / exposed if exposed > 0 else 0.0
        return poisson_effects(weight, period_sums, unit_sums, by_period, by_unit)
    return poisson_effects(weight, unit_sums, period_sums, by_unit, by_period)


@numba.njit(nogil=True, error_model="numpy")
def average_effects(outcomes, exposure, starts, horizon, counts):  # type: ignore[no-untyped-def]
    """Average effect for each vector of starts: of outcomes a mean gap, of counts the log of observed over expected.

    Over treated cells of periods in which somebody is untreated, up to `horizon` periods from each start on. Not a
    number where there is no fit.
    """
    units, periods = outcomes.shape
    found = np.empty(len(starts))
    by_unit, by_period = np.empty(units), np.empty(periods)
    for draw in range(len(starts)):
        if not fit(outcomes, exposure, starts[draw], counts, by_unit, by_period):
            found[draw] = np.nan
            continue
        last = starts[draw].max()
        observed, expected, cells = 0.0, 0.0, 0
        for unit in range(units):
            first = starts[draw, unit]
            for period in range(first, min(first + horizon, last, periods)):
                observed += outcomes[unit, period]
                if counts:
                    expected += exposure[unit, period] * by_unit[unit] * by_period[period]
                else:
                    expected += by_unit[unit] + by_period[period]
                cells += 1
        found[draw] = np.log(observed / expected) if counts else (observed - expected) / cells
    return found


keep(fit, average_effects)
