"""Fixed-length intervals where the trend of treated units may bend, and the bend at which they break.

An estimate that adds multiples of what was seen before the start to the effect is off by the bends that it does not
take off, and by sampling error. Its multiples are those of the shortest interval that holds at the worst bends: the
shortest of all intervals of one length, up to little (Armstrong and Kolesár 2018).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr, ndtri

from .. import require
from ..arrays import Floats
from .effects import Effects
from .event_studies import Study, study_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Bounds that are looked at for the first that breaks an effect, up to so many standard errors of it.
BOUNDS, FARTHEST = 200, 100.0


@dataclass(frozen=True)
class FixedLength:
    """The shortest interval around an estimate that holds at the worst bends.

    Attributes
    ----------
    bound : float
    centre : float
        The estimate: the effect, and multiples of what was seen before the start.
    multiples : numpy.ndarray, shape (event times,)
        What of each effect is in it; of those from 0 the weights that were asked for.
    bias : float
        Of the estimate at the worst bends.
    standard_error : float
    half_length : float
    """

    bound: float
    centre: float
    multiples: Floats
    bias: float
    standard_error: float
    half_length: float

    @property
    def lower(self) -> float:
        """Lower end."""
        return self.centre - self.half_length

    @property
    def upper(self) -> float:
        """Upper end."""
        return self.centre + self.half_length

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return abs(self.centre) > self.half_length


@dataclass(frozen=True)
class _Frontier:
    """Estimates by how much of the bends before the start is left in them, from none on.

    Bends after the start, and the last one before it, are in every estimate by as much: `fixed` times the bound.
    """

    fixed: float
    left: Floats
    multiples: Floats
    covariance: Floats

    def at(self, place: float) -> tuple[Floats, float, float]:
        """Multiples, bends left and standard error between two corners; `place` counts corners."""
        low = min(int(place), len(self.left) - 1)
        high, part = min(low + 1, len(self.left) - 1), place - low
        multiples = (1 - part) * self.multiples[low] + part * self.multiples[high]
        left = (1 - part) * self.left[low] + part * self.left[high]
        return multiples, self.fixed + float(left), float(np.sqrt(multiples @ self.covariance @ multiples))


def folded_quantile(level: float, bias: float) -> float:
    """Quantile of the absolute value of a normal variate with variance one.

    Parameters
    ----------
    level : float
        Probability of what is below it.
    bias : float
        Mean of the variate.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the level is no probability, or the bias is not finite.
    """
    require.level("level", level)
    shift = abs(float(require.finite("bias", bias)))

    def excess(value: float) -> float:
        return float(ndtr(value - shift) - ndtr(-value - shift)) - level

    ends = shift + float(ndtri(level)), shift + float(ndtri((1 + level) / 2))
    low = max(ends[0], 0.0)
    # Far from zero the other tail has no weight that a number could show.
    return low if excess(low) >= 0 else float(brentq(excess, low, ends[1] + 1e-12, xtol=1e-13))


def fixed_length(
    effects: Effects, bound: float, *, weights: "ArrayLike | None" = None, confidence_level: float = 0.95
) -> FixedLength:
    """Interval for an effect if the departure from parallel trends bends by no more than a bound from period to period.

    Parameters
    ----------
    effects : Effects
        As for `bounded_violations`.
    bound : float
        By which the change of the departure may change, in units of the outcome; 0 extends a straight line.
    weights : array_like, shape (event times from 0,), optional
        What of the effects is asked for; their mean by default.
    confidence_level : float

    Returns
    -------
    FixedLength

    Raises
    ------
    NotAPanel
        As `bounded_violations`.
    ValueError
        If the level is no probability, the bound is negative, or there is not a weight for each effect.

    References
    ----------
    Armstrong and Kolesár (2018), Econometrica 86(2), for the shortest fixed length; Rambachan and Roth (2023), Review
    of Economic Studies 90(5), section 4.1, for event studies.
    """
    require.level("confidence_level", confidence_level)
    limit = float(require.not_negative("bound", bound))
    study = study_of(effects, weights)
    return _shortest(study, _frontier(study), limit, confidence_level)


def breakdown(effects: Effects, *, weights: "ArrayLike | None" = None, confidence_level: float = 0.95) -> float:
    """The least bound at which the fixed-length interval includes zero.

    Parameters
    ----------
    effects : Effects
        As for `bounded_violations`.
    weights : array_like, shape (event times from 0,), optional
    confidence_level : float

    Returns
    -------
    float
        In units of the outcome; zero where a straight line is enough.

    Raises
    ------
    NotAPanel
        As `bounded_violations`.
    ValueError
        As `fixed_length`.
    """
    require.level("confidence_level", confidence_level)
    study = study_of(effects, weights)
    frontier = _frontier(study)

    def margin(bound: float) -> float:
        found = _shortest(study, frontier, bound, confidence_level)
        return abs(found.centre) - found.half_length

    if margin(0.0) <= 0:
        return 0.0
    # However an estimate is made, bends after the start are in it: beyond this no estimate of this size is clear.
    largest = max(float(np.abs(row @ study.estimate)) for row in frontier.multiples) / frontier.fixed
    bounds = np.linspace(0.0, largest, BOUNDS)
    broken = next(number for number, bound in enumerate(bounds) if margin(float(bound)) <= 0)
    return float(brentq(margin, bounds[broken - 1], bounds[broken], xtol=1e-10 * largest))


def _frontier(study: Study) -> _Frontier:
    """The estimates of least error for each amount of bends that is left in them, corner by corner.

    A departure is a straight line and hinges, one at each period between the first and the last. The line has to be
    taken off. What is left of hinges before the start are the unknowns: their absolute sum is bought off at a price,
    and the price falls from where nothing is left to zero, where the error is least (the path of the lasso; Osborne,
    Presnell and Turlach 2000, IMA Journal of Numerical Analysis 20(3)).
    """
    before, after = study.before, len(study.weights)
    early, late = np.arange(-before, 0.0), np.arange(1.0, after + 1)
    hinges = np.maximum(early[1:, None] - early, 0.0)
    # The period before the start bends too, and so does each later one but the last.
    fixed = sum(abs(float(study.weights @ np.maximum(late - knot, 0.0))) for knot in range(after))
    rows = np.linalg.inv(np.vstack([hinges, early]))
    start = np.append(-float(study.weights @ late) * rows[:, -1], study.weights)
    moves = np.vstack([rows[:, :-1], np.zeros((after, before - 1))])
    corners = _path(moves.T @ study.covariance @ moves, moves.T @ study.covariance @ start)
    return _Frontier(fixed, np.abs(corners).sum(axis=1), start + corners @ moves.T, study.covariance)


def _path(square: Floats, slope: Floats) -> Floats:
    """Corners of the path of least `x square x / 2 + slope x + price |x|` as the price falls to zero."""
    number = len(slope)
    found = [np.zeros(number)]
    if not number:
        return np.array(found)
    price, point = float(np.abs(slope).max()), np.zeros(number)
    active, signs = np.zeros(number, bool), np.zeros(number)
    first = int(np.argmax(np.abs(slope)))
    active[first], signs[first] = True, -np.sign(slope[first])
    # A corner adds an unknown or drops one; they are no more than a small multiple of the unknowns.
    for _ in range(20 * number):
        own = np.flatnonzero(active)
        inverse = np.linalg.inv(square[np.ix_(own, own)])
        rest, pull = -inverse @ slope[own], inverse @ signs[own]
        # On this stretch the active ones are `rest - price * pull`.
        with np.errstate(divide="ignore", invalid="ignore"):
            leaving = np.where(pull != 0, rest / pull, -np.inf)
        leaving[(leaving >= price * (1 - 1e-12)) | (leaving < 0)] = -np.inf
        others = np.flatnonzero(~active)
        gradient, drift = slope[others] + square[np.ix_(others, own)] @ rest, square[np.ix_(others, own)] @ pull
        joining = np.full((len(others), 2), -np.inf)
        for side, sign in enumerate((1.0, -1.0)):
            with np.errstate(divide="ignore", invalid="ignore"):
                when = gradient / (drift + sign)
            inside = (when >= 0) & (when < price * (1 - 1e-12))
            joining[inside, side] = when[inside]
        next_price = max(0.0, leaving.max(initial=-np.inf), joining.max(initial=-np.inf))
        point = np.zeros(number)
        point[own] = rest - next_price * pull
        if next_price > 0 and leaving.max(initial=-np.inf) == next_price:
            dropped = own[int(np.argmax(leaving))]
            active[dropped], signs[dropped], point[dropped] = False, 0.0, 0.0
        elif next_price > 0:
            row = int(np.argmax(joining.max(axis=1)))
            joined = others[row]
            active[joined] = True
            signs[joined] = -1.0 if joining[row, 0] == next_price else 1.0
        found.append(point)
        price = next_price
        if price == 0.0:
            break
    return np.array(found)


def _shortest(study: Study, frontier: _Frontier, bound: float, confidence_level: float) -> FixedLength:
    """The shortest interval along the frontier: its half length has one lowest place."""

    def half_length(place: float) -> float:
        _, left, error = frontier.at(place)
        return error * folded_quantile(confidence_level, bound * left / error)

    last = len(frontier.left) - 1
    lengths = [half_length(corner) for corner in range(last + 1)]
    best = float(np.argmin(lengths))
    for low in (best - 1, best):
        if 0 <= low < last:
            found = minimize_scalar(half_length, bounds=(low, low + 1), method="bounded", options={"xatol": 1e-10})
            best = float(found.x) if found.fun < half_length(best) else best
    multiples, left, error = frontier.at(best)
    return FixedLength(bound, float(multiples @ study.estimate), multiples, bound * left, error, half_length(best))
