"""Specifications under many assignments of the driver's paths.

Handing a country's path of the driver to another moves figures and gaps alike, so every assignment has country-years of
its own. They are found, and the specifications of a cell fitted, for one assignment after another in compiled code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.paradox.specification_curve.coding import Coded, encode
from citizen_security.paradox.specification_curve.fast_fits import standard_deviations
from citizen_security.paradox.specification_curve.multiverse import Grid, Multiverse, frame_mask, least_years
from citizen_security.paradox.specification_curve.solver import OTHERS, OUTCOME, Bounds, fit_under_orders

# All that decides about country-years, right-hand sides and weights: specifications of a cell differ in the outcome.
CELL = [
    *("release", "estimator", "trends", "dynamics", "year_effects", "lag", "period", "sample", "weights", "controls"),
    "measure",
]


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
    coded = encode(grid, multiverse.specifications.drop(columns="sample_id"), multiverse.fields)
    orders = np.ascontiguousarray(assignments, dtype=np.int64)
    for rows in multiverse.specifications.groupby(CELL, sort=False, observed=True).indices.values():
        positions = np.asarray(rows)
        estimates, errors, degrees = _fit_cell(grid, multiverse, coded, positions, orders)
        statistic = estimates / errors
        yield CellFits(
            positions=positions,
            effects=estimates * ratio[positions][:, None],
            t_statistics=statistic,
            p_values=2 * scipy.stats.t.sf(np.abs(statistic), degrees),
        )


def _fit_cell(
    grid: Grid, multiverse: Multiverse, coded: Coded, positions: Integers, orders: Integers
) -> tuple[Floats, Floats, Floats]:
    """Coefficients, errors and degrees of freedom of a cell, each of shape (specifications, assignments)."""
    first = multiverse.specifications.iloc[positions[0]]
    group, specifications = coded.groups[positions[0]], coded.specifications[positions]
    found = np.empty((3, len(positions), len(orders)))
    fit_under_orders(
        coded.library, coded.weights[group[1]], _observed(grid, coded, specifications, first), group, specifications,
        Bounds(), orders, least_years(str(first["estimator"]), str(first["trends"])), *found,
    )  # fmt: skip
    estimates, errors, degrees = found
    return estimates, errors, degrees


def _observed(grid: Grid, coded: Coded, specifications: Integers, first: "pd.Series[Any]") -> Flags:
    """Country-years of everything but the driver; shape (countries, years)."""
    used = np.unique(specifications[:, [OUTCOME, *range(OTHERS, specifications.shape[1])]])
    known: Flags = np.isfinite(coded.library[used[used >= 0]]).all(axis=0)
    return known & frame_mask(grid, str(first["sample"]), str(first["period"]), str(first["release"]))
