"""What an estimate hangs on: leverage and pull of each row, estimates without a cluster, the few rows that decide.

A regression on hundreds of rows may rest on three of them. Which three cannot be found by trying every set; how fast
an end of the interval moves as a row loses its weight is known in closed form, orders the rows, and proposes sets, each
of which is then refitted. A finding is therefore exact, while a smaller set may exist that no proposal came upon.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from .. import require
from .errors import clustered_covariance
from .least_squares import LeastSquares, NotEstimable, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

type Part = Literal["lower", "upper", "estimate"]

# Estimate and the ends of its interval, by whichever rule is quoted.
Rule = Callable[[LeastSquares, str], tuple[float, float, float]]

# What the leaving out of rows is to turn: whether the interval includes zero, or the sign of the estimate.
Turn = Literal["interval", "sign"]

# Standard errors from an estimate to the ends by which rows are ordered; the rule asked for has its own.
NORMAL = 1.96

# Sets of each size that are taken further, and rows that each of them may gain.
KEPT, GAINED = 4, 6

# A row that its own effect fits leaves no residual to move anything with.
FITTED = 1e-9


@dataclass(frozen=True)
class DecisiveRows:
    """Rows without which an interval begins or ceases to include zero, or an estimate has the other sign.

    Attributes
    ----------
    rows : tuple of int
        Positions in the fit, ascending.
    estimate, lower, upper : float
        Refitted without them, by the rule that was asked for.
    """

    rows: tuple[int, ...]
    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class _Target:
    """An end of the interval (or the estimate) that is to cross zero: upwards for `direction` 1, downwards for −1."""

    part: Part
    direction: int

    def reached(self, found: DecisiveRows, turn: Turn) -> bool:
        value = self.direction * float(getattr(found, self.part))
        # An interval that begins at zero includes it, so that to include it and to leave it out are not reached alike.
        return value >= 0 if turn == "interval" and self._into_zero else value > 0

    @property
    def _into_zero(self) -> bool:
        return (self.part, self.direction) in {("lower", -1), ("upper", 1)}


def partial_leverage(fit: LeastSquares, regressor: str) -> "NDArray[np.float64]":
    """Share of each row in what is left of a regressor once everything else is held constant.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str

    Returns
    -------
    numpy.ndarray, shape (observations,)
        From 0, with sum one: the estimate is the mean of the rows' own slopes with these weights.

    References
    ----------
    Velleman and Welsch (1981), American Statistician 35(4).
    """
    left = _Partial.of(fit, regressor).left ** 2
    shares: NDArray[np.float64] = left / left.sum()
    return shares


def changes_without_row(fit: LeastSquares, regressor: str) -> "NDArray[np.float64]":
    """By how much the estimate changes when a row leaves, every effect estimated anew (DFBETA with its sign turned).

    Parameters
    ----------
    fit : LeastSquares
    regressor : str

    Returns
    -------
    numpy.ndarray, shape (observations,)
        Estimate without the row minus estimate with all, outcome per unit; zero for a row that an effect of its own
        fits.

    References
    ----------
    Belsley, Kuh and Welsch (1980), Regression Diagnostics, chapter 2.
    """
    partial = _Partial.of(fit, regressor)
    room = 1 - np.diag(partial.hat)
    pull = partial.left * fit.residuals / partial.spread
    changes: NDArray[np.float64] = np.where(room > FITTED, -pull / np.maximum(room, FITTED), 0.0)
    return changes


def without_rows(fit: LeastSquares, rows: Iterable[int]) -> LeastSquares:
    """The regression without some rows, every effect estimated anew.

    A cluster or period that keeps a single row keeps it; its effect fits that row, and the estimates are the same as
    without it.

    Parameters
    ----------
    fit : LeastSquares
    rows : iterable of int
        Positions of the rows that leave.

    Returns
    -------
    LeastSquares

    Raises
    ------
    ValueError
        If a position is not one of the fit.
    NotEstimable
        If too little is left to identify a regressor.
    """
    leaving = sorted(set(rows))
    if leaving and not 0 <= leaving[0] <= leaving[-1] < fit.observations:
        raise ValueError(f"rows {leaving} are not all among the {fit.observations} of the fit")
    stays = np.ones(fit.observations, dtype=bool)
    stays[leaving] = False
    clusters = fit.labels[fit.cluster[stays]]
    root = np.sqrt(fit.weight[stays])
    columns = np.column_stack([fit.design[stays], fit.outcome[stays]])
    absorbed = len(np.unique(clusters)) if fit.absorbed else 0
    if absorbed:
        member = np.equal.outer(np.unique(clusters), clusters) * root
        means = (member @ columns) / (member @ root)[:, None]
        columns = columns - means[np.unique(clusters, return_inverse=True)[1]] * root[:, None]
    # The dummy of a period that lost all its rows has nothing left in it but rounding.
    size = np.abs(columns[:, :-1]).max(axis=0) > FITTED * np.abs(fit.design).max(axis=0)
    kept = size | (np.arange(len(size)) < len(fit.regressors))
    again = solve(
        fit.regressors,
        columns[:, :-1][:, kept],
        columns[:, -1],
        clusters=clusters,
        periods=fit.period[stays],
        weight=fit.weight[stays],
        absorbed=absorbed,
    )
    _refuse_lost(fit, again)
    return again


def without_each_cluster(fit: LeastSquares, regressor: str, rule: Rule) -> pd.DataFrame:
    """Estimate and interval without each cluster in turn.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    rule : callable
        Fit and regressor → estimate, lower, upper.

    Returns
    -------
    pandas.DataFrame
        cluster, estimate, lower, upper (missing where the rest cannot carry the regression), partial_leverage (of the
        cluster's rows together), change.
    """
    position = fit.regressors.index(regressor)
    shares = fit.by_cluster(partial_leverage(fit, regressor))
    refits = [_refitted(fit, regressor, np.flatnonzero(fit.cluster == place), rule) for place in range(fit.clusters)]
    table = pd.DataFrame(
        [(found.estimate, found.lower, found.upper) if found else (np.nan,) * 3 for found in refits],
        columns=["estimate", "lower", "upper"],
    )
    return table.assign(
        cluster=fit.labels, partial_leverage=shares, change=table["estimate"] - float(fit.estimates[position])
    )[["cluster", "estimate", "lower", "upper", "partial_leverage", "change"]]


def decisive_rows(
    fit: LeastSquares, regressor: str, rule: Rule, turn: Turn = "interval", most: int = 10
) -> DecisiveRows | None:
    """The fewest rows found whose leaving turns whether the interval includes zero, or the sign of the estimate.

    Rows are proposed by how fast the end of the clustered interval (or the estimate) that has to cross zero moves as
    they lose weight, anew after each row that has left, several sets side by side; the sets that clustered errors
    favour are refitted and judged by `rule`. Of the sets of the smallest size that turn it, the one that carries the
    end farthest beyond zero is returned.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    rule : callable
        Fit and regressor → estimate, lower, upper.
    turn : {"interval", "sign"}
    most : int
        Rows beyond which the search ends, from one.

    Returns
    -------
    DecisiveRows or None
        None where no set of up to `most` rows was found.

    Raises
    ------
    ValueError
        If no row may leave.

    References
    ----------
    Broderick, Giordano and Meager (2020), An Automatic Finite-Sample Robustness Metric, arXiv 2011.14999.
    """
    require.one_of("turn", turn, Turn)
    require.positive("most", most)
    targets = _targets(rule(fit, regressor), turn)
    beams = {target: [DecisiveRows((), np.nan, np.nan, np.nan)] for target in targets}
    for _ in range(most):
        beams = {target: _further(fit, regressor, rule, target, beam) for target, beam in beams.items()}
        turned = [
            (abs(float(getattr(found, target.part))), found)
            for target, beam in beams.items()
            for found in beam
            if target.reached(found, turn)
        ]
        if turned:
            return _refitted(fit, regressor, max(turned, key=lambda pair: pair[0])[1].rows, rule)
    return None


def pull_of_rows(fit: LeastSquares, regressor: str, part: Part, quantile: float = NORMAL) -> "NDArray[np.float64]":
    """How fast the estimate, or an end of its clustered interval, moves with the weight of each row.

    The derivative at the weights as they are; minus it approximates what the leaving of a row does. The quantile and
    the correction for the number of rows and clusters are held.

    Parameters
    ----------
    fit : LeastSquares
    regressor : str
    part : {"lower", "upper", "estimate"}
    quantile : float
        Standard errors from the estimate to an end.

    Returns
    -------
    numpy.ndarray, shape (observations,)
        Outcome per unit and doubling of the row's weight.

    References
    ----------
    Broderick, Giordano and Meager (2020), An Automatic Finite-Sample Robustness Metric, arXiv 2011.14999.
    """
    require.one_of("part", part, Part)
    partial = _Partial.of(fit, regressor)
    of_estimate = partial.left * fit.residuals / partial.spread
    if part == "estimate":
        return of_estimate
    of_error = _pull_of_error(fit, partial)
    ends: NDArray[np.float64] = of_estimate + (quantile if part == "upper" else -quantile) * of_error
    return ends


@dataclass(frozen=True)
class _Partial:
    """A regressor with everything else taken out, and the two projections that tell how rows move it."""

    left: "NDArray[np.float64]"
    spread: float
    others: "NDArray[np.float64]"
    hat: "NDArray[np.float64]"

    @classmethod
    def of(cls, fit: LeastSquares, regressor: str) -> "_Partial":
        position = fit.regressors.index(regressor)
        basis = _basis(_others(fit, position))
        column = fit.design[:, position]
        left = column - basis @ (basis.T @ column)
        spread = float((left**2).sum())
        others = basis @ basis.T
        return cls(left, spread, others, others + np.outer(left, left) / spread)


def _pull_of_error(fit: LeastSquares, partial: _Partial) -> "NDArray[np.float64]":
    """Derivative of the clustered standard error by the weight of each row."""
    scores = partial.left * fit.residuals
    by_cluster = fit.by_cluster(scores[:, None])[:, 0]
    correction = fit.clusters / (fit.clusters - 1) * (fit.observations - 1) / (fit.observations - fit.parameters)
    error = np.sqrt(correction * (by_cluster**2).sum()) / partial.spread
    # What a row adds to its own cluster's score, and what it takes from all by moving the fits.
    own = by_cluster[fit.cluster]
    moved = own * scores
    moved -= ((own * fit.residuals) @ partial.others) * partial.left
    moved -= ((own * partial.left) @ partial.hat) * fit.residuals
    slope: NDArray[np.float64] = correction * moved / (error * partial.spread**2) - error * (
        partial.left**2 / partial.spread
    )
    return slope


def _others(fit: LeastSquares, position: int) -> "NDArray[np.float64]":
    """Every other column, cluster effects that were taken out among them."""
    columns = np.delete(fit.design, position, axis=1)
    if not fit.absorbed:
        return columns
    effects = np.equal.outer(fit.cluster, np.arange(fit.clusters)) * np.sqrt(fit.weight)[:, None]
    return np.hstack([columns, effects])


def _basis(columns: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Orthonormal columns that span the same."""
    if not columns.shape[1]:
        return columns
    length = np.sqrt((columns**2).sum(axis=0))
    left, strength, _ = np.linalg.svd(columns / np.where(length > 0, length, 1.0), full_matrices=False)
    basis: NDArray[np.float64] = left[:, strength > 1e-10 * strength[0]]
    return basis


def _targets(interval: tuple[float, float, float], turn: Turn) -> list[_Target]:
    estimate, lower, upper = interval
    if turn == "sign":
        return [_Target("estimate", -1 if estimate > 0 else 1)]
    if lower > 0:
        return [_Target("lower", -1)]
    if upper < 0:
        return [_Target("upper", 1)]
    return [_Target("lower", 1), _Target("upper", -1)]


def _further(
    fit: LeastSquares, regressor: str, rule: Rule, target: _Target, beam: list[DecisiveRows]
) -> list[DecisiveRows]:
    """The best sets with one row more than those of the beam: by clustered errors, then refitted by the rule."""
    proposed = dict.fromkeys(rows for found in beam for rows in _proposals(fit, regressor, target, found.rows))
    tried = [_refitted(fit, regressor, rows, _by_clustered_errors) for rows in proposed]
    known = [found for found in tried if found is not None]
    best = sorted(known, key=lambda found: -target.direction * float(getattr(found, target.part)))[:KEPT]
    if target.part == "estimate":
        return best
    refitted = [_refitted(fit, regressor, found.rows, rule) for found in best]
    return [found for found in refitted if found is not None]


def _by_clustered_errors(fit: LeastSquares, regressor: str) -> tuple[float, float, float]:
    """Estimate and ends by CRV1 with the normal quantile, which takes next to no time."""
    position = fit.regressors.index(regressor)
    estimate, error = float(fit.estimates[position]), float(np.sqrt(clustered_covariance(fit)[position, position]))
    return estimate, estimate - NORMAL * error, estimate + NORMAL * error


def _proposals(fit: LeastSquares, regressor: str, target: _Target, rows: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    left = np.setdiff1d(np.arange(fit.observations), rows)
    pull = -target.direction * pull_of_rows(without_rows(fit, rows), regressor, target.part)
    for place in np.argsort(-pull, kind="stable")[:GAINED]:
        yield tuple(sorted((*rows, int(left[place]))))


def _refitted(fit: LeastSquares, regressor: str, rows: Iterable[int], rule: Rule) -> DecisiveRows | None:
    chosen = tuple(int(row) for row in rows)
    try:
        estimate, lower, upper = rule(without_rows(fit, chosen), regressor)
    except NotEstimable:
        return None
    return DecisiveRows(chosen, estimate, lower, upper)


def _refuse_lost(fit: LeastSquares, again: LeastSquares) -> None:
    """Refuse a regressor of which nothing is left beside the other columns."""
    for position, regressor in enumerate(fit.regressors):
        column = again.design[:, position]
        basis = _basis(_others(replace(again, absorbed=0), position))
        left = column - basis @ (basis.T @ column)
        if (left**2).sum() <= FITTED * (fit.design[:, position] ** 2).sum() or again.clusters < 2:
            raise NotEstimable(f"without these rows too little is left of {regressor} to estimate its effect.")
