"""Least squares of specifications that share country-years, fixed effects and weights, compiled.

What a group of specifications shares is done once: fixed effects are taken out of every column (Frisch, Waugh and
Lovell), the year effects by normal equations as small as there are years, and cross-products are kept country by
country. From these small matrices come coefficients and each country's part in their errors, so that a further
specification of a group costs microseconds and no pass over the rows.
"""

from typing import NamedTuple

import numba
import numpy as np

from citizen_security.methods.arrays import Floats, Integers
from citizen_security.methods.machine_code import keep
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES, NEGLIGIBLE

# Least share of a regressor's variance (after the fixed effects) that the others must leave it to count as distinct.
# Cross-products lose about its inverse in precision: 1e-7 keeps coefficients to 1e-8 of themselves.
DISTINCT = 1e-7

# A year effect of which the others leave less than this share of its weight is a combination of them.
DISTINCT_YEAR = 1e-9

ESTIMATED, FEW_COUNTRIES, FEW_DEGREES, UNIDENTIFIED = range(4)

# Columns of a table of specifications as the solver takes it: library rows of the outcome and of the driver (its first
# draw), draws of the driver, then library rows of the other regressors, −1 where there are fewer.
OUTCOME, DRIVER, DRAWS, OTHERS = range(4)

# Columns of a table of groups: row of the masks, row of the weights, and whether there are effects of country, linear
# trends of country, and effects of year.
SAMPLE, WEIGHTS, COUNTRY_EFFECTS, TRENDS, YEAR_EFFECTS = range(5)


class Bounds(NamedTuple):
    """What a regression needs; handed to the compiled code, which keeps what it was compiled with."""

    countries: int = MINIMUM_COUNTRIES
    degrees: int = MINIMUM_RESIDUAL_DEGREES
    negligible: float = NEGLIGIBLE


def free_of_effects(
    columns: Floats,
    weights: Floats,
    starts: Integers,
    years: Integers,
    *,
    country_effects: bool,
    year_effects: bool,
    trends: bool = False,
) -> Floats:
    """What is left of columns once the fixed effects (or the mean, where there are none) are taken out.

    Parameters
    ----------
    columns : numpy.ndarray, shape (rows, columns)
        Rows of a country follow one another.
    weights : numpy.ndarray, shape (rows,)
    starts : numpy.ndarray of int, shape (countries,)
        First row of each country.
    years : numpy.ndarray of int, shape (rows,)
        Counted from zero.
    country_effects, year_effects, trends : bool
        Linear trends are those of the units that have an effect: of each country, or of all rows together.

    Returns
    -------
    numpy.ndarray, shape (rows, columns)
        Exact weighted least-squares residuals, in the units of the columns.
    """
    left = np.array(columns, dtype=float)
    ends = np.append(starts if country_effects else starts[:1], len(left)).astype(np.int64)
    _free(left, np.asarray(weights, dtype=float), ends, np.asarray(years, dtype=np.int64), trends, year_effects)
    return left


@numba.njit(nogil=True)
def fit_groups(  # type: ignore[no-untyped-def]
    library, weights, masks, groups, ends, specifications, bounds, estimates, errors, degrees, counts, influence
):
    """Fit specifications group by group.

    Parameters
    ----------
    library : numpy.ndarray, shape (columns, countries, years)
        Every column that a specification uses, lagged and differenced as it does; nan where missing.
    weights : numpy.ndarray, shape (weightings, countries, years)
    masks : numpy.ndarray of bool, shape (samples, countries, years)
    groups : numpy.ndarray of int, shape (groups, 5)
        Columns as `SAMPLE` to `YEAR_EFFECTS` say.
    ends : numpy.ndarray of int, shape (groups + 1,)
        First specification of each group, and behind the last.
    specifications : numpy.ndarray of int, shape (specifications, 3 or more)
        Columns as `OUTCOME` to `OTHERS` say.
    bounds : Bounds
    estimates, errors, degrees : numpy.ndarray, shape (specifications,)
        Written: coefficient of the driver, its error clustered by country, degrees of freedom of its t statistic.
    counts : numpy.ndarray of int, shape (specifications, 3)
        Written: country-years, countries, status.
    influence : numpy.ndarray, shape (specifications, countries)
        Written: what each country adds to the error; the squares sum to the squared error.
    """
    order = np.arange(library.shape[1])
    slots = np.empty(library.shape[0], np.int64)
    for group in range(len(groups)):
        first, last = ends[group], ends[group + 1]
        fit_group(
            library, weights[groups[group, WEIGHTS]], masks[groups[group, SAMPLE]], groups[group],
            specifications[first:last], bounds, order, slots, estimates[first:last], errors[first:last],
            degrees[first:last], counts[first:last], influence[first:last],
        )  # fmt: skip


