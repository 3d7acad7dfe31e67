"""One experiment for each start, stacked: those that start then, and those that start in none of its periods."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats, Integers
from ..panel.rows import NotAPanel, shown
from .effects import Effects
from .names import StackWeights
from .panels import StaggeredPanel


@dataclass(frozen=True)
class Stacked:
    """Effects of stacked experiments.

    Attributes
    ----------
    effects : Effects
        Labels event_time; the period before the start has none.
    overall : Effects
        Mean over event times from 0.
    starts : tuple of int
        Of the experiments.
    left_out : tuple of int
        Starts whose window leaves the series, or has no clean comparison.
    """

    effects: Effects
    overall: Effects
    starts: tuple[int, ...]
    left_out: tuple[int, ...]


def stacked(panel: StaggeredPanel, before: int, after: int, weights: StackWeights = "corrected") -> Stacked:
    """Event study of stacked experiments with windows of equal length, so that each start counts in every event time.

    Parameters
    ----------
    panel : StaggeredPanel
    before, after : int
        Periods of the window before the start, and from the start on besides its own.
    weights : {"corrected", "least_squares"}
        Experiments by the share of treated units that they have; or as least squares with effects of units and periods
        by experiment weighs them, which gives those with an even split more, so that they estimate no average effect.

    Returns
    -------
    Stacked
        Errors are clustered by unit, whose rows in several experiments count together.

    Raises
    ------
    NotAPanel
        If no start has a window within the series and a clean comparison.
    ValueError
        If the name is unknown or a window has no period before the start.

    References
    ----------
    Cengiz, Dube, Lindner and Zipperer (2019), Quarterly Journal of Economics 134(3); Wing, Freedman and Hollingsworth
    (2024), NBER Working Paper 32054.
    """
    require.one_of("weights", weights, StackWeights)
    require.whole("before", before, least=1)
    require.whole("after", after)
    times = np.array([time for time in range(-before, after + 1) if time != -1])
    changes, treated, others, kept, lost = [], [], [], [], []
    for start in map(int, panel.groups):
        clean: Flags = panel.starts > start + after
        inside = start - before >= 0 and start + after < len(panel.periods)
        if not inside or not clean.any():
            lost.append(int(panel.periods[start]))
            continue
        changes.append(panel.outcomes[:, start + times] - panel.outcomes[:, [start - 1]])
        treated.append(panel.starts == start)
        others.append(clean)
        kept.append(int(panel.periods[start]))
    if not kept:
        raise NotAPanel(
            [
                f"before = {before} and after = {after}: no start of {shown(lost)} has so long a window and units that "
                "start after it or never. Shorten the window."
            ]
        )
    estimate, scores = _combined(np.array(changes), np.array(treated), np.array(others), weights)
    effects = Effects(pd.DataFrame({"event_time": times}), estimate, scores)
    late = times >= 0
    overall = effects.combined(late / late.sum(), pd.DataFrame({"effect": ["overall"]}))
    return Stacked(effects, overall, tuple(kept), tuple(lost))


def _combined(changes: Floats, treated: Flags, others: Flags, weights: StackWeights) -> tuple[Floats, Floats]:
    """Estimates and scores of changes in experiments; shape (experiments, units, times)."""
    ours, theirs = treated.sum(axis=1), others.sum(axis=1)
    own = np.where(treated[:, :, None], changes, 0.0).sum(axis=1) / ours[:, None]
    other = np.where(others[:, :, None], changes, 0.0).sum(axis=1) / theirs[:, None]
    size = ours if weights == "corrected" else ours * theirs / (ours + theirs)
    share = size / size.sum()
    estimate = share @ (own - other)
    if weights == "corrected":
        # Its regression has one level for each event time in all experiments.
        own_centre, other_centre = _same(share @ own, len(share)), _same(share @ other, len(share))
    else:
        # Its regression has levels by experiment, and one effect in all of them.
        part = (ours / (ours + theirs))[:, None]
        middle = part * own + (1 - part) * other
        own_centre, other_centre = middle + (1 - part) * estimate, middle - part * estimate
    by_treated = _by_unit(changes - own_centre[:, None], treated, share / ours)
    by_others = _by_unit(changes - other_centre[:, None], others, share / theirs)
    return estimate, by_treated - by_others


def _same(means: Floats, times: int) -> Floats:
    return np.broadcast_to(means, (times, len(means)))


def _by_unit(left: Floats, members: Flags, weight: Floats | Integers) -> Floats:
    summed: Floats = np.einsum("s,su,sut->ut", weight, members.astype(float), left)
    return summed
