"""Effects by group and period: units that start together, against units that are not treated at that time."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats
from ..panel.rows import NotAPanel
from .effects import Effects
from .names import Adjustment, Base, Comparison
from .panels import StaggeredPanel
from .two_groups import compare

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class GroupTimeEffects:
    """Effects of every group in every period that has a comparison.

    Attributes
    ----------
    panel : StaggeredPanel
    effects : Effects
        Labels start, period (as in the calendar), event_time. Before the start, placebos.
    comparison : str
    base : str
    """

    panel: StaggeredPanel
    effects: Effects
    comparison: Comparison
    base: Base


def group_time_effects(
    panel: StaggeredPanel,
    comparison: Comparison = "never_treated",
    base: Base = "varying",
    *,
    covariates: "ArrayLike | None" = None,
    adjustment: Adjustment = "doubly_robust",
) -> GroupTimeEffects:
    """Average effect on units that start together, in each period.

    Changes since the period before the start, less those of units that are not treated then.

    Parameters
    ----------
    panel : StaggeredPanel
    comparison : {"never_treated", "not_yet_treated"}
        The second has never treated units among it; where there are none, the last to start are compared with until
        they start, and have no effects of their own.
    base : {"varying", "universal"}
        Before the start, changes since the period before each (so that a placebo is what would be found if that period
        were the start), or since the one before the start, as in an event study.
    covariates : array_like, shape (units, covariates), optional
        Constant over time, without a constant. Trends are then parallel among units that are alike in them.
    adjustment : {"outcome_regression", "doubly_robust"}
        How covariates are held constant.

    Returns
    -------
    GroupTimeEffects

    Raises
    ------
    NotAPanel
        If a never treated unit is needed and there is none, or no cell has a comparison.
    NoOverlap
        If covariates leave no comparison.
    ValueError
        If a name is unknown, or covariates are missing or not one row a unit.

    References
    ----------
    Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), equations 2.4 to 2.6 and Theorem 1.
    """
    require.one_of("comparison", comparison, Comparison)
    require.one_of("base", base, Base)
    require.one_of("adjustment", adjustment, Adjustment)
    held = None if covariates is None else _covariates(covariates, len(panel.units))
    if comparison == "never_treated":
        panel.refuse_without_never()
    labels, estimates, scores = [], [], []
    for start in _groups(panel):
        for period in range(len(panel.periods)):
            before = start - 1 if base == "universal" or period >= start else period - 1
            if before < 0 or period == before:
                continue
            others = _compared(panel, comparison, int(start), max(period, before))
            if not others.any():
                continue
            change = panel.outcomes[:, period] - panel.outcomes[:, before]
            found = compare(change, panel.starts == start, others, held, adjustment)
            labels.append((panel.periods[start], panel.periods[period], period - start))
            estimates.append(found.effect)
            scores.append(found.scores)
    if not labels:
        raise NotAPanel(["no group has anyone to be compared with. Add units that start later, or never."])
    frame = pd.DataFrame(labels, columns=["start", "period", "event_time"])
    effects = Effects(frame, np.array(estimates), np.column_stack(scores))
    return GroupTimeEffects(panel, effects, comparison, base)


def _groups(panel: StaggeredPanel) -> list[int]:
    groups = [int(start) for start in panel.groups]
    return groups if panel.never.any() else groups[:-1]


def _compared(panel: StaggeredPanel, comparison: Comparison, start: int, until: int) -> Flags:
    """Units that stand for no treatment until a period."""
    if comparison == "never_treated":
        return panel.never
    flags: Flags = (panel.starts > until) & (panel.starts != start)
    return flags


def _covariates(covariates: "ArrayLike", units: int) -> Floats:
    columns = require.finite("covariates", covariates)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or len(columns) != units or not columns.shape[1]:
        raise ValueError(f"covariates {columns.shape} for {units} units. Allowed: a row for each unit.")
    return columns
