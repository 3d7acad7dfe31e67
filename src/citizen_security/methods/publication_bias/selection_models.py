"""Selection by p-value: how likely a result is to be reported falls in steps, and the effect is estimated with it.

A result of standard error s from a study whose effect is drawn from N(μ, τ²) has density N(y; μ, s² + τ²) before
selection. After it, the density is multiplied by the weight of the interval that its p-value falls in, and divided by
the share of such studies that would be reported at all. The interval of the smallest p-values has weight 1.

References
----------
Hedges (1992), Statistical Science 7(2); Vevea and Hedges (1995), Psychometrika 60(3).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.special import ndtr, ndtri
from scipy.stats import chi2

from .. import require
from ..arrays import Floats, Integers
from ..meta_analysis.study_values import effects_and_variances

type Favoured = Literal["negative", "positive", "either"]
type Interval = Literal["profile", "wald"]

# Weights beyond e⁸ to one either way are no estimates; a fit that ends there says so.
LARGEST_LOG_WEIGHT = 8.0

# Effects, τ² and log weights are fitted to this; printed digits stop far before.
TOLERANCE = 1e-12

# A profile is followed so many times this far before its end is called open.
WIDENINGS = 40


class NotIdentified(ValueError):
    """Studies that cannot tell selection from effect, such as none in an interval of p-values."""


class NotMaximised(RuntimeError):
    """A likelihood whose maximum was not found."""


@dataclass(frozen=True, eq=False)
class PValueSteps:
    """Where each study stands on the ladder of p-values.

    Attributes
    ----------
    effect, standard_error : numpy.ndarray, shape (k,)
        Turned so that selection favours positive effects.
    thresholds : numpy.ndarray, shape (k, steps)
        Effect of each study at which its p-value is that of the cut point; it falls along a row.
    both_tails : bool
        Whether large effects of either sign are favoured.
    interval : numpy.ndarray, shape (k,)
        Which interval the p-value of each study falls in, 0 for the smallest.
    counts : numpy.ndarray, shape (steps + 1,)
        Studies in each interval.
    """

    effect: Floats
    standard_error: Floats
    thresholds: Floats
    both_tails: bool
    interval: Integers
    counts: Integers


@dataclass(frozen=True, eq=False)
class StepSelection:
    """A step-function selection model fitted by maximum likelihood.

    Attributes
    ----------
    effect, standard_error : float
        Mean of the true effects before selection; the error is `nan` where the likelihood does not bend.
    lower, upper : float
        Interval of the effect; that of the profile likelihood is infinite where the profile stays flat.
    tau_squared, tau_squared_standard_error : float
    weights, weight_standard_errors : numpy.ndarray, shape (intervals,)
        Of reporting, relative to the smallest p-values (1, without error).
    cut_points : tuple of float
        Upper ends of all intervals but the last.
    counts : numpy.ndarray, shape (intervals,)
    log_likelihood : float
    statistic, degrees_of_freedom, p_value : float
        Likelihood-ratio test that all weights are 1.
    unselected_effect : float
        The effect with all weights 1, by maximum likelihood.
    at_boundary : bool
        Whether a weight ended at the edge of what is searched.
    k : int
    """

    effect: float
    standard_error: float
    lower: float
    upper: float
    tau_squared: float
    tau_squared_standard_error: float
    weights: Floats
    weight_standard_errors: Floats
    cut_points: tuple[float, ...]
    counts: Integers
    log_likelihood: float
    statistic: float
    degrees_of_freedom: int
    p_value: float
    unselected_effect: float
    at_boundary: bool
    k: int


def p_value_steps(
    effect: npt.ArrayLike, variance: npt.ArrayLike, cut_points: Sequence[float], favoured: Favoured
) -> PValueSteps:
    """Place each study among the cut points of its p-value.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    cut_points : sequence of float
        Increasing, between 0 and 1. P-values are one-sided in the favoured direction, or two-sided for `either`.
    favoured : str
        Sign of the effects that are reported more readily.

    Returns
    -------
    PValueSteps

    Raises
    ------
    ValueError
        If cut points are not increasing between 0 and 1, an effect is missing, or a variance is not above zero.
    """
    require.one_of("favoured", favoured, Favoured)
    effects, variances = effects_and_variances(effect, variance)
    cuts = np.asarray(cut_points, dtype=np.float64)
    if cuts.size and not (np.all(np.diff(cuts) > 0) and cuts[0] > 0 and cuts[-1] < 1):
        raise ValueError(f"cut points {list(cut_points)}; they increase, and lie between 0 and 1, such as [0.025].")
    turned = effects * (-1.0 if favoured == "negative" else 1.0)
    error = np.sqrt(variances)
    both_tails = favoured == "either"
    thresholds = error[:, None] * -ndtri(cuts / 2 if both_tails else cuts)[None, :]
    height = np.abs(turned) if both_tails else turned
    interval = np.sum(height[:, None] < thresholds, axis=1)
    counts = np.bincount(interval, minlength=len(cuts) + 1)
    return PValueSteps(turned, error, thresholds, both_tails, interval, counts)


def interval_probabilities(steps: PValueSteps, mean: npt.ArrayLike, tau_squared: float) -> Floats:
    """Probability that each study's result falls in each interval, before selection.

    Parameters
    ----------
    steps : PValueSteps
    mean : array_like, shape (…, k) or (…, 1)
        Of the effects, turned as those of `steps`.
    tau_squared : float

    Returns
    -------
    numpy.ndarray, shape (…, k, intervals)
    """
    means = np.asarray(mean, dtype=np.float64)[..., None]
    spread = np.sqrt(steps.standard_error**2 + tau_squared)[:, None]
    beyond = ndtr((means - steps.thresholds) / spread)
    if steps.both_tails:
        beyond = beyond + ndtr((-steps.thresholds - means) / spread)
    ends = np.concatenate([np.zeros_like(beyond[..., :1]), beyond, np.ones_like(beyond[..., :1])], axis=-1)
    return np.asarray(np.diff(ends, axis=-1))


def fit_step_selection(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    cut_points: Sequence[float] = (0.025,),
    favoured: Favoured = "negative",
    confidence_level: float = 0.95,
    interval: Interval = "profile",
) -> StepSelection:
    """Fit effect, between-study variance and weights of reporting together.

    With one cut point it is the three-parameter selection model.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    cut_points : sequence of float
    favoured : str
    confidence_level : float
        Of the interval.
    interval : str
        `wald` is symmetric, many times faster, and too short where the profile is skewed.

    Returns
    -------
    StepSelection

    Raises
    ------
    NotIdentified
        If an interval holds no study, whose weight would then be zero or without bound, or there are fewer studies
        than parameters and one more.
    NotMaximised
        If the likelihood could not be maximised, or is flat there and the interval is to be symmetric.
    ValueError
        As `p_value_steps`, or if the level is no probability.

    References
    ----------
    Vevea and Hedges (1995), Psychometrika 60(3); three parameters: McShane, Böckenholt and Hansen (2016), Perspectives
    on Psychological Science 11(5).
    """
    require.one_of("interval", interval, Interval)
    require.level("confidence_level", confidence_level)
    steps, unit = _in_typical_errors(p_value_steps(effect, variance, cut_points, favoured))
    refuse_unidentified(steps, cut_points)
    best = _maximise(steps)
    plain = _maximise(_in_typical_errors(p_value_steps(effect, variance, (), favoured))[0])
    errors = _standard_errors(steps, best.parameters)
    weights = np.exp(np.concatenate([[0.0], best.parameters[2:]]))
    statistic = max(0.0, 2 * (best.log_likelihood - plain.log_likelihood))
    turned = -unit if favoured == "negative" else unit
    ends = sorted(turned * end for end in _effect_interval(steps, best, float(errors[0]), confidence_level, interval))
    return StepSelection(
        effect=turned * float(best.parameters[0]),
        standard_error=unit * float(errors[0]),
        lower=ends[0],
        upper=ends[1],
        tau_squared=unit**2 * float(best.parameters[1]),
        tau_squared_standard_error=unit**2 * float(errors[1]),
        weights=weights,
        # At a maximum the delta method is exact: the slope there is zero.
        weight_standard_errors=weights * np.concatenate([[0.0], errors[2:]]),
        cut_points=tuple(cut_points),
        counts=steps.counts,
        log_likelihood=best.log_likelihood - len(steps.effect) * math.log(unit),
        statistic=statistic,
        degrees_of_freedom=len(cut_points),
        p_value=float(chi2.sf(statistic, len(cut_points))),
        unselected_effect=turned * float(plain.parameters[0]),
        at_boundary=bool(np.any(np.abs(best.parameters[2:]) > LARGEST_LOG_WEIGHT - 0.01)),
        k=len(steps.effect),
    )


def weight_intervals(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    cut_points: Sequence[float] = (0.025,),
    favoured: Favoured = "negative",
    confidence_level: float = 0.95,
) -> Floats:
    """Profile likelihood intervals of τ² and of each weight but the first.

    Parameters
    ----------
    effect, variance, cut_points, favoured, confidence_level
        As in `fit_step_selection`.

    Returns
    -------
    numpy.ndarray, shape (1 + steps, 2)
        τ² first.

    Raises
    ------
    NotIdentified, NotMaximised, ValueError
        As `fit_step_selection`.
    """
    require.level("confidence_level", confidence_level)
    steps, unit = _in_typical_errors(p_value_steps(effect, variance, cut_points, favoured))
    refuse_unidentified(steps, cut_points)
    best = _maximise(steps)
    tau = np.square(unit) * np.array(_profile(steps, best, 1, confidence_level))
    logs = [_profile(steps, best, 2 + step, confidence_level) for step in range(len(cut_points))]
    return np.array([tau, *np.exp(logs)])


def _in_typical_errors(steps: PValueSteps) -> tuple[PValueSteps, float]:
    """The same in units of a typical standard error, and that unit: what is near must not hang on the effects' unit."""
    unit = float(np.median(steps.standard_error))
    turned, errors, thresholds = steps.effect / unit, steps.standard_error / unit, steps.thresholds / unit
    return replace(steps, effect=turned, standard_error=errors, thresholds=thresholds), unit