@numba.njit(nogil=True)
def fit_under_orders(  # type: ignore[no-untyped-def]
    library, weights, observed, group, specifications, bounds, orders, least, estimates, errors, degrees
):
    """Fit specifications that differ in the outcome alone, once for each order of the driver's paths.

    Parameters
    ----------
    library : numpy.ndarray, shape (columns, countries, years)
    weights : numpy.ndarray, shape (countries, years)
    observed : numpy.ndarray of bool, shape (countries, years)
        Country-years of everything but the driver.
    group : numpy.ndarray of int, shape (5,)
    specifications : numpy.ndarray of int, shape (specifications, 3 or more)
    bounds : Bounds
    orders : numpy.ndarray of int, shape (orders, countries)
        Whose path of the driver each country has.
    least : int
        Years that a country must have to stay in the sample.
    estimates, errors, degrees : numpy.ndarray, shape (specifications, orders)
        Written; nan where an order cannot carry the regression.
    """
    count, countries = len(specifications), library.shape[1]
    slots = np.empty(library.shape[0], np.int64)
    estimate, error, freedom = np.empty(count), np.empty(count), np.empty(count)
    counts, influence = np.empty((count, 3), np.int64), np.empty((count, countries))
    mask = np.empty(observed.shape, np.bool_)
    for number in range(len(orders)):
        order = orders[number]
        for country in range(countries):
            for year in range(observed.shape[1]):
                known = np.isfinite(library[specifications[0, DRIVER], order[country], year])
                mask[country, year] = observed[country, year] and known
        _drop_singletons(mask, least)
        fit_group(
            library, weights, mask, group, specifications, bounds, order, slots, estimate, error, freedom, counts,
            influence,
        )  # fmt: skip
        for one in range(count):
            estimates[one, number], errors[one, number], degrees[one, number] = estimate[one], error[one], freedom[one]


@numba.njit(nogil=True)
def fit_group(  # type: ignore[no-untyped-def]
    library, weights, mask, group, specifications, bounds, order, slots, estimates, errors, degrees, counts, influence
):
    """Fit the specifications of one group; `order` says whose path of the driver each country has."""
    country, year, starts = _rows(mask)
    rows, present = len(country), len(starts) - 1
    for number in range(len(specifications)):
        estimates[number] = errors[number] = degrees[number] = np.nan
        counts[number, 0], counts[number, 1], counts[number, 2] = rows, present, FEW_COUNTRIES
        for one in range(influence.shape[1]):
            influence[number, one] = 0.0
    if present < bounds.countries:
        return
    used, moved = _columns_used(specifications, slots)
    weight, years = _weights(weights, country, year)
    left, size = _gather(library, used, moved, order, country, year)
    ends = starts if group[COUNTRY_EFFECTS] else np.array([0, rows])
    _free(left, weight, ends, year, group[TRENDS] == 1, group[YEAR_EFFECTS] == 1)
    parts, whole = _cross_products(left, weight, starts)
    for column in range(len(used)):
        # Rounding is all that is left of a column that the effects absorb.
        if np.sqrt(whole[column, column] / rows) <= bounds.negligible * size[column]:
            whole[column, column] = 0.0
    # As pyfixest and fixest count: regressors, the mean, year effects; what is nested in the clusters is not counted.
    spent = 1 + (years - 1 if group[YEAR_EFFECTS] else 0)
    absorbed = (present - 1 if group[COUNTRY_EFFECTS] else 0) + (present if group[TRENDS] else 0)
    for number in range(len(specifications)):
        _fit_one(
            parts, whole, specifications, number, slots, country, starts, spent, absorbed, bounds.degrees,
            estimates, errors, degrees, counts, influence,
        )  # fmt: skip


