"""Copas's selection model: reporting depends on a study's precision and on chance, and chance may go with the result.

Each study has a propensity to be reported, γ₀ + γ₁/s + δ, with δ standard normal, and is reported where that is above
zero. The error of its effect and δ correlate by ρ. The data say next to nothing about γ₀ and γ₁, so they are not
estimated: the effect is estimated at each of many, which are named by what they mean, the probability that the least
and the most precise study is reported.

References
----------
Copas and Shi (2000), Biostatistics 1(3); Copas and Shi (2001), Statistical Methods in Medical Research 10(4);
Carpenter, Schwarzer, Rücker and Künstler (2009), Journal of Clinical Epidemiology 62(6).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtri
from scipy.stats import chi2, norm

from .. import require
from ..arrays import Floats
from ..meta_analysis.pooling import NotEnoughStudies
from ..meta_analysis.study_values import effects_and_variances

FEWEST_STUDIES = 5

# A correlation of one makes reporting a function of the result; the likelihood is not defined there.
LARGEST_CORRELATION = 0.99

# Carpenter and others (2009) take the mildest selection after which asymmetry is no longer significant at this level.
RESIDUAL_LEVEL = 0.1

# Standard errors that differ by less than this share of the largest are alike: their order is that of rounding, and
# what is assumed of the least and the most precise study would be put on it.
ALIKE = 0.01

# A maximum within the bound of the correlation is taken before one at the bound, which is nobody's estimate, that is
# higher by less than this: Fleiss's aspirin trials have both, 0.005 apart, and metasens reports the former.
AS_HIGH = 0.01

# Where every study goes unreported less often than this, nothing depends on the correlation.
SELECTS = 1e-6

# Curvature of the log likelihood, of parameters as precise as each other, below which a direction is flat.
FLAT = 1e-4


class NoCurvature(ValueError):
    """A likelihood that is flat at its maximum, so that no standard error follows from it."""


@dataclass(frozen=True)
class CopasFit:
    """The effect at one assumed strength of selection.

    Attributes
    ----------
    least_precise, most_precise : float
        Assumed probabilities that the study with the largest and the smallest standard error is reported.
    effect, standard_error, lower, upper : float
    tau_squared, correlation : float
        Between-study variance, and correlation of error and propensity.
    unreported : float
        Studies that would then lie in drawers, for the k that are known.
    residual_p_value : float
        Likelihood-ratio test that the effect still changes with the standard error.
    log_likelihood : float
    converged : bool
        Whether the search ended at a maximum that bends, its correlation within the bound.
    k : int
    """

    least_precise: float
    most_precise: float
    effect: float
    standard_error: float
    lower: float
    upper: float
    tau_squared: float
    correlation: float
    unreported: float
    residual_p_value: float
    log_likelihood: float
    converged: bool
    k: int


def fit_copas(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    least_precise: float,
    most_precise: float = 0.99,
    confidence_level: float = 0.95,
) -> CopasFit:
    """Estimate effect, between-study variance and correlation at one strength of selection.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    least_precise, most_precise : float
        Probabilities between 0 and 1, the former at most the latter.
    confidence_level : float
        Of the interval, which is normal.

    Returns
    -------
    CopasFit

    Raises
    ------
    NotEnoughStudies
        With fewer than five studies.
    NoCurvature
        If the likelihood does not bend at its maximum, so that there is no standard error.
    ValueError
        If all standard errors are alike, so that effects cannot go with them; if the probabilities are out of order,
        an effect is missing, a variance is not above zero, or the level is no probability.
    """
    fit = _fit(effect, variance, least_precise, most_precise, confidence_level)
    if math.isnan(fit.standard_error):
        raise NoCurvature(
            f"at least_precise = {least_precise:g} and most_precise = {most_precise:g} the likelihood does not bend at "
            "its maximum in every direction, as where effects are all alike, so that the Copas model has no standard "
            "error; take another strength of selection, or a model without selection."
        )
    return fit


def copas_sensitivity(
    effect: npt.ArrayLike,
    variance: npt.ArrayLike,
    *,
    least_precise: Sequence[float],
    most_precise: Sequence[float] = (0.99,),
    confidence_level: float = 0.95,
) -> pd.DataFrame:
    """The effect over assumed strengths of selection.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
    least_precise, most_precise : sequence of float
        Pairs in which the less precise study would be reported more often are left out.
    confidence_level : float

    Returns
    -------
    pandas.DataFrame
        A row for each pair, with the fields of `CopasFit`; from the mildest selection to the strongest. Where the
        likelihood does not bend, standard error and interval are `nan`, and `converged` is false; so it is where the
        correlation ends at its bound.

    Raises
    ------
    NotEnoughStudies, NoCurvature, ValueError
        As `fit_copas`; the second if no pair has a standard error. Pairs out of order are no error here.
    """
    require.level("confidence_level", confidence_level)
    pairs = [(low, high) for high in sorted(most_precise, reverse=True) for low in sorted(least_precise, reverse=True)]
    fits = [_fit(effect, variance, low, high, confidence_level) for low, high in pairs if low <= high]
    if fits and all(math.isnan(fit.standard_error) for fit in fits):
        raise NoCurvature(
            f"at none of {len(fits)} strengths of selection does the likelihood bend at its maximum in every "
            "direction, as where effects are all alike, so that the Copas model has no standard error."
        )
    return pd.DataFrame([asdict(fit) for fit in fits])


def mildest_sufficient(sensitivity: pd.DataFrame) -> pd.Series | None:
    """The mildest selection after which the effect no longer changes significantly with the standard error.

    Parameters
    ----------
    sensitivity : pandas.DataFrame
        From `copas_sensitivity`.

    Returns
    -------
    pandas.Series or None
        A row, the one with the fewest unreported studies; none if no assumed selection is strong enough.
    """
    enough = sensitivity[(sensitivity["residual_p_value"] > RESIDUAL_LEVEL) & sensitivity["converged"]]
    if enough.empty:
        return None
    row: pd.Series = enough.iloc[int(enough["unreported"].argmin())]
    return row


def log_likelihood(effect: Floats, error: Floats, propensity: Floats, parameters: Floats) -> float:
    """Log likelihood of the reported studies.

    Parameters
    ----------
    effect, error, propensity : numpy.ndarray, shape (k,)
        Effects, standard errors and γ₀ + γ₁/s.
    parameters : numpy.ndarray, shape (3,) or (4,)
        μ, τ, ρ and, where given, the slope of the effect on the standard error.

    Returns
    -------
    float
    """
    mean, tau, correlation = parameters[:3]
    centre = mean + (parameters[3] * error if len(parameters) > 3 else 0.0)
    # The printed standard error is that of a reported study, whose spread selection has narrowed.
    mills = np.exp(-0.5 * propensity**2 - log_ndtr(propensity)) / np.sqrt(2 * np.pi)
    sampling = error**2 / (1 - correlation**2 * mills * (propensity + mills))
    total = sampling + tau**2
    standardised = (effect - centre) / np.sqrt(total)
    shared = correlation * np.sqrt(sampling / total)
    reported = log_ndtr((propensity + shared * standardised) / np.sqrt(1 - shared**2)) - log_ndtr(propensity)
    return float(np.sum(-0.5 * np.log(2 * np.pi * total) - 0.5 * standardised**2 + reported))


def _fit(
    effect: npt.ArrayLike, variance: npt.ArrayLike, least_precise: float, most_precise: float, confidence_level: float
) -> CopasFit:
    """The fit at one strength of selection; error and interval `nan`, and not converged, where nothing bends."""
    require.level("confidence_level", confidence_level)
    if not 0 < least_precise <= most_precise < 1:
        raise ValueError(
            f"least_precise = {least_precise}, most_precise = {most_precise}; they lie between 0 and 1, and a more "
            "precise study is reported at least as often."
        )
    effects, variances = effects_and_variances(effect, variance)
    if len(effects) < FEWEST_STUDIES:
        raise NotEnoughStudies(f"{len(effects)} studies; the Copas model needs at least {FEWEST_STUDIES}.")
    # In units of a typical standard error, so that what an optimiser takes for near does not hang on the unit.
    unit = float(np.sqrt(np.median(variances)))
    effects, error = effects / unit, np.sqrt(variances) / unit
    if np.ptp(error) <= ALIKE * error.max():
        raise ValueError(
            f"all standard errors are alike, to within {100 * ALIKE:g} % of the largest, so that none is smaller than "
            "another and the Copas model has nothing to tell selection by; take a model of steps in p-values "
            "(fit_step_selection)."
        )
    propensity = _propensity(error, least_precise, most_precise)
    fit = _maximise(effects, error, propensity, _starts(effects, error))
    # A slope can only add to the likelihood: its search begins where the one without it ended, and where that began.
    starts = [np.append(start, 0.0) for start in (fit.x, *_starts(effects, error))]
    steeper = _maximise(effects, error, propensity, starts)
    standard_error = unit * _standard_error(effects, error, propensity, fit.x)
    mean, half = unit * float(fit.x[0]), float(norm.isf((1 - confidence_level) / 2)) * standard_error
    return CopasFit(
        least_precise=least_precise,
        most_precise=most_precise,
        effect=mean,
        standard_error=standard_error,
        lower=mean - half,
        upper=mean + half,
        tau_squared=float(unit * fit.x[1]) ** 2,
        correlation=float(fit.x[2]),
        unreported=float(np.sum(norm.sf(propensity) / norm.cdf(propensity))),
        residual_p_value=float(chi2.sf(max(0.0, 2 * float(fit.fun - steeper.fun)), 1)),
        log_likelihood=-float(fit.fun) - len(effects) * math.log(unit),
        converged=bool(
            fit.success
            and steeper.success
            and not math.isnan(standard_error)
            and not (_selects(propensity) and _is_at_bound(fit.x[2]))
        ),
        k=len(effects),
    )


def _propensity(error: Floats, least_precise: float, most_precise: float) -> Floats:
    """Propensities that give the two probabilities."""
    low, high = float(ndtri(least_precise)), float(ndtri(most_precise))
    precision = 1 / error
    return np.asarray(low + (high - low) * (precision - precision.min()) / np.ptp(precision))


def _selects(propensity: Floats) -> bool:
    """Whether any study may go unreported, so that the correlation matters."""
    return bool(norm.sf(propensity).max() > SELECTS)


def _is_at_bound(correlation: float) -> bool:
    return abs(correlation) >= LARGEST_CORRELATION - 1e-3


def _starts(effect: Floats, error: Floats) -> list[Floats]:
    """From no correlation and from a strong one of either sign, with and without variance between studies.

    The likelihood may have a top at zero variance beside one above it (Fleiss's aspirin trials are such a case).
    """
    weights = 1 / error**2
    mean = float(weights @ effect / weights.sum())
    tau = max(0.1, float(np.std(effect)) / 2)
    return [np.array([mean, start, correlation]) for start in (tau, 0.0) for correlation in (0.0, -0.7, 0.7)]


def _maximise(effect: Floats, error: Floats, propensity: Floats, starts: Sequence[Floats]) -> "_Fit":
    """Highest likelihood over the starts; within the bound of the correlation where that is as high."""
    bounds = [(None, None), (0.0, None), (-LARGEST_CORRELATION, LARGEST_CORRELATION), (None, None)][: len(starts[0])]

    def loss(parameters: Floats) -> float:
        return -log_likelihood(effect, error, propensity, parameters)

    options = {"ftol": 1e-11, "maxiter": 300}
    fits = [minimize(loss, start, method="SLSQP", bounds=bounds, options=options) for start in starts]
    best = min(fits, key=lambda fit: fit.fun if np.isfinite(fit.fun) else np.inf)
    within = [it for it in fits if it.success and it.fun <= best.fun + AS_HIGH and not _is_at_bound(it.x[2])]
    return _Fit.of(min(within, key=lambda fit: fit.fun, default=best))


@dataclass(frozen=True, eq=False)
class _Fit:
    """What is kept of an optimiser's result."""

    x: Floats
    fun: float
    success: bool

    @classmethod
    def of(cls, result: Any) -> "_Fit":
        return cls(np.asarray(result.x), float(result.fun), bool(result.success))


def _standard_error(effect: Floats, error: Floats, propensity: Floats, parameters: Floats) -> float:
    """From the curvature at the maximum, what is at its bound or matters not held; `nan` where a direction is flat."""
    free = [0]
    free += [1] if parameters[1] > 1e-4 else []
    free += [2] if _selects(propensity) and not _is_at_bound(parameters[2]) else []
    reach = 1e-4

    def at(first: int, one: float, second: int, other: float) -> float:
        moved = parameters.copy()
        moved[first] += one * reach
        moved[second] += other * reach
        return log_likelihood(effect, error, propensity, moved)

    curvature = -np.array(
        [
            [sum(a * b * at(i, a, j, b) for a in (1.0, -1.0) for b in (1.0, -1.0)) / (4 * reach**2) for j in free]
            for i in free
        ]
    )
    bend = np.diag(curvature)
    if not (bend > 0).all():
        return math.nan
    lengths = np.sqrt(bend)
    if not np.linalg.eigvalsh(curvature / np.outer(lengths, lengths))[0] > FLAT:
        return math.nan
    return float(np.sqrt(np.linalg.inv(curvature)[0, 0]))
