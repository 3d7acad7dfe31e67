"""Averages of effects by group and period: all of them, by time since the start, by start, by period."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import require
from ..arrays import Flags, Floats, Integers
from .effects import Effects, one
from .group_time import GroupTimeEffects
from .names import Summary


@dataclass(frozen=True)
class Averages:
    """Averages of effects, and the average of these.

    Attributes
    ----------
    effects : Effects
    overall : Effects
        A single one, of the effects from the start on.
    """

    effects: Effects
    overall: Effects


def average(found: GroupTimeEffects, by: Summary = "overall", *, random_shares: bool = True) -> Averages:
    """Average effects, each group with the number of its units.

    Parameters
    ----------
    found : GroupTimeEffects
    by : {"overall", "event_time", "start", "period"}
        All effects from the start on; by periods since the start, with placebos before it; by the groups' start, each
        period alike; or by period. The average over event times or periods has each of them alike; that over starts has
        each group with its units.
    random_shares : bool
        Whether the groups' shares are those of a sample of units, whose chance is part of the error. If not, they are
        taken as given.

    Returns
    -------
    Averages

    Raises
    ------
    ValueError
        If the name is unknown.

    References
    ----------
    Callaway and Sant'Anna (2021), section 3 and Corollary 2; in the R package did: simple, dynamic, group, calendar.
    """
    require.one_of("by", by, Summary)
    labels = found.effects.labels
    after = labels["event_time"].to_numpy() >= 0
    if by == "overall":
        whole = _average(found, after, random_shares=random_shares)
        overall = one(whole[0], whole[1], "overall")
        return Averages(overall, overall)
    keys = labels[by].to_numpy()
    kept = np.ones(len(labels), dtype=bool) if by == "event_time" else after
    levels = np.unique(keys[kept])
    parts = [_average(found, kept & (keys == level), random_shares=random_shares) for level in levels]
    effects = Effects(
        pd.DataFrame({by: levels}), np.array([part[0] for part in parts]), np.column_stack([part[1] for part in parts])
    )
    if by == "start":
        shares = _group_shares(found, levels)
        estimate = shares @ effects.estimate / shares.sum()
        scores = effects.scores @ (shares / shares.sum())
        if random_shares:
            scores = scores + _share_scores(found, levels, shares) @ effects.estimate
        return Averages(effects, one(float(estimate), scores, "overall"))
    late = np.isin(levels, np.unique(keys[after])) if by == "period" else levels >= 0
    whole_effect = effects.combined(late / late.sum())
    return Averages(effects, one(float(whole_effect.estimate[0]), whole_effect.scores[:, 0], "overall"))


def _average(found: GroupTimeEffects, chosen: Flags, *, random_shares: bool) -> tuple[float, Floats]:
    starts = found.effects.labels["start"].to_numpy()[chosen]
    estimate, scores = found.effects.estimate[chosen], found.effects.scores[:, chosen]
    shares = _group_shares(found, starts)
    weights = shares / shares.sum()
    moved = scores @ weights
    if random_shares:
        moved = moved + _share_scores(found, starts, shares) @ estimate
    return float(weights @ estimate), moved


def _members(found: GroupTimeEffects, starts: Integers) -> Floats:
    """Which units start when; shape (units, starts)."""
    panel = found.panel
    first = np.append(panel.periods, panel.periods[-1] + 1)[panel.starts]
    members: Floats = (first[:, None] == starts).astype(float)
    return members


def _group_shares(found: GroupTimeEffects, starts: Integers) -> Floats:
    shares: Floats = _members(found, starts).mean(axis=0)
    return shares


def _share_scores(found: GroupTimeEffects, starts: Integers, shares: Floats) -> Floats:
    """By how much each unit moves the groups' weights; shape (units, effects)."""
    moved = _members(found, starts) - shares
    total = shares.sum()
    scores: Floats = (moved / total - moved.sum(axis=1, keepdims=True) * shares / total**2) / len(found.panel.units)
    return scores
