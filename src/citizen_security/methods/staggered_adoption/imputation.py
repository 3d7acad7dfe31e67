"""Effects as outcomes less what unit and period effects of untreated cells predict."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Floats, Integers
from ..panel.rows import NotAPanel
from .effects import Effects
from .names import Homogeneous, Summary
from .panels import StaggeredPanel
from .untreated_fit import UntreatedFit, averages, imputable, keys_of


@dataclass(frozen=True)
class Imputed:
    """Effects by imputation.

    Attributes
    ----------
    effects : Effects
    untreated : numpy.ndarray, shape (units, periods)
        Outcomes without treatment as imputed, in untreated cells as fitted.
    left_out : int
        Treated cells that no average has, since nobody is untreated in their period.
    """

    effects: Effects
    untreated: Floats
    left_out: int


def imputation(
    panel: StaggeredPanel,
    by: Summary = "overall",
    homogeneous_within: Homogeneous = "start_and_period",
    horizon: int | None = None,
) -> Imputed:
    """Effects by imputation, with errors that are no shorter than they should be.

    Parameters
    ----------
    panel : StaggeredPanel
    by : {"overall", "event_time", "start", "period"}
        Each treated cell alike within an average.
    homogeneous_within : {"start_and_period", "event_time", "overall"}
        Effects differ from cell to cell, and their own spread cannot be told from the errors'. Within these cells they
        are centred on their mean for the variance: the wider the cells, the longer the error. The narrowest need two or
        more units that start together.
    horizon : int, optional
        Periods from each start on that are averaged; all by default.

    Returns
    -------
    Imputed

    Raises
    ------
    NotAPanel
        If no treated cell can be imputed, or a unit has no other among which its effect could be centred.
    ValueError
        If a name is unknown, or the horizon no whole number above zero.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91(6), Theorem 2 for the estimator, Theorem 3 and
    equation 8 for the variance.
    """
    require.one_of("by", by, Summary)
    require.one_of("homogeneous_within", homogeneous_within, Homogeneous)
    cells = averages(panel, by, horizon)
    groups = _groups(panel, homogeneous_within)
    fit = UntreatedFit.of((~panel.treated).astype(float))
    untreated = fit.fitted(panel.outcomes)
    gaps = panel.outcomes - untreated
    estimate = np.einsum("kut,ut->k", cells.weights, gaps)
    carried = cells.weights - fit.carried(cells.weights)
    scores = np.stack(
        [(weight * (gaps - _centres(weight, gaps, groups))).sum(axis=1) for weight in carried], axis=1
    )  # fmt: skip
    return Imputed(Effects(cells.labels, estimate, scores), untreated, cells.left_out)


def _groups(panel: StaggeredPanel, within: Homogeneous) -> Integers:
    """Number of the group in which a treated cell is centred, -1 elsewhere; shape (units, periods)."""
    cells = imputable(panel)
    if within == "start_and_period":
        counts = {int(start): int((panel.starts == start).sum()) for start in panel.groups}
        if alone := [str(panel.periods[start]) for start, number in counts.items() if number == 1]:
            raise NotAPanel(
                [
                    f"only one unit starts in {', '.join(alone)}: it says nothing of how variable effects are. Give "
                    "homogeneous_within 'event_time' or 'overall', or put neighbouring starts together."
                ]
            )
        keys = panel.starts[:, None] * len(panel.periods) + np.arange(len(panel.periods))
    else:
        keys = keys_of(panel, within)
    groups: Integers = np.where(cells, keys, -1)
    return groups


def _centres(weight: Floats, gaps: Floats, groups: Integers) -> Floats:
    """Mean effect of a cell's group, units by the square of their weight in it; zero in untreated cells."""
    centres = np.zeros_like(gaps)
    for group in np.unique(groups[(groups >= 0) & (weight != 0)]):
        cells = groups == group
        own = np.where(cells, weight, 0.0)
        by_unit = own.sum(axis=1)
        total = (by_unit**2).sum()
        if total > 0:
            centres[cells] = (by_unit * (own * gaps).sum(axis=1)).sum() / total
    return centres