def refuse_unidentified(steps: PValueSteps, cut_points: Sequence[float]) -> None:
    """Refuse studies that leave an interval of p-values empty, or are too few.

    Raises
    ------
    NotIdentified
    """
    size, parameters = len(steps.effect), 2 + len(cut_points)
    if size <= parameters:
        raise NotIdentified(f"{size} studies for {parameters} parameters; at least {parameters + 1} are needed.")
    empty = np.flatnonzero(steps.counts == 0)
    if len(empty):
        ends = [0.0, *cut_points, 1.0]
        where = ", ".join(f"{ends[position]:g} to {ends[position + 1]:g}" for position in empty)
        raise NotIdentified(f"no study has a p-value from {where}, so its weight cannot be estimated.")


@dataclass(frozen=True, eq=False)
class _Maximum:
    """Parameters (μ, τ², log weights) and the log likelihood there."""

    parameters: Floats
    log_likelihood: float


def _log_likelihood(steps: PValueSteps, parameters: Floats) -> tuple[float, Floats]:
    """Log likelihood and its slope in (μ, τ², log weights)."""
    mean, tau_squared = parameters[0], parameters[1]
    weights = np.exp(np.concatenate([[0.0], parameters[2:]]))
    total = steps.standard_error**2 + tau_squared
    residual = steps.effect - mean
    probabilities, in_mean, in_tau = _probabilities_and_slopes(steps, mean, np.sqrt(total))
    reported = probabilities @ weights
    value = np.sum(np.log(weights)[steps.interval] + _log_density(residual, total) - np.log(reported))
    slope = np.empty_like(parameters)
    slope[0] = np.sum(residual / total - in_mean @ weights / reported)
    slope[1] = np.sum((residual**2 / total - 1) / (2 * total) - in_tau @ weights / reported)
    slope[2:] = (steps.counts - weights * (probabilities / reported[:, None]).sum(axis=0))[1:]
    return float(value), slope


