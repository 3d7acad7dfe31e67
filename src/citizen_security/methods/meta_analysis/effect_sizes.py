"""Effects on a scale on which they can be pooled, with a standard error that follows from what was printed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln
from scipy.stats import norm, t

from .. import require
from .study_values import as_numbers

# Sizes of what effects are computed from: beyond, a square or a ratio could be infinite, or nothing.
LEAST, LARGEST = 1e-50, 1e50

# From so many degrees of freedom on the approximate correction is exact to the digits of doubles.
MANY_DEGREES = 1e6


@dataclass(frozen=True)
class EffectSize:
    """An effect on a scale for pooling.

    Attributes
    ----------
    effect, standard_error : float
        Log ratio or standardised mean difference.
    asymmetry : float
        Share by which the two halves of the published interval differ on this scale beyond what rounding explains; 0
        without an interval. A large one says that the interval is not a normal one on this scale.
    """

    effect: float
    standard_error: float
    asymmetry: float = 0.0


def log_odds_ratio(treated: float, treated_others: float, control: float, control_others: float) -> EffectSize:
    """Log odds ratio of a 2×2 table, none of its cells zero (else see `two_by_two`).

    Parameters
    ----------
    treated, treated_others, control, control_others : float
        Persons with and without the event in each group.

    Raises
    ------
    ValueError
        If a cell is not above zero.
    """
    cells = _cells(treated, treated_others, control, control_others)
    return EffectSize(float(np.log(cells) @ [1, -1, -1, 1]), float(np.sqrt((1 / cells).sum())))


def log_risk_ratio(treated: float, treated_others: float, control: float, control_others: float) -> EffectSize:
    """Log ratio of two risks, with cells as in `log_odds_ratio`.

    Raises
    ------
    ValueError
        If events are not above zero, the others are negative, or there are none in either group.
    """
    treated, control = _cells(treated, control)
    others = require.not_negative("treated_others, control_others", [treated_others, control_others])
    others = _within(*others)
    if not others.any():
        raise ValueError("everybody has the event in both groups: the risks are alike, and their ratio has no error.")
    treated_all, control_all = treated + others[0], control + others[1]
    # 1/a − 1/n of each group, without the difference of nearly equal numbers.
    variance = others[0] / treated / treated_all + others[1] / control / control_all
    return EffectSize(float(np.log(treated / treated_all / (control / control_all))), float(np.sqrt(variance)))


def log_rate_ratio(treated: float, treated_time: float, control: float, control_time: float) -> EffectSize:
    """Log ratio of two rates of events in person-time; the variance is that of Poisson counts.

    Raises
    ------
    ValueError
        If a count or a time is not above zero.
    """
    treated, treated_time, control, control_time = _cells(treated, treated_time, control, control_time)
    effect = np.log(treated / treated_time / (control / control_time))
    return EffectSize(float(effect), float(np.sqrt(1 / treated + 1 / control)))


def standardised_mean_difference(
    treated_mean: float,
    control_mean: float,
    treated_deviation: float,
    control_deviation: float,
    treated_size: int,
    control_size: int,
) -> EffectSize:
    """Cohen's d: the difference of two means in pooled standard deviations.

    Raises
    ------
    ValueError
        If a group has fewer than two members, a standard deviation is negative, both are zero, or a number is missing.

    References
    ----------
    Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, ch. 5; the large-sample variance.
    """
    # As floats: sizes held as small integers would overflow in their sum.
    treated_size, control_size = require.finite("treated_size, control_size", [treated_size, control_size])
    if min(treated_size, control_size) < 2:
        raise ValueError(f"groups of {treated_size:g} and {control_size:g}; each needs at least two members.")
    require.finite("treated_mean, control_mean", [treated_mean, control_mean])
    require.not_negative("treated_deviation, control_deviation", [treated_deviation, control_deviation])
    treated_mean, control_mean = _reachable(treated_mean, control_mean)
    treated_deviation, control_deviation, treated_size, control_size = _within(
        treated_deviation, control_deviation, treated_size, control_size
    )
    degrees = treated_size + control_size - 2
    pooled = ((treated_size - 1) * treated_deviation**2 + (control_size - 1) * control_deviation**2) / degrees
    if not pooled > 0:
        raise ValueError("both standard deviations are zero, so nothing can be measured in them.")
    effect = (treated_mean - control_mean) / np.sqrt(pooled)
    variance = 1 / treated_size + 1 / control_size + effect**2 / (2 * (treated_size + control_size))
    return EffectSize(float(effect), float(np.sqrt(variance)))


def small_sample_correction(degrees: float, *, exact: bool = True) -> float:
    """The factor J that turns Cohen's d, which is too large in small samples, into Hedges' g.

    Parameters
    ----------
    degrees : float
        Degrees of freedom of the standard deviation, above one.
    exact : bool
        Ratio of gamma functions; else 1 − 3 / (4 df − 1), right to 0.0015 from 5 degrees on.

    Raises
    ------
    ValueError
        With one degree of freedom or fewer d has no expectation.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6(2).
    """
    if not degrees > 1:
        raise ValueError(f"{degrees:g} degrees of freedom; the correction needs more than 1.")
    if not exact or degrees > MANY_DEGREES:
        return 1 - 3 / (4 * degrees - 1)
    return float(np.exp(gammaln(degrees / 2) - gammaln((degrees - 1) / 2)) / np.sqrt(degrees / 2))


def hedges_g(difference: EffectSize, degrees: float, *, exact: bool = True) -> EffectSize:
    """Cohen's d corrected for small samples; its standard error shrinks alike."""
    factor = small_sample_correction(degrees, exact=exact)
    return EffectSize(difference.effect * factor, difference.standard_error * factor, difference.asymmetry)


