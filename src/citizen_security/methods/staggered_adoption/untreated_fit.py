"""Unit and period effects of cells that are not treated yet, and what these cells weigh in an imputed effect."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats, Integers
from ..panel.rows import NotAPanel
from ..regression.least_squares import generalized_inverse
from .names import Summary
from .panels import StaggeredPanel


@dataclass(frozen=True)
class UntreatedFit:
    """Outcomes on unit and period effects among cells without treatment, each cell with a weight of its own.

    Attributes
    ----------
    weight : numpy.ndarray, shape (units, periods)
        Zero where a cell is treated.
    inverse : numpy.ndarray, shape (periods, periods)
        Generalized inverse of the equations of the period effects, unit effects taken out.
    """

    weight: Floats
    inverse: Floats

    @classmethod
    def of(cls, weight: Floats) -> "UntreatedFit":
        """Prepare the equations of a table of weights."""
        totals = np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)
        gram = np.diag(weight.sum(axis=0)) - weight.T @ (weight / totals)
        return cls(weight, generalized_inverse(gram))

    def solve(self, unit_sums: Floats, period_sums: Floats) -> Floats:
        """Unit plus period effects whose weighted sums are given.

        Parameters
        ----------
        unit_sums : numpy.ndarray, shape (…, units)
        period_sums : numpy.ndarray, shape (…, periods)

        Returns
        -------
        numpy.ndarray, shape (…, units, periods)
        """
        totals = np.maximum(self.weight.sum(axis=1), np.finfo(float).tiny)
        left = period_sums - (unit_sums / totals) @ self.weight
        by_period = left @ self.inverse
        by_unit = (unit_sums - by_period @ self.weight.T) / totals
        effects: Floats = by_unit[..., :, None] + by_period[..., None, :]
        return effects

    def fitted(self, outcomes: Floats) -> Floats:
        """Fitted outcomes in every cell, treated ones too; shape (units, periods)."""
        given = self.weight * outcomes
        return self.solve(given.sum(axis=1), given.sum(axis=0))

    def carried(self, wanted: Floats) -> Floats:
        """What untreated cells weigh in sums of fitted outcomes.

        Parameters
        ----------
        wanted : numpy.ndarray, shape (sums, units, periods)
            Weights of fitted outcomes.

        Returns
        -------
        numpy.ndarray, shape (sums, units, periods)
            Weights of outcomes that give the same sums, zero where a cell is treated.
        """
        carried: Floats = self.weight * self.solve(wanted.sum(axis=2), wanted.sum(axis=1))
        return carried


@dataclass(frozen=True)
class Cells:
    """Treated cells whose outcome without treatment can be imputed, and averages over them.

    Attributes
    ----------
    labels : pandas.DataFrame
        A row for each average.
    weights : numpy.ndarray, shape (averages, units, periods)
        Sum to one over the cells of an average.
    left_out : int
        Treated cells of periods in which nobody is untreated.
    """

    labels: pd.DataFrame
    weights: Floats
    left_out: int


def imputable(panel: StaggeredPanel) -> Flags:
    """Treated cells of periods in which some unit is not treated; shape (units, periods).

    Raises
    ------
    NotAPanel
        If there is none.
    """
    treated = panel.treated
    cells: Flags = treated & (~treated).any(axis=0)
    if not cells.any():
        raise NotAPanel(["in every period with treated units all are treated. Add units that start later, or never."])
    return cells


def averages(panel: StaggeredPanel, by: Summary, horizon: int | None = None) -> Cells:
    """Plain averages over treated cells.

    Parameters
    ----------
    panel : StaggeredPanel
    by : {"overall", "event_time", "start", "period"}
    horizon : int, optional
        Periods from each start on that are averaged; all by default.

    Returns
    -------
    Cells

    Raises
    ------
    NotAPanel
        As `imputable`.
    ValueError
        If the horizon is no whole number above zero.
    """
    length = len(panel.periods) if horizon is None else int(require.whole("horizon", horizon, least=1))
    near = panel.treated & (panel.event_time < length)
    cells = imputable(panel) & near
    keys = keys_of(panel, by)
    levels = np.unique(keys[cells])
    chosen = cells & (keys == levels[:, None, None])
    weights = chosen / chosen.sum(axis=(1, 2), keepdims=True)
    labels = pd.DataFrame({"effect": ["overall"]}) if by == "overall" else pd.DataFrame({by: levels})
    return Cells(labels, weights, int(near.sum() - cells.sum()))


def keys_of(panel: StaggeredPanel, by: Summary) -> Integers:
    """What tells cells apart: time since the start, the start or the period.

    Parameters
    ----------
    panel : StaggeredPanel
    by : {"overall", "event_time", "start", "period"}

    Returns
    -------
    numpy.ndarray of int, shape (units, periods)

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    require.one_of("by", by, Summary)
    shape = panel.outcomes.shape
    if by == "event_time":
        return panel.event_time
    if by == "start":
        starts = np.append(panel.periods, panel.periods[-1] + 1)[panel.starts]
        return np.broadcast_to(starts[:, None], shape)
    return np.broadcast_to(panel.periods, shape) if by == "period" else np.zeros(shape, dtype=np.int64)