def _probabilities_and_slopes(steps: PValueSteps, mean: float, spread: Floats) -> tuple[Floats, Floats, Floats]:
    """Probabilities of the intervals, and their derivatives in μ and τ²; shape (k, intervals) each."""
    scale = spread[:, None]
    upper = (mean - steps.thresholds) / scale
    beyond, in_mean, in_tau = ndtr(upper), _density(upper) / scale, -_density(upper) * upper / (2 * scale**2)
    if steps.both_tails:
        lower = (-steps.thresholds - mean) / scale
        beyond = beyond + ndtr(lower)
        in_mean = in_mean - _density(lower) / scale
        in_tau = in_tau - _density(lower) * lower / (2 * scale**2)
    nothing = np.zeros((len(spread), 1))
    probabilities = np.diff(np.hstack([nothing, beyond, nothing + 1]), axis=1)
    slopes = [np.diff(np.hstack([nothing, slope, nothing]), axis=1) for slope in (in_mean, in_tau)]
    return np.maximum(probabilities, 1e-300), slopes[0], slopes[1]


def _density(standardised: Floats) -> Floats:
    # scipy.stats.norm checks its arguments at ten times the cost of the density itself.
    return np.asarray(np.exp(-0.5 * standardised**2) / np.sqrt(2 * np.pi))


def _log_density(residual: Floats, variance: Floats) -> Floats:
    return np.asarray(-0.5 * (np.log(2 * np.pi * variance) + residual**2 / variance))


