"""Event studies against the period before the start, as bounds of departures from parallel trends look at them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats
from ..panel.rows import NotAPanel
from .effects import Effects

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Study:
    """Effects by event time, and what of them is asked for.

    Attributes
    ----------
    estimate : numpy.ndarray, shape (event times,)
        In order, without that of the period before the start, which is zero.
    covariance : numpy.ndarray, shape (event times, event times)
    before : int
        Event times up to −2.
    weights : numpy.ndarray, shape (event times from 0,)
    """

    estimate: Floats
    covariance: Floats
    before: int
    weights: Floats

    @property
    def effect(self) -> float:
        """The effect that is asked for, under parallel trends."""
        return float(self.weights @ self.estimate[self.before :])

    @property
    def error(self) -> float:
        """Its standard error."""
        late = self.covariance[self.before :, self.before :]
        return float(np.sqrt(self.weights @ late @ self.weights))


def study_of(effects: Effects, weights: "ArrayLike | None" = None) -> Study:
    """Order and check an event study.

    Parameters
    ----------
    effects : Effects
        By event time, up to −2 and from 0 without a gap.
    weights : array_like, shape (event times from 0,), optional
        Their mean by default.

    Returns
    -------
    Study

    Raises
    ------
    NotAPanel
        If event times have a gap or do not begin before −1, or errors are of fewer units than effects.
    ValueError
        If there is not a weight for each effect.
    """
    if "event_time" not in effects.labels or effects.labels["event_time"].duplicated().any():
        raise NotAPanel(
            ["effects are not by event time. Allowed: one for each event time, as of interaction_weighted."]
        )
    order = np.argsort(effects.labels["event_time"].to_numpy())
    times = effects.labels["event_time"].to_numpy()[order]
    expected = [time for time in range(int(times[0]), int(times[-1]) + 1) if time != -1]
    if times[0] > -2 or times[-1] < 0 or times.tolist() != expected:
        raise NotAPanel(
            [
                f"event times {times.tolist()}. Allowed: from −2 or earlier to 0 or later, all but −1, with which the "
                "others are compared."
            ]
        )
    before = int((times < -1).sum())
    covariance = effects.covariance[np.ix_(order, order)]
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(times):
        raise NotAPanel(
            [f"{len(times)} event times, and {len(effects.scores)} units say too little of errors. Leave some out."]
        )
    late = len(times) - before
    chosen = np.full(late, 1 / late) if weights is None else require.finite("weights", weights)
    if chosen.shape != (late,) or not chosen.any():
        raise ValueError(f"weights {chosen.shape} for {late} event times from 0. Allowed: one for each, some not zero.")
    return Study(effects.estimate[order], covariance, before, chosen)
