"""Specifications as numbers: which columns, effects and weights each uses, as the compiled solver takes them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats, Integers
from citizen_security.paradox.specification_curve.multiverse import (
    LAGGED_OUTCOME,
    Grid,
    column_values,
    control_names,
    draws_of,
    lagged_outcome_values,
    outcome_values,
)

# What decides about the columns, the group and the country-years of a specification.
EFFECTS = ["estimator", "trends", "year_effects"]


@dataclass(frozen=True)
class Coded:
    """Specifications as the solver takes them.

    Attributes
    ----------
    library : numpy.ndarray, shape (columns, countries, years)
        Every column that a specification uses, lagged and differenced as it does; draws of a column side by side.
    weights : numpy.ndarray, shape (2, countries, years)
        Countries alike, and by population.
    specifications : numpy.ndarray of int, shape (specifications, 3 or more)
        As `solver.fit_groups` takes them.
    groups : numpy.ndarray of int, shape (specifications, 5)
        Group of each specification; the first column is its `sample_id`, zero where the table has none.
    """

    library: Floats
    weights: Floats
    specifications: Integers
    groups: Integers


def encode(grid: Grid, table: pd.DataFrame, fields: dict[str, str]) -> Coded:
    """Code specifications.

    Parameters
    ----------
    grid : Grid
    table : pandas.DataFrame
        One row a specification: the choices and `measure`; `sample_id` where samples are located.
    fields : dict of str to str
        Column of the panel that each control stands for.

    Returns
    -------
    Coded
    """
    library = _Library(grid, fields)
    outcomes = _coded(table, ["outcome", "release", "estimator"], library.outcome)
    drivers = _coded(table, ["measure", "lag", "estimator"], library.driver)
    others = _coded(
        table, ["controls", "lag", "estimator", "dynamics", "outcome", "release"], library.others, padded=True
    )
    population = grid.columns["population"] if "population" in grid.columns else np.ones(grid.shape)
    return Coded(
        library=np.stack(library.columns),
        weights=np.stack([np.ones(grid.shape), population]),
        specifications=np.hstack([outcomes, drivers, others]),
        groups=_groups(table),
    )


def _groups(table: pd.DataFrame) -> Integers:
    differences, trends = table["estimator"] == "first_differences", table["trends"] == "country"
    # A trend of a level is a mean of its changes.
    columns = [
        table["sample_id"] if "sample_id" in table else pd.Series(0, index=table.index),
        table["weights"] != "none",
        (table["estimator"] == "within") | (differences & trends),
        trends & ~differences,
        table["year_effects"] == "yes",
    ]
    return np.column_stack([column.to_numpy().astype(np.int64) for column in columns])


def _coded(
    table: pd.DataFrame, names: list[str], code: Callable[..., Sequence[int]], *, padded: bool = False
) -> Integers:
    """Codes of every row, found once for each distinct combination of some columns."""
    numbers = table.groupby(names, sort=False, observed=True).ngroup().to_numpy()
    _, first = np.unique(numbers, return_index=True)
    distinct = zip(*(table[name].to_numpy(dtype=object)[first] for name in names), strict=True)
    codes = [list(code(*row)) for row in distinct]
    width = max(map(len, codes)) if padded else len(codes[0])
    filled = np.array([own + [-1] * (width - len(own)) for own in codes], dtype=np.int64).reshape(len(codes), width)
    return filled[numbers]


class _Library:
    """Columns in the order in which they are first asked for."""

    def __init__(self, grid: Grid, fields: dict[str, str]) -> None:
        self.grid, self.fields = grid, fields
        self.columns: list[Floats] = []
        self._places: dict[Hashable, int] = {}

    def outcome(self, outcome: str, release: str, estimator: str) -> list[int]:
        own = (outcome, release, estimator)
        return [self._place(("outcome", *own), lambda: [outcome_values(self.grid, *own)])]

    def driver(self, measure: str, lag: str, estimator: str) -> list[int]:
        """Where the first draw stands, and how many there are."""
        place = self._place(
            ("driver", measure, lag, estimator),
            lambda: [column_values(draw, measure, lag, estimator) for draw in draws_of(self.grid, measure)],
        )
        return [place, len(draws_of(self.grid, measure))]

    def others(self, controls: str, lag: str, estimator: str, dynamics: str, outcome: str, release: str) -> list[int]:
        places = []
        if dynamics == LAGGED_OUTCOME:
            own = (outcome, release, estimator)
            places.append(self._place(("lagged", *own), lambda: [lagged_outcome_values(self.grid, *own)]))
        return [*places, *(self._control(self.fields[name], lag, estimator) for name in control_names(controls))]

    def _control(self, field: str, lag: str, estimator: str) -> int:
        values = partial(column_values, self.grid, field, lag, estimator)
        return self._place(("control", field, lag, estimator), lambda: [values()])

    def _place(self, key: Hashable, values: Callable[[], list[Any]]) -> int:
        if key not in self._places:
            self._places[key] = len(self.columns)
            self.columns.extend(values())
        return self._places[key]