@numba.njit(nogil=True)
def _fit_one(  # type: ignore[no-untyped-def]
    parts, whole, specifications, number, slots, country, starts, spent, absorbed, least,
    estimates, errors, degrees, counts, influence,
):  # fmt: skip
    """Fit one specification from the cross-products of its group, pooling the draws of its driver by Rubin's rules."""
    rows, present, draws = len(country), len(parts), specifications[number, DRAWS]
    where = np.empty(specifications.shape[1] - OTHERS + 1, np.int64)
    size = 1
    for place in range(OTHERS, specifications.shape[1]):
        if specifications[number, place] >= 0:
            where[size] = slots[specifications[number, place]]
            size += 1
    if rows - spent - size - absorbed < least:
        counts[number, 2] = FEW_DEGREES
        return
    factor = np.sqrt(present / (present - 1) * (rows - 1) / max(rows - spent - size, 1))
    found, within, own = np.empty(draws), 0.0, np.empty(present)
    for draw in range(draws):
        where[0] = slots[specifications[number, DRIVER]] + draw
        identified, found[draw] = _coefficient(parts, whole, where, size, slots[specifications[number, OUTCOME]], own)
        if not identified:
            counts[number, 2] = UNIDENTIFIED
            return
        for cluster in range(present):
            within += (factor * own[cluster]) ** 2 / draws
            influence[number, country[starts[cluster]]] += factor * own[cluster] / draws
    variance, degrees[number] = _pooled(found, within, present - 1.0)
    estimates[number], errors[number], counts[number, 2] = found.mean(), np.sqrt(variance), ESTIMATED
    if draws > 1:
        _scale(influence, number, variance)


@numba.njit(nogil=True)
def _scale(influence, number, variance):  # type: ignore[no-untyped-def]
    """Let each country's part grow with what draws add to the error, so that squares still sum to the variance."""
    squares = 0.0
    for country in range(influence.shape[1]):
        squares += influence[number, country] ** 2
    for country in range(influence.shape[1]):
        influence[number, country] *= np.sqrt(variance / squares)


@numba.njit(nogil=True)
def _pooled(found, within, complete):  # type: ignore[no-untyped-def]
    """Variance and degrees of freedom of the mean of draws (Rubin 1987; Barnard and Rubin 1999)."""
    draws, middle, squares = len(found), found.mean(), 0.0
    if draws == 1:
        return within, complete
    for draw in range(draws):
        squares += (found[draw] - middle) ** 2
    between = (1 + 1 / draws) * squares / (draws - 1)
    share = between / (within + between)
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    if share == 0:
        return within, observed
    return within + between, 1 / (share**2 / (draws - 1) + 1 / observed)


@numba.njit(nogil=True)
def _weights(weights, country, year):  # type: ignore[no-untyped-def]
    """Weight of each row, with mean one, and how many years there are."""
    weight, seen, total, years = np.empty(len(country)), np.zeros(weights.shape[1], np.bool_), 0.0, 0
    for row in range(len(country)):
        weight[row] = weights[country[row], year[row]]
        total += weight[row]
        if not seen[year[row]]:
            seen[year[row]] = True
            years += 1
    for row in range(len(country)):
        weight[row] *= len(country) / total
    return weight, years


@numba.njit(nogil=True)
def _coefficient(parts, whole, where, size, outcome, influence):  # type: ignore[no-untyped-def]
    """Coefficient of the first regressor, whether it has one, and each cluster's part in its error (written)."""
    norms = np.empty(size)
    for one in range(size):
        norms[one] = np.sqrt(whole[where[one], where[one]])
        if norms[one] == 0:
            return False, np.nan
    inverse = np.empty((size, size))
    for one in range(size):
        for other in range(size):
            inverse[one, other] = whole[where[one], where[other]] / (norms[one] * norms[other])
    if not _invert(inverse):
        return False, np.nan
    slopes, first = np.zeros(size), np.empty(size)
    for one in range(size):
        for other in range(size):
            slopes[one] += inverse[one, other] * whole[where[other], outcome] / norms[other]
        slopes[one] /= norms[one]
        first[one] = inverse[0, one] / (norms[0] * norms[one])
    for cluster in range(len(parts)):
        total = 0.0
        for one in range(size):
            left = parts[cluster, where[one], outcome]
            for other in range(size):
                left -= parts[cluster, where[one], where[other]] * slopes[other]
            total += first[one] * left
        influence[cluster] = total
    return True, slopes[0]


