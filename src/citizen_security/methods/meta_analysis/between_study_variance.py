"""How much the true effects of studies differ: estimators of the between-study variance τ².

`distinct_estimators` says which of their names are one estimator.

References
----------
Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30(3); Veroniki, Jackson, Viechtbauer and others
(2016), Research Synthesis Methods 7(1).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from ..arrays import Flags, Floats
from .names import Estimator
from .study_sets import (
    NotEnoughStudies,
    StudySets,
    WeightedSums,
    invert,
    one_set,
    projection,
    weighted_sums,
)

__all__ = [
    "BetweenStudyVariance",
    "BetweenStudyVariances",
    "NoQuadraticForm",
    "NotEnoughStudies",
    "UnknownEstimator",
    "between_study_variance",
    "between_study_variances",
    "distinct_estimators",
    "log_likelihood",
]

# Steps smaller than this share of τ² plus the typical sampling variance end the iteration.
STEP = 1e-9
# A likelihood whose slope still asks for a larger step than this has not been maximised.
FLAT = 1e-6
ITERATIONS = 200

# The observed information counts as this share of the expected one at the least: where a likelihood hardly bends,
# Newton's step would go anywhere.
BENT = 0.5

TINY = 1e-200

# Likelihoods are compared to this share: sums of squares less their explained part lose some digits.
ROUNDING = 1e-8

# Sets are dropped from an iteration when fewer than this share of them still move.
MOVING = 0.7

# Of the grid that the likelihoods are started from: two tops are further apart than this.
GRID_POINTS_A_DECADE = 2

# So many values fit in a core's cache; larger chunks take longer a set.
CHUNK = 20_000


class UnknownEstimator(ValueError):
    """A name that no estimator of the between-study variance has."""


class NoQuadraticForm(ValueError):
    """An estimator that matches no quadratic form of the effects, so no standard error follows from one."""


@dataclass(frozen=True)
class BetweenStudyVariance:
    """An estimate of the variance of the true effects.

    Attributes
    ----------
    tau_squared : float
        In the square of the effects' scale, at least zero.
    standard_error : float
        Asymptotic; `nan` for equal effects. Never an interval's half width: τ² is skewed (see `q_profile_interval`).
    converged : bool
        Whether the estimating equation is solved, or its solution lies below zero and zero is given.
    iterations : int
        Zero for the estimators in closed form.
    """

    tau_squared: float
    standard_error: float
    converged: bool
    iterations: int


@dataclass(frozen=True, eq=False)
class BetweenStudyVariances:
    """Estimates for many sets of studies; shape (sets,) each.

    Attributes
    ----------
    tau_squared : numpy.ndarray
        `nan` for a set that has too few studies or a design that is collinear in it.
    converged : numpy.ndarray
    iterations : numpy.ndarray
    """

    tau_squared: Floats
    converged: Flags
    iterations: npt.NDArray[np.int_]


def between_study_variance(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    design: npt.ArrayLike | None = None,
    estimator: Estimator = "restricted_maximum_likelihood",
) -> BetweenStudyVariance:
    """Estimate the between-study variance.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
        Effects and their sampling variances (squared standard errors).
    design : array_like, shape (k, p), optional
        Moderators with an intercept of their own; the variance is then what they leave unexplained.
    estimator : str
        Empirical Bayes and Paule–Mandel solve the same equation, and so agree.

    Returns
    -------
    BetweenStudyVariance

    Raises
    ------
    NotEnoughStudies
        If there are no more studies than columns of the design.
    UnknownEstimator
        If no estimator has the name.
    NoQuadraticForm
        If an estimator was added whose standard error is of no known kind.
    ValueError
        If a variance is not above zero, a value is missing, or columns are collinear.

    References
    ----------
    DerSimonian and Laird (1986); Hedges and Olkin (1985); Hunter and Schmidt (1990); Sidik and Jonkman (2005), Applied
    Statistics 54(2); Morris (1983); Paule and Mandel (1982); standard errors by Viechtbauer (2005).
    """
    sets = one_set(effect, variance, design)
    estimate = between_study_variances(sets, estimator)
    tau_squared = float(estimate.tau_squared[0])
    return BetweenStudyVariance(
        tau_squared=tau_squared,
        standard_error=_standard_error(sets, tau_squared, estimator),
        converged=bool(estimate.converged[0]),
        iterations=int(estimate.iterations[0]),
    )


def between_study_variances(sets: StudySets, estimator: Estimator) -> BetweenStudyVariances:
    """Estimate the between-study variance of many sets of studies.

    Parameters
    ----------
    sets : StudySets
    estimator : str

    Returns
    -------
    BetweenStudyVariances

    Raises
    ------
    UnknownEstimator
        If no estimator has the name.
    """
    estimate = _estimator_named(estimator)
    size = max(1, CHUNK // len(sets.design))
    if sets.count <= size and sets.estimable.all():
        return BetweenStudyVariances(*estimate(sets))
    tau_squared = np.full(sets.count, np.nan)
    converged = np.zeros(sets.count, bool)
    iterations = np.zeros(sets.count, int)
    positions = np.flatnonzero(sets.estimable)
    for chunk in (positions[start : start + size] for start in range(0, len(positions), size)):
        tau_squared[chunk], converged[chunk], iterations[chunk] = estimate(sets.take(chunk))
    return BetweenStudyVariances(tau_squared, converged, iterations)


def distinct_estimators() -> list[tuple[Estimator, ...]]:
    """Names of the estimators of τ², those that are one estimator together.

    Returns
    -------
    list of tuple of str
        In the order of `Estimator`, without `equal_effects`, which estimates nothing: it sets τ² to zero. Empirical
        Bayes (Morris 1983) and Paule–Mandel solve one equation, and are one entry.
    """
    groups: dict[Callable[[StudySets], _Found], list[Estimator]] = {}
    for name, estimate in _ESTIMATORS.items():
        if name != "equal_effects":
            groups.setdefault(estimate, []).append(name)
    return [tuple(names) for names in groups.values()]


def log_likelihood(sets: StudySets, tau_squared: Floats, *, restricted: bool) -> Floats:
    """Log-likelihood of each set at a between-study variance, the coefficients maximised or integrated out.

    Parameters
    ----------
    sets : StudySets
    tau_squared : numpy.ndarray, shape (sets,) or (1,)
        One value for all sets is much faster where they share variances.
    restricted : bool
        Of the residuals, so that estimating the coefficients is paid for.

    Returns
    -------
    numpy.ndarray, shape (sets,)
        Without the constants that hold no parameter.
    """
    weights = 1 / (sets.variance + tau_squared[:, None])
    held = sets.copies * weights
    if sets.share_studies:
        grams, moment, square = (held @ sets.shared[1][:, 1:]).T
        height = square - moment**2 / grams - np.vecdot(sets.copies, np.log(weights))
        return np.asarray(-0.5 * (height + np.log(grams) if restricted else height))
    gram = sets.gram(held)
    coefficients = np.einsum("bpq,bq->bp", invert(gram), (held * sets.effect) @ sets.design)
    residual = sets.effect - coefficients @ sets.design.T
    height = np.einsum("bk,bk->b", held * residual, residual) - np.einsum("bk,bk->b", sets.copies, np.log(weights))
    if restricted:
        height = height + _log_determinant(gram)
    return np.asarray(-0.5 * height)


def _log_determinant(gram: Floats) -> Floats:
    """Of Gram matrices, whose determinants are positive; of a single column, which nearly all have, the logarithm."""
    if gram.shape[-1] == 1:
        return np.log(gram[..., 0, 0])
    return np.asarray(np.linalg.slogdet(gram)[1])


type _Step = Callable[[WeightedSums, StudySets], Floats]
type _Found = tuple[Floats, Flags, npt.NDArray[np.int_]]


def _closed(estimate: Callable[[StudySets], Floats]) -> Callable[[StudySets], _Found]:
    """An estimator in closed form: truncated at zero, with nothing to converge."""

    def estimated(sets: StudySets) -> _Found:
        tau_squared = np.maximum(estimate(sets), 0.0)
        return tau_squared, np.ones(sets.count, bool), np.zeros(sets.count, int)

    return estimated


def _equal_effects(sets: StudySets) -> Floats:
    return np.zeros(sets.count)


def _dersimonian_laird(sets: StudySets) -> Floats:
    sums = sets.with_equal_effects
    return (sums.residual - sets.degrees_of_freedom) / sums.trace


def _hunter_schmidt(sets: StudySets) -> Floats:
    sums = sets.with_equal_effects
    return (sums.residual - sets.sizes) / sums.total


def _hedges_olkin(sets: StudySets) -> Floats:
    """The unweighted variance of the effects less the mean sampling variance."""
    sums = weighted_sums(_unweighted(sets), np.zeros(sets.count))
    held = np.broadcast_to(sets.copies * sets.variance, (sets.count, len(sets.design)))
    trace = held.sum(axis=1) - np.einsum("bpq,bqp->b", sums.inverse, sets.gram(held))
    return np.asarray((sums.residual - trace) / sets.degrees_of_freedom)


def _sidik_jonkman(sets: StudySets) -> Floats:
    crude = _crude_variance(sets)
    sums = weighted_sums(sets, crude)
    return crude * sums.residual / sets.degrees_of_freedom


def _crude_variance(sets: StudySets) -> Floats:
    """Variance of the effects about their unweighted mean: the value that Sidik and Jonkman start from."""
    share = sets.copies / sets.copies.sum(axis=1, keepdims=True)
    mean = (share * sets.effect).sum(axis=1, keepdims=True)
    return np.asarray(np.broadcast_to((share * (sets.effect - mean) ** 2).sum(axis=1), sets.count))


def _unweighted(sets: StudySets) -> StudySets:
    return StudySets(sets.effect, np.ones((1, len(sets.design))), sets.design, sets.copies)


def _paule_mandel(sets: StudySets) -> _Found:
    """Newton from zero, which cannot overshoot: the generalised Q falls with τ² and is convex in it."""

    def step(sums: WeightedSums, active: StudySets) -> Floats:
        excess = sums.residual - active.degrees_of_freedom
        # Effects that are all equal have no residual to divide by, and no variance between them.
        return np.divide(excess, sums.residual_squared, out=np.minimum(excess, 0.0), where=sums.residual_squared > TINY)

    return _iterate(sets, np.zeros(sets.count), step)


def _restricted_step(sums: WeightedSums, _: StudySets) -> Floats:
    return _newton(sums.residual_squared, sums.trace, sums.trace_squared, sums.residual_cubed)


def _full_step(sums: WeightedSums, _: StudySets) -> Floats:
    return _newton(sums.residual_squared, sums.total, sums.total_squared, sums.residual_cubed)


def _newton(residual_squared: Floats, trace: Floats, expected: Floats, residual_cubed: Floats) -> Floats:
    """Newton's step for the slope times the squared variance of a typical effect, at most twice that of Fisher.

    Where sampling variances are alike that product is a straight line in τ², so a step or two end there.
    """
    slope = residual_squared - trace
    bend = 2 * (residual_cubed - slope * expected / trace) - expected
    return np.asarray(slope / np.maximum(bend, BENT * expected))


def _maximise(sets: StudySets, *, restricted: bool) -> _Found:
    """Newton steps from the best of a grid, as there may be two tops; a bounded search where it ends below that."""
    step = _restricted_step if restricted else _full_step
    start, height = _best_of_grid(sets, restricted=restricted)
    tau_squared, converged, iterations = _iterate(sets, start, step)
    reached = log_likelihood(sets, tau_squared, restricted=restricted)
    # The margin is rounding, which on a flat likelihood makes no place better.
    beaten = height > reached + ROUNDING * (1 + np.abs(reached))
    for position in np.flatnonzero(~converged | beaten):
        one = sets.take(np.array([position]))
        tau_squared[position] = _search(one, step, restricted=restricted)
        converged[position] = _is_solved(one, tau_squared[position], step)
    return tau_squared, converged, iterations


def _best_of_grid(sets: StudySets, *, restricted: bool) -> tuple[Floats, Floats]:
    """The between-study variance of a coarse grid with the highest likelihood, and that likelihood, of each set."""
    lowest = 0.1 * float(sets.variance.min())
    highest = float(sets.effect.max() - sets.effect.min()) ** 2 + float(sets.variance.max())
    points = 2 + int(GRID_POINTS_A_DECADE * math.log10(highest / lowest))
    ratio = (highest / lowest) ** (1 / (points - 1))
    grid = lowest * ratio ** np.arange(-1, points)
    grid[0] = 0.0
    if len(sets.variance) == 1:
        heights = _heights_on_grid(sets, grid, restricted=restricted)
    else:
        heights = np.stack([log_likelihood(sets, value[None], restricted=restricted) for value in grid], axis=1)
    best = heights.argmax(axis=1)
    return grid[best], heights.max(axis=1)


def _heights_on_grid(sets: StudySets, grid: Floats, *, restricted: bool) -> Floats:
    """`log_likelihood` at every value of a grid where sets share variances: a few matrix products; (sets, grid)."""
    weights = 1 / (sets.variance + grid[:, None])
    if sets.share_studies:
        _, fixed = sets.shared
        columns = (weights.T[:, :, None] * fixed[:, None, 1:]).reshape(len(fixed), -1)
        gram, moment, square = (sets.copies @ columns).reshape(sets.count, len(grid), 3).transpose(2, 0, 1)
        height = square - moment**2 / gram - sets.copies @ np.log(weights).T
        return np.asarray(-0.5 * (height + np.log(gram) if restricted else height))
    # Effects far from zero would cost the sums of squares their digits; what the design can follow changes no height.
    effect = sets.effect - (sets.design @ np.linalg.lstsq(sets.design, sets.effect.T)[0]).T
    values, columns = len(grid), sets.design.shape[1]
    rows = np.einsum("gk,kp->kgp", weights, sets.design)
    products = np.einsum("kgp,kq->kgpq", rows, sets.design).reshape(len(effect[0]), -1)
    gram = (sets.copies @ products).reshape(-1, columns, columns)
    held = sets.copies * effect
    moments = (held @ rows.reshape(len(effect[0]), -1)).reshape(-1, values, columns)
    inverse = invert(gram).reshape(-1, values, columns, columns)
    explained = np.einsum("bgp,bgpq,bgq->bg", moments, inverse, moments)
    height = (held * effect) @ weights.T - explained - sets.copies @ np.log(weights).T
    if restricted:
        height = height + _log_determinant(gram).reshape(-1, values)
    return np.asarray(-0.5 * np.broadcast_to(height, (sets.count, values)))


def _iterate(sets: StudySets, start: Floats, step: _Step) -> _Found:
    """Repeat a step, never below zero, for the sets that still move."""
    tau_squared = start.copy()
    iterations = np.zeros(sets.count, int)
    scale = _typical_variance(sets)
    moving: slice | npt.NDArray[np.int_] = slice(None)
    active, old, before = sets, start, np.zeros(sets.count)
    for _ in range(ITERATIONS):
        new = np.maximum(old + step(weighted_sums(active, old), active), 0.0)
        tau_squared[moving] = new
        iterations[moving] += 1
        change, enough = np.abs(new - old), STEP * (new + scale)
        # Newton's errors square with each step, so that the last two changes foretell the next.
        moves = (change > enough) & (change * change * change > enough * before * before)
        if not moves.any():
            return tau_squared, np.ones(sets.count, bool), iterations
        # Sets that have ended stay where they are, so they are dropped only when that saves more than copying costs.
        old, before = new, change
        if np.count_nonzero(moves) < MOVING * len(moves):
            moving, active = np.arange(sets.count)[moving][moves], active.take(moves)
            old, before, scale = old[moves], before[moves], scale[moves]
    converged = np.ones(sets.count, bool)
    converged[moving] = False
    return tau_squared, converged, iterations


def _typical_variance(sets: StudySets) -> Floats:
    """Sampling variance of a typical study (Higgins and Thompson 2002), which τ² is to be compared with."""
    return np.asarray(sets.degrees_of_freedom / sets.with_equal_effects.trace)


def _search(sets: StudySets, step: _Step, *, restricted: bool) -> float:
    """Best between-study variance of one set on a wide grid, then the root of the slope between its neighbours."""
    held = sets.copies[0] > 0
    spread = np.ptp(sets.effect[0][held]) ** 2 + sets.variance[0][held].max()
    grid = np.concatenate([[0.0], np.geomspace(1e-8 * _typical_variance(sets)[0], 10 * spread, 200)])
    heights = [log_likelihood(sets, np.array([value]), restricted=restricted)[0] for value in grid]
    best = int(np.argmax(heights))

    def slope(tau_squared: float) -> float:
        return float(step(weighted_sums(sets, np.array([tau_squared])), sets)[0])

    below, above = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    if slope(below) > 0 > slope(above):
        near = 1e-14 * float(_typical_variance(sets)[0])
        return float(brentq(slope, below, above, xtol=near, rtol=1e-12))
    return float(grid[best])


def _is_solved(sets: StudySets, tau_squared: float, step: _Step) -> bool:
    """Whether the next step would be nothing, or would only lead below zero."""
    asked = float(step(weighted_sums(sets, np.array([tau_squared])), sets)[0])
    if tau_squared == 0:
        return asked <= FLAT * float(_typical_variance(sets)[0])
    return abs(asked) <= FLAT * (tau_squared + float(_typical_variance(sets)[0]))


def _estimator_named(name: Estimator) -> Callable[[StudySets], _Found]:
    if name not in _ESTIMATORS:
        raise UnknownEstimator(f"{name!r} is no estimator of τ². Allowed: {', '.join(_ESTIMATORS)}.")
    return _ESTIMATORS[name]


def _standard_error(sets: StudySets, tau_squared: float, estimator: Estimator) -> float:
    """Asymptotic standard error: of a quadratic form for the moment estimators, from the information for the others."""
    if estimator == "equal_effects":
        return float("nan")
    if estimator in _INFORMATION:
        return float(np.sqrt(2 / _INFORMATION[estimator](weighted_sums(sets, np.array([tau_squared])))[0]))
    form, slope = _quadratic_form(sets, tau_squared, estimator)
    spread = form * (sets.variance[0] + tau_squared)
    return float(np.sqrt(2 * np.einsum("ij,ji->", spread, spread)) / slope)


def _quadratic_form(sets: StudySets, tau_squared: float, estimator: Estimator) -> tuple[Floats, float]:
    """The matrix G of the y'Gy that an estimator matches to its expectation, and how that grows with τ²."""
    if estimator not in _FORMS:
        raise NoQuadraticForm(
            f"{estimator} matches no quadratic form. Those that do: {', '.join(_FORMS)}; give it one."
        )
    return _FORMS[estimator](sets, tau_squared)