def difference_of_regression(
    coefficient: float, standard_error: float, outcome_deviation: float, regressor_change: float = 1.0
) -> EffectSize:
    """Standardised mean difference of a linear regression coefficient.

    Parameters
    ----------
    coefficient, standard_error : float
        Outcome per unit of the regressor.
    outcome_deviation : float
        Standard deviation of the outcome within groups, above zero.
    regressor_change : float
        Change of the regressor that is the treatment: 1 for a dummy.

    Raises
    ------
    ValueError
        If the standard error or the standard deviation is not above zero, or the regressor does not change.
    """
    _cells(standard_error, outcome_deviation, abs(regressor_change))
    _reachable(coefficient)
    scale = regressor_change / outcome_deviation
    return EffectSize(coefficient * scale, standard_error * abs(scale))


def ratio_of_regression(coefficient: float, standard_error: float, regressor_change: float = 1.0) -> EffectSize:
    """Log ratio of a coefficient of a logistic, Poisson or negative binomial regression, or of a log outcome."""
    _cells(standard_error, abs(regressor_change))
    _reachable(coefficient)
    return EffectSize(coefficient * regressor_change, standard_error * abs(regressor_change))


def log_odds_ratio_of_difference(difference: EffectSize) -> EffectSize:
    """Log odds ratio of a standardised mean difference, were the outcome logistic and cut anywhere (Chinn 2000)."""
    scale = np.pi / np.sqrt(3)
    return EffectSize(difference.effect * scale, difference.standard_error * scale, difference.asymmetry)


def difference_of_log_odds_ratio(ratio: EffectSize) -> EffectSize:
    """Standardised mean difference of a log odds ratio, by the same reasoning.

    References
    ----------
    Chinn (2000), Statistics in Medicine 19(22); Hasselblad and Hedges (1995), Psychological Bulletin 117(1).
    """
    scale = np.sqrt(3) / np.pi
    return EffectSize(ratio.effect * scale, ratio.standard_error * scale, ratio.asymmetry)


def risk_ratio_of_odds_ratio(odds_ratio: float, baseline_risk: float) -> float:
    """Risk ratio that an odds ratio means where the control group has a known risk.

    Raises
    ------
    ValueError
        If the odds ratio is not above zero or the risk is no share.

    References
    ----------
    Zhang and Yu (1998), JAMA 280(19). Exact for an unadjusted odds ratio; the risk is taken as known.
    """
    _cells(odds_ratio)
    if not 0 <= baseline_risk < 1:
        raise ValueError(f"baseline_risk = {baseline_risk}; a risk lies between 0 and 1, such as 0.2.")
    return odds_ratio / (1 - baseline_risk + baseline_risk * odds_ratio)


