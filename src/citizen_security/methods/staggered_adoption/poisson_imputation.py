"""Effects on rates: events counted, over those that unit and period effects of untreated cells predict."""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Floats
from ..panel.rows import NotAPanel
from .effects import Effects
from .names import Summary
from .panels import StaggeredPanel
from .untreated_cells import fit
from .untreated_fit import UntreatedFit, averages


@dataclass(frozen=True)
class ImputedCounts:
    """Effects on rates by imputation.

    Attributes
    ----------
    effects : Effects
        Logs of observed over expected events.
    observed, expected : numpy.ndarray, shape (effects,)
        Events in the treated cells of each effect, and without treatment.
    untreated : numpy.ndarray, shape (units, periods)
        Events expected without treatment, in untreated cells as fitted.
    left_out : int
        Treated cells that no effect has, since nobody is untreated in their period.
    without_events : tuple of str
        Units that had no event before their start, so that none is expected after it.
    """

    effects: Effects
    observed: Floats
    expected: Floats
    untreated: Floats
    left_out: int
    without_events: tuple[str, ...]


def poisson_imputation(panel: StaggeredPanel, by: Summary = "overall", horizon: int | None = None) -> ImputedCounts:
    """Log ratios of observed to expected events.

    Rates are products of a unit's and a period's factor where nobody is treated; the factors are fitted there by
    maximum likelihood, and multiplied for treated cells. Nothing else is assumed of the counts: they may vary more than
    Poisson.

    Parameters
    ----------
    panel : StaggeredPanel
        With counts and exposure.
    by : {"overall", "event_time", "start", "period"}
        Events of all treated cells of an average are summed before the ratio is taken.
    horizon : int, optional
        Periods from each start on that are summed; all by default.

    Returns
    -------
    ImputedCounts
        Errors are clustered by unit; with few units they are too short, and `permuted_starts` is not.

    Raises
    ------
    NotAPanel
        If there are no counts, no treated cell can be imputed, or too few events leave no fit.
    ValueError
        If the name is unknown, or the horizon no whole number above zero.

    References
    ----------
    Wooldridge (2023), Econometrics Journal 26(3), for parallel trends of logs of means and imputation; Borusyak,
    Jaravel and Spiess (2024) for the linear one.
    """
    require.one_of("by", by, Summary)
    counts, exposure = panel.counted()
    cells = averages(panel, by, horizon)
    by_unit, by_period = np.empty(len(panel.units)), np.empty(len(panel.periods))
    if not fit(counts, exposure, panel.starts, True, by_unit, by_period):
        raise NotAPanel(
            [f"{counts[~panel.treated].sum():g} events of untreated cells leave no fit. Join units or periods."]
        )
    expected = exposure * by_unit[:, None] * by_period
    chosen = cells.weights > 0
    events, predicted = (np.einsum("kut,ut->k", chosen, table) for table in (counts, expected))
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.log(events / predicted)
        own = np.einsum("kut,ut->uk", chosen, counts) / events
        own = own - np.einsum("kut,ut->uk", chosen, expected) / predicted
        model = UntreatedFit.of(np.where(panel.treated, 0.0, expected))
        wanted = chosen * expected / predicted[:, None, None]
        moved = model.solve(wanted.sum(axis=2), wanted.sum(axis=1)) * ~panel.treated
        first = np.einsum("kut,ut->uk", moved, counts - expected)
    silent = np.where(panel.treated, 0.0, counts).sum(axis=1) == 0
    names = tuple(name for name, none in zip(panel.units, silent, strict=True) if none)
    effects = Effects(cells.labels, estimate, own - first)
    return ImputedCounts(effects, events, predicted, expected, cells.left_out, names)
