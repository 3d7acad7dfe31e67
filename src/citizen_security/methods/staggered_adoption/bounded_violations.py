"""What an event study says if trends are not parallel, but depart from it by no more than a bound.

Built are the sets of Rambachan and Roth for relative magnitudes and for smoothness, the effects that each allows, and
their hybrid of conditional and least-favourable tests, inverted; their fixed-length interval is in `fixed_length`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.special import ndtr, ndtri

from .. import require
from ..arrays import Floats
from .effects import LEAST_DRAWS, Effects
from .event_studies import Study, study_of
from .linear_programmes import Polytope
from .names import Violation

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Share of the error rate that the least-favourable test of the hybrid takes, as in the paper.
FIRST_STAGE = 0.1

# Standard errors beyond which a truncation is none.
FAR = 50.0

# Values looked at between those that are surely in the interval and those that are surely not.
POINTS = 40

# The first bound that may break an effect, in relative magnitudes or in standard errors, how many times it the last one
# is, and the share of it to which the least is found.
FIRST_BOUND, LAST_BOUND, CLOSE = 0.125, 2**12, 2e-3

# Share of a standard error to which ends are found.
PRECISE = 1e-4


@dataclass(frozen=True)
class RobustInterval:
    """An effect under bounded violations of parallel trends.

    Attributes
    ----------
    violation : str
    bound : float
    estimate : float
        Under parallel trends.
    identified_lower, identified_upper : float
        Effects that the bound allows if the estimates were without error; missing if it allows none.
    lower, upper : float
        Confidence interval; missing if the bound is refuted.
    """

    violation: Violation
    bound: float
    estimate: float
    identified_lower: float
    identified_upper: float
    lower: float
    upper: float


@dataclass(frozen=True)
class _Piece:
    """One convex part of the allowed departures: those with `rows @ departure <= limits`."""

    rows: Floats
    limits: Floats


def bounded_violations(
    effects: Effects,
    violation: Violation = "relative_magnitudes",
    bound: float = 1.0,
    *,
    weights: "ArrayLike | None" = None,
    confidence_level: float = 0.95,
    draws: int = 10_000,
    seed: int = 2023,
) -> RobustInterval:
    """Interval for an effect if departures from parallel trends are bounded.

    Parameters
    ----------
    effects : Effects
        By event time, against the period before the start: event times up to −2 and from 0 without a gap, as of
        `interaction_weighted`, or of `average` by "event_time" with the universal base.
    violation : {"relative_magnitudes", "smoothness"}
        From period to period the departure changes by no more than `bound` times its largest change before the start;
        or the change itself changes by no more than `bound`, in units of the outcome, so that 0 extends a straight
        line.
    bound : float
    weights : array_like, shape (event times from 0,), optional
        What of the effects is asked for; their mean by default.
    confidence_level : float
    draws : int
        For the critical value of the least-favourable test.
    seed : int

    Returns
    -------
    RobustInterval

    Raises
    ------
    NotAPanel
        If event times have a gap or do not begin before −1, or errors are of fewer units than effects.
    ValueError
        If a name is unknown, a level is no probability, the bound is negative, draws are too few, or there is not a
        weight for each effect.

    References
    ----------
    Rambachan and Roth (2023), Review of Economic Studies 90(5), sections 2.4 and 3; Andrews, Roth and Pakes (2023),
    Review of Economic Studies 90(6), for the tests.
    """
    require.one_of("violation", violation, Violation)
    require.level("confidence_level", confidence_level)
    limit = float(require.not_negative("bound", bound))
    require.some("draws", draws, LEAST_DRAWS)
    study = study_of(effects, weights)
    pieces = _pieces(violation, limit, study.before, len(study.weights))
    identified = [_identified(study, piece) for piece in pieces]
    ends = [_interval(study, piece, 1 - confidence_level, draws, seed) for piece in pieces]
    lowest, highest = _hull(identified)
    lower, upper = _hull(ends)
    return RobustInterval(violation, limit, study.effect, lowest, highest, lower, upper)


def sensitivity(
    effects: Effects,
    violation: Violation = "relative_magnitudes",
    bounds: "ArrayLike" = (0.0, 0.5, 1.0, 1.5, 2.0),
    *,
    weights: "ArrayLike | None" = None,
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """Intervals for several bounds.

    Parameters and errors as `bounded_violations`.

    Returns
    -------
    pandas.DataFrame
        violation, bound, estimate, identified_lower, identified_upper, lower, upper.
    """
    limits = np.atleast_1d(require.not_negative("bounds", bounds))
    found = [
        bounded_violations(effects, violation, float(limit), weights=weights, confidence_level=confidence_level)
        for limit in limits
    ]
    return pd.DataFrame([vars(one) for one in found])


def breakdown(
    effects: Effects,
    violation: Violation = "relative_magnitudes",
    *,
    weights: "ArrayLike | None" = None,
    confidence_level: float = 0.95,
    draws: int = 10_000,
    seed: int = 2023,
) -> float:
    """The least bound at which the interval includes zero.

    Parameters and errors as `bounded_violations`.

    Returns
    -------
    float
        Zero where parallel trends, or a straight line, are enough; infinite where no bound that is tried is.
    """
    require.one_of("violation", violation, Violation)
    first = FIRST_BOUND * (1.0 if violation == "relative_magnitudes" else study_of(effects, weights).error)

    def holds_zero(bound: float) -> bool:
        found = bounded_violations(
            effects, violation, bound, weights=weights, confidence_level=confidence_level, draws=draws, seed=seed
        )
        return found.lower <= 0 <= found.upper

    if holds_zero(0.0):
        return 0.0
    low, high = 0.0, first
    while not holds_zero(high):
        low, high = high, 2 * high
        if high > LAST_BOUND * first:
            return float("inf")
    while high - low > CLOSE * high:
        middle = (low + high) / 2
        low, high = (low, middle) if holds_zero(middle) else (middle, high)
    return high


def truncated_quantile(probability: float, lower: float, upper: float) -> float:
    """Quantile of a standard normal variate that lies between two limits.

    Parameters
    ----------
    probability : float
    lower, upper : float

    Returns
    -------
    float
    """
    if lower > 0:
        # In the upper tail shares near one would lose all digits; those above do not.
        above = ndtr(-lower) - probability * (ndtr(-lower) - ndtr(-upper))
        far = lower - np.log1p(-probability) / lower
        return float(min(-ndtri(above) if above > 1e-300 else far, upper))
    return float(min(ndtri(ndtr(lower) + probability * (ndtr(upper) - ndtr(lower))), upper))


def _pieces(violation: Violation, bound: float, before: int, after: int) -> list[_Piece]:
    """Convex sets whose union is allowed."""
    # Departures of all periods in order, that of the period before the start being zero.
    steps = np.delete(np.diff(np.eye(before + 1 + after), axis=0), before, axis=1)
    if violation == "smoothness":
        turns = np.diff(steps, axis=0)
        return [_Piece(np.vstack([turns, -turns]), np.full(2 * len(turns), bound))]
    pieces = []
    times = np.where(np.arange(len(steps)) < before, 1.0, bound)
    for largest in [*steps[:before], *-steps[:before]]:
        rows = np.vstack([steps - times[:, None] * largest, -steps - times[:, None] * largest])
        kept = np.abs(rows).max(axis=1) > 0
        pieces.append(_Piece(rows[kept], np.zeros(int(kept.sum()))))
    return pieces


def _identified(study: Study, piece: _Piece) -> tuple[float, float]:
    """Effects that a piece allows if estimates had no error; missing if none."""
    own = study.estimate[: study.before]
    limits = piece.limits - piece.rows[:, : study.before] @ own
    late = piece.rows[:, study.before :]
    fixed = ~late.any(axis=1)
    if (limits[fixed] < -1e-12).any():
        return np.nan, np.nan
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(-sign * study.weights, A_ub=late[~fixed], b_ub=limits[~fixed], bounds=(None, None))
        if not found.success:
            return np.nan, np.nan
        ends.append(study.effect + found.fun if sign > 0 else study.effect - found.fun)
    return float(ends[0]), float(ends[1])


def _hull(ends: Sequence[tuple[float, float]]) -> tuple[float, float]:
    known = [pair for pair in ends if not np.isnan(pair[0])]
    if not known:
        return float("nan"), float("nan")
    return min(pair[0] for pair in known), max(pair[1] for pair in known)


class _Test:
    """Whether an effect is at odds with a piece: moment inequalities with departures after the start as nuisances."""

    def __init__(self, study: Study, piece: _Piece, error_rate: float, draws: int, seed: int) -> None:
        late = piece.rows[:, study.before :]
        used = late.any(axis=1)
        rows, late = piece.rows[used], late[used]
        self.moments = rows @ study.estimate - piece.limits[used]
        self.covariance = rows @ study.covariance @ rows.T
        error = np.sqrt(np.diag(self.covariance))
        # Effects are those along the weights, and others that leave the one asked for as it is.
        along = study.weights / (study.weights @ study.weights)
        _, _, vectors = np.linalg.svd(study.weights[None])
        self.slope = late @ along
        nuisances = late @ vectors[1:].T
        self.right = np.append(np.zeros(nuisances.shape[1]), 1.0)
        self.vertices = Polytope(np.vstack([nuisances.T, error]), self.right)
        self.free = Polytope(np.vstack([nuisances.T, self.slope, error]), np.append(0.0, self.right))
        normal = np.random.default_rng(seed).normal(size=(draws, len(study.estimate)))
        root = np.linalg.cholesky(study.covariance)
        worst, _ = self.vertices.maxima(normal @ root.T @ rows.T)
        first = FIRST_STAGE * error_rate
        self.least_favourable = float(np.quantile(worst, 1 - first))
        self.second = (error_rate - first) / (1 - first)

    def statistic(self, effect: float) -> tuple[float, Floats]:
        """By how many of their errors the moments are violated at least, and the weights that show it."""
        found, weights = self.vertices.maxima((self.moments - self.slope * effect)[None])
        return float(found[0]), weights[0]

    def least_violated(self) -> float:
        """The least statistic over all effects."""
        return float(self.free.maxima(self.moments[None])[0][0])

    def accepts(self, effect: float) -> bool:
        """Whether the hybrid test leaves an effect."""
        statistic, weights = self.statistic(effect)
        if statistic <= 0:
            return True
        if statistic > self.least_favourable:
            return False
        spread = float(np.sqrt(weights @ self.covariance @ weights))
        if spread <= 1e-12 * np.sqrt(np.diag(self.covariance).max()):
            return False
        low, high = self._truncation(effect, statistic, weights, spread)
        ends = low / spread, min(high, self.least_favourable) / spread
        if not ends[0] < ends[1]:
            return True
        critical = max(0.0, truncated_quantile(1 - self.second, *ends))
        return statistic / spread <= critical

    def _truncation(self, effect: float, statistic: float, weights: Floats, spread: float) -> tuple[float, float]:
        """Between which values the statistic can move with the same weights being the ones that show it."""
        gain = self.covariance @ weights / spread**2
        rest = self.moments - self.slope * effect - gain * statistic
        return self._end(rest, gain, min(statistic, 0.0) - FAR * spread, -1.0), self._end(
            rest, gain, statistic + FAR * spread, 1.0
        )

    def _end(self, rest: Floats, gain: Floats, far: float, sign: float) -> float:
        """The largest function is convex in the statistic: Newton's steps end where it becomes the diagonal."""
        place = far
        for _ in range(100):
            found, weights = self.vertices.maxima((rest + gain * place)[None])
            if found[0] <= place + 1e-9 * (abs(far) + abs(place)):
                return sign * np.inf if place == far else place
            steepness = float(weights[0] @ gain)
            if sign * (steepness - 1) <= 1e-12:
                return sign * np.inf if place == far else place
            place = float(weights[0] @ rest) / (1 - steepness)
        return place


