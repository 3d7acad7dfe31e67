"""Designs for one treated place: effect and p-value, and both when a fall is put into what follows the start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from .. import require
from ..arrays import Floats
from ..interrupted_series.segments import LEAST_AFTER, LEAST_BEFORE, fit_segments
from ..interrupted_series.structural import structural_series
from ..randomisation import count_as_extreme, p_value
from ..synthetic_control.counterfactuals import Problems, counterfactuals
from ..synthetic_control.names import Estimator

# Statistics that fall short of the treated place's by less than this share of it equal it.
TIE = 1e-9


@dataclass(frozen=True)
class Answers:
    """What a design says of one place, for each fall that is put in.

    Attributes
    ----------
    effects : numpy.ndarray, shape (shifts,)
        In units of the outcome.
    p_values : numpy.ndarray, shape (shifts,)
        Two-sided.
    """

    effects: Floats
    p_values: Floats


# From outcomes (places, periods) with the treated place first, periods before, and shifts put in after the start.
Design = Callable[[Floats, int, Floats], Answers]


def before_and_after(outcomes: Floats, before: int, shifts: Floats) -> Answers:
    """As many periods before the start as after it, compared by Welch's test; no other place is looked at.

    Parameters
    ----------
    outcomes : numpy.ndarray, shape (places, periods)
        The treated place first.
    before : int
    shifts : numpy.ndarray, shape (shifts,)
        Added to the treated place's outcome from the start on.

    Returns
    -------
    Answers

    Raises
    ------
    ValueError
        If there are fewer than two periods on a side.
    """
    own = require.finite("outcomes", outcomes)[0]
    reach = min(before, len(own) - before)
    if reach < 2:
        raise ValueError(f"{before} periods before and {len(own) - before} after. Allowed: at least two on each side.")
    first, last = own[before - reach : before], own[before : before + reach]
    effects = last.mean() - first.mean() + shifts
    parts = np.array([first.var(ddof=1), last.var(ddof=1)]) / reach
    error = np.sqrt(parts.sum())
    if not error > 0:
        return Answers(effects, np.where(effects == 0, 1.0, 0.0))
    degrees = parts.sum() ** 2 * (reach - 1) / (parts**2).sum()
    return Answers(effects, 2 * stats.t.sf(np.abs(effects) / error, degrees))


def extrapolated_line(outcomes: Floats, before: int, shifts: Floats) -> Answers:
    """The place's own line carried on, with autoregressive errors.

    Parameters
    ----------
    outcomes, before, shifts
        As for `before_and_after`.

    Returns
    -------
    Answers

    Raises
    ------
    ValueError
        As `fit_segments`.
    """
    own = require.finite("outcomes", outcomes)[0]
    after = len(own) - before
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        raise ValueError(f"{before} periods before and {after} after. Allowed: {LEAST_BEFORE} and {LEAST_AFTER}.")
    # A shift of all that follows is a change of level, so that one fit serves all.
    fit = fit_segments(own, before)
    effects = fit.effect + shifts
    return Answers(effects, 2 * stats.t.sf(np.abs(effects) / fit.standard_error, fit.degrees()))


def structural_model(outcomes: Floats, before: int, shifts: Floats) -> Answers:
    """The place predicted by a structural model from its own past and the other places.

    Parameters
    ----------
    outcomes, before, shifts
        As for `before_and_after`.

    Returns
    -------
    Answers
        The p-value is twice the posterior probability of the less likely sign.

    Raises
    ------
    ValueError
        As `structural_series`.
    """
    values = require.finite("outcomes", outcomes)
    after = values.shape[1] - before
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        raise ValueError(f"{before} periods before and {after} after. Allowed: {LEAST_BEFORE} and {LEAST_AFTER}.")
    # What follows the start is in no prediction, so that one fit serves all shifts.
    fit = structural_series(values[0], before, controls=values[1:])
    below = fit.probability_below(-shifts)
    return Answers(fit.effect + shifts, 2 * np.minimum(below, 1 - below))


def among_placebos(estimator: Estimator, *, ratio: bool) -> Design:
    """The mean gap or the ratio of errors of an estimator, ranked among the same of all other places.

    Parameters
    ----------
    estimator : str
        Of `synthetic_control.counterfactuals`.
    ratio : bool
        Whether the root mean squared gap after over that before is ranked, and not the mean gap.

    Returns
    -------
    callable
        A design.

    Raises
    ------
    ValueError
        If the estimator is unknown.
    """
    require.one_of("estimator", estimator, Estimator)

    def design(outcomes: Floats, before: int, shifts: Floats) -> Answers:
        places, periods = require.finite("outcomes", outcomes).shape
        allowed = ~np.eye(places, dtype=bool)
        # The treated place is nobody's donor: what was done to it would be in their gaps.
        allowed[1:, 0] = False
        problems = Problems(outcomes, outcomes, allowed, np.full(places, before), np.full(places, periods))
        gaps = outcomes - counterfactuals(problems, estimator).outcomes
        own = gaps[0, before:] + shifts[:, None]
        effects = own.mean(axis=1)
        if ratio:
            size = np.sqrt((gaps[:, :before] ** 2).mean(axis=1))
            size = np.where(size > 0, size, np.finfo(float).tiny)
            others = np.sqrt((gaps[1:, before:] ** 2).mean(axis=1)) / size[1:]
            statistics = np.sqrt((own**2).mean(axis=1)) / size[0]
        else:
            others, statistics = gaps[1:, before:].mean(axis=1), effects
        p_values = [
            p_value(
                count_as_extreme(others, float(one), alternative="different", tie=TIE * abs(float(one))), len(others)
            )
            for one in statistics
        ]
        return Answers(effects, np.array(p_values))

    return design


def among_equal_moments(outcomes: Floats, before: int, shifts: Floats, *, window: int = 2) -> Answers:
    """The change after the start, ranked among changes of other places when they stood as high in their own history.

    A place that is treated at its peak falls back as any place falls back from its peak: it is compared with that, and
    not with places at any moment. How high it stands is the rank of its last window among all windows of the history
    before it, which is half of the periods before the start, so that other places have several such moments. A place
    that was chosen at the peak of a longer history stood higher still, so that a part of its fall remains.

    Parameters
    ----------
    outcomes, before, shifts
        As for `before_and_after`.
    window : int
        Periods of a window.

    Returns
    -------
    Answers
        The effect is the change beyond the median of these moments. A place counts once, however many of its moments
        qualify; a p-value of one where no place has any.

    Raises
    ------
    ValueError
        If half of the periods before the start hold fewer than two windows.
    """
    values = require.finite("outcomes", outcomes)
    after, span = values.shape[1] - before, before // 2
    if window < 1 or span < window + 1:
        raise ValueError(
            f"before = {before} with window = {window}. Allowed: at least {2 * (window + 1)} periods before the start."
        )
    # What all places have in common in a period is in no change.
    values = values - np.median(values[1:], axis=0)
    ends = np.arange(span, before + 1)
    means = np.lib.stride_tricks.sliding_window_view(values, window, axis=1).mean(axis=2)
    # Of the windows that end within the history before each end, how many are higher than the last.
    history = np.stack([means[:, end - span : end - window + 1] for end in ends], axis=1)
    ranks = (history > history[:, :, -1:]).sum(axis=2)
    ahead = np.stack([values[:, end : end + after].mean(axis=1) for end in ends], axis=1)
    changes = ahead - history[:, :, -1]
    equal = ranks[1:] == ranks[0, -1]
    places = equal.any(axis=1)
    own = changes[0, -1] + shifts
    if not places.any():
        return Answers(own, np.ones(len(own)))
    shares = (equal / np.maximum(equal.sum(axis=1, keepdims=True), 1))[places]
    middle = _weighted_median(changes[1:][places], shares)
    distance = np.abs(changes[1:][places] - middle)
    extreme = [float((shares * (distance >= abs(one - middle) - TIE)).sum()) for one in own]
    return Answers(own - middle, (np.array(extreme) + 1) / (places.sum() + 1))


def _weighted_median(values: Floats, weights: Floats) -> float:
    """The value below and above which half of the weight lies."""
    order = np.argsort(values, axis=None)
    reached = np.cumsum(weights.ravel()[order])
    return float(values.ravel()[order][np.searchsorted(reached, reached[-1] / 2)])


# By name, in the order in which they are shown.
DESIGNS: Mapping[str, Design] = {
    "before_and_after": before_and_after,
    "extrapolated_line": extrapolated_line,
    "structural_series": structural_model,
    "difference_in_differences": among_placebos("difference_in_differences", ratio=False),
    "synthetic_control": among_placebos("matched", ratio=True),
    "synthetic_control_gap": among_placebos("matched", ratio=False),
    "demeaned_synthetic_control": among_placebos("demeaned", ratio=False),
    "synthetic_difference_in_differences": among_placebos("synthetic_difference_in_differences", ratio=False),
    "equal_moments": among_equal_moments,
}
