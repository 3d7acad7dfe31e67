"""Weights that are not negative and sum to one, exact, many problems at once, each with its certificate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Flags, Floats, Integers
from .active_set import SMALLEST, fit_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

# A bound above this share of the squares of the data says that rounding has won, and no weights are returned.
LOOSE = 1e-7

# What a call says that gives no more than targets and donors, as the compiled function takes it.
FLOAT, NONE, NO_COST, EVERY = np.dtype(float), np.zeros(1), np.zeros((1, 1)), np.ones((1, 1), dtype=bool)
BEGINNING, END = np.zeros(1, np.int64), np.full(1, np.iinfo(np.int64).max)

# Of the squares of the data: so small a ridge picks out the donors of the weights of least norm among those that tie.
TIE_RIDGE = 1e-9

# Slopes that differ by less than this share of the squares of the data are level.
LEVEL = 2e-9

# Relative size below which a direction in the space of donors is none.
RANK = 1e-9


class NotSolved(ArithmeticError):
    """The weights could not be certified."""


@dataclass(frozen=True)
class Certificate:
    """What shows that weights are the best there are.

    Attributes
    ----------
    lowest_weight : float
    sum_error : float
        Sum of the weights minus one.
    bound : float
        How much lower the loss of any weights on the simplex can be at most, in squared units of the outcome: by how
        far the conditions of Karush, Kuhn and Tucker fail, in the currency of the loss.
    scale : float
        Largest squared distance between target and donors, summed over the rows: what `bound` is small against.
    """

    lowest_weight: float
    sum_error: float
    bound: float
    scale: float

    def holds(self, tolerance: float = 1e-10) -> bool:
        """Whether the weights are on the simplex and no others have a lower loss, up to this share of the scale."""
        on_simplex = self.lowest_weight >= -tolerance and abs(self.sum_error) <= tolerance
        return on_simplex and self.bound <= tolerance * max(self.scale, SMALLEST)


@dataclass(frozen=True)
class SimplexFits:
    """Weights of many problems.

    Attributes
    ----------
    weights : numpy.ndarray, shape (problems, units)
        Zero where a unit is no donor of the problem.
    bound : numpy.ndarray, shape (problems,)
        As in `Certificate`.
    unique : numpy.ndarray of bool, shape (problems,)
        Whether no other weights have the same loss. Where False, others may, and these have the least sum of squares.
    """

    weights: Floats
    bound: Floats
    unique: Flags


def fit_simplex(
    targets: "ArrayLike",
    donors: "ArrayLike",
    *,
    allowed: "ArrayLike | None" = None,
    first: "ArrayLike | int" = 0,
    stop: "ArrayLike | int | None" = None,
    centred: bool = False,
    ridge: "ArrayLike" = 0.0,
    penalty: "ArrayLike" = 0.0,
    cost: "ArrayLike" = 0.0,
) -> SimplexFits:
    """Minimise `|y - X'w|² + ridge |w|² + penalty Σ w_j |y - x_j|² + cost'w` over the simplex, for many targets.

    Weights that tie are those of least sum of squares: the limit of ever smaller ridges. Multiplying outcomes by a
    number changes no weight (with the ridge multiplied by its square), nor does adding the same series to all.

    Parameters
    ----------
    targets : array_like, shape (problems, periods)
    donors : array_like, shape (units, periods)
    allowed : array_like of bool, shape (problems, units), optional
        Which units are donors of which problem; all of them by default.
    first, stop : int or array_like of int, shape (problems,)
        Periods that are matched, the second not included; all of them by default.
    centred : bool
        Whether each series' mean over these periods is taken out first.
    ridge : float or array_like, shape (problems,)
        In squared units of the outcome.
    penalty : float or array_like, shape (problems,)
        A share, without unit.
    cost : float or array_like, shape (problems, units)
        Of giving a unit all weight, in squared units of the outcome; may be negative.

    Returns
    -------
    SimplexFits

    Raises
    ------
    ValueError
        If numbers are missing, shapes differ, or a problem has no donor or no period.
    NotSolved
        If weights could not be certified to 1e-7 of the squares of the data.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490); Wolfe (1976),
    Mathematical Programming 11; Abadie and L'Hour (2021), Journal of the American Statistical Association 116(536), for
    the penalty.
    """
    target, donor = _rows("targets", targets), _rows("donors", donors)
    problems, periods = target.shape
    units = len(donor)
    if donor.shape[1] != periods:
        raise ValueError(f"targets have {periods} periods, donors {donor.shape[1]}. Allowed: the same periods.")
    flags = _flags(allowed, problems, units)
    starts, stops = _window(first, stop, problems, periods)
    ridges = _setting(require.not_negative, "ridge", ridge, (problems,), NONE)
    penalties = _setting(require.not_negative, "penalty", penalty, (problems,), NONE)
    costs = _setting(require.finite, "cost", cost, (problems, units), NO_COST)
    weights, bound, unique = np.empty((problems, units)), np.empty(problems), np.empty(problems, bool)
    finite, at_fault, tied = fit_each(
        target, donor, flags, starts, stops, centred, ridges, penalties, costs, LOOSE, weights, bound, unique
    )
    if not finite:
        require.finite("targets", target)
        require.finite("donors", donor)
    if at_fault >= 0:
        raise NotSolved(
            f"weights of problem {at_fault} (of {problems}) are not certified: their loss may be {bound[at_fault]:g} "
            f"too high. Series that differ by many orders of magnitude do this; leave the most distant donors out."
        )
    if tied:
        each = np.broadcast_to(flags, weights.shape), np.broadcast_to(costs, weights.shape)
        once = [np.broadcast_to(setting, problems) for setting in (starts, np.minimum(stops, periods), penalties)]
        for problem in np.flatnonzero(~unique):
            own, asked = (setting[problem] for setting in each)
            start, end, share = (setting[problem] for setting in once)
            rows = _distances(target[problem, start:end], donor[own, start:end], centred=centred)
            linear = share * (rows**2).sum(axis=1) + asked[own]
            weights[problem, own], unique[problem] = _least_norm(rows, weights[problem, own], linear)
    return SimplexFits(weights, bound, unique)


def certify(
    target: "ArrayLike", donors: "ArrayLike", weights: "ArrayLike", *, ridge: float = 0.0, penalty: float = 0.0
) -> Certificate:
    """Certificate of weights, whoever found them.

    Parameters
    ----------
    target : array_like, shape (periods,)
    donors : array_like, shape (donors, periods)
    weights : array_like, shape (donors,)
    ridge, penalty : float
        As for `fit_simplex`.

    Returns
    -------
    Certificate

    Raises
    ------
    ValueError
        If numbers are missing or shapes differ.

    References
    ----------
    Jaggi (2013), Proceedings of Machine Learning Research 28(1), for the bound.
    """
    rows = np.atleast_2d(require.finite("donors", donors)) - require.finite("target", target)
    found = require.finite("weights", weights)
    if found.shape != (len(rows),):
        raise ValueError(f"weights have shape {found.shape}, donors are {len(rows)}. Allowed: a weight for each donor.")
    squares = (rows**2).sum(axis=1)
    slopes = 2 * rows @ (found @ rows) + 2 * ridge * found + penalty * squares
    scale = float(np.abs(rows).max() ** 2 * rows.shape[1])
    return Certificate(
        float(found.min()), float(found.sum() - 1), max(float(found @ slopes - slopes.min()), 0.0), scale
    )


def _rows(name: str, values: "ArrayLike") -> Floats:
    """Numbers as rows, in one order in memory, so that one compiled function serves all, which tells what is finite."""
    numbers = values if type(values) is np.ndarray and values.dtype is FLOAT else require.finite(name, values)
    return np.ascontiguousarray(numbers if numbers.ndim > 1 else np.atleast_2d(numbers))


def _window(
    first: "ArrayLike | int", stop: "ArrayLike | int | None", problems: int, periods: int
) -> tuple[Integers, Integers]:
    # What is not given has nothing to be checked, here and below: a problem takes no longer than that.
    if stop is None and type(first) is int and first == 0 and periods:
        return BEGINNING, END
    starts, stops = _each(first, problems), _each(periods if stop is None else stop, problems)
    if not ((starts >= 0) & (starts < stops) & (stops <= periods)).all():
        raise ValueError(f"matched periods must be some of the {periods} there are: 0 <= first < stop <= {periods}.")
    return starts, stops


def _each(value: "ArrayLike", problems: int) -> Integers:
    return np.array(np.broadcast_to(require.whole("first and stop", value, least=-1), problems))


def _setting(
    check: "Callable[..., Floats]", name: str, value: "ArrayLike", shape: tuple[int, ...], nothing: Floats
) -> Floats:
    if type(value) is float and value == 0:
        return nothing
    return np.array(np.broadcast_to(check(name, value), shape))


def _flags(allowed: "ArrayLike | None", problems: int, units: int) -> Flags:
    if allowed is None:
        if not units:
            require.some("donors of a problem", units)
        return EVERY
    flags: Flags = np.array(np.atleast_2d(allowed), bool)
    if flags.shape != (problems, units):
        raise ValueError(f"allowed has shape {flags.shape}. Allowed: {(problems, units)}, problems by units.")
    require.some("donors of a problem", int(flags.sum(axis=1).min()) if problems else 1)
    return flags


def _distances(target: Floats, donors: Floats, *, centred: bool) -> Floats:
    if centred:
        target, donors = target - target.mean(), donors - donors.mean(axis=1, keepdims=True)
    return donors - target


def _least_norm(rows: Floats, weights: Floats, linear: Floats) -> tuple[Floats, bool]:
    """Weights of least sum of squares among all with the loss of these, and whether there is only one choice.

    All of them add up to the same series, and have the same part of the loss that is linear in weights; so they solve
    linear equations on the donors whose slope is level.
    """
    size = np.abs(rows).max()
    size = size if size > 0 else 1.0
    rows, linear = rows / size, linear / size**2
    slopes = 2 * rows @ (weights @ rows) + linear
    level = slopes <= weights @ slopes + LEVEL * max((rows**2).sum(axis=1).max(), np.abs(linear).max(), LEVEL)
    equations = np.vstack([rows[level].T, np.ones(level.sum()), linear[level]])
    if np.linalg.matrix_rank(equations, tol=RANK) == level.sum():
        return weights, True
    sums = equations @ weights[level]
    # The nearest point of the level donors' polytope to these sums, with the smallest of ridges: who carries weight?
    near = fit_simplex(np.delete(sums, -2), np.delete(equations, -2, axis=0).T, ridge=TIE_RIDGE).weights[0] > 0
    chosen = np.zeros_like(weights)
    chosen[np.flatnonzero(level)[near]] = np.linalg.pinv(equations[:, near], rcond=RANK) @ sums
    kept = np.abs(equations @ chosen[level] - sums).max() <= RANK and chosen.min() >= 0
    return (chosen / chosen.sum(), False) if kept else (weights, False)
