"""Synthetic control with predictors: not one set of weights but all that fit nearly as well, and what they allow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import require
from ..arrays import Floats
from ..panel.rows import NotAPanel
from .panels import TreatedPanel
from .predictor_search import LEAST_SHARE, search, wander

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

# From fewer starts the best fit is often missed: that of a single one can be several times worse.
LEAST_STARTS = 50

# Steps of each search for every predictor.
STEPS = 120

# Steps of the walk through the near-optimal set from each of its points, and from how many of them it begins.
WALKED, WALKS = 200, 10


# Donor weights that agree to so many digits are one choice.
DIGITS = 6


@dataclass(frozen=True)
class PredictorControl:
    """Synthetic control with predictors: the set of weights that fit nearly as well as the best.

    Attributes
    ----------
    panel : TreatedPanel
    predictors : tuple of str
    losses : numpy.ndarray, shape (starts,)
        Mean squared gap of outcomes before the start where each search ended, ascending.
    allowed_loss : float
        Up to which weights are near-optimal.
    predictor_weights : numpy.ndarray, shape (near_optimal, predictors)
        They sum to one; the best first.
    donor_weights : numpy.ndarray, shape (near_optimal, donors)
        For each of them, the best one's first.
    gaps : numpy.ndarray, shape (near_optimal, periods)
        Treated less synthetic outcome.
    tried : int
        How many predictor weights the searches have looked at.
    """

    panel: TreatedPanel
    predictors: tuple[str, ...]
    losses: Floats
    allowed_loss: float
    predictor_weights: Floats
    donor_weights: Floats
    gaps: Floats
    tried: int

    @property
    def effects(self) -> Floats:
        """Mean gap from the start on, by near-optimal weights, shape (near_optimal,)."""
        means: Floats = self.gaps[:, self.panel.before :].mean(axis=1)
        return means

    @property
    def effect(self) -> float:
        """Of the best weights; to be shown with `interval` only."""
        return float(self.effects[0])

    @property
    def interval(self) -> tuple[float, float]:
        """Least and greatest effect of near-optimal weights."""
        return float(self.effects.min()), float(self.effects.max())

    @property
    def weight_ranges(self) -> Floats:
        """Least and greatest weight of each donor among near-optimal ones, shape (donors, 2)."""
        return np.stack([self.donor_weights.min(axis=0), self.donor_weights.max(axis=0)], axis=1)

    @property
    def agreeing_starts(self) -> int:
        """Searches that ended with a near-optimal fit."""
        return int((self.losses <= self.allowed_loss).sum())


def fit_with_predictors(
    panel: TreatedPanel,
    predictors: "ArrayLike",
    names: "Sequence[str] | None" = None,
    *,
    starts: int = 60,
    tolerance: float = 0.05,
    seed: int = 2020,
) -> PredictorControl:
    """Weights of donors that match predictors, with weights of predictors that make outcomes match before the start.

    Predictors are divided by their standard deviation over all units. Given predictor weights, donor weights are exact;
    where several match the predictors equally well, those count that match outcomes best. Searches start from equal
    weights, from those of a regression, from each predictor alone, and at random. A random walk then collects what else
    fits nearly as well.

    Parameters
    ----------
    panel : TreatedPanel
        With one treated unit, or several that stand as their mean.
    predictors : array_like, shape (units, predictors)
        In the order of the panel's units; none may look beyond the start.
    names : sequence of str, optional
    starts : int
    tolerance : float
        Mean squared gaps of up to 1 + tolerance times the least are near-optimal.
    seed : int

    Returns
    -------
    PredictorControl

    Raises
    ------
    NotAPanel
        With a line for each problem: predictors of another shape, missing, or the same in every unit.
    ValueError
        If there are fewer than 50 starts or the tolerance is negative.

    References
    ----------
    Abadie and Gardeazabal (2003), American Economic Review 93(1), appendix B; Abadie, Diamond and Hainmueller (2010),
    Journal of the American Statistical Association 105(490); Malo, Eskelinen, Zhou and Kuosmanen (2024), Computational
    Economics 64, on the search and its ties; Nelder and Mead (1965), The Computer Journal 7(4).
    """
    require.some("starts", starts, LEAST_STARTS)
    require.not_negative("tolerance", tolerance)
    columns, labels = checked(panel, predictors, names)
    distances, outcomes, size = problem_of(panel, columns)
    logs = first_points(panel, columns, starts, seed)
    found, losses = np.empty_like(logs), np.empty(starts)
    weights = np.empty((starts, len(panel.donors)))
    tried = search(logs, distances, outcomes, STEPS * len(labels), found, losses, weights)
    order = np.argsort(losses, kind="stable")
    found, losses, weights = found[order], losses[order], weights[order]
    # A perfect fit allows what rounding makes of one.
    allowed = max((1 + tolerance) * losses[0], np.finfo(float).eps)
    near = losses <= allowed
    points, donors = [found[near]], [weights[near]]
    generator = np.random.default_rng(seed)
    for point in found[near][:WALKS]:
        walked, carried = np.empty((WALKED, len(labels))), np.empty((WALKED, len(panel.donors)))
        steps = generator.standard_normal((WALKED, len(labels)))
        wander(point, distances, outcomes, allowed, steps, walked, carried)
        points.append(walked)
        donors.append(carried)
    shares = np.maximum(np.exp(np.vstack(points) - np.vstack(points).max(axis=1, keepdims=True)), LEAST_SHARE)
    # Each choice of donor weights once, in the order in which they were found: the best first.
    _, kept = np.unique(np.vstack(donors).round(DIGITS), axis=0, return_index=True)
    kept = np.sort(kept)
    donor_weights = np.vstack(donors)[kept]
    return PredictorControl(
        panel=panel,
        predictors=labels,
        losses=losses * size**2,
        allowed_loss=float(allowed) * size**2,
        predictor_weights=shares[kept] / shares[kept].sum(axis=1, keepdims=True),
        donor_weights=donor_weights,
        gaps=panel.target - donor_weights @ panel.donor_outcomes,
        tried=int(tried),
    )


def problem_of(panel: TreatedPanel, columns: Floats) -> tuple[Floats, Floats, float]:
    """What a search takes: donors less treated, of scaled predictors and of outcomes before the start, and their unit.

    Parameters
    ----------
    panel : TreatedPanel
    columns : numpy.ndarray, shape (units, predictors)

    Returns
    -------
    distances : numpy.ndarray, shape (predictors, donors)
    outcomes : numpy.ndarray, shape (donors, periods before)
        In their largest distance.
    size : float
        That distance.
    """
    scaled = _scaled(columns)
    distances = np.ascontiguousarray((scaled[panel.treated :] - scaled[: panel.treated].mean(axis=0)).T)
    before = panel.donor_outcomes[:, : panel.before] - panel.target[: panel.before]
    size = float(np.abs(before).max()) or 1.0
    return distances, np.ascontiguousarray(before / size), size


def checked(
    panel: TreatedPanel, predictors: "ArrayLike", names: "Sequence[str] | None"
) -> tuple[Floats, tuple[str, ...]]:
    """Predictors as numbers, and their names.

    Parameters
    ----------
    panel, predictors, names
        As for `fit_with_predictors`.

    Returns
    -------
    columns : numpy.ndarray, shape (units, predictors)
    labels : tuple of str

    Raises
    ------
    NotAPanel
        As `fit_with_predictors`.
    """
    columns = np.asarray(predictors, dtype=float)
    if columns.ndim != 2 or len(columns) != len(panel.units) or not columns.shape[1]:
        raise NotAPanel(
            [
                f"predictors have shape {columns.shape}. Allowed: {len(panel.units)} rows in the order of the panel's "
                "units, and a column for each predictor."
            ]
        )
    labels = tuple(str(name) for name in (range(columns.shape[1]) if names is None else names))
    problems = []
    if len(labels) != columns.shape[1]:
        problems.append(f"{len(labels)} names for {columns.shape[1]} predictors. Allowed: one for each.")
    for label, column in zip(labels, columns.T, strict=False):
        if not np.isfinite(column).all():
            rows = ", ".join(panel.units[row] for row in np.flatnonzero(~np.isfinite(column))[:5])
            problems.append(
                f"predictor {label} is missing or infinite for {rows}. Fill it in, or leave it or them out."
            )
        elif not np.ptp(column) > 1e-12 * np.abs(column).max():
            problems.append(f"predictor {label} is the same in every unit, so that it cannot choose. Leave it out.")
    if problems:
        raise NotAPanel(problems)
    return columns, labels


def first_points(panel: TreatedPanel, columns: Floats, starts: int, seed: int) -> Floats:
    """Logarithms of predictor weights from which searches start.

    Parameters
    ----------
    panel : TreatedPanel
    columns : numpy.ndarray, shape (units, predictors)
    starts, seed : int

    Returns
    -------
    numpy.ndarray, shape (starts, predictors)
    """
    scaled = _scaled(columns)
    number = scaled.shape[1]
    # As the original program: squared coefficients of all outcomes before the start on the predictors.
    design = np.column_stack([np.ones(len(scaled)), scaled])
    slopes = np.linalg.lstsq(design, panel.outcomes[:, : panel.before], rcond=None)[0][1:]
    by_regression = (slopes**2).sum(axis=1)
    alone = np.full((number, number), 1e-2) + np.eye(number)
    random = np.random.default_rng(seed).dirichlet(np.full(number, 0.5), size=starts)
    shares = np.vstack([np.ones((1, number)), by_regression, alone, random])[:starts]
    shares /= np.maximum(shares.max(axis=1, keepdims=True), np.finfo(float).tiny)
    return np.log(np.maximum(shares, LEAST_SHARE))


def _scaled(columns: Floats) -> Floats:
    spread: Floats = columns / columns.std(axis=0, ddof=1)
    return spread
