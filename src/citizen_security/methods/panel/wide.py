"""A panel of an outcome and a driver as tables of units by periods; lags and leads step over no gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats, Integers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class WidePanel:
    """One outcome and one driver; a cell is observed in both or in neither.

    Attributes
    ----------
    units : tuple of str
        Names of the rows.
    periods : numpy.ndarray of int, shape (periods,)
        Consecutive: a period without any figure has a column of missing cells.
    outcome, driver : numpy.ndarray, shape (units, periods)
        Missing (nan) where not observed.
    """

    units: tuple[str, ...]
    periods: Integers
    outcome: Floats
    driver: Floats

    @classmethod
    def of(cls, units: "ArrayLike", periods: "ArrayLike", outcome: "ArrayLike", driver: "ArrayLike") -> Self:
        """Make the tables from rows, one for each unit and period.

        Parameters
        ----------
        units : array_like, shape (rows,)
        periods : array_like of int, shape (rows,)
        outcome, driver : array_like, shape (rows,)
            Missing values are allowed; a row without either leaves.

        Raises
        ------
        ValueError
            If lengths differ, a unit or period is missing, a unit has two rows of one period, or no row is complete.
        """
        require.same_shape(units=units, periods=periods, outcome=outcome, driver=driver)
        require.keys("units", units)
        frame = pd.DataFrame(
            {
                "unit": np.asarray(units).astype(str),
                "period": require.whole("periods", periods, least=-(10**9)),
                "outcome": np.asarray(outcome, dtype=float),
                "driver": np.asarray(driver, dtype=float),
            }
        )
        complete = frame[np.isfinite(frame["outcome"]) & np.isfinite(frame["driver"])]
        require.some("complete rows", len(complete))
        if complete.duplicated(["unit", "period"]).any():
            raise ValueError("a unit has two rows of one period. Allowed: one row for each unit and period.")
        every = np.arange(complete["period"].min(), complete["period"].max() + 1)
        outcomes, drivers = (
            complete.pivot(index="unit", columns="period", values=name).reindex(columns=every)
            for name in ("outcome", "driver")
        )
        return cls(tuple(outcomes.index), every, outcomes.to_numpy(), drivers.to_numpy())


def lag(values: Floats, periods: int = 1) -> Floats:
    """Values of an earlier period, or of a later one where `periods` is negative; missing beyond the ends.

    Parameters
    ----------
    values : numpy.ndarray, shape (…, periods)
    periods : int

    Returns
    -------
    numpy.ndarray
        Of that shape.
    """
    moved = np.full_like(values, np.nan)
    if periods == 0:
        return values.copy()
    if periods > 0:
        moved[..., periods:] = values[..., :-periods]
    else:
        moved[..., :periods] = values[..., -periods:]
    return moved


def change(values: Floats) -> Floats:
    """Changes from the period before; missing where either end is."""
    difference: Floats = values - lag(values)
    return difference


def complete_cells(columns: Sequence[Floats], least: int = 2) -> Flags:
    """Cells in which every column is observed, without units and periods too thin to say anything.

    A unit with fewer than `least` cells leaves, and so does a period with a single one, which its own effect would fit
    exactly; since one may make the other thin, they leave in turns.

    Parameters
    ----------
    columns : sequence of numpy.ndarray, shape (units, periods)
    least : int
        Cells that a unit needs.

    Returns
    -------
    numpy.ndarray of bool, shape (units, periods)
    """
    cells: Flags = np.isfinite(np.stack(columns)).all(axis=0)
    while True:
        kept = cells & (cells.sum(axis=1, keepdims=True) >= least) & (cells.sum(axis=0, keepdims=True) > 1)
        if kept.sum() == cells.sum():
            return kept
        cells = kept


def longest_span(series: Floats) -> Floats:
    """The longest run of consecutive observed periods of a series; of equally long ones the latest.

    Parameters
    ----------
    series : numpy.ndarray, shape (periods,)

    Returns
    -------
    numpy.ndarray, shape (span,)
    """
    observed = np.flatnonzero(np.isfinite(series))
    if not len(observed):
        return np.empty(0)
    runs = np.split(observed, np.flatnonzero(np.diff(observed) > 1) + 1)
    longest = max(reversed(runs), key=len)
    return series[longest]
