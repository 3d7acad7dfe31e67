"""The change of a treated group less that of a comparison group, with covariates held constant, and each unit's part.

All functions return the effect on the treated group and the terms by which units move it; the terms sum to zero, and
their squares to its variance.
"""

from dataclasses import dataclass

import numpy as np

from .. import require
from ..arrays import Flags, Floats
from .names import Adjustment

# A probability of treatment at the ends leaves a unit without anyone like it.
MOST_PROBABLE = 0.999

# Newton steps of the logistic regression; ten are usual.
STEPS = 50


class NoOverlap(ValueError):
    """Covariates tell treated units from the others, so that none of these can stand for those."""


@dataclass(frozen=True)
class Compared:
    """An effect on a treated group.

    Attributes
    ----------
    effect : float
    scores : numpy.ndarray, shape (units,)
        Zero for units in neither group.
    """

    effect: float
    scores: Floats


def compare(
    change: Floats, treated: Flags, others: Flags, covariates: Floats | None, adjustment: Adjustment
) -> Compared:
    """Difference between the changes of two groups.

    Parameters
    ----------
    change : numpy.ndarray, shape (units,)
    treated, others : numpy.ndarray of bool, shape (units,)
        Members of either group; each has some, and none is in both.
    covariates : numpy.ndarray, shape (units, covariates), or None
        Without a constant.
    adjustment : {"outcome_regression", "doubly_robust"}
        What covariates are used for: to predict changes, or for that and to weight units by how probable their
        treatment was. Without covariates both are the difference between two means.

    Returns
    -------
    Compared

    Raises
    ------
    NoOverlap
        If covariates are collinear among the comparison, or tell the groups apart.
    ValueError
        If the name is unknown.

    References
    ----------
    Sant'Anna and Zhao (2020), Journal of Econometrics 219(1), sections 2.2 and 3.1; Heckman, Ichimura and Todd (1997),
    Review of Economic Studies 64(4).
    """
    require.one_of("adjustment", adjustment, Adjustment)
    scores = np.zeros(len(change))
    if covariates is None:
        gap = float(change[treated].mean() - change[others].mean())
        scores[treated] = (change[treated] - change[treated].mean()) / treated.sum()
        scores[others] = -(change[others] - change[others].mean()) / others.sum()
        return Compared(gap, scores)
    member = treated | others
    design = np.column_stack([np.ones(member.sum()), covariates[member]])
    estimator = _doubly_robust if adjustment == "doubly_robust" else _outcome_regression
    effect, scores[member] = estimator(change[member], treated[member].astype(float), design)
    return Compared(float(effect), scores)


def _outcome_regression(change: Floats, treated: Floats, design: Floats) -> tuple[float, Floats]:
    predicted, moved = _regression(change, 1 - treated, design)
    share = treated.mean()
    gain, loss = (treated * change).mean() / share, (treated * predicted).mean() / share
    own = treated * (change - gain)
    other = treated * (predicted - loss) + moved @ (treated[:, None] * design).mean(axis=0)
    return gain - loss, (own - other) / share / len(change)


def _doubly_robust(change: Floats, treated: Floats, design: Floats) -> tuple[float, Floats]:
    predicted, moved = _regression(change, 1 - treated, design)
    probable, shifted = _propensity(treated, design)
    left = change - predicted
    weight = probable * (1 - treated) / (1 - probable)
    gain, loss = (treated * left).mean() / treated.mean(), (weight * left).mean() / weight.mean()
    own = treated * (left - gain) - moved @ (treated[:, None] * design).mean(axis=0)
    other = (
        weight * (left - loss)
        + shifted @ ((weight * (left - loss))[:, None] * design).mean(axis=0)
        - moved @ (weight[:, None] * design).mean(axis=0)
    )
    return gain - loss, (own / treated.mean() - other / weight.mean()) / len(change)


def _regression(change: Floats, weight: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Predicted changes, and by how much each unit moves the coefficients (times the number of units)."""
    gram = (design * weight[:, None]).T @ design / len(change)
    scale = np.sqrt(np.diag(gram))
    if not (scale > 0).all() or np.linalg.cond(gram / np.outer(scale, scale)) > 1e12:
        raise NoOverlap(
            f"{int(weight.sum())} units of comparison have collinear covariates, {design.shape[1] - 1} beside the "
            "constant. Leave a covariate out, or compare with more units."
        )
    coefficients = np.linalg.solve(gram, (design * weight[:, None]).T @ change / len(change))
    predicted = design @ coefficients
    moved = np.linalg.solve(gram, ((weight * (change - predicted))[:, None] * design).T).T
    return predicted, moved


def _propensity(treated: Floats, design: Floats) -> tuple[Floats, Floats]:
    """Fitted probabilities of treatment, and by how much each unit moves the coefficients (times their number)."""
    centre = np.append(0.0, design[:, 1:].mean(axis=0))
    spread = np.append(1.0, np.maximum(design[:, 1:].std(axis=0), np.finfo(float).tiny))
    scaled = (design - centre) / spread
    coefficients = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        probable = 1 / (1 + np.exp(-scaled @ coefficients))
        hessian = (scaled * (probable * (1 - probable))[:, None]).T @ scaled
        if probable.max() > MOST_PROBABLE:
            break
        step = np.linalg.solve(hessian, scaled.T @ (treated - probable))
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10:
            break
    probable = 1 / (1 + np.exp(-scaled @ coefficients))
    if probable.max() > MOST_PROBABLE:
        raise NoOverlap(
            f"covariates give a unit a probability of treatment above {MOST_PROBABLE:g}, among {int(treated.sum())} "
            f"treated of {len(treated)}. Use 'outcome_regression', or leave out a covariate or units like no other."
        )
    hessian = (design * (probable * (1 - probable))[:, None]).T @ design / len(treated)
    return probable, np.linalg.solve(hessian, ((treated - probable)[:, None] * design).T).T
