"""Constant effects that placebos in space do not reject: an exact interval, or the whole line if they are too few."""

from dataclasses import dataclass

import numpy as np

from .. import require
from .estimates import synthetic_control
from .names import Estimator, Statistic
from .panels import TreatedPanel
from .placebos import placebos_in_space

# Shares of whole numbers of placebos are not to fall below them by rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class ConfidenceSet:
    """Effects that the test does not reject.

    Attributes
    ----------
    effect : float
        Mean gap from the start on, in units of the outcome.
    lower, upper : float
        Ends of the interval; infinite where too few placebos let no effect be rejected, not numbers where every
        constant effect is rejected.
    floor : float
        Smallest p-value that so few placebos can give: one over donors plus one.
    """

    effect: float
    lower: float
    upper: float
    floor: float

    @property
    def is_empty(self) -> bool:
        """Whether every constant effect is rejected: it is not constant, or the fit before the start is too close."""
        return bool(np.isnan(self.lower))


def constant_effect_set(
    panel: TreatedPanel,
    estimator: Estimator = "matched",
    statistic: Statistic = "rmspe_ratio",
    *,
    confidence_level: float = 0.95,
    penalty: float | None = None,
) -> ConfidenceSet:
    """Constant effects from the start on that the treated unit's rank among placebos does not reject.

    An effect is taken out of the treated unit, and its statistic ranked again. Placebos do not change, as the treated
    unit is nobody's donor; and the treated unit's statistic is a parabola in the effect, whose ends are known.

    Parameters
    ----------
    panel : TreatedPanel
    estimator : str
    statistic : {"rmspe_ratio", "mean_gap"}
    confidence_level : float
    penalty : float, optional
        All as for `placebos_in_space`.

    Returns
    -------
    ConfidenceSet

    Raises
    ------
    ValueError
        If the level is no probability, or as `placebos_in_space`.

    References
    ----------
    Firpo and Possebom (2018), Journal of Causal Inference 6(2), with equal probabilities of treatment.
    """
    require.level("confidence_level", confidence_level, such_as=0.9)
    placebos = placebos_in_space(panel, estimator, statistic, penalty=penalty)
    fit = synthetic_control(panel, estimator, penalty)
    needed = int(np.floor((1 - confidence_level) * (placebos.placebos.size + 1) + ROUNDING))
    if needed == 0:
        return ConfidenceSet(fit.effect, -np.inf, np.inf, placebos.floor)
    # The effect is kept while so many placebos are at least as extreme as the treated unit.
    largest = float(np.sort(np.abs(placebos.placebos).ravel())[-needed])
    if statistic == "mean_gap":
        half = largest
    else:
        spread = float(fit.gaps[panel.before :].var())
        # Infinite times a perfect fit is no number: such a placebo is as extreme as any effect.
        square = np.inf if np.isinf(largest) else (largest * fit.rmspe_before) ** 2 - spread
        half = float(np.sqrt(square)) if square >= 0 else float("nan")
    return ConfidenceSet(fit.effect, fit.effect - half, fit.effect + half, placebos.floor)