@numba.njit(nogil=True)
def _invert(matrix):  # type: ignore[no-untyped-def]
    """Invert a matrix of correlations in place (Gauss and Jordan); False where a regressor is not distinct."""
    size = len(matrix)
    for pivot in range(size):
        value = matrix[pivot, pivot]
        if value <= DISTINCT:
            return False
        for row in range(size):
            if row != pivot:
                share = matrix[row, pivot] / value
                for column in range(size):
                    if column != pivot:
                        matrix[row, column] -= share * matrix[pivot, column]
                matrix[row, pivot] = -share
        for column in range(size):
            if column != pivot:
                matrix[pivot, column] /= value
        matrix[pivot, pivot] = 1 / value
    distinct = True
    for row in range(size):
        # What the others leave of a regressor's variance, whichever stands first.
        distinct &= matrix[row, row] * DISTINCT < 1
    return distinct


@numba.njit(nogil=True)
def _rows(mask):  # type: ignore[no-untyped-def]
    """Country and year of each row of a sample, and where each country's rows begin, the end included."""
    size = mask.sum()
    country, year = np.empty(size, np.int64), np.empty(size, np.int64)
    starts = np.empty(len(mask) + 1, np.int64)
    row = present = 0
    for one in range(len(mask)):
        begin = row
        for when in range(mask.shape[1]):
            if mask[one, when]:
                country[row], year[row] = one, when
                row += 1
        if row > begin:
            starts[present] = begin
            present += 1
    starts[present] = row
    return country, year, starts[: present + 1]


@numba.njit(nogil=True)
def _columns_used(specifications, slots):  # type: ignore[no-untyped-def]
    """Library rows of the columns that a group uses, and whether each is the driver's; `slots` says where each is."""
    used, moved = np.empty(len(slots), np.int64), np.zeros(len(slots), np.bool_)
    for column in range(len(slots)):
        slots[column] = -1
    count = 0
    for row in range(len(specifications)):
        for place in range(specifications.shape[1]):
            column = specifications[row, place]
            if place == DRAWS or column < 0 or slots[column] >= 0:
                continue
            # Draws of a driver stand side by side, in the library and here.
            for draw in range(specifications[row, DRAWS] if place == DRIVER else 1):
                slots[column + draw] = count
                used[count], moved[count] = column + draw, place == DRIVER
                count += 1
    return used[:count], moved[:count]


@numba.njit(nogil=True)
def _gather(library, used, moved, order, country, year):  # type: ignore[no-untyped-def]
    """Columns of a sample, shape (rows, columns), each less its mean, and the size of each for comparison."""
    rows, count = len(country), len(used)
    left, size = np.empty((rows, count)), np.empty(count)
    for column in range(count):
        largest = total = 0.0
        for row in range(rows):
            whose = order[country[row]] if moved[column] else country[row]
            value = library[used[column], whose, year[row]]
            left[row, column] = value
            total += value
            largest = max(largest, abs(value))
        for row in range(rows):
            left[row, column] -= total / rows
        size[column] = largest
    return left, size


@numba.njit(nogil=True)
def _free(left, weight, ends, year, trend, year_effects):  # type: ignore[no-untyped-def]
    """Take the fixed effects out of columns, in place; rows of a unit lie between two of `ends`."""
    basis = _unit_basis(weight, ends, year, trend)
    _less_units(left, weight, basis, ends)
    if not year_effects:
        return
    years, columns = year.max() + 1, left.shape[1]
    # Sums of the columns stand below the normal equations, so that factoring these solves for those half way.
    normal, total = np.zeros((years + columns, years)), np.zeros(years)
    for row in range(len(left)):
        normal[year[row], year[row]] += weight[row]
        total[year[row]] += weight[row]
        for column in range(columns):
            normal[years + column, year[row]] += weight[row] * left[row, column]
    for unit in range(len(ends) - 1):
        for vector in range(len(basis)):
            shares = np.zeros(years)
            for row in range(ends[unit], ends[unit + 1]):
                shares[year[row]] += weight[row] * basis[vector, row]
            for one in range(years):
                if shares[one] != 0.0:
                    for other in range(one + 1):
                        normal[one, other] -= shares[one] * shares[other]
    _solve_years(normal, total)
    for row in range(len(left)):
        for column in range(columns):
            left[row, column] -= normal[years + column, year[row]]
    _less_units(left, weight, basis, ends)