def _unweighted_form(sets: StudySets, _: float) -> tuple[Floats, float]:
    return projection(np.ones_like(sets.variance[0]), sets.design), float(sets.degrees_of_freedom[0])


def _crude_form(sets: StudySets, _: float) -> tuple[Floats, float]:
    crude = float(_crude_variance(sets)[0])
    return crude * projection(1 / (sets.variance[0] + crude), sets.design), float(sets.degrees_of_freedom[0])


def _total_form(sets: StudySets, _: float) -> tuple[Floats, float]:
    weights = 1 / sets.variance[0]
    return projection(weights, sets.design), float(weights.sum())


def _moment_form(sets: StudySets, _: float) -> tuple[Floats, float]:
    return _generalised_form(sets, 0.0)


def _generalised_form(sets: StudySets, tau_squared: float) -> tuple[Floats, float]:
    form = projection(1 / (sets.variance[0] + tau_squared), sets.design)
    return form, float(np.trace(form))


_ESTIMATORS: Mapping[Estimator, Callable[[StudySets], _Found]] = {
    "equal_effects": _closed(_equal_effects),
    "dersimonian_laird": _closed(_dersimonian_laird),
    "hedges_olkin": _closed(_hedges_olkin),
    "hunter_schmidt": _closed(_hunter_schmidt),
    "sidik_jonkman": _closed(_sidik_jonkman),
    "maximum_likelihood": partial(_maximise, restricted=False),
    "restricted_maximum_likelihood": partial(_maximise, restricted=True),
    "empirical_bayes": _paule_mandel,
    "paule_mandel": _paule_mandel,
}

_INFORMATION: Mapping[Estimator, Callable[[WeightedSums], Floats]] = {
    "maximum_likelihood": lambda sums: sums.total_squared,
    "restricted_maximum_likelihood": lambda sums: sums.trace_squared,
}

_FORMS: Mapping[Estimator, Callable[[StudySets, float], tuple[Floats, float]]] = {
    "dersimonian_laird": _moment_form,
    "hedges_olkin": _unweighted_form,
    "hunter_schmidt": _total_form,
    "sidik_jonkman": _crude_form,
    "empirical_bayes": _generalised_form,
    "paule_mandel": _generalised_form,
}