def _maximise(steps: PValueSteps, fixed: dict[int, float] | None = None, start: Floats | None = None) -> _Maximum:
    """Highest likelihood over several starts, with some parameters held.

    Raises
    ------
    NotMaximised
    """
    held = fixed or {}
    number = 2 + steps.thresholds.shape[1]
    free = [position for position in range(number) if position not in held]
    starts = _starts(steps, number) if start is None else [start]
    limits = [(None, None), (0.0, None), *[(-LARGEST_LOG_WEIGHT, LARGEST_LOG_WEIGHT)] * (number - 2)]

    def whole(some: Floats) -> Floats:
        parameters = np.empty(number)
        parameters[free] = some
        parameters[list(held)] = list(held.values())
        return parameters

    def loss(some: Floats) -> tuple[float, Floats]:
        value, slope = _log_likelihood(steps, whole(some))
        return -value, -slope[free]

    if not free:
        return _Maximum(whole(np.empty(0)), _log_likelihood(steps, whole(np.empty(0)))[0])
    bounds = [limits[position] for position in free]
    options = {"ftol": TOLERANCE, "maxiter": 500}
    fits = [minimize(loss, one[free], jac=True, method="SLSQP", bounds=bounds, options=options) for one in starts]
    best = min(fits, key=lambda fit: fit.fun)
    if not np.isfinite(best.fun):
        raise NotMaximised("the likelihood of the selection model could not be maximised.")
    return _Maximum(whole(best.x), -float(best.fun))


def _starts(steps: PValueSteps, number: int) -> list[Floats]:
    """From no selection, and from strong selection of an effect near zero."""
    weights = 1 / steps.standard_error**2
    mean = float(weights @ steps.effect / weights.sum())
    spread = max(float(np.var(steps.effect) - np.median(steps.standard_error**2)), 0.01 * float(np.var(steps.effect)))
    steep = [-0.7 * (step + 1) for step in range(number - 2)]
    return [np.array([mean, spread, *[0.0] * (number - 2)]), np.array([mean / 3, spread / 2, *steep])]


def _standard_errors(steps: PValueSteps, parameters: Floats) -> Floats:
    """From the curvature of the log likelihood, by differences of its slope; τ² at zero is held there."""
    free = [0, *([1] if parameters[1] > 1e-9 else []), *range(2, len(parameters))]
    curvature = np.empty((len(free), len(free)))
    for row, position in enumerate(free):
        reach = 1e-5 * max(1e-2, abs(parameters[position]))
        ahead, behind = parameters.copy(), parameters.copy()
        ahead[position] += reach
        behind[position] -= reach
        slope = (_log_likelihood(steps, ahead)[1] - _log_likelihood(steps, behind)[1]) / (2 * reach)
        curvature[row] = slope[free]
    errors = np.full(len(parameters), np.nan)
    with np.errstate(invalid="ignore"):
        errors[free] = np.sqrt(np.diag(np.linalg.pinv(-(curvature + curvature.T) / 2)))
    return errors


def _effect_interval(
    steps: PValueSteps, best: _Maximum, error: float, confidence_level: float, interval: Interval
) -> tuple[float, float]:
    if interval == "profile":
        return _profile(steps, best, 0, confidence_level)
    if math.isnan(error):
        raise NotMaximised(
            "the likelihood of the selection model does not bend at its maximum, so that there is no symmetric "
            "interval; take the interval profile."
        )
    half = float(np.sqrt(chi2.ppf(confidence_level, 1))) * error
    return float(best.parameters[0]) - half, float(best.parameters[0]) + half


def _profile(steps: PValueSteps, best: _Maximum, position: int, confidence_level: float) -> tuple[float, float]:
    """Where twice the fall of the profile likelihood reaches the chi-squared quantile, on either side."""
    target = float(chi2.ppf(confidence_level, 1))
    centre = float(best.parameters[position])
    lowest = {0: -np.inf, 1: 0.0}.get(position, -LARGEST_LOG_WEIGHT)
    highest = {0: np.inf, 1: np.inf}.get(position, LARGEST_LOG_WEIGHT)

    def excess(value: float) -> float:
        at = best.parameters.copy()
        at[position] = value
        return 2 * (best.log_likelihood - _maximise(steps, {position: value}, at).log_likelihood) - target

    # Effects that are alike have no spread to step by; then a typical standard error, which is one, is as good.
    spread = max(float(np.std(steps.effect)), 1.0)
    step = 0.25 * {0: spread, 1: spread**2}.get(position, 1.0) / np.sqrt(len(steps.effect))
    lower = _end(excess, centre, -step, float(lowest))
    return lower, _end(excess, centre, step, float(highest))


def _end(excess: Callable[[float], float], centre: float, step: float, limit: float) -> float:
    """Follow the profile outwards until it has fallen far enough; the limit where it never does."""
    inner = centre
    for _ in range(WIDENINGS):
        outer = max(centre + step, limit) if step < 0 else min(centre + step, limit)
        if excess(outer) > 0:
            return float(brentq(excess, inner, outer, xtol=1e-7))
        if outer == limit:
            break
        inner, step = outer, 1.6 * step
    return limit