@numba.njit(nogil=True)
def _unit_basis(weight, ends, year, trend):  # type: ignore[no-untyped-def]
    """Orthonormal vectors of each unit's mean and, where asked for, its linear trend; shape (vectors, rows)."""
    basis = np.zeros((2 if trend else 1, len(weight)))
    for unit in range(len(ends) - 1):
        first, last = ends[unit], ends[unit + 1]
        total = middle = spread = 0.0
        for row in range(first, last):
            total += weight[row]
            middle += weight[row] * year[row]
        middle /= total
        for row in range(first, last):
            basis[0, row] = 1 / np.sqrt(total)
            spread += weight[row] * (year[row] - middle) ** 2
        if trend and spread > 0:
            for row in range(first, last):
                basis[1, row] = (year[row] - middle) / np.sqrt(spread)
    return basis


@numba.njit(nogil=True)
def _less_units(left, weight, basis, ends):  # type: ignore[no-untyped-def]
    """Take what the vectors of each unit explain out of columns, in place."""
    columns = left.shape[1]
    for unit in range(len(ends) - 1):
        for vector in range(len(basis)):
            parts = np.zeros(columns)
            for row in range(ends[unit], ends[unit + 1]):
                scaled = weight[row] * basis[vector, row]
                for column in range(columns):
                    parts[column] += scaled * left[row, column]
            for row in range(ends[unit], ends[unit + 1]):
                for column in range(columns):
                    left[row, column] -= basis[vector, row] * parts[column]


@numba.njit(nogil=True)
def _solve_years(normal, total):  # type: ignore[no-untyped-def]
    """Solve for the year effects by Cholesky, in place of the sums; years that are combinations of others get none."""
    rows, years = normal.shape
    own = np.empty(years)
    for pivot in range(years):
        kept = normal[pivot, pivot] > DISTINCT_YEAR * total[pivot]
        root = np.sqrt(normal[pivot, pivot]) if kept else 1.0
        for row in range(pivot + 1, rows):
            normal[row, pivot] = normal[row, pivot] / root if kept else 0.0
            if row < years:
                own[row] = normal[row, pivot]
        normal[pivot, pivot] = root
        if kept:
            for row in range(pivot + 1, rows):
                share = normal[row, pivot]
                for column in range(pivot + 1, min(row + 1, years)):
                    normal[row, column] -= share * own[column]
        else:
            for column in range(pivot):
                normal[pivot, column] = 0.0
    for row in range(years, rows):
        for pivot in range(years - 1, -1, -1):
            normal[row, pivot] /= normal[pivot, pivot]
            value = normal[row, pivot]
            for column in range(pivot):
                normal[row, column] -= normal[pivot, column] * value


@numba.njit(nogil=True)
def _cross_products(left, weight, starts):  # type: ignore[no-untyped-def]
    """Weighted cross-products of columns, country by country and all together."""
    columns = left.shape[1]
    parts = np.zeros((len(starts) - 1, columns, columns))
    whole = np.zeros((columns, columns))
    for cluster in range(len(parts)):
        for row in range(starts[cluster], starts[cluster + 1]):
            for one in range(columns):
                scaled = weight[row] * left[row, one]
                for other in range(one + 1):
                    parts[cluster, one, other] += scaled * left[row, other]
        for one in range(columns):
            for other in range(one + 1):
                parts[cluster, other, one] = parts[cluster, one, other]
                whole[one, other] += parts[cluster, one, other]
                whole[other, one] = whole[one, other]
    return parts, whole


@numba.njit(nogil=True)
def _drop_singletons(mask, least):  # type: ignore[no-untyped-def]
    """Drop countries with fewer years than `least` and years with one country, in place, until none is left."""
    countries, years = mask.shape
    changed = True
    while changed:
        changed = False
        for country in range(countries):
            seen = 0
            for year in range(years):
                seen += mask[country, year]
            if 0 < seen < least:
                changed = True
                for year in range(years):
                    mask[country, year] = False
        for year in range(years):
            seen = 0
            for country in range(countries):
                seen += mask[country, year]
            if seen == 1:
                changed = True
                for country in range(countries):
                    mask[country, year] = False


keep(fit_groups, fit_under_orders, _free)
