"""Counting significant results: fail-safe numbers, too many significant results, and the curve of their p-values.

References
----------
Becker (2005), in Publication Bias in Meta-Analysis, Wiley; Ioannidis and Trikalinos (2007), Clinical Trials 4(3);
Simonsohn, Nelson and Simmons (2014), Journal of Experimental Psychology: General 143(2).
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import binom, chi2, norm

from .. import require
from ..arrays import Floats
from ..meta_analysis.study_values import effects_and_variances

type Direction = Literal["negative", "positive", "either"]
type Favoured = Literal["negative", "positive"]

# The power that p-curve holds a flat curve against (Simonsohn and others 2014).
LOW_POWER = 1 / 3

SIGNIFICANT = 0.05

# Orwin's number is an effect over this at most.
SMALLEST_TARGET = 1e-50


class NothingSignificant(ValueError):
    """No significant result in the favoured direction, so there is no curve of p-values."""


@dataclass(frozen=True)
class ExcessSignificance:
    """Significant results observed, against those that the studies' power lets expect.

    Attributes
    ----------
    observed : int
    expected : float
        Sum of the powers.
    statistic, chi_squared_p_value : float
        The published test, one-sided: too many. Where power is nothing, or certain, in every study, the statistic is
        zero or infinite.
    binomial_p_value : float
        One-sided, as if all studies had the mean power.
    exact_p_value : float
        One-sided, each study with its own power.
    power : numpy.ndarray, shape (k,)
    k : int
    """

    observed: int
    expected: float
    statistic: float
    chi_squared_p_value: float
    binomial_p_value: float
    exact_p_value: float
    power: Floats
    k: int


@dataclass(frozen=True)
class PCurve:
    """Tests of the p-values of significant results in the favoured direction.

    Attributes
    ----------
    significant, below_half : int
        Results with a two-sided p-value below 0.05, and below 0.025.
    opposite : int
        Significant results in the other direction, left out.
    right_skew, right_skew_half : float
        P-values against a flat curve (no effect anywhere): full curve, and its lower half (`nan` where that is empty).
    flatness, flatness_half : float
        P-values against the curve of studies with a power of one third: flatter than that.
    evidential_value, inadequate : bool
        The published rules that combine full and half curve.
    power : float
        Power, alike for all, at which the curve would look as it does, from 0.05 to 0.99.
    p_values : numpy.ndarray, shape (significant,)
    """

    significant: int
    below_half: int
    opposite: int
    right_skew: float
    right_skew_half: float
    flatness: float
    flatness_half: float
    evidential_value: bool
    inadequate: bool
    power: float
    p_values: Floats


def rosenthal_fail_safe(effect: npt.ArrayLike, variance: npt.ArrayLike, *, significance: float = SIGNIFICANT) -> int:
    """Studies with a z of zero that would raise the combined one-sided p-value above `significance`.

    The z-values are added and divided by the root of their number (Stouffer), in the direction of their sum.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    significance : float

    Returns
    -------
    int
        Zero if the combined result is not significant to begin with.

    Raises
    ------
    ValueError
        If an effect is missing, a variance is not above zero, or the significance is no probability.

    References
    ----------
    Rosenthal (1979), Psychological Bulletin 86(3).
    """
    require.level("significance", significance, SIGNIFICANT)
    effects, variances = _studies(effect, variance)
    z = effects / np.sqrt(variances)
    return _rounded_up((z.sum() / norm.isf(significance)) ** 2 - len(z))


def orwin_fail_safe(effect: npt.ArrayLike, target: float, variance: npt.ArrayLike | None = None) -> int:
    """Studies with an effect of zero that would bring the mean effect down to a target.

    Parameters
    ----------
    effect : array_like, shape (k,)
    target : float
        Smallest effect that would matter; only its size counts.
    variance : array_like, shape (k,), optional
        Weights are inverse variances where given, and alike otherwise; the missing studies weigh as the mean one.

    Returns
    -------
    int
        Zero if the mean lies within the target already.

    Raises
    ------
    ValueError
        If the target is zero, or as good as: no number of null studies brings a mean there; if it or an effect is
        missing, or a variance is not above zero.

    References
    ----------
    Orwin (1983), Journal of Educational Statistics 8(2).
    """
    require.finite("target", target)
    if abs(target) < SMALLEST_TARGET:
        raise ValueError(
            f"target = {target:g}; no number of studies that could be counted brings the mean there. Allowed: an "
            f"effect that matters, of size {SMALLEST_TARGET:g} or more."
        )
    # Weights of one are inverse variances of one.
    effects, variances = _studies(effect, np.ones(np.shape(effect)) if variance is None else variance)
    weights = 1 / variances
    mean = abs(float(weights @ effects / weights.sum()))
    return _rounded_up(len(effects) * (mean - abs(target)) / abs(target))


def rosenberg_fail_safe(effect: npt.ArrayLike, variance: npt.ArrayLike, *, significance: float = SIGNIFICANT) -> int:
    """Studies with an effect of zero and the mean weight that make the equal-effects mean not significant, two-sided.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    significance : float

    Returns
    -------
    int

    Raises
    ------
    ValueError
        As `rosenthal_fail_safe`.

    References
    ----------
    Rosenberg (2005), Evolution 59(2).
    """
    require.level("significance", significance, SIGNIFICANT)
    effects, variances = _studies(effect, variance)
    weights = 1 / variances
    total = float(weights @ effects)
    needed = (total / float(norm.isf(significance / 2))) ** 2
    return _rounded_up((needed - weights.sum()) / weights.mean())


def excess_significance(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    true_effect: float,
    tau_squared: float = 0.0,
    direction: Direction = "either",
    significance: float = SIGNIFICANT,
) -> ExcessSignificance:
    """Compare the number of significant results with the sum of the studies' power.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    true_effect : float
        Effect at which power is computed, such as the pooled one.
    tau_squared : float
        Between-study variance: power is then the mean over the true effects.
    direction : str
        Which significant results count.
    significance : float
        Two-sided, of each study.

    Returns
    -------
    ExcessSignificance

    Raises
    ------
    ValueError
        As `rosenthal_fail_safe`, and if the true effect is missing or its variance negative.

    References
    ----------
    Ioannidis and Trikalinos (2007), Clinical Trials 4(3); power over a distribution of effects and the exact
    distribution: Stanley, Doucouliagos, Ioannidis and Carter (2021), Research Synthesis Methods 12(6).
    """
    require.one_of("direction", direction, Direction)
    require.level("significance", significance, SIGNIFICANT)
    require.finite("true_effect", true_effect)
    require.not_negative("tau_squared", tau_squared)
    effects, variances = _studies(effect, variance)
    error = np.sqrt(variances)
    critical = float(norm.isf(significance / 2))
    total = np.sqrt(error**2 + tau_squared)
    above = norm.sf((critical * error - true_effect) / total)
    below = norm.cdf((-critical * error - true_effect) / total)
    counted = {"negative": (0, 1), "positive": (1, 0), "either": (1, 1)}[direction]
    power = counted[0] * above + counted[1] * below
    z = effects / error
    observed = int(counted[0] * np.sum(z >= critical) + counted[1] * np.sum(z <= -critical))
    size, expected = len(effects), float(power.sum())
    statistic = _chi_squared(observed, expected, size)
    half = float(chi2.sf(statistic, 1)) / 2
    return ExcessSignificance(
        observed=observed,
        expected=expected,
        statistic=statistic,
        chi_squared_p_value=half if observed > expected else 1 - half,
        binomial_p_value=float(binom.sf(observed - 1, size, min(expected / size, 1.0))),
        exact_p_value=float(min(1.0, _number_of_successes(power)[observed:].sum())),
        power=power,
        k=size,
    )


def p_curve(effect: npt.ArrayLike, variance: npt.ArrayLike, *, favoured: Favoured = "negative") -> PCurve:
    """Test the shape of the distribution of significant p-values.

    Without an effect, p-values below 0.05 are spread evenly; with one, they crowd at zero. Which results were left out
    for not being significant has no bearing on that. Results are taken as normal.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    favoured : str
        Direction of the results that are examined; significant ones of the other sign are counted and left out.

    Returns
    -------
    PCurve

    Raises
    ------
    NothingSignificant
        Without a significant result in the favoured direction.
    ValueError
        If an effect is missing or a variance is not above zero.

    References
    ----------
    Simonsohn, Nelson and Simmons (2014), Journal of Experimental Psychology: General 143(2); half curve and Stouffer's
    method: Simonsohn, Simmons and Nelson (2015), Journal of Experimental Psychology: General 144(6).
    """
    require.one_of("favoured", favoured, Favoured)
    effects, variances = _studies(effect, variance)
    z = effects / np.sqrt(variances) * (-1.0 if favoured == "negative" else 1.0)
    critical = float(norm.isf(SIGNIFICANT / 2))
    significant = z[z > critical]
    if not len(significant):
        raise NothingSignificant("no result is significant in the favoured direction: there is no curve of p-values.")
    half = significant[significant > norm.isf(SIGNIFICANT / 4)]
    skew, skew_half = _against(significant, SIGNIFICANT, 0.0), _against(half, SIGNIFICANT / 2, 0.0)
    shift = critical - float(norm.isf(LOW_POWER))
    flat, flat_half = 1 - _against(significant, SIGNIFICANT, shift), 1 - _against(half, SIGNIFICANT / 2, shift)
    few = float(binom.cdf(len(half), len(significant), _share_in_half(shift)))
    return PCurve(
        significant=len(significant),
        below_half=len(half),
        opposite=int(np.sum(z < -critical)),
        right_skew=skew,
        right_skew_half=skew_half,
        flatness=flat,
        flatness_half=flat_half,
        evidential_value=bool(skew_half < SIGNIFICANT or (skew < 0.1 and skew_half < 0.1)),
        inadequate=bool(flat < SIGNIFICANT or (flat_half < 0.1 and few < 0.1)),
        power=_curve_power(significant),
        p_values=2 * norm.sf(significant),
    )


def p_curve_shares(power: float, bins: int = 5) -> Floats:
    """Shares of significant p-values in equal bins from 0 to 0.05, for studies that all have one power.

    Parameters
    ----------
    power : float
        Of results in the favoured direction, from 0.025 (no effect) to below 1.
    bins : int

    Returns
    -------
    numpy.ndarray, shape (bins,)

    Raises
    ------
    ValueError
        If there is no bin, or the power is not from 0.025 to below 1.
    """
    require.some("bins", bins)
    if not SIGNIFICANT / 2 <= power < 1:
        raise ValueError(f"power = {power}; it lies from {SIGNIFICANT / 2:g} (no effect) to below 1, such as 0.33.")
    shift = float(norm.isf(SIGNIFICANT / 2) - norm.isf(power))
    edges = norm.isf(np.linspace(0, SIGNIFICANT, bins + 1) / 2)
    return np.asarray(np.diff(norm.sf(edges - shift)) / power)


def _studies(effect: npt.ArrayLike, variance: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Effects and variances of one study or more: of none there is nothing to count."""
    effects, variances = effects_and_variances(effect, variance)
    require.some("studies", len(effects))
    return effects, variances


