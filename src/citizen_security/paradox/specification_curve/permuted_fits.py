"""Least squares for one set of specifications under many assignments of the driver's paths at once.

Handing a country's path of the driver to another moves figures and gaps alike, so every assignment has country-years of
its own and nothing can be factored beforehand as in `fast_fits`. What assignments share is the shape: the panel is
countries by years, and missing country-years have weight zero. Demeaning, the year effects and the cross-products are
then the same few array operations for all of them together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy.stats

from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES, MINIMUM_RESIDUAL_DEGREES, NEGLIGIBLE
from citizen_security.paradox.specification_curve.fast_fits import DISTINCT, standard_deviations
from citizen_security.paradox.specification_curve.multiverse import (
    Grid,
    Multiverse,
    column_values,
    control_names,
    frame_mask,
    outcome_values,
    without_singletons,
)

# All that decides about country-years, right-hand sides and weights: specifications of a cell differ in the outcome.
CELL = ["release", "estimator", "year_effects", "lag", "period", "sample", "weights", "controls", "measure"]

# Keeps the year effects of a panel in two pieces solvable; relative to their weights, and far below what matters.
RIDGE = 1e-11

# Assignments solved together: enough to spread the cost of a call, few enough to stay in the processor's cache.
ASSIGNMENTS_A_BATCH = 25


@dataclass(frozen=True)
class Cell:
    """Specifications that differ in nothing but the outcome.

    Attributes
    ----------
    positions : numpy.ndarray of int, shape (outcomes,)
        Rows of the multiverse's specifications.
    outcomes : numpy.ndarray, shape (outcomes, countries, years)
    driver : numpy.ndarray, shape (countries, years)
        Lagged and differenced as the cell asks for; nan where it is missing.
    controls : numpy.ndarray, shape (controls, countries, years)
    weights : numpy.ndarray, shape (countries, years)
    observed : numpy.ndarray of bool, shape (countries, years)
        Country-years of everything but the driver.
    country_effects, year_effects : bool
    """

    positions: Integers
    outcomes: Floats
    driver: Floats
    controls: Floats
    weights: Floats
    observed: Flags
    country_effects: bool
    year_effects: bool


@dataclass(frozen=True)
class CellFits:
    """Estimates of a cell under every assignment; nan where an assignment cannot carry the regression.

    Attributes
    ----------
    positions : numpy.ndarray of int, shape (outcomes,)
        Rows of the multiverse's specifications.
    effects : numpy.ndarray, shape (outcomes, assignments)
        Standardized as in `fast_fits.Curve`.
    t_statistics, p_values : numpy.ndarray, shape (outcomes, assignments)
    """

    positions: Integers
    effects: Floats
    t_statistics: Floats
    p_values: Floats


def draw_cells(multiverse: Multiverse, specifications: int, seed: int) -> Multiverse:
    """About so many specifications, at equal steps through the multiverse, in cells that differ in the outcome alone.

    Parameters
    ----------
    multiverse : Multiverse
    specifications : int
        About how many to keep; the multiverse itself where it has no more.
    seed : int
        Decides where the steps begin.

    Returns
    -------
    Multiverse
    """
    table = multiverse.specifications
    if len(table) <= specifications:
        return multiverse
    cells = table.groupby(CELL, sort=False).ngroup()
    first = table.assign(cell=cells)[~cells.duplicated()].sort_values("sample_id", kind="stable")["cell"].to_numpy()
    wanted = max(round(specifications * len(first) / len(table)), 1)
    steps = (np.arange(wanted) + np.random.default_rng(seed).random()) / wanted * len(first)
    kept = cells.isin(first[steps.astype(int)])
    return replace(multiverse, specifications=table[kept].reset_index(drop=True))


def fit_assignments(grid: Grid, multiverse: Multiverse, assignments: Integers) -> Iterator[CellFits]:
    """Estimates of every specification under every assignment of the driver's paths, cell by cell.

    Parameters
    ----------
    grid : Grid
    multiverse : Multiverse
    assignments : numpy.ndarray of int, shape (assignments, countries)
        Whose path of the driver each country has.

    Yields
    ------
    CellFits
        One for each cell.
    """
    scale = standard_deviations(grid, multiverse)
    ratio = (scale["driver_deviation"] / scale["outcome_deviation"]).to_numpy()
    for cell in _cells(grid, multiverse):
        batches = range(0, len(assignments), ASSIGNMENTS_A_BATCH)
        parts = [fit_cell(cell, assignments[start : start + ASSIGNMENTS_A_BATCH]) for start in batches]
        estimates, errors, countries = (np.concatenate(found, axis=0) for found in zip(*parts, strict=True))
        statistic = estimates / errors
        yield CellFits(
            positions=cell.positions,
            effects=estimates.T * ratio[cell.positions][:, None],
            t_statistics=statistic.T,
            p_values=2 * scipy.stats.t.sf(np.abs(statistic), countries[:, None] - 1).T,
        )


def fit_cell(cell: Cell, assignments: Integers) -> "tuple[Floats, Floats, Integers]":
    """Coefficient of the driver and its error clustered by country, for each assignment and outcome.

    Parameters
    ----------
    cell : Cell
    assignments : numpy.ndarray of int, shape (assignments, countries)

    Returns
    -------
    estimates, standard_errors : numpy.ndarray, shape (assignments, outcomes)
        nan where an assignment cannot carry the regression, as in `fast_fits`.
    countries : numpy.ndarray of int, shape (assignments,)
    """
    driver = cell.driver[assignments]
    mask = without_singletons(np.isfinite(driver) & cell.observed)
    count = len(cell.outcomes)
    columns = _columns(cell, driver, mask)
    weights = mask * cell.weights
    left = _free_of_effects(columns, weights, cell)
    root = np.sqrt(weights)[:, None]
    scaled = (left * root).reshape(*left.shape[:2], -1)
    levels = (np.abs(columns) * root).reshape(scaled.shape)
    norms = np.sqrt((scaled**2).sum(axis=2))
    # Rounding is all that is left of a column that the effects absorb.
    present = norms > NEGLIGIBLE * np.sqrt((levels**2).sum(axis=2))
    scaled = scaled * np.where(present, 1 / np.where(norms > 0, norms, 1.0), 0.0)[:, :, None]
    outcomes, regressors = scaled[:, :count], scaled[:, count:]
    inverse, identified = _inverse(regressors @ regressors.swapaxes(1, 2))
    coefficients = inverse @ (regressors @ outcomes.swapaxes(1, 2))
    residuals = outcomes - coefficients.swapaxes(1, 2) @ regressors
    projected = inverse[:, :1] @ regressors
    scores = (residuals * projected).reshape(len(mask), count, *mask.shape[1:]).sum(axis=3)
    rows, countries = mask.sum(axis=(1, 2)), mask.any(axis=2).sum(axis=1)
    factor, enough = _counts(mask, regressors.shape[1], cell)
    units = norms[:, :count] / np.where(present[:, count], norms[:, count], np.nan)[:, None]
    good = (identified & enough & (countries >= MINIMUM_COUNTRIES) & (rows > 0))[:, None]
    estimates = np.where(good, coefficients[:, 0] * units, np.nan)
    errors = np.where(good, np.sqrt((scores**2).sum(axis=2)) * factor[:, None] * units, np.nan)
    return estimates, errors, countries


def _cells(grid: Grid, multiverse: Multiverse) -> Iterator[Cell]:
    table = multiverse.specifications
    for rows in table.groupby(CELL, sort=False).indices.values():
        yield _cell(grid, multiverse, np.asarray(rows))


def _cell(grid: Grid, multiverse: Multiverse, rows: Integers) -> Cell:
    table = multiverse.specifications.iloc[rows]
    first = table.iloc[0]
    lag, estimator, release = str(first["lag"]), str(first["estimator"]), str(first["release"])
    names = [multiverse.fields[name] for name in control_names(str(first["controls"]))]
    shape = (len(grid.countries), len(grid.years))
    controls = np.reshape([column_values(grid, name, lag, estimator) for name in names], (len(names), *shape))
    outcomes = np.array([outcome_values(grid, str(name), release, estimator) for name in table["outcome"]])
    observed = frame_mask(grid, str(first["sample"]), str(first["period"]), release)
    observed = observed & np.isfinite(outcomes).all(axis=0) & np.isfinite(controls).all(axis=0)
    # Years without a row stay without one whoever has the driver's path; countries are kept, since paths are indexed.
    years = observed.any(axis=0)
    weights = grid.columns["population"] if first["weights"] != "none" else np.ones(shape)
    return Cell(
        positions=rows,
        outcomes=outcomes[:, :, years],
        driver=column_values(grid, str(first["measure"]), lag, estimator)[:, years],
        controls=controls[:, :, years],
        weights=np.where(observed, weights, 0.0)[:, years],
        observed=observed[:, years],
        country_effects=estimator == "within",
        year_effects=first["year_effects"] == "yes",
    )


def _columns(cell: Cell, driver: Floats, mask: Flags) -> Floats:
    """Outcomes, driver and controls, zero where an assignment has no row; shape (assignments, columns, …)."""
    count = len(cell.outcomes)
    columns = np.empty((len(driver), count + 1 + len(cell.controls), *cell.observed.shape))
    columns[:, :count] = np.where(cell.observed, cell.outcomes, 0.0)
    columns[:, count] = np.where(mask, driver, 0.0)
    columns[:, count + 1 :] = np.where(cell.observed, cell.controls, 0.0)
    columns *= mask[:, None]
    return columns


def _free_of_effects(columns: Floats, weights: Floats, cell: Cell) -> Floats:
    """Weighted residuals of the fixed effects (or the mean) for every assignment; garbage where the weight is zero."""
    if not cell.year_effects:
        return columns - _means(columns, weights, cell)
    left = columns - _means(columns, weights, cell) if cell.country_effects else columns
    # Once more: the first pass leaves rounding error of the size of the level, the second of the size of the rest.
    for _ in range(2):
        left = left - _year_part(left, weights, cell)
    return left


def _means(columns: Floats, weights: Floats, cell: Cell) -> Floats:
    axes = 3 if cell.country_effects else (2, 3)
    total = np.asarray(weights.sum(axis=2 if cell.country_effects else (1, 2), keepdims=True))[:, None]
    sums = (columns * weights[:, None]).sum(axis=axes, keepdims=True)
    means: Floats = sums / np.where(total > 0, total, 1.0)
    return means


def _year_part(left: Floats, weights: Floats, cell: Cell) -> Floats:
    """What year effects explain of columns that are free of country effects, if there are any."""
    in_year = weights.sum(axis=1)
    sums = np.einsum("apct,act->apt", left, weights, optimize=True)
    if not cell.country_effects:
        means: Floats = (sums / np.where(in_year > 0, in_year, 1.0)[:, None])[:, :, None, :]
        return means
    in_country = weights.sum(axis=2, keepdims=True)
    shares = weights / np.where(in_country > 0, in_country, 1.0)
    normal = -weights.swapaxes(1, 2) @ shares
    diagonal = np.arange(normal.shape[1])
    normal[:, diagonal, diagonal] += in_year
    normal[:, diagonal, diagonal] += np.where(in_year > 0, RIDGE * in_year, 1.0)
    effects = np.linalg.solve(normal, sums.swapaxes(1, 2)).swapaxes(1, 2)
    part: Floats = effects[:, :, None, :] - (effects @ shares.swapaxes(1, 2))[:, :, :, None]
    return part


def _inverse(products: Floats) -> "tuple[Floats, Flags]":
    """Inverse of the regressors' correlations, and whether they are distinct enough to have one."""
    identified = np.linalg.eigvalsh(products)[:, 0] > DISTINCT
    products = np.where(identified[:, None, None], products, np.eye(products.shape[1]))
    return np.linalg.inv(products), identified


def _counts(mask: Flags, regressors: int, cell: Cell) -> "tuple[Floats, Flags]":
    """Small-sample factor of the clustered error, and whether enough degrees of freedom are left."""
    rows, countries = mask.sum(axis=(1, 2)), mask.any(axis=2).sum(axis=1)
    years = mask.any(axis=1).sum(axis=1)
    spent = regressors + 1 + (years - 1 if cell.year_effects else 0)
    clusters = np.maximum(countries, 2)
    factor = np.sqrt(clusters / (clusters - 1) * np.maximum(rows - 1, 0) / np.maximum(rows - spent, 1))
    absorbed = countries - 1 if cell.country_effects else 0
    return factor, rows - spent - absorbed >= MINIMUM_RESIDUAL_DEGREES