def log_ratio_of_percent(percent: float) -> float:
    """Log ratio of a change in per cent: ln(1 + percent / 100).

    Raises
    ------
    ValueError
        At or below −100 %, of which nothing is left to take the logarithm of.
    """
    _reachable(percent)
    if not percent > -100:
        raise ValueError(f"a change of {percent:g} % leaves nothing, which has no logarithm.")
    return float(np.log1p(percent / 100))


def size_from_interval(
    estimate: float, lower: float, upper: float, confidence_level: float, rounding: float = 0.0
) -> EffectSize:
    """Effect and standard error from a confidence interval on a scale on which it is symmetric.

    Parameters
    ----------
    estimate, lower, upper : float
        On the log scale for ratios.
    confidence_level : float
        Of the interval, between 0 and 1.
    rounding : float
        By how much the difference of the halves may be wrong because figures were printed rounded.

    Returns
    -------
    EffectSize
        The standard error is from the whole width, so it does not depend on the estimate.

    Raises
    ------
    ValueError
        If the interval is empty or does not hold the estimate, or the level is not a share.
    """
    require.level("confidence_level", confidence_level)
    if not (lower <= estimate <= upper and lower < upper):
        raise ValueError(f"the interval from {lower:g} to {upper:g} does not contain the estimate {estimate:g}.")
    _reachable(estimate, lower, upper, rounding)
    _within(upper - lower)
    difference = abs((upper - estimate) - (estimate - lower))
    width = upper - lower
    return EffectSize(
        estimate,
        width / (2 * float(norm.isf((1 - confidence_level) / 2))),
        max(0.0, difference - rounding) / (width / 2),
    )


def standard_error_from_p(effect: float, p_value: float, degrees: float = np.inf) -> float:
    """Standard error of an effect whose two-sided test against zero has a p-value.

    Parameters
    ----------
    effect : float
        Not zero.
    p_value : float
        Above zero and below one. If all that is known is that p lies below it, the standard error is at most this.
    degrees : float
        Of a t test; infinite for a normal one.

    Raises
    ------
    ValueError
        If the effect is zero or missing, p is not strictly between zero and one, or the degrees are not above zero.
    """
    require.finite("effect", effect)
    require.positive("degrees", degrees, endless=True)
    if effect == 0 or not 0 < p_value < 1:
        raise ValueError(f"an effect of {effect:g} with p = {p_value:g} has no standard error that follows from them.")
    _within(effect)
    quantile = float(norm.isf(p_value / 2) if np.isinf(degrees) else t.isf(p_value / 2, degrees))
    if not 0 < quantile < LARGEST:
        raise ValueError(f"p = {p_value:g} with {degrees:g} degrees of freedom is of no t that could be computed.")
    return abs(effect) / quantile


def _cells(*values: float) -> npt.NDArray[np.float64]:
    """Numbers as floats, so that no sum of small integers overflows; refused if one is not above zero."""
    cells = _numbers(values)
    if not (np.isfinite(cells).all() and (cells > 0).all()):
        raise ValueError(f"{', '.join(f'{value:g}' for value in cells)}: every one has to be above zero.")
    return _within(*values)


def _within(*values: float) -> npt.NDArray[np.float64]:
    """Numbers as floats; refused where one is missing, or its size beyond what can be squared and divided."""
    numbers = _numbers(values)
    sizes = np.abs(numbers)
    fine = (numbers == 0) | ((sizes >= LEAST) & (sizes <= LARGEST))
    if not fine.all():
        raise ValueError(
            f"{', '.join(f'{value:g}' for value in numbers[~fine])}: no effect can be computed from it. Allowed: zero, "
            f"and sizes from {LEAST:g} to {LARGEST:g}; check the number, or give it in another unit."
        )
    return numbers


def _reachable(*values: float) -> npt.NDArray[np.float64]:
    """Numbers that are added and nothing is divided by, as floats: one that is nearly zero is as good as zero."""
    numbers = _numbers(values)
    fine = np.abs(numbers) <= LARGEST
    if not fine.all():
        raise ValueError(
            f"{', '.join(f'{value:g}' for value in numbers[~fine])}: no effect can be computed from it. Allowed: "
            f"sizes up to {LARGEST:g}; check the number, or give it in another unit."
        )
    return numbers


def _numbers(values: tuple[float, ...]) -> npt.NDArray[np.float64]:
    return as_numbers("a figure", values)