def _against(z: Floats, below: float, shift: float) -> float:
    """Stouffer's p-value that z-values, significant at `below`, lie further out than studies centred on `shift` would.

    Not a number without any z-value.
    """
    if not len(z):
        return float("nan")
    share = norm.sf(z - shift) / norm.sf(norm.isf(below / 2) - shift)
    # A share of zero or one is a z-value beyond what doubles can tell from certainty.
    shares = np.clip(share, 1e-300, 1 - 1e-16)
    return float(norm.cdf(norm.ppf(shares).sum() / np.sqrt(len(z))))


def _share_in_half(shift: float) -> float:
    return float(norm.sf(norm.isf(SIGNIFICANT / 4) - shift) / norm.sf(norm.isf(SIGNIFICANT / 2) - shift))


def _curve_power(z: Floats) -> float:
    """Power at which half of such sets of studies would have a curve that is steeper, and half a flatter one."""
    critical = float(norm.isf(SIGNIFICANT / 2))

    def excess(shift: float) -> float:
        return _against(z, SIGNIFICANT, shift) - 0.5

    ends = 0.0, critical + float(norm.ppf(0.99))
    if excess(ends[0]) >= 0:
        return SIGNIFICANT
    if excess(ends[1]) <= 0:
        return 0.99
    shift = brentq(excess, *ends)
    return float(norm.sf(critical - shift) + norm.cdf(-critical - shift))


def _chi_squared(observed: int, expected: float, size: int) -> float:
    """Statistic of Ioannidis and Trikalinos; its limit where every power is zero or one to the last digit."""
    apart = observed - expected
    if apart == 0:
        return 0.0
    with np.errstate(divide="ignore"):
        return float(apart**2 * (1 / np.float64(expected) + 1 / np.float64(size - expected)))


def _number_of_successes(power: Floats) -> Floats:
    """Distribution of the number of successes of trials that each have their own probability."""
    share = np.ones(1)
    for probability in power:
        share = np.convolve(share, [1 - probability, probability])
    return share


def _rounded_up(number: float) -> int:
    # A rounding error above a whole number is no further study.
    return max(0, math.ceil(float(number) - 1e-9))
