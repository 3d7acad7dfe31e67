"""Two regressions: unit and period effects of untreated cells, then what is left on time since the start."""

import numpy as np
import pandas as pd

from .. import require
from ..panel.rows import NotAPanel
from .effects import Effects
from .names import Summary
from .panels import StaggeredPanel
from .untreated_fit import UntreatedFit, averages


def two_stage(panel: StaggeredPanel, by: Summary = "overall", leads: int = 0) -> Effects:
    """Effects by two stages, with an error that counts the first stage's.

    The estimates from the start on are those of imputation; the error takes effects as equal within each average.

    Parameters
    ----------
    panel : StaggeredPanel
    by : {"overall", "event_time", "start", "period"}
    leads : int
        Periods before the start with a coefficient of their own, with `event_time` only. They are left by a fit to
        these cells, and so smaller than the departure from parallel trends: for a test take `lead_test`.

    Returns
    -------
    Effects

    Raises
    ------
    NotAPanel
        If no treated cell can be compared, or no cell is so long before its start.
    ValueError
        If the name is unknown, or leads are given with another than `event_time`.

    References
    ----------
    Gardner (2022), arXiv:2207.05943, section 4, with the variance of Newey and McFadden's (1994) two-step estimators.
    """
    require.one_of("by", by, Summary)
    require.whole("leads", leads)
    if leads and by != "event_time":
        raise ValueError(f"leads = {leads} with by = {by!r}. Allowed: leads with 'event_time'.")
    cells = averages(panel, by)
    labels, weights = cells.labels, cells.weights
    if leads:
        early = np.stack([(panel.event_time == -lead) & ~panel.never[:, None] for lead in range(leads, 0, -1)])
        if not early.any(axis=(1, 2)).all():
            raise NotAPanel([f"leads = {leads}, and no unit is seen so long before its start. Give fewer."])
        labels = pd.concat([pd.DataFrame({"event_time": np.arange(-leads, 0)}), labels], ignore_index=True)
        weights = np.concatenate([early / early.sum(axis=(1, 2), keepdims=True), weights])
    fit = UntreatedFit.of((~panel.treated).astype(float))
    left = panel.outcomes - fit.fitted(panel.outcomes)
    estimate = np.einsum("kut,ut->k", weights, left)
    own = np.einsum("kut,ut->uk", weights, left) - weights.sum(axis=2).T * estimate
    first = np.einsum("kut,ut->uk", fit.carried(weights), left)
    return Effects(labels, estimate, own - first)
