"""What is found before the start, where nothing was done: coefficients of leads, and starts moved to earlier dates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from ..panel.rows import NotAPanel
from .effects import Effects, JointTest
from .panels import StaggeredPanel
from .untreated_fit import UntreatedFit

# What is left of a lead after unit and period effects, relative to the lead, below which it is rounding.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Leads:
    """Departures from parallel trends before the start.

    Attributes
    ----------
    effects : Effects
        Labels event_time, negative; against all earlier periods and units that are not treated.
    test : JointTest
        That all are zero.
    """

    effects: Effects
    test: JointTest


def lead_test(panel: StaggeredPanel, leads: int) -> Leads:
    """Regression of untreated cells on the periods before the start, with unit and period effects.

    Only cells before the treatment are looked at, so that what treatment does cannot reach the test; and where trends
    are parallel, choosing by it does not bias imputed effects.

    Parameters
    ----------
    panel : StaggeredPanel
    leads : int
        Periods before the start with a coefficient each.

    Returns
    -------
    Leads
        Errors are clustered by unit without a correction for few.

    Raises
    ------
    NotAPanel
        If unit and period effects leave nothing of a lead, as where no unit is seen before all of them.
    ValueError
        If leads are no whole number above zero.

    References
    ----------
    Borusyak, Jaravel and Spiess (2024), Review of Economic Studies 91(6), section 4.4 and Proposition 9.
    """
    require.whole("leads", leads, least=1)
    times = np.arange(-leads, 0)
    untreated = ~panel.treated
    dummies = ((panel.event_time == times[:, None, None]) & ~panel.never[:, None]).astype(float)
    fit = UntreatedFit.of(untreated.astype(float))
    left = np.stack([untreated * (dummy - fit.fitted(dummy)) for dummy in dummies])
    gram = np.einsum("kut,lut->kl", left, left)
    size = np.maximum(dummies.sum(axis=(1, 2)), 1.0)
    if np.linalg.eigvalsh(gram / np.sqrt(np.outer(size, size)))[0] < NEGLIGIBLE:
        raise NotAPanel(
            [
                f"leads = {leads}: unit and period effects leave nothing of one of them. Give fewer, so that units are "
                "seen before the first."
            ]
        )
    estimate = np.linalg.solve(gram, np.einsum("kut,ut->k", left, panel.outcomes))
    explained = np.einsum("k,kut->ut", estimate, dummies)
    residuals = untreated * (panel.outcomes - explained - fit.fitted(panel.outcomes - explained))
    scores = np.linalg.solve(gram, np.einsum("kut,ut->ku", left, residuals)).T
    effects = Effects(pd.DataFrame({"event_time": times}), estimate, scores)
    return Leads(effects, effects.joint_test())


def earlier_starts(panel: StaggeredPanel, earlier: int) -> StaggeredPanel:
    """The panel as if every treatment had started earlier, for effects up to the true start.

    Give an imputation, or `permuted_starts`, this panel with `earlier` as its horizon: it then looks at the periods
    between the moved and the true start, and at no treated one.

    Parameters
    ----------
    panel : StaggeredPanel
    earlier : int
        Periods by which starts are moved.

    Returns
    -------
    StaggeredPanel
        Without units that would be treated in the first period.

    Raises
    ------
    NotAPanel
        If no treated unit is left.
    ValueError
        If `earlier` is no whole number above zero.

    References
    ----------
    Heckman and Hotz (1989), Journal of the American Statistical Association 84(408); for starts in time, Abadie,
    Diamond and Hainmueller (2015), American Journal of Political Science 59(2).
    """
    require.whole("earlier", earlier, least=1)
    kept = panel.never | (panel.starts - earlier >= 1)
    if not (kept & ~panel.never).any():
        raise NotAPanel(
            [f"earlier = {earlier}: every treated unit would be treated in the first period. Move starts by less."]
        )
    moved = panel.with_starts(np.where(panel.never, panel.starts, panel.starts - earlier))
    return moved.of_units(kept)
