"""The regression on a treatment dummy with unit and period effects, and the comparisons that it is made of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..arrays import Floats
from .effects import Effects, one
from .panels import StaggeredPanel

# Comparisons of which the third has units among its controls that are treated already.
KINDS = ("with never treated", "earlier with later", "later with already treated")


@dataclass(frozen=True)
class TwoWay:
    """The coefficient of two-way fixed effects, taken apart.

    Attributes
    ----------
    effect : Effects
        A single one, clustered by unit without a correction for few.
    comparisons : pandas.DataFrame
        kind, treated, control (starts as in the calendar; missing where control is never treated), estimate, weight.
        The weighted sum is the coefficient.
    """

    effect: Effects
    comparisons: pd.DataFrame

    @property
    def by_kind(self) -> pd.DataFrame:
        """Weight and weighted mean of each kind of comparison: kind, weight, estimate."""
        weighted = self.comparisons.assign(part=self.comparisons["estimate"] * self.comparisons["weight"])
        sums = weighted.groupby("kind", sort=False)[["weight", "part"]].sum().reset_index()
        return pd.DataFrame({"kind": sums["kind"], "weight": sums["weight"], "estimate": sums["part"] / sums["weight"]})


def two_way_fixed_effects(panel: StaggeredPanel) -> TwoWay:
    """Coefficient of a treatment dummy with unit and period effects.

    Where effects differ by start or grow with time it need not be an average of them, and can have another sign than
    all.

    Parameters
    ----------
    panel : StaggeredPanel

    Returns
    -------
    TwoWay

    References
    ----------
    Goodman-Bacon (2021), Journal of Econometrics 225(2), Theorem 1 and equations 7 to 10.
    """
    dummy = panel.treated.astype(float)
    left = _without_effects(dummy)
    spread = float((left**2).sum())
    estimate = float((left * panel.outcomes).sum()) / spread
    residuals = _without_effects(panel.outcomes) - estimate * left
    effect = one(estimate, (left * residuals).sum(axis=1) / spread, "two-way fixed effects")
    return TwoWay(effect, _comparisons(panel, spread / dummy.size))


def _without_effects(table: Floats) -> Floats:
    left: Floats = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    return left


def _comparisons(panel: StaggeredPanel, variance: float) -> pd.DataFrame:
    number = len(panel.periods)
    means = {int(start): panel.outcomes[panel.starts == start].mean(axis=0) for start in np.unique(panel.starts)}
    share = {start: float((panel.starts == start).mean()) for start in means}
    time = {start: 1 - start / number for start in means}
    rows = []
    for early in map(int, panel.groups):
        pair = share[early] * share.get(number, 0.0)
        if pair:
            change = _change(means[early] - means[number], early, number, 0, early)
            rows.append((KINDS[0], early, number, change, pair * time[early] * (1 - time[early])))
        for late in map(int, panel.groups[panel.groups > early]):
            pair, between = share[early] * share[late], time[early] - time[late]
            gap = means[early] - means[late]
            rows.append(
                (KINDS[1], early, late, _change(gap, early, late, 0, early), pair * between * (1 - time[early]))
            )
            later = _change(-gap, late, number, early, late)
            rows.append((KINDS[2], late, early, later, pair * between * time[late]))
    found = pd.DataFrame(rows, columns=["kind", "treated", "control", "estimate", "weight"])
    calendar = np.append(panel.periods.astype(float), np.nan)
    return found.assign(
        treated=panel.periods[found["treated"]], control=calendar[found["control"]], weight=found["weight"] / variance
    )


def _change(gap: Floats, first: int, stop: int, base_first: int, base_stop: int) -> float:
    return float(gap[first:stop].mean() - gap[base_first:base_stop].mean())