def _interval(study: Study, piece: _Piece, error_rate: float, draws: int, seed: int) -> tuple[float, float]:
    """Outermost effects that the test of a piece leaves; missing if none.

    The statistic is convex in the effect: what the least-favourable test leaves is an interval, and so is what lies
    within the moments. Between their ends the conditional test decides.
    """
    test = _Test(study, piece, error_rate, draws, seed)
    if test.least_violated() > test.least_favourable:
        return np.nan, np.nan
    lowest = _lowest(test, study)
    ends = []
    for sign in (-1.0, 1.0):
        outer = _crossing(test, study, lowest, sign, test.least_favourable)
        inner = _crossing(test, study, lowest, sign, 0.0) if test.statistic(lowest)[0] <= 0 else lowest
        ends.append(_outermost(test, inner, outer, PRECISE * study.error))
    if any(end is None for end in ends):
        return np.nan, np.nan
    return float(ends[0] or 0.0), float(ends[1] or 0.0)


def _lowest(test: _Test, study: Study) -> float:
    """An effect at which the statistic is least, by thirds."""
    low, high = study.effect, study.effect
    step = study.error
    while test.statistic(low - step)[0] < test.statistic(low)[0] + 1e-12 and step < 1e6 * study.error:
        low, step = low - step, 2 * step
    step = study.error
    while test.statistic(high + step)[0] < test.statistic(high)[0] + 1e-12 and step < 1e6 * study.error:
        high, step = high + step, 2 * step
    low, high = low - study.error, high + study.error
    while high - low > PRECISE * study.error:
        third = (high - low) / 3
        first, second = test.statistic(low + third)[0], test.statistic(high - third)[0]
        if first <= 0 or second <= 0:
            return low + third if first <= second else high - third
        low, high = (low, high - third) if first <= second else (low + third, high)
    return (low + high) / 2


def _crossing(test: _Test, study: Study, inside: float, sign: float, level: float) -> float:
    """Where the statistic passes a level."""
    step = study.error
    while test.statistic(inside + sign * step)[0] <= level:
        step *= 2
        if step > 1e9 * study.error:
            return sign * np.inf
    low, high = 0.0, step
    while high - low > PRECISE / 10 * study.error:
        middle = (low + high) / 2
        low, high = (middle, high) if test.statistic(inside + sign * middle)[0] <= level else (low, middle)
    return inside + sign * low


def _outermost(test: _Test, inner: float, outer: float, precision: float) -> float | None:
    """The accepted effect farthest from the inside."""
    if np.isinf(outer):
        return outer
    points = np.linspace(outer, inner, POINTS)
    accepted = next((place for place, point in enumerate(points) if test.accepts(float(point))), None)
    if accepted is None:
        return None
    if accepted == 0:
        return outer
    no, yes = float(points[accepted - 1]), float(points[accepted])
    while abs(no - yes) > precision:
        middle = (no + yes) / 2
        no, yes = (no, middle) if test.accepts(middle) else (middle, yes)
    return yes
